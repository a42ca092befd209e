"""What every reader of tables gives: SQL for the rows, which column stands where, and the parts a file is read in."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from bilimkoz.connection import registered
from ingest.problems import Refusal
from ingest.readers.header import Header

#: What says of the machine, and nothing of the file: no room, no memory, too many files open.
MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EROFS)


@dataclass(frozen=True)
class Source:
    """Rows of a table file as SQL, for one part of the file at a time.

    `sql` gives `_row` (line, sheet row or record, as a person counts), `_broken` (true where the row cannot be split into
    as many columns; what stands in them is where it should be, or slid) and `c0`, `c1`, … as text, without blanks around
    it and null where it is empty. Each step over `parts` sets out the next part for it, so that what the file holds never
    stands in memory whole; parts can be gone through once. A part that is given as a table needs no SQL; of its texts
    blanks are not taken off yet.
    """

    sql: str
    header: Header
    parts: Iterable[pa.Table | None]


def set_out(
    connection: duckdb.DuckDBPyConnection, name: str, batches: Iterable[pa.RecordBatch], format_: str
) -> Iterator[pa.Table]:
    """Sets out rows under a name, batch after batch, and gives them as they are.

    Raises:
        Refusal: the file is damaged where a batch should be.
        MemoryError, OSError: it is no fault of the file.
    """
    coming = iter(batches)
    while True:
        try:
            batch = next(coming, None)
        except (pa.ArrowException, OSError) as fault:
            raise _told(fault, format_) from None
        if batch is None:
            return
        rows = pa.Table.from_batches([batch])
        with registered(connection, name, rows):
            yield rows


def _told(fault: Exception, format_: str) -> Exception:
    """What an error of the engine is that came by way of Arrow, which keeps its words and not its kind."""
    if "Out of Memory" in str(fault):
        return MemoryError()
    code = next((code for code in MACHINE if os.strerror(code) in str(fault)), None)
    return Refusal("file_unreadable", format=format_) if code is None else OSError(code, os.strerror(code))
