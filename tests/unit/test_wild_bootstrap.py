"""The restricted wild bootstrap beside all draws there are, and its interval beside its test."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from estimators.group_time import Scores
from estimators.wild_bootstrap import WildBootstrap

SHARES = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
MEANS = np.array([0.9, 0.2, 0.5, -0.3, 0.4])


def scores(means: NDArray[np.float64], shares: NDArray[np.float64]) -> Scores:
    effect = float(shares @ means)
    none = np.zeros(len(shares) + 2)
    members, both = (np.append(values, [0.0, 0.0]) for values in (shares * (means - effect), shares))
    return Scores(effect, members, none, none, both, none)


def p_of_all_draws(theta: float) -> float:
    """Means of five networks drawn as theta + v (mean - theta) in each of 6^5 ways; t with errors that leave out one of them."""

    def t_of(means: NDArray[np.float64]) -> float:
        effect = SHARES @ means
        without = [(effect - share * mean) / (1 - share) for share, mean in zip(SHARES, means, strict=True)]
        return float(abs(effect - theta) / np.sqrt(4 / 5 * ((np.array(without) - effect) ** 2).sum()))

    seen = t_of(MEANS)
    webb = [sign * size for size in np.sqrt([0.5, 1, 1.5]) for sign in (-1, 1)]
    drawn = [t_of(theta + np.array(v) * (MEANS - theta)) for v in itertools.product(webb, repeat=5)]
    return float(np.mean([t >= seen - 1e-12 for t in drawn]))


def test_p_is_that_of_all_draws() -> None:
    found = WildBootstrap(scores(MEANS, SHARES)).p_value()
    expected = p_of_all_draws(0.0)
    # Of 9 999 draws the share is told to three standard errors.
    assert found == pytest.approx(expected, abs=3 * np.sqrt(expected * (1 - expected) / 9_999))


def test_values_in_the_interval_are_those_not_ruled_out() -> None:
    low, high = WildBootstrap(scores(MEANS, SHARES)).interval()
    for end, outward in ((low, -1), (high, 1)):
        assert p_of_all_draws(end + outward * 0.05) < 0.05 < p_of_all_draws(end - outward * 0.05)


def test_noise_of_controls_makes_the_interval_wider() -> None:
    alone = scores(MEANS, SHARES)
    noise = np.append(np.zeros(5), [0.2, -0.2])
    noisy = replace(alone, controls=noise, controls_moved=2 * noise, control_shares=np.append(np.zeros(5), [0.5, 0.5]))
    one, other = WildBootstrap(alone), WildBootstrap(noisy)
    assert other.interval()[0] < one.interval()[0]
    assert one.interval()[1] < other.interval()[1]
    assert other.p_value() > one.p_value()


def test_two_networks_rule_nothing_out() -> None:
    found = WildBootstrap(scores(np.array([1.0, 1.1]), np.array([0.5, 0.5])))
    assert found.p_value() > 0.05
    assert found.interval() == (-np.inf, np.inf)


def test_the_same_in_every_run() -> None:
    one, other = (WildBootstrap(scores(MEANS, SHARES)) for _ in range(2))
    assert (one.p_value(), one.interval()) == (other.p_value(), other.interval())


def test_nothing_that_varies_has_no_error() -> None:
    found = WildBootstrap(scores(np.full(5, 0.4), SHARES))
    assert np.isnan(found.p_value())
    assert found.interval() == (0.4, 0.4)
