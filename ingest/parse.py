"""One file: read, judged, and divided into rows that land and rows that go to quarantine.

Every row read ends in exactly one place: landed, quarantined, repeated, or empty by design.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from bilimkoz.sql import literal
from ingest import judge, nested
from ingest.contract import Contract, contract
from ingest.problems import Refusal
from ingest.readers import csv, tables
from ingest.readers.header import Header
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint
from ingest.sender import Sender
from ingest.workshop import Workshop, landed_columns

_READERS = {".csv": csv.read, ".xlsx": tables.read_xlsx, ".json": tables.read_json, ".jsonl": tables.read_json, ".parquet": tables.read_parquet}


#: Order of rows in a file; an item's length puts post [10] after post [9].
_PLACE = "{'row': _row, 'length': length(_item), 'item': _item}"


@dataclass
class Counts:
    """Rows of one target feed in one file; they add up to what was read."""

    read_n: int = 0
    landed_n: int = 0
    quarantined_n: int = 0
    repeated_n: int = 0
    empty_n: int = 0
    repaired_n: int = 0


@dataclass
class Parsed:
    """What a file held. `records_n` is what a manifest calls rows: records, or cards of a nested file."""

    parse_id: str
    records_n: int = 0
    counts: dict[str, Counts] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    problem: Refusal | None = None

    @property
    def bad_share(self) -> float:
        read = sum(count.read_n for count in self.counts.values())
        return sum(count.quarantined_n for count in self.counts.values()) / read if read else 0.0


def parse_id(sha256: str, feed: str, sender: Sender, key_id: str, code_map: Path) -> str:
    """Names a reading of a file: the same bytes under the same rules are read once.

    The rules are the contracts of the feed and its targets, the map of foreign codes, the key, and what the sender
    may say (its register picks the scheme of ids, its institutions bound its rows).
    """
    rules = [contract(name).digest for name in (feed, *contract(feed).targets)]
    scope = ",".join(sorted(sender.institutions)) if sender.institutions is not None else "*"
    parts = [sha256, feed, *rules, hashlib.sha256(code_map.read_bytes()).hexdigest(), key_id, sender.register, scope]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Origin:
    """Where rows come from; stands beside each of them."""

    parse_id: str
    delivery_id: str
    created: datetime


def parse(workshop: Workshop, path: Path, feed: str, sender: Sender, print_: Fingerprint, origin: Origin) -> Parsed:
    """Reads one file into the workshop's tables. A file that cannot be read at all has a `problem` and no rows."""
    workshop.speak_for(sender)
    parsed = Parsed(origin.parse_id)
    try:
        if print_.bytes_n == 0:
            raise Refusal("file_empty")
        if contract(feed).sections:
            _parse_nested(workshop, path, contract(feed), print_, origin, parsed)
        elif path.suffix.lower() in _READERS:
            _parse_table(workshop, path, contract(feed), sender, print_, origin, parsed)
        else:
            raise Refusal("format_not_for_feed", feed=feed, format=path.suffix.lstrip(".").upper())
    except Refusal as refusal:
        parsed.problem = refusal
    except duckdb.Error:
        # The engine's own words quote the data, so they end here.
        parsed.problem = Refusal("file_unreadable", format=path.suffix.lstrip(".").upper())
    if parsed.problem:
        workshop.forget(origin.parse_id)
        parsed.counts.clear()
    if print_.encoding != "utf-8" and path.suffix not in (".xlsx", ".parquet"):
        parsed.notes["encoding"] = print_.encoding
    return parsed


def _parse_table(
    workshop: Workshop, path: Path, feed: Contract, sender: Sender, print_: Fingerprint, origin: Origin, parsed: Parsed
) -> None:
    scoped = sender.institutions is not None and feed.sender_scope is not None
    with _reader(path)(workshop.connection, path, feed, print_) as source:
        raw = {column: f"c{place}" for column, place in source.header.positions.items()}
        rows = f"select *, '' as _item from ({source.sql})"
        watched = _watched(source.header, feed)
        workshop.connection.execute(f"create or replace temp table judged as {judge.statement(feed, rows, raw, (), scoped, watched)}")
        source.finish("judged")
    parsed.notes |= _notes(workshop.connection, source.header)
    counts = _settle(workshop.connection, feed, feed.feed, origin, print_.sha256)
    parsed.counts[feed.feed] = counts
    parsed.records_n = counts.read_n


@contextmanager
def _no_reader(*_: Any) -> Iterator[Source]:
    raise Refusal("format_unknown", file="")
    yield


def _reader(path: Path) -> Any:
    return _READERS.get(path.suffix.lower(), _no_reader)


def _parse_nested(workshop: Workshop, path: Path, feed: Contract, print_: Fingerprint, origin: Origin, parsed: Parsed) -> None:
    connection = workshop.connection
    with nested.records(connection, path, feed, print_):
        parsed.notes["empty"] = nested.unfold(connection, feed)
    parsed.records_n = connection.execute("select (select count(*) from cards) + (select count(*) from broken)").fetchall()[0][0]
    for number, target in enumerate(feed.targets):
        parts = []
        for section in feed.sections:
            if section.target == target:
                rows, raw = nested.section_rows(section)
                parts.append(f"select * from ({judge.statement(contract(target), rows, raw, section.rules, False, {})})")
        connection.execute(f"create or replace temp table judged as {' union all by name '.join(parts)}")
        if number == 1:
            # A record that is no object counts once, with the first target.
            connection.execute("delete from broken")
        parsed.counts[target] = _settle(connection, contract(target), feed.feed, origin, print_.sha256)
    first = parsed.counts[feed.targets[0]]
    first.empty_n = parsed.notes["empty"]
    first.read_n += first.empty_n
    if "personColumn" in feed.nested:
        connection.execute(
            f"""insert into answered
            select ?, _row, pseudonym('person', canonical_id(cleaned({feed.nested["personColumn"]}))), answered_on
            from cards where not is_empty""",
            [origin.parse_id],
        )


def _watched(header: Header, feed: Contract) -> dict[str, str]:
    """Columns that are looked at and not kept: unknown ones, and names in which letters may be lost."""
    dropped = [column.name for column in feed.columns if not column.loaded and column.name in header.positions]
    return {f"_unknown_{place}": f"c{place}" for place in header.unknown} | {
        f"_dropped_{name}": f"c{header.positions[name]}" for name in dropped
    }


def _notes(connection: duckdb.DuckDBPyConnection, header: Header) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    if header.unknown:
        cells = ", ".join(
            f"count(_unknown_{place}), coalesce(max(_unknown_{place}), 'text')" for place in header.unknown
        )
        found = connection.execute(f"select {cells} from judged").fetchall()[0]
        notes["unknown_columns"] = [
            {"name": name, "filled_n": found[2 * n], "type": found[2 * n + 1]} for n, name in enumerate(header.unknown.values())
        ]
    lost = connection.execute("select count(*) from judged where _letters_lost").fetchall()[0][0]
    if lost:
        notes["letters_lost"] = lost
    return notes


def _settle(connection: duckdb.DuckDBPyConnection, feed: Contract, source_feed: str, origin: Origin, sha256: str) -> Counts:
    """Divides table `judged`: repeats and conflicts of a business key are told apart, the rest lands."""
    key = ", ".join(f'"{name}"' for name in feed.key)
    same = " and ".join(f'j."{name}" is not distinct from k."{name}"' for name in feed.key)
    payload = ", ".join(f'"{column.name}"' for column in feed.loaded_columns)
    connection.execute(
        f"""create or replace temp table doubles as
        select {key}, count(distinct md5(cast(row({payload}) as varchar))) > 1 as is_conflict,
            min({_PLACE}) as first_place
        from judged where len(_violations) = 0 group by {key} having count(*) > 1"""
    )
    connection.execute(
        f"""create or replace temp table settled as
        select j.*, case
            when len(j._violations) > 0 then 'bad'
            when k.is_conflict then 'conflict'
            when k.is_conflict = false and {_PLACE} <> k.first_place then 'repeated'
            else 'good' end as _fate
        from judged as j left join doubles as k on {same} and len(j._violations) = 0"""
    )
    counts = Counts()
    counts.landed_n, bad, counts.repeated_n, broken, counts.repaired_n = connection.execute(
        """select count(*) filter (_fate = 'good'), count(*) filter (_fate in ('bad', 'conflict')), count(*) filter (_fate = 'repeated'),
            (select count(*) from broken), coalesce(sum(_repaired) filter (_fate = 'good'), 0) from settled"""
    ).fetchall()[0]
    counts.quarantined_n = bad + broken
    counts.read_n = counts.landed_n + counts.quarantined_n + counts.repeated_n
    origins = {
        "_parse": literal(origin.parse_id),
        "_file_sha256": literal(sha256),
        "_source_feed": literal(source_feed),
        "_delivery": literal(origin.delivery_id),
        "_loaded_at": f"timestamp '{origin.created.replace(tzinfo=None).isoformat(sep=' ')}'",
    }
    cells = ", ".join(origins.get(name, f'"{name}"') for name in landed_columns(feed))
    connection.execute(f"insert into \"landed_{feed.feed}\" select {cells} from settled where _fate = 'good'")
    head = f"select {literal(origin.parse_id)}, {literal(sha256)}, {literal(feed.feed)}"
    connection.execute(
        f"""insert into quarantined
        {head}, _row, _item, v.rule, v.column, v.value from (select _row, _item, unnest(_violations) as v from settled)
        union all {head}, _row, _item, 'conflict', {literal(feed.key[0])}, null from settled where _fate = 'conflict'
        union all {head}, _row, '', 'structure', null, null from broken"""
    )
    return counts
