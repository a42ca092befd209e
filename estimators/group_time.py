"""Group-time effects of joining a network at different times (Callaway and Sant'Anna 2021), without covariates.

Of institutions that joined in one year and a later year t, the effect is the mean change since the last year before joining, less
the mean change of those that have not joined by t. All else is a weighted mean of such cells. Each term of the year is a panel of
its own, so that autumn is compared with autumn; what is common to them is who is in which cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER = 9999


@dataclass(frozen=True)
class Panel:
    """Outcome of each unit and year in one term.

    Attributes:
        term: 1 to 4, or 0 of what is of the year.
        years: (T,) increasing.
        values, weights: (units, T); values NaN and weights 0 where nothing is known.
        first_year: (units,) first year in which the unit's term is one of a member; NEVER if none is.
        joined_year: (units,) school year of the day of joining; NEVER if none.
    """

    term: int
    years: Ints
    values: Floats
    weights: Floats
    first_year: Ints
    joined_year: Ints


@dataclass(frozen=True)
class Cell:
    """One group in one term and year.

    Attributes:
        units, weights, changes: of the group: weight before joining, and change less that of the controls.
        controls: units that had not joined; there may be none, and the changes are then NaN.
        control_shares, control_changes: share of each of their weight, and change less their mean.
    """

    term: int
    group: int
    joined: int
    year: int
    units: Ints
    weights: Floats
    changes: Floats
    controls: Ints
    control_shares: Floats
    control_changes: Floats

    @property
    def since(self) -> int:
        """Years since joining; -1 is the year that changes are measured from."""
        return self.year - self.group

    @property
    def weight(self) -> float:
        return float(self.weights.sum())

    def effective_controls(self, cluster: Ints) -> float:
        """How many equal clusters of controls would tell as much: institutions of one network, or one that is larger than all
        others together, are not many."""
        shares = np.bincount(cluster[self.controls], self.control_shares)
        return float(1 / (shares @ shares)) if len(self.controls) else 0.0


@dataclass(frozen=True)
class Scores:
    """An average of cells and what each cluster of errors has to do with it.

    Attributes:
        effect: weighted mean of the changes.
        members, controls: (clusters,) influence of each as members and as controls; all of them sum to nought.
        controls_moved: (clusters,) how far the average moves, turned round, without the cluster's controls.
        shares, control_shares: (clusters,) share of each of the members' weight, and of the controls'.
    """

    effect: float
    members: Floats
    controls: Floats
    controls_moved: Floats
    shares: Floats
    control_shares: Floats

    @property
    def networks_n(self) -> int:
        return int((self.shares > 0).sum())

    @property
    def df(self) -> float:
        """Degrees of freedom of the error: clusters less one, of members or of controls, whichever are fewer."""
        return min(self.networks_n, 1 / float(self.control_shares @ self.control_shares)) - 1

    @property
    def control_variance(self) -> float:
        """Squared error that clusters bring about that are controls alone."""
        return float(_jackknife(self.controls_moved[None, self.shares == 0])[0, 0])

    @property
    def variance(self) -> float:
        """Squared error, of two networks or more."""
        return float(covariance([self])[0, 0])


def covariance(averages: Sequence[Scores]) -> Floats:
    """(K, K) covariance of K averages with the same clusters, by the jackknife, so that a large cluster counts for what it is.

    Without a cluster, the members' mean moves by its score over what is left of the weight, and so does the mean of the
    controls. Networks and those that are controls alone have each their (G - 1) / G.
    """
    shares = np.array([average.shares for average in averages])
    moved = np.array([average.controls_moved for average in averages])
    moved += np.array([average.members for average in averages]) / np.where(shares < 1, 1 - shares, np.nan)
    is_network = shares.any(axis=0)
    return _jackknife(moved[:, is_network]) + _jackknife(moved[:, ~is_network])


def _jackknife(moved: Floats) -> Floats:
    moved = moved[:, moved.any(axis=0)]
    n = moved.shape[1]
    return np.asarray(moved @ moved.T * max(n - 1, 0) / max(n, 1))


def cells(panel: Panel, anticipation: int = 0, never_only: bool = False) -> list[Cell]:
    """Each group and year of a panel that can be compared.

    A unit is in a cell if it is known in the base year, the last one before joining less `anticipation`, and in the year; its
    weight is that of the base year, which joining cannot have changed. Controls are units that have joined neither by the year
    nor by the base year (`never_only`: never).
    """
    found = []
    place = {int(year): number for number, year in enumerate(panel.years)}
    groups = {(int(g), int(j)) for g, j in zip(panel.first_year, panel.joined_year, strict=True) if g != NEVER}
    for group, joined in sorted(groups):
        base = group - 1 - anticipation
        if base not in place:
            continue
        weight = panel.weights[:, place[base]]
        is_group = (panel.first_year == group) & (panel.joined_year == joined)
        for year in (int(y) for y in panel.years if y != base):
            change = panel.values[:, place[year]] - panel.values[:, place[base]]
            is_known = np.isfinite(change) & (weight > 0)
            latest = NEVER - 1 if never_only else max(year, base) + anticipation
            joiners = np.flatnonzero(is_known & is_group)
            controls = np.flatnonzero(is_known & (panel.first_year > latest) & (panel.first_year != group))
            if len(joiners):
                share = weight[controls] / max(weight[controls].sum(), 1e-300)
                usual = share @ change[controls] if len(controls) else np.nan
                found.append(
                    Cell(
                        panel.term, group, joined, year, joiners, weight[joiners], change[joiners] - usual, controls,
                        share, change[controls] - usual,
                    )
                )  # fmt: skip
    return found


def average(chosen: Iterable[Cell], cluster: Ints) -> Scores:
    """The mean of cells by the weight of their members, weights being estimates too.

    Args:
        chosen: at least one cell; each has controls.
        cluster: (units,) number of the cluster that errors are common to, from 0.
    """
    chosen = list(chosen)
    total = sum(cell.weight for cell in chosen)
    effect = sum(float(cell.weights @ cell.changes) for cell in chosen) / total
    n = int(cluster.max()) + 1
    members, shares, controls, moved, control_shares = (np.zeros(n) for _ in range(5))
    for cell in chosen:
        own, others, part = cluster[cell.units], cluster[cell.controls], cell.weight / total
        members += np.bincount(own, cell.weights * (cell.changes - effect) / total, n)
        shares += np.bincount(own, cell.weights / total, n)
        score = np.bincount(others, cell.control_shares * cell.control_changes, n) * part
        share = np.bincount(others, cell.control_shares, n)
        controls -= score
        moved -= score / np.where(share < 1 - 1e-12, 1 - share, np.nan)
        control_shares += share * part
    return Scores(effect, members, controls, moved, shares, control_shares)
