"""How long people of members and controls stayed, as both curves and the log-rank test need it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from estimators.comparison_counts import TAUS
from estimators.log_rank import Stratum
from estimators.restricted_mean import Whole, restricted_mean
from estimators.sides import Compared, Side, compared


@dataclass(frozen=True)
class Stays:
    """Months in which people left and were at risk, an institution of a set a row; arrays of shape (rows, months)."""

    rows: pl.DataFrame
    exits: Whole
    at_risk: Whole
    people_n: dict[bool, dict[str, int]]

    @classmethod
    def of(cls, stays: pl.DataFrame) -> Stays:
        key = ["set_no", "is_member", "unit", "institution_id"]
        rows = stays.select(*key, "distance_share").unique(maintain_order=True).with_row_index("row")
        months = max(TAUS)
        place = stays.join(rows, on=key, maintain_order="left")
        row, month = place["row"].to_numpy(), place["last_month"].to_numpy()
        ended, exits = np.zeros((2, rows.height, months + 1), dtype=np.int64)
        np.add.at(ended, (row, np.minimum(month, months + 1) - 1), place["people_n"].to_numpy())
        np.add.at(exits, (row, np.minimum(month, months + 1) - 1), (place["people_n"] * place["is_exit"]).to_numpy())
        at_risk = ended[:, ::-1].cumsum(axis=1)[:, ::-1]
        n = {
            side["is_member"]: side
            for side in stays.group_by("is_member").agg(pl.col("^followed_n|at_risk_.*_n$").first()).to_dicts()
        }
        return cls(rows, exits[:, :months], at_risk[:, :months], n)

    def strata(self) -> tuple[list[Stratum], int]:
        """A stratum for each set, and the number of units on the smaller side. Nobody is in two of them."""
        once = (
            pl.concat([self.rows.filter("is_member"), _dealt(self.rows.filter(~pl.col("is_member")))])
            .filter(pl.col("is_member").n_unique().over("set_no") == 2)
            .sort("row")
        )
        sets = once.group_by("set_no", maintain_order=True).agg("row", "is_member")
        units = [once.filter(pl.col("is_member") == side)["unit"].n_unique() for side in (True, False)]
        return [
            Stratum(self.exits[row], self.at_risk[row], np.array(is_member)) for _, row, is_member in sets.iter_rows()
        ], min(units)

    def restricted_mean(self, months: int, least: int) -> Compared:
        """Without values where fewer than `least` of either side are at risk in the last month."""
        if self.rows.is_empty():
            return Compared()
        followed = {side: n["followed_n"] for side, n in self.people_n.items()}
        if min(n[f"at_risk_{months}_n"] for n in self.people_n.values()) < least:
            return Compared(self._without_value(True), self._without_value(False))
        return compared(
            self.rows,
            self.at_risk[:, 0],
            followed,
            lambda side, weight: restricted_mean(self.exits[side], self.at_risk[side], weight, months),
        )

    def _without_value(self, is_member: bool) -> Side:
        institutions = self.rows.filter(pl.col("is_member") == is_member)["institution_id"]
        return Side(self.people_n[is_member]["followed_n"], institutions.n_unique())


def _dealt(controls: pl.DataFrame) -> pl.DataFrame:
    """Each control in the set of the nearest of its members only. Of several as near its place in their sets decides, so that
    members that share all their controls get some each."""
    nearest = controls.sort("set_no", "institution_id").with_columns(
        pl.col("distance_share").fill_null(0), turn=pl.col("institution_id").rank("dense").over("set_no") - 1
    )
    nearest = nearest.filter(pl.col("distance_share") == pl.col("distance_share").min().over("institution_id"))
    choice = pl.col("turn").first().over("institution_id") % pl.len().over("institution_id")
    return nearest.filter(pl.int_range(pl.len()).over("institution_id") == choice).drop("turn")
