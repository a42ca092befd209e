"""Shares of preparing institutions, partially pooled: against scipy's own likelihood and quantiles, and against known truth."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize
from scipy.stats import beta, betabinom

from bilimkoz.connection import connect
from estimators.preparing import SCHEMA, retention_preparing

KEY = {"cohort_year": "all", "level": "profession", "estimand": "employed_at", "horizon_months": 12}


def estimated(folder: Path, counts: dict[str, tuple[int, int]], **key: object) -> pl.DataFrame:
    """The estimate of places with so many retained of so many, beside rows that are no place or no pool."""
    rows = [KEY | key | {"segment_value": name, "retained_n": r, "base_n": n} for name, (r, n) in counts.items()]
    rows += [rows[0] | {"segment_value": "unknown", "base_n": 500, "retained_n": 0}]
    rows += [rows[0] | {"cohort_year": "2020/21", "base_n": 300, "retained_n": 300}]
    counted = pl.DataFrame([{"segment": "preparing_institution"} | row for row in rows])
    with connect(folder / "warehouse.duckdb") as connection:
        _seeds(connection)
        connection.register("counted", counted)
        connection.execute("create or replace table intermediate.int_retention_count as select * from counted")
        return retention_preparing(connection)


def _seeds(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists intermediate; create schema if not exists seeds")
    connection.execute(
        """create or replace table seeds.minimum_n as
        select * from (values ('index', 10), ('pooled', 10)) as v(figure, minimum_n)"""
    )
    connection.execute(
        """create or replace table seeds.thresholds as
        select 'rank_reliability_share' as code, cast(0.7 as decimal(18, 4)) as bound"""
    )


#: Retained of so many; by name.
PLACES = {
    "a": (95, 100), "b": (180, 200), "c": (60, 100), "d": (8, 8), "e": (2, 9), "f": (150, 300), "g": (33, 40), "h": (10, 30),
    "i": (70, 80), "j": (45, 90), "k": (1, 1), "l": (88, 120),
}  # fmt: skip


def test_against_scipy(tmp_path: Path) -> None:
    """The likelihood of scipy's beta-binomial, maximised by scipy, gives alpha and beta; its beta the quantiles."""
    retained, base = np.array(list(PLACES.values())).T
    best = minimize(
        lambda logs: -betabinom.logpmf(retained, base, *np.exp(logs)).sum(), [1.0, 1.0], method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 10_000},
    )  # fmt: skip
    a, b = np.exp(best.x)
    found = estimated(tmp_path, PLACES).sort("segment_value")
    assert found.schema == SCHEMA
    assert found["segment_value"].to_list() == sorted(PLACES)
    np.testing.assert_allclose(found["index_share"], retained / base, rtol=1e-15)
    np.testing.assert_allclose(found["reliability_share"], base / (base + a + b), rtol=1e-4)
    np.testing.assert_allclose(found["pooled_share"], (a + retained) / (a + b + base), rtol=1e-5)
    for column, point in (("pooled_ci_low", 0.025), ("pooled_ci_high", 0.975)):
        np.testing.assert_allclose(found[column], beta.ppf(point, a + retained, b + base - retained), rtol=1e-4)


def test_small_places_are_neither_first_nor_ranked(tmp_path: Path) -> None:
    """Of 8 all 8 stayed, the highest raw share; drawn in, it is below the 95 of 100, and under ten people it has no rank."""
    found = {row["segment_value"]: row for row in estimated(tmp_path, PLACES).to_dicts()}
    assert found["d"]["index_share"] == 1
    assert found["d"]["pooled_share"] < found["a"]["pooled_share"]
    assert {name for name, row in found.items() if row["status"] == "too_few"} == {"d", "e", "k"}
    ranked = {name for name, row in found.items() if row["rank_low"] is not None}
    assert ranked == {name for name, row in found.items() if row["status"] == "ok"}
    assert ranked == {name for name, row in found.items() if row["reliability_share"] >= 0.7 and row["base_n"] >= 10}
    assert {row["ranked_n"] for name, row in found.items() if name in ranked} == {len(ranked)}
    assert all(1 <= row["rank_low"] <= row["rank_high"] <= len(ranked) for name, row in found.items() if name in ranked)
    # 95 of 100 is above 150 of 300 in every draw.
    assert found["a"]["rank_high"] < found["f"]["rank_low"]


def test_no_league_table_of_chance(tmp_path: Path) -> None:
    """Fifteen places of 40 that keep 29 to 31 each: less than chance would make them differ, so nothing is to be ranked."""
    found = estimated(tmp_path, {f"p{n:02}": (29 + n % 3, 40) for n in range(15)})
    assert set(found["status"]) == {"unreliable"}
    assert found["reliability_share"].to_list() == [0] * 15
    assert found["rank_low"].null_count() == 15
    np.testing.assert_allclose(found["pooled_share"], np.full(15, 0.75), rtol=1e-12)


def test_few_places_are_not_pooled(tmp_path: Path) -> None:
    found = estimated(tmp_path, dict(list(PLACES.items())[:9]))
    assert set(found["status"]) == {"too_few", "too_few_institutions"}
    assert found["pooled_share"].null_count() == 9
    assert found["index_share"].null_count() == 0


def test_nobody_to_count(tmp_path: Path) -> None:
    with connect(tmp_path / "empty.duckdb") as connection:
        _seeds(connection)
        connection.execute(
            """create table intermediate.int_retention_count (cohort_year varchar, level varchar, estimand varchar,
            segment varchar, segment_value varchar, horizon_months integer, base_n bigint, retained_n bigint)"""
        )
        assert retention_preparing(connection).is_empty()


@pytest.mark.parametrize("spread", [8.0, 30.0])
def test_intervals_hold_the_truth(tmp_path: Path, spread: float) -> None:
    """True shares are beta(.7 s, .3 s) of 120 places of 5 to 200 people, in 20 worlds. Of the intervals 93 to 97 in 100 hold
    them, the true share rises by one where the pooled one does (slope within .05), and of the ranks at least 93 in 100 hold."""
    draw = np.random.default_rng(20260901)
    held, ranks_held, slopes = [], [], []
    for world in range(20):
        truth = draw.beta(0.7 * spread, 0.3 * spread, size=120)
        sizes = draw.integers(5, 201, size=120)
        counts = {
            f"p{n:03}": (int(draw.binomial(size, share)), int(size))
            for n, (size, share) in enumerate(zip(sizes, truth, strict=True))
        }
        found = estimated(tmp_path, counts, level=f"world {world}").sort("segment_value")
        held += list((found["pooled_ci_low"].to_numpy() <= truth) & (truth <= found["pooled_ci_high"].to_numpy()))
        slopes.append(np.polyfit(found["pooled_share"].to_numpy(), truth, 1)[0])
        ranked = found["rank_low"].is_not_null().to_numpy()
        if ranked.any():
            true_ranks = np.argsort(np.argsort(-truth[ranked])) + 1
            low, high = (found[name].drop_nulls().to_numpy() for name in ("rank_low", "rank_high"))
            ranks_held += list((low <= true_ranks) & (true_ranks <= high))
    assert 0.93 <= np.mean(held) <= 0.97
    assert abs(np.mean(slopes) - 1) < 0.05
    assert np.mean(ranks_held) >= 0.93


def test_same_digits_in_every_run(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first = estimated(tmp_path, PLACES)
    assert first.equals(estimated(tmp_path / "again", dict(reversed(PLACES.items()))))
