"""Network against control: a second implementation on random worlds, and what it says where the truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import duckdb
import numpy as np
import polars as pl
import pytest
from comparison_oracle import Compared
from comparison_world import Plan, drawn
from scipy.stats import binom, kstest, t

from estimators.comparison import retention_comparison

#: Large windows, so that no two institutions kept the same share and nearest is unique; few outside, so that members share.
SHARING = Plan(clusters=6, members=3, outside=25, hired=40)


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with drawn(SHARING, 7) as connection:
        yield connection


@pytest.fixture(scope="module")
def rows(world: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    with patch("estimators.comparison.LIMIT", np.inf), patch("estimators.comparison.LEAST_UNITS", 2):
        return retention_comparison(world).filter(pl.col("level") == "workplace")


def _scopes() -> list[tuple[str, list[str]]]:
    clusters = [f"c{number:02d}" for number in range(SHARING.clusters)]
    return [("all", clusters), *((cluster, [cluster]) for cluster in clusters[:2])]


def _row(rows: pl.DataFrame, scope: str, measure: str) -> dict[str, float]:
    (row,) = rows.filter((pl.col("cluster_id") == scope) & (pl.col("measure") == measure)).to_dicts()
    assert row["status"] == "ok"
    return row


@pytest.mark.parametrize(("scope", "clusters"), _scopes())
def test_shares_and_their_errors(
    world: duckdb.DuckDBPyConnection, rows: pl.DataFrame, scope: str, clusters: list[str]
) -> None:
    theirs = Compared(world, clusters)
    assert any(len(matched) > 1 for matched in theirs.pairs.values())
    for months in (12, 24, 36, 60):
        row = _row(rows, scope, f"index_{months}")
        member, control = theirs.shares(months)
        error = theirs.share_error(months)
        half = float(t.ppf(0.975, row["df_n"])) * error
        found = [row[f"{name}_value"] for name in ("member", "control", "difference")]
        np.testing.assert_allclose(found, [member, control, member - control], atol=1e-12)
        assert row["difference_se"] == pytest.approx(error, abs=1e-12)
        assert row["difference_ci_high"] == pytest.approx(member - control + half, abs=1e-10)
        assert row["difference_ci_low"] == pytest.approx(member - control - half, abs=1e-10)


@pytest.mark.parametrize(("scope", "clusters"), _scopes())
def test_restricted_means_and_log_rank(
    world: duckdb.DuckDBPyConnection, rows: pl.DataFrame, scope: str, clusters: list[str]
) -> None:
    theirs = Compared(world, clusters)
    for months in (12, 36, 60):
        row = _row(rows, scope, f"rmst_{months}")
        np.testing.assert_allclose(
            [row["member_value"], row["control_value"]], theirs.restricted_means(months), atol=1e-8
        )
    if scope == "all":
        assert row["log_rank_chi2"] == pytest.approx(theirs.chi2(), abs=1e-8)


def test_nobody_is_counted_twice(world: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Members share controls in this world, so that people of sets are more than people."""
    theirs = Compared(world, [f"c{number:02d}" for number in range(SHARING.clusters)])
    sets = [control for matched in theirs.pairs.values() for control, _ in matched]
    people = {person.member_no for control in set(sets) for person in theirs.people[control]}
    assert len(sets) > len(set(sets))
    row = _row(rows, "all", "index_12")
    assert (row["control_n"], row["control_institutions_n"]) == (len(people), len(set(sets)))


def test_balance(world: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    for scope, clusters in _scopes():
        theirs = Compared(world, clusters).balance(world)
        assert _row(rows, scope, "index_12")["balance_smd"] == pytest.approx(theirs, abs=1e-9)


def test_sides_that_are_not_alike_are_not_compared() -> None:
    """The twelve members of a world can be unlike their controls by chance: both stand, nothing is said of how they differ."""
    statuses = set()
    for seed in (0, 25):
        with drawn(Plan(), seed) as connection:
            found = retention_comparison(connection)
        (row,) = found.filter(
            (pl.col("cluster_id") == "c00") & (pl.col("level") == "workplace") & (pl.col("measure") == "rmst_12")
        ).to_dicts()
        alike = row["balance_smd"] < 0.1
        statuses.add(row["status"])
        assert row["status"] == ("ok" if alike else "not_comparable")
        assert row["member_value"] is not None
        told = {
            name: row[name] is not None
            for name in ("difference_value", "difference_ci_low", "df_n", "log_rank_p_value")
        }
        assert set(told.values()) == {alike}
    assert statuses == {"ok", "not_comparable"}


def _simulated(plan: Plan, seeds: range) -> pl.DataFrame:
    found = []
    with patch("estimators.comparison.LIMIT", np.inf):
        for seed in seeds:
            with drawn(plan, seed) as connection:
                found.append(retention_comparison(connection))
    return pl.concat(found).filter((pl.col("cluster_id") == "c00") & (pl.col("level") == "workplace"))


def test_networks_that_do_nothing() -> None:
    """Fifty worlds; benchmarks/comparison.md has 400 of each kind. Intervals hold 0 as often as 95 % of fifty do but once in a
    thousand, the mean is within three of its errors of 0, and p is uniform."""
    found = _simulated(Plan(), range(1_000, 1_050))
    for measure in ("index_12", "rmst_36"):
        rows = found.filter((pl.col("measure") == measure) & (pl.col("status") == "ok"))
        assert rows.height == 50
        held = int(((rows["difference_ci_low"] <= 0) & (rows["difference_ci_high"] >= 0)).sum())
        assert held >= binom.ppf(0.001, 50, 0.95)
        difference = rows["difference_value"].to_numpy()
        assert abs(difference.mean()) < 3 * difference.std(ddof=1) / 50**0.5
        # An error twice as large or half as large as it should be is found.
        assert 0.7 < rows["difference_se"].to_numpy().mean() / difference.std(ddof=1) < 1.4
    assert kstest(rows["log_rank_p_value"].to_numpy(), "uniform").pvalue > 0.01


def test_networks_that_keep_a_tenth_more() -> None:
    """The better institutions join, and keep .1 more after; matching tells the second from the first. p is small."""
    found = _simulated(Plan(effect=0.1, selected=True, hired=20, share=0.6), range(10))
    rows = found.filter(pl.col("measure") == "index_12")
    difference = rows["difference_value"].to_numpy()
    assert abs(difference.mean() - 0.1) < 3 * difference.std(ddof=1) / 10**0.5
    assert rows["log_rank_p_value"].median() < 0.01


def test_same_digits_each_time(world: duckdb.DuckDBPyConnection) -> None:
    first = retention_comparison(world)
    world.execute("set threads = 1")
    assert retention_comparison(world).equals(first, null_equal=True)
    world.execute("set threads = 2")
