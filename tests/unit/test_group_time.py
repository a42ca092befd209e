"""Group-time effects by hand, and their errors beside leaving out one network after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from estimators.group_time import NEVER, Panel, average, cells, covariance

N = NEVER


def panel(
    values: Sequence[Sequence[float]], weights: Sequence[Sequence[float]], first: Sequence[int], term: int = 1
) -> Panel:
    years = np.arange(2018, 2018 + len(values[0]))
    joined = np.array(first)
    return Panel(term, years, np.array(values), np.array(weights, dtype=float), np.array(first), joined)


def test_a_change_beside_that_of_controls() -> None:
    """Two members of 10 and 30 pupils before joining in 2019 go from 0 to 1 and 0 to 2: mean 1.75. The controls of 20 and 20 go
    up by .2 and .4: .3. So 1.45; who joins in 2020 would be a control in 2019, if it had pupils."""
    of = panel(
        [[0, 1], [0, 2], [1, 1.2], [1, 1.4], [0, 9]],
        [[10, 99], [30, 99], [20, 1], [20, 99], [0, 0]],
        [2019, 2019, N, N, 2020],
    )
    (cell,) = cells(of)
    assert (cell.group, cell.year, cell.since, cell.weight) == (2019, 2019, 0, 40.0)
    found = average([cell], np.arange(5))
    assert found.effect == pytest.approx(1.45)
    # Members 10 (.7 - 1.45) / 40 and 30 (1.7 - 1.45) / 40; controls -.5 (.2 - .3) and -.5 (.4 - .3).
    assert found.members == pytest.approx([-0.1875, 0.1875, 0, 0, 0])
    assert found.controls == pytest.approx([0, 0, 0.05, -0.05, 0])
    assert found.shares == pytest.approx([0.25, 0.75, 0, 0, 0])
    # Without the first member the effect is 1.7, without the second .7; without a control 1.35 or 1.55.
    assert found.variance == pytest.approx((0.25**2 + 0.75**2) / 2 + (0.1**2 + 0.1**2) / 2)
    assert found.df == pytest.approx(1)
    assert cell.effective_controls(np.arange(5)) == pytest.approx(2)
    assert cell.effective_controls(np.array([0, 1, 2, 2, 3])) == pytest.approx(1)


@pytest.mark.parametrize(
    ("settings", "effects"),
    [
        # In 2019 the cohort of 2020 has not joined: controls rise by (.1 + .4) / 2. In 2020 never-members alone, by .2.
        ({}, {(2019, 2019): 0.75, (2019, 2020): 1.8, (2020, 2018): -0.3, (2020, 2020): 0.9}),
        ({"never_only": True}, {(2019, 2019): 0.9, (2019, 2020): 1.8, (2020, 2018): -0.3, (2020, 2020): 0.9}),
        # A year earlier nothing is known of the cohort of 2019; that of 2020 is measured from 2018: 1.4 less .2.
        ({"anticipation": 1}, {(2020, 2019): 0.3, (2020, 2020): 1.2}),
    ],
)
def test_who_is_a_control(settings: dict[str, Any], effects: dict[tuple[int, int], float]) -> None:
    of = panel([[0, 1, 2], [0, 0.4, 1.4], [0, 0.1, 0.2]], [[1] * 3] * 3, [2019, 2020, N])
    assert {(cell.group, cell.year): float(cell.changes[0]) for cell in cells(of, **settings)} == pytest.approx(effects)


def test_nobody_is_compared_without_a_year_before_or_enough_controls() -> None:
    values, weights = [[0, 1], [0, 1], [0, 0]], [[1, 1]] * 3
    assert not cells(panel(values, weights, [2018, 2018, N]))
    (alone,) = cells(panel(values, weights, [2019, 2019, 2019]))
    assert (len(alone.controls), alone.effective_controls(np.arange(3))) == (0, 0)
    assert np.isnan(alone.changes).all()
    assert not cells(panel([[np.nan, 1], [0, np.nan], [0, 0]], weights, [2019, 2019, N]))


def test_terms_are_compared_with_the_same_term() -> None:
    """All fall by 5 in spring of 2019, members rise by 1 in both terms: the fall is no effect."""
    found = []
    for term, fall in ((1, 0.0), (3, -5.0)):
        found += cells(panel([[0, 1 + fall], [0, fall]], [[1, 1]] * 2, [2019, N], term))
    assert average(found, np.arange(2)).effect == pytest.approx(1.0)


def invented(seed: int, years: int = 6) -> tuple[list[Panel], NDArray[np.int64]]:
    """Twelve networks of one to five members that join in three years, two terms; sixty others; some terms missing."""
    random = np.random.default_rng(seed)
    cluster = np.concatenate([np.repeat(np.arange(12), 1 + np.arange(12) % 5), 12 + np.arange(60)])
    first = np.where(cluster < 12, 2020 + cluster % 3, NEVER)
    panels = []
    for term in (1, 2):
        values = random.normal(size=(len(cluster), years)) + (2018 + np.arange(years) >= first[:, None]) * 0.5
        values[random.random(values.shape) < 0.05] = np.nan
        panels.append(
            Panel(term, 2018 + np.arange(years), values, np.asarray(random.uniform(5, 90, values.shape)), first, first)
        )
    return panels, cluster.astype(np.int64)


def test_errors_are_those_of_leaving_out_a_network_or_an_institution() -> None:
    """Never-members alone are controls here, so leaving out a network leaves them as they are."""
    panels, cluster = invented(1)

    def effects(without: int | None) -> list[float]:
        kept = [
            Panel(p.term, p.years, p.values, p.weights * (cluster != without)[:, None], p.first_year, p.joined_year)
            for p in panels
        ]
        found = [cell for one in kept for cell in cells(one, never_only=True)]
        return [average([cell for cell in found if cell.since == since], cluster).effect for since in (0, 1)]

    found = [cell for one in panels for cell in cells(one, never_only=True)]
    averages = [average([cell for cell in found if cell.since == since], cluster) for since in (0, 1)]
    moved = np.array([effects(left_out) for left_out in range(72)]) - np.array(effects(None))
    networks, others = moved[:12], moved[12:]
    expected = networks.T @ networks * 11 / 12 + others.T @ others * 59 / 60
    assert covariance(averages) == pytest.approx(expected, rel=1e-9)
    assert averages[0].variance == pytest.approx(expected[0, 0], rel=1e-9)
    assert averages[0].control_variance == pytest.approx(others[:, 0] @ others[:, 0] * 59 / 60, rel=1e-9)
    assert (averages[0].members + averages[0].controls).sum() == pytest.approx(0, abs=1e-12)


def test_one_network_alone_has_no_error() -> None:
    of = panel([[0, 1], [0, 0.1], [0, 0.2]], [[1, 1]] * 3, [2019, N, N])
    alone = average(cells(of), np.arange(3))
    assert alone.networks_n == 1
    assert np.isnan(alone.variance)
