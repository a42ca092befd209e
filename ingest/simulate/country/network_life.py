"""What networks do: seminars and who comes, lesson study and who takes part, mentors for beginners."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.episodes import Episodes
from ingest.simulate.country.places import oblast_code
from ingest.simulate.country.schools import SUBJECTS, Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.staff import Staff
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import Floats, Ints, after, day_column

#: The months with a seminar and the place of each in its term; who is invited, comes, and that it takes place at all.
SEMINARS = ((9, 0), (10, 0), (11, 1), (12, 1), (1, 2), (2, 2), (3, 2), (4, 3), (5, 3))
INVITED, COMES, HELD = 30, 0.8, 0.93
#: Share of teachers who take part in lesson study: in schools outside networks, in a network's first year, and what each
#: further year adds, up to the most.
OUTSIDE, FIRST_YEAR, A_YEAR, MOST = 0.05, 0.125, 0.1, 0.55
GROUP = 5
#: Chance that a mentor who is asked says no; the days after the first one within which a mentor is asked.
REFUSES, ASKED_WITHIN = 0.12, 60
TEACHER = 0


def seminars(
    size: Size, schools: Schools, staff: Staff, episodes: Episodes, seed: int, number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events of a delivered year, and who was invited and came."""
    rng = stream(seed, "seminars", schools.oblast, number)
    year = size.first_year + number
    clusters = np.flatnonzero(schools.founded <= year)
    cluster = np.repeat(clusters, len(SEMINARS))
    month = np.tile(np.arange(len(SEMINARS)), len(clusters))
    n = len(cluster)
    months = np.array([np.datetime64(f"{year + (calendar < 9)}-{calendar:02d}-10") for calendar, _ in SEMINARS])
    planned = after(months[month], rng.integers(0, 10, n))
    held = rng.random(n) < HELD
    held_on = np.where(held, after(planned, rng.integers(0, 5, n)), np.datetime64("NaT"))
    lead = staff.places.network.members.filter(role="lead").select("cluster_id", organiser_id="institution_id")
    ids = [f"EV{oblast_code(schools.oblast)[:2]}{number}-{place:04d}" for place in range(n)]
    names = [cluster_id(schools.oblast, int(place)) for place in cluster]
    came = _came(schools, staff, episodes, number, year, cluster, month, held, ids, rng)
    counts = came.group_by("event_id").agg(pl.len().alias("invited_n"), pl.col("attended").sum().alias("came_n"))
    events = (
        pl.DataFrame({"event_id": ids, "cluster_id": names})
        .with_columns(
            kind=pl.lit("plc_seminar"),
            planned_on=day_column("", planned),
            held_on=day_column("", held_on),
            status=pl.when(pl.Series(held)).then(pl.lit("held")).otherwise(pl.lit("planned")),
        )
        .join(lead, on="cluster_id", how="left", maintain_order="left")
        .join(counts, on="event_id", how="left", maintain_order="left")
        .with_columns(
            participants_planned=pl.col("invited_n").fill_null(INVITED),
            participants_actual=pl.when(pl.Series(held)).then("came_n"),
        )
        .drop("invited_n", "came_n")
    )
    return events, came


def _came(
    schools: Schools,
    staff: Staff,
    episodes: Episodes,
    number: int,
    year: int,
    cluster: Ints,
    month: Ints,
    held: np.ndarray,
    ids: list[str],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Teachers of the network invited to each seminar that took place; some come."""
    frame = staff.in_post(date(year, 10, 1)).filter(pl.col("role") == TEACHER, pl.col("institution") < schools.n)
    place = frame["institution"].to_numpy()
    member = np.where(schools.joined[place] <= year, schools.cluster[place], -1)
    pools = (
        frame.with_columns(cluster=pl.Series(member))
        .filter(pl.col("cluster") >= 0)
        .group_by("cluster", maintain_order=True)
        .agg("person_id", "institution_id")
    )
    term = np.array([place for _, place in SEMINARS])[month]
    low = episodes.of("W01", number)[cluster, term]
    event = np.flatnonzero(held)
    rows = (
        pl.DataFrame({"event": np.repeat(event, INVITED), "turn": np.tile(np.arange(INVITED), len(event))})
        .with_columns(
            cluster=pl.Series(np.repeat(cluster[event], INVITED)),
            begins=pl.Series(np.repeat(rng.integers(0, 1 << 20, len(event)), INVITED)),
        )
        .join(pools, on="cluster", how="left", maintain_order="left")
        .filter(pl.col("turn") < pl.col("person_id").list.len())
    )
    seat = (pl.col("begins") + pl.col("turn")) % pl.col("person_id").list.len().cast(pl.Int64)
    chance = np.where(low > 0, low, COMES)[rows["event"].to_numpy()]
    return rows.select(
        pl.Series("event_id", ids).gather(rows["event"]),
        pl.col("person_id").list.get(seat),
        pl.col("institution_id").list.get(seat),
        pl.lit(True).alias("invited"),
        pl.Series("attended", rng.random(rows.height) < chance),
    )


def taking_part(schools: Schools, year: int) -> Floats:
    """By school the share of teachers who take part in lesson study in a school year."""
    in_years = year - schools.joined + 1
    share: Floats = np.where(in_years > 0, np.minimum(FIRST_YEAR + A_YEAR * (in_years - 1), MOST), OUTSIDE)
    return share


def lesson_study(
    size: Size, schools: Schools, staff: Staff, seed: int, number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cycles of a delivered year and their participants, in groups of a school."""
    rng = stream(seed, "lesson study", schools.oblast, number)
    year = size.first_year + number
    frame = staff.in_post(date(year, 11, 1)).filter(pl.col("role") == TEACHER, pl.col("institution") < schools.n)
    chance = taking_part(schools, year)[frame["institution"].to_numpy()]
    chosen = frame.filter(pl.Series(rng.random(frame.height) < chance)).sort("institution", "person")
    chosen = chosen.with_columns(seat=pl.int_range(pl.len()).over("institution"))
    head = f"LS{oblast_code(schools.oblast)[:2]}{number}-"
    chosen = chosen.with_columns(
        cycle_id=pl.format(head + "{}-{}", "institution", pl.col("seat") // GROUP),
        role=pl.when(pl.col("seat") % GROUP == 0).then(pl.lit("leader")).otherwise(pl.lit("teacher")),
    )
    cycles = chosen.group_by("cycle_id", maintain_order=True).agg(
        pl.col("institution").first(), pl.col("institution_id").first(), pl.col("seat").first()
    )
    n = cycles.height
    place = cycles["institution"].to_numpy()
    member = np.where(schools.joined[place] <= year, schools.cluster[place], -1)
    clusters = pl.Series([cluster_id(schools.oblast, other) for other in range(len(schools.founded))] + [None])
    starts = after(np.full(n, np.datetime64(f"{year}-10-15")), rng.integers(0, 120, n))
    before = np.round(np.clip(6 + rng.standard_normal(n), 0, 10), 1)
    gained = np.round(np.clip(before + 0.8 + rng.standard_normal(n), 0, 10), 1)
    rows = cycles.select(
        "cycle_id",
        clusters.gather(np.where(member >= 0, member, len(clusters) - 1)).alias("cluster_id"),
        "institution_id",
        pl.Series("subject", SUBJECTS).gather(rng.integers(0, len(SUBJECTS), n)),
        pl.lit("Кері байланыс").alias("topic"),
        day_column("started_on", starts),
        day_column("ended_on", after(starts, rng.integers(30, 70, n))),
        pl.Series("stage_reached", rng.integers(3, 5, n)),
        pl.Series("external_expert", rng.random(n) < 0.3),
        pl.Series("artefacts_complete", rng.integers(2, 5, n)),
        pl.format("G{}-{}", "institution", pl.col("seat") // GROUP).alias("group_id"),
        pl.Series("outcome_before", before),
        pl.Series("outcome_after", gained),
        pl.lit(10.0).alias("outcome_scale"),
    )
    return rows, chosen.select("cycle_id", "person_id", "role")


def mentors(size: Size, schools: Schools, staff: Staff, seed: int, number: int) -> pl.DataFrame:
    """Who is asked to be whose mentor in a delivered year, and whether they agree."""
    rng = stream(seed, "mentors", schools.oblast, number)
    year = size.first_year + number
    held = staff.in_post(date(year, 10, 1)).filter(pl.col("role") == TEACHER, pl.col("institution") < schools.n)
    way = pl.Series(staff.people.way == 2).gather(held["person"])
    begins = held.filter(way, pl.col("start").is_between(date(year, 8, 1), date(year, 10, 1)))
    old = held.filter(pl.col("start") < date(year - 3, 9, 1))
    pools = old.group_by("institution", maintain_order=True).agg(mentor=pl.col("person_id"))
    begins = begins.join(pools, on="institution", maintain_order="left")
    n = begins.height
    asked = after(begins["start"].to_numpy(), rng.integers(0, ASKED_WITHIN, n))
    refused = pl.Series(rng.random(n) < REFUSES)
    starts = after(asked, rng.integers(1, 15, n))
    turn = pl.Series(rng.integers(0, 1 << 30, n)) % pl.col("mentor").list.len().cast(pl.Int64)
    return begins.select(
        pl.Series("pair_id", [f"MP{oblast_code(schools.oblast)[:2]}{number}-{pair:05d}" for pair in range(n)]),
        pl.col("mentor").list.get(turn).alias("mentor_id"),
        pl.when(~refused).then("person_id").alias("mentee_id"),
        "institution_id",
        pl.lit("young_teacher").alias("kind"),
        day_column("offered_on", asked),
        pl.when(~refused).then(day_column("starts_on", starts)).alias("starts_on"),
        pl.Series("mentor_trained", rng.random(n) < 0.6),
        refused.alias("mentor_refused"),
    )
