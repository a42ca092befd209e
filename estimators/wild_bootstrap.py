"""Intervals where few clusters joined: the restricted wild cluster bootstrap (Cameron, Gelbach and Miller 2008; MacKinnon,
Nielsen and Webb 2023), in which residuals are those of the effect that is being tested.

A value is in the interval if drawing the signs and sizes of the clusters' residuals under it (Webb's six points) brings about as
large a t as the one seen in more than 5 % of draws. Controls are single institutions and many: the sum of theirs is drawn from
the normal distribution that it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimators.group_time import Scores

Floats = NDArray[np.float64]
DRAWS = 9_999
_WEBB = np.sqrt([0.5, 1.0, 1.5])


@dataclass(frozen=True)
class Bootstrap:
    """p of no effect, NaN where nothing varies, and the 95 % interval; an end is infinite where no value is ruled out."""

    p_value: float
    ci_low: float
    ci_high: float


def wild_bootstrap(scores: Scores, seed: int = 20_260_901, draws: int = DRAWS, level: float = 0.05) -> Bootstrap:
    """Test of no effect and interval by inverting the test.

    Args:
        scores: of two treated clusters or more.
    """
    is_treated = scores.shares > 0
    share = scores.shares[is_treated]
    # Of the value theta, the score of a cluster is at_nought - theta * share.
    at_nought = scores.of_cluster[is_treated] + scores.effect * share
    variance = scores.control_variance
    random = np.random.default_rng(seed)
    signs = random.choice(np.concatenate([-_WEBB, _WEBB]), size=(draws, len(share)))
    noise = random.normal(0.0, np.sqrt(variance), draws)
    left = (len(share) - 1) / len(share) / (1 - share) ** 2
    seen_se = float(np.sqrt(scores.variance))

    if not seen_se:
        return Bootstrap(np.nan, scores.effect, scores.effect)

    def p_value(theta: float) -> float:
        drawn = signs * (at_nought - theta * share)
        away = drawn.sum(axis=1) + noise
        residual = drawn - np.outer(away, share)
        spread = residual**2 @ left + variance
        t = abs(scores.effect - theta) / seen_se
        # Draws of the clusters as they are have the very t that was seen, but for rounding.
        return float((1 + np.count_nonzero(away**2 >= t**2 * spread * (1 - 1e-9))) / (1 + draws))

    def end(direction: int) -> float:
        step = seen_se
        inside, outside = scores.effect, scores.effect + direction * step
        for _ in range(12):
            if p_value(outside) <= level:
                break
            inside, outside = outside, outside + direction * step
            step *= 2
        else:
            return float(direction * np.inf)
        for _ in range(40):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if p_value(middle) > level else (inside, middle)
        return outside

    return Bootstrap(p_value(0.0), end(-1), end(1))
