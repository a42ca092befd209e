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
            the lag before.
        pairs_n: (lags,) pairs of residual means behind each.
        cohort: variance that the pupils of one cohort keep to themselves from year to year.
        own: variance that a grade of a year has for itself.
    """

    by_lag: Floats
    pairs_n: Integers
    cohort: float
    own: float


@dataclass(frozen=True)
class Prediction:
    """What institutions add in a year.

    Attributes:
        value: (institutions,) best linear predictions.
        told: (institutions,) variance that they tell of by_lag[0].
        weights: (institutions, cells) of the residual means in them.
    """

    value: Floats
    told: Floats
    weights: Floats


def fit_drift(cells: Cells) -> Drift:
    """Autocovariances, from pairs of different pupils: a cohort's two years share what its pupils keep to themselves."""
    total, weight, pairs_n = _products(cells)
    by_lag = np.zeros(total.shape[1])
    for lag in range(len(by_lag)):
        by_lag[lag] = total[0, lag] / weight[0, lag] if weight[0, lag] > 0 else by_lag[max(lag - 1, 0)]
    cohort = float((total[1] - weight[1] * by_lag).sum() / weight[1].sum()) if weight[1].any() else 0.0
    cohort = max(cohort, 0.0)
    precision = 1 / cells.noise[cells.present]
    spread = (precision * (cells.mean[cells.present] ** 2 - cells.noise[cells.present])).sum() / precision.sum()
    return Drift(by_lag, pairs_n[0], cohort, max(float(spread - by_lag[0] - cohort), 0.0))


def _products(cells: Cells) -> tuple[Floats, Floats, Integers]:
    """Sums of weighted products of two cells, of their weights, and pairs: (of two cohorts and of one, by lag)."""
    lags = int(cells.lag.max()) + 1
    total, weight, pairs_n = np.zeros((2, lags)), np.zeros((2, lags)), np.zeros((2, lags), dtype=np.int64)
    for first, second in zip(*np.triu_indices(len(cells.year), 1), strict=True):
        both = cells.present[:, first] & cells.present[:, second]
        at = int(cells.is_same_cohort[first, second]), cells.lag[first, second]
        weights = 1 / (cells.noise[both, first] + cells.noise[both, second])
        total[at] += weights @ (cells.mean[both, first] * cells.mean[both, second])
        weight[at] += weights.sum()
        pairs_n[at] += both.sum()
    return total, weight, pairs_n


def predict(cells: Cells, drift: Drift, year: int, *, without_year: bool) -> Prediction:
    """What institutions add in a year, to all grades alike.

    Args:
        without_year: from the other years alone, so that it can be held against the year's own residuals.
    """
    used = cells.present & ~(without_year & (cells.year == year))
    count = len(cells.year)
    between = drift.by_lag[cells.lag] + drift.cohort * cells.is_same_cohort + drift.own * np.eye(count)
    noise = np.where(used, cells.noise, 0.0)
    covariance = np.where(used[:, :, None] & used[:, None, :], between, 0.0)
    covariance[:, np.arange(count), np.arange(count)] = np.where(used, np.diag(between) + noise, 1.0)
    target = np.where(used, drift.by_lag[np.abs(cells.year - year)], 0.0)
    weights = np.linalg.solve(covariance, target[:, :, None])[:, :, 0]
    return Prediction(
        value=(weights * np.where(used, cells.mean, 0.0)).sum(axis=1),
        told=(weights * target).sum(axis=1),
        weights=weights,
    )
