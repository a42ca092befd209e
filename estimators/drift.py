"""Effects that last and drift: what an institution adds in a year, told from its residual means of several years.

What two years have in common falls as they lie further apart. So a year is predicted from all that is known by weights that
follow from the covariances between years, and not by a plain mean.

Source: R. Chetty, J. Friedman and J. Rockoff, Measuring the impacts of teachers I (American Economic Review, 2014), section I.B.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Residual means of institutions in the years and grades of one subject.

    Attributes:
        year, grade: (cells,) of each column.
        mean: (institutions, cells) residual means; nan where there is none.
        noise: the same shape; their variance given what the institution added, sigma^2 / n.
    """

    year: Integers
    grade: Integers
    mean: Floats
    noise: Floats

    @property
    def lag(self) -> Integers:
        """(cells, cells) years between."""
        return np.asarray(np.abs(self.year[:, None] - self.year))

    @property
    def is_same_cohort(self) -> NDArray[np.bool_]:
        """(cells, cells) whether the pupils of both are, but for a few, the same."""
        cohort = self.year - self.grade
        return np.asarray(cohort[:, None] == cohort)

    @property
    def present(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.mean)


@dataclass(frozen=True)
class Drift:
    """Covariances of what institutions add.

    Attributes:
        by_lag: (lags,) covariance between two years so far apart; of lag 0, between grades of one year. Absent pairs: that of
            the lag before. Lags from 1 on are drawn in (`drawn_in`) where chance has made them too large.
        pairs_n: (lags,) pairs of residual means behind each.
        cohort: variance that the pupils of one cohort keep to themselves from year to year.
        own: variance that a grade of a year has for itself.
        uncertainty: (lags + 2, lags + 2) covariance of the errors of by_lag, cohort and own; nought where they are known.
    """

    by_lag: Floats
    pairs_n: Integers
    cohort: float
    own: float
    uncertainty: Floats


@dataclass(frozen=True)
class Prediction:
    """What institutions add in a year.

    Attributes:
        value: (institutions,) best linear predictions.
        told: (institutions,) variance that they tell of by_lag[0].
        unsure: (institutions,) variance of the predictions about those by the true covariances.
        weights: (institutions, cells) of the residual means in them.
    """

    value: Floats
    told: Floats
    unsure: Floats
    weights: Floats


def fit_drift(cells: Cells) -> Drift:
    """Autocovariances, from pairs of different pupils: a cohort's two years share what its pupils keep to themselves.

    Their errors are by a jackknife that leaves out one institution at a time: years of one go together.
    """
    products, squares = _products(cells), _squares(cells)
    whole = [part.sum(axis=-1, keepdims=True) for part in (*products, *squares)]
    parts = [
        np.concatenate([total, total - part], axis=-1) for part, total in zip((*products, *squares), whole, strict=True)
    ]
    estimates = _estimates(*parts)
    without = estimates[:, 1:] - estimates[:, 1:].mean(axis=1, keepdims=True)
    uncertainty = (1 - 1 / without.shape[1]) * without @ without.T
    *by_lag, cohort, own = estimates[:, 0].tolist()
    return Drift(np.array(by_lag), whole[2][0, :, 0], cohort, own, uncertainty)


def _products(cells: Cells) -> tuple[Floats, Floats, Integers]:
    """(2, lags, institutions) sums of weighted products of two cells, of their weights, and pairs: of two cohorts and of one."""
    lags, count = int(cells.lag.max()) + 1, len(cells.mean)
    total, weight = np.zeros((2, lags, count)), np.zeros((2, lags, count))
    pairs_n = np.zeros((2, lags, count), dtype=np.int64)
    for first, second in zip(*np.triu_indices(len(cells.year), 1), strict=True):
        both = cells.present[:, first] & cells.present[:, second]
        at = int(cells.is_same_cohort[first, second]), cells.lag[first, second]
        weights = 1 / (cells.noise[both, first] + cells.noise[both, second])
        total[at][both] += weights * cells.mean[both, first] * cells.mean[both, second]
        weight[at][both] += weights
        pairs_n[at] += both
    return total, weight, pairs_n


def _squares(cells: Cells) -> tuple[Floats, Floats]:
    """(institutions,) sums of weighted squares of cells beyond their noise, and of their weights."""
    precision = np.where(cells.present, 1 / cells.noise, 0.0)
    beyond = np.where(cells.present, cells.mean**2 - cells.noise, 0.0)
    return (precision * beyond).sum(axis=1), precision.sum(axis=1)


def _estimates(total: Floats, weight: Floats, pairs_n: Integers, squares: Floats, precision: Floats) -> Floats:
    """(lags + 2, samples) by_lag, cohort and own, from the sums of samples of institutions, the last axis of each."""
    by_lag = np.zeros(total.shape[1:])
    for lag in range(len(by_lag)):
        by_lag[lag] = _ratio(total[0, lag], weight[0, lag], pairs_n[0, lag] > 0, by_lag[max(lag - 1, 0)])
    of_cohort = (total[1] - weight[1] * by_lag).sum(axis=0)
    cohort = np.maximum(_ratio(of_cohort, weight[1].sum(axis=0), pairs_n[1].any(axis=0), 0.0), 0.0)
    spread = _ratio(squares, precision, precision > 0, 0.0)
    return np.vstack([drawn_in(by_lag.T).T, cohort, np.maximum(spread - by_lag[0] - cohort, 0.0)])


def _ratio(above: Floats, below: Floats, is_any: NDArray[np.bool_], otherwise: Floats | float) -> Floats:
    """Quotients where there is anything: sums less all they were made of may be left with rounding."""
    return np.where(is_any, above / np.where(is_any, below, 1.0), otherwise)


def drawn_in(by_lag: Floats) -> Floats:
    """Covariances that years can have: those of lags from 1 on times the largest number, at most 1, that lets them be.

    Estimated one by one from few institutions they need not be covariances of anything, and predictions from such ones are
    without bound. With least eigenvalue l < 0 of the years' matrix and variance v, the number is v / (v - l).

    Args:
        by_lag: (..., lags).
    """
    lags = np.arange(by_lag.shape[-1])
    least = np.linalg.eigvalsh(by_lag[..., np.abs(lags[:, None] - lags)])[..., 0]
    variance = np.maximum(by_lag[..., 0], 0.0)
    share = np.divide(variance, variance - least, out=np.ones_like(least), where=least < 0)
    return np.where(lags == 0, by_lag, share[..., None] * by_lag)


def predict(cells: Cells, drift: Drift, year: int, *, without_year: bool) -> Prediction:
    """What institutions add in a year, to all grades alike.

    Args:
        without_year: from the other years alone, so that it can be held against the year's own residuals.

    Weights w = V^-1 c err by V^-1 (dc - dV w) with the covariances, and predictions from them by a variance of
    (dc - dV w)' V^-1 (dc - dV w) about those from the true ones (Kackar and Harville 1984).
    """
    used = cells.present & ~(without_year & (cells.year == year))
    count, lags = len(cells.year), np.arange(len(drift.by_lag))
    # What a covariance of each kind is made of, and that with the year.
    kinds = np.stack([*(cells.lag == lags[:, None, None]), cells.is_same_cohort, np.eye(count)])
    with_year = np.vstack([np.abs(cells.year - year) == lags[:, None], np.zeros((2, count))])
    between = np.tensordot([*drift.by_lag, drift.cohort, drift.own], kinds, 1)
    noise = np.where(used, cells.noise, 0.0)
    covariance = np.where(used[:, :, None] & used[:, None, :], between, 0.0)
    covariance[:, np.arange(count), np.arange(count)] = np.where(used, np.diag(between) + noise, 1.0)
    target = np.where(used, drift.by_lag[np.abs(cells.year - year)], 0.0)
    weights = np.linalg.solve(covariance, target[:, :, None])[:, :, 0]
    of_kinds = np.tensordot(weights, kinds, ([1], [1])).transpose(0, 2, 1)
    moved = np.where(used[:, :, None], with_year.T - of_kinds, 0.0)
    return Prediction(
        value=(weights * np.where(used, cells.mean, 0.0)).sum(axis=1),
        told=(weights * target).sum(axis=1),
        unsure=(moved @ drift.uncertainty * np.linalg.solve(covariance, moved)).sum(axis=(1, 2)),
        weights=weights,
    )
