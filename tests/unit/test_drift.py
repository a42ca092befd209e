"""Effects of several years: covariances and predictions by hand, and against a truth that is known."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest
from numpy.typing import NDArray

from estimators.drift import Cells, Drift, fit_drift, predict

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


def test_covariances_by_hand() -> None:
    """Two schools, two years, grades 5 and 6. The pair of one cohort, grade 5 then 6, is left out."""
    cells = Cells(
        year=np.array([2021, 2021, 2022, 2022]),
        grade=np.array([5, 6, 5, 6]),
        mean=np.array([[0.1, 0.2, 0.3, 0.4], [-0.2, np.nan, 0.1, -0.1]]),
        noise=np.array([[0.01, 0.02, 0.01, 0.04], [0.02, 0.01, 0.02, 0.01]]),
    )
    drift = fit_drift(cells)
    # Lag 0: (.1 x .2) / .03 and (.3 x .4) / .05 of the first, (.1 x -.1) / .03 of the second.
    of_year = (0.02 / 0.03 + 0.12 / 0.05 - 0.01 / 0.03) / (1 / 0.03 + 1 / 0.05 + 1 / 0.03)
    # Lag 1: grades 5-5, 6-5 and 6-6 of the first, 5-5 of the second.
    apart = (0.03 / 0.02 + 0.06 / 0.03 + 0.08 / 0.06 - 0.02 / 0.04) / (1 / 0.02 + 1 / 0.03 + 1 / 0.06 + 1 / 0.04)
    assert np.allclose(drift.by_lag, [of_year, apart], rtol=1e-12)
    assert drift.pairs_n.tolist() == [3, 4]
    means = [0.1, 0.2, 0.3, 0.4, -0.2, 0.1, -0.1]
    noises = [0.01, 0.02, 0.01, 0.04, 0.02, 0.02, 0.01]
    spread = sum((m * m - v) / v for m, v in zip(means, noises, strict=True)) / sum(1 / v for v in noises)
    # One cohort: grade 5 then 6 of the first, and of the second, whose grade 6 of 2021 is absent.
    one = (0.04 - apart) / 0.05, (0.02 - apart) / 0.03
    kept = max(sum(one) / (1 / 0.05 + 1 / 0.03), 0)
    assert isclose(drift.cohort, kept, rel_tol=1e-12)
    assert isclose(drift.own, max(spread - of_year - kept, 0), rel_tol=1e-12)


def test_a_prediction_by_hand() -> None:
    """One other year: its mean times Cov / (Var + noise); none, nought."""
    cells = Cells(
        np.array([2021, 2022]),
        np.array([5, 5]),
        np.array([[0.3, 0.9], [np.nan, 0.9]]),
        np.array([[0.01, 0.1], [0.01, 0.1]]),
    )
    drift = Drift(np.array([0.02, 0.015]), np.array([1, 1]), 0.0, 0.005)
    found = predict(cells, drift, 2022, without_year=True)
    share = 0.015 / (0.02 + 0.005 + 0.01)
    assert np.allclose(found.value, [share * 0.3, 0], atol=1e-15)
    assert np.allclose(found.told, [share * 0.015, 0], atol=1e-15)
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
        drift = Drift(BY_LAG, np.ones(5, dtype=np.int64), COHORT, OWN)
        found = predict(cells, drift, 2024, without_year=without_year)
        truth.append(yearly[:, 3])
        value.append(found.value)
        left.append(BY_LAG[0] - found.told)
    true, predicted, variance = (np.concatenate(part) for part in (truth, value, left))
    assert 0.97 < np.polyfit(predicted, true, 1)[0] < 1.03
    assert 0.94 < np.mean(np.abs(true - predicted) < 1.96 * variance**0.5) < 0.96
