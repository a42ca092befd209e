"""Students and graduates: who studied where, who works where, portfolios, supervisors' visits, and modules that are credited."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country import practicum, rates, teams
from ingest.simulate.country.staff import hired
from ingest.simulate.country.world import World
from ingest.simulate.dates import Floats, after, day_column

#: Of those who will not teach: the share who work elsewhere, and for whom.
ELSEWHERE, ELSEWHERE_ID = 0.5, "991140000017"
#: Kinds of a portfolio that each has who has one, and those that some add.
ALWAYS, OFTEN, OFTEN_SHARE = ("lesson_plan", "reflection"), ("ls_protocol", "feedback", "certificate"), 0.6
#: Modules of a college's programme, and the share credited in the first delivered year and more in each that follows, in
#: log-odds; the spread of colleges.
MODULES, CREDITED, A_YEAR, SPREAD = 24, 0.25, 0.35, 0.4


def studies(placed: pl.DataFrame) -> pl.DataFrame:
    """What the students of a spring, who graduate in its June, have studied."""
    # Who will not teach leaves no trace after it; who will is found in staff lists.
    years = pl.when(pl.col("route") == "college").then(3).otherwise(4)
    spring = pl.col("starts_on").dt.year()
    return placed.select(
        pl.col("student_id").alias("person_id"),
        pl.col("sending_id").alias("institution_id"),
        "programme_code",
        pl.date(spring - years, 9, 1).alias("start_date"),
        pl.date(spring, 6, 30).alias("end_date"),
        pl.when(pl.col("route") == "college").then(pl.lit("vocational")).otherwise(pl.lit("bachelor")).alias("level"),
        pl.lit("graduated").alias("status"),
    )


def graduate_placements(world: World, number: int, placed: pl.DataFrame) -> pl.DataFrame:
    """Where graduates of a delivered year's June went by the end of August, as the career service knows."""
    rng = world.rng("graduates", number)
    schools = world.staff.places.network.institutions.select(institution="number", employer_id="institution_id")
    begin = hired(world.staff).join(schools, on="institution", how="left", maintain_order="left")
    rows = placed.join(
        begin.select("person_id", "employer_id", "t0"), left_on="student_id", right_on="person_id", how="left",
        maintain_order="left",
    )  # fmt: skip
    last = date(world.year(number) + 1, 8, 31)
    teaches = (pl.col("t0") <= last).fill_null(False)
    other = pl.col("t0").is_null() & pl.Series(rng.random(rows.height) < ELSEWHERE)
    return rows.select(
        pl.col("student_id").alias("person_id"),
        pl.col("sending_id").alias("graduated_from"),
        pl.lit(date(world.year(number) + 1, 6, 30)).alias("graduated_on"),
        pl.lit("career_service").alias("source"),
        pl.when(teaches).then("employer_id").when(other).then(pl.lit(ELSEWHERE_ID)).alias("employer_id"),
        pl.when(teaches).then("t0").alias("employed_on"),
        pl.when(teaches).then(True).when(other).then(False).alias("teaching"),
    )


def portfolios(world: World, number: int, placed: pl.DataFrame) -> pl.DataFrame:
    """What students keep; a plan that is approved and a portfolio go together as often as planted."""
    rng = world.rng("portfolios", number)
    with_plan = placed.with_columns(member=pl.Series(_members(world, number, placed)))
    share = rates.shares(world, "P1", number)[with_plan["member"].to_numpy()] / practicum.PLAN_APPROVED
    owners = with_plan.filter(pl.Series(rng.random(placed.height) < share))
    kinds = (*ALWAYS, *OFTEN)
    rows = owners.select("student_id", "starts_on").join(
        pl.DataFrame({"kind": kinds, "place": range(len(kinds))}), how="cross"
    )
    rows = rows.filter((pl.col("place") < len(ALWAYS)) | pl.Series(rng.random(rows.height) < OFTEN_SHARE))
    n = rows.height
    created = after(rows["starts_on"].to_numpy(), rng.integers(1, 26, n))
    return pl.DataFrame(
        {
            "person_id": rows["student_id"],
            "artefact_id": teams.codes("PF", world, number, n),
            "kind": rows["kind"],
            "created_on": day_column("", created),
            "access": pl.repeat("partners", n, eager=True),
            "rubric_score": np.round(1 + 3 * rng.beta(5, 2.5, n), 1),
            "assessed_on": day_column("", after(created, rng.integers(1, 20, n))),
            "consent": pl.repeat(True, n, eager=True),
        }
    )


def _members(world: World, number: int, placed: pl.DataFrame) -> np.ndarray:
    """The network of the school of each placement, -1 for none."""
    home = pl.DataFrame({"school_id": world.schools.bins, "institution": np.arange(world.schools.n)})
    place = placed.select("school_id").join(home, on="school_id", how="left", maintain_order="left")
    return world.member(place["institution"].to_numpy(), world.year(number))


def visits(world: World, number: int, placed: pl.DataFrame) -> pl.DataFrame:
    """Visits by supervisor, school and month with a placement running: two with a report as often as planted, else one."""
    rng = world.rng("visits", number)
    runs = placed.with_columns(member=pl.Series(_members(world, number, placed))).drop_nulls("supervisor_id")
    months = pl.concat(
        [
            runs.select("supervisor_id", "school_id", "member", day=pl.col("starts_on")),
            runs.select("supervisor_id", "school_id", "member", day=pl.col("ends_on")),
        ]
    ).with_columns(month=pl.col("day").dt.truncate("1mo"))
    units = months.group_by("supervisor_id", "school_id", "member", "month", maintain_order=True).agg(
        pl.col("day").min()
    )
    enough = rates.drawn(world, "P6", number, units["member"].to_numpy(), rng)
    first = units["day"].to_numpy().astype("datetime64[D]")
    # On the last of a month the second visit is the day before.
    is_last = (first + np.timedelta64(1, "D")).astype("datetime64[M]") > first.astype("datetime64[M]")
    second = after(first, np.where(is_last, -1, 1))
    told = pl.concat(
        [
            units.with_columns(day_column("visited_on", first)),
            units.with_columns(day_column("visited_on", second)).filter(pl.Series(enough)),
        ]
    )
    n = told.height
    return told.select(
        teams.codes("SV", world, number, n).alias("visit_id"),
        "supervisor_id",
        "school_id",
        "visited_on",
        day_column("report_submitted_on", after(told["visited_on"].to_numpy(), rng.integers(0, 5, n))),
    )


def credited(world: World, number: int) -> Floats:
    """By college the share of modules that the university credits in a delivered year, as it is planted."""
    colleges_n = int((practicum.providers(world)["kind"] == "college").sum())
    odds = np.log(CREDITED / (1 - CREDITED)) + SPREAD * world.rng("credited").standard_normal(colleges_n)
    told: Floats = 1 / (1 + np.exp(-odds - A_YEAR * number))
    return told


def module_credits(world: World, number: int) -> pl.DataFrame:
    """Every module of every college's programme, as it stands after a delivered year."""
    frame = practicum.providers(world)
    colleges, university = frame.filter(kind="college"), frame.filter(kind="university")
    luck = world.rng("modules").random((colleges.height, MODULES))
    since = np.stack([luck < credited(world, year)[:, None] for year in range(number + 1)])
    first = np.where(since.any(axis=0), since.argmax(axis=0), -1).ravel()
    days = [date(world.year(year), 11, 20) for year in range(number + 1)]
    rows = colleges[np.repeat(np.arange(colleges.height), MODULES)]
    return rows.select(
        college_id="institution_id",
        college_programme="programme_code",
        module_code=pl.format("M{}", pl.Series(np.tile(np.arange(1, MODULES + 1), colleges.height))),
        university_id=pl.lit(university["institution_id"][0]),
        university_programme=pl.lit(university["programme_code"][0]),
        credits=pl.lit(5.0),
        credited=pl.Series(first >= 0),
        decided_on=pl.Series([*days, None], dtype=pl.Date).gather(np.where(first >= 0, first, len(days))),
    )


def truth(world: World) -> pl.DataFrame:
    """Of each network and year the share of its college's modules that is planted as credited; columns as of `rates.truth`."""
    colleges = practicum.providers(world).filter(kind="college")["institution_id"].to_list()
    members = world.places.network.members.filter(role="college").sort("cluster_id")
    place = np.array([colleges.index(name) for name in members["institution_id"].to_list()])
    years = [
        members.select(
            "cluster_id",
            school_year=pl.lit(world.period(number)),
            indicator=pl.lit("P3"),
            measure=pl.lit("main"),
            true_value=pl.Series(credited(world, number)[place]),
        ).filter(members["joined_on"] <= date(world.year(number), 9, 1))
        for number in range(world.order.size.years_n)
    ]
    return pl.concat(years)
