"""Forms as a person fills them in: made, opened with another library, written into, saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from bilimkoz.form import workbook
from bilimkoz.texts import say
from ingest.contract import Column, Contract, contract, feeds

TABLES = [feed for feed in feeds() if not contract(feed).sections]


def form_of(feed: str, language: str, path: Path) -> openpyxl.Workbook:
    """The form of a feed, written to `path` and opened."""
    workbook.write(contract(feed), language, path)
    return openpyxl.load_workbook(path)


def asked_for(feed: Contract) -> list[Column]:
    """The columns that a form has by the contract: all that are not dropped."""
    return [column for column in feed.columns if column.privacy != "drop" and not column.made_from]


def example_of(book: openpyxl.Workbook, language: str) -> list[Any]:
    """The row of the sheet with the example."""
    return [cell.value for cell in book[say(language, "form.sheet_example")][2]]


def coded(feed: str, language: str, row: Sequence[Any]) -> list[Any]:
    """The same row with the code of each enumeration in place of its label."""
    columns = asked_for(contract(feed))
    codes = [{labels[language]: value for value, labels in column.enum_labels.items()} for column in columns]
    return [known.get(value, value) for known, value in zip(codes, row, strict=False)]


def fill(book: openpyxl.Workbook, feed: str, rows: Mapping[int, Sequence[Any]], path: Path) -> Path:
    """Writes rows under their numbers into the sheet of the feed."""
    for number, row in rows.items():
        for place, value in enumerate(row, start=1):
            if value is not None:
                book[feed].cell(number, place).value = value
    book.save(path)
    return path
