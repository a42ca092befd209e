"""The suites of raw follow from the contracts: what each fault in a table does to its gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilimkoz.connection import connect
from expectations.gate_log import GateLog, GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of
from ingest.contract import contract, target_feeds

RUN = "run-1"
PERSON = "0123456789abcdef0123456789abcdef"
GOOD_POST = {
    "_parse": "p1",
    "person_id": PERSON,
    "institution_id": "750140000417",
    "position": "Учитель математики",
    "start_date": "2019-09-02",
}


def make_warehouse(path: Path, *statements: str, post: dict[str, str | None] | None = None) -> Path:
    """Every feed as an empty table, one post in staff_employment, and then the statements."""
    with connect(path) as connection:
        connection.execute("create schema raw")
        for feed in target_feeds():
            columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in contract(feed).loaded_columns)
            connection.execute(f"create table raw.{feed} (_parse varchar, {columns})")
        landed = {**GOOD_POST, **(post or {})}
        names, values = ", ".join(landed), ", ".join("?" * len(landed))
        connection.execute(f"insert into raw.staff_employment ({names}) values ({values})", list(landed.values()))
        for statement in statements:
            connection.execute(statement)
    return path


def judge(warehouse: Path, row_counts: dict[str, int] | None = None) -> GateResult:
    suites = [suite for suite in suites_of("raw", row_counts) if suite.table == "staff_employment"]
    (result,) = run_suites("raw", warehouse, warehouse.with_name("gates.parquet"), run_id=RUN, suites=suites)
    return result


def test_every_feed_with_rows_of_its_own_has_a_suite() -> None:
    assert [suite.asset for suite in suites_of("raw")] == [f"raw.{feed}" for feed in target_feeds()]
    assert "raw.ehis_person_cards" not in {suite.asset for suite in suites_of("raw")}


def test_all_suites_of_the_layer_run_and_are_logged(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb")
    gates = tmp_path / "gates.parquet"
    results = run_suites("raw", warehouse, gates, run_id=RUN)
    assert [result.gate for result in results] == [f"gx:raw.{feed}" for feed in target_feeds()]
    assert all(result.passed for result in results), [result.observed for result in results if not result.passed]
    assert GateLog(gates, RUN).read() == results


BREAKING: list[tuple[dict[str, str | None], str]] = [
    ({"_parse": None}, "_parse is present"),
    ({"institution_id": None}, "institution_id is present"),
    ({"start_date": None}, "start_date is present"),
    ({"position_group": "pilot"}, "position_group is in its list"),
    ({"sex": "F"}, "sex is in its list"),
    ({"load_fte": "3.0001"}, "load_fte is in range"),
    ({"load_fte": "-0.5"}, "load_fte is in range"),
    ({"start_date": "1939-12-31"}, "start_date is in range"),
    ({"end_date": "2101-01-01"}, "end_date is in range"),
    ({"birth_year": "1899"}, "birth_year is in range"),
    ({"end_date": "2019-09-01"}, "dates_in_order"),
    ({"person_id": "750101300123"}, "person_id has its form"),
    ({"person_id": PERSON.upper()}, "person_id has its form"),
]


@pytest.mark.parametrize(("post", "rule"), BREAKING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_row_that_breaks_its_contract(tmp_path: Path, post: dict[str, str | None], rule: str) -> None:
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", post=post))
    assert not result.passed
    assert result.observed.endswith(f"; not: {rule} (1 rows)")
    assert list(result.failing) == [rule]


HOLDING: list[dict[str, str | None]] = [
    {"load_fte": "3"},
    {"load_fte": "0"},
    {"start_date": "1940-01-01"},
    {"end_date": "2019-09-02"},
    {"birth_year": "1900"},
    {"position_group": "school_leader", "sex": "f", "end_reason": "died"},
]


@pytest.mark.parametrize("post", HOLDING)
def test_a_row_at_the_edge_of_its_contract(tmp_path: Path, post: dict[str, str | None]) -> None:
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", post=post))
    assert result.passed, result.observed


def test_a_row_that_breaks_a_rule_is_shown_without_the_person(tmp_path: Path) -> None:
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", post={"end_date": "2019-09-01"}))
    (shown,) = result.failing["dates_in_order"]
    assert shown["institution_id"] == "750140000417"
    assert shown["end_date"] == "2019-09-01"
    assert "person_id" not in shown
    assert PERSON not in str(result)


def test_five_rows_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    statement = f"""insert into raw.staff_employment (_parse, person_id, institution_id, position, start_date, sex)
        select 'p2', '{PERSON}', cast(range as varchar), 'x', date '2020-01-01', 'x' from range(8)"""
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", statement))
    assert "sex is in its list (8 rows)" in result.observed
    assert [row["institution_id"] for row in result.failing["sex is in its list"]] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(("parse", "passed"), [("p1", False), ("p2", True)])
def test_the_key_is_unique_within_a_parse(tmp_path: Path, parse: str, passed: bool) -> None:
    """The same post in another parse is a newer version of it, which raw keeps beside the old one."""
    statement = f"""insert into raw.staff_employment (_parse, person_id, institution_id, position, start_date)
        select '{parse}', person_id, institution_id, position, start_date from raw.staff_employment"""
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", statement))
    assert result.passed is passed
    assert ("key is unique (1 rows)" in result.observed) is not passed


def test_a_feed_that_is_not_in_the_warehouse_fails(tmp_path: Path) -> None:
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", "drop table raw.staff_employment"))
    assert (result.passed, result.observed) == (False, "not in the database")


def test_a_column_that_is_missing_fails(tmp_path: Path) -> None:
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", "alter table raw.staff_employment drop column sex"))
    assert (result.passed, result.observed) == (False, "no column sex")


def test_a_column_of_another_type_fails(tmp_path: Path) -> None:
    statement = "alter table raw.staff_employment alter column birth_year type bigint"
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", statement))
    assert (result.passed, result.observed) == (False, "birth_year is BIGINT, not INTEGER")


@pytest.mark.parametrize("column", ["full_name", "phone", "email", "address", "birth_date"])
def test_a_column_that_is_never_to_be_loaded_fails(tmp_path: Path, column: str) -> None:
    statement = f"alter table raw.staff_employment add column {column} varchar"
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb", statement))
    assert result.observed.endswith("; not: nothing that is never to be loaded (1 rows)")


@pytest.mark.parametrize(("expected", "passed"), [(1, True), (0, False), (2, False)])
def test_rows_are_as_many_as_the_load_log_counts(tmp_path: Path, expected: int, passed: bool) -> None:
    result = judge(make_warehouse(tmp_path / "warehouse.duckdb"), row_counts={"staff_employment": expected})
    assert result.passed is passed


def test_a_view_over_files_is_judged_as_a_table_is(tmp_path: Path) -> None:
    parquet = tmp_path / "landed.parquet"
    warehouse = make_warehouse(
        tmp_path / "warehouse.duckdb",
        f"copy raw.staff_employment to '{parquet}' (format parquet)",
        "drop table raw.staff_employment",
        f"create view raw.staff_employment as select * from read_parquet('{parquet}')",
    )
    assert judge(warehouse).passed
