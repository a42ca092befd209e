"""The pipeline's own gates at and around their bounds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from bilimkoz.connection import connect
from expectations.earlier import EARLIER, coverage_table
from expectations.gate_log import GateResult
from expectations.pipeline_gates import coverage, feed_rows, files_whole, revision, row_balance, shrink
from expectations.thresholds import Threshold, read_thresholds

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


def test_coverage_of_nobody_does_not_pass(connection: duckdb.DuckDBPyConnection) -> None:
    institutions(connection)
    assert not coverage(connection, THRESHOLDS).passed


COLUMNS = ("read_n", "accepted_n", "superseded_n", "withdrawn_n", "repeated_n", "waiting_n", "quarantined_n", "empty_n")


def balance(connection: duckdb.DuckDBPyConnection, *rows: tuple[object, ...]) -> None:
    connection.execute(f"create or replace table b (file varchar, {', '.join(f'{name} bigint' for name in COLUMNS)})")
    if rows:
        connection.executemany(f"insert into b values ({', '.join('?' * 9)})", [list(row) for row in rows])


def test_rows_are_balanced_when_every_fate_adds_up(connection: duckdb.DuckDBPyConnection) -> None:
    balance(connection, ("a.csv", 28, 1, 2, 3, 4, 5, 6, 7), ("b.csv", 0, 0, 0, 0, 0, 0, 0, 0))
    result = row_balance(connection, table="b")
    assert result.passed
    assert result.observed == "2 files, 28 rows, all accounted for"


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
    connection.execute("create table intermediate.int_staff_employment__waiting as select 1 as x")
    connection.execute("create table intermediate.int_regions__accepted (x integer)")
    assert feed_rows(connection) == {"regions": 0, "staff_employment": 3}


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


def test_a_bound_that_is_not_inclusive_fails_at_itself() -> None:
    exclusive = Threshold("x", Decimal("0.20"), False, "share")
    inclusive = Threshold("x", Decimal("0.20"), True, "share")
    assert (exclusive.at_most(Decimal("0.20")), inclusive.at_most(Decimal("0.20"))) == (False, True)
    assert (exclusive.at_least(Decimal("0.20")), inclusive.at_least(Decimal("0.20"))) == (False, True)
    assert exclusive.at_most(Decimal("0.19"))
    assert not inclusive.at_most(Decimal("0.21"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [("a,1,true,share\na,2,true,share\n", "twice"), ("a,1,yes,share\n", "true or false")],
)
def test_a_seed_that_is_not_well_formed(tmp_path: Path, rows: str, words: str) -> None:
    seed = tmp_path / "thresholds.csv"
    seed.write_text("code,bound,inclusive,unit\n" + rows, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_thresholds(seed)


def test_the_seed_says_what_to_do_in_three_languages() -> None:
    header, *rows = SEED.read_text(encoding="utf-8").splitlines()
    assert header == "code,bound,inclusive,unit,reaction_kk,reaction_ru,reaction_en,description"
    assert len(rows) == len(THRESHOLDS) == 6
