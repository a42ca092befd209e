"""What every reader gives: SQL for the rows, and what is left to do once they were scanned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.readers.header import Header


@dataclass(frozen=True)
class Source:
    """Rows of a table file as SQL with columns `_row`, `_broken`, `_newlines` and `c0`, `c1`, … as text.

    `finish(judged)` runs after the one scan: it puts true line numbers into table `judged` and leaves rows
    that could not be split in the temporary table `broken` (`_row`).
    """

    sql: str
    header: Header
    finish: Callable[[str], None]
