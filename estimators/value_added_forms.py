"""Value added by other models than the usual one: what its figures owe to the form of the model.

    intake    the mean prior of the institution's pupils, and the share of those without, as two columns more
    district  districts as a third level: an effect is that of the institution and of its district together
    slope     institutions differ in what the prior is worth, too: an effect is that for a pupil of mean prior

Which are fitted is a setting; none is unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import chdtrc

from estimators.beside import beside
from estimators.cross_products import Model, independent, models
from estimators.mixed_model import Effects, Fit, Level, fit_mixed
from estimators.value_added_checks import with_intake
from estimators.value_added_effects import Z, bands, prediction_error
from estimators.value_added_tables import KEY, Rules, key_of, literals, rules_of, whole

Floats = NDArray[np.float64]
FORMS = pl.Schema(
    {
        **KEY,
        "form": pl.String,
        "pupils_n": pl.Int64,
        "institutions_n": pl.Int64,
        "districts_n": pl.Int64,
        "institution_variance": pl.Float64,
        "district_variance": pl.Float64,
        "slope_variance": pl.Float64,
        "slope_correlation_value": pl.Float64,
        "residual_variance": pl.Float64,
        "criterion_value": pl.Float64,
        "form_p_value": pl.Float64,
        "agreement_value": pl.Float64,
        "moved_n": pl.Int64,
        "status": pl.String,
    }
)
FORM_EFFECTS = pl.Schema(
    {
        **KEY,
        "form": pl.String,
        "institution_id": pl.String,
        "pupils_n": pl.Int64,
        "effect_value": pl.Float64,
        "effect_sd": pl.Float64,
        "effect_prediction_se": pl.Float64,
        "effect_ci_low": pl.Float64,
        "effect_ci_high": pl.Float64,
        "band": pl.String,
        "slope_sd": pl.Float64,
        "slope_se": pl.Float64,
        "status": pl.String,
    }
)
#: Degrees of freedom of the two chi squares that the gain of the criterion has, half and half, where the form has nothing to add:
#: its variance is at the edge, or is not (Stram and Lee 1994).
_FURTHER = {"district": (0, 1), "slope": (1, 2)}


@dataclass(frozen=True)
class _Fitted:
    """A form of a model: its fit, and the effects of institutions, the first column being that for a pupil of mean prior."""

    fit: Fit
    effects: Effects
    told: dict[str, object]


def value_added_forms(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The forms asked for, of each model of value_added_model.

    Reads what `value_added` reads, and intermediate.int_value_added_form and int_institution_district.

    Returns:
        value_added_form: FORMS. form_p_value: that the form fits no better than the usual one, by the restricted likelihood;
        absent for `intake`, whose columns are tested in value_added_model. agreement_value: correlation of its effects with the
        usual ones; moved_n: institutions that have a figure and lie in another band. status: ok; no_spread; too_few_districts;
        not_estimable (the pupils do not tell what the form asks); and of the usual model no_prior, too_few_institutions.
        value_added_form_institution: FORM_EFFECTS. effect_prediction_se takes the variances as known, but for `intake`. status:
        ok; too_few.
    """
    asked = [
        form
        for (form,) in connection.execute("select form from intermediate.int_value_added_form order by form").fetchall()
    ]
    found: list[tuple[pl.DataFrame, pl.DataFrame]] = [(pl.DataFrame(schema=FORMS), pl.DataFrame(schema=FORM_EFFECTS))]
    if asked:
        rules = rules_of(connection)
        districts = dict(
            connection.execute(
                "select institution_id, district_code from intermediate.int_institution_district"
            ).fetchall()
        )
        of_models = beside(
            lambda model: list(of_model(model, rules, asked, districts)), models(connection, with_checks=False)
        )
        found += chain.from_iterable(of_models)
    tables = zip(("value_added_form", "value_added_form_institution"), zip(*found, strict=True), strict=True)
    return {name: pl.concat(parts) for name, parts in tables}


def of_model(
    model: Model, rules: Rules, asked: list[str], districts: dict[str, str]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """FORMS and FORM_EFFECTS of each form asked for of one model.

    Args:
        districts: of each institution whose place is known.
    """
    usual = _usual(model, rules)
    for form in asked:
        key = key_of(model) | {"form": form}
        told: dict[str, object] = {"pupils_n": int(model.pupils_n.sum()), "institutions_n": len(model.institutions)}
        effects = pl.DataFrame(schema=FORM_EFFECTS)
        try:
            made = usual if isinstance(usual, str) else _fitted(model, form, rules, districts)
        except np.linalg.LinAlgError:
            made = "not_estimable"
        if isinstance(usual, str) or isinstance(made, str):
            told["status"] = made
        else:
            told |= made.told | _set_beside(model, form, made, usual, rules)
            if told["status"] == "ok":
                effects = _effects(model, made, rules).with_columns(literals(key))
        yield whole(pl.DataFrame([{**key, **told}]), FORMS), whole(effects, FORM_EFFECTS)


def _usual(model: Model, rules: Rules) -> Fit | str:
    """The usual model fitted, or the status that says why not."""
    if model.with_prior_n.sum() < rules.coverage * model.pupils_n.sum():
        return "no_prior"
    if len(model.institutions) < rules.institutions:
        return "too_few_institutions"
    try:
        return fit_mixed(model.grams, [Level((0,), np.arange(len(model.institutions)))])
    except np.linalg.LinAlgError:
        return "not_estimable"


def _fitted(model: Model, form: str, rules: Rules, districts: dict[str, str]) -> _Fitted | str:
    """The form fitted, or the status that says why not."""
    if form != "district" and "prior" not in model.terms:
        return "not_estimable"
    grams, own = model.grams, Level((0,), np.arange(len(model.institutions)))
    if form == "intake":
        grams = with_intake(model)
        kept = independent(grams.sum(axis=0))
        fit = fit_mixed(grams[:, kept][:, :, kept], [own])
        effects, se = fit.effects(), prediction_error(fit, model.pupils_n.astype(float))
        return _Fitted(fit, replace(effects, prediction_se=se[:, None]), {})
    if form == "district":
        # Nobody is put together with others of whom it is not known either where they are.
        named = np.array([districts.get(name) or f"?{name}" for name in model.institutions])
        _, district, sizes = np.unique(named, return_inverse=True, return_counts=True)
        # One school by itself does not tell its district from itself.
        districts_n = int((sizes > 1).sum())
        if districts_n < rules.districts:
            return "too_few_districts"
        fit = fit_mixed(grams, [own, Level((0,), district.astype(np.int64))])
        effects = _nested_effects(fit, model.pupils_n >= rules.pupils)
        return _Fitted(fit, effects, {"districts_n": districts_n, "district_variance": _variance(fit, 1)})
    fit = fit_mixed(grams, [Level((0, model.terms.index("prior")), own.group)])
    variances = fit.variances[0]
    told: dict[str, object] = {"slope_variance": float(variances[1, 1])}
    if variances.diagonal().all():
        correlation = variances[1, 0] / np.sqrt(variances[0, 0] * variances[1, 1])
        told["slope_correlation_value"] = float(np.clip(correlation, -1, 1))
    return _Fitted(fit, fit.effects(), told)


def _variance(fit: Fit, level: int = 0) -> float:
    return float(fit.variances[level][0, 0])


def _nested_effects(fit: Fit, is_told: NDArray[np.bool_]) -> Effects:
    """Effects of the lowest groups of two nested levels of intercepts, each with that of the group it lies in.

    Nought of those that are not told, from which nothing of the others' is made either: what a few pupils have would show in
    their neighbours.

    In a higher group of m the effects together have covariance G = tau_1^2 I + tau_2^2 11', and the means of the residuals of n
    rows G + diag(sigma^2 / n); the best linear prediction of the effects from those is G (G + diag(sigma^2 / n))^-1.
    """
    n = fit.grams[:, 0, 0]
    mean = fit.grams[:, 0, :] / n[:, None]
    value, variance, of_coefficients = np.zeros(len(n)), np.zeros(len(n)), np.zeros((len(n), mean.shape[1] - 1))
    above = fit.levels[1].group
    order = np.argsort(above, kind="stable")
    order = order[is_told[order]]
    for members in np.split(order, np.flatnonzero(np.diff(above[order])) + 1):
        spread = _variance(fit) * np.eye(len(members)) + _variance(fit, 1)
        pull = np.linalg.solve(spread + np.diag(fit.residual_variance / n[members]), spread).T
        value[members] = pull @ mean[members] @ np.append(-fit.coefficients, 1.0)
        of_coefficients[members] = pull @ mean[members, :-1]
        variance[members] = np.diag(spread - pull @ spread)
    of_error = np.einsum("gx,xy,gy->g", of_coefficients, fit.covariance, of_coefficients)
    sd, prediction_se = np.sqrt(variance), np.sqrt(variance + of_error)
    return Effects(value[:, None], sd[:, None], prediction_se[:, None], of_coefficients[:, None, :])


def _set_beside(model: Model, form: str, made: _Fitted, usual: Fit, rules: Rules) -> dict[str, object]:
    """Columns of FORMS that compare the form with the usual model."""
    fit = made.fit
    told: dict[str, object] = {
        "institution_variance": _variance(fit),
        "residual_variance": fit.residual_variance,
        "criterion_value": fit.criterion,
    }
    if form in _FURTHER:
        gained = max(usual.criterion - fit.criterion, 0.0)
        told["form_p_value"] = float(
            np.mean([chdtrc(freedom, gained) if freedom else gained <= 0 for freedom in _FURTHER[form]])
        )
    if not any(variance.any() for variance in fit.variances):
        return told | {"status": "no_spread"}
    is_told = model.pupils_n >= rules.pupils
    values, of_form = usual.effects().value[is_told, 0], made.effects.value[is_told, 0]
    if len(values) > 1 and np.ptp(values) > 0 and np.ptp(of_form) > 0:
        # By errors of one kind, so that a band is another by the effect.
        error = (
            prediction_error(usual, model.pupils_n.astype(float))
            if form == "intake"
            else usual.effects().prediction_se[:, 0]
        )
        before = bands(values, Z * error[is_told])
        told["agreement_value"] = float(np.corrcoef(values, of_form)[0, 1])
        told["moved_n"] = int((before != bands(of_form, Z * made.effects.prediction_se[is_told, 0])).sum())
    return told | {"status": "ok"}


def _effects(model: Model, made: _Fitted, rules: Rules) -> pl.DataFrame:
    """FORM_EFFECTS without the key."""
    value, se = made.effects.value, made.effects.prediction_se
    is_told = model.pupils_n >= rules.pupils
    columns = {
        "effect_value": value[:, 0] * model.sd_score,
        "effect_sd": value[:, 0],
        "effect_prediction_se": se[:, 0] * model.sd_score,
        "effect_ci_low": (value[:, 0] - Z * se[:, 0]) * model.sd_score,
        "effect_ci_high": (value[:, 0] + Z * se[:, 0]) * model.sd_score,
    }
    if value.shape[1] > 1:
        has_slope = model.with_prior_n >= rules.pupils
        columns |= {
            "slope_sd": np.where(has_slope, value[:, 1], np.nan),
            "slope_se": np.where(has_slope, se[:, 1], np.nan),
        }
    band = bands(value[:, 0], Z * se[:, 0])
    band[~is_told] = None
    return pl.DataFrame(
        {"institution_id": model.institutions, "pupils_n": model.pupils_n}
        | {name: pl.Series(np.where(is_told, told, np.nan), nan_to_null=True) for name, told in columns.items()}
        | {"band": pl.Series(band.tolist(), dtype=pl.String)}
        | {"status": np.where(is_told, "ok", "too_few").tolist()}
    )
