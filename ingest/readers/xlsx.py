"""XLSX: the sheet named as the feed, else the first, as SQL over rows of text."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from lxml import etree

from bilimkoz.sql import identifier, literal, unglobbed
from ingest.contract import Contract
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint

#: A workbook that unpacks to more than this, or by more than this factor, is a bomb and not a list.
_MAX_UNPACKED_BYTES = 4 << 30
_MAX_RATIO = 200
#: Parts that say what is in the book are small; only a sheet and its texts are not.
_MAX_PART_BYTES = 16 << 20
_LAST_ROW = 1_048_576
#: How many bytes of a sheet are looked through at once, and the longest mark of a row in it.
_CHUNK, _LONGEST_MARK = 1 << 20, 1 << 12
_ROW_MARK = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_ROW_NUMBER = re.compile(rb"\br=[\"'](\d+)")
#: Columns that are looked at beside the last that has a name.
_NAMELESS_COLUMNS = 20
#: A workbook of the 1904 system counts days from four years and a day later.
_DAYS_TO_1904 = 1462
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: What a file that is no workbook, or one cut off or written over, makes the unpacker and the parser say.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    StopIteration,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class _Sheet:
    """A sheet: the row its header stands in, the letters of its last column, its last row, and whether days count from 1904."""

    name: str
    header_row: int
    last_column: str
    last_row: int
    counts_from_1904: bool


def read(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, _: Fingerprint) -> Source:
    """SQL over the rows of a sheet; `_row` is the row of the sheet. Its first row with anything in it is the header.

    Raises:
        Refusal: no workbook, one that unpacks to too much, no rows, or a required column missing.
    """
    sheet = _sheet(path, contract.feed)
    options = "header=false, all_varchar=true, stop_at_empty=false, empty_as_varchar=true"
    # With a range, rows keep their numbers; without one, the extension begins to count where it finds something.
    first, last = (f"A{sheet.header_row}:{sheet.last_column}{row}" for row in (sheet.header_row, sheet.last_row))
    scan = f"read_xlsx({literal(unglobbed(str(path)))}, sheet={literal(sheet.name)}, {options}, range="
    found = connection.execute(f"select * from {scan}{literal(first)})")
    columns = [column[0] for column in found.description]
    names = [str(name or "") for name in found.fetchall()[0]]
    if not any(name.strip() for name in names):
        raise Refusal("file_empty")
    header = headers.match(names, contract)
    dates = {place for name, place in header.positions.items() if contract.column(name).type == "date"}
    cells = ", ".join(
        f"{_moved(name) if sheet.counts_from_1904 and place in dates else identifier(name)} as c{place}"
        for place, name in enumerate(columns)
    )
    filled = ", ".join(f"c{place}" for place in range(len(columns)))
    return Source(
        f"""select * from (select row_number() over () + {sheet.header_row - 1} as _row, false as _broken, {cells}
            from {scan}{literal(last)})) where _row > {sheet.header_row} and coalesce({filled}) is not null""",
        header,
    )


def _moved(name: str) -> str:
    cell = identifier(name)
    moved = f"cast(cast(floor(cast({cell} as double)) as integer) + {_DAYS_TO_1904} as varchar)"
    return f"case when regexp_full_match({cell}, '[0-9]{{4,5}}([.][0-9]+)?') then {moved} else {cell} end"


def _sheet(path: Path, feed: str) -> _Sheet:
    try:
        with zipfile.ZipFile(path) as book:
            packed = sum(item.compress_size for item in book.infolist())
            unpacked = sum(item.file_size for item in book.infolist())
            if unpacked > _MAX_UNPACKED_BYTES or unpacked > _MAX_RATIO * max(packed, 1 << 16):
                raise Refusal("workbook_too_large", unpacked_bytes=unpacked)
            workbook = _part(book, "xl/workbook.xml")
            sheets = {str(item.get("name")): str(item.get(_RELATION)) for item in workbook.iter("{*}sheet")}
            name = feed if feed in sheets else next(iter(sheets))
            relations = _part(book, "xl/_rels/workbook.xml.rels")
            target = next(str(item.get("Target")) for item in relations if item.get("Id") == sheets[name])
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            header_row, last_column = _first_row(book, part)
            last_row = max(header_row, _last_row(book, part))
            from_1904 = any(item.get("date1904") in ("1", "true") for item in workbook.iter("{*}workbookPr"))
    except _DAMAGE:
        raise Refusal("file_unreadable", format="XLSX") from None
    return _Sheet(name, header_row, last_column, last_row, from_1904)


def _part(book: zipfile.ZipFile, name: str) -> Any:
    if book.getinfo(name).file_size > _MAX_PART_BYTES:
        raise KeyError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(book.read(name), parser)


def _first_row(book: zipfile.ZipFile, part: str) -> tuple[int, str]:
    """Number of the first row that holds something, and the letters of the last column in it.

    Raises:
        Refusal: no row holds anything.
    """
    row, widest = 0, 0
    with book.open(part) as file:
        tags = ("{*}dimension", "{*}row")
        for _, element in etree.iterparse(file, tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
            if etree.QName(element).localname == "dimension":
                widest = _number(str(element.get("ref")).rpartition(":")[2])
                continue
            row = int(element.get("r") or row + 1)
            filled = [cell for cell in element if cell.find("{*}v") is not None or cell.find("{*}is") is not None]
            if filled:
                place = re.match("[A-Z]+", str(filled[-1].get("r") or ""))
                named = _number(place[0]) if place else len(element)
                # Cells beside the last name are columns too, if nameless ones; a sheet may claim to be as wide as can be.
                return row, _letters(max(named, min(widest, named + _NAMELESS_COLUMNS)))
            element.clear()
    raise Refusal("file_empty")


def _last_row(book: zipfile.ZipFile, part: str) -> int:
    """Number of the last row of a sheet; where rows do not say theirs, the last a sheet can have.

    The extension makes a row of every number in a range, and takes a tenth of a second for a sheet of a million.
    """
    last, rest = 0, b""
    with book.open(part) as file:
        while chunk := file.read(_CHUNK):
            text = rest + chunk
            for mark in _ROW_MARK.findall(text):
                told = _ROW_NUMBER.search(mark)
                if told is None:
                    return _LAST_ROW
                last = max(last, int(told[1]))
            rest = text[-_LONGEST_MARK:]
    return min(last, _LAST_ROW) or _LAST_ROW


def _number(cell: str) -> int:
    """Number of the column of a cell: A1 is 1, AA7 is 27; 0 for no cell."""
    number = 0
    for letter in re.match("[A-Z]*", cell)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    """Letters of a column from its number: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
