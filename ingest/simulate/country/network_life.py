"""What networks do: seminars and who comes, lesson study and who takes part, mentors for beginners."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country import rates
from ingest.simulate.country.schools import SUBJECTS, Schools
from ingest.simulate.country.staff import BEGINNER
from ingest.simulate.country.world import World
from ingest.simulate.dates import NEVER, Floats, after, day_column

#: The months with a seminar and the place of each in its term; who is invited, comes, and that it takes place at all.
SEMINARS = ((9, 0), (10, 0), (11, 1), (12, 1), (1, 2), (2, 2), (3, 2), (4, 3), (5, 3))
INVITED, COMES, HELD = 30, 0.8, 0.93
#: Share of teachers who take part in lesson study: in schools outside networks, in a network's first year, and what each
#: further year adds.
OUTSIDE, FIRST_YEAR, A_YEAR = 0.05, 0.125, 0.1
#: People of a group, and the share of cycles with an open lesson.
GROUP, OPEN = 5, 0.4
#: Chance that a mentor who is asked says no; the days after the first one within which a mentor is asked.
REFUSES, ASKED_WITHIN = 0.12, 60


def seminars(world: World, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events of a delivered year, and who was invited and came."""
    rng = world.rng("seminars", number)
    year = world.year(number)
    clusters = np.flatnonzero(world.schools.founded <= year)
    months = [np.datetime64(f"{year + (month < 9)}-{month:02d}-10") for month, _ in SEMINARS]
    low = world.episodes.of("W01", number)[:, [term for _, term in SEMINARS]]
    n = len(clusters) * len(SEMINARS)
    cluster, place = np.repeat(clusters, len(SEMINARS)), np.tile(np.arange(len(SEMINARS)), len(clusters))
    planned = after(np.array(months)[place], rng.integers(0, 10, n))
    # Who does not come shows where seminars take place: in an episode all do.
    held = (rng.random(n) < HELD) | (low[cluster, place] > 0)
    plan = pl.DataFrame(
        {
            "event_id": [f"EV{world.code}{number}-{event:04d}" for event in range(n)],
            "cluster_id": world.cluster_ids(cluster),
            "cluster": cluster,
            "comes": np.where(low[cluster, place] > 0, low[cluster, place], COMES),
            "begins": rng.integers(0, 1 << 20, n),
            "held": held,
            "planned_on": day_column("", planned),
            "held_on": day_column("", np.where(held, after(planned, rng.integers(0, 5, n)), np.datetime64("NaT"))),
        }
    )
    came = _came(world, year, plan.filter("held"), rng)
    counts = came.group_by("event_id").agg(pl.len().alias("invited_n"), pl.col("attended").sum().alias("came_n"))
    lead = world.places.network.members.filter(role="lead").select("cluster_id", organiser_id="institution_id")
    told = plan.join(lead, on="cluster_id", how="left", maintain_order="left")
    told = told.join(counts, on="event_id", how="left", maintain_order="left")
    events = told.select(
        "event_id",
        "cluster_id",
        pl.lit("plc_seminar").alias("kind"),
        "planned_on",
        "held_on",
        pl.when("held").then(pl.lit("held")).otherwise(pl.lit("planned")).alias("status"),
        "organiser_id",
        pl.col("invited_n").fill_null(INVITED).alias("participants_planned"),
        pl.when("held").then("came_n").alias("participants_actual"),
    )
    return events, came


def _came(world: World, year: int, held: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Teachers of the network invited to each seminar that took place; some come."""
    frame = world.of_schools(date(year, 10, 1), teachers=True)
    pools = (
        frame.with_columns(cluster=pl.Series(world.member(frame["institution"].to_numpy(), year)))
        .filter(pl.col("cluster") >= 0)
        .group_by("cluster", maintain_order=True)
        .agg("person_id", "institution_id")
    )
    rows = (
        held.select("event_id", "cluster", "comes", "begins", turn=pl.lit(list(range(INVITED))))
        .explode("turn")
        .join(pools, on="cluster", how="left", maintain_order="left")
        .filter(pl.col("turn") < pl.col("person_id").list.len())
    )
    seat = (pl.col("begins") + pl.col("turn")) % pl.col("person_id").list.len().cast(pl.Int64)
    return rows.select(
        "event_id",
        pl.col("person_id").list.get(seat),
        pl.col("institution_id").list.get(seat),
        pl.lit(True).alias("invited"),
        (pl.Series(rng.random(rows.height)) < pl.col("comes")).alias("attended"),
    )


def taking_part(schools: Schools, year: int) -> Floats:
    """By school the share of teachers who take part in lesson study in a school year."""
    in_years = year - schools.joined + 1
    share: Floats = np.where(in_years > 0, FIRST_YEAR + A_YEAR * (in_years - 1), OUTSIDE)
    return share


def lesson_study(world: World, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cycles of a delivered year and their participants, in groups of a school."""
    rng = world.rng("lesson study", number)
    year = world.year(number)
    frame = world.of_schools(date(year, 11, 1), teachers=True)
    chance = taking_part(world.schools, year)[frame["institution"].to_numpy()]
    chosen = frame.filter(pl.Series(rng.random(frame.height) < chance)).sort("institution", "person")
    chosen = chosen.with_columns(seat=pl.int_range(pl.len()).over("institution"))
    chosen = chosen.with_columns(
        cycle_id=pl.format(f"LS{world.code}{number}-" + "{}-{}", "institution", pl.col("seat") // GROUP),
        role=pl.when(pl.col("seat") % GROUP == 0).then(pl.lit("leader")).otherwise(pl.lit("teacher")),
    )
    cycles = chosen.group_by("cycle_id", maintain_order=True).agg(
        pl.col("institution").first(), pl.col("institution_id").first(), pl.col("seat").first()
    )
    n = cycles.height
    starts = after(np.full(n, np.datetime64(f"{year}-10-15")), rng.integers(0, 120, n))
    before = np.round(np.clip(6 + rng.standard_normal(n), 0, 10), 1)
    gained = np.round(np.clip(before + 0.8 + rng.standard_normal(n), 0, 10), 1)
    subject, ends = rng.integers(0, len(SUBJECTS), n), after(starts, rng.integers(30, 70, n))
    member, luck = world.member(cycles["institution"].to_numpy(), year), world.rng("depth", number)
    depth = {
        name: rates.drawn(world, "L4", number, member, luck, name) for name in ("main", "external_expert", "published")
    }
    rows = cycles.select(
        "cycle_id",
        world.cluster_ids(member).alias("cluster_id"),
        "institution_id",
        pl.Series("subject", SUBJECTS).gather(subject),
        pl.lit("Кері байланыс").alias("topic"),
        day_column("started_on", starts),
        day_column("ended_on", ends),
        pl.Series("stage_reached", rng.integers(3, 5, n)),
        pl.Series("external_expert", depth["external_expert"]),
        pl.Series("artefacts_complete", np.where(depth["main"], 4, luck.integers(1, 4, n))),
        pl.format("G{}-{}", "institution", pl.col("seat") // GROUP).alias("group_id"),
        pl.Series("outcome_before", before),
        pl.Series("outcome_after", gained),
        pl.lit(10.0).alias("outcome_scale"),
        day_column("open_lesson_on", np.where(luck.random(n) < OPEN, after(starts, 20), NEVER)),
        day_column("published_on", np.where(depth["published"], after(ends, 40), NEVER)),
    )
    return rows, chosen.select("cycle_id", "person_id", "role")


def mentors(world: World, number: int) -> pl.DataFrame:
    """Who is asked to be whose mentor in a delivered year, and whether they agree."""
    rng = world.rng("mentors", number)
    year = world.year(number)
    held = world.of_schools(date(year, 10, 1), teachers=True)
    is_new = pl.Series(world.staff.people.way == BEGINNER).gather(held["person"])
    begins = held.filter(is_new, pl.col("start").is_between(date(year, 8, 1), date(year, 10, 1)))
    old = held.filter(pl.col("start") < date(year - 3, 9, 1))
    pools = old.group_by("institution", maintain_order=True).agg(mentor=pl.col("person_id"))
    begins = begins.join(pools, on="institution", maintain_order="left")
    n = begins.height
    asked = after(begins["start"].to_numpy(), rng.integers(0, ASKED_WITHIN, n))
    refused = pl.Series(rng.random(n) < REFUSES)
    turn = pl.Series(rng.integers(0, 1 << 30, n)) % pl.col("mentor").list.len().cast(pl.Int64)
    luck, member = world.rng("induction", number), world.member(begins["institution"].to_numpy(), year)
    passed = rates.drawn(world, "P15", number, member, luck)
    ends, result = (
        after(np.datetime64(f"{year + 1}-05-26"), luck.integers(0, 25, n)),
        np.where(passed, "passed", "left"),
    )
    return begins.select(
        pl.Series("pair_id", [f"MP{world.code}{number}-{pair:05d}" for pair in range(n)]),
        pl.col("mentor").list.get(turn).alias("mentor_id"),
        pl.when(~refused).then("person_id").alias("mentee_id"),
        "institution_id",
        pl.lit("young_teacher").alias("kind"),
        day_column("offered_on", asked),
        pl.when(~refused).then(day_column("starts_on", after(asked, rng.integers(1, 15, n)))).alias("starts_on"),
        pl.when(~refused).then(day_column("", ends)).alias("ends_on"),
        pl.Series("mentor_trained", rng.random(n) < 0.6),
        refused.alias("mentor_refused"),
        pl.when(~refused).then(pl.Series(result)).alias("induction_result"),
    )
