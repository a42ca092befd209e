"""Intervals where few clusters joined: the restricted wild cluster bootstrap (Cameron, Gelbach and Miller 2008; MacKinnon,
Nielsen and Webb 2023), in which residuals are those of the effect that is being tested.

A value is in the interval if drawing the signs and sizes of the clusters' residuals under it (Webb's six points) brings about as
large a t as the one seen in more than 5 % of draws. Controls are single institutions and many: the sum of theirs is drawn from
the normal distribution that it has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from estimators.group_time import Scores

Floats = NDArray[np.float64]
DRAWS = 9_999
_WEBB = np.sqrt([0.5, 1.0, 1.5])


class WildBootstrap:
    """Draws for an average, the same in every run.

    Args:
        scores: of two networks or more.
    """

    def __init__(self, scores: Scores, seed: int = 20_260_901, draws: int = DRAWS) -> None:
        is_network = scores.shares > 0
        self._effect, self._se = scores.effect, float(np.sqrt(scores.variance))
        self._share = scores.shares[is_network]
        # Of the value theta, the score of a network's members is at_nought - theta * share.
        self._at_nought = scores.members[is_network] + scores.effect * self._share
        self._as_controls, self._moved = scores.controls[is_network], scores.controls_moved[is_network]
        self._of_controls = scores.control_variance
        n = len(self._share)
        random = np.random.default_rng(seed)
        self._signs: Floats = random.choice(np.concatenate([-_WEBB, _WEBB]), size=(draws, n))
        self._noise = random.normal(0.0, np.sqrt(self._of_controls), draws)

    def p_value(self, theta: float = 0.0) -> float:
        """Of the effect being theta; NaN where nothing varies."""
        if not self._se:
            return float(np.nan)
        drawn = self._signs * (self._at_nought - theta * self._share)
        away = drawn.sum(axis=1) + self._signs @ self._as_controls + self._noise
        moved = (drawn - np.outer(away, self._share)) / (1 - self._share) + self._signs * self._moved
        n = len(self._share)
        spread = (moved**2).sum(axis=1) * (n - 1) / n + self._of_controls
        t = abs(self._effect - theta) / self._se
        # Draws of the clusters as they are have the very t that was seen, but for rounding.
        return float((1 + np.count_nonzero(away**2 >= t**2 * spread * (1 - 1e-9))) / (1 + len(drawn)))

    def interval(self, level: float = 0.05) -> tuple[float, float]:
        """Values that are not ruled out; an end is infinite where none is."""
        return (self._end(-1, level), self._end(1, level)) if self._se else (self._effect, self._effect)

    def _end(self, direction: int, level: float) -> float:
        step = self._se
        inside, outside = self._effect, self._effect + direction * step
        for _ in range(12):
            if self.p_value(outside) <= level:
                break
            inside, outside = outside, outside + direction * step
            step *= 2
        else:
            return float(direction * np.inf)
        for _ in range(40):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self.p_value(middle) > level else (inside, middle)
        return outside
