"""Who is at risk of leaving when: the sums that the partial likelihood of Cox's model, its derivatives and its residuals need.

People of a stratum with the same covariates are one pattern, so that all sums run over sets (a stratum and a time at which
somebody of it leaves) and patterns, never over people. No product is left to BLAS, whose order of adding depends on the
number of threads. Sources are in estimators.cox.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Careers:
    """People followed from time 0; a row stands for `people` alike. All arrays have as many rows.

    covariates: (rows, columns) numbers. last_time: whole number, the last time at risk. is_exit: whether they left then.
    people: count, at least 1. stratum, cluster: whole numbers that tell strata and clusters apart.
    """

    covariates: Floats
    last_time: Ints
    is_exit: Bools
    people: Ints
    stratum: Ints
    cluster: Ints


class RiskSets:
    """Counts by set and pattern, and where each row stands among them."""

    def __init__(self, careers: Careers) -> None:
        lengths = {len(getattr(careers, name)) for name in Careers.__dataclass_fields__}
        if len(lengths) != 1 or (careers.people < 1).any():
            raise ValueError("rows of unequal number, or without people")
        self.careers = careers
        self.pattern, first_row = _patterns(careers.covariates)
        self.patterns = careers.covariates[first_row]
        self.ranges = np.ptp(self.patterns, axis=0) if len(self.patterns) else np.zeros(self.patterns.shape[1])
        times, time = np.unique(careers.last_time, return_inverse=True)
        strata, stratum = np.unique(careers.stratum, return_inverse=True)
        shape = (len(strata), len(times), len(self.patterns))
        cell = (stratum * shape[1] + time) * shape[2] + self.pattern
        size = shape[0] * shape[1] * shape[2]
        people = careers.people.astype(np.float64)
        last = np.bincount(cell, people, size).reshape(shape)
        left = np.bincount(cell, people * careers.is_exit, size).reshape(shape)
        at_risk = np.cumsum(last[:, ::-1], axis=1)[:, ::-1]
        has_exit = left.sum(axis=2) > 0
        self.at_risk, self.exits = at_risk[has_exit], left[has_exit]
        self.time = np.broadcast_to(times, shape[:2])[has_exit].astype(np.float64)
        # The sets that a row has met are those of its stratum from `first` up to but not `after`.
        set_key = np.flatnonzero(has_exit)
        self.first = np.searchsorted(set_key, stratum * shape[1])
        self.after = np.searchsorted(set_key, stratum * shape[1] + time, side="right")
        # Efron: of d who leave together, the l-th (from 0) has met the risk set less l / d of the d.
        exits_n = self.exits.sum(axis=1).astype(np.int64)
        self.set_of_exit = np.repeat(np.arange(len(exits_n)), exits_n)
        begin = np.repeat(np.cumsum(exits_n) - exits_n, exits_n)
        self.gone = (np.arange(len(begin)) - begin) / np.repeat(exits_n, exits_n)

    def moments(self, beta: Floats) -> Moments:
        return Moments(self, beta)

    def cluster_scores(self, moments: Moments) -> Floats:
        """(clusters, columns) sums of the score residuals of their people."""
        careers, m = self.careers, moments
        covariates = self.patterns[self.pattern]
        # Sums over the sets met: of 1/den, and of mean/den, where mean is that of the covariates in the (reduced) risk set.
        hazard = _running(m.a1)
        mean_hazard = _running(m.b0[:, None] * m.risk1 - m.b1[:, None] * m.exit1)
        met = (hazard[self.after] - hazard[self.first])[:, None]
        met_mean = mean_hazard[self.after] - mean_hazard[self.first]
        left = np.flatnonzero(careers.is_exit)
        own = self.after[left] - 1
        residual = np.zeros_like(covariates)
        # Who leaves was only in part at risk among those who left together.
        met[left] -= m.a2[own, None]
        met_mean[left] -= (m.b1[:, None] * m.risk1 - m.b2[:, None] * m.exit1)[own]
        exits_n = self.exits.sum(axis=1)[own, None]
        mean = (m.a1[:, None] * m.risk1 - m.a2[:, None] * m.exit1)[own] / exits_n
        residual[left] = covariates[left] - mean
        residual -= m.risk[self.pattern, None] * (covariates * met - met_mean)
        residual *= careers.people[:, None]
        clusters, cluster = np.unique(careers.cluster, return_inverse=True)
        sums = [np.bincount(cluster, column, len(clusters)) for column in residual.T]
        return np.array(sums, dtype=np.float64).reshape(len(sums), len(clusters)).T


class Moments:
    """Sums over people and over exits at one value of the coefficients.

    With den the sum of exp(x'b) over the (reduced) risk set of an exit, and gone its l / d: a1, a2 are sums by set of 1/den and
    gone/den, b0, b1, b2 of 1/den^2, gone/den^2, gone^2/den^2; risk1, exit1 sums of x exp(x'b) over those at risk and those who
    leave.
    """

    def __init__(self, sets: RiskSets, beta: Floats) -> None:
        self.sets, self.beta = sets, beta
        eta = np.einsum("gj,j->g", sets.patterns, beta)
        eta -= eta.max(initial=-np.inf)
        self.spread = float(-eta.min(initial=0))
        self.risk = np.exp(eta)
        weighted = self.risk[:, None] * sets.patterns
        total = np.einsum("kg,g->k", sets.at_risk, self.risk)
        leaving = np.einsum("kg,g->k", sets.exits, self.risk)
        self.risk1: Floats = np.einsum("kg,gj->kj", sets.at_risk, weighted)
        self.exit1: Floats = np.einsum("kg,gj->kj", sets.exits, weighted)
        den = total[sets.set_of_exit] - sets.gone * leaving[sets.set_of_exit]
        self.a1, self.a2 = self._by_set(1 / den), self._by_set(sets.gone / den)
        self.b0, self.b1 = self._by_set(1 / den**2), self._by_set(sets.gone / den**2)
        self.b2 = self._by_set(sets.gone**2 / den**2)
        self.log_likelihood = float((sets.exits.sum(axis=0) * eta).sum() - np.log(den).sum())

    def set_scores(self) -> Floats:
        """(sets, columns) derivatives of the log-likelihood; their sum over sets is 0 at the maximum."""
        left: Floats = np.einsum("kg,gj->kj", self.sets.exits, self.sets.patterns)
        return left - self.a1[:, None] * self.risk1 + self.a2[:, None] * self.exit1

    def squares(self, weights: Floats | None = None) -> Floats:
        """(columns, columns) mean squares of the covariates in the risk sets, summed over exits with a weight by set."""
        c = np.ones_like(self.a1) if weights is None else weights
        sets = self.sets
        expected = np.einsum("k,kg->g", c * self.a1, sets.at_risk) - np.einsum("k,kg->g", c * self.a2, sets.exits)
        summed: Floats = np.einsum("g,gi,gj->ij", self.risk * expected, sets.patterns, sets.patterns)
        return summed

    def information(self, weights: Floats | None = None) -> Floats:
        """(columns, columns) variances of the covariates in the risk sets, summed over exits with a weight by set."""
        c = np.ones_like(self.a1) if weights is None else weights
        mixed = np.einsum("k,ki,kj->ij", c * self.b1, self.risk1, self.exit1)
        of_means: Floats = (
            np.einsum("k,ki,kj->ij", c * self.b0, self.risk1, self.risk1)
            - mixed
            - mixed.T
            + np.einsum("k,ki,kj->ij", c * self.b2, self.exit1, self.exit1)
        )
        return self.squares(weights) - of_means

    def _by_set(self, values: Floats) -> Floats:
        return np.bincount(self.sets.set_of_exit, values, len(self.sets.at_risk)).astype(np.float64)


def _patterns(covariates: Floats) -> tuple[Ints, Ints]:
    """The number of each row's pattern, and a row of each. Column by column: whole rows take many times as long to sort."""
    pattern = np.zeros(len(covariates), dtype=np.int64)
    for column in covariates.T:
        values, value = np.unique(column, return_inverse=True)
        pattern = np.unique(pattern * len(values) + value, return_inverse=True)[1]
    return pattern, np.unique(pattern, return_index=True)[1]


def _running(values: Floats) -> Floats:
    """Sums of the rows before each, and of all: one row more than there was."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
