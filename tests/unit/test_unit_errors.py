"""Errors of effects over all variances there may be, beside plain matrices at each of them."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from estimators.crossed_model import Units
from estimators.unit_errors import told_axes_n, unit_errors

Floats = NDArray[np.float64]


def _told(seed: int, units: int = 12) -> tuple[Floats, Floats]:
    """Information of rows on units, and their scores; a mean that nothing is known of is taken off."""
    random = np.random.default_rng(seed)
    noise = random.uniform(0.01, 0.2, units)
    weight = np.diag(1 / noise)
    information = weight - np.outer(1 / noise, 1 / noise) / np.sum(1 / noise)
    means = random.normal(0, 0.3, units) + random.normal(0, np.sqrt(noise))
    return information, information @ means


def _at(information: Floats, score: Floats, variance: float) -> tuple[Floats, Floats, float]:
    """Effects, their errors and log likelihood at a variance between units, by plain matrices."""
    n = len(score)
    error = np.linalg.inv(information + np.eye(n) / variance)
    value = error @ score
    return value, error, 0.5 * (score @ value - np.linalg.slogdet(np.eye(n) + variance * information)[1])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("best", [0.02, 0.09])
def test_errors_are_means_over_variances(seed: int, best: float) -> None:
    """Mean squared errors about the effects at the best variance, weighted by the likelihood of each standard deviation."""
    information, score = _told(seed)
    value, error, _ = _at(information, score, best)
    spreads = np.linspace(1e-3, 3.0, 3000)
    found = [_at(information, score, spread**2) for spread in spreads]
    height = np.array([one[2] for one in found])
    likely = np.exp(height - height.max())
    likely /= likely.sum()
    squares = sum(w * (np.diag(e) + (v - value) ** 2) for w, (v, e, _) in zip(likely, found, strict=True))
    told = unit_errors(Units(best, value, error), np.ones(12, dtype=bool), 1)
    assert np.allclose(told.se, np.sqrt(squares), rtol=2e-3)


def test_the_largest_of_many_known_variances() -> None:
    """Fifteen hundred units tell the variance well: of twenty of them the largest error is the 95 % point of twenty."""
    random = np.random.default_rng(5)
    between, noise = 0.09, 0.03
    means = random.normal(0, np.sqrt(between + noise), 1500)
    share = between / (between + noise)
    units = Units(between, share * means, between * (1 - share) * np.eye(1500))
    told = unit_errors(units, np.arange(1500) < 20, 7)
    assert np.allclose(told.se, np.sqrt(between * (1 - share)), rtol=0.03)
    assert isclose(told.far, norm.ppf((1 + 0.95 ** (1 / 20)) / 2), abs_tol=0.1)


def test_fewer_intervals_are_narrower() -> None:
    information, score = _told(3)
    value, error, _ = _at(information, score, 0.09)
    widths = [unit_errors(Units(0.09, value, error), np.arange(12) < among, 1).far for among in (1, 4, 12)]
    assert widths == sorted(widths)
    assert 1.7 < widths[0] < 2.3


def test_a_small_variance_is_not_taken_at_its_word() -> None:
    """At a best variance next to nothing, errors are those of the variances that are as likely."""
    information, score = _told(2)
    value, error, _ = _at(information, score, 1e-6)
    told = unit_errors(Units(1e-6, value, error), np.ones(12, dtype=bool), 1)
    assert np.all(told.se > 10 * np.sqrt(np.diag(error)))


@pytest.mark.parametrize("best", [1e-6, 0.09])
@pytest.mark.parametrize("axes", [0, 1, 4, 5, 12])
def test_axes_that_are_told(axes: int, best: float) -> None:
    """Rows that tell of some directions and of no other."""
    random = np.random.default_rng(axes)
    turned, _ = np.linalg.qr(random.normal(size=(12, 12)))
    information = turned @ np.diag([*random.uniform(5, 100, axes), *np.zeros(12 - axes)]) @ turned.T
    value, error, _ = _at(information, information @ random.normal(0, 0.3, 12), best)
    assert told_axes_n(Units(best, value, error)) == axes


def test_the_same_in_every_run() -> None:
    information, score = _told(3)
    value, error, _ = _at(information, score, 0.09)
    first, again = (unit_errors(Units(0.09, value, error), np.ones(12, dtype=bool), 1) for _ in range(2))
    assert first.far == again.far
    assert np.array_equal(first.se, again.se)
