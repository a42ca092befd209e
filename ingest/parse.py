"""One file: read, judged, and divided into rows that land and rows that go to quarantine.

Every row read ends in exactly one place: landed, quarantined, repeated, or empty by design.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from bilimkoz.sql import literal
from ingest import judge, nested
from ingest.contract import Contract, contract
from ingest.problems import Refusal
from ingest.readers import csv, tables, xlsx
from ingest.readers.header import Header
from ingest.readers.text import Fingerprint
from ingest.sender import Sender
from ingest.workshop import Workshop, landed_columns

_READERS = {
    ".csv": csv.read,
    ".xlsx": xlsx.read,
    ".json": tables.read_json,
    ".jsonl": tables.read_json,
    ".parquet": tables.read_parquet,
}

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


def parse_id(sha256: str, name: str, feed: str, sender: Sender, key_id: str, code_map: Path) -> str:
    """Names a reading of a file: the same bytes under the same rules are read once.

    The rules are the format that the file's name tells (a table sent under a wrong one is sent again under the right
    one),
    the contracts of the feed and its targets, the map of foreign codes, the key, and what the sender may say (its
    register
    picks the scheme of ids, its institutions bound its rows).
    """
    rules = [contract(name).digest for name in (feed, *contract(feed).targets)]
    scope = ",".join(sorted(sender.institutions)) if sender.institutions is not None else "*"
    form = Path(name).suffix.lower()
    parts = [
        sha256,
        form,
        feed,
        *rules,
        hashlib.sha256(code_map.read_bytes()).hexdigest(),
        key_id,
        sender.register,
        scope,
    ]
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
        if path.suffix.lower() not in (nested.FORMATS if contract(feed).sections else _READERS):
            raise Refusal("format_not_for_feed", feed=feed, format=path.suffix.lstrip(".").upper())
        if contract(feed).sections:
            _parse_nested(workshop, path, contract(feed), print_, origin, parsed)
        else:
            _parse_table(workshop, path, contract(feed), sender, print_, origin, parsed)
    except Refusal as refusal:
        parsed.problem = refusal
    except duckdb.OutOfMemoryException:
        # No fault of the file: it must be read again, and not be known as unreadable from now on.
        raise MemoryError(path.name) from None
    except duckdb.Error:
        # The engine's own words quote the data, so they end here.
        parsed.problem = Refusal("file_unreadable", format=path.suffix.lstrip(".").upper())
    if parsed.problem:
        workshop.forget(origin.parse_id)
        parsed.counts.clear()
    if print_.encoding != "utf-8" and path.suffix.lower() in (".csv", ".json", ".jsonl"):
        parsed.notes["encoding"] = print_.encoding
    return parsed


def _parse_table(
    workshop: Workshop, path: Path, feed: Contract, sender: Sender, print_: Fingerprint, origin: Origin, parsed: Parsed
) -> None:
    scoped = sender.institutions is not None and feed.sender_scope is not None
    connection = workshop.connection
    with reader_of(path)(connection, path, feed, print_) as source:
        raw = {column: f"c{place}" for column, place in source.header.positions.items()}
        rows = f"select *, '' as _item from ({source.sql})"
        watched = _watched(source.header, feed)
        judged = judge.statement(feed, rows, raw, (), scoped, watched)
        connection.execute(f"create or replace temp table judged as {judged}")
    parsed.notes |= _notes(connection, source.header)
    counts = _settle(connection, feed, feed.feed, origin, print_.sha256)
    parsed.counts[feed.feed] = counts
    parsed.records_n = counts.read_n


def reader_of(path: Path) -> Any:
    """The reader of a table file, by its suffix."""
    return _READERS[path.suffix.lower()]


def _parse_nested(
    workshop: Workshop, path: Path, feed: Contract, print_: Fingerprint, origin: Origin, parsed: Parsed
) -> None:
    connection = workshop.connection
    with nested.records(connection, path, feed, print_):
        empty_n, broken_n = nested.unfold(connection, feed)
    if empty_n:
        parsed.notes["empty"] = empty_n
    parsed.records_n = broken_n + connection.execute("select count(*) from cards").fetchall()[0][0]
    for number, target in enumerate(feed.targets):
        parts: list[str] = []
        for section in feed.sections:
            if section.target == target:
                rows, raw = nested.section_rows(section)
                if broken_n and number == 0 and not parts:
                    # A record that is no object counts once, with the first list of the first target.
                    broken = "select _row, '' as _item, true as _broken from broken"
                    rows = f"select * from ({rows}) union all by name {broken}"
                judged = judge.statement(contract(target), rows, raw, section.rules, False, {})
                parts.append(f"select * from ({judged})")
        connection.execute(f"create or replace temp table judged as {' union all by name '.join(parts)}")
        parsed.counts[target] = _settle(connection, contract(target), feed.feed, origin, print_.sha256)
    first = parsed.counts[feed.targets[0]]
    first.empty_n = empty_n
    first.read_n += empty_n
    if "personColumn" in feed.nested:
        connection.execute(
            f"""insert into answered
            with given as (select *, cleaned({feed.nested["personColumn"]}) as given from cards where not is_empty),
            parted as (select *, scheme_of(given) as scheme, number_of(given) as number from given),
            known as (select *, canonical_id(scheme, number) as person_id from parted)
            select ?, _row, pseudonym('person', person_id), answered_on from known""",
            [origin.parse_id],
        )
    connection.execute("drop table cards")


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
            {"name": _without_numbers(name), "filled_n": found[2 * n], "type": found[2 * n + 1]}
            for n, name in enumerate(header.unknown.values())
        ]
    lost = connection.execute("select count(*) from judged where _letters_lost").fetchall()[0][0]
    if lost:
        notes["letters_lost"] = lost
    return notes


def _without_numbers(name: str) -> str:
    """A column's name without what may be somebody's number (a list without a header has data where names stand)."""
    return re.sub(r"\d{6,}", "…", name)[:100]


def _settle(
    connection: duckdb.DuckDBPyConnection, feed: Contract, source_feed: str, origin: Origin, sha256: str
) -> Counts:
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
    # Each table of a large file is a good part of the memory there is.
    connection.execute("drop table judged")
    connection.execute("drop table doubles")
    counts = Counts()
    counts.landed_n, counts.quarantined_n, counts.repeated_n, counts.repaired_n = connection.execute(
        """select count(*) filter (_fate = 'good'), count(*) filter (_fate in ('bad', 'conflict')),
            count(*) filter (_fate = 'repeated'), coalesce(sum(_repaired) filter (_fate = 'good'), 0) from settled"""
    ).fetchall()[0]
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
    if counts.quarantined_n:
        head = f"select {literal(origin.parse_id)}, {literal(sha256)}, {literal(feed.feed)}"
        connection.execute(
            f"""insert into quarantined
            {head}, _row, _item, v.rule, v.column from (select _row, _item, unnest(_violations) as v from settled)
            union all
            {head}, _row, _item, 'conflict', {literal(feed.key[0])} from settled where _fate = 'conflict'"""
        )
    connection.execute("drop table settled")
    return counts
