"""Rules of the contracts, each held against a row that breaks it; patterns, and the seeds that contracts lean on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import duckdb
import pytest
from contract_facts import LATER, NAMED, columns, plain, seed
from contract_rows import BROKEN_AND_GOOD

from bilimkoz.sql import literal
from ingest.contract import contract

KINDS = contract("institutions").column("kind").enum


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for feed in LATER:
            typed = ", ".join(f'"{column.name}" {column.sql_type}' for column in contract(feed).read_columns)
            connection.execute(f'create table "{feed}" ({typed})')
        yield connection


@pytest.mark.parametrize("feed", [feed for feed in LATER if contract(feed).rules])
def test_rules_run_over_the_typed_columns(database: duckdb.DuckDBPyConnection, feed: str) -> None:
    names = [rule.name for rule in contract(feed).rules]
    assert len(set(names)) == len(names)
    for rule in contract(feed).rules:
        query = database.sql(f'select {rule.sql} as holds from "{feed}"')
        assert query.types == ["BOOLEAN"], rule.name
        assert query.fetchall() == []
        assert rule.column in {column.name for column in contract(feed).read_columns}, rule.name
        assert rule.description, rule.name


def test_every_rule_has_a_row_that_breaks_it() -> None:
    assert set(BROKEN_AND_GOOD) == {(feed, rule.name) for feed in LATER for rule in contract(feed).rules}


@pytest.mark.parametrize(("feed", "name"), BROKEN_AND_GOOD)
def test_a_rule_refuses_the_broken_row_and_not_the_good_one(
    database: duckdb.DuckDBPyConnection, feed: str, name: str
) -> None:
    """A rule is broken only where it is false: one that meets an absent value and does not know lets the row pass."""
    rule = next(rule for rule in contract(feed).rules if rule.name == name)
    broken, change = BROKEN_AND_GOOD[feed, name]
    for row, holds in ((broken, False), (broken | change, True)):
        values = ", ".join(
            f"cast({literal(str(row[column.name])) if row.get(column.name) is not None else 'null'} "
            f'as {column.sql_type}) as "{column.name}"'
            for column in contract(feed).read_columns
        )
        found = database.sql(f"select coalesce({rule.sql}, true) from (select {values})").fetchall()
        assert found == [(holds,)], row


def test_patterns_take_what_they_are_for() -> None:
    samples = {
        "school_year": (["2025/26", "1999/00"], ["2025", "2025/2026", "25/26"]),
        "month": (["2026-03", "2026-12"], ["2026-13", "2026-3", "03.2026"]),
        "quarter": (["2025/26-Q3"], ["2025/26-Q5", "2026-Q3"]),
        "indicator": (["R12", "VA", "CE1", "L1"], ["12", "r12", "R 12"]),
        "text_hash": (["0" * 64], ["0" * 32, "G" * 64]),
    }
    found = {column.name: column.pattern for _, column in columns() if column.pattern}
    for name, (good, bad) in samples.items():
        pattern = re.compile(found[name] or "")
        assert all(pattern.fullmatch(text) for text in good), name
        assert not any(pattern.fullmatch(text) for text in bad), name


def test_subjects_are_told_apart_by_any_of_their_names() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for row in seed("subjects"):
        assert all(row.values()), row
        for word in (*list(row.values())[:5], *row["aliases"].split(";")):
            meanings[plain(word)].add(row["code"])
    assert {word: codes for word, codes in meanings.items() if len(codes) > 1} == {}


def test_terms_fill_the_school_year_without_gap_or_overlap() -> None:
    start = 2025
    days = [
        tuple(f"{start + int(row[f'{end}_day_years_n'])}-{row[f'{end}_day']}" for end in ("first", "last"))
        for row in seed("school_terms")
    ]
    assert days[0][0] == "2025-09-01"
    assert days[-1][1] == "2026-08-31"
    joined = duckdb.sql(
        " union all ".join(f"select date '{before[1]}' + 1 = date '{after[0]}'" for before, after in pairwise(days))
    ).fetchall()
    assert joined == [(True,)] * 3
    assert [(row["term"], row["semester"]) for row in seed("school_terms")] == [
        ("1", "1"), ("2", "1"), ("3", "2"), ("4", "2")
    ]  # fmt: skip


def test_calendar_names_every_feed_once_a_kind_of_institution() -> None:
    rows = seed("delivery_calendar")
    assert {row["feed"] for row in rows} == set(NAMED)
    assert {row["institution_kind"] for row in rows} <= set(KINDS)
    assert len({(row["feed"], row["institution_kind"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["frequency"] in {"month", "quarter", "semester", "school_year", "calendar_year", "once"}, row
        assert 0 < int(row["days_after_period_end"]) <= 60, row


def test_portfolio_requirements_are_of_the_kinds_of_artefacts() -> None:
    rows = seed("portfolio_requirements")
    assert [row["kind"] for row in rows] == list(contract("portfolios").column("kind").enum)
    assert {row["required"] for row in rows} == {"true", "false"}
