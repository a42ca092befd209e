"""Good rows of a run, by feed: files of Parquet that grow as parts of files are judged.

What lands is written once, and from codes: a word that stands in a million rows is never set out a million times. A row
that does not stay after all (a repeat, a file whose delivery is refused) is left out when the rows are read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, count
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bilimkoz.sql import literal, unglobbed
from ingest.contract import Contract, contract
from ingest.landed import ORIGIN, landed_columns
from ingest.parsed import File

#: Of its own each row has these; what else it lands with is its file's.
_OF_ROW = ("_parse", "_row", "_item")
#: So many bytes of the distinct words of a part stay codes.
_DICTIONARY_BYTES = 64 << 20
_CODED = pa.dictionary(pa.int32(), pa.string())


class NotWritten(OSError):
    """Good rows could not be written, which is no fault of the file that is being read."""


class _Part:
    """One file of rows of a feed, and the readings they are of."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.parses: set[str] = set()
        path.touch(mode=0o600)
        words = [column.name for column in schema if pa.types.is_string(column.type)]
        coded = [column.name for column in schema if pa.types.is_dictionary(column.type)]
        self.writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            use_dictionary=[name for name in schema.names if name not in ("_row", *words)],
            column_encoding={"_row": "DELTA_BINARY_PACKED"},
            dictionary_pagesize_limit=_DICTIONARY_BYTES,
            # The least and the greatest word cost as much as writing them all, and nobody asks for them.
            write_statistics=[name for name in schema.names if name not in (*words, *coded)],
            store_schema=False,
            # As the engine writes them, so that a folder of landing holds one kind.
            store_decimal_as_integer=True,
        )

    def add(self, rows: pa.Table) -> None:
        for place, column in enumerate(self.writer.schema):
            if rows.schema.field(place).type != column.type:
                other = rows[column.name]
                same = other.dictionary_encode() if column.type == _CODED else other.cast(column.type)
                rows = rows.set_column(place, column, same)
        self.writer.write_table(rows)


def _written(cells: pa.ChunkedArray | pa.Array, kind: pa.DataType) -> pa.Array:
    """Cells as Parquet takes them: words in codes stay so, but nothing is no word; all else is what it is."""
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    if not pa.types.is_dictionary(whole.type) or not pa.types.is_string(kind):
        return whole.cast(kind)
    coded = whole.cast(_CODED)
    if not coded.dictionary.null_count:
        return coded
    codes = pa.array(range(len(coded.dictionary)), pa.int32())
    known = pc.if_else(coded.dictionary.is_valid(), codes, pa.scalar(None, pa.int32()))
    return pa.DictionaryArray.from_arrays(known.take(coded.indices), coded.dictionary.fill_null(""))


@dataclass
class GoodRows:
    """The good rows of the files read so far.

    View `rows_<feed>` has what differs between the rows of a file, view `landed_<feed>` all they land with; both are there
    for each of `feeds` once `finish` was called.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    _parts: dict[str, list[_Part]] = field(default_factory=dict, init=False)
    _open: dict[str, _Part] = field(default_factory=dict, init=False)
    _waiting: list[tuple[Contract, pa.Table]] = field(default_factory=list, init=False)
    #: Rows are written while the next ones are judged.
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), init=False)
    _writing: Future[None] | None = field(default=None, init=False)
    _numbers: Iterator[int] = field(default_factory=count, init=False)
    #: What all rows of a file have, by its place among the files of the part that is being judged.
    _sources: pa.Table = field(default_factory=lambda: pa.table({}), init=False)
    _forgotten: set[str] = field(default_factory=set, init=False)
    #: Whether rows are of another delivery now than the one they were written with.
    _is_given: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        of_file = [f"{name} {kind}" for name, kind in ORIGIN.items() if name not in ("_row", "_item")]
        self.connection.execute(f"create temp table files ({', '.join(of_file)}, unique (_parse))")
        self.connection.execute("create temp table left_out (feed varchar, _parse varchar, _row bigint, _item varchar)")

    @property
    def feeds(self) -> list[str]:
        """Feeds that have rows here, or had some."""
        return sorted(self._parts)

    def begin(self, files: Sequence[File]) -> None:
        """Sets out `sources`, the number of each of these files with what all its rows have, and keeps that.

        Raises:
            ValueError: a reading that was forgotten is read again.
        """
        if any(file.parse_id in self._forgotten for file in files):
            raise ValueError("a forgotten reading is not read again")
        self._waiting.clear()
        self._sources = pa.table(
            {
                "_source": pa.array(range(len(files)), pa.int32()),
                "_parse": [file.parse_id for file in files],
                "_file_sha256": [file.fingerprint.sha256 for file in files],
                "_source_feed": [file.feed for file in files],
                "_delivery": [file.delivery_id for file in files],
                "_loaded_at": pa.array([file.created.replace(tzinfo=None) for file in files], pa.timestamp("us")),
            }
        )
        self.connection.register("sources", self._sources)
        self.connection.execute("insert or ignore into files by name select * exclude (_source) from sources")

    def add(self, feed: Contract, rows: pa.Table) -> None:
        """Adds rows of the part that is being judged: `_source`, `_row`, `_item` and columns of the contract, typed."""
        self._waiting.append((feed, rows))

    def write(self) -> None:
        """Writes what was added: the part is judged to its end."""
        for feed, rows, whole in [(feed, rows, self._whole(feed, rows)) for feed, rows in self._waiting]:
            if feed.feed not in self._open:
                parts = self._parts.setdefault(feed.feed, [])
                parts.append(_Part(self.folder / f"{feed.feed}-{next(self._numbers)}.parquet", whole.schema))
                self._open[feed.feed] = parts[-1]
            part, parses = self._open[feed.feed], self._sources["_parse"].take(rows["_source"].unique())
            part.parses.update(parses.to_pylist())
            self._written_to_end()
            self._writing = self._writer.submit(part.add, whole)
        self._waiting.clear()

    def _written_to_end(self) -> None:
        """Waits for what is being written.

        Raises:
            NotWritten: it, or anything before it, could not be written.
        """
        if self._writing:
            fault = self._writing.exception()
            if fault:
                code = getattr(fault, "errno", None) or errno.EIO
                raise NotWritten(code, os.strerror(code)) from None
            self._writing = None

    def _whole(self, feed: Contract, rows: pa.Table) -> pa.Table:
        """The rows with all they land with, in order. Words in codes stay so; of the file, they become so."""
        kinds = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in landed_columns(feed).items())
        codes = rows["_source"].combine_chunks()
        cells = {}
        for column in self.connection.execute(f"select {kinds} limit 0").to_arrow_table().schema:
            if column.name in self._sources.column_names:
                told = self._sources[column.name].combine_chunks()
                cell = pa.DictionaryArray.from_arrays(codes, told)
            else:
                cell = rows[column.name] if column.name in rows.column_names else pa.nulls(len(rows), column.type)
            cells[column.name] = _written(cell, column.type)
        return pa.table(cells)

    def finish(self) -> None:
        """Sets out the views: what was to be read is read."""
        self._written_to_end()
        for part in self._open.values():
            part.writer.close()
        self._open.clear()
        for feed in self.feeds:
            self._set_out(feed)

    def close(self) -> None:
        """Ends its thread and takes away its files: no row stays outside landing."""
        self._writer.shutdown()
        for part in self._open.values():
            with contextlib.suppress(pa.ArrowException, OSError):
                part.writer.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def leave_out(self, feed: str, rows: str) -> Counter[str]:
        """Leaves out the rows of SQL `rows` (`_parse`, `_row`, `_item`); returns how many of each reading."""
        gone = self.connection.execute(
            f"insert into left_out select {literal(feed)}, _parse, _row, _item from ({rows}) returning _parse"
        )
        counts = Counter(name for (name,) in gone.fetchall())
        if counts:
            self._set_out(feed)
        return counts

    def forget(self, parse_id: str) -> None:
        """Takes back the rows of a file."""
        self._forgotten.add(parse_id)
        for feed, parts in self._parts.items():
            if not any(parse_id in part.parses for part in parts):
                continue
            for part in list(parts):
                if part.parses <= self._forgotten and self._open.get(feed) is not part:
                    part.path.unlink()
                    parts.remove(part)
            if feed not in self._open:
                self._set_out(feed)

    def give(self, parse_id: str, delivery_id: str, created: datetime) -> None:
        """Says that the rows of a file are of another delivery than the one it was read for."""
        self._is_given = True
        self.connection.execute(
            "update files set _delivery = ?, _loaded_at = ? where _parse = ?",
            [delivery_id, created.replace(tzinfo=None), parse_id],
        )

    def whole(self, feed: str) -> Path | None:
        """The file that holds what view `landed_<feed>` shows and nothing else, where there is one."""
        parts = self._parts[feed]
        is_whole = len(parts) == 1 and not self._is_given and not parts[0].parses & self._forgotten
        return parts[0].path if is_whole and not self._leaves_out(feed) else None

    def _leaves_out(self, feed: str) -> bool:
        asked = self.connection.execute(f"select exists(from left_out where feed = {literal(feed)})")
        return bool(asked.fetchall()[0][0])

    def _set_out(self, feed: str) -> None:
        columns = landed_columns(contract(feed))
        of_row = ", ".join(f'"{name}"' for name in columns if name not in ORIGIN or name in _OF_ROW)
        parts = self._parts[feed]
        files = ", ".join(literal(unglobbed(str(part.path))) for part in parts)
        rows = f"read_parquet([{files}])"
        if not parts:
            empty = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
            rows = f"(select {empty} limit 0)"
        kept = ["true"]
        forgotten = self._forgotten.intersection(chain.from_iterable(part.parses for part in parts))
        if forgotten:
            kept.append(f"_parse not in ({', '.join(map(literal, sorted(forgotten)))})")
        if self._leaves_out(feed):
            same = " and ".join(f"l.{name} = r.{name}" for name in _OF_ROW)
            kept.append(f"not exists (from left_out as l where l.feed = {literal(feed)} and {same})")
        self.connection.execute(
            f"""create or replace temp view "rows_{feed}" as select {of_row} from {rows} as r where {" and ".join(kept)};
            create or replace temp view "landed_{feed}" as
            select {", ".join(f'"{name}"' for name in columns)} from "rows_{feed}" join files using (_parse)"""
        )
