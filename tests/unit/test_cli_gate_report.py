"""Of each gate that failed: what it saw, what to do next and, where it is known, about whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.console import Console

from bilimkoz.cli import console, gate_report
from bilimkoz.connection import connect
from expectations.gate_log import GateResult
from expectations.pipeline_gates import PIPELINE_GATES
from expectations.undelivered import Undelivered, undelivered
from orchestration.launch import Outcome
from orchestration.run import Run

#: A failed gate of each kind, and what it makes a steward do; the first two and the fourth are those of thresholds.csv.
FAILED = {
    "institutions": ("coverage", "East: 1 of 3 institutions delivered", "Запросить поставку у организаций"),
    "heads": ("coverage", "East: 7 people after 9", "Попросить отправителя подтвердить, что список работников полон."),
    "nobody": ("coverage", "no institution is expected", "Укажите организации в senders/*.toml"),
    "shrink": ("shrink", "studies: 3 rows after 9", "Найти поставку, после которой строк стало меньше"),
    "balance": ("row_balance", "school/1/a.csv: 5 read, 4 accounted for", "Это ошибка программы, а не данных."),
    "strict": ("files_whole", "school/1/a.csv", "bilimkoz quarantine accept"),
    "raw": ("gx:raw.studies", "3 rows; 1 of 2 rules hold", "Попросите отправителя исправить их"),
    "marts": ("gx:marts.dim_region", "3 rows; 1 of 2 rules hold", "Проверьте последние поставки"),
    "dbt": ("dbt:test.bilimkoz.x", "3 rows", "Проверьте последние поставки"),
}  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Three institutions: 1 has delivered, 2 is named to a school, 3 to nobody but the senders of its oblast."""
    path = tmp_path / "warehouse.duckdb"
    with connect(path) as connection:
        for statement in (
            "create schema marts",
            "create schema log",
            """create table marts.institution_coverage as select * from (values
                ('1', 'East', true), ('2', 'East', false), ('3', 'East', false), ('4', 'West', false)
            ) as t (institution_id, oblast_code, is_delivered)""",
            """create table log.senders as select * from (values
                ('school', null, ['2'], ['staff_employment']),
                ('department', 'East', null, ['staff_employment', 'studies']),
                ('register', 'East', null, ['institutions'])
            ) as t (sender, region_code, institutions, feeds)""",
        ):
            connection.execute(statement)
    return path


def test_who_is_to_deliver(warehouse: Path) -> None:
    with connect(warehouse, read_only=True) as connection:
        assert undelivered(connection) == [
            Undelivered("2", ("school",)),
            Undelivered("3", ("department",)),
            Undelivered("4", ()),
        ]


def test_a_warehouse_that_was_not_built_so_far_names_nobody(tmp_path: Path) -> None:
    with connect(tmp_path / "empty.duckdb") as connection:
        assert undelivered(connection) == []


def _said(monkeypatch: pytest.MonkeyPatch, language: str, outcome: Outcome) -> str:
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", language)
    console.settings.cache_clear()
    shown = Console(width=80, highlight=False)
    for module in (console, gate_report):
        monkeypatch.setattr(module, "console", shown)
    with shown.capture() as captured:
        gate_report.tell_gates(outcome)
    console.settings.cache_clear()
    assert max(map(len, captured.get().splitlines())) <= 80
    return " ".join(captured.get().split())


@pytest.mark.parametrize("name", FAILED)
def test_each_kind_says_what_to_do(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gate, observed, to_do = FAILED[name]
    outcome = Outcome(False, Run("x", tmp_path), gates=[GateResult(gate, "x", False, observed, "0 rows")])
    assert to_do in _said(monkeypatch, "ru", outcome)


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("kk", ["2: жіберуші school", "3: жіберуші department", "4: жіберуші senders/*.toml ішінде көрсетілмеген"]),
        ("ru", ["2: отправитель school", "3: отправитель department", "4: отправитель не указан в senders/*.toml"]),
        ("en", ["2: sender school", "3: sender department", "4: sender not named in senders/*.toml"]),
    ],
)
def test_coverage_names_who_has_not_delivered(
    language: str, named: list[str], monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    gate = GateResult("coverage", "x", False, "East: 1 of 3 institutions delivered", "0 rows")
    said = _said(monkeypatch, language, Outcome(False, Run("x", warehouse.parent), gates=[gate]))
    for text in named:
        assert text in said
    assert not re.search(r"\b1: ", said)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_gate_that_did_not_run_has_a_remedy(language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = _said(monkeypatch, language, Outcome(False, Run("x", tmp_path), missing_gates=["row_balance"]))
    assert {"kk": "қайта іске қосыңыз", "ru": "запустите прогон снова", "en": "run again"}[language] in said


def test_every_gate_of_the_pipeline_that_can_fail_has_a_name_and_a_remedy() -> None:
    """`revision` lists and always passes; `shrink` has its reaction beside its bound."""
    for gate in set(PIPELINE_GATES) - {"revision"}:
        result = GateResult(gate, "x", False, "studies: 3 rows after 9", "x")
        assert gate_report.texts.has(f"gate_name.{gate}")
        assert gate_report.remedy(result) != gate_report.words("gate_remedy.dbt")
