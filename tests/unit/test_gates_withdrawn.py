"""Gate `withdrawn` at and around its bounds: a fifth of the rows of the list before, four rows in any case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from bilimkoz.connection import connect
from expectations.gate_log import GateResult
from expectations.thresholds import read_thresholds
from expectations.withdrawn import falls, withdrawn

THRESHOLDS = read_thresholds(Path(__file__).parents[2] / "dbt_project" / "seeds" / "thresholds.csv")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(None) as opened:
        opened.execute(
            """create table w (delivery_id varchar, feed varchar, sender varchar, folder varchar, held_before_n bigint,
            withdrawn_n bigint, is_accepted boolean)"""
        )
        yield opened


def judged(connection: duckdb.DuckDBPyConnection, *lists: tuple[str, int, int, bool]) -> GateResult:
    """Each list: its sender, rows before it, rows it withdrew, whether it is taken in."""
    for number, (sender, before, gone, is_accepted) in enumerate(lists):
        row = [f"d{number}", "staff_employment", sender, f"f{number}", before, gone, is_accepted]
        connection.execute("insert into w values (?, ?, ?, ?, ?, ?, ?)", row)
    return withdrawn(connection, THRESHOLDS, table="w")


@pytest.mark.parametrize(
    ("before", "gone", "passed"),
    [
        (950, 945, False),
        (1000, 200, True),
        (1000, 201, False),
        (25, 5, True),
        (24, 5, False),
        (4, 4, True),
        (5, 5, False),
        (0, 0, True),
        (3, 6, False),
    ],
)
def test_the_bounds(connection: duckdb.DuckDBPyConnection, before: int, gone: int, passed: bool) -> None:
    """A fifth passes and a row more does not; four rows always pass. Six where three were listed, corrections between two
    lists, are all of them."""
    assert judged(connection, ("school", before, gone, False)).passed is passed


def test_the_list_at_fault_is_named_and_the_rows_of_each_sender_are_counted(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    result = judged(connection, ("a", 950, 945, False), ("a", 5, 1, False), ("b", 100, 2, False), ("c", 9, 0, False))
    assert not result.passed
    assert result.observed == (
        "a/f0 staff_employment: 945 of 950 rows withdrawn; a: 946 rows withdrawn; b: 2 rows withdrawn"
    )
    assert [fall.delivery_id for fall in falls(connection, THRESHOLDS, table="w")] == ["d0"]


def test_a_list_that_a_steward_took_in_passes_and_is_still_counted(connection: duckdb.DuckDBPyConnection) -> None:
    result = judged(connection, ("a", 950, 945, True))
    assert result.passed
    assert result.observed == "a: 945 rows withdrawn"


def test_where_nothing_was_withdrawn_it_says_so(connection: duckdb.DuckDBPyConnection) -> None:
    result = judged(connection, ("a", 950, 0, False))
    assert result.passed
    assert result.observed == "no list withdrew a row"
