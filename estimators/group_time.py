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
        controls, shares: units that had not joined, and w (change - mean of the controls) / sum w of each.
    """

    term: int
    group: int
    joined: int
    year: int
    units: Ints
    weights: Floats
    changes: Floats
    controls: Ints
    shares: Floats

    @property
    def since(self) -> int:
        """Years since joining; -1 is the year that changes are measured from."""
        return self.year - self.group

    @property
    def weight(self) -> float:
        return float(self.weights.sum())


@dataclass(frozen=True)
class Scores:
    """An average of cells and what each cluster of errors has to do with it.

    Attributes:
        effect: weighted mean of the changes.
        of_cluster: (clusters,) influence of each; they sum to nought.
        shares: (clusters,) share of the weight that is in treated units of the cluster.
    """

    effect: float
    of_cluster: Floats
    shares: Floats

    @property
    def treated_n(self) -> int:
        return int((self.shares > 0).sum())

    @property
    def control_n(self) -> int:
        return int(((self.shares == 0) & (self.of_cluster != 0)).sum())

    @property
    def control_variance(self) -> float:
        """Squared error that controls bring about."""
        return float(_of_controls(self.of_cluster[None, self.shares == 0])[0, 0])

    @property
    def variance(self) -> float:
        """Squared error, of two treated clusters or more."""
        return float(covariance([self])[0, 0])


def covariance(averages: Sequence[Scores]) -> Floats:
    """(K, K) covariance of K averages with the same clusters.

    Of treated clusters by the jackknife, so that a large one among few counts: without a cluster, an average moves by the
    cluster's score over what is left of the weight. Controls are many and small, and each counts for itself.
    """
    scores = np.array([average.of_cluster for average in averages])
    shares = np.array([average.shares for average in averages])
    is_treated = shares.any(axis=0)
    moved = scores[:, is_treated] / (1 - shares[:, is_treated])
    n = moved.shape[1]
    return np.asarray(moved @ moved.T * (n - 1) / n + _of_controls(scores[:, ~is_treated]))


def _of_controls(scores: Floats) -> Floats:
    scores = scores[:, scores.any(axis=0)]
    n = scores.shape[1]
    return np.asarray(scores @ scores.T * n / max(n - 1, 1))


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
            treated = np.flatnonzero(is_known & is_group)
            controls = np.flatnonzero(is_known & (panel.first_year > latest) & (panel.first_year != group))
            if len(treated) and len(controls):
                usual = np.average(change[controls], weights=weight[controls])
                share = weight[controls] / weight[controls].sum()
                found.append(
                    Cell(
                        panel.term, group, joined, year, treated, weight[treated], change[treated] - usual,
                        controls, share * (change[controls] - usual),
                    )
                )  # fmt: skip
    return found


def average(chosen: Iterable[Cell], cluster: Ints) -> Scores:
    """The mean of cells by the weight of their members, weights being estimates too.

    Args:
        chosen: at least one cell.
        cluster: (units,) number of the cluster that errors are common to, from 0.
    """
    chosen = list(chosen)
    total = sum(cell.weight for cell in chosen)
    effect = sum(float(cell.weights @ cell.changes) for cell in chosen) / total
    of_unit, share = np.zeros(len(cluster)), np.zeros(len(cluster))
    for cell in chosen:
        of_unit[cell.units] += cell.weights * (cell.changes - effect) / total
        share[cell.units] += cell.weights / total
        of_unit[cell.controls] -= cell.shares * cell.weight / total
    return Scores(effect, *(np.bincount(cluster, values).astype(np.float64) for values in (of_unit, share)))
