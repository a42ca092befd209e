"""What every reader of tables gives: SQL for the rows, which column stands where, and the parts a file is read in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from ingest.readers.header import Header


@dataclass(frozen=True)
class Source:
    """Rows of a table file as SQL, for one part of the file at a time.

    `sql` gives `_row` (line, sheet row or record, as a person counts), `_broken` (true where the row cannot be split into
    columns, which are null then) and `c0`, `c1`, … as text, without blanks around it and null where it is empty. Each
    step over `parts` sets out the next part for it, so that what the file holds never stands in memory whole; parts can be
    gone through once. A part that is given as a table needs no SQL; of its texts blanks are not taken off yet.
    """

    sql: str
    header: Header
    parts: Iterable[pa.Table | None]


def set_out(connection: duckdb.DuckDBPyConnection, name: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Sets out rows under a name, batch after batch, and gives them as they are."""
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        connection.register(name, rows)
        yield rows
        connection.unregister(name)
