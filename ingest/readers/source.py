"""What every reader of tables gives: SQL for the rows, which column stands where, and the parts a file is read in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.readers.header import Header

#: Of a file that is read in one statement.
AT_ONCE = (None,)


@dataclass(frozen=True)
class Source:
    """Rows of a table file as SQL, for one part of the file at a time.

    `sql` gives `_row` (line, sheet row or record, as a person counts), `_broken` (true where the row cannot be split into
    columns, which are null then) and `c0`, `c1`, … as text, without blanks around it and null where it is empty. Each
    step over `parts` sets out the next part for it, so
    that what the file holds never stands in memory whole; parts can be gone through once.
    """

    sql: str
    header: Header
    parts: Iterable[None] = AT_ONCE
