"""Cox's proportional hazards model on grouped rows: strata, many ties, standard errors that reckon with clusters.

The hazard of leaving at time t of a person of stratum s with covariates x is h_s(t) exp(x'b); h_s is left open.

Sources: Cox (1972), J. R. Statist. Soc. B 34, 187-220. Ties: Efron (1977), J. Am. Statist. Assoc. 72, 557-565. Covariance by
cluster: Lin and Wei (1989), J. Am. Statist. Assoc. 84, 1074-1078. Score residuals under Efron's ties and the test of
proportionality: Therneau and Grambsch (2000), Modeling Survival Data, 7.1 and 6.2, as in R's survival 3.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Literal

import numpy as np

from estimators.cox_risk import Bools, Careers, Floats, Moments, RiskSets

#: ok; singular: the data say nothing of it that the columns before it do not say; separated: the likelihood rises without
#: end as it grows; not_converged: no maximum was found.
ColumnStatus = Literal["ok", "singular", "separated", "not_converged"]

_MAX_STEPS, _MAX_HALVINGS = 60, 30
#: Newton's decrement, about twice what the log-likelihood still lacks.
_DECREMENT = 1e-10
#: Of linear predictors: beyond it squares of hazards run out of doubles.
_WIDEST = 300.0
#: A column whose variance, given those before it, is a smaller share of its mean square is their combination.
_SINGULAR = 1e-10
#: Where the likelihood rises without end, each step of about 1 in the linear predictor takes the information of that
#: direction down by e. A maximum whose standard error is 10^4 or more would not be worth telling.
_AT_REST, _VANISHED = 1e-10, 1e-8
#: The part of a column in such a direction from which on it is one that grows.
_PART = 1e-4


@dataclass(frozen=True)
class CoxFit:
    """What was estimated, a column of covariates each; numbers of a column that is not `ok` are nan.

    coefficients: (columns) log hazard ratios for one unit. model_covariance: inverse of the information.
    cluster_covariance: the sandwich by cluster, without a small-sample factor, as R's coxph(cluster=) gives it.
    log_likelihood, null_log_likelihood: partial, at the estimate and at 0. proportional_p: p values of the score test that the
    coefficient does not change linearly with time (cox.zph, transform identity), which takes people as independent.
    """

    coefficients: Floats
    model_covariance: Floats
    cluster_covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    statuses: tuple[ColumnStatus, ...]
    proportional_p: Floats


def fit_cox(careers: Careers) -> CoxFit:
    """Fits the model by Newton's method with step halving.

    Neither separation nor collinear columns nor a fit that fails raises an error: they are statuses of columns.

    Raises:
        ValueError: the arrays differ in length, or `people` holds less than 1.
    """
    sets = RiskSets(careers)
    columns_n = careers.covariates.shape[1]
    start = sets.moments(np.zeros(columns_n))
    free = _free_columns(start)
    best = _climb(sets, free, start)
    if best is None:
        return _nothing(["not_converged" if is_free else "singular" for is_free in free], start.log_likelihood)
    inverse, vanished = _inverse(best, free, _VANISHED)
    statuses: list[ColumnStatus] = [
        "singular" if not is_free else "separated" if (np.abs(parts) > _PART).any() else "ok"
        for is_free, parts in zip(free, vanished, strict=True)
    ]
    scores = sets.cluster_scores(best)
    bread = np.einsum("ci,ij->cj", scores, inverse)
    unknown = np.array([status != "ok" for status in statuses], dtype=bool)
    return CoxFit(
        coefficients=np.where(unknown, np.nan, best.beta),
        model_covariance=_blank(inverse, unknown),
        cluster_covariance=_blank(np.einsum("ci,cj->ij", bread, bread), unknown),
        log_likelihood=best.log_likelihood,
        null_log_likelihood=start.log_likelihood,
        statuses=tuple(statuses),
        proportional_p=np.where(unknown, np.nan, _proportional_p(sets, best, inverse)),
    )


def _climb(sets: RiskSets, free: Bools, start: Moments) -> Moments | None:
    """The maximum over the free columns; None where none is found. A direction that has nothing left to give stays put."""
    here, was_close = start, False
    for _ in range(_MAX_STEPS):
        score = here.set_scores().sum(axis=0)
        step = np.einsum("ij,j->i", _inverse(here, free, _AT_REST)[0], score)
        is_close = float((score * step).sum()) <= _DECREMENT
        for _ in range(_MAX_HALVINGS):
            with np.errstate(all="ignore"):
                there = sets.moments(here.beta + step)
            slack = 1e-10 * (1 + abs(here.log_likelihood))
            if there.spread <= _WIDEST and there.log_likelihood >= here.log_likelihood - slack:
                break
            step = step / 2
        else:
            return None
        # Close by, each step squares the error; one more leaves nothing but rounding.
        if was_close:
            return there
        here, was_close = there, is_close
    return None


def _inverse(moments: Moments, free: Bools, least: float) -> tuple[Floats, Floats]:
    """Inverse of the information on the free columns, and the directions, a column each, left out of it.

    Columns are measured by their range. A direction that has less information than `least` counts as infinitely far.
    """
    scale = np.divide(1, moments.sets.ranges, out=np.zeros(len(free)), where=free)
    size, direction = np.linalg.eigh(moments.information() * scale * scale[:, None])
    is_kept = size > least
    kept = direction[:, is_kept] * scale[:, None] / np.sqrt(size[is_kept])
    return np.einsum("ik,jk->ij", kept, kept), direction[:, ~is_kept]


def _free_columns(start: Moments) -> Bools:
    """Columns that are no combination, within the risk sets, of those before them."""
    information, squares = start.information(), start.squares()
    free: list[int] = []
    for column in range(len(information)):
        given = information[free, column]
        explained = float((given * np.linalg.solve(information[np.ix_(free, free)], given)).sum()) if free else 0.0
        if information[column, column] - explained > _SINGULAR * squares[column, column]:
            free.append(column)
    return np.isin(np.arange(len(information)), free)


def _proportional_p(sets: RiskSets, best: Moments, inverse: Floats) -> Floats:
    exits_n = sets.exits.sum(axis=1)
    since = sets.time - (sets.time * exits_n).sum() / max(exits_n.sum(), 1)
    score = (since[:, None] * best.set_scores()).sum(axis=0)
    crossed, squared = best.information(since), np.diag(best.information(since**2))
    variance = squared - np.einsum("ij,ik,kj->j", crossed, inverse, crossed)
    is_told = variance > _SINGULAR * squared
    return np.array(
        [erfc(sqrt(u * u / v / 2)) if told else np.nan for u, v, told in zip(score, variance, is_told, strict=True)]
    )


def _blank(matrix: Floats, unknown: Bools) -> Floats:
    return np.where(unknown | unknown[:, None], np.nan, matrix)


def _nothing(statuses: list[ColumnStatus], null_log_likelihood: float) -> CoxFit:
    column, square = np.full(len(statuses), np.nan), np.full((len(statuses), len(statuses)), np.nan)
    return CoxFit(column, square, square, np.nan, null_log_likelihood, tuple(statuses), column)
