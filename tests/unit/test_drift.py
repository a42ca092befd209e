"""Effects of several years: covariances and predictions by hand, and against a truth that is known."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest
from numpy.typing import NDArray

from estimators.drift import Cells, Drift, Prediction, drawn_in, fit_drift, predict

Floats = NDArray[np.float64]
YEARS, GRADES = np.arange(2021, 2026), np.arange(5, 9)
#: True covariances by lag, what a cohort keeps, and what a grade of a year has for itself.
BY_LAG, COHORT, OWN = 0.02 * 0.8 ** np.arange(5), 0.01, 0.005


def invented(institutions: int, seed: int) -> tuple[Cells, Floats]:
    """Cells of twenty to two hundred pupils, one in five absent, and what institutions truly added in each year."""
    random = np.random.default_rng(seed)
    lag = np.abs(YEARS[:, None] - YEARS)
    yearly = random.multivariate_normal(np.zeros(5), BY_LAG[lag], size=institutions)
    year, grade = (part.ravel() for part in np.meshgrid(YEARS, GRADES, indexing="ij"))
    noise = 0.45 / random.integers(20, 200, size=(institutions, len(year)))
    # What a cohort's pupils keep to themselves goes along with them from grade to grade.
    cohort = np.unique(year - grade, return_inverse=True)[1]
    kept = random.normal(0, COHORT**0.5, size=(institutions, cohort.max() + 1))
    mean = yearly[:, year - 2021] + random.normal(0, OWN**0.5, noise.shape) + kept[:, cohort]
    mean = mean + random.normal(size=noise.shape) * noise**0.5
    return Cells(year, grade, np.where(random.random(noise.shape) < 0.2, np.nan, mean), noise), yearly


def _two_schools() -> Cells:
    return Cells(
        year=np.array([2021, 2021, 2022, 2022]),
        grade=np.array([5, 6, 5, 6]),
        mean=np.array([[0.3, 0.2, 0.1, 0.4], [-0.2, np.nan, 0.1, 0.1]]),
        noise=np.array([[0.01, 0.02, 0.01, 0.04], [0.02, 0.01, 0.02, 0.01]]),
    )


def test_covariances_by_hand() -> None:
    """Two schools, two years, grades 5 and 6. The pair of one cohort, grade 5 then 6, is left out."""
    drift = fit_drift(_two_schools())
    # Lag 0: (.3 x .2) / .03 and (.1 x .4) / .05 of the first, (.1 x .1) / .03 of the second.
    of_year = (0.06 / 0.03 + 0.04 / 0.05 + 0.01 / 0.03) / (1 / 0.03 + 1 / 0.05 + 1 / 0.03)
    # Lag 1: grades 5-5, 6-5 and 6-6 of the first, 5-5 of the second.
    apart = (0.03 / 0.02 + 0.02 / 0.03 + 0.08 / 0.06 - 0.02 / 0.04) / (1 / 0.02 + 1 / 0.03 + 1 / 0.06 + 1 / 0.04)
    assert np.allclose(drift.by_lag, [of_year, apart], rtol=1e-12)
    assert drift.pairs_n.tolist() == [3, 4]
    means = [0.3, 0.2, 0.1, 0.4, -0.2, 0.1, 0.1]
    noises = [0.01, 0.02, 0.01, 0.04, 0.02, 0.02, 0.01]
    spread = sum((m * m - v) / v for m, v in zip(means, noises, strict=True)) / sum(1 / v for v in noises)
    # One cohort: grade 5 then 6 of the first, and of the second, whose grade 6 of 2021 is absent.
    one = (0.12 - apart) / 0.05, (-0.02 - apart) / 0.03
    kept = sum(one) / (1 / 0.05 + 1 / 0.03)
    assert kept > 0
    assert isclose(drift.cohort, kept, rel_tol=1e-12)
    assert isclose(drift.own, max(spread - of_year - kept, 0), rel_tol=1e-12)


def test_errors_of_covariances_by_hand() -> None:
    """Each of two schools left out: a jackknife of two estimates is a quarter of the square of their difference.

    Of the first alone lag 0 is (2 + .8) / (1 / .03 + 1 / .05), lag 1 (1.5 + .02 / .03 + .08 / .06) / 100
    = .035, its cohort keeps .12 - .035, and its squares are less than lag 0. Of the second alone lag 0 is .01; lag 1, -.02, is
    more than two years of that variance can have and is drawn in to -.01; no cohort keeps anything beyond -.02.
    """
    apart = np.array([2.8 / (160 / 3) - 0.01, 0.035 + 0.01, 0.085, 0.0])
    assert np.allclose(fit_drift(_two_schools()).uncertainty, np.outer(apart, apart) / 4, rtol=1e-12, atol=1e-18)


def test_covariances_that_cannot_be_are_drawn_in() -> None:
    """Three years of variance 1 that have .9, .9 and .5 in common: the first and third would have to have .62 at least.

    Eigenvalues of the matrix: .5 of (1, 0, -1), and those of [[1.5, .9 sqrt 2], [.9 sqrt 2, 1]] of the even vectors, of which the
    least is 1.25 - sqrt(.25 ** 2 + 2 * .81).
    """
    least = 1.25 - 1.6825**0.5
    assert least < 0
    assert np.allclose(drawn_in(np.array([1, 0.9, 0.5])), [1, 0.9 / (1 - least), 0.5 / (1 - least)], rtol=1e-12)
    # .62 can be, and two years that go against each other, and no variance.
    for fine in ([1, 0.9, 0.62], [1, -1, 1], [0, 0, 0]):
        assert np.allclose(drawn_in(np.array(fine, dtype=float)), fine, atol=1e-15)
    several = np.array([[1, 0.9, 0.5], [1, 0.5, 0.2], [1, 3, 0]])
    assert (drawn_in(several) == [drawn_in(one) for one in several]).all()


def test_a_prediction_by_hand() -> None:
    """One other year: its mean times Cov / (Var + noise); none, nought."""
    cells = Cells(
        np.array([2021, 2022]),
        np.array([5, 5]),
        np.array([[0.3, 0.9], [np.nan, 0.9]]),
        np.array([[0.01, 0.1], [0.01, 0.1]]),
    )
    drift = Drift(np.array([0.02, 0.015]), np.array([1, 1]), 0.0, 0.005, np.diag([1e-5, 4e-5, 9e-6, 1e-6]))
    found = predict(cells, drift, 2022, without_year=True)
    share = 0.015 / (0.02 + 0.005 + 0.01)
    assert np.allclose(found.value, [share * 0.3, 0], atol=1e-15)
    assert np.allclose(found.told, [share * 0.015, 0], atol=1e-15)
    # The share is lag 1 / (lag 0 + cohort + own + noise): a unit more of lag 1 makes it 1 / .035 larger, of the others .015 /
    # .035 ** 2 smaller, and the mean that it is a share of has variance .035.
    assert np.allclose(found.unsure, [(4e-5 + share**2 * (1e-5 + 9e-6 + 1e-6)) / 0.035, 0], rtol=1e-12, atol=0)
    both = predict(cells, drift, 2022, without_year=False)
    system = np.array([[0.035, 0.015], [0.015, 0.125]])
    weights = np.linalg.solve(system, [0.015, 0.02])
    assert np.allclose(both.value, [weights @ [0.3, 0.9], 0.02 / 0.125 * 0.9])
    assert np.allclose(both.told, [weights @ [0.015, 0.02], 0.02**2 / 0.125])


def test_covariances_are_recovered_though_cohorts_keep_something() -> None:
    """40 worlds of 300 schools: means within three standard errors of the truth."""
    drifts = [fit_drift(invented(300, seed)[0]) for seed in range(40)]
    found = np.array([[*drift.by_lag, drift.cohort, drift.own] for drift in drifts])
    error = found.std(axis=0) / 40**0.5
    assert (np.abs(found.mean(axis=0) - [*BY_LAG, COHORT, OWN]) < 3 * error).all()


@pytest.mark.parametrize("without_year", [True, False])
def test_predictions_are_as_good_as_they_say(without_year: bool) -> None:
    """Slope of true on predicted 1, and errors of the variance that is not told: 30 worlds of 300 schools."""
    truth, value, left = [], [], []
    for seed in range(30):
        cells, yearly = invented(300, 100 + seed)
        drift = Drift(BY_LAG, np.ones(5, dtype=np.int64), COHORT, OWN, np.zeros((7, 7)))
        found = predict(cells, drift, 2024, without_year=without_year)
        truth.append(yearly[:, 3])
        value.append(found.value)
        left.append(BY_LAG[0] - found.told)
    true, predicted, variance = (np.concatenate(part) for part in (truth, value, left))
    assert 0.97 < np.polyfit(predicted, true, 1)[0] < 1.03
    assert 0.94 < np.mean(np.abs(true - predicted) < 1.96 * variance**0.5) < 0.96


def test_the_error_of_weights_is_what_differences_of_them_make() -> None:
    """Weights move with each covariance by a central difference; their error as covariances err, in means of the true spread."""
    cells, _ = invented(1, 3)
    root = np.random.default_rng(4).normal(size=(7, 7))
    true = np.array([*BY_LAG, COHORT, OWN])

    def found(at: Floats) -> Prediction:
        drift = Drift(at[:5], np.ones(5, dtype=np.int64), at[5], at[6], root @ root.T)
        return predict(cells, drift, 2023, without_year=False)

    used = cells.present[0]
    spread = (BY_LAG[cells.lag] + COHORT * cells.is_same_cohort)[np.ix_(used, used)]
    spread += np.diag((OWN + cells.noise[0])[used])
    step = 1e-6 * np.eye(7)
    slopes = np.array([found(true + unit).weights - found(true - unit).weights for unit in step])[:, 0, used] / 2e-6
    moved = root.T @ slopes
    assert isclose(found(true).unsure[0], np.trace(moved @ spread @ moved.T), rel_tol=1e-6)
