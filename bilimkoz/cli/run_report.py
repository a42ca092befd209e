"""What a run did, in tables: deliveries, files that wait, gates."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bilimkoz import secret, texts
from bilimkoz.cli.console import language, settings, table, tell, words
from bilimkoz.cli.gate_words import told
from bilimkoz.connection import connect
from expectations.pipeline_gates import UNMOVED
from expectations.silent_cohorts import silent_cohorts
from ingest.contract import contract
from ingest.expose import file_states
from ingest.log import Entry, Log
from ingest.problems import Refusal
from ingest.quarantine import waiting
from ingest.sender import read_all
from orchestration.run import newest_warehouse

if TYPE_CHECKING:
    from orchestration.launch import Outcome

_COUNTS = ("read_n", "landed_n", "held_n", "quarantined_n")


def tell_deliveries(facts: dict[str, Any]) -> None:
    """What was read and what became of it, a line a feed, and every delivery or file that did not load."""
    if not facts:
        return
    tell("run.as_of", day=facts["as_of"])
    log = Log.read(settings().place("landing"))
    parses = {name: log.parses[name] for name in facts["parses"]}
    states = _states(log)
    held = {file["parse_id"] for file in states if file["state"] == "waiting"}
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for parse_id, parse in parses.items():
        for feed, counts in parse["counts"].items():
            # Good rows of a file that waits whole have not come in.
            told = counts if parse_id not in held else counts | {"landed_n": 0, "held_n": counts["landed_n"]}
            for name, count in told.items():
                sums[feed][name] += count
                sums[""][name] += count
    if sums:
        names = [words(f"run.{name}") for name in ("feed", *_COUNTS)]
        rows: list[list[object]] = [
            [contract(feed).labels[language()], *(sums[feed][name] for name in _COUNTS)]
            for feed in sorted(sums)
            if feed
        ]
        rows.append([words("run.total"), *(sums[""][name] for name in _COUNTS)])
        table(words("run.title_deliveries"), names, rows, right=range(1, 5))
        senders = {parse["sender"] for parse in parses.values()}
        every = sums[""]
        tell(
            "run.besides",
            senders=len(senders),
            files=len(parses),
            repeated=every["repeated_n"],
            empty=every["empty_n"],
            repaired=every["repaired_n"],
        )
    for refused in facts["refused"]:
        why = texts.refusal(language(), Refusal(refused["code"], **refused["facts"]))
        tell("run.refused", "yellow", delivery=refused["delivery"], why=why)
    _tell_waiting_files(log, states)
    warehouse = newest_warehouse(settings())
    if warehouse is not None:
        with connect(warehouse, read_only=True) as connection:
            orphans = sum(count for *_, count in waiting(connection))
            silent = silent_cohorts(connection)
        for cohort in silent:
            tell("run.silent_cohort", "yellow", cohort=cohort.label, n=cohort.followed_n)
        if orphans:
            tell("run.waiting_rows", n=orphans)


def tell_waiting_files(log: Log) -> None:
    """Files of the newest deliveries that wait whole or could not be read, and what to do."""
    _tell_waiting_files(log, _states(log))


def _states(log: Log) -> list[Entry]:
    key_id = secret.key(settings()).id
    return file_states(log, read_all(settings().place("senders")), key_id, settings().code_map)


def _tell_waiting_files(log: Log, states: list[Entry]) -> None:
    superseded = newer_accepted(states)
    for file in states:
        name = f"{file['sender']}/{file['folder']}/{file['path']}"
        if name in superseded:
            continue
        if file["state"] == "waiting":
            parse = log.parses[file["parse_id"]]
            limit = contract(file["feed"]).max_bad_share
            tell("run.file_waits", "yellow", file=name, share=f"{parse['bad_share']:.1%}", limit=f"{limit:.0%}")
        elif file["state"] == "refused":
            problem = dict(log.parses[file["parse_id"]]["problem"])
            tell(
                "run.file_refused",
                "yellow",
                file=name,
                why=texts.refusal(language(), Refusal(problem.pop("code"), **problem)),
            )


def newer_accepted(states: list[Entry]) -> set[str]:
    """Names of files after which their sender sent a file of the same feed that was accepted."""
    newest: dict[tuple[str, str], str] = {}
    for file in states:
        if file["state"] == "accepted":
            key = (file["sender"], file["feed"])
            newest[key] = max(newest.get(key, ""), file["created"])
    return {
        f"{file['sender']}/{file['folder']}/{file['path']}"
        for file in states
        if file["state"] != "accepted" and newest.get((file["sender"], file["feed"]), "") > file["created"]
    }


def tell_gates(outcome: Outcome) -> None:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for gate in outcome.gates:
        kinds[gate.gate.split(":")[0] if ":" in gate.gate else "pipeline"].append(gate.passed)
    names = {"gx": "Great Expectations", "dbt": "dbt", "pipeline": "Bilimkoz"}
    for kind, passed in kinds.items():
        tell("run.gates_by_kind", kind=names.get(kind, kind), held=sum(passed), total=len(passed))
    rows = [[gate.gate, told(gate.observed), told(gate.bound)] for gate in outcome.failed_gates]
    rows += [[gate, words("run.did_not_run"), ""] for gate in outcome.missing_gates]
    if rows:
        table(words("run.title_gates"), [words(f"run.{name}") for name in ("gate", "observed", "bound")], rows)
    if any(gate.gate == "revision" and gate.observed not in UNMOVED for gate in outcome.gates):
        tell("run.revised", "yellow")
    for layer in ("raw", "marts"):
        page = outcome.run.data_docs / layer / "index.html"
        if page.exists():
            tell("run.data_docs", path=page)
