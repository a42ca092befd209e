"""Reports of `check` lie beside the lists they judge, and are none: by these marks they are told from data."""

from __future__ import annotations

from pathlib import Path

#: Suffix of a report -> what stands near its beginning.
MARKS = {".html": b'content="bilimkoz check"', ".json": b'"bilimkoz_check"'}
_WITHIN_BYTES = 1000


def is_report(path: Path) -> bool:
    """Whether a file is a report of ours."""
    mark = MARKS.get(path.suffix.lower())
    if mark is None or not path.is_file():
        return False
    with path.open("rb") as file:
        return mark in file.read(_WITHIN_BYTES)
