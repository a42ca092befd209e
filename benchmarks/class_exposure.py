"""How often the interval of the difference between classes with and without a practicant holds it.

    .venv/bin/python benchmarks/class_exposure.py 2000

Each replicate is a school year of its own, so that all go through the estimator at once. Schools have two to six classes of 8 to
25 pupils, classes have effects of their own; `uneven` gives one school in five ten times as many classes.
"""

from __future__ import annotations

import sys

import duckdb
import numpy as np
import polars as pl

from bilimkoz.connection import connect, registered
from estimators.class_exposure import class_exposure
from estimators.cross_products import TERMS

#: Standard deviations of effects of schools and of classes, of the difference between schools, and of pupils.
SCHOOL, CLASS, VARIES, PUPIL = 0.3, 0.15, 0.1, 0.6
TRUE = -0.05


def world(schools: int, uneven: bool, replicates: int, rng: np.random.Generator) -> pl.DataFrame:
    """Cross-products by school and side; of the columns of value added the prior alone says anything."""
    n = schools * replicates
    classes = rng.integers(2, 7, n)
    if uneven:
        classes = np.where(rng.random(n) < 0.2, 10 * classes, classes)
    school = np.repeat(np.arange(n), classes)
    first = np.concatenate([[0], np.cumsum(classes)[:-1]])
    # One class in four, and at least one with and one without in each school.
    has = rng.random(len(school)) < 0.25
    has[first], has[first + 1] = True, False
    size = rng.integers(8, 26, len(school))
    of_class = np.repeat(np.arange(len(school)), size)
    gap = TRUE + VARIES * rng.standard_normal(n)
    level = SCHOOL * rng.standard_normal(n)[school] + CLASS * rng.standard_normal(len(school)) + gap[school] * has
    prior = rng.standard_normal(len(of_class)) + 0.3 * has[of_class]
    outcome = 0.6 * prior + level[of_class] + PUPIL * rng.standard_normal(len(of_class))
    prior_at, outcome_at = TERMS.index("prior"), len(TERMS) - 1
    sums = {
        (0, prior_at): prior * 1e7,
        (0, outcome_at): outcome * 1e7,
        (prior_at, prior_at): prior * prior * 1e14,
        (prior_at, outcome_at): prior * outcome * 1e14,
        (outcome_at, outcome_at): outcome * outcome * 1e14,
    }
    cell = 2 * school[of_class] + has[of_class]
    frame = pl.DataFrame(
        {
            "start_year": 2000 + np.arange(2 * n) // 2 // schools,
            "institution_id": np.arange(2 * n) // 2 % schools,
            "practicant": np.tile(["without", "with"], n),
            "pupils_n": np.bincount(cell, minlength=2 * n),
            "classes_n": np.bincount(2 * school + has, minlength=2 * n),
        }
        | {
            f"sum_{row}_{column}": np.bincount(cell, sums.get((row, column), np.zeros(len(cell))), 2 * n)
            for row in range(len(TERMS))
            for column in range(max(row, 1), len(TERMS))
        }
    )
    key = {"grade": 6, "subject": "mathematics", "test": "modo", "young_main": "unknown"}
    return frame.with_columns(pl.lit(value).alias(name) for name, value in key.items()).with_columns(
        institution_id=pl.format("S{}", pl.col("institution_id").cast(pl.String).str.zfill(5))
    )


def seeds(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema intermediate; create schema seeds")
    connection.execute(
        """create table seeds.minimum_n as select * from (values ('value_added', 10), ('cluster_interval', 20))
        as v(figure, minimum_n)"""
    )
    connection.execute(
        """create table seeds.thresholds as select * from
        (values ('value_added_coverage_share', 0.5), ('class_margin_sd', 0.1)) as v(code, bound)"""
    )


def main(replicates: int) -> None:
    for schools in (20, 40, 100):
        for uneven in (False, True):
            rng = np.random.default_rng([schools, uneven])
            with connect(None) as connection:
                seeds(connection)
                with registered(connection, "given", world(schools, uneven, replicates, rng)):
                    connection.execute("create table intermediate.int_value_added_exposure as select * from given")
                found = class_exposure(connection).filter(pl.col("grade") == 6, exposure="practicant", status="ok")
            held = found.select(pl.lit(TRUE).is_between("difference_ci_low", "difference_ci_high").mean()).item()
            mean, effective = found["difference_sd"].mean(), found["effective_n"].mean()
            print(
                f"{schools} schools{', uneven' if uneven else ''}: {found.height} worlds, held {held:.1%}, mean {mean:.4f},"
                f" worth {effective:.1f} schools, error {found['difference_se'].mean():.4f} of {found['difference_sd'].std():.4f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
