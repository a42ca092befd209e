"""`bilimkoz run`: the main job, or the word that there is nothing new for it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

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

from bilimkoz import secret
from bilimkoz.academic_year import AcademicYear
from bilimkoz.cli.console import console, require_data_root, settings, tell, words
from bilimkoz.cli.gate_report import tell_gates
from bilimkoz.cli.left_out import exit_code, is_a_file_waiting, tell_left_out
from bilimkoz.cli.moment import moment
from bilimkoz.cli.run_report import tell_deliveries
from bilimkoz.lock import run_lock
from bilimkoz.project_tests import refuse_unknown_tests
from expectations.pipeline_gates import TOLD_ONLY
from ingest import pseudonym
from ingest.deliveries import verified, without_manifest
from ingest.log import Log
from ingest.manifest import Delivery
from ingest.names import shown
from ingest.problems import Refusal
from orchestration.discretion import not_built
from orchestration.inputs import refuse_as_of, release_inputs, settled_as_of
from orchestration.launch import Request
from orchestration.run import places
from publish.build import Engine
from publish.release import resume
from publish.release_record import Release, current_release, goes_aside, lost_release, release_id


def run(
    as_of: Annotated[
        str | None, typer.Option(help="Day up to which things are known; default: the newest delivery's.")
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(
            help="School year such as 2025/26: as of its last day, or of the newest delivery if that is earlier."
        ),
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build again even where nothing is new.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing while a file waits whole for too many bad rows.")
    ] = False,
    no_manifest: Annotated[list[Path] | None, typer.Option(help="Folder of a delivery without a manifest.")] = None,
    created: Annotated[str | None, typer.Option(help="When that delivery was made, with a zone.")] = None,
) -> int:
    """Inbox to release: reads what is new, builds, judges, publishes."""
    now = datetime.now(UTC)
    if as_of and year:
        raise Refusal("as_of_and_year")
    require_data_root()
    refuse_unknown_tests(settings())
    request = Request(_day(as_of), _year(year), strict, _unlisted(_vouched_for(no_manifest or []), created))
    with run_lock(settings().place("work")):
        key = secret.key(settings())
        pseudonym.check(key, settings().place("landing") / "_log")
        lost = lost_release(settings().root)
        if lost:
            tell("release.current_lost", "yellow", id=lost)
        new, refused = _inbox(now)
        _refuse_early(request, new)
        if not (full_refresh or new or request.unlisted) and _is_done(key, request, now):
            return exit_code(tell_left_out(refused))
        return _launch(now, request)


def _inbox(now: datetime) -> tuple[list[Delivery], list[tuple[str, Refusal]]]:
    """Deliveries that no log line names yet, and what is refused already."""
    refused: list[tuple[str, Refusal]] = []
    return list(verified(places(settings()), Log.read(settings().place("landing")), now, refused)), refused


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("date_wrong", text=text) from None


def _year(text: str | None) -> AcademicYear | None:
    try:
        return AcademicYear.parse(text) if text else None
    except ValueError:
        raise Refusal("year_wrong", text=text) from None


def _vouched_for(folders: list[Path]) -> list[Path]:
    """Folders without a manifest that are to be taken: those named, and by the setting every one in the inbox."""
    if not settings().no_manifest:
        return folders
    found = without_manifest(places(settings()), Log.read(settings().place("landing")))
    return list(dict.fromkeys(folder.resolve() for folder in (*folders, *found)))


def _unlisted(folders: list[Path], created: str | None) -> list[str]:
    if not folders:
        return []
    if created is None:
        raise Refusal("created_missing", folders=[shown(folder.resolve()) for folder in folders])
    made = moment(created)
    for folder in folders:
        if not folder.is_dir():
            raise Refusal("not_there", path=folder)
    return [f"{folder.resolve()}|{made.isoformat()}" for folder in folders]


def _refuse_early(request: Request, new: list[Delivery]) -> None:
    """Of a day that cannot be built whatever the new deliveries hold, nothing is read.

    The run asks again once they are read: of a delivery in which nothing is accepted, nothing is known.

    Raises:
        Refusal: the day is after the newest delivery, or before the first.
    """
    log = Log.read(settings().place("landing"))
    known = [date.fromisoformat(entry["created_on"]) for entry in log.of("delivery")]
    days = sorted({*known, *(delivery.created_on for delivery in new)})
    if not days or request.unlisted:
        return
    day = request.as_of or (min(request.year.last_day, days[-1]) if request.year else None)
    if day is not None:
        refuse_as_of(day, days)


def _is_done(key: pseudonym.Key, request: Request, now: datetime) -> bool:
    """Whether the release that a run would make is there, and readers have it; Dagster is not started for that."""
    try:
        as_of = settled_as_of(settings(), key.id, request.as_of, request.year)
    except Refusal:
        # Files that are read anew under rules that changed may settle it; if not, the run says so.
        return False
    if request.is_strict and is_a_file_waiting():
        return False
    before = current_release(settings().root)
    engine = Engine(settings().place("work") / "spill", settings().memory_limit)
    planned = release_id(as_of, release_inputs(settings(), key.id, as_of))
    there = resume(
        settings().root, planned, at=now, by=getpass.getuser(), keep_last=settings().releases_kept, engine=engine
    )
    if there is None:
        return False
    now_current = current_release(settings().root)
    is_aside = goes_aside(as_of, now_current)
    if is_aside or (before is not None and there.id == before.id):
        tell("run.nothing_new", id=there.id, path=there.path)
    else:
        tell("run.brought_back", "bold green", id=there.id, path=there.path)
    if is_aside and now_current is not None:
        _tell_aside(there.id, now_current)
    return True


def _tell_aside(identifier: str, current: Release) -> None:
    tell("run.aside", id=identifier, current=current.id, day=current.as_of.isoformat())


def _launch(now: datetime, request: Request) -> int:
    logs = settings().place("logs")
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _bar() as listener, (logs / "run.log").open("w") as log, redirect_stdout(log), redirect_stderr(log):
        from orchestration.launch import launch
        from orchestration.progress import heard_by

        with heard_by(listener):
            outcome = launch(settings(), now, request)
    tell_deliveries(outcome.facts)
    # A run that could not even settle its day has kept no facts; what it refused is found again.
    refused = _refused(outcome.facts) if outcome.facts else _inbox(now)[1]
    unread_n = tell_left_out(refused)
    if broken := not_built(outcome.gates):
        tell("run.not_built", "bold red", nodes=[f"{gate.asset} ({gate.observed})" for gate in broken])
        return 3
    if outcome.gates or outcome.missing_gates:
        tell_gates(outcome)
    if outcome.succeeded and outcome.release:
        tell("run.release_is", "bold green", id=outcome.release, path=settings().place("published") / outcome.release)
        current = current_release(settings().root)
        if outcome.run.is_aside and current is not None:
            for gate in outcome.gates:
                if gate.bound.endswith(TOLD_ONLY):
                    tell("run.aside_incomplete", "yellow", what=gate.observed)
            _tell_aside(outcome.release, current)
        return exit_code(unread_n)
    bad = len(outcome.failed_gates) + len(outcome.missing_gates)
    if bad:
        tell("run.gates_failed", "bold red", n=bad, total=len(outcome.gates) + len(outcome.missing_gates))
        return 1
    if outcome.refusal:
        raise outcome.refusal
    tell("run.died", "bold red", step=outcome.failure, log=logs / "run.log")
    return 3


def _refused(facts: dict[str, Any]) -> list[tuple[str, Refusal]]:
    return [(item["delivery"], Refusal(item["code"], **item["facts"])) for item in facts["refused"]]


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
