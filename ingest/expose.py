"""Landing as a warehouse sees it: schema `raw` of views over Parquet, schema `log` of the load log.

Only rows that the log names are shown, so that what a dead run left behind is never read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from bilimkoz.sql import literal, unglobbed
from ingest import overlap
from ingest.contract import Contract, contract, target_feeds
from ingest.landed import ANSWERED, QUARANTINED, SIGNATURES, TEXTS, landed_columns
from ingest.log import Entry, Log
from ingest.parsed import Counts, parse_id
from ingest.sender import Sender

_FILES = """delivery_id varchar, sender varchar, folder varchar, created_at timestamp, created_on date, period varchar,
    has_manifest boolean, is_signed boolean, path varchar, feed varchar, sha256 varchar, parse_id varchar,
    rows_n bigint, coverage varchar, as_of_on date, state varchar, problem varchar, is_of_old_rules boolean,
    is_withdrawal_accepted boolean"""
_PARSES = "parse_id varchar, feed varchar, " + ", ".join(f"{name} bigint" for name in Counts.__dataclass_fields__)
_SENDERS = (
    "sender varchar, register varchar, region_code varchar, institutions varchar[], registry_complete_from date, "
    "due_day integer, feeds varchar[]"
)


def file_states(log: Log, senders: dict[str, Sender], key_id: str, code_map: Path) -> list[Entry]:
    """One entry a delivered file, with the parse that holds for it and its state.

    States: `accepted`; `waiting` (more bad rows than its contract allows, and no steward took it in); `refused` (cannot
    be read); `unread` (known, but its bytes are gone and no reading of it is left).
    """
    parses, accepted, withdrawals = log.parses, log.accepted_files, log.accepted_withdrawals
    latest = {(entry["sha256"], entry["feed"], entry["sender"]): entry["parse_id"] for entry in log.of("parse")}
    states = []
    for delivery in log.of("delivery"):
        sender = senders.get(delivery["sender"])
        for file in delivery["files"]:
            today = parse_id(file["sha256"], file["path"], file["feed"], sender, key_id, code_map) if sender else None
            name = today if today in parses else latest.get((file["sha256"], file["feed"], delivery["sender"]))
            states.append(
                {
                    **delivery,
                    **file,
                    "parse_id": name,
                    "is_of_old_rules": name != today,
                    "is_withdrawal_accepted": (delivery["delivery_id"], file["feed"]) in withdrawals,
                    **_state(parses.get(name or ""), (name or "", delivery["sender"]) in accepted),
                }
            )
    return states


def _state(parse: Entry | None, is_taken_in: bool) -> dict[str, Any]:
    if parse is None:
        return {"state": "unread", "problem": None}
    if parse["problem"]:
        return {"state": "refused", "problem": json.dumps(parse["problem"], ensure_ascii=False, sort_keys=True)}
    if parse["over_limit"] and not is_taken_in:
        return {"state": "waiting", "problem": None}
    return {"state": "accepted", "problem": None}


def expose(
    connection: duckdb.DuckDBPyConnection, landing: Path, senders: dict[str, Sender], key_id: str, code_map: Path
) -> None:
    """Makes schemas `raw` (landed rows) and `log` (the load log and the senders) in a warehouse."""
    log = Log.read(landing)
    connection.execute("create schema if not exists raw")
    connection.execute("create schema if not exists log")
    for schema, name, columns, paths in landed_views(log, landing):
        migrated = migrations(contract(name)) if schema == "raw" else None
        view(connection, f'{schema}."{name}"', columns, paths, migrated)
    _table(connection, "files", _FILES, [_file_row(entry) for entry in file_states(log, senders, key_id, code_map)])
    _table(
        connection,
        "parses",
        _PARSES,
        [
            # What an older log does not count was not there.
            {"parse_id": entry["parse_id"], "feed": target, **vars(Counts()), **counts}
            for entry in log.of("parse")
            for target, counts in entry["counts"].items()
        ],
    )
    overlap.find(connection)
    gone = {entry["sender"]: entry for entry in log.of("delivery") if entry["sender"] not in senders}
    known = [*map(_sender_row, senders.values()), *map(_gone_row, gone.values())]
    _table(connection, "senders", _SENDERS, known)


def migrations(feed: Contract) -> dict[str, dict[str, str]]:
    """Columns that an older version of a contract had otherwise."""
    return {column.name: column.migrate for column in feed.loaded_columns if column.migrate}


def landed_views(log: Log, landing: Path) -> Iterator[tuple[str, str, dict[str, str], list[Path]]]:
    """What is a view over Parquet of landing: schema, name, columns with their DuckDB types, and the files."""
    for feed in target_feeds():
        yield "raw", feed, landed_columns(contract(feed)), [landing / path for path in log.files(feed)]
    for name, folder, columns in (
        ("quarantine", "_quarantine", QUARANTINED),
        ("answered", "_answered", ANSWERED),
        ("texts", "_text", TEXTS),
        ("signatures", "_signature", SIGNATURES),
    ):
        kinds = dict(pair.split(" ") for pair in columns.split(", "))
        yield "log", name, kinds, [landing / path for path in log.files(folder)]


def _file_row(entry: Entry) -> Entry:
    # DuckDB keeps timestamps without a zone; all of ours are UTC.
    return {
        **entry,
        "created_at": entry["created"].replace("+00:00", ""),
        "rows_n": entry["rows"],
        "as_of_on": entry["as_of"],
    }


def _sender_row(sender: Sender) -> Entry:
    complete = sender.registry_complete_from
    return {
        "sender": sender.name,
        "register": sender.register,
        "region_code": sender.region,
        "institutions": list(sender.institutions) if sender.institutions is not None else None,
        "registry_complete_from": complete.isoformat() if complete else None,
        "due_day": sender.due_day,
        "feeds": list(sender.feeds),
    }


def _gone_row(delivery: Entry) -> Entry:
    """A sender whose file is gone or broken, as its last delivery knew it; it is to send nothing more."""
    facts = {name: delivery.get(name) for name in ("register", "registry_complete_from")}
    return {
        **facts,
        "sender": delivery["sender"],
        "region_code": delivery.get("region"),
        "institutions": None,
        "due_day": None,
        "feeds": [],
    }


def view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: dict[str, str],
    paths: list[Path],
    migrated: dict[str, dict[str, str]] | None = None,
) -> None:
    """Makes a view with these columns and types over files of Parquet.

    `migrated` says of a column what it `was` in files of an older contract, and the SQL that makes it of that: such files
    are shown as they would be read today, where their bytes can be read no more.
    """
    cells = {column: f'"{column}"' for column in columns}
    # A column that files of an earlier day do not have is empty there.
    nulls = ", ".join(f'cast(null as {kind}) as "{column}"' for column, kind in columns.items())
    source = f"(select {nulls} where false)"
    if paths:
        files = ", ".join(literal(unglobbed(str(path.resolve()))) for path in paths)
        landed = f"read_parquet([{files}], union_by_name=true)"
        source = f"(select * from {landed} union all by name from {source})"
        held = (
            [column[0] for column in connection.execute(f"select * from {landed} limit 0").description]
            if migrated
            else []
        )
        for column, change in (migrated or {}).items():
            if change["was"] in held:
                made = change["sql"] if change["was"] == column else f'coalesce("{column}", {change["sql"]})'
                cells[column] = f'try_cast({made} as {columns[column]}) as "{column}"'
    connection.execute(f"create or replace view {name} as select {', '.join(cells.values())} from {source}")


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[Entry]) -> None:
    """A small table from log entries; they pass as one JSON parameter."""
    kinds = dict(part.split() for part in columns.split(","))
    connection.execute(f"create or replace table log.{name} ({columns})")
    if rows:
        structure = {column: [kind[:-2]] if kind.endswith("[]") else kind for column, kind in kinds.items()}
        cells = ", ".join(f"r.{column}" for column in kinds)
        connection.execute(
            f"insert into log.{name} select {cells} "
            f"from (select unnest(from_json(?, '{json.dumps([structure])}')) as r)",
            [json.dumps(rows, ensure_ascii=False)],
        )
