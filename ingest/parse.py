"""Files become rows that land and rows that go to quarantine.

Every row read ends in exactly one place: landed, quarantined, repeated, or empty by design. Whether a row stands twice
is known when all are read (`ingest.repeats`).

A large file is judged part by part as it is read. Small ones of one kind are read first and judged together: planning
the statement that judges takes longer than judging ten thousand rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest import divide, nested
from ingest.contract import contract
from ingest.divide import Reading, is_refused
from ingest.good_rows import NotWritten
from ingest.parsed import File, Parsed
from ingest.problems import Refusal
from ingest.readers import FORMATS, reader_of, wide
from ingest.readers.source import MACHINE, Source
from ingest.workshop import Workshop

#: A fault nobody foresaw costs the file it came from and no other; it is read again in each run that reads anything.
FAULT = "reading_failed"
#: Rows of a large file that are judged at once, however short they are.
_ROWS_AT_ONCE = 500_000
#: A file of up to so many bytes is small; so many bytes of text are judged at once.
_SMALL_BYTES = 1 << 20
_TOGETHER_BYTES = 16 << 20


@dataclass
class _Held:
    """A small file that was read; its rows, as text, wait in memory and never on the disk."""

    reading: Reading
    parts: list[pa.Table]


def parse(
    workshop: Workshop, files: Iterable[File], told: Callable[[File], None] = lambda _: None
) -> dict[str, Parsed]:
    """Reads files into the workshop's tables; `told` hears of each before it is read.

    Returns what each held, by the name of its reading. One that cannot be read at all has a `problem` and no rows.
    """
    parsed: dict[str, Parsed] = {}
    for _, kind in groupby(sorted(files, key=lambda file: file.kind), key=lambda file: file.kind):
        held: list[_Held] = []
        held_bytes = 0
        for file in kind:
            told(file)
            reading = Reading(file)
            parsed[file.parse_id] = reading.parsed
            try:
                opened = _opened(workshop.connection, reading)
                parts: Iterator[pa.Table] = opened
                if file.fingerprint.bytes_n <= _SMALL_BYTES:
                    beginning = _beginning(parts)
                    held_bytes += sum(part.nbytes for part in beginning)
                    # A small file may unpack to a large one.
                    is_whole = sum(part.nbytes for part in beginning) <= _TOGETHER_BYTES
                    parts = iter(()) if is_whole else chain(beginning, parts)
                    held += [_Held(reading, beginning)] if is_whole else []
                for rows in parts:
                    for place in range(0, len(rows), _ROWS_AT_ONCE):
                        divide.part(workshop, [reading], _of_source(rows.slice(place, _ROWS_AT_ONCE), 0))
                    if reading.refused:
                        raise reading.refused
            except Exception as fault:
                _give_up(workshop, reading, fault)
            finally:
                # What it set out of the file goes with it.
                opened.close()
            if held_bytes > _TOGETHER_BYTES:
                _judge(workshop, held)
                held, held_bytes = [], 0
        _judge(workshop, held)
    workshop.good.finish()
    for item in parsed.values():
        for column in item.notes.get("unknown_columns", ()):
            column["type"] = column["type"] or "text"
    return parsed


def _beginning(parts: Iterator[pa.Table]) -> list[pa.Table]:
    """Parts of a file until they are more than is judged at once; all of most files."""
    read: list[pa.Table] = []
    while sum(part.nbytes for part in read) <= _TOGETHER_BYTES and (part := next(parts, None)) is not None:
        read.append(_plain(part))
    return read


def _opened(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Generator[pa.Table, None, None]:
    """The rows of a file as text, one part of it after another.

    Raises:
        Refusal: nothing in it, a format this feed does not come in, or whatever its reader refuses.
    """
    path, found, feed = reading.file.path, reading.file.fingerprint, contract(reading.file.feed)
    if found.bytes_n == 0:
        raise Refusal("file_empty")
    if path.suffix.lower() not in (nested.FORMATS if feed.sections else FORMATS):
        raise Refusal("format_not_for_feed", feed=feed.feed, format=path.suffix.lstrip(".").upper())
    if feed.sections:
        for _ in nested.records(connection, path, feed, found):
            yield connection.execute("select _row, cast(record as varchar) as record from records").to_arrow_table()
        return
    source = reader_of(path)(connection, path, feed, found)
    reading.header = source.header
    if source.header.items:
        yield from _answers(connection, reading, source)
        return
    places = source.header.positions | {f"_unknown_{number}": at for number, at in enumerate(source.header.unknown)}
    for part in source.parts:
        rows = part if part is not None else connection.execute(source.sql).to_arrow_table()
        cells = {name: rows[f"c{place}"] for name, place in places.items()}
        item = pa.repeat("", len(rows))
        yield pa.table({"_row": rows["_row"], "_item": item, "_broken": rows["_broken"], **cells})


def _answers(connection: duckdb.DuckDBPyConnection, reading: Reading, source: Source) -> Iterator[pa.Table]:
    """The answers in an export of a survey tool, one part of it after another; records are counted here.

    Raises:
        Refusal: neither a column nor the file's name says what every answer needs.
    """
    feed, header = contract(reading.file.feed), source.header
    for item in header.items.values():
        if is_refused(feed, "instrument", item.instrument):
            raise Refusal("value_refused", column="instrument", value=item.instrument.lower())
    known = {column.name for column in feed.columns}
    said = {name: told for name, told in wide.said_in_name(reading.file.path.stem).items() if name in known}
    # Each says yes or no for himself, and answers at a moment of his own.
    own = {column.name for column in feed.columns if column.type == "timestamp" or column.name == feed.consent}
    said = {name: told for name, told in said.items() if name not in own}
    given = {*header.positions, *said, "instrument", "item", "respondent_id"}
    missing = [column.name for column in feed.columns if column.required and column.name not in given]
    if own.intersection(missing):
        raise Refusal("answers_lack_own", columns=[name for name in missing if name in own])
    if missing:
        raise Refusal("answers_lack", columns=missing, name=f"{feed.feed}__{missing[0]}=….csv")
    kept = {f"_unknown_{number}": place for number, place in enumerate(header.unknown)}
    rows, counts = wide.unfold(source.sql, header.items, dict(header.positions), said, kept)
    # From here on the table has these columns, wherever they came from.
    header.positions.update(dict.fromkeys((*given, "value", "text_value"), -1))
    for _ in source.parts:
        reading.count_records(*connection.execute(counts).fetchall()[0])
        yield connection.execute(rows).to_arrow_table()


def _judge(workshop: Workshop, held: list[_Held]) -> None:
    """Judges files together; where that fails, one by one, so that a fault costs its own file only."""
    parts = [_of_source(part, number) for number, item in enumerate(held) for part in item.parts]
    if not parts:
        return
    try:
        rows = pa.concat_tables(parts, promote_options="default")
        divide.part(workshop, [item.reading for item in held], rows)
        for item in held:
            if item.reading.refused:
                _give_up(workshop, item.reading, item.reading.refused)
    except Exception as fault:
        if len(held) == 1:
            _give_up(workshop, held[0].reading, fault)
            return
        for item in held:
            item.reading.begin_anew(workshop)
            _judge(workshop, [item])


def _of_source(rows: pa.Table, number: int) -> pa.Table:
    return rows.append_column("_source", pa.repeat(pa.scalar(number, pa.int32()), len(rows)))


def _plain(rows: pa.Table) -> pa.Table:
    """The same rows without codes for texts, which only files of one kind of reader have."""
    coded = [pa.string() if pa.types.is_dictionary(column.type) else column.type for column in rows.schema]
    return rows.cast(pa.schema(zip(rows.column_names, coded, strict=True)))


def _give_up(workshop: Workshop, reading: Reading, fault: Exception) -> None:
    """Keeps why a file was not read, and none of its rows.

    Raises:
        MemoryError, OSError: it is no fault of the file, which must be read again and not be known as unreadable.
    """
    path = reading.file.path
    if isinstance(fault, MemoryError | duckdb.OutOfMemoryException):
        raise MemoryError(path.name) from None
    if isinstance(fault, NotWritten):
        raise fault
    if _is_of_the_machine(fault):
        # Without its words, which name the place at which it stopped.
        raise OSError(type(fault).__name__) from None
    reading.give_up(workshop)
    reading.parsed.problem = _told(fault, path)


def _told(fault: Exception, path: Path) -> Refusal:
    """A fault as a refusal. The engine's own words quote the data, so they end here."""
    if isinstance(fault, Refusal):
        return fault
    if isinstance(fault, duckdb.Error):
        return Refusal("file_unreadable", format=path.suffix.lstrip(".").upper())
    return Refusal(FAULT, fault=type(fault).__name__)


def _is_of_the_machine(fault: Exception) -> bool:
    if isinstance(fault, OSError):
        return fault.errno in MACHINE
    return isinstance(fault, duckdb.Error) and any(os.strerror(code) in str(fault) for code in MACHINE)
