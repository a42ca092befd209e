"""The two sides of a comparison: what each comes to, and how far apart they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from estimators.two_way import Arm, standard_error
from estimators.weighted_share import Doubles, Whole, weighted_share

#: Value and influences of one side, from the rows of the side and the weight of a person of each.
Figure = Callable[[NDArray[np.bool_], Doubles], tuple[float, Doubles]]


@dataclass(frozen=True)
class Side:
    """Members or controls in one measure."""

    people_n: int = 0
    institutions_n: int = 0
    units_n: int = 0
    value: float | None = None


@dataclass(frozen=True)
class Compared:
    """Both sides, and the standard error of their difference."""

    member: Side = Side()
    control: Side = Side()
    se: float = float("nan")

    @property
    def units_n(self) -> int:
        return min(self.member.units_n, self.control.units_n)

    @property
    def people_n(self) -> int:
        return min(self.member.people_n, self.control.people_n)


def employed_share(rows: pl.DataFrame) -> Compared:
    """Shares employed on the horizon day."""
    if rows.is_empty():
        return Compared()
    retained, base = rows["retained_n"].to_numpy(), rows["base_n"].to_numpy()
    people = rows.group_by("is_member").agg(pl.col("people_n").first())
    return compared(
        rows,
        base,
        dict(people.iter_rows()),
        lambda side, weight: weighted_share(retained[side], base[side], weight),
    )


def compared(rows: pl.DataFrame, people: Whole, n: dict[bool, int], figure: Figure) -> Compared:
    """A figure of both sides. People of controls weigh so that those of a set weigh together as its members.

    Args:
        rows: `set_no`, `is_member`, `unit`, `institution_id`; each set has both sides.
        people: people of each row.
        n: people of the two sides, by `is_member`.
        figure: value and influences of a side.
    """
    is_member, set_no = rows["is_member"].to_numpy(), np.unique(rows["set_no"].to_numpy(), return_inverse=True)[1]
    member_n, control_n = np.bincount(set_no, people * is_member), np.bincount(set_no, people * ~is_member)
    weight = np.where(is_member, 1.0, (member_n / control_n)[set_no])
    arms, sides = [], []
    for side, is_side in ((is_member, True), (~is_member, False)):
        value, influence = figure(side, weight[side])
        units = rows["unit"].to_numpy()[side]
        arms.append(Arm(set_no[side], units, people[side].astype(np.float64), influence))
        institutions = rows["institution_id"].filter(pl.Series(side)).n_unique()
        sides.append(Side(n[is_side], institutions, len(set(units)), value))
    return Compared(sides[0], sides[1], standard_error(*arms))
