"""What speaks against a model of value added: tests of its assumptions, from the same cross-products."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from estimators.cross_products import Model, independent, with_column
from estimators.mixed_model import Fit, Level, fit_mixed


def sorting(model: Model) -> dict[str, object]:
    """Whether pupils of a school that takes in stronger ones learn more, given what each knew: the coefficient of the school's
    mean prior (Mundlak 1978). Where there is one, effects hold a part of the intake.

    The mean is over pupils with a prior; the share of those without stands beside it. The test is by t with a degree of freedom
    for each institution, less those of the constant and of both.
    """
    if "prior" not in model.terms:
        return {}
    prior = model.grams[:, 0, model.terms.index("prior")]
    mean = np.divide(prior, model.with_prior_n, out=np.zeros(len(prior)), where=model.with_prior_n > 0)
    grams = with_column(with_column(model.grams, 1 - model.with_prior_n / model.pupils_n), mean)
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
