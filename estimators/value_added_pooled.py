"""Value added over several years: each year of an institution, told from all its years and from the others alone."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from estimators.drift import Cells, Drift, Prediction, fit_drift, predict

Floats = NDArray[np.float64]
_Z = 1.959963984540054
#: In place of a variance of nought, where nothing is told anyway.
_LEAST = 1e-300
_KEY = {"subject": pl.String, "test": pl.String}
#: What is known of an institution, year, grade, subject and test: residual mean and its noise in standard deviations of pupils.
CELLS = pl.Schema(
    {
        **_KEY,
        "start_year": pl.Int32,
        "grade": pl.Int32,
        "institution_id": pl.String,
        "pupils_n": pl.Int64,
        "mean": pl.Float64,
        "noise": pl.Float64,
    }
)
POOLED = pl.Schema(
    {
        **_KEY,
        "school_year": pl.String,
        "institution_id": pl.String,
        "pupils_n": pl.Int64,
        "years_n": pl.Int64,
        "pooled_sd": pl.Float64,
        "pooled_se": pl.Float64,
        "pooled_ci_low": pl.Float64,
        "pooled_ci_high": pl.Float64,
        "forecast_sd": pl.Float64,
        "forecast_se": pl.Float64,
        "reliability_share": pl.Float64,
        "band": pl.String,
        "status": pl.String,
    }
)
DRIFT = pl.Schema({**_KEY, "term": pl.String, "estimate": pl.Float64, "estimate_se": pl.Float64, "pairs_n": pl.Int64})


def pooled(cells: pl.DataFrame, least_pupils: int, least_institutions: int) -> dict[str, pl.DataFrame]:
    """Each year of each institution, and what years have in common.

    Args:
        cells: CELLS, in an order of their own.

    Returns:
        value_added_pooled: POOLED, a row for each subject, test, institution and year with a score. Over all grades of the year;
        pooled_* from all years, forecast_* from the other years alone, all in standard deviations of pupils. status: ok;
        one_year (nothing to forecast from); too_few (pupils in the year: no figure); too_few_institutions, no_common (years
        have nothing in common: no figure).
        value_added_drift: DRIFT. term lag_k: covariance of two years k apart; cohort, own: what a cohort, and a grade of a year,
        keeps to itself; forecast_slope: of residual means on forecasts, less what a cohort brings into both, 1 where forecasts
        are what they say.
    """
    tables = [
        _of_subject(part, least_pupils, least_institutions)
        for part in cells.partition_by(list(_KEY), maintain_order=True)
    ]
    return {
        name: pl.concat(
            [pl.DataFrame(schema=schema), *(table[name].select(schema.names()).cast(schema) for table in tables)]
        )
        for name, schema in {"value_added_pooled": POOLED, "value_added_drift": DRIFT}.items()
    }


def _of_subject(part: pl.DataFrame, least_pupils: int, least_institutions: int) -> dict[str, pl.DataFrame]:
    key = [pl.lit(part[name][0]).alias(name) for name in _KEY]
    institutions = part["institution_id"].unique().sort()
    cells = _cells(part, institutions)
    drift = fit_drift(cells)
    status = (
        "too_few_institutions"
        if len(institutions) < least_institutions
        else "ok"
        if drift.by_lag[0] > 0
        else "no_common"
    )
    years, points = [], []
    for year in sorted(set(cells.year.tolist())):
        rows, point = _of_year(part, institutions, cells, drift, year, least_pupils, status)
        years.append(rows)
        points.append(point)
    return {
        "value_added_pooled": pl.concat(years).with_columns(key),
        "value_added_drift": _terms(drift, np.concatenate(points), status).with_columns(key),
    }


def _cells(part: pl.DataFrame, institutions: pl.Series) -> Cells:
    columns = part.select("start_year", "grade").unique().sort("start_year", "grade")
    place = part.join(columns.with_row_index("column"), on=["start_year", "grade"], maintain_order="left")[
        "column"
    ].to_numpy()
    row = (
        part["institution_id"]
        .replace_strict(institutions, np.arange(len(institutions)), return_dtype=pl.Int64)
        .to_numpy()
    )
    mean, noise = np.full((len(institutions), columns.height), np.nan), np.ones((len(institutions), columns.height))
    mean[row, place], noise[row, place] = part["mean"].to_numpy(), part["noise"].to_numpy()
    return Cells(columns["start_year"].to_numpy(), columns["grade"].to_numpy(), mean, noise)


def _of_year(
    part: pl.DataFrame, institutions: pl.Series, cells: Cells, drift: Drift, year: int, least_pupils: int, status: str
) -> tuple[pl.DataFrame, Floats]:
    """Rows of POOLED of a year without their key; and _points of those with a forecast."""
    counted = part.group_by("institution_id").agg(
        pupils_n=pl.col("pupils_n").filter(pl.col("start_year") == year).sum(), years_n=pl.col("start_year").n_unique()
    )
    rows = pl.DataFrame({"institution_id": institutions}).join(counted, on="institution_id", maintain_order="left")
    here = cells.present & (cells.year == year)
    is_told = here.any(axis=1) & (rows["pupils_n"].to_numpy() >= least_pupils) & (status == "ok")
    is_forecast = is_told & (rows["years_n"].to_numpy() > 1)
    whole, forecast = (predict(cells, drift, year, without_year=without) for without in (False, True))
    se = standard_error(drift, whole)
    columns = {
        "pooled_sd": (is_told, whole.value),
        "pooled_se": (is_told, se),
        "pooled_ci_low": (is_told, whole.value - _Z * se),
        "pooled_ci_high": (is_told, whole.value + _Z * se),
        "reliability_share": (is_told, whole.told / max(drift.by_lag[0], _LEAST)),
        "forecast_sd": (is_forecast, forecast.value),
        # Who knows more errs no more; by covariances that err it may seem otherwise by a hair.
        "forecast_se": (is_forecast, np.maximum(standard_error(drift, forecast), se)),
    }
    rows = rows.with_columns(
        pl.lit(f"{year}/{(year + 1) % 100:02d}").alias("school_year"),
        *(
            pl.Series(name, np.where(told, values, np.nan), nan_to_null=True)
            for name, (told, values) in columns.items()
        ),
        status=pl.Series(
            np.select([is_forecast, is_told, status == "ok"], ["ok", "one_year", "too_few"], status).tolist()
        ),
    ).with_columns(
        band=pl.when(pl.col("pooled_ci_low") > 0)
        .then(pl.lit("above"))
        .when(pl.col("pooled_ci_high") < 0)
        .then(pl.lit("below"))
        .when(pl.col("pooled_sd").is_not_null())
        .then(pl.lit("not_distinguishable"))
    )
    return rows.filter(pl.Series(here.any(axis=1))), _points(cells, drift, forecast, here, is_forecast)


def _points(
    cells: Cells, drift: Drift, forecast: Prediction, here: NDArray[np.bool_], among: NDArray[np.bool_]
) -> Floats:
    """(institution, residual mean of the year, forecast, weight, product of both that a cohort accounts for).

    A cohort that stands in the year and in another brings what it keeps into both, which no forecast is meant to foresee.
    """
    precision = np.where(here, 1 / cells.noise, 0.0)[among]
    share = precision / precision.sum(axis=1, keepdims=True)
    mean = (share * np.where(here, cells.mean, 0.0)[among]).sum(axis=1)
    common = drift.cohort * (forecast.weights[among] * (share @ cells.is_same_cohort)).sum(axis=1)
    weight = 1 / (drift.by_lag[0] + 1 / precision.sum(axis=1))
    return np.column_stack([np.flatnonzero(among), mean, forecast.value[among], weight, common])


def standard_error(drift: Drift, prediction: Prediction) -> Floats:
    """Of what an institution adds in the year, given the residual means.

    What not knowing the covariances adds is taken twice, as of one year: what is left is the least over all weights of a
    variance that is linear in the covariances, and so with estimated ones too small by as much again.
    """
    left = np.maximum(drift.by_lag[0] - prediction.told, 0.0)
    return np.asarray(np.sqrt(np.maximum(left + 2 * prediction.unsure, 0.0)))


def _terms(drift: Drift, points: Floats, status: str) -> pl.DataFrame:
    """Rows of DRIFT without their key."""
    rows: list[tuple[str, float, float | None, int | None]] = [
        (f"lag_{lag}", float(value), None, int(pairs))
        for lag, (value, pairs) in enumerate(zip(drift.by_lag, drift.pairs_n, strict=True))
    ]
    rows += [("cohort", drift.cohort, None, None), ("own", drift.own, None, None)]
    institution, mean, forecast, weight, common = points.T
    if status == "ok" and (squares := float(weight @ forecast**2)) > 0:
        slope = float(weight @ (forecast * mean - common)) / squares
        # Years of one institution go together.
        scores = np.bincount(institution.astype(int), weight * (forecast * mean - common - slope * forecast**2))
        rows.append(("forecast_slope", slope, float(np.sqrt(np.sum(scores**2))) / squares, len(mean)))
    return pl.DataFrame(rows, schema=["term", "estimate", "estimate_se", "pairs_n"], orient="row")
