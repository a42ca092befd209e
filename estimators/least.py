"""Where a function of few numbers is least, some of which may not be negative and count by their squares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

Floats = NDArray[np.float64]
#: Searches at most; a number so small that it is asked whether it is nought; and those that are tried in place of nought.
_SEARCHES, _NEAR, _BESIDE = 20, 1e-3, (0.1, 0.03, 0.01, 0.003)
#: A difference in height that is none.
_LEVEL = 1e-9
#: Newton's steps at most, how far apart two slopes are taken for their change, and a step that is none.
_POLISHES, _WIDTH, _CLOSE = 20, 1e-5, 1e-10


def least(
    height: Callable[[Floats], float], slope: Callable[[Floats], Floats], start: Floats, is_bounded: NDArray[np.bool_]
) -> Floats:
    """Where the height is least, near the start.

    Args:
        is_bounded: of which numbers are not negative. At nought the height is flat in them, be it a valley or a hill: a search
            that comes there stops, and is begun again from beside it where that is lower.
    """
    bounds = Bounds(np.where(is_bounded, 0.0, -np.inf), np.full(len(start), np.inf))

    def search(begun: Floats) -> Floats:
        found: Any = minimize(height, begun, jac=slope, bounds=bounds, method="L-BFGS-B").x
        at_nought = np.where(is_bounded & (found < _NEAR), 0.0, found)
        return np.asarray(at_nought if height(at_nought) <= height(found) + _LEVEL else found)

    found = search(start)
    for _ in range(_SEARCHES):
        noughts = np.eye(len(found))[is_bounded & (found == 0)]
        beside = [found + far * unit for unit in noughts for far in _BESIDE]
        lowest = min(beside, key=height, default=found)
        if not height(lowest) < height(found) - _LEVEL:
            break
        found = search(lowest)
    return _polished(found, slope, is_bounded)


def _polished(theta: Floats, slope: Callable[[Floats], Floats], is_bounded: NDArray[np.bool_]) -> Floats:
    """Newton's steps to where the slope is nothing but rounding: a search that compares values stops at half of the digits.

    A number at nought stays there.
    """
    free = np.flatnonzero(~is_bounded | (theta > 0))
    units = np.eye(len(theta))[free]
    for _ in range(_POLISHES if len(free) else 0):
        bend = np.array([slope(theta + _WIDTH * unit) - slope(theta - _WIDTH * unit) for unit in units])[:, free]
        bend = (bend + bend.T) / (4 * _WIDTH)
        if np.any(np.linalg.eigvalsh(bend) <= 0):
            break
        step = np.linalg.solve(bend, slope(theta)[free])
        moved = theta.copy()
        moved[free] -= step
        if np.any(moved[is_bounded] < 0):
            break
        theta = moved
        if np.max(np.abs(step)) < _CLOSE:
            break
    return theta
