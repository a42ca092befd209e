"""How what pupils of a teacher know more than was to be expected changes from one school year to another: of teachers who
completed a course between the two, and of teachers who did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from estimators.cross_products import COLUMNS, TERMS, UNITS, sums_of
from estimators.value_added import outcome_models

#: Subject, test, both school years, and whether the school is of a network: within these, teachers are set beside each other.
STACK = ("subject", "test", "before_start_year", "start_year", "in_network")
#: Of the change that a course may have made, and of the one up to the year before it, which no course can have made: the weight
#: 1 / (variance of both means), and that times the change.
SUMS = ("weight", "change", "earlier_weight", "earlier_change")
_SUMS = sums_of(len(TERMS))[: len(COLUMNS)]
_CELLS = f"""
    select teacher_no, institution_id, start_year, grade, cast(pupils_n as double) as pupils_n,
        {", ".join(f"cast({name} as double) as {name}" for name in _SUMS)}
    from intermediate.int_value_added_teacher
    where subject = ? and test = ?"""
_PAIRS = """
    select teacher_no, start_year, before_start_year, side, only_unit_id
    from intermediate.int_course_pair
    where subject = ? and test = ?"""
#: Courses that teachers of the other side have behind them, so that they are no control of these.
_EARLIER = """
    select distinct p.teacher_no, p.start_year, p.before_start_year, c.unit_id
    from intermediate.int_course_pair as p
    inner join intermediate.int_course_completion as c on p.teacher_no = c.teacher_no
    where p.subject = ? and p.test = ? and p.side = 'untrained' and c.completed_on < p.before_first_on"""


@dataclass(frozen=True)
class Changes:
    """Teachers of a subject and test who have outcomes in both years at one school.

    Attributes:
        trained: a row for each teacher and pair of years: STACK, teacher_no, institution_id, only_unit_id, pupils_n of the year
            after, SUMS.
        controls: the same of teachers without a course, by STACK and institution_id: teachers_n, pupils_n, SUMS.
        earlier: of the controls those who have a course behind them, by unit_id beside.
    """

    trained: pl.DataFrame
    controls: pl.DataFrame
    earlier: pl.DataFrame


def changes(connection: duckdb.DuckDBPyConnection) -> Iterator[Changes]:
    """Each subject and test of which a model of value added has an answer.

    Reads intermediate.int_value_added_gram, int_score_scale, int_value_added_teacher, int_course_pair, int_course_completion and
    int_staff_network, and the seeds that estimators.value_added reads. Changes are in standard deviations of pupils of the
    baseline year.
    """
    networks = connection.execute(
        "select distinct institution_id, start_year, true as in_network from intermediate.int_staff_network"
    ).pl()
    for (subject, test), models in _models(connection).partition_by("subject", "test", as_dict=True).items():
        means = _means(connection.execute(_CELLS, [subject, test]).pl(), models.drop("subject", "test"))
        pairs = (
            connection.execute(_PAIRS, [subject, test]).pl().with_columns(subject=pl.lit(subject), test=pl.lit(test))
        )
        told = _changes(pairs, means).join(networks, on=["institution_id", "start_year"], how="left")
        told = told.with_columns(pl.col("in_network").fill_null(False))
        controls = told.filter(side="untrained")
        earlier = connection.execute(_EARLIER, [subject, test]).pl()
        yield Changes(
            trained=told.filter(side="trained").select(
                *STACK, "teacher_no", "institution_id", "only_unit_id", "pupils_n", *SUMS
            ),
            controls=_summed(controls, *STACK, "institution_id"),
            earlier=_summed(
                controls.join(earlier, on=["teacher_no", "start_year", "before_start_year"]),
                "unit_id",
                *STACK,
                "institution_id",
            ),
        )


def _models(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """A row for each model: its key, what each sum of a teacher's pupils counts for in that of y - x'beta, and the variances of
    pupils and of schools."""
    rows = []
    for model, fit in outcome_models(connection):
        of_sum = np.zeros(len(TERMS))
        of_sum[[TERMS.index(term) for term in model.terms]] = np.append(-fit.coefficients, 1.0)
        start_year, grade, subject, test = model.key
        key = {"start_year": start_year, "grade": grade, "subject": subject, "test": test}
        times = dict(zip(("times_n", *(f"times_{name}" for name in _SUMS)), of_sum / UNITS, strict=True))
        spread = {"pupil_variance": fit.residual_variance, "school_variance": float(fit.variances[0][0, 0])}
        rows.append(key | times | spread)
    return pl.DataFrame(rows, schema=None if rows else {"subject": pl.String, "test": pl.String})


def _means(cells: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Of each teacher, school year and school, over the grades that have a model: pupils, mean of y - x'beta, its variance."""
    residual = pl.col("pupils_n") * pl.col("times_n")
    for name in _SUMS:
        residual += pl.col(name) * pl.col(f"times_{name}")
    n = pl.col("pupils_n")
    return (
        cells.join(models, on=["start_year", "grade"])
        .with_columns(residual=residual)
        # In an order that is always the same, so that sums are.
        .sort("teacher_no", "start_year", "institution_id", "grade")
        .group_by("teacher_no", "start_year", "institution_id", maintain_order=True)
        .agg(
            mean=pl.col("residual").sum() / n.sum(),
            variance=((n * pl.col("school_variance")).sum() + (n * pl.col("pupil_variance")).sum() / n.sum()) / n.sum(),
            pupils_n=n.sum().cast(pl.Int64),
        )
    )


def _changes(pairs: pl.DataFrame, means: pl.DataFrame) -> pl.DataFrame:
    """Pairs of years with the changes at the school where the teacher has most pupils in the year after, of those who taught
    there in the year before as well."""
    main = (
        means.sort("teacher_no", "start_year", "pupils_n", "institution_id", descending=[False, False, True, False])
        .unique(["teacher_no", "start_year"], keep="first", maintain_order=True)
    )  # fmt: skip
    before = means.select(
        "teacher_no", "institution_id", before_start_year="start_year", before_mean="mean", before_variance="variance"
    )
    first = before.select(
        "teacher_no",
        "institution_id",
        pl.col("before_start_year") + 1,
        first_mean="before_mean",
        first_variance="before_variance",
    )
    at = ["teacher_no", "institution_id", "before_start_year"]
    weight, earlier = (
        1 / (pl.col("variance") + pl.col("before_variance")),
        1 / (pl.col("before_variance") + pl.col("first_variance")),
    )
    return (
        pairs.join(main, on=["teacher_no", "start_year"])
        .join(before, on=at)
        .join(first, on=at, how="left")
        .sort("teacher_no", "start_year", "before_start_year")
        .with_columns(
            weight=weight,
            change=weight * (pl.col("mean") - pl.col("before_mean")),
            earlier_weight=earlier.fill_null(0.0),
            earlier_change=(earlier * (pl.col("before_mean") - pl.col("first_mean"))).fill_null(0.0),
        )
    )


def _summed(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    return (
        rows.group_by(by, maintain_order=True)
        .agg(
            pl.col("teacher_no").n_unique().cast(pl.Int64).alias("teachers_n"),
            (pl.col("earlier_weight") > 0).sum().cast(pl.Int64).alias("earlier_teachers_n"),
            *(pl.col(name).sum() for name in ("pupils_n", *SUMS)),
        )
        .sort(by)
    )
