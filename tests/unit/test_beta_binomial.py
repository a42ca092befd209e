"""The beta-binomial fit against scipy's likelihood maximised by another method, and by hand at its edges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import betabinom

from estimators.beta_binomial import BetaBinomial, fit


def _drawn(seed: int, alpha: float, beta: float, places: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    trials = rng.integers(0, 40, size=places)
    return rng.binomial(trials, rng.beta(alpha, beta, size=places)), trials


@pytest.mark.parametrize(("seed", "alpha", "beta"), [(1, 8.0, 2.0), (2, 0.6, 0.9), (3, 40.0, 15.0)])
def test_is_where_the_likelihood_of_scipy_is_greatest(seed: int, alpha: float, beta: float) -> None:
    successes, trials = _drawn(seed, alpha, beta, 120)

    def loss(logarithms: np.ndarray) -> float:
        return -float(betabinom.logpmf(successes, trials, *np.exp(logarithms)).sum())

    theirs = minimize(loss, np.log([alpha, beta]), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
    ours = fit(successes, trials)
    assert loss(np.log([ours.alpha, ours.beta])) <= theirs.fun + 1e-9
    # A simplex stops where the likelihood no longer changes, some 1e-6 from the top.
    np.testing.assert_allclose([ours.alpha, ours.beta], np.exp(theirs.x), rtol=1e-5)


def test_finds_the_higher_of_two_tops() -> None:
    """Six large places are as like as they can be and two small ones far apart: at correlation 0 the likelihood falls, and yet it
    is higher further on. Scipy's best of many starts."""
    successes, trials = np.array([2, 18, 60, 61, 59, 59, 60, 60]), np.array([20, 20, *[100] * 6])

    def loss(mean: float, correlation: float) -> float:
        precision = 1 / correlation - 1
        return -float(betabinom.logpmf(successes, trials, mean * precision, (1 - mean) * precision).sum())

    least = min(
        loss(mean, correlation) for mean in np.linspace(0.4, 0.7, 61) for correlation in np.geomspace(1e-9, 0.5, 200)
    )
    ours = fit(successes, trials)
    assert loss(0.6, 1e-6) < loss(0.6, 1e-3)
    assert ours.correlation > 0.01
    assert least - 1e-2 < loss(ours.mean, ours.correlation) <= least


def test_shrinks_by_what_a_place_tells() -> None:
    """alpha 8, beta 2: 3 of 5 is worth (8 + 3) / (10 + 5), nothing known 8 / 10, 0 of 90 is worth 8 / 100."""
    model = BetaBinomial(mean=0.8, correlation=1 / 11)
    np.testing.assert_allclose([model.alpha, model.beta], [8, 2])
    shrunken = model.shrunken(np.array([3, 0, 0]), np.array([5, 0, 90]))
    np.testing.assert_allclose(shrunken, [11 / 15, 0.8, 0.08])


def test_places_that_differ_less_than_by_chance_are_all_the_mean() -> None:
    """Five of ten everywhere is less spread than coins have, so the best correlation is its least, 0."""
    successes, trials = np.full(20, 5), np.full(20, 10)
    model = fit(successes, trials)
    assert (model.mean, model.correlation) == (0.5, 0)
    np.testing.assert_array_equal(model.shrunken(np.array([0, 10]), np.array([10, 10])), [0.5, 0.5])


def test_places_that_are_all_or_nothing_keep_their_share() -> None:
    model = fit(np.array([0, 6, 0, 6]), np.array([6, 6, 6, 6]))
    assert model.correlation == pytest.approx(1)
    np.testing.assert_allclose(model.shrunken(np.array([6, 0]), np.array([6, 6])), [1, 0], atol=1e-9)


def test_one_trial_a_place_tells_nothing_of_differences() -> None:
    model = fit(np.array([1, 0, 1, 1]), np.ones(4, dtype=int))
    assert (model.mean, model.correlation) == (0.75, 0)


@pytest.mark.parametrize("share", [0, 1])
def test_all_alike_is_the_mean(share: int) -> None:
    model = fit(np.array([4, 9]) * share, np.array([4, 9]))
    np.testing.assert_array_equal(model.shrunken(np.array([2]), np.array([4])), [share])


def test_no_trial_is_refused() -> None:
    with pytest.raises(ValueError, match="no trials"):
        fit(np.zeros(3, dtype=int), np.zeros(3, dtype=int))
