"""What every reader of tables gives: SQL for the rows, and which column stands where."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.readers.header import Header


@dataclass(frozen=True)
class Source:
    """Rows of a table file as SQL that may be scanned once.

    Columns: `_row` (line, sheet row or record, as a person counts), `_broken` (true where the row cannot be split into
    columns, which are null then) and `c0`, `c1`, … as text.
    """

    sql: str
    header: Header
