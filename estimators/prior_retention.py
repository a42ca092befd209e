"""How well institutions kept new teachers before the day from which they are compared, shrunken by how little that tells."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from estimators.beta_binomial import fit

#: Fewer people of whom it is known whether they stayed tell nothing of an institution.
LEAST_HIRED_N = 5


def prior_retention(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Prior retention of institutions, by the last of the three cohorts that it counts.

    The share is that at the workplace after 12 months, shrunken to the mean of all institutions that hired in the window by a
    beta-binomial model, which is fitted to each window.

    Returns:
        A row per `last_cohort_start_year` and `institution_id`: `hired_n`, `base_n`, `retained_n`, `prior_share` (null under
        five in the base), `log_hired_value`, the natural logarithm of 1 + hired_n.
    """
    counted = connection.execute(
        """select last_cohort_start_year, institution_id, hired_n, base_n, retained_n
        from intermediate.int_comparison_prior order by last_cohort_start_year, institution_id"""
    ).pl()
    windows = counted.partition_by("last_cohort_start_year", maintain_order=True)
    return pl.concat([_shrunken(window) for window in windows] or [_shrunken(counted)])


def _shrunken(window: pl.DataFrame) -> pl.DataFrame:
    retained, base = window["retained_n"].to_numpy(), window["base_n"].to_numpy()
    share = fit(retained, base).shrunken(retained, base) if base.sum() else np.zeros(window.height)
    return window.with_columns(
        prior_share=pl.when(pl.col("base_n") >= LEAST_HIRED_N).then(pl.Series(share, dtype=pl.Float64)),
        log_hired_value=(1 + pl.col("hired_n")).log(),
    )
