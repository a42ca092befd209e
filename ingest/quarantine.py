"""Quarantine: every row that broke a rule, with file, line, rule and column, and no value of it.

A sender gets it as CSV and XLSX; the rows themselves go back another way (`ingest.returned`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import xlsxwriter

from bilimkoz.sql import identifier, literal
from ingest.contract import target_feeds
from ingest.expose import file_states
from ingest.log import Log
from ingest.sender import read_all

_COLUMNS = ("sender", "folder", "path", "file", "state", "feed", "row_no", "item", "rule", "column_name")

_FILE = ("parse_id", "sender", "folder", "path", "state", "created", "delivery_id", "source_feed")


def rows(landing: Path, senders: Path, key_id: str, code_map: Path, sender: str | None = None) -> pl.DataFrame:
    """Broken rules of the files that no newer accepted file of the same sender and feed has superseded.

    One row per row and rule: sender, folder, path, file, state, feed, row_no, item, rule, column_name.
    """
    log = Log.read(landing)
    states = [state for state in file_states(log, read_all(senders), key_id, code_map) if state["parse_id"]]
    parses = log.parses
    kept = [{**state, "source_feed": state["feed"]} for state in states if sender in (None, state["sender"])]
    files = pl.DataFrame(kept, schema=dict.fromkeys(_FILE, pl.String))
    paths = sorted({str(landing / entry["quarantine"]) for entry in parses.values() if entry["quarantine"]})
    if not paths or not files.height:
        return pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
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


def write(found: pl.DataFrame, messages: dict[str, str], folder: Path) -> list[Path]:
    """A CSV and a workbook a sender; returns their paths. `messages` says what each rule asks for."""
    written: list[Path] = []
    told = found.with_columns(message=pl.col("rule").replace_strict(messages, default="", return_dtype=pl.String))
    for (name,), part in told.group_by("sender", maintain_order=True):
        place = folder / str(name)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        table = part.drop("sender", "state")
        table.write_csv(place / "quarantine.csv", include_bom=True)
        with xlsxwriter.Workbook(
            place / "quarantine.xlsx", {"strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            table.write_excel(book, worksheet="quarantine", autofit=True, freeze_panes=(1, 0))
        for path in (place / "quarantine.csv", place / "quarantine.xlsx"):
            path.chmod(0o600)
            written.append(path)
    return written


def waiting(connection: duckdb.DuckDBPyConnection, sender: str | None = None) -> list[tuple[str, str, str, int]]:
    """Rows of a candidate warehouse that wait for another feed: sender, feed, reason, how many."""
    tables = [f"int_{feed}__waiting" for feed in target_feeds()]
    there = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'intermediate'"
        ).fetchall()
    }
    parts = [
        f"select _sender, {literal(table[4:-9])} as feed, reason from intermediate.{identifier(table)}"
        for table in tables
        if table in there
    ]
    if not parts:
        return []
    return connection.execute(
        f"select _sender, feed, reason, count(*) from ({' union all '.join(parts)}) "
        "where ? is null or _sender = ? group by all order by all",
        [sender, sender],
    ).fetchall()


def accept(landing: Path, senders: Path, key_id: str, code_map: Path, file: str, reason: str, by: str) -> str | None:
    """Notes that a file that waits whole may load without its bad rows; returns its name, None if none waits by it."""
    log = Log.read(landing)
    for state in file_states(log, read_all(senders), key_id, code_map):
        name = f"{state['sender']}/{state['folder']}/{state['path']}"
        if state["state"] == "waiting" and (name == file or state["sha256"].startswith(file)):
            log.commit(
                [
                    {
                        "kind": "accept",
                        "sha256": state["sha256"],
                        "feed": state["feed"],
                        "file": name,
                        "reason": reason,
                        "by": by,
                    }
                ]
            )
            return name
    return None
