"""Great Expectations on DuckDB: by SQL, read-only, nothing left open, nothing fetched, nothing told."""

from __future__ import annotations

import dataclasses
import re
import socket
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import pytest
import sqlalchemy as sa
from great_expectations.expectations.core.expect_column_max_to_be_between import ExpectColumnMaxToBeBetween
from sqlalchemy import NullPool

from bilimkoz.connection import connect
from expectations import duckdb_dialect
from expectations.duckdb_dialect import DuckDBSource
from expectations.gx_session import GxSession
from expectations.runner import run_suites
from expectations.suite import Rule, Suite, between, columns_are_there, not_null, one_of, unique

SECRET = "750101300123"
SUITE = Suite(
    layer="marts",
    table="t",
    description="A table of numbers",
    columns={"n": "BIGINT", "s": None},
    rules=(
        not_null("n"),
        between("n", 0, 50_000),
        one_of("s", ("a", "b")),
        unique("marts.t", ("n",)),
        Rule("s follows n", "s is a where n is even", condition="(n % 2 = 0) = (s = 'a')"),
        Rule("quotes and colons", "a text with :name, % and ' is no parameter", condition="s <> ':n % it''s {x}'"),
    ),
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with connect(path) as connection:
        connection.execute("create schema marts")
        numbers = "select range as n, substr('ab', range % 2 + 1, 1) as s from range(50000)"
        connection.execute(f"create table marts.t as {numbers}")
    return path


def judged(warehouse: Path, **options: Any) -> Any:
    (result,) = run_suites(
        "marts", warehouse, warehouse.with_name("gates.parquet"), run_id="run-1", suites=[SUITE], **options
    )
    return result


def test_a_sound_table_passes(warehouse: Path) -> None:
    assert judged(warehouse).observed == "50000 rows; 7 of 7 rules hold"


def test_each_rule_counts_its_own_rows(warehouse: Path) -> None:
    """Two rows: n null with s c, and n 50 001 with s b, which is right for an odd number."""
    with connect(warehouse) as connection:
        connection.execute("insert into marts.t values (null, 'c'), (50001, 'b')")
    result = judged(warehouse)
    assert result.observed == (
        "50002 rows; 3 of 7 rules hold; not: n is present (1 rows), n is in range (1 rows), s is in its list (1 rows), "
        "s follows n (1 rows)"
    )


def test_no_statement_brings_more_than_a_few_rows(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    original = duckdb_dialect._BufferedExecution.post_exec

    def counted(self: Any) -> None:
        original(self)
        if self.cursor.description:
            fetched.append(len(self.cursor_fetch_strategy._rowbuffer))

    monkeypatch.setattr(duckdb_dialect._BufferedExecution, "post_exec", counted)
    judged(warehouse)
    assert len(fetched) > 2
    assert max(fetched) < 100


def test_rules_over_rows_are_one_statement(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rules count rows; the table is read for them once."""
    statements: list[str] = []
    original = duckdb_dialect.ReadOnlyDialect.do_execute

    def noted(self: Any, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        statements.append(statement)
        original(self, cursor, statement, parameters, context)

    monkeypatch.setattr(duckdb_dialect.ReadOnlyDialect, "do_execute", noted)
    judged(warehouse)
    assert len([text for text in statements if "is not true" in text]) == 1


def test_the_database_can_be_written_again_at_once(warehouse: Path) -> None:
    judged(warehouse)
    with connect(warehouse, memory_limit="1GB") as connection:
        connection.execute("create table marts.later as select 1 as one")


def test_also_after_an_error(warehouse: Path) -> None:
    def fail_inside() -> None:
        with GxSession(warehouse, "marts", pages=None, run_id="run-1") as session:
            session.judge(SUITE, (columns_are_there(SUITE.columns),))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    with connect(warehouse, memory_limit="1GB") as connection:
        connection.execute("create table marts.later as select 1 as one")


def test_the_session_cannot_write(warehouse: Path) -> None:
    engine = sa.create_engine(f"bilimkoz+duckdb:///{warehouse}", poolclass=NullPool)
    with pytest.raises(sa.exc.DBAPIError), engine.connect() as connection:
        connection.execute(sa.text("create table marts.mine as select 1 as one"))


def test_an_error_of_the_engine_loses_what_it_quotes(warehouse: Path) -> None:
    engine = sa.create_engine(f"bilimkoz+duckdb:///{warehouse}", poolclass=NullPool)
    with engine.connect() as connection:
        with pytest.raises(sa.exc.DBAPIError) as raised:
            connection.execute(sa.text(f"select cast(concat('{SECRET[:6]}', '{SECRET[6:]}', 'x') as date)"))
        assert SECRET not in str(raised.value)
        with pytest.raises(sa.exc.DBAPIError, match="nowhere"):
            connection.execute(sa.text("select nowhere from marts.t"))


def test_a_rule_that_cannot_be_judged_does_not_hold(warehouse: Path) -> None:
    rules = (Rule("no such column", "x", condition="nowhere > 1"), not_null("n"))
    broken = Suite("marts", "t", "x", {"n": None}, rules)
    (result,) = run_suites("marts", warehouse, warehouse.with_name("gates.parquet"), run_id="run-1", suites=[broken])
    assert result.observed == "50000 rows; 2 of 3 rules hold; not: no such column (could not be judged)"


@pytest.mark.parametrize("kind", ["table", "query"])
def test_a_table_and_a_query_can_be_assets(warehouse: Path, kind: str) -> None:
    """Both fail without the buffering of rows, since the connection is closed before it is read from."""
    source = DuckDBSource(
        name="w",
        connection_string=f"bilimkoz+duckdb:///{warehouse}",
        kwargs={"poolclass": NullPool},
        database_schema="marts",
    )
    gx.get_context(mode="ephemeral").add_datasource(datasource=source)
    if kind == "table":
        batch = source.add_table_asset("t").add_batch_definition_whole_table("all")
    else:
        batch = source.add_query_asset("q", "select n from marts.t limit 9").add_batch_definition_whole_table("all")
    found = batch.get_batch().validate(ExpectColumnMaxToBeBetween(column="n", max_value=49_999))
    assert found.success


def test_nothing_is_sent_and_nothing_is_fetched(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    assert judged(warehouse, data_docs=tmp_path / "data_docs").passed


def test_pages_are_written_and_fetch_nothing(warehouse: Path, tmp_path: Path) -> None:
    with connect(warehouse) as connection:
        connection.execute(f"insert into marts.t values (1, '{SECRET}')")
    judged(warehouse, data_docs=tmp_path / "data_docs")
    pages = list((tmp_path / "data_docs" / "marts").rglob("*.html"))
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    assert "index.html" in texts
    (verdict,) = [text for name, text in texts.items() if "s is one of a, b" in text and "run-1" in text]
    assert "s is a where n is even" in verdict
    for name, text in texts.items():
        assert "<script" not in text, name
        assert 'src="http' not in text, name
        assert 'link rel="stylesheet" href="http' not in text, name
        assert SECRET not in text, name


def test_the_first_page_leads_to_all_others_and_no_page_leads_nowhere(warehouse: Path, tmp_path: Path) -> None:
    with connect(warehouse) as connection:
        connection.execute("create table marts.u as select 1 as n")
        connection.execute("insert into marts.t values (1, 'z')")
    whole = dataclasses.replace(SUITE, table="u", columns={"n": None}, rules=())
    pages = tmp_path / "data_docs"
    run_suites("marts", warehouse, tmp_path / "g.parquet", run_id="run-1", suites=[whole, SUITE], data_docs=pages)
    first = pages / "marts" / "index.html"
    listed = re.findall(r"<td>(. \w+)</td><td><a href=\"([^\"]+)\">([^<]+)</a>", first.read_text(encoding="utf-8"))
    assert [(status, name) for status, _, name in listed] == [("✗ Failed", "marts-t"), ("✓ Succeeded", "marts-u")]
    for page in (pages / "marts").rglob("*.html"):
        for link in re.findall(r"<a\b[^>]*href=[\"']([^\"'#:]+)[\"']", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), (page.name, link)


def test_the_database_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        run_suites("marts", tmp_path / "none.duckdb", tmp_path / "gates.parquet", run_id="run-1", suites=[SUITE])
    assert not (tmp_path / "gates.parquet").exists()
