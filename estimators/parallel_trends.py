"""Whether members and others went the same way before joining, and what it would take for the effect to be nothing else.

A test that finds no difference says little where it could not have found one, so the slope that it would find in 80 % of cases is
told beside it (Roth 2022). The bounds let the difference in trends go on after joining, by up to so many times the largest step
between two years before (relative magnitudes, Rambachan and Roth 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import fdtrc, fdtri, ncfdtr

Floats = NDArray[np.float64]
POWER = 0.8


@dataclass(frozen=True)
class Trend:
    """p of the same way before; the steady slope a year that would be found in 80 % of cases, NaN if none can."""

    p_value: float
    detectable: float


def same_way(before: Floats, covariance: Floats, since: Floats, treated_n: int, level: float = 0.05) -> Trend:
    """Joint test of the differences before joining: Hotelling's T-squared with the treated clusters' degrees of freedom.

    Args:
        before: (K,) differences; since: (K,) years since joining of each, all under -1; treated_n: treated clusters.
    """
    k, rest = len(before), treated_n - len(before)
    if k == 0 or rest < 1 or np.linalg.matrix_rank(covariance, hermitian=True) < k:
        return Trend(np.nan, np.nan)
    scale = rest / (k * (treated_n - 1))
    inverse = np.linalg.inv(covariance)
    p_value = float(fdtrc(k, rest, scale * before @ inverse @ before))
    bound = float(fdtri(k, rest, 1 - level))
    slope = since + 1
    per_slope = float(slope @ inverse @ slope)

    def power(noncentrality: float) -> float:
        return float(1 - ncfdtr(k, rest, noncentrality, bound)) - POWER

    # From small on: far away the distribution is not a number.
    ends = [2.0**step for step in range(14) if power(2.0**step) > 0]
    found = brentq(power, 0.0, ends[0]) if ends else np.nan
    return Trend(p_value, float(np.sqrt(found / per_slope)))


def largest_step(before: Floats, since: Floats) -> float:
    """The largest difference between neighbouring years before joining, the base year (-1) being nought; NaN without any."""
    order = np.argsort(since)
    years, values = np.append(since[order], -1), np.append(before[order], 0.0)
    steps = np.abs(np.diff(values)) / np.diff(years)
    return float(steps.max()) if len(steps) else np.nan


def bias_per_step(shares: Floats, since: Floats) -> float:
    """How far the average is off if the difference grows by 1 a year from joining on: years since the base year, averaged."""
    return float(shares @ (since + 1))
