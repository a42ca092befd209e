"""Every bound of seed `thresholds` has a test at it and a step beside it: of dbt where a model applies it, else here.

The bound is read from the seed, and what passes is written out, so that a bound that is moved, or made inclusive, fails a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

import class_exposure_world
import duckdb
import numpy as np
import polars as pl
import pytest
import value_added_world
from index_world import IndexWorld
from project_seeds import write_seeds
from test_network_effect import told, world

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT, Settings
from estimators import class_exposure, preparing, value_added
from expectations.pipeline_gates import coverage, shrink
from expectations.thresholds import read_thresholds
from expectations.withdrawn import withdrawn
from orchestration.dbt_parse import manifest_path

THRESHOLDS = read_thresholds(PROJECT / "dbt_project" / "seeds" / "thresholds.csv")


def institutions_deliver(delivered: int, of: int) -> bool:
    """Gate `coverage` of an oblast of which so many institutions have delivered."""
    return _coverage(f"select '71' as oblast, true, range < {delivered}, 30, 30 from range({of})")


def people_are_there(now: int, before: int) -> bool:
    """Gate `coverage` of an oblast of so many people now and in the last release."""
    return _coverage(f"select '71', true, true, {now}, {before}")


def _coverage(rows: str) -> bool:
    columns = "oblast, is_expected, is_delivered, head_n, head_before_n"
    with connect(None) as connection:
        connection.execute(f"create table told as select * from ({rows}) as rows({columns})")
        return coverage(connection, THRESHOLDS, table="told").passed


def rows_are_there(now: int, before: int) -> bool:
    return shrink({"a": now}, {"a": before}, THRESHOLDS).passed


def list_may_withdraw(gone: int, before: int) -> bool:
    with connect(None) as connection:
        connection.execute(
            f"""create table told as select 'd' as delivery_id, 'f' as feed, 's' as sender, 'x' as folder,
            {before} as held_before_n, {gone} as withdrawn_n, false as is_accepted"""
        )
        return withdrawn(connection, THRESHOLDS, table="told").passed


@contextmanager
def _seeds() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(None) as connection:
        connection.execute("create schema intermediate; create schema seeds")
        write_seeds(connection)
        yield connection


def place_is_ranked(people: int) -> bool:
    """Ten preparing institutions of so many graduates, of shares that are beta(15, 15): n / (n + 30) reliable."""
    rows = {"cohort_year": "all", "level": "profession", "estimand": "employed_at", "segment": "preparing_institution"}
    counted = pl.DataFrame([{"segment_value": str(n), "base_n": people, "retained_n": people // 2} for n in range(10)])
    counted = counted.with_columns(pl.lit(value).alias(name) for name, value in rows.items())
    shares = SimpleNamespace(alpha=15.0, beta=15.0, correlation=1 / 31, shrunken=lambda x, n: (15 + x) / (30 + n))
    with _seeds() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "fit", lambda *_: shares)
        connection.register("counted", counted.with_columns(horizon_months=12))
        connection.execute("create table intermediate.int_retention_count as select * from counted")
        (status,) = set(preparing.retention_preparing(connection)["status"])
        return bool(status == "ok")


def institution_is_ranked(reliability: float) -> bool:
    """By value-added of a hundred pupils."""
    with _seeds() as connection:
        status = value_added._status("ok", value_added.rules_of(connection))
    told = pl.DataFrame({"pupils_n": [100], "reliability_share": [reliability]})
    return bool(told.select(status).item() == "ok")


def value_added_is_asked(with_prior: int) -> bool:
    """Of a thousand pupils so many of whom have a score of the year before."""
    pupils = value_added_world.invented([25] * 40, 7, missing=0.0)
    pupils.columns["prior_missing"][np.random.default_rng(1).permutation(1000)[with_prior:]] = 1
    (status,) = value_added_world.estimated(pupils)["value_added_model"]["status"]
    return bool(status != "no_prior")


def classes_are_compared(with_prior: int) -> bool:
    """With and without a practicant, of a thousand pupils so many of whom have a score of the year before."""
    classes = class_exposure_world.invented([[0, 1]] * 50, 3)
    kept = {name: column[:1000] for name, column in classes.columns.items()}
    kept["prior_missing"] = (np.random.default_rng(1).permutation(1000) >= with_prior).astype(np.int64)
    found = class_exposure_world.estimated(replace(classes, of_class=np.repeat(np.arange(100), 10), columns=kept))
    (status,) = found.filter(grade=6, exposure="practicant")["status"]
    return bool(status != "no_prior")


def network_may_change(years_before: int) -> bool:
    """Schools that join in 2021 gain .3 so many years before: whether it is told as what joining changes."""
    made = world(25, effect=0.0, joining=(2021,))
    gained = [0.3 * (row[2].startswith("m") and row[3] >= 2021 - years_before) for row in made.rows]
    made.rows = [(*row[:4], row[4] + more, row[5]) for row, more in zip(made.rows, gained, strict=True)]
    made.bounds["network_anticipation_years"] = str(THRESHOLDS["network_anticipation_years"].bound)
    return told(made.estimated()) == pytest.approx({"all": 0.3}, abs=1e-9)


def class_is_not_behind(low: float) -> bool:
    """Where the interval of the difference begins at `low`."""
    return class_exposure._reading(low, 1.0, float(THRESHOLDS["class_margin_sd"].bound)) == "not_behind"


def class_may_be_not_behind(high: float) -> bool:
    """Where the interval ends at `high`."""
    return class_exposure._reading(-1.0, high, float(THRESHOLDS["class_margin_sd"].bound)) != "behind"


def cluster_has_an_index(share: float) -> bool:
    """Of a cluster of which indicators of such a weight are told."""
    composition = (("CE1", "P1", share), ("CE2", "G3", 1 - share))
    (row,) = IndexWorld({"a": [0.5, None]}, composition=composition).rows().values()
    return bool(row["status"] != "low_coverage")


class Bound(NamedTuple):
    """Where Python applies a bound: what is at it, and what is a step beside it, one of which passes."""

    code: str
    passes: Callable[..., bool]
    at: tuple[Any, ...]
    beside: tuple[Any, ...]
    is_inclusive: bool = True


BOUNDS = [
    Bound("coverage_institutions_share", institutions_deliver, (950, 1000), (949, 1000)),
    Bound("coverage_head_count_drop_share", people_are_there, (800, 1000), (799, 1000)),
    Bound("shrink_rows_drop_share", rows_are_there, (800, 1000), (799, 1000)),
    Bound("withdrawn_rows_share", list_may_withdraw, (200, 1000), (201, 1000)),
    Bound("withdrawn_rows_n", list_may_withdraw, (4, 4), (5, 5)),
    Bound("rank_reliability_share", place_is_ranked, (70,), (69,)),
    Bound("rank_reliability_share", institution_is_ranked, (0.70,), (0.69,)),
    Bound("value_added_coverage_share", value_added_is_asked, (500,), (499,)),
    Bound("value_added_coverage_share", classes_are_compared, (500,), (499,)),
    Bound("network_anticipation_years", network_may_change, (0,), (1,)),
    Bound("class_margin_sd", class_is_not_behind, (-0.10,), (-0.09,), is_inclusive=False),
    Bound("class_margin_sd", class_may_be_not_behind, (-0.10,), (-0.09,), is_inclusive=False),
    Bound("index_coverage_share", cluster_has_an_index, (0.70,), (0.69,)),
]
#: Applied by a gate and, in what is told of an oblast, by a model.
TWICE = {"coverage_institutions_share"}
#: Says beside each alert what its bound is, and holds nothing against it.
QUOTES = {"cluster_alert"}


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: f"{bound.code}-{bound.passes.__name__}")
def test_the_bound_and_a_step_beside_it(bound: Bound) -> None:
    assert THRESHOLDS[bound.code].inclusive is bound.is_inclusive
    assert (bound.passes(*bound.at), bound.passes(*bound.beside)) == (bound.is_inclusive, not bound.is_inclusive)


@pytest.fixture(scope="module")
def manifest(parsed: Settings) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(manifest_path(parsed).read_text())
    return document


@pytest.fixture(scope="module")
def of_models(manifest: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """dbt's unit tests with the code that their name says; of a bound that two models apply, both."""
    codes = {code.lower(): code for code in THRESHOLDS}
    tests = manifest["unit_tests"].values()
    named = {test["name"]: codes.get(test["name"].removeprefix("bound_").split("_of_")[0]) for test in tests}
    assert all(named.values()), named
    return [(str(named[test["name"]]), test) for test in tests]


def test_every_bound_has_a_test(of_models: list[tuple[str, dict[str, Any]]]) -> None:
    of_python = {bound.code for bound in BOUNDS}
    of_dbt = {code for code, _ in of_models}
    assert of_python | of_dbt == THRESHOLDS.keys()
    assert of_python & of_dbt == TWICE


def test_every_model_that_applies_a_bound_has_one(
    manifest: dict[str, Any], of_models: list[tuple[str, dict[str, Any]]]
) -> None:
    reading = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "seed.bilimkoz.thresholds" in node["depends_on"]["nodes"]
    }
    assert reading - QUOTES == {test["model"] for _, test in of_models}


def test_models_treat_the_bound_itself_as_the_seed_says(of_models: list[tuple[str, dict[str, Any]]]) -> None:
    """What is given is named at, beyond or within. Alerts are made of what does not pass, pairs of texts of what does; other
    models tell it in a column."""
    for code, test in of_models:
        failing, beside, passing = ("at", "within", "within")
        if THRESHOLDS[code].inclusive:
            failing, beside, passing = ("beyond", "beyond", "at")
        told: dict[bool, set[str]] = {True: set(), False: set()}
        given = json.dumps(test["given"])
        # A mart that tells every kind in every place tells also of those that nothing is given of.
        for row in (row for row in test["expect"]["rows"] if "kind" not in row or f'"{row["kind"]}"' in given):
            told[_passes(row)].add(_name(row, test))
        assert told[False] == {failing} or (not told[False] and told[True] == {passing}), code
        assert set(re.findall(r"""['"](at|beyond|within)['"]""", given)) >= {"at", beside}, code


def _name(row: dict[str, Any], test: dict[str, Any]) -> Any:
    if "text_no" in row:
        (texts,) = (given["rows"] for given in test["given"] if "formalism_text" in given["input"])
        return next(text["record_id"] for text in texts if text["text_no"] == row["text_no"])
    return next(row[column] for column in ("cluster_id", "institution_id", "scope_id") if column in row)


def _passes(row: dict[str, Any]) -> bool:
    """What no alert is made of, what is told, and what is like another."""
    told = (row.get("is_delivered"), row.get("status"), row.get("is_without_gain"))
    return "text_no" in row or told[0] is True or told[1] == "ok" or told[2] is False
