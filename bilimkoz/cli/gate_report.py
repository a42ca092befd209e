"""The gates of a run: how many held, and of each that did not, what it saw, what to do, and about whom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from bilimkoz import texts
from bilimkoz.cli.console import console, language, settings, tell, words
from bilimkoz.cli.gate_words import told
from bilimkoz.connection import connect
from expectations.gate_log import GateResult
from expectations.pipeline_gates import UNMOVED
from expectations.thresholds import read_thresholds
from expectations.undelivered import undelivered

if TYPE_CHECKING:
    from orchestration.launch import Outcome

_NAMES = {"gx": "Great Expectations", "dbt": "dbt", "pipeline": "Bilimkoz"}
#: Which bound a gate fell short of, told by what it saw; what to do then stands beside the bound.
_REACTIONS = {
    r"\d+ institutions delivered": "coverage_institutions_share",
    r"people after \d+": "coverage_head_count_drop_share",
    r"rows after \d+": "shrink_rows_drop_share",
    r"rows withdrawn": "withdrawn_rows_share",
}
_LISTED_N = 10


def tell_gates(outcome: Outcome) -> None:
    """Counts by kind, each gate that failed or did not run, and where the quality pages are."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    for gate in outcome.gates:
        kinds[gate.gate.split(":")[0] if ":" in gate.gate else "pipeline"].append(gate.passed)
    for kind, passed in kinds.items():
        tell("run.gates_by_kind", kind=_NAMES.get(kind, kind), held=sum(passed), total=len(passed))
    if outcome.failed_gates or outcome.missing_gates:
        tell("run.title_gates", "bold")
    for gate in outcome.failed_gates:
        _tell(gate.gate, _failed(gate, outcome))
    for name in outcome.missing_gates:
        _tell(name, [("observed", words("run.did_not_run")), ("to_do", words("gate_remedy.missing"))])
    is_revised = any(gate.gate == "revision" and gate.observed not in UNMOVED for gate in outcome.gates)
    if is_revised and not outcome.run.is_aside:
        tell("run.revised", "yellow")
    # Of the layers in the order in which they were judged.
    for page in sorted(outcome.run.data_docs.glob("*/index.html"), key=lambda page: page.stat().st_mtime):
        tell("run.data_docs", path=page)


def _failed(gate: GateResult, outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield "observed", told(gate.observed)
    yield "bound", told(gate.bound)
    if gate.gate == "coverage":
        about = _who_is_missing(outcome)
        if about:
            yield "about", about
    yield "to_do", remedy(gate)


def remedy(gate: GateResult) -> str:
    """What to do about a gate that failed: the reaction beside its bound where it has one, else by its kind."""
    thresholds = read_thresholds(settings().dbt_project / "seeds" / "thresholds.csv")
    found = [code for phrase, code in _REACTIONS.items() if re.search(phrase, gate.observed)]
    if gate.gate in ("coverage", "shrink", "withdrawn") and found:
        return " ".join(f"{thresholds[code].reactions[language()]}." for code in found)
    kind = gate.gate if ":" not in gate.gate else gate.gate.split(".")[0].replace(":", "_")
    return words(f"gate_remedy.{kind}" if texts.has(f"gate_remedy.{kind}") else "gate_remedy.dbt")


def _who_is_missing(outcome: Outcome) -> str:
    """Institutions that have not delivered, each with the senders that may speak for it."""
    if not outcome.run.warehouse.exists():
        return ""
    with connect(outcome.run.warehouse, read_only=True) as connection:
        missing = undelivered(connection)
    named = [
        words("gate.institution", id=item.institution_id, senders=item.senders or words("gate.no_sender"))
        for item in missing[:_LISTED_N]
    ]
    more = [words("gate.more", n=len(missing) - _LISTED_N)] if len(missing) > _LISTED_N else []
    return "\n".join(named + more)


def _tell(gate: str, facts: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> None:
    known = texts.has(f"gate_name.{gate}")
    console.print(f"✗ {words(f'gate_name.{gate}')} ({gate})" if known else f"✗ {gate}", style="bold red", markup=False)
    grid = Table.grid(padding=(0, 2), pad_edge=True)
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in facts:
        grid.add_row(words(f"run.{name}"), text)
    console.print(grid)
