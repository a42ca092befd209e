"""`bilimkoz quarantine`: what is waiting and why, for the steward and for the sender."""

from __future__ import annotations

import difflib
import getpass
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer

from bilimkoz import secret
from bilimkoz.cli.candidate import newest_candidate
from bilimkoz.cli.check import tell_findings
from bilimkoz.cli.console import language, require_data_root, settings, table, tell, words
from bilimkoz.cli.left_out import states
from bilimkoz.lock import BusyError, run_lock
from bilimkoz.texts import of_contract
from expectations.thresholds import read_thresholds
from expectations.withdrawn import falls
from ingest import quarantine as held
from ingest import returned
from ingest.contract import contract
from ingest.log import Log
from ingest.problems import Refusal
from ingest.pseudonym import Key
from ingest.workshop import Workshop

app = typer.Typer(invoke_without_command=True, help="What is waiting and why.")
_FIRST_N, _FILES_SHOWN, _NAMES_SHOWN = 5, 30, 5
_FIRST = pl.format("{} {}", "row_no", pl.col("item").fill_null("")).str.strip_chars().head(_FIRST_N)


@app.callback()
def show(
    context: typer.Context,
    sender: Annotated[str | None, typer.Option(help="Only this sender.")] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write a CSV and a workbook a sender.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Also files that a newer one has replaced.")] = False,
    with_values: Annotated[
        bool, typer.Option("--with-values", help="With the rows themselves, into the sender's inbox.")
    ] = False,
) -> None:
    """Rows that break a rule, and rows that wait for another feed."""
    if context.invoked_subcommand:
        return
    require_data_root()
    _require_sender(sender)
    key_id = secret.key(settings()).id
    at_reading = held.rows(
        settings().place("landing"), settings().place("senders"), key_id, settings().code_map, sender, every
    )
    later = _judged_later(sender)
    is_waiting = pl.col("rule").str.starts_with(held.WAITING)
    rows, orphans = pl.concat([at_reading, later.filter(~is_waiting)]), later.filter(is_waiting)
    if not rows.height and not orphans.height:
        tell("quarantine.none", "green")
        return
    if with_values:
        paths = _return(pl.concat([rows, orphans]))
    elif xlsx:
        folder = settings().place("quarantine")
        paths = held.write(held.worded(rows, _wording), _headings(), folder)
        paths += held.write(held.worded(orphans, _wording), _headings(), folder, "waiting")
    else:
        _tell_files(rows)
        _tell_orphans(orphans)
        return
    for path in paths:
        tell("quarantine.exported", path=path)


def _require_sender(name: str | None) -> None:
    """An empty quarantine is good news, and none of a sender that nobody knows.

    Raises:
        Refusal: no sender of this name has a file or has delivered.
    """
    known = {path.stem for path in settings().place("senders").glob("*.toml")}
    known |= {entry["sender"] for entry in Log.read(settings().place("landing")).of("delivery")}
    if name is None or name in known:
        return
    near = difflib.get_close_matches(name, sorted(known), n=_NAMES_SHOWN, cutoff=0)
    closest = words("refusal.closest_senders", names=near) if near else ""
    raise Refusal("sender_not_known", sender=name, closest=closest)


def _judged_later(sender: str | None) -> pl.DataFrame:
    """What the newest candidate holds back; nothing while a run is at it."""
    try:
        with newest_candidate() as connection:
            return held.NOTHING if connection is None else held.judged_later(connection, sender)
    except BusyError:
        tell("quarantine.building", "yellow")
        return held.NOTHING


def _return(rows: pl.DataFrame) -> list[Path]:
    with Workshop(None, settings().code_map, Key(secrets.token_bytes(32)), settings().memory_limit) as workshop:
        log = Log.read(settings().place("landing"))
        told = held.worded(rows, _wording)
        paths, passed = returned.write(workshop, settings().place("inbox"), log, told, _headings())
    for file in passed:
        tell("quarantine.not_returned", "yellow", file=file)
    return paths


def _tell_orphans(orphans: pl.DataFrame) -> None:
    """A line a file and feed that is waited for: how many rows, and where the first of them are."""
    if not orphans.height:
        return
    grouped = orphans.group_by("file", "feed", "rule", maintain_order=True).agg(rows_n=pl.len(), first=_FIRST)
    columns = [words(f"quarantine.{name}") for name in ("file", "feed", "reason", "rows")] + [words("check.places")]
    shown = [
        [file, contract(feed).labels[language()], _awaited(rule), count, ", ".join(first)]
        for file, feed, rule, count, first in grouped.head(_FILES_SHOWN).rows()
    ]
    table(words("quarantine.waiting_title"), columns, shown, right=(3,))
    if grouped.height > _FILES_SHOWN:
        tell("quarantine.more_files", "bold yellow", n=grouped.height - _FILES_SHOWN)


def _awaited(rule: str) -> str:
    return contract(rule.removeprefix(held.WAITING)).labels[language()]


def _wording(feed: str, rule: str, column: str | None) -> held.Wording:
    """A row's feed, column and what is wrong with it; of a row that waits, for what."""
    is_waiting = rule.startswith(held.WAITING)
    return held.Wording(
        contract(feed).labels[language()],
        of_contract.column(language(), feed, column),
        words("quarantine.waits_for", feed=_awaited(rule))
        if is_waiting
        else of_contract.message(language(), feed, rule, column),
    )


def _headings() -> dict[str, str]:
    return {name: words(f"heading.{name}") for name in (*held.SHOWN, "wrong")}


def _tell_files(rows: pl.DataFrame) -> None:
    """One table a file: which column, how many rows, where the first of them are, what is wrong and what to do."""
    grouped = rows.group_by("file", "state", "feed", "rule", "column_name", maintain_order=True).agg(
        rows_n=pl.len(), first=_FIRST
    )
    files = grouped.partition_by("file", maintain_order=True)
    for part in files[:_FILES_SHOWN]:
        state = words(f"run.state_{part['state'][0]}")
        tell_findings(
            f"{part['file'][0]} · {state}", part.select("feed", "rule", "column_name", "rows_n", "first").rows()
        )
    if len(files) > _FILES_SHOWN:
        tell("quarantine.more_files", "bold yellow", n=len(files) - _FILES_SHOWN)


@app.command("accept")
def accept(
    file: Annotated[str, typer.Argument(help="sender/delivery/file, or the first digits of its SHA-256.")],
    reason: Annotated[str, typer.Option(help="Why it may load; kept in the log.")],
) -> int:
    """Takes in a file that waits whole, without its bad rows; or a full list that withdraws much."""
    require_data_root()
    path, inbox = Path(file).resolve(), settings().place("inbox").resolve()
    if path.is_file() and path.is_relative_to(inbox):
        file = path.relative_to(inbox).as_posix()
    with run_lock(settings().place("work")):
        taken = held.accept(
            settings().place("landing"),
            settings().place("senders"),
            secret.key(settings()).id,
            settings().code_map,
            file,
            reason,
            getpass.getuser(),
            _fallen(),
        )
    if taken is None:
        waiting = [held.file_name(entry) for entry in states() if entry["state"] == "waiting"]
        raise Refusal("file_not_waiting", file=file, files=waiting) if waiting else Refusal("none_waiting", file=file)
    kind, name = taken
    tell("quarantine.accepted" if kind == "accept" else "quarantine.withdrawal_accepted", "green", file=name)
    return 0


def _fallen() -> set[tuple[str, str]]:
    """Delivery and feed of the lists for which gate `withdrawn` of the newest candidate fails."""
    thresholds = read_thresholds(settings().dbt_project / "seeds" / "thresholds.csv")
    with newest_candidate() as connection, suppress(duckdb.CatalogException):
        if connection is None:
            return set()
        return {(fall.delivery_id, fall.feed) for fall in falls(connection, thresholds)}
    # A candidate that broke off early, or that an older program built, has no such table.
    return set()
