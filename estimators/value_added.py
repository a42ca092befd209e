"""What a school adds: effects of institutions on pupils' scores, given what the pupils knew a year before.

One model for each school year, grade, subject and test: y = x'beta + u_institution + e. The effect reported is the best linear
unbiased prediction of u, which is drawn towards nought by as much as the institution's pupils are few.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from estimators.beside import beside
from estimators.cross_products import COLUMNS, Model, models
from estimators.mixed_model import Fit, Level, fit_mixed, variance_interval
from estimators.value_added_checks import complete_case, curvature, placebo, sorting
from estimators.value_added_effects import effect_columns
from estimators.value_added_pooled import CELLS, pooled
from estimators.value_added_tables import KEY, Rules, key_of, literals, rules_of, whole

Floats = NDArray[np.float64]
EFFECTS = pl.Schema(
    {
        **KEY,
        "institution_id": pl.String,
        "pupils_n": pl.Int64,
        "coverage_share": pl.Float64,
        "residual_mean_value": pl.Float64,
        "residual_mean_se": pl.Float64,
        "effect_value": pl.Float64,
        "effect_sd": pl.Float64,
        "effect_se": pl.Float64,
        "effect_prediction_se": pl.Float64,
        "effect_ci_low": pl.Float64,
        "effect_ci_high": pl.Float64,
        "reliability_share": pl.Float64,
        "band": pl.String,
        "ranked_n": pl.Int64,
        "rank_low": pl.Int64,
        "rank_high": pl.Int64,
        "status": pl.String,
    }
)
MODELS = pl.Schema(
    {
        **KEY,
        "pupils_n": pl.Int64,
        "institutions_n": pl.Int64,
        "coverage_share": pl.Float64,
        "institution_variance": pl.Float64,
        "institution_variance_ci_low": pl.Float64,
        "institution_variance_ci_high": pl.Float64,
        "residual_variance": pl.Float64,
        "criterion_value": pl.Float64,
        "reliable_n": pl.Int64,
        "ceiling_share": pl.Float64,
        "complete_case_value": pl.Float64,
        "sorting_value": pl.Float64,
        "sorting_se": pl.Float64,
        "sorting_p_value": pl.Float64,
        "placebo_n": pl.Int64,
        "placebo_value": pl.Float64,
        "placebo_se": pl.Float64,
        "placebo_p_value": pl.Float64,
        "curvature_sd": pl.Float64,
        "curvature_p_value": pl.Float64,
        "status": pl.String,
    }
)
COEFFICIENTS = pl.Schema({**KEY, "term": pl.String, "estimate": pl.Float64, "estimate_se": pl.Float64})


def value_added(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Effects, models and coefficients.

    Reads intermediate.int_value_added_gram, _newcomer and _decile and int_score_scale, seeds.minimum_n (`value_added`,
    `value_added_institutions`) and seeds.thresholds (`rank_reliability_share`, `value_added_coverage_share`). Effects and their
    errors are in points of the test, models in standard deviations of the pupils of the baseline year.

    Returns:
        value_added_institution: EFFECTS, a row for each institution of each model. residual_mean_value is the mean of
        y - x'beta of its pupils, not drawn towards anything. status: ok; unreliable (an effect, and no rank); too_few
        (pupils: no figure); and those of the model.
        value_added_model: MODELS. status: ok; no_prior (too few pupils have a score of the year before: nothing is fitted);
        not_estimable (the pupils do not tell institutions from chance: nothing is told); too_few_institutions and no_spread
        (institutions were not shown to differ): a model and no effects.
        value_added_coefficient: COEFFICIENTS, a row for each term of each model of enough institutions.
        value_added_pooled, value_added_drift: see estimators.value_added_pooled.
    """
    rules = rules_of(connection)
    found = list(beside(lambda model: _of_model(model, rules), models(connection)))
    cells = pl.concat([pl.DataFrame(schema=CELLS), *(tables["cells"] for tables in found)]).sort(list(CELLS)[:5])
    schemas = {"value_added_institution": EFFECTS, "value_added_model": MODELS, "value_added_coefficient": COEFFICIENTS}
    return pooled(cells, rules.pupils, rules.institutions) | {
        name: pl.concat([pl.DataFrame(schema=schema), *(whole(tables[name], schema) for tables in found)])
        for name, schema in schemas.items()
    }


def residual_means(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """CELLS of every model that has a prior for enough pupils and enough institutions: means that are not drawn towards anything,
    for use as an outcome."""
    found = (_residual_cells(model, fit) for model, fit in outcome_models(connection))
    return pl.concat([pl.DataFrame(schema=CELLS), *found])


def outcome_models(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Model, Fit]]:
    """Models whose residuals may be an outcome: with a prior for enough pupils, enough institutions, and a fit. What
    value_added_model calls not_estimable is not among them."""
    rules = rules_of(connection)
    for model in models(connection, with_checks=False):
        is_told = model.with_prior_n.sum() >= rules.coverage * model.pupils_n.sum()
        if is_told and len(model.institutions) >= rules.institutions:
            _, fit, _ = _fitted(model, rules)
            if fit is not None:
                yield model, fit


def _of_model(model: Model, rules: Rules) -> dict[str, pl.DataFrame]:
    key = key_of(model)
    coverage = float(model.with_prior_n.sum() / model.pupils_n.sum())
    told: dict[str, object] = {
        "pupils_n": int(model.pupils_n.sum()),
        "institutions_n": len(model.institutions),
    }
    if model.pupils_n.sum() >= rules.pupils:
        told["coverage_share"] = coverage
        told["ceiling_share"] = float(model.at_ceiling_n.sum() / model.pupils_n.sum())
    effects = pl.DataFrame(
        {
            "institution_id": model.institutions,
            "pupils_n": model.pupils_n,
            "coverage_share": pl.Series(
                np.where(model.pupils_n < rules.pupils, np.nan, model.with_prior_n / model.pupils_n), nan_to_null=True
            ),
        }
    )
    coefficients, cells = pl.DataFrame(schema=COEFFICIENTS), pl.DataFrame(schema=CELLS)
    status, fit = "no_prior", None
    if coverage >= rules.coverage:
        status, fit, interval = _fitted(model, rules)
    if fit is not None:
        between = float(fit.variances[0][0, 0])
        told |= {
            "institution_variance": between,
            "institution_variance_ci_low": interval[0],
            "institution_variance_ci_high": interval[1],
            "residual_variance": fit.residual_variance,
            "criterion_value": fit.criterion,
            "reliable_n": _reliable_n(between, fit.residual_variance, rules.reliability),
        }
        if status != "too_few_institutions":
            told |= sorting(model) | curvature(model, fit, rules.pupils)
            cells = _residual_cells(model, fit)
            coefficients = _coefficients(model, fit, rules).with_columns(literals(key))
        if status == "ok":
            residual_mean = _residual_means(model, fit)
            effects = effects.with_columns(effect_columns(model, fit, residual_mean, rules.pupils, rules.reliability))
            told["complete_case_value"] = complete_case(model, fit, rules.pupils, rules.institutions)
            told |= placebo(model, fit, rules.institutions)
    return {
        "value_added_institution": whole(effects.with_columns(*literals(key), status=_status(status, rules)), EFFECTS),
        "value_added_model": whole(pl.DataFrame([{**key, **told, "status": status}]), MODELS),
        "value_added_coefficient": coefficients,
        "cells": cells,
    }


def _fitted(model: Model, rules: Rules) -> tuple[str, Fit | None, tuple[float, float]]:
    """Status of the model, its fit where there is one, and the interval of the variance between institutions."""
    try:
        fit = fit_mixed(model.grams, [Level((0,), np.arange(len(model.institutions)))])
        interval = variance_interval(fit)
    except np.linalg.LinAlgError:
        return "not_estimable", None, (np.nan, np.nan)
    if not np.isfinite(interval).all():
        return "not_estimable", None, interval
    few = len(model.institutions) < rules.institutions
    return "too_few_institutions" if few else "no_spread" if not fit.variances[0].any() else "ok", fit, interval


def _coefficients(model: Model, fit: Fit, rules: Rules) -> pl.DataFrame:
    """COEFFICIENTS without the key. Of a term that is yes or no for fewer pupils than a figure needs, only its name."""
    yes = model.grams[:, 0, :-1].sum(axis=0)
    is_binary = np.array([COLUMNS.get(term) == 1 for term in model.terms[:-1]])
    is_few = is_binary & (np.minimum(yes, model.pupils_n.sum() - yes) < rules.pupils)
    columns = {"estimate": fit.coefficients, "estimate_se": np.sqrt(np.diag(fit.covariance))}
    return pl.DataFrame(
        {"term": model.terms[:-1]}
        | {name: pl.Series(np.where(is_few, np.nan, values), nan_to_null=True) for name, values in columns.items()}
    )


def _residual_means(model: Model, fit: Fit) -> Floats:
    """(institutions,) means of y - x'beta of the pupils."""
    return np.asarray((model.grams[:, 0, :] @ np.append(-fit.coefficients, 1.0)) / model.pupils_n)


def _residual_cells(model: Model, fit: Fit) -> pl.DataFrame:
    """CELLS of a model."""
    start_year, grade, subject, test = model.key
    return (
        pl.DataFrame({"institution_id": model.institutions, "pupils_n": model.pupils_n})
        .with_columns(
            pl.Series("mean", _residual_means(model, fit)),
            pl.Series("noise", fit.residual_variance / model.pupils_n),
            *literals({"start_year": start_year, "grade": grade, "subject": subject, "test": test}),
        )
        .select(CELLS.names())
        .cast(CELLS)
    )


def _reliable_n(between: float, within: float, reliability: float) -> int | None:
    """Pupils from which on an effect is that reliable: lambda = tau^2 / (tau^2 + sigma^2 / n)."""
    return int(np.ceil(within / between * reliability / (1 - reliability))) if between > 0 else None


def _status(of_model: str, rules: Rules) -> pl.Expr:
    if of_model != "ok":
        return pl.lit(of_model)
    return (
        pl.when(pl.col("pupils_n") < rules.pupils)
        .then(pl.lit("too_few"))
        .when(pl.col("reliability_share") < rules.reliability)
        .then(pl.lit("unreliable"))
        .otherwise(pl.lit("ok"))
    )
