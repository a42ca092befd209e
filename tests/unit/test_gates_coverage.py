"""Gate `coverage` at and around its bounds: institutions that deliver, and people that are still there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bilimkoz.connection import connect
from expectations.earlier import coverage_table
from expectations.gate_log import GateResult
from expectations.pipeline_gates import coverage
from expectations.thresholds import read_thresholds

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "thresholds.csv"
THRESHOLDS = read_thresholds(SEED)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return connect(None)


def institutions(connection: duckdb.DuckDBPyConnection, *groups: tuple[str, int, bool, int, int | None]) -> None:
    """Each group: oblast, how many institutions, whether delivered, people at each now and before."""
    connection.execute(
        """create or replace table institution_coverage
        (oblast varchar, institution_id varchar, is_expected boolean, is_delivered boolean, head_n bigint,
        head_before_n bigint)"""
    )
    for oblast, count, is_delivered, head, before in groups:
        connection.execute(
            "insert into institution_coverage select ?, cast(range as varchar), true, ?, ?, ? from range(?)",
            [oblast, is_delivered, head, before, count],
        )


@pytest.mark.parametrize(
    ("delivered", "missing", "passed"), [(95, 5, True), (949, 51, False), (1, 0, True), (0, 1, False)]
)
def test_coverage_counts_institutions(
    connection: duckdb.DuckDBPyConnection, delivered: int, missing: int, passed: bool
) -> None:
    """95 of 100 is the bound and passes; 949 of 1 000 is under it."""
    institutions(connection, ("71", delivered, True, 30, 30), ("71", missing, False, 30, 30))
    assert coverage(connection, THRESHOLDS).passed is passed


@pytest.mark.parametrize(
    ("now", "before", "passed"), [(80, 100, True), (79, 100, False), (80, None, True), (0, 0, True), (0, 1, False)]
)
def test_coverage_counts_heads(
    connection: duckdb.DuckDBPyConnection, now: int, before: int | None, passed: bool
) -> None:
    """A fall by exactly a fifth passes. Without an earlier release there is nothing to fall from."""
    institutions(connection, ("71", 1, True, now, before))
    assert coverage(connection, THRESHOLDS).passed is passed


def test_one_bad_oblast_is_not_made_good_by_the_others(connection: duckdb.DuckDBPyConnection) -> None:
    institutions(connection, ("71", 1000, True, 30, 30), ("75", 8, True, 30, 30), ("75", 2, False, 0, 30))
    result = coverage(connection, THRESHOLDS)
    assert not result.passed
    assert result.observed == "75: 8 of 10 institutions delivered"


def test_of_a_day_that_is_over_it_is_told_only(connection: duckdb.DuckDBPyConnection) -> None:
    """Nobody can deliver for it any more; that nobody is expected at all is still wrong."""
    institutions(connection, ("75", 8, True, 30, 30), ("75", 2, False, 0, 30))
    result = coverage(connection, THRESHOLDS, is_told_only=True)
    assert result.passed
    assert result.observed == "75: 8 of 10 institutions delivered"
    assert result.bound.endswith("told only")
    institutions(connection, ("75", 10, True, 30, 30))
    assert not coverage(connection, THRESHOLDS, is_told_only=True).bound.endswith("told only")
    institutions(connection)
    assert not coverage(connection, THRESHOLDS, is_told_only=True).passed


def test_coverage_of_nobody_does_not_pass(connection: duckdb.DuckDBPyConnection) -> None:
    institutions(connection)
    assert not coverage(connection, THRESHOLDS).passed


HEADS = "(institution_id varchar, oblast_code varchar, is_delivered boolean, head_n bigint)"


def judged_after(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: str, now: str, columns: str = HEADS
) -> GateResult:
    """Gate `coverage` over institutions now, with those of an earlier release beside them."""
    marts = folder / "marts.duckdb"
    with connect(marts) as earlier:
        earlier.execute(f"create table institution_coverage {columns}")
        earlier.execute(f"insert into institution_coverage values {before}")
    connection.execute("create schema marts")
    connection.execute(f"create table marts.institution_coverage {HEADS}")
    connection.execute(f"insert into marts.institution_coverage values {now}")
    table, left_out = coverage_table(connection, marts)
    return coverage(connection, THRESHOLDS, table=table, left_out=left_out)


def test_an_institution_that_vanished_is_a_fall(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Of 100 people 30 were at one that nobody expects any more; those left have all delivered."""
    before = "('a', '71', true, 70), ('b', '71', true, 30), ('c', '75', true, 10)"
    result = judged_after(connection, tmp_path, before, "('a', '71', true, 70), ('c', '75', true, 10)")
    assert not result.passed
    assert result.observed == "71: 70 people after 100"


def test_an_oblast_that_vanished_whole_is_a_fall(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    result = judged_after(connection, tmp_path, "('a', '71', true, 70), ('c', '75', true, 10)", "('a', '71', true, 70)")
    assert not result.passed
    assert result.observed == "75: 0 people after 10"


def test_people_that_moved_within_an_oblast_are_no_fall(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """One institution closed and the other took its people in."""
    before = "('a', '71', true, 70), ('b', '71', true, 30)"
    assert judged_after(connection, tmp_path, before, "('a', '71', true, 100)").passed


def test_an_institution_that_got_its_region_is_no_fall(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert judged_after(connection, tmp_path, "('a', 'unknown', true, 70)", "('a', '71', true, 70)").passed


def test_heads_are_not_compared_with_a_release_that_names_them_otherwise(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    columns = HEADS.replace("head_n", "people_n")
    result = judged_after(connection, tmp_path, "('a', '71', true, 70)", "('a', '71', true, 1)", columns)
    assert result.passed
    assert result.observed == "1 oblasts, all complete; head counts not compared for want of head_n"
