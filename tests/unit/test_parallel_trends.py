"""The test of the same way before, what it can find, and bounds; by hand and by draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from estimators.parallel_trends import bias_per_step, largest_step, same_way

SINCE = np.array([-4.0, -3.0, -2.0])
ERRORS = np.array([[0.04, 0.01, 0.01], [0.01, 0.03, 0.01], [0.01, 0.01, 0.02]])


def test_hotelling() -> None:
    """T-squared of three means of 24 networks: F with 3 and 21 degrees of freedom is 21 / (3 x 23) of it."""
    before = np.array([0.2, -0.1, 0.15])
    t_squared = before @ np.linalg.solve(ERRORS, before)
    found = same_way(before, ERRORS, SINCE, 24)
    assert found.p_value == pytest.approx(stats.f.sf(t_squared * 21 / (3 * 23), 3, 21))


def test_the_detectable_drift_is_found_in_four_cases_out_of_five() -> None:
    slope = same_way(np.zeros(3), ERRORS, SINCE, 24).detectable
    random = np.random.default_rng(5)
    found = 0
    for _ in range(4_000):
        rows = random.multivariate_normal(slope * (SINCE + 1), ERRORS * 24, size=24)
        errors = np.cov(rows.T) / 24
        found += same_way(rows.mean(axis=0), errors, SINCE, 24).p_value < 0.05
    # Three standard errors of 4 000 draws.
    assert found / 4_000 == pytest.approx(0.8, abs=0.019)


def test_nothing_is_tested_without_networks_to_spare() -> None:
    assert np.isnan(same_way(np.zeros(3), ERRORS, SINCE, 3).p_value)
    assert np.isnan(same_way(np.zeros(0), np.zeros((0, 0)), np.zeros(0), 24).p_value)
    assert np.isnan(same_way(np.zeros(3), np.zeros((3, 3)), SINCE, 24).detectable)


def test_steps_are_between_neighbouring_years_and_the_base_year() -> None:
    assert largest_step(np.array([0.5, 0.2, 0.1]), SINCE) == pytest.approx(0.3)
    assert largest_step(np.array([0.1]), np.array([-2.0])) == pytest.approx(0.1)
    # A year that is not known: half of the way in each of two.
    assert largest_step(np.array([0.6]), np.array([-3.0])) == pytest.approx(0.3)


def test_a_drift_adds_up_from_the_year_before_joining() -> None:
    """One step in the year of joining, two in the next: with weights 3 and 1, a mean of 1.25."""
    assert bias_per_step(np.array([0.75, 0.25]), np.array([0.0, 1.0])) == pytest.approx(1.25)
