"""What speaks against a model of value added: tests of its assumptions, from the same cross-products."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, stdtr

from estimators.cross_products import DEPENDENT, Model, independent, with_column
from estimators.mixed_model import Fit, Level, fit_mixed

Floats = NDArray[np.float64]


def sorting(model: Model) -> dict[str, object]:
    """Whether pupils of a school that takes in stronger ones learn more, given what each knew: the coefficient of the school's
    mean prior (Mundlak 1978). Where there is one, effects hold a part of the intake.

    The mean is over pupils with a prior; the share of those without stands beside it. The test is by t with a degree of freedom
    for each institution, less those of the constant and of both.
    """
    if "prior" not in model.terms:
        return {}
    grams = with_intake(model)
    kept = independent(grams.sum(axis=0))
    place = grams.shape[1] - 2
    if place not in kept:
        return {}
    fit = fit_mixed(grams[:, kept][:, :, kept], [Level((0,), np.arange(len(grams)))])
    estimate, se = float(fit.coefficients[-1]), float(fit.covariance[-1, -1] ** 0.5)
    return {
        "sorting_value": estimate,
        "sorting_se": se,
        "sorting_p_value": float(2 * stdtr(len(grams) - 3, -abs(estimate / se))),
    }


def with_intake(model: Model) -> Floats:
    """Cross-products with the share of the institution's pupils without a prior and the mean of those who have one."""
    prior = model.grams[:, 0, model.terms.index("prior")]
    mean = np.divide(prior, model.with_prior_n, out=np.zeros(len(prior)), where=model.with_prior_n > 0)
    return with_column(with_column(model.grams, 1 - model.with_prior_n / model.pupils_n), mean)


def complete_case(model: Model, fit: Fit, least_pupils: int, least_institutions: int) -> float | None:
    """Correlation of the effects with those of a model of pupils with every prior alone, over institutions with enough of these.

    None where they do not differ in that model.
    """
    n = model.complete[:, 0, 0]
    among = n >= least_pupils
    if among.sum() < least_institutions:
        return None
    groups = np.flatnonzero(n > 0)
    other = fit_mixed(model.complete[groups], [Level((0,), np.arange(len(groups)))])
    if not other.variances[0].any():
        return None
    found = other.effects().value[among[groups], 0]
    return float(np.corrcoef(fit.effects().value[among, 0], found)[0, 1])


def placebo(model: Model, fit: Fit, least_institutions: int) -> dict[str, object]:
    """Whether effects go with what institutions cannot have added: what newcomers knew two years before, at other institutions.

    Their score of then, given all that the model knows of them, on the effect of the institution as its other pupils tell it: no
    pupil is on both sides, and what an institution gave pupils who stayed is on neither. By t, as in `sorting`.
    """
    between, n = float(fit.variances[0][0, 0]), model.newcomers[:, 0, 0]
    others = model.grams[:, 0] - model.newcomers[:, 0, :-1]
    among = (n > 0) & (others[:, 0] > 0)
    if between == 0 or among.sum() < least_institutions:
        return {}
    others = others[among]
    pull = between / (between * others[:, 0] + fit.residual_variance)
    # The outcome of the model is no column of this one.
    grams = np.delete(np.delete(model.newcomers[among], -2, axis=1), -2, axis=2)
    grams = with_column(grams, pull * (others @ np.append(-fit.coefficients, 1.0)))
    kept = independent(grams.sum(axis=0))
    if grams.shape[1] - 2 not in kept:
        return {}
    try:
        found = fit_mixed(grams[:, kept][:, :, kept], [Level((0,), np.arange(len(grams)))])
    except np.linalg.LinAlgError:
        return {}
    estimate, se = float(found.coefficients[-1]), float(found.covariance[-1, -1] ** 0.5)
    return {
        "placebo_n": found.rows_n,
        "placebo_value": estimate,
        "placebo_se": se,
        "placebo_p_value": float(2 * stdtr(len(grams) - 2, -abs(estimate / se))),
    }


def curvature(model: Model, fit: Fit, least_pupils: int) -> dict[str, object]:
    """Whether what is over or under, by tenths of the prior, is more than chance: the model is straight in the prior.

    Sums of y - x'beta - u by decile are the slopes of the likelihood in the effects of deciles, were these in the model too; the
    test is that of scores, at the variances of the model.
    """
    rest = np.append(-fit.coefficients, 1.0)
    between, within = float(fit.variances[0][0, 0]), fit.residual_variance
    # Of each institution, what the inverse covariance takes off the sums of its pupils; in residual variances.
    pulled = model.deciles_n * (between / (between * model.pupils_n + within))[:, None]
    scores = model.deciles @ rest - pulled.T @ (model.grams[:, 0] @ rest)
    across = (model.deciles - pulled.T @ model.grams[:, 0])[:, :-1]
    n = model.deciles_n.sum(axis=0)
    information = np.diag(n) - pulled.T @ model.deciles_n - across @ fit.covariance @ across.T / within
    # A decile of few pupils, or one that the terms explain, says nothing; `independent` keeps the last, which is no decile.
    among = np.flatnonzero((n >= least_pupils) & (np.diag(information) > DEPENDENT * n))
    kept = among[independent(np.pad(information[np.ix_(among, among)], (0, 1)))[:-1]]
    if not len(kept):
        return {}
    statistic = scores[kept] @ np.linalg.solve(information[np.ix_(kept, kept)], scores[kept]) / within
    return {
        "curvature_sd": float(np.abs(scores[among] / n[among]).max()),
        "curvature_p_value": float(chdtrc(len(kept), statistic)),
    }
