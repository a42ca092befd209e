"""Standard error of a difference between members and controls that are matched and may be shared.

A pair of a member and one of its controls has a part of the difference. Parts of one member go together, and so do parts of one
control; what pairs of a set have in common because they were matched cancels within a pair.

Source: Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2011), Robust inference with multiway clustering, Journal of Business
& Economic Statistics 29, 238-249.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Arm:
    """One side of the comparison, an institution of a matched set a row.

    Attributes:
        set_no: the matched set.
        unit: what is taken for independent: an institution, or a cluster of them.
        people: how many people it has, which is what it weighs in its set.
        influence: what it moves of the figure of its side; these sum to 0.
    """

    set_no: NDArray[np.integer[Any]]
    unit: NDArray[np.str_]
    people: Doubles
    influence: Doubles

    def frame(self, side: str) -> pl.DataFrame:
        return pl.DataFrame(
            {"set_no": self.set_no, side: self.unit, f"{side}_n": self.people, f"{side}_influence": self.influence}
        ).with_columns((pl.col(f"{side}_n") / pl.col(f"{side}_n").sum().over("set_no")).alias(f"{side}_share"))


def standard_error(members: Arm, controls: Arm) -> float:
    """Of the figure of the members less that of the controls, by unit of either side.

    V = V(members) + V(controls) - V(members and controls), each the sum of squared sums of parts times G / (G - 1). Where few
    units make it smaller than the larger of the first two, that one stands. NaN with fewer than two units on a side.
    """
    pairs = members.frame("member").join(controls.frame("control"), on="set_no", maintain_order="left_right")
    part = (
        pairs["member_influence"] * pairs["control_share"] - pairs["control_influence"] * pairs["member_share"]
    ).to_numpy()
    by_member, by_control = _codes(pairs["member"]), _codes(pairs["control"])
    if min(by_member.max(), by_control.max()) < 1:
        return float("nan")
    one, other = _spread(part, by_member), _spread(part, by_control)
    both = _spread(part, np.unique(by_member * part.size + by_control, return_inverse=True)[1])
    return float(np.sqrt(max(one + other - both, one, other)))


def _codes(units: pl.Series) -> NDArray[np.integer[Any]]:
    return np.unique(units.to_numpy(), return_inverse=True)[1]


def _spread(part: Doubles, code: NDArray[np.integer[Any]]) -> float:
    units = int(code.max()) + 1
    return float((np.bincount(code, part) ** 2).sum()) * units / (units - 1)
