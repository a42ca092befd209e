"""Failed gates are read out in the user's language: what the gates themselves say is recognised."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from bilimkoz.cli.gate_words import told
from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from expectations import pipeline_gates
from expectations.gate_log import GateResult
from expectations.thresholds import read_thresholds
from expectations.withdrawn import withdrawn

#: Names and codes that stay as they are.
NAMES = re.compile(r"staff_employment|read_n.*|East|file\.csv|\b[xy]\b")


def _failed() -> list[GateResult]:
    thresholds = read_thresholds(PROJECT / "dbt_project" / "seeds" / "thresholds.csv")
    with connect(None) as connection:
        connection.execute(
            "create table expected as select 'East' as oblast, 'a' as institution_id, true as is_expected,"
            " false as is_delivered, 1 as head_n, 10 as head_before_n"
        )
        connection.execute(
            "create table withdrawal as select 'd' as delivery_id, 'staff_employment' as feed, 'East' as sender,"
            " 'file.csv' as folder, 950 as held_before_n, 945 as withdrawn_n, false as is_accepted"
        )
        counts = (
            "accepted",
            "superseded",
            "withdrawn",
            "repeated",
            "waiting",
            "quarantined",
            "empty",
            "without_consent",
        )
        connection.execute(
            "create table balance as select 'file.csv' as file, 5 as read_n, "
            + ", ".join(f"0 as {name}_n" for name in counts)
            + " from range(30)"
        )
        return [
            pipeline_gates.coverage(connection, thresholds, table="expected"),
            pipeline_gates.row_balance(connection, table="balance"),
            withdrawn(connection, thresholds, table="withdrawal"),
            pipeline_gates.shrink({}, {"staff_employment": 10}, thresholds),
            GateResult(
                "gx:marts.x",
                "marts.x",
                False,
                "7 rows; 3 of 4 rules hold; not: x (3 rows), y (could not be judged)",
                "every rule of the suite holds",
            ),
            GateResult("dbt:test.x", "marts.x", False, "3 rows", "0 rows"),
            GateResult("dbt:test.y", "marts.x", False, "skipped", "0 rows"),
        ]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_english_is_left(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", language)
    for gate in _failed():
        assert not gate.passed
        for text in (gate.observed, gate.bound):
            assert not re.search("[A-Za-z]", NAMES.sub("", told(text))), told(text)


def test_numbers_and_names_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", "ru")
    assert told("East: 1 of 3 institutions delivered; East: 7 people after 9") == (
        "East: прислали 1 из 3 организаций; East: людей 7, было 9"
    )
    assert told("staff_employment: 3 rows after 9") == "Должности работников (staff_employment): строк 3, было 9"
    assert told(f"no feed down by over {Decimal('0.2')} of its rows since the last release").count("0.2") == 1
    assert told("something new that nobody has words for") == "something new that nobody has words for"
