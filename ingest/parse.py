"""One file: read part by part, judged, and divided into rows that land and rows that go to quarantine.

Every row read ends in exactly one place: landed, quarantined, repeated, or empty by design. Whether a row stands twice
is known when all are read (`ingest.repeats`).
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator
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
from ingest.workshop import Workshop, key_hash, landed_columns

_READERS = {
    ".csv": csv.read,
    ".xlsx": xlsx.read,
    ".json": tables.read_json,
    ".jsonl": tables.read_json,
    ".parquet": tables.read_parquet,
}

#: A fault nobody foresaw costs the file it came from and no other; it is read again in each run that reads anything.
FAULT = "reading_failed"
#: What says of the machine, and nothing of the file: no room, no memory, too many files open.
_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EROFS)

#: Whose cards answered, and when.
_ANSWERED = """insert into answered
    with given as (select *, cleaned({given}) as given from cards where not is_empty),
    parted as (select *, scheme_of(given) as scheme, number_of(given) as number from given),
    known as (select *, canonical_id(scheme, number) as person_id from parted)
    select ?, _row, pseudonym('person', person_id), answered_on, answered_at from known"""


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
    one), the contracts of the feed and its targets, the map of foreign codes, the key, and what the sender may say (its
    register picks the scheme of ids, its institutions bound its rows).
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
            _parse_nested(workshop, path, contract(feed), sender, print_, origin, parsed)
        else:
            _parse_table(workshop, path, contract(feed), sender, print_, origin, parsed)
    except Refusal as refusal:
        parsed.problem = refusal
    except (MemoryError, duckdb.OutOfMemoryException):
        # No fault of the file: it must be read again, and not be known as unreadable from now on.
        raise MemoryError(path.name) from None
    except Exception as fault:
        if _is_of_the_machine(fault):
            # Without its words, which name the place at which it stopped.
            raise OSError(type(fault).__name__) from None
        # The engine's own words quote the data, so they end here.
        is_known = isinstance(fault, duckdb.Error)
        form = path.suffix.lstrip(".").upper()
        parsed.problem = (
            Refusal("file_unreadable", format=form) if is_known else Refusal(FAULT, fault=type(fault).__name__)
        )
    if parsed.problem:
        workshop.forget(origin.parse_id)
        parsed.counts.clear()
    if print_.encoding != "utf-8" and path.suffix.lower() in (".csv", ".json", ".jsonl"):
        parsed.notes["encoding"] = print_.encoding
    return parsed


def _is_of_the_machine(fault: Exception) -> bool:
    if isinstance(fault, OSError):
        return fault.errno in _MACHINE
    return isinstance(fault, duckdb.Error) and any(os.strerror(code) in str(fault) for code in _MACHINE)


def _parse_table(
    workshop: Workshop, path: Path, feed: Contract, sender: Sender, print_: Fingerprint, origin: Origin, parsed: Parsed
) -> None:
    scoped = sender.institutions is not None and feed.sender_scope is not None
    source = reader_of(path)(workshop.connection, path, feed, print_)
    raw = {column: f"c{place}" for column, place in source.header.positions.items()}
    watched = _watched(source.header, feed)
    judged = judge.statement(feed, f"select *, '' as _item from ({source.sql})", raw, (), scoped, watched)
    counts = parsed.counts.setdefault(feed.feed, Counts())
    for _ in source.parts:
        workshop.connection.execute(f"create or replace temp table judged as {judged}")
        _note(workshop.connection, source.header, parsed.notes)
        _divide(workshop.connection, feed, feed.feed, origin, print_.sha256, counts)
    parsed.records_n = counts.read_n
    for column in parsed.notes.get("unknown_columns", ()):
        column["type"] = column["type"] or "text"


def reader_of(path: Path) -> Any:
    """The reader of a table file, by its suffix."""
    return _READERS[path.suffix.lower()]


def _parse_nested(
    workshop: Workshop, path: Path, feed: Contract, sender: Sender, print_: Fingerprint, origin: Origin, parsed: Parsed
) -> None:
    connection = workshop.connection
    for _ in nested.records(connection, path, feed, print_):
        empty_n, broken_n = nested.sort_out(connection, feed)
        parsed.records_n += broken_n + connection.execute("select count(*) from cards").fetchall()[0][0]
        for number, target in enumerate(feed.targets):
            judged = " union all by name ".join(_sections(feed, target, sender, broken_n > 0 and number == 0))
            connection.execute(f"create or replace temp table judged as {judged}")
            lost = connection.execute("select count(*) from judged where _letters_lost").fetchall()[0][0]
            if lost:
                parsed.notes["letters_lost"] = parsed.notes.get("letters_lost", 0) + lost
            counts = parsed.counts.setdefault(target, Counts())
            _divide(connection, contract(target), feed.feed, origin, print_.sha256, counts)
        first = parsed.counts[feed.targets[0]]
        first.empty_n += empty_n
        first.read_n += empty_n
        if "personColumn" in feed.nested:
            connection.execute(_ANSWERED.format(given=feed.nested["personColumn"]), [origin.parse_id])
        connection.execute("drop table cards")
    if parsed.counts[feed.targets[0]].empty_n:
        parsed.notes["empty"] = parsed.counts[feed.targets[0]].empty_n


def _sections(feed: Contract, target: str, sender: Sender, broken: bool) -> Iterator[str]:
    """Statements that judge the lists of a nested feed which fill one target; `broken` records count with the first."""
    for section in feed.sections:
        if section.target == target:
            rows, raw = nested.section_rows(section)
            if broken:
                # A record that is no object counts once.
                rows = f"""select * from ({rows})
                    union all by name select _row, '' as _item, true as _broken from broken"""
                broken = False
            # An institution that is told by its name has no id yet by which it could be a sender's own.
            by_name = raw.get(contract(target).sender_scope or "", "").startswith("named_id(")
            scoped = sender.institutions is not None and not by_name
            yield f"select * from ({judge.statement(contract(target), rows, raw, section.rules, scoped, {})})"


def _watched(header: Header, feed: Contract) -> dict[str, str]:
    """Columns that are looked at and not kept: unknown ones, and names in which letters may be lost."""
    dropped = [column.name for column in feed.columns if not column.loaded and column.name in header.positions]
    return {f"_unknown_{place}": f"c{place}" for place in header.unknown} | {
        f"_dropped_{name}": f"c{header.positions[name]}" for name in dropped
    }


def _note(connection: duckdb.DuckDBPyConnection, header: Header, notes: dict[str, Any]) -> None:
    """Adds what table `judged` says of columns that are looked at and not kept."""
    kinds = "".join(f", count(_unknown_{place}), max(_unknown_{place})" for place in header.unknown)
    lost, *found = connection.execute(f"select count(*) filter (_letters_lost){kinds} from judged").fetchall()[0]
    if lost:
        notes["letters_lost"] = notes.get("letters_lost", 0) + lost
    if header.unknown:
        fresh = [{"name": _without_numbers(name), "filled_n": 0, "type": ""} for name in header.unknown.values()]
        for column, filled_n, kind in zip(
            notes.setdefault("unknown_columns", fresh), found[::2], found[1::2], strict=True
        ):
            column["filled_n"] += filled_n
            # The kinds in the order of their names are in the order of what they may hold: date, number, text.
            column["type"] = max(column["type"], kind or "")


def _without_numbers(name: str) -> str:
    """A column's name without what may be somebody's number (a list without a header has data where names stand)."""
    return re.sub(r"\d{6,}", "…", name)[:100]


def _divide(
    connection: duckdb.DuckDBPyConnection,
    feed: Contract,
    source_feed: str,
    origin: Origin,
    sha256: str,
    counts: Counts,
) -> None:
    """Divides table `judged`: good rows land, the rules that bad ones break go to quarantine; `counts` grows by both."""
    good_n, bad_n, repaired_n = connection.execute(
        """select count(*) filter (_violations is null), count(_violations),
            coalesce(sum(_repaired) filter (_violations is null), 0) from judged"""
    ).fetchall()[0]
    counts.read_n += good_n + bad_n
    counts.landed_n += good_n
    counts.quarantined_n += bad_n
    counts.repaired_n += repaired_n
    origins = {
        "_parse": literal(origin.parse_id),
        "_file_sha256": literal(sha256),
        "_source_feed": literal(source_feed),
        "_delivery": literal(origin.delivery_id),
        "_loaded_at": f"timestamp '{origin.created.replace(tzinfo=None).isoformat(sep=' ')}'",
    }
    cells = ", ".join(origins.get(name, f'"{name}"') for name in landed_columns(feed))
    if good_n:
        connection.execute(f'insert into "landed_{feed.feed}" select {cells} from judged where _violations is null')
    if bad_n:
        connection.execute(
            f"""insert into quarantined
            select {literal(origin.parse_id)}, {literal(sha256)}, {literal(feed.feed)}, _row, _item, v.rule, v.column,
                key_hash, meant_id
            from (select _row, _item, unnest(_violations) as v, {_meaning(feed)} from judged
                where _violations is not null)"""
        )


def _meaning(feed: Contract) -> str:
    """SQL for which row a bad one of table `judged` is: `key_hash`, or else `meant_id`, whose it may be.

    A list goes on holding the row it has wrong. The hash is kept only where a person's pseudonym is part of the key, so
    that it cannot be guessed; where the key itself is wrong, the person stays, or else an institution that good rows
    name (a cell of a column that slid is never kept).
    """
    persons = [f'"{name}"' for name in feed.key if feed.column(name).privacy == "person"]
    named = ", ".join(literal(name) for name in feed.key)
    broken = f"len(list_filter(_violations, lambda v: v.column is null or v.column in ({named}))) > 0"
    known = persons[:1]
    if feed.sender_scope:
        scope = f'"{feed.sender_scope}"'
        known.append(f"case when {scope} in (select {scope} from judged where _violations is null) then {scope} end")
    hashed = f"case when not ({broken}) then {key_hash(feed)} end" if persons else "cast(null as varchar)"
    meant = f"coalesce({', '.join(known)})" if known else "cast(null as varchar)"
    return f"{hashed} as key_hash, case when {broken} then {meant} end as meant_id"
