"""The pipeline's own gates at and around their bounds; `coverage` has a file of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from bilimkoz.connection import connect
from expectations.earlier import EARLIER
from expectations.pipeline_gates import feed_rows, files_whole, revision, row_balance, shrink
from expectations.thresholds import read_thresholds

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "thresholds.csv"
THRESHOLDS = read_thresholds(SEED)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return connect(None)


COLUMNS = (
    *("read_n", "accepted_n", "superseded_n", "withdrawn_n", "repeated_n", "waiting_n", "quarantined_n", "empty_n"),
    "without_consent_n",
)


def balance(connection: duckdb.DuckDBPyConnection, *rows: tuple[object, ...]) -> None:
    connection.execute(f"create or replace table b (file varchar, {', '.join(f'{name} bigint' for name in COLUMNS)})")
    if rows:
        connection.executemany(f"insert into b values ({', '.join('?' * 10)})", [[*row, 0][:10] for row in rows])


def test_rows_are_balanced_when_every_fate_adds_up(connection: duckdb.DuckDBPyConnection) -> None:
    balance(connection, ("a.csv", 36, 1, 2, 3, 4, 5, 6, 7, 8), ("b.csv", 0, 0, 0, 0, 0, 0, 0, 0))
    result = row_balance(connection, table="b")
    assert result.passed
    assert result.observed == "2 files, 36 rows, all accounted for"


@pytest.mark.parametrize("accepted", [0, 2, None])
def test_a_file_with_a_row_too_few_too_many_or_uncounted(
    connection: duckdb.DuckDBPyConnection, accepted: int | None
) -> None:
    balance(connection, ("a.csv", 28, accepted, 2, 3, 4, 5, 6, 7), ("b.csv", 5, 5, 0, 0, 0, 0, 0, 0))
    result = row_balance(connection, table="b")
    assert not result.passed
    assert result.observed.startswith("a.csv: 28 read")
    assert "b.csv" not in result.observed


def test_files_that_offset_each_other_do_not_balance(connection: duckdb.DuckDBPyConnection) -> None:
    balance(connection, ("a.csv", 5, 6, 0, 0, 0, 0, 0, 0), ("b.csv", 5, 4, 0, 0, 0, 0, 0, 0))
    assert not row_balance(connection, table="b").passed


def test_no_file_is_not_balanced(connection: duckdb.DuckDBPyConnection) -> None:
    balance(connection)
    assert not row_balance(connection, table="b").passed


def test_of_many_bad_files_twenty_are_named_and_the_rest_counted(connection: duckdb.DuckDBPyConnection) -> None:
    balance(connection, *((f"{n:02}.csv", 1, 0, 0, 0, 0, 0, 0, 0) for n in range(25)))
    result = row_balance(connection, table="b")
    assert result.observed.count(".csv") == 20
    assert result.observed.endswith("and 5 more")


@pytest.mark.parametrize(
    ("now", "before", "passed"),
    [
        ({"a": 80}, {"a": 100}, True),
        ({"a": 79}, {"a": 100}, False),
        ({"a": 300}, {"a": 100}, True),
        ({}, {"a": 1}, False),
        ({"a": 0}, {"a": 0}, True),
        ({"a": 5}, {}, True),
        ({"a": 5}, None, True),
        ({"a": 100, "b": 1}, {"a": 100, "b": 100}, False),
    ],
)
def test_shrink(now: dict[str, int], before: dict[str, int] | None, passed: bool) -> None:
    assert shrink(now, before, THRESHOLDS).passed is passed


def test_shrink_names_the_feed() -> None:
    assert shrink({"a": 79, "b": 5}, {"a": 100, "b": 5}, THRESHOLDS).observed == "a: 79 rows after 100"


def test_feed_rows_are_those_of_the_accepted_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema intermediate")
    connection.execute("create table intermediate.int_staff_employment__accepted as select 1 as x from range(3)")
    connection.execute("create table intermediate.int_waiting_row as select 1 as x")
    connection.execute("create table intermediate.int_regions__accepted (x integer)")
    assert feed_rows(connection) == {"regions": 0, "staff_employment": 3}


FILES = (
    "(sender varchar, folder varchar, path varchar, feed varchar, state varchar, created_at timestamp, created_on date)"
)


@pytest.mark.parametrize(
    ("rows", "waits"),
    [
        ("('s', 'd1', 'a.csv', 'f', 'waiting', '2026-01-02', '2026-01-02')", True),
        ("('s', 'd1', 'a.csv', 'f', 'accepted', '2026-01-02', '2026-01-02')", False),
        (
            "('s', 'd1', 'a.csv', 'f', 'waiting', '2026-01-02', '2026-01-02'),"
            "('s', 'd2', 'a.csv', 'f', 'accepted', '2026-01-03', '2026-01-03')",
            False,
        ),
        (
            "('s', 'd1', 'a.csv', 'f', 'waiting', '2026-01-02', '2026-01-02'),"
            "('s', 'd2', 'a.csv', 'g', 'accepted', '2026-01-03', '2026-01-03')",
            True,
        ),
        ("('s', 'd1', 'a.csv', 'f', 'waiting', '2026-01-05', '2026-01-05')", False),
    ],
    ids=["waits", "accepted", "superseded", "another feed is newer", "after the day"],
)
def test_a_file_that_waits_fails_only_a_strict_run(
    connection: duckdb.DuckDBPyConnection, rows: str, waits: bool
) -> None:
    connection.execute("create schema log")
    connection.execute(f"create table log.files {FILES}")
    connection.execute(f"insert into log.files values {rows}")
    strict, lenient = (
        files_whole(connection, as_of=date(2026, 1, 4), is_strict=is_strict) for is_strict in (True, False)
    )
    assert strict.passed is not waits
    assert lenient.passed
    assert strict.observed == lenient.observed == ("s/d1/a.csv" if waits else "no file waits whole")


INDEX = """(cohort_year varchar, level varchar, estimand varchar, segment varchar, segment_value varchar,
    horizon_months integer, hired_n bigint, retained_n bigint, status varchar)"""


def index_row(cohort: str, hired: int, retained: int | None, status: str = "ok") -> str:
    counts = f"{hired}, {'null' if retained is None else retained}"
    return f"('{cohort}', 'network', 'continuous', 'all', 'all', 12, {counts}, '{status}')"


def test_revision_lists_closed_figures_that_moved_and_passes(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """2018/19 stays, 2019/20 moves, 2020/21 is gone; the first figure of 2021/22, not yet observed, is no revision."""
    before = tmp_path / "marts.duckdb"
    with connect(before) as earlier:
        earlier.execute(f"create table retention_index {INDEX}")
        rows = [
            index_row("2018/19", 20, 15), index_row("2019/20", 40, 31), index_row("2020/21", 9, 7, "too_few"),
            index_row("2021/22", 12, None, "not_yet_observed"),
        ]  # fmt: skip
        earlier.execute(f"insert into retention_index values {', '.join(rows)}")
    connection.execute("create schema marts")
    connection.execute(f"create table marts.retention_index {INDEX}")
    now = [index_row("2018/19", 20, 15), index_row("2019/20", 41, 31), index_row("2021/22", 12, 11)]
    connection.execute(f"insert into marts.retention_index values {', '.join(now)}")
    result = revision(connection, before)
    assert result.passed
    assert result.observed == (
        "2019/20/network/continuous/all/all/12: 31 of 40 is now 31 of 41; "
        "2020/21/network/continuous/all/all/12: 7 of 9 is gone"
    )
    databases = connection.execute("select database_name from duckdb_databases()").fetchall()
    assert (EARLIER,) not in databases


@pytest.mark.parametrize(
    ("renamed", "found"),
    [
        (
            "retained_n",
            "2019/20/network/continuous/all/all/12: 40 is now 41; figures not compared for want of retained_n",
        ),
        ("level", "no closed figure moved; figures not compared for want of level"),
        ("status", "no closed figure moved; figures not compared for want of status"),
    ],
)
def test_revision_compares_what_both_releases_have(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, renamed: str, found: str
) -> None:
    before = tmp_path / "marts.duckdb"
    with connect(before) as earlier:
        earlier.execute(f"create table retention_index {INDEX}")
        earlier.execute(f"insert into retention_index values {index_row('2019/20', 40, 31)}")
        earlier.execute(f"alter table retention_index rename {renamed} to something_else")
    connection.execute("create schema marts")
    connection.execute(f"create table marts.retention_index {INDEX}")
    connection.execute(f"insert into marts.retention_index values {index_row('2019/20', 41, 31)}")
    result = revision(connection, before)
    assert result.passed
    assert result.observed == found


def test_revision_without_an_earlier_release(connection: duckdb.DuckDBPyConnection) -> None:
    result = revision(connection, None)
    assert result.passed
    assert result.observed == "no earlier release"
