"""The beta-binomial model by maximum likelihood: shares that differ from place to place, and what a small place's share is worth.

Source: Griffiths, D. A. (1973), Maximum likelihood estimation for the beta-binomial distribution, Biometrics 29, 637-648.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.integer[Any]]
Doubles = NDArray[np.float64]

#: Halvings of the interval in which the correlation is sought; 2^-60 of it is below the last digit of a double near 1.
_HALVINGS = 60
_NEWTON_STEPS = 100
#: Correlations among which the best is looked for first, as the likelihood can have a top at 0 and a higher one elsewhere. At 1
#: itself it is 0 or infinite.
_GRID = [0.0, *(float(1 / (1 + np.exp(-logit))) for logit in np.arange(-10, 10.5, 0.5)), 1 - 1e-12]


@dataclass(frozen=True)
class BetaBinomial:
    """Shares are beta(alpha, beta) among places.

    `mean` is alpha / (alpha + beta) and `correlation` 1 / (alpha + beta + 1), that of two people of one place. Unlike alpha
    and beta these two stay finite where places do not differ (correlation 0) or are all or nothing (correlation 1).
    """

    mean: float
    correlation: float

    @property
    def alpha(self) -> float:
        return self.mean * self._precision

    @property
    def beta(self) -> float:
        return (1 - self.mean) * self._precision

    @property
    def _precision(self) -> float:
        return (1 - self.correlation) / self.correlation if self.correlation > 0 else np.inf

    def shrunken(self, successes: Whole, trials: Whole) -> Doubles:
        """Expected share of each place given its own count: (alpha + x) / (alpha + beta + n), between 0 and 1."""
        own = self.correlation
        return np.asarray(((1 - own) * self.mean + own * successes) / (1 - own + own * trials), dtype=np.float64)


def fit(successes: Whole, trials: Whole) -> BetaBinomial:
    """The two parameters by maximum likelihood.

    Args:
        successes: whole numbers of shape (places,), between 0 and the trials.
        trials: whole numbers of the same shape; places without a trial say nothing.

    Raises:
        ValueError: there is no trial at all.
    """
    if (total := int(trials.sum())) == 0:
        raise ValueError("no trials")
    mean = float(successes.sum() / total)
    # One trial a place tells nothing of correlation.
    if mean in (0, 1) or trials.max() == 1:
        return BetaBinomial(mean, 0)
    likelihood = _Likelihood(_over(successes), _over(trials - successes), _over(trials))
    means = [likelihood.best_mean(mean, correlation) for correlation in _GRID]
    best = int(np.argmax([likelihood.value(*point) for point in zip(means, _GRID, strict=True)]))
    if best == 0 and likelihood.slope(mean, 0) <= 0:
        return BetaBinomial(mean, 0)
    low, high, mean = _GRID[max(best - 1, 0)], _GRID[min(best + 1, len(_GRID) - 1)], means[best]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        mean = likelihood.best_mean(mean, middle)
        low, high = (middle, high) if likelihood.slope(mean, middle) > 0 else (low, middle)
    return BetaBinomial(mean, (low + high) / 2)


def _over(counts: Whole) -> Doubles:
    """How many places have more than k, for k = 0, 1, ...: all that the likelihood asks of them."""
    return np.asarray(np.bincount(counts)[::-1].cumsum()[::-1][1:], dtype=np.float64)


@dataclass(frozen=True)
class _Likelihood:
    """With mean m and correlation r, up to a constant: the log-likelihood is the sum over places of
    sum_{k<x} ln(m(1-r) + kr) + sum_{k<n-x} ln((1-m)(1-r) + kr) - sum_{k<n} ln(1-r + kr),
    counted by k. It is concave in the mean, so that Newton's steps cannot go astray in it once they are kept inside."""

    successes: Doubles
    failures: Doubles
    trials: Doubles

    def value(self, mean: float, correlation: float) -> float:
        return (
            _value(self.successes, mean, correlation)
            + _value(self.failures, 1 - mean, correlation)
            - _value(self.trials, 1, correlation)
        )

    def slope(self, mean: float, correlation: float) -> float:
        """Derivative in the correlation; at the best mean also that of the profile."""
        return (
            _slope(self.successes, mean, correlation)
            + _slope(self.failures, 1 - mean, correlation)
            - _slope(self.trials, 1, correlation)
        )

    def best_mean(self, mean: float, correlation: float) -> float:
        """The mean at which the likelihood is greatest for the correlation, sought from a mean near it."""
        own = 1 - correlation
        low, high = 0.0, 1.0
        for _ in range(_NEWTON_STEPS):
            gains = own / (mean * own + np.arange(self.successes.size) * correlation)
            losses = own / ((1 - mean) * own + np.arange(self.failures.size) * correlation)
            score = float((self.successes * gains).sum() - (self.failures * losses).sum())
            low, high = (mean, high) if score > 0 else (low, mean)
            stepped = mean + score / float((self.successes * gains**2).sum() + (self.failures * losses**2).sum())
            stepped = stepped if low < stepped < high else (low + high) / 2
            if abs(stepped - mean) <= 1e-15:
                break
            mean = stepped
        return mean


def _value(over: Doubles, mean: float, correlation: float) -> float:
    return float((over * np.log(mean * (1 - correlation) + np.arange(over.size) * correlation)).sum())


def _slope(over: Doubles, mean: float, correlation: float) -> float:
    k = np.arange(over.size)
    return float((over * ((k - mean) / (mean * (1 - correlation) + k * correlation))).sum())
