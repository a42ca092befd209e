"""Restricted mean months stayed: the area below a Kaplan-Meier curve up to a month, and what each institution moves of it.

Sources: Karrison, T. (1987), Restricted mean life with adjustment for covariates, JASA 82, 1169-1176; the influence of a
hazard on the curve as in Reid, N. (1981), Influence functions for censored data, Annals of Statistics 9, 78-92.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.integer[Any]]
Doubles = NDArray[np.float64]


def restricted_mean(exits: Whole, at_risk: Whole, weight: Doubles, months: int) -> tuple[float, Doubles]:
    """Mean months stayed out of the first `months`, and the influence of each unit on it.

    A month that was begun counts as a whole one, as the curve falls at its end: the mean is S(0) + ... + S(months - 1).
    Where all units have the weight 1 the sum of squared influences is the linearised (sandwich) variance by unit; the
    influences sum to 0.

    Args:
        exits: people who left, of shape (units, at least `months`); column j is month j + 1.
        at_risk: people at risk in the month, of the same shape.
        weight: weight of a person of each unit, of shape (units,).
        months: the last month; somebody with a weight must be at risk in it.

    Returns:
        Months, and months of shape (units,).
    """
    steps = months - 1  # What happens in the last month moves the curve at its end only.
    left, risk = exits[:, :steps] * weight[:, None], at_risk[:, :steps] * weight[:, None]
    everyone = risk.sum(axis=0)
    hazard = left.sum(axis=0) / everyone
    survival = np.cumprod(1 - hazard)
    # d(mean)/d(hazard j) = -(S(j) + ... + S(months - 1)) / (1 - hazard j).
    pull = survival[::-1].cumsum()[::-1] / (1 - hazard)
    influence = -(((left - hazard * risk) / everyone) * pull).sum(axis=1)
    return 1 + float(survival.sum()), influence
