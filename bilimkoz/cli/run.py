"""`bilimkoz run`: the main job, and what it did, in tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from bilimkoz import secret, texts
from bilimkoz.cli.console import console, language, settings, table, tell, words
from bilimkoz.cli.gate_words import told
from bilimkoz.connection import connect
from bilimkoz.lock import run_lock
from ingest import pseudonym
from ingest.contract import contract
from ingest.deliveries import verified
from ingest.expose import file_states
from ingest.log import Entry, Log
from ingest.problems import Refusal
from ingest.quarantine import waiting
from ingest.sender import read_all
from orchestration.discretion import not_built
from orchestration.run import newest_warehouse
from publish.release_record import Release, current_release, list_releases, release_id

_COUNTS = ("read_n", "landed_n", "quarantined_n")


def run(
    as_of: Annotated[
        str | None, typer.Option(help="Day up to which things are known; default: the newest delivery's.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build again even where nothing is new.")
    ] = False,
    no_manifest: Annotated[list[Path] | None, typer.Option(help="Folder of a delivery without a manifest.")] = None,
    created: Annotated[str | None, typer.Option(help="When that delivery was made, with a zone.")] = None,
) -> int:
    """Inbox to release: reads what is new, builds, judges, publishes."""
    now = datetime.now(UTC)
    day = _day(as_of)
    unlisted = _unlisted(no_manifest or [], created)
    with run_lock(settings().place("work")):
        key = secret.key(settings())
        pseudonym.check(key, settings().place("landing") / "_log")
        if not full_refresh and not unlisted:
            same = _nothing_new(key, day, now)
            if same is not None:
                tell("run.nothing_new", id=same.id, path=same.path)
                return 0
        return _launch(now, day, unlisted)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("date_wrong", text=text) from None


def _unlisted(folders: list[Path], created: str | None) -> list[str]:
    if not folders:
        return []
    try:
        moment = datetime.fromisoformat(created or "")
    except ValueError:
        raise Refusal("created_without_zone", text=created) from None
    if moment.tzinfo is None:
        raise Refusal("created_without_zone", text=created)
    for folder in folders:
        if not folder.is_dir():
            raise Refusal("not_there", path=folder)
    return [f"{folder.resolve()}|{moment.isoformat()}" for folder in folders]


def _nothing_new(key: pseudonym.Key, day: date | None, now: datetime) -> Release | None:
    """The current release, where a run would make the same one; Dagster is not started for that."""
    from orchestration.run import newest_created_on, places, release_inputs

    refused: list[tuple[str, Refusal]] = []
    log = Log.read(settings().place("landing"))
    new = list(verified(places(settings()), log, now, refused))
    as_of, current = day or newest_created_on(settings()), current_release(settings().root)
    if new or as_of is None or current is None:
        return None
    planned = release_id(as_of, release_inputs(settings(), key.id, as_of))
    # After a rollback the newest release is there and not current; that was a person's decision and stands.
    if planned not in {release.id for release in list_releases(settings().root)}:
        return None
    for delivery, why in refused:
        tell("run.refused", "yellow", delivery=delivery, why=texts.refusal(language(), why))
    return current


def _launch(now: datetime, day: date | None, unlisted: list[str]) -> int:
    logs = settings().place("logs")
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _bar() as listener, (logs / "run.log").open("w") as log, redirect_stdout(log), redirect_stderr(log):
        from orchestration.launch import launch
        from orchestration.progress import heard_by

        with heard_by(listener):
            outcome = launch(settings(), now, day, unlisted)
    _tell_deliveries(outcome.facts)
    broken = not_built(outcome.gates)
    if broken:
        tell("run.not_built", "bold red", nodes=[f"{gate.asset} ({gate.observed})" for gate in broken])
        return 3
    if outcome.gates:
        _tell_gates(outcome)
    if outcome.succeeded and outcome.release:
        tell("run.release_is", "bold green", id=outcome.release, path=settings().place("published") / outcome.release)
        return 0
    if outcome.failed_gates:
        tell("run.gates_failed", "bold red", n=len(outcome.failed_gates), total=len(outcome.gates))
        return 1
    if outcome.refusal:
        raise outcome.refusal
    tell("run.died", "bold red", step=outcome.failure, log=logs / "run.log")
    return 3


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar a step; it leaves no trace."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        waiting = bar.add_task(words("run.working"), total=None)
        tasks: dict[str, TaskID] = {}

        def listener(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(words(f"run.step_{step}"), total=total)
                bar.update(waiting, visible=False)
            bar.update(tasks[step], completed=done, total=total)

        yield listener


def _tell_deliveries(facts: dict[str, Any]) -> None:
    """What was read and what became of it, a line a feed, and every delivery or file that did not load."""
    if not facts:
        return
    tell("run.as_of", day=facts["as_of"])
    log = Log.read(settings().place("landing"))
    parses = {name: log.parses[name] for name in facts["parses"]}
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for parse in parses.values():
        for feed, counts in parse["counts"].items():
            for name, count in counts.items():
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
        table(words("run.title_deliveries"), names, rows, right=range(1, 4))
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
    tell_waiting_files(log)
    warehouse = newest_warehouse(settings())
    if warehouse is not None:
        with connect(warehouse, read_only=True) as connection:
            orphans = sum(count for *_, count in waiting(connection))
            silent = _silent_cohorts(connection)
        for cohort in silent:
            tell("run.silent_cohort", "yellow", cohort=cohort)
        if orphans:
            tell("run.waiting_rows", n=orphans)


def _silent_cohorts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """School years in whose cohort nobody left within a year: their registry seems to start late."""
    built = "select 1 from information_schema.tables where table_name = 'int_retention_silent_cohort'"
    if not connection.execute(built).fetchall():
        return []
    years = connection.execute(
        "select cohort_start_year from intermediate.int_retention_silent_cohort order by 1"
    ).fetchall()
    return [f"{year}/{(year + 1) % 100:02d}" for (year,) in years]


def tell_waiting_files(log: Log) -> None:
    """Files of the newest deliveries that wait whole or could not be read, and what to do."""
    key_id = secret.key(settings()).id
    states = file_states(log, read_all(settings().place("senders")), key_id, settings().code_map)
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


def _tell_gates(outcome: Any) -> None:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for gate in outcome.gates:
        kinds[gate.gate.split(":")[0] if ":" in gate.gate else "pipeline"].append(gate.passed)
    names = {"gx": "Great Expectations", "dbt": "dbt", "pipeline": "Bilimkoz"}
    for kind, passed in kinds.items():
        tell("run.gates_by_kind", kind=names.get(kind, kind), held=sum(passed), total=len(passed))
    if outcome.failed_gates:
        columns = [words(f"run.{name}") for name in ("gate", "observed", "bound")]
        rows = [[gate.gate, told(gate.observed), told(gate.bound)] for gate in outcome.failed_gates]
        table(words("run.title_gates"), columns, rows)
    for layer in ("raw", "marts"):
        page = outcome.run.data_docs / layer / "index.html"
        if page.exists():
            tell("run.data_docs", path=page)
