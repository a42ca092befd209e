"""Workbooks for tests: rows under their numbers, and the same book with one part of it changed."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

HEADER = ["person_id", "institution_id", "position", "start_date"]


def book_of(
    path: Path,
    rows: Mapping[int, Sequence[Any]],
    sheet: str = "Sheet1",
    before: str | None = None,
    from_1904: bool = False,
) -> Path:
    """A workbook with rows under their numbers (from 1); dates are date cells."""
    with xlsxwriter.Workbook(path, {"date_1904": from_1904}) as book:
        if before:
            book.add_worksheet(before).write(0, 0, "a cover")
        table = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in rows.items():
            for place, value in enumerate(row):
                if isinstance(value, datetime.date):
                    table.write_datetime(number - 1, place, datetime.datetime.combine(value, datetime.time()), day)
                elif isinstance(value, str) and value.startswith("="):
                    table.write_formula(number - 1, place, value, None, "teacher")
                elif value is not None:
                    table.write(number - 1, place, value)
    return path


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes], name: str) -> Path:
    """The same workbook with one part changed."""
    other = path.with_name(name)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.namelist():
            content = source.read(item)
            target.writestr(item, change(content) if item == part else content)
    return other
