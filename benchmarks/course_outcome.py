"""How often the interval of the pupils' outcome of a course holds it, and how often a course without any is said to have one.

    .venv/bin/python benchmarks/course_outcome.py 2000

Each replicate is a subject and a course of its own, so that all go through the estimator at once: sixty schools of five teachers,
two school years, classes of 12 to 30 pupils. Schools and teachers are better or worse for good, and in each year anew. `spread`
gives the course to teachers anywhere, `whole` to all teachers of some schools. Beside the error by institution stands what it
would be by teacher: there each teacher counts as a school.
"""

from __future__ import annotations

import sys

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bilimkoz.connection import connect, registered
from bilimkoz.settings import PROJECT
from estimators.course_outcome import course_outcome
from estimators.cross_products import COLUMNS, TERMS

SCHOOLS, TEACHERS = 60, 5
#: Standard deviations: of schools and teachers for good and of a year, of the effect between teachers, of pupils.
SCHOOL, TEACHER, SCHOOL_YEAR, TEACHER_YEAR, VARIES, PUPIL = 0.2, 0.2, 0.1, 0.1, 0.1, 0.6
#: Replicates at once.
CHUNK = 100
SETTINGS = (("whole", 60), ("whole", 30), ("spread", 8), ("spread", 60))
PRIOR, OUTCOME = TERMS.index("prior"), len(TERMS) - 1


def trained_of(how: str, number: int, replicates: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(replicates, teachers) who completed the course; teachers of a school follow each other."""
    n = SCHOOLS * TEACHERS
    order = rng.permuted(np.tile(np.arange(n), (replicates, 1)), axis=1)
    if how == "spread":
        return np.asarray(order < number)
    schools = rng.permuted(np.tile(np.arange(SCHOOLS), (replicates, 1)), axis=1) < number // TEACHERS
    return np.repeat(schools, TEACHERS, axis=1)


def world(
    how: str, number: int, effect: float, varies: float, first: int, replicates: int, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums of teachers by year, with their products; and who completed the course."""
    n = SCHOOLS * TEACHERS
    trained = trained_of(how, number, replicates, rng)
    school = np.arange(n) // TEACHERS
    lasting = (
        TEACHER * rng.standard_normal((replicates, n)) + SCHOOL * rng.standard_normal((replicates, SCHOOLS))[:, school]
    )
    gain = (effect + varies * rng.standard_normal((replicates, n))) * trained
    parts = []
    for year in (2023, 2024):
        level = lasting + SCHOOL_YEAR * rng.standard_normal((replicates, SCHOOLS))[:, school]
        level = level + TEACHER_YEAR * rng.standard_normal((replicates, n)) + gain * (year == 2024)
        size = rng.integers(12, 31, replicates * n)
        of = np.repeat(np.arange(replicates * n), size)
        prior = rng.standard_normal(len(of))
        outcome = 0.6 * prior + level.ravel()[of] + PUPIL * rng.standard_normal(len(of))
        sums = {
            (0, PRIOR): prior * 1e7,
            (0, OUTCOME): outcome * 1e7,
            (PRIOR, PRIOR): prior * prior * 1e14,
            (PRIOR, OUTCOME): prior * outcome * 1e14,
            (OUTCOME, OUTCOME): outcome * outcome * 1e14,
        }
        parts.append(
            pl.DataFrame(
                {"replicate": first + np.arange(replicates * n) // n, "teacher": np.tile(np.arange(n), replicates)}
                | {"pupils_n": size}
                | {f"sum_{a}_{b}": np.bincount(of, sums[a, b], replicates * n) for a, b in sums}
            ).with_columns(start_year=pl.lit(year))
        )
    who = pl.DataFrame({"trained": trained.ravel()}).with_row_index("at")
    who = who.with_columns(replicate=first + pl.col("at") // n, teacher=pl.col("at") % n)
    return pl.concat(parts), who.select("replicate", "teacher", "trained")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema intermediate; create schema seeds")
    for name in ("minimum_n", "thresholds"):
        path = str(PROJECT / "dbt_project" / "seeds" / f"{name}.csv")
        connection.execute(f"create table seeds.{name} as select * from read_csv(?)", [path])
    connection.execute(
        """create table intermediate.int_staff_network (institution_id varchar, start_year int, cluster_id varchar);
        create table intermediate.int_scope_member
            (scope varchar, scope_id varchar, member_kind varchar, member_id varchar, from_on date, through_on date);
        create table intermediate.int_period (period_kind varchar, period varchar, counted_on date)"""
    )


def tables(connection: duckdb.DuckDBPyConnection, unit: str) -> None:
    """What dbt makes of `given` and `who`; `unit`: what stands for the school of a teacher."""
    none = ", ".join(
        f"0.0 as sum_{row}_{at}"
        for row in range(len(TERMS))
        for at in range(max(row, 1), len(TERMS))
        if not {row, at} <= {0, PRIOR, OUTCOME}
    )
    told = [(0, PRIOR), (0, OUTCOME), (PRIOR, PRIOR), (PRIOR, OUTCOME), (OUTCOME, OUTCOME)]
    sums = ", ".join(f"sum(sum_{a}_{b}) as sum_{a}_{b}" for a, b in told)
    plain = ", ".join(
        f"sum_0_{at}" if at in (PRIOR, OUTCOME) else f"0.0 as sum_0_{at}" for at in range(1, len(COLUMNS) + 1)
    )
    connection.execute(
        f"""create or replace table intermediate.int_value_added_gram as
        select start_year, 6 as grade, 'S' || replicate as subject, 'modo' as test, teacher // {TEACHERS} as institution_id,
            true as is_complete, sum(pupils_n) as pupils_n, sum(pupils_n) as with_prior_n, 0 as at_ceiling_n, {sums}, {none}
        from given group by all;
        create or replace table intermediate.int_value_added_teacher as
        select start_year, 6 as grade, 'S' || replicate as subject, 'modo' as test, ({unit})::varchar as institution_id,
            (replicate * 1000 + teacher)::int as teacher_no, pupils_n, {plain}
        from given;
        create or replace table intermediate.int_score_scale as
        select distinct grade, subject, test, 1.0::double as sd_score from intermediate.int_value_added_gram;
        create or replace table intermediate.int_course_pair as
        select (replicate * 1000 + teacher)::int as teacher_no, 'S' || replicate as subject, 'modo' as test, 2024 as start_year,
            2023 as before_start_year, date '2023-09-01' as before_first_on,
            case when trained then 'trained' else 'untrained' end as side,
            case when trained then 'PD/' || replicate end as only_unit_id
        from who;
        create or replace table intermediate.int_course_completion as
        select (replicate * 1000 + teacher)::int as teacher_no, 'PD/' || replicate as unit_id, date '2024-08-10' as completed_on
        from who where trained;
        create or replace table intermediate.int_course as
        select distinct 'PD' as provider_id, replicate::varchar as course from who"""
    )


def replicated(
    how: str, number: int, effect: float, varies: float, replicates: int, unit: str, seed: list[int]
) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    found = []
    with connect(None) as connection:
        prepare(connection)
        for first in range(0, replicates, CHUNK):
            given, who = world(how, number, effect, varies, first, min(CHUNK, replicates - first), rng)
            with registered(connection, "given", given), registered(connection, "who", who):
                tables(connection, unit)
            found.append(course_outcome(connection).filter(pl.col("unit_id") != "all"))
    return pl.concat(found)


def main(replicates: int) -> None:
    print(
        "| who | teachers | effect | by | told | effective institutions | mean | error of sd | said to differ from 0 | held |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for place, (how, number) in enumerate(SETTINGS):
        for effect, varies, unit in ((0.0, 0.0, "institution"), (0.0, 0.0, "teacher"), (0.1, VARIES, "institution")):
            of = "teacher" if unit == "teacher" else f"teacher // {TEACHERS}"
            found = replicated(how, number, effect, varies, replicates, of, [place, int(effect > 0)])
            told = found.filter(status="ok")
            held = told.select(
                nought=((pl.col("difference_ci_low") > 0) | (pl.col("difference_ci_high") < 0)).mean(),
                truth=((pl.col("difference_ci_low") <= effect) & (pl.col("difference_ci_high") >= effect)).mean(),
            ).row(0)
            se, sd = told["difference_se"].mean(), told["difference_sd"].std()
            print(
                f"| {how} | {number} | {effect} | {unit} | {told.height / found.height:.1%} | {told['effective_n'].mean():.1f} |"
                f" {told['difference_sd'].mean():.4f} | {se:.4f} of {sd:.4f} | {held[0]:.1%} | {held[1]:.1%} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
