"""Restricted means and weighted shares by hand, against lifelines, and their influences against changes of the weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from estimators.restricted_mean import restricted_mean
from estimators.weighted_share import weighted_share


def months_of(unit: np.ndarray, last: np.ndarray, left: np.ndarray, months: int) -> tuple[np.ndarray, np.ndarray]:
    """People as counts by unit and month."""
    column = np.arange(1, months + 1)
    rows = np.eye(unit.max() + 1, dtype=int)[unit]
    exits = rows.T @ ((last[:, None] == column) & left[:, None])
    return exits, rows.T @ (last[:, None] >= column)


def _drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    exit_month, seen = rng.geometric(0.03, size=300), rng.integers(20, 61, size=300)
    return rng.integers(0, 7, size=300), np.minimum(exit_month, seen), exit_month <= seen


def test_by_hand() -> None:
    """Ten people. Two leave in month 1: S(1) = 8/10. One is lost after month 1. One leaves in month 2: S(2) = 8/10 x 6/7.
    Up to month 3: 1 + 4/5 + 24/35 = 87/35. Up to month 1 nobody's exit is seen: 1."""
    last = np.array([1, 1, 1, 2, 5, 5, 5, 5, 5, 5])
    left = np.array([True, True, False, True, *[False] * 6])
    exits, at_risk = months_of(np.zeros(10, dtype=int), last, left, 5)
    assert restricted_mean(exits, at_risk, np.ones(1), 3)[0] == pytest.approx(87 / 35)
    assert restricted_mean(exits, at_risk, np.ones(1), 1)[0] == 1


@pytest.mark.parametrize("months", [12, 20])
def test_against_lifelines(months: int) -> None:
    unit, last, left = _drawn(1)
    exits, at_risk = months_of(unit, last, left, 60)
    theirs = restricted_mean_survival_time(KaplanMeierFitter().fit(last, left), t=months)
    assert restricted_mean(exits, at_risk, np.ones(7), months)[0] == pytest.approx(theirs, abs=1e-8)


def test_a_weight_of_two_is_the_same_people_twice() -> None:
    unit, last, left = _drawn(2)
    exits, at_risk = months_of(unit, last, left, 60)
    twice = unit == 3
    doubled = (np.concatenate([column, column[twice]]) for column in (unit, last, left))
    weight = np.where(np.arange(7) == 3, 2.0, 1.0)
    as_people = restricted_mean(*months_of(*doubled, 60), np.ones(7), 18)[0]
    assert restricted_mean(exits, at_risk, weight, 18)[0] == pytest.approx(as_people, abs=1e-12)


def _moved(figure: Callable[[np.ndarray], tuple[float, np.ndarray]], weight: np.ndarray) -> np.ndarray:
    """What a unit moves, by weighing it a millionth more and less."""
    step = 1e-6
    shifts = np.diag(weight * step)
    return np.array([(figure(weight + shift)[0] - figure(weight - shift)[0]) / (2 * step) for shift in shifts])


def test_influences_are_what_the_units_move() -> None:
    unit, last, left = _drawn(3)
    exits, at_risk = months_of(unit, last, left, 60)
    weight = np.linspace(0.5, 2, 7)
    for figure in (
        lambda own: restricted_mean(exits, at_risk, own, 18),
        lambda own: weighted_share(exits.sum(axis=1), at_risk[:, 0], own),
    ):
        influence = figure(weight)[1]
        np.testing.assert_allclose(influence, _moved(figure, weight), atol=1e-7)
        assert influence.sum() == pytest.approx(0, abs=1e-12)
        assert np.abs(influence).max() > 0.01


def test_weighted_share_by_hand() -> None:
    """6 of 8 with weight 1 and 1 of 4 with weight 2: (6 + 2) / (8 + 8) = 1/2; influences (6 - 4) / 16 and 2 (1 - 2) / 16."""
    share, influence = weighted_share(np.array([6, 1]), np.array([8, 4]), np.array([1.0, 2.0]))
    assert share == 0.5
    np.testing.assert_allclose(influence, [1 / 8, -1 / 8])
