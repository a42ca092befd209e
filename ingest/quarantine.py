"""Quarantine: every row that broke a rule, with file, line, rule and column, and no value of it.

A sender gets it as CSV and XLSX; the rows themselves go back another way (`ingest.returned`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
import xlsxwriter

from bilimkoz.sql import literal
from ingest.contract import contract, target_feeds
from ingest.expose import file_states
from ingest.log import Entry, Log
from ingest.problems import Refusal
from ingest.sender import read_all

_COLUMNS = ("sender", "folder", "path", "file", "state", "feed", "row_no", "item", "rule", "column_name", "delivery_id")
_SCHEMA: dict[str, Any] = dict.fromkeys(_COLUMNS, pl.String) | {"row_no": pl.Int64}

NOTHING = pl.DataFrame(schema=_SCHEMA)
_FILE = ("parse_id", "sender", "folder", "path", "state", "created", "delivery_id", "source_feed")
#: The columns of the workbook a sender gets.
SHOWN = ("file", "feed_label", "row_no", "item", "column_label", "message", "rule")
#: What a row that waits for another feed has in place of a rule, before the feed's name.
WAITING = "waiting for "


def rows(
    landing: Path, senders: Path, key_id: str, code_map: Path, sender: str | None = None, every: bool = False
) -> pl.DataFrame:
    """Rules that rows broke when they were read; unless `every`, not of files that a newer one has superseded.

    One row per row and rule: sender, folder, path, file, state, feed, row_no, item, rule, column_name, delivery_id.
    """
    log = Log.read(landing)
    states = [state for state in file_states(log, read_all(senders), key_id, code_map) if state["parse_id"]]
    old = set() if every else superseded(states)
    kept = [
        {**state, "source_feed": state["feed"]}
        for state in states
        if sender in (None, state["sender"]) and (state["delivery_id"], state["path"]) not in old
    ]
    files = pl.DataFrame(kept, schema=dict.fromkeys(_FILE, pl.String))
    paths = [str(landing / name) for name in log.files("_quarantine")]
    if not paths or not files.height:
        return NOTHING
    # The newest delivery of the same content speaks for it.
    newest = files.sort("created", "delivery_id", "path").unique("parse_id", keep="last", maintain_order=True)
    return (
        pl.scan_parquet(paths, missing_columns="insert", extra_columns="ignore")
        .join(newest.lazy(), on="parse_id")
        .with_columns(file=pl.format("{}/{}/{}", "sender", "folder", "path"))
        .select(_COLUMNS)
        .sort("file", "row_no", "item", "feed", "rule", "column_name")
        .collect()
    )


def file_name(state: Entry) -> str:
    """What people call a delivered file: sender, folder and path."""
    return f"{state['sender']}/{state['folder']}/{state['path']}"


def superseded(states: list[Entry]) -> set[tuple[str, str]]:
    """Files (delivery, path) that did not load and after which their sender sent one of the same feed that did."""
    newest: dict[tuple[str, str], str] = {}
    for state in states:
        if state["state"] == "accepted":
            key = (state["sender"], state["feed"])
            newest[key] = max(newest.get(key, ""), state["created"])
    return {
        (state["delivery_id"], state["path"])
        for state in states
        if state["state"] != "accepted" and newest.get((state["sender"], state["feed"]), "") > state["created"]
    }


def judged_later(connection: duckdb.DuckDBPyConnection, sender: str | None = None) -> pl.DataFrame:
    """What a candidate warehouse holds back of landed rows, in the columns of `rows`.

    Rows that two files of a delivery tell otherwise, rows about an institution outside their sender's region, and rows
    that wait for another feed (`rule` begins with WAITING then).
    """
    there = _tables(connection)
    if not {("log", "files"), ("log", "doubles")} <= there:
        return NOTHING
    parts = [
        f"""select delivery_id, parse_id, feed, row_no, item, 'conflict' as rule, {_first_key()} as column_name
        from log.doubles where fate = 'conflict'"""
    ]
    if ("intermediate", "int_waiting_row") in there:
        parts.append(
            f"""select _delivery, _parse, feed, _row, _item, reason, {_column_at_fault()}
            from intermediate.int_waiting_row"""
        )
    return connection.execute(
        f"""select f.sender, f.folder, f.path, f.sender || '/' || f.folder || '/' || f.path as file, f.state, h.feed,
            h.row_no, h.item, h.rule, h.column_name, f.delivery_id
        from ({" union all ".join(parts)}) as h
        join (
            select distinct on (delivery_id, parse_id) delivery_id, parse_id, sender, folder, path, state
            from log.files order by delivery_id, parse_id, path
        ) as f on h.delivery_id = f.delivery_id and h.parse_id = f.parse_id
        where ? is null or f.sender = ?
        order by file, row_no, item, h.feed, rule""",
        [sender, sender],
    ).pl()


def _harmless(text: pl.Expr) -> pl.Expr:
    """A name a sender gave to a file or a folder, so that no spreadsheet takes it for a formula."""
    return text.str.replace(r"^([=+\-@\t\r])", "'${1}")


def _column_at_fault() -> str:
    """SQL of the column that names what is waited for, or the institution the sender does not speak for."""
    cases = [
        (feed.feed, f"{WAITING}{column.references[0]}", column.name)
        for feed in map(contract, target_feeds())
        for column in feed.columns
        if column.references
    ]
    cases += [
        (feed.feed, "not_your_institution", feed.sender_scope)
        for feed in map(contract, target_feeds())
        if feed.sender_scope
    ]
    told = {f"{feed}|{reason}": column for feed, reason, column in reversed(cases)}
    whens = " ".join(f"when {literal(case)} then {literal(column)}" for case, column in told.items())
    return f"case feed || '|' || reason {whens} end"


def _first_key() -> str:
    cases = " ".join(f"when {literal(feed)} then {literal(contract(feed).key[0])}" for feed in target_feeds())
    return f"case feed {cases} end"


def _tables(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    return set(connection.execute("select table_schema, table_name from information_schema.tables").fetchall())


class Wording(NamedTuple):
    """What people read of a row in quarantine: its feed and column by their labels, what is wrong and what to do."""

    feed_label: str
    column_label: str
    message: str


def worded(found: pl.DataFrame, words: Callable[[str, str, str | None], Wording]) -> pl.DataFrame:
    """`found` with the columns of `Wording`; `words` gives them for a feed, a rule and a column."""
    kinds = found.select("feed", "rule", "column_name").unique(maintain_order=True)
    said = pl.DataFrame(
        [words(*kind) for kind in kinds.rows()], schema=dict.fromkeys(Wording._fields, pl.String), orient="row"
    )
    keys = ["feed", "rule", "column_name"]
    return found.join(
        pl.concat([kinds, said], how="horizontal"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )


def write(told: pl.DataFrame, headings: dict[str, str], folder: Path, name: str = "quarantine") -> list[Path]:
    """A workbook for people and a CSV for programs, for each sender; returns their paths.

    `told` is what `worded` gives. The workbook has the columns SHOWN under their `headings`; the CSV has the names of
    feeds, columns and rules that are the same in every language.
    """
    written: list[Path] = []
    for (sender,), part in told.group_by("sender", maintain_order=True):
        place = folder / str(sender)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        table = part.drop("sender", "state", "delivery_id", "feed_label", "column_label")
        table.with_columns(_harmless(pl.col(pl.String))).write_csv(place / f"{name}.csv", include_bom=True)
        with xlsxwriter.Workbook(
            place / f"{name}.xlsx", {"strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            shown = part.select(pl.col(column).alias(headings[column]) for column in SHOWN)
            shown.write_excel(book, worksheet=name, autofit=True, freeze_panes=(1, 0))
        for path in (place / f"{name}.csv", place / f"{name}.xlsx"):
            path.chmod(0o600)
            written.append(path)
    return written


def waiting(connection: duckdb.DuckDBPyConnection, sender: str | None = None) -> list[tuple[str, str, str, int]]:
    """Rows of a candidate warehouse that wait for another feed: sender, feed, reason, how many."""
    if ("intermediate", "int_waiting_row") not in _tables(connection):
        return []
    return connection.execute(
        "select _sender, feed, reason, count(*) from intermediate.int_waiting_row "
        "where ? is null or _sender = ? group by all order by all",
        [sender, sender],
    ).fetchall()


def accept(
    landing: Path,
    senders: Path,
    key_id: str,
    code_map: Path,
    file: str,
    reason: str,
    by: str,
    falls: Collection[tuple[str, str]] = (),
) -> tuple[str, str] | None:
    """Notes that a file that waits whole may load without its bad rows, or that a full list may withdraw what it does.

    Args:
        landing: where the log is.
        senders: files of the senders.
        key_id: names the readings that hold.
        code_map: likewise.
        file: sender/delivery/file, or the first digits of its SHA-256.
        reason: kept in the log.
        by: who says so.
        falls: delivery and feed of the lists that withdrew more than is allowed.

    Returns:
        What was noted, `accept` or `accept_withdrawal`, and the name of the file; None where there is nothing to note.

    Raises:
        Refusal: no reason is given.
    """
    if not reason.strip():
        raise Refusal("reason_missing")
    log = Log.read(landing)
    for state in file_states(log, read_all(senders), key_id, code_map):
        name = file_name(state)
        if name != file and not state["sha256"].startswith(file):
            continue
        facts = {"sha256": state["sha256"], "feed": state["feed"], "sender": state["sender"]}
        facts |= {"file": name, "reason": reason.strip(), "by": by}
        if state["state"] == "waiting":
            log.commit([{"kind": "accept", "parse_id": state["parse_id"], **facts}])
            return "accept", name
        if (state["delivery_id"], state["feed"]) in falls:
            log.commit([{"kind": "accept_withdrawal", "delivery_id": state["delivery_id"], **facts}])
            return "accept_withdrawal", name
    return None
