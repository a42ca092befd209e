"""Readers: one file in any accepted format becomes SQL that gives rows of text.

All formats meet in one shape: `_row` (the line or record a person would look for), `_broken` (true where
the row cannot be split into columns) and the columns as text, under the names of the contract. Typing
and judging come after (`ingest.judge`), so that no format has rules of its own.
"""

from pathlib import Path
from typing import Any

from ingest.readers import csv, tables, xlsx

_READERS = {
    ".csv": csv.read,
    ".xlsx": xlsx.read,
    ".json": tables.read_json,
    ".jsonl": tables.read_json,
    ".parquet": tables.read_parquet,
}
FORMATS = tuple(_READERS)


def reader_of(path: Path) -> Any:
    """The reader of a table file, by its suffix."""
    return _READERS[path.suffix.lower()]
