"""A share of people who have weights, and what each institution moves of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.integer[Any]]
Doubles = NDArray[np.float64]


def weighted_share(retained: Whole, base: Whole, weight: Doubles) -> tuple[float, Doubles]:
    """The ratio of weighted sums, and the influence of each unit on it: w (retained - share * base) / sum of w * base.

    Args:
        retained: people with the property, of shape (units,).
        base: all of them, of the same shape; not all 0.
        weight: weight of a person of each unit, of the same shape.

    Returns:
        A share, and shares of shape (units,), whose sum is 0. The sum of their squares is the ratio estimator's variance by
        unit: Cochran, W. G. (1977), Sampling techniques, 3rd ed., section 6.4.
    """
    everyone = float((weight * base).sum())
    share = float((weight * retained).sum()) / everyone
    return share, weight * (retained - share * base) / everyone
