"""Network against control: retention of people hired by members of a cluster after they joined, beside those hired by similar
institutions outside (indicator RN; methodological guide, lines 10357-10366: control cohorts are mandatory).

What is estimated is described in docs/methods/retention.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from scipy.special import stdtrit

from estimators.balance import LIMIT, balance
from estimators.comparison_counts import TAUS, Counts, counts
from estimators.log_rank import log_rank
from estimators.matching import COMPARED, matches
from estimators.sides import Compared, employed_share
from estimators.stays import Stays

LEVELS = ("workplace", "network", "profession")
HORIZONS = (12, 24, 36, 60)
#: Fewer clusters, or institutions where there is one cluster, on either side are too few.
LEAST_UNITS = 5
STATUSES = ("ok", "too_few", "not_comparable", "not_yet_observed", "not_applicable")

SCHEMA = {
    "cluster_id": pl.String,
    "level": pl.String,
    "measure": pl.String,
    "member_n": pl.Int64,
    "control_n": pl.Int64,
    "member_institutions_n": pl.Int64,
    "control_institutions_n": pl.Int64,
    "unmatched_institutions_n": pl.Int64,
    "member_value": pl.Float64,
    "control_value": pl.Float64,
    "difference_value": pl.Float64,
    "difference_se": pl.Float64,
    "difference_ci_low": pl.Float64,
    "difference_ci_high": pl.Float64,
    "df_n": pl.Int64,
    "log_rank_chi2": pl.Float64,
    "log_rank_p_value": pl.Float64,
    "balance_smd": pl.Float64,
    "status": pl.String,
}
MATCH_SCHEMA = {
    "cluster_id": pl.String,
    "institution_id": pl.String,
    "control_institution_id": pl.String,
    "index_on": pl.Date,
    "control_index_on": pl.Date,
    "prior_share": pl.Float64,
    "control_prior_share": pl.Float64,
    "distance_share": pl.Float64,
    "caliper_share": pl.Float64,
    "match_status": pl.String,
}


def comparison_matches(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Each member institution of each cluster with its controls, or why it has none; columns as in MATCH_SCHEMA, sorted by the
    first three, which are the key."""
    return matches(connection).select(MATCH_SCHEMA.keys())


def retention_comparison(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Members against controls, by cluster (`all` for all of them), level and measure.

    Returns:
        Columns as in SCHEMA, sorted by the first three, which are the key. Shares for `index_<months>`, months for
        `rmst_<months>`. Values of the two sides stand wherever they can be told; the difference only with status `ok`.
    """
    matched = matches(connection)
    counted = counts(connection, matched)
    least = dict(
        connection.execute(
            "select figure, minimum_n from seeds.minimum_n where figure in ('index', 'curve')"
        ).fetchall()
    )
    clusters = connection.execute(
        "select distinct cluster_id from intermediate.int_cluster_members__accepted"
    ).fetchall()
    unmatched = _unmatched(matched)
    balances = balance(counted.hired)
    found = [
        row
        for cluster_id in ["all", *sorted(cluster for (cluster,) in clusters)]
        for row in _Scope(
            cluster_id, _of(counted, cluster_id), unmatched.get(cluster_id, 0), balances.get(cluster_id), least
        ).rows()
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row").sort("cluster_id", "level", "measure")


def _of(counted: Counts, cluster_id: str) -> Counts:
    mine = pl.col("cluster_id") == cluster_id
    return Counts(counted.hired.filter(mine), counted.outcomes.filter(mine), counted.stays.filter(mine))


def _unmatched(matched: pl.DataFrame) -> dict[str, int]:
    """Members that are compared with nobody."""
    members = matched.group_by("cluster_id", "institution_id").agg(
        is_first_cluster=pl.col("is_first_cluster").first(), is_alone=~pl.col("match_status").is_in(COMPARED).any()
    )
    alone = members.filter("is_alone")
    by_cluster = dict(alone.group_by("cluster_id").len().iter_rows())
    return by_cluster | {"all": alone["is_first_cluster"].sum()}


@dataclass(frozen=True)
class _Scope:
    """One cluster, or all."""

    cluster_id: str
    counted: Counts
    unmatched_n: int
    smd: float | None
    least: dict[str, int]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for level in LEVELS:
            stays = Stays.of(self.counted.stays.filter(pl.col("level") == level))
            # A member's teachers may move inside the network and stay in it, a control's have nowhere to move to: the two would
            # differ at that level where networks do nothing.
            chi2, p = (None, None) if level == "network" else self._log_rank(stays)
            for measure, months, least, compared in self._measures(level, stays):
                status = self._status(level, months, compared, least)
                yield self._row(level, measure, compared, (chi2, p), status)

    def _measures(self, level: str, stays: Stays) -> Iterator[tuple[str, int, int, Compared]]:
        for months in HORIZONS:
            rows = self.counted.outcomes.filter((pl.col("level") == level) & (pl.col("horizon_months") == months))
            yield f"index_{months}", months, self.least["index"], employed_share(rows)
        for months in TAUS:
            yield f"rmst_{months}", months, self.least["curve"], stays.restricted_mean(months, self.least["curve"])

    def _status(self, level: str, months: int, compared: Compared, least: int) -> str:
        hired = self.counted.hired
        members = hired.filter("is_member")
        if level == "network":
            return "not_applicable"
        both = hired.filter(pl.col("is_member").n_unique().over("set_no") == 2)
        if members.is_empty():
            return "not_applicable"
        if both.is_empty():
            return "not_comparable"
        observed = both.filter(pl.col("observed_months") >= months)
        if observed["is_member"].n_unique() < 2:
            return "not_yet_observed"
        if compared.units_n < LEAST_UNITS or compared.people_n < least:
            return "too_few"
        return "ok" if self._is_balanced else "not_comparable"

    @property
    def _is_balanced(self) -> bool:
        return self.smd is not None and self.smd < LIMIT

    def _log_rank(self, stays: Stays) -> tuple[float | None, float | None]:
        """None where the two sides may not be compared."""
        strata, units_n = stays.strata()
        if units_n < LEAST_UNITS or not self._is_balanced:
            return None, None
        chi2, p = log_rank(strata)
        return (None, None) if np.isnan(chi2) else (chi2, p)

    def _row(
        self, level: str, measure: str, compared: Compared, tested: tuple[float | None, float | None], status: str
    ) -> tuple[Any, ...]:
        member, control = compared.member, compared.control
        difference, se, low, high, df = None, None, None, None, None
        if status == "ok" and member.value is not None and control.value is not None:
            df = compared.units_n - 1
            difference, se = member.value - control.value, compared.se
            half = float(stdtrit(df, 0.975)) * se
            low, high = difference - half, difference + half
        return (
            *(self.cluster_id, level, measure),
            *(member.people_n, control.people_n, member.institutions_n, control.institutions_n, self.unmatched_n),
            *(member.value, control.value, difference, se, low, high, df, *tested, self.smd, status),
        )
