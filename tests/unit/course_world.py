"""Invented teachers of five school years, some of whom complete a course, their pupils, and what dbt makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from project_seeds import write_seeds

from bilimkoz.connection import connect, registered
from estimators.course_outcome import course_outcome
from estimators.cross_products import COLUMNS

Floats = NDArray[np.float64]
ONE = 10_000_000
YEARS = (2020, 2021, 2022, 2023, 2024)
#: Every second school is in a network, each network has four schools, and there are two oblasts.
PAIR = {
    "teacher_no": pl.Int32, "subject": pl.String, "test": pl.String, "start_year": pl.Int32, "before_start_year": pl.Int32,
    "side": pl.String, "only_unit_id": pl.String, "before_first_on": pl.Date,
}  # fmt: skip


@dataclass
class Teachers:
    """Pupils as rows, and who completed what.

    Attributes:
        pupils: teacher_no, institution_id, subject, start_year, grade, prior, prior_missing, outcome (standard deviations).
        pairs: rows of int_course_pair.
        completed: teacher_no, unit_id, completed_on.
        courses: of which int_course tells.
    """

    pupils: pl.DataFrame
    pairs: pl.DataFrame
    completed: pl.DataFrame
    courses: list[str]
    effects: dict[str, float] = field(default_factory=dict)


def invented(
    seed: int,
    *,
    schools: int = 40,
    teachers: int = 6,
    pupils: int = 20,
    effects: dict[str, float] | None = None,
    share: float = 0.15,
    school_year: float = 0.1,
    teacher_year: float = 0.1,
    network_gain: float = 0.0,
    subjects: tuple[str, ...] = ("mathematics",),
    years: tuple[int, ...] = YEARS,
) -> Teachers:
    """Of a year, `share` of the teachers complete their first course, one each, in summer or in the school year, and never
    another. Pupils learn more by the effect of it from the next school year on; `network_gain` more a year in networks."""
    effects = effects if effects is not None else {"PD/a": 0.3, "PD/b": 0.0}
    random = np.random.default_rng(seed)
    n = schools * teachers
    school = np.arange(n) // teachers
    # The first school year after the course, of those who have one; and whether it was completed in the summer.
    chance = random.random(n)
    first = np.full(n, 9999)
    for number, year in enumerate(years[1:]):
        first[(chance >= number * share) & (chance < (number + 1) * share)] = year
    units = np.array(sorted(effects))[random.integers(len(effects), size=n)]
    is_summer = random.random(n) < 0.5
    parts, pairs = [], []
    for subject in subjects:
        lasting = random.normal(0, 0.2, n) + random.normal(0, 0.2, schools)[school]
        for year in years:
            level = lasting + random.normal(0, school_year, schools)[school] + random.normal(0, teacher_year, n)
            level = level + network_gain * (year - years[0]) * (school % 2)
            level = level + np.where(first <= year, [effects[unit] for unit in units], 0.0)
            teacher = np.repeat(np.arange(n), random.integers(pupils // 2, 3 * pupils // 2 + 1, n))
            missing = random.random(len(teacher)) < 0.1
            prior = np.where(missing, 0.0, random.normal(size=len(teacher)))
            grade = np.where(np.arange(len(teacher)) % 2, 6, 7)
            outcome = np.where(grade == 6, 0.6, 0.5) * prior - 0.2 * missing + level[teacher]
            outcome = outcome + random.normal(0, 0.6, len(teacher))
            row = {
                "teacher_no": teacher + 1,
                "grade": grade,
                "prior": prior,
                "prior_missing": missing,
                "outcome": outcome,
            }
            parts.append(
                pl.DataFrame(row).with_columns(
                    institution_id=pl.Series([f"S{at:04}" for at in school[teacher]]),
                    subject=pl.lit(subject),
                    start_year=pl.lit(year),
                )
            )
        pairs.append(_pairs(first, units, is_summer, years).with_columns(subject=pl.lit(subject), test=pl.lit("modo")))
    has = first < 9999
    completed = pl.DataFrame({"teacher_no": np.flatnonzero(has) + 1, "unit_id": units[has]}).with_columns(
        completed_on=pl.date(pl.Series(first[has] - 1 + is_summer[has]), pl.Series(np.where(is_summer[has], 8, 12)), 10)
    )
    return Teachers(
        pl.concat(parts), pl.concat(pairs).select(*PAIR).cast(dict(PAIR)), completed, sorted(effects), effects
    )


def _pairs(
    first: Floats, units: NDArray[np.str_], is_summer: NDArray[np.bool_], years: tuple[int, ...]
) -> pl.DataFrame:
    """What int_course_pair says: the year after a summer course is set beside the year before it, after one of the school year
    beside the year before that."""
    rows = []
    for year in years:
        for before in (year - 1, year - 2):
            if before not in years:
                continue
            trained = (first == year) & (is_summer == (before == year - 1))
            untrained = (first - 1 < before) | (first - 1 > year)
            for side, is_side in (("trained", trained), ("untrained", untrained)):
                at = np.flatnonzero(is_side)
                rows.append(
                    pl.DataFrame({"teacher_no": at + 1, "only_unit_id": units[at]}).with_columns(
                        pl.when(side == "trained").then("only_unit_id").alias("only_unit_id"),
                        start_year=pl.lit(year),
                        before_start_year=pl.lit(before),
                        side=pl.lit(side),
                        before_first_on=pl.date(before, 9, 1),
                    )
                )
    return pl.concat(rows)


def estimated(*worlds: Teachers) -> pl.DataFrame:
    with summed(*worlds) as connection:
        return course_outcome(connection)


@contextmanager
def summed(*worlds: Teachers) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with what dbt makes of the pupils, and the seeds."""
    pupils = pl.concat(world.pupils for world in worlds)
    columns = ["1", *(name if name in ("prior", "prior_missing", "outcome") else "0" for name in COLUMNS)]
    products = ", ".join(
        f"cast(sum({columns[row]}::hugeint * {columns[at]}::hugeint) as double) as sum_{row}_{at}"
        for row in range(10)
        for at in range(max(row, 1), 10)
    )
    sums = ", ".join(f"sum({columns[at]}) as sum_0_{at}" for at in range(1, 10))
    told = pupils.with_columns(
        *((pl.col(name) * ONE).round().cast(pl.Int64) for name in ("prior", "outcome")),
        pl.col("prior_missing").cast(pl.Int64),
    )
    with connect(None) as connection:
        connection.execute("create schema intermediate; create schema seeds")
        write_seeds(connection)
        with registered(connection, "given", told):
            connection.execute(
                f"""create table intermediate.int_value_added_gram as
                select start_year, grade, subject, 'modo' as test, institution_id, prior_missing = 0 as is_complete,
                    count(*) as pupils_n, sum(1 - prior_missing) as with_prior_n, 0 as at_ceiling_n, {products}
                from given group by all;
                create table intermediate.int_value_added_teacher as
                select start_year, subject, 'modo' as test, institution_id, teacher_no::integer as teacher_no, grade,
                    count(*) as pupils_n, {sums}
                from given group by all;
                create table intermediate.int_score_scale as
                select distinct grade, subject, 'modo' as test, 10.0::double as sd_score from given;
                create table schools as select distinct institution_id, substr(institution_id, 2)::int as number from given"""
            )
        for table, rows in (("pair", [w.pairs for w in worlds]), ("completion", [w.completed for w in worlds])):
            with registered(connection, "given", pl.concat(rows).unique(maintain_order=True)):
                connection.execute(f"create table intermediate.int_course_{table} as select * from given")
        courses = sorted({course for world in worlds for course in world.courses})
        with registered(connection, "given", pl.DataFrame({"course": courses}, schema={"course": pl.String})):
            connection.execute(
                """create table intermediate.int_course as
                select split_part(course, '/', 1) as provider_id, split_part(course, '/', 2) as course from given"""
            )
        connection.execute(
            """create table intermediate.int_period as
            select 'school_year' as period_kind, y || '/' || (y - 1999) as period, make_date(y + 1, 5, 25) as counted_on
            from range(2018, 2027) as t(y);
            create table intermediate.int_staff_network as
            select institution_id, y as start_year, 'N' || number // 8 as cluster_id from schools, range(2018, 2027) as t(y)
            where number % 2 = 1;
            create table intermediate.int_scope_member as
            select 'cluster' as scope, 'N' || number // 8 as scope_id, 'institution' as member_kind, institution_id as member_id,
                date '0001-01-01' as from_on, date '9999-12-31' as through_on from schools where number % 2 = 1
            union all
            select 'region', case when number % 4 < 2 then 'north' else 'south' end, 'institution', institution_id,
                date '0001-01-01', date '9999-12-31' from schools
            union all
            select 'institution', institution_id, 'institution', institution_id, date '0001-01-01', date '9999-12-31'
            from schools"""
        )
        yield connection
