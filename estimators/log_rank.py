"""The log-rank test stratified by matched set, with its p from exchanging institutions, not people, within the sets.

The chi-square takes people for independent; colleagues are not. What is exchangeable when the network does nothing is which
institution of a set is the member, so p is counted over such labelings.

Sources: Mantel, N. (1966), Cancer Chemotherapy Reports 50, 163-170 (statistic, by stratum); Phipson, B. and Smyth, G. K. (2010),
Statistical Applications in Genetics and Molecular Biology 9, 39 (p never 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

PERMUTATIONS = 9_999
#: Of the permutations; the same in each run, so that a figure is.
SEED = 10357


@dataclass(frozen=True)
class Stratum:
    """Institutions of a matched set.

    Attributes:
        exits: people who left in a month, of shape (institutions, months).
        at_risk: people at risk in it, of the same shape.
        is_member: which institutions are members, of shape (institutions,).
    """

    exits: NDArray[np.integer[Any]]
    at_risk: NDArray[np.integer[Any]]
    is_member: NDArray[np.bool_]

    @property
    def labelings_n(self) -> int:
        """In how many ways as many of the institutions can be the members."""
        return comb(self.is_member.size, int(self.is_member.sum()))

    def scores(self, labels: Doubles) -> tuple[Doubles, Doubles]:
        """Exits of members less those expected, and the (hypergeometric) variance, under each labeling.

        Args:
            labels: 1 for a member and 0 for a control, of shape (labelings, institutions).

        Returns:
            Two arrays of shape (labelings,).
        """
        left, risk = self.exits.sum(axis=0), self.at_risk.sum(axis=0)
        months = left > 0
        left, risk = left[months], risk[months]
        share = labels @ self.at_risk[:, months] / risk
        observed = labels @ self.exits[:, months]
        spread = left * (risk - left) / np.maximum(risk - 1, 1)
        return (observed - share * left).sum(axis=1), (share * (1 - share) * spread).sum(axis=1)

    def labelings(self) -> Doubles:
        """Each of them once, of shape (labelings, institutions)."""
        members = np.array(list(combinations(range(self.is_member.size), int(self.is_member.sum()))), dtype=np.intp)
        return _labels(members, self.is_member.size)

    def drawn(self, rng: np.random.Generator, number: int) -> tuple[Doubles, Doubles]:
        """Scores of labelings drawn at random, each as likely as another."""
        if self.labelings_n <= number:
            difference, variance = self.scores(self.labelings())
            choice = rng.integers(difference.size, size=number)
            return difference[choice], variance[choice]
        order = rng.random((number, self.is_member.size)).argsort(axis=1)
        return self.scores(_labels(order[:, : int(self.is_member.sum())], self.is_member.size))


def log_rank(strata: Sequence[Stratum], permutations: int = PERMUTATIONS, seed: int = SEED) -> tuple[float, float]:
    """The chi-square with one degree of freedom, and p by permutation: (1 + those as large) / (1 + permutations).

    Where there are no more labelings than permutations asked for, each stands once, the one observed among them, and p is exact.
    NaN and NaN where nobody left, or nobody could have been with the others.
    """
    own = [stratum.scores(stratum.is_member[None, :].astype(np.float64)) for stratum in strata]
    observed = _chi2(np.add.reduce([score[0] for score in own]), np.add.reduce([score[1] for score in own]))[0]
    if np.isnan(observed):
        return np.nan, np.nan
    # As large, up to what sums in another order may differ by.
    bound = observed * (1 - 1e-9)
    if prod(stratum.labelings_n for stratum in strata) <= permutations:
        return observed, float(np.mean(np.nan_to_num(_enumerated(strata)) >= bound))
    rng = np.random.default_rng(seed)
    difference, variance = np.zeros(permutations), np.zeros(permutations)
    for stratum in strata:
        drawn = stratum.drawn(rng, permutations)
        difference += drawn[0]
        variance += drawn[1]
    larger = np.count_nonzero(np.nan_to_num(_chi2(difference, variance)) >= bound)
    return observed, (1 + larger) / (1 + permutations)


def _enumerated(strata: Sequence[Stratum]) -> Doubles:
    """The chi-square of each labeling of all strata together."""
    difference, variance = np.zeros(1), np.zeros(1)
    for stratum in strata:
        scores = stratum.scores(stratum.labelings())
        difference = np.add.outer(difference, scores[0]).ravel()
        variance = np.add.outer(variance, scores[1]).ravel()
    return _chi2(difference, variance)


def _chi2(difference: Doubles, variance: Doubles) -> Doubles:
    none = np.full(difference.shape, np.nan)
    return np.asarray(np.divide(difference**2, variance, out=none, where=variance > 1e-12), dtype=np.float64)


def _labels(members: NDArray[np.intp], institutions: int) -> Doubles:
    labels = np.zeros((len(members), institutions))
    np.put_along_axis(labels, members, 1, axis=1)
    return labels
