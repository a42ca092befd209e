"""What senders owe, as the newest run has it."""

from __future__ import annotations

import pytest
from terminal import Terminal

from bilimkoz.connection import connect
from ingest.contract import LANGUAGES, contract

ROWS = [
    ("school-1", "attendance", "month", "2026-01", "2026-02-10", "late", 1),
    ("school-1", "attendance", "month", "2026-02", "2026-03-10", "missing", 40),
    ("school-1", "attendance", "month", "2026-03", "2026-04-10", "missing", 9),
    ("school-2", "lesson_counts", "quarter", "2025/26-Q3", "2026-04-15", "missing", 4),
    ("school-2", "attendance", "month", "2026-03", "2026-04-10", "on_time", 0),
]


def _run(terminal: Terminal, rows: list[tuple[object, ...]]) -> None:
    folder = terminal.root / "work" / "0123abcd"
    folder.mkdir(parents=True)
    with connect(folder / "warehouse.duckdb") as connection:
        connection.execute(
            """create schema marts; create table marts.fct_delivery_due (sender varchar, feed varchar, frequency varchar,
            period varchar, due_on date, due_status varchar, late_days integer)"""
        )
        if rows:
            connection.executemany("insert into marts.fct_delivery_due values (?, ?, ?, ?, ?, ?, ?)", rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_named_once_a_feed(terminal: Terminal, language: str) -> None:
    _run(terminal, ROWS)
    code, said = terminal.call("due", language=language)
    assert code == 0
    assert said.count("school-1") == said.count("school-2") == 1
    assert contract("attendance").labels[language] in said
    # The last period that is missing, when that was due, and how many are.
    assert "2026-03 2026-04-10 2" in " ".join(said.split())


def test_one_sender(terminal: Terminal) -> None:
    _run(terminal, ROWS)
    said = terminal.call("due", "--sender", "school-2")[1]
    assert "school-2" in said
    assert "school-1" not in said


@pytest.mark.parametrize("rows", [ROWS[:1], []])
def test_nothing_is_overdue(terminal: Terminal, rows: list[tuple[object, ...]]) -> None:
    _run(terminal, rows)
    assert "Nothing is overdue" in terminal.call("due", language="en")[1]


def test_before_the_first_run(terminal: Terminal) -> None:
    code, said = terminal.call("due", language="en")
    assert (code, "bilimkoz run" in said) == (0, True)
