"""XLSX: the sheet named as the feed, else the first, as SQL over rows of text."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import duckdb
from lxml import etree

from bilimkoz.connection import connect
from bilimkoz.sql import identifier, literal, unglobbed
from ingest.contract import Contract
from ingest.macros import CLEANED
from ingest.names import masked
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers.source import Source, set_out
from ingest.readers.text import Fingerprint
from ingest.readers.xlsx_head import LAST_ROW, Head

#: A workbook that unpacks to more than this, or by more than this factor, is a bomb and not a list.
_MAX_UNPACKED_BYTES = 4 << 30
_MAX_RATIO = 200
#: Parts that say what is in the book are small; only a sheet and its texts are not.
_MAX_PART_BYTES = 16 << 20
#: Judging is planned anew for each part.
_ROWS_A_PART = 100_000
#: Twenty rows as wide as can be, below all the empty ones that a sheet can have above them.
_MAX_HEAD_BYTES = 64 << 20
#: How many bytes of a sheet are looked through at once, and the longest mark of a row in it.
_CHUNK, _LONGEST_MARK = 1 << 20, 1 << 12
_ROW_MARK = re.compile(rb"<(?:\w+:)?row\s([^<>]*)>")
_ROW_NUMBER = re.compile(rb"\br=[\"'](\d+)")
#: A workbook of the 1904 system counts days from four years and a day later.
_DAYS_TO_1904 = 1462
#: A name of a sheet that needs no quotation marks before a cell.
_PLAIN_SHEET = re.compile(r"[^\W\d]\w*")
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
    """A sheet: its first rows that hold something by number, each with its width, its last row, and when days begin."""

    name: str
    head: dict[int, int]
    last_row: int
    counts_from_1904: bool


@dataclass(frozen=True)
class Place:
    """Where the columns of a contract stand in a workbook: on which sheet, and under which letters."""

    sheet: str
    letters: dict[str, str]

    def cells(self, column: str | None, rows: Iterable[str]) -> list[str]:
        """Cells of a column as a spreadsheet names them, `staff!D7`; none where the column has no place."""
        letter = self.letters.get(column or "")
        name = masked(self.sheet)
        quoted = name if _PLAIN_SHEET.fullmatch(name) else "'" + name.replace("'", "''") + "'"
        return [f"{quoted}!{letter}{row}" for row in rows] if letter else []


def place(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> Place:
    """Where the columns of a workbook stand that has been read already."""
    sheet = _sheet(path, contract.feed)
    _, header = _header(_apart(connection), _scan(path, sheet), sheet.head, contract)
    return Place(sheet.name, {name: _letters(at + 1) for name, at in header.positions.items()})


def read(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, _: Fingerprint) -> Source:
    """SQL over the rows of a sheet; `_row` is the row of the sheet. The first row that names every required column is the
    header; what stands above it is no data.

    Raises:
        Refusal: no workbook, one that unpacks to too much, no rows, or no header with every required column.
    """
    sheet = _sheet(path, contract.feed)
    scan = _scan(path, sheet)
    own = _apart(connection)
    header_row, header = _header(own, scan, sheet.head, contract)
    # With a range, rows keep their numbers; without one, the extension begins to count where it finds something.
    place = literal(f"A{header_row}:{_letters(sheet.head[header_row])}{sheet.last_row}")
    columns = [column[0] for column in own.execute(f"select * from {scan}{place}) limit 0").description]
    kinds = {at: contract.column(name).type for name, at in header.positions.items()}
    cells = ", ".join(
        f"cleaned({_cell(name, kinds.get(at), sheet.counts_from_1904)}) as c{at}" for at, name in enumerate(columns)
    )
    filled = ", ".join(f"c{at}" for at in range(len(columns)))
    rows = f"""select * from (select row_number() over () + {header_row - 1} as _row, false as _broken, {cells}
        from {scan}{place})) where _row > {header_row} and coalesce({filled}) is not null"""
    batches = own.execute(rows).to_arrow_reader(_ROWS_A_PART)
    return Source("from sheet_rows", header, set_out(connection, "sheet_rows", batches, "XLSX"))


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return connect(None, excel=True)


def _apart(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """An engine for workbooks alone, with no more memory than `connection` has.

    Of a sheet that points to a shared text that is not there the extension fails in a way that takes its whole database
    with it; here that is one without anything of other files.
    """
    try:
        _engine().execute("select 1")
    except duckdb.FatalException:
        _engine.cache_clear()
    own = _engine().cursor()
    limit = connection.execute("select current_setting('memory_limit')").fetchall()[0][0]
    own.execute(f"set memory_limit = {literal(limit)}")
    own.execute(CLEANED)
    return own


def _scan(path: Path, sheet: _Sheet) -> str:
    """A call that reads a sheet, up to the range it is to read."""
    options = "header=false, all_varchar=true, stop_at_empty=false, empty_as_varchar=true"
    return f"read_xlsx({literal(unglobbed(str(path)))}, sheet={literal(sheet.name)}, {options}, range="


def _header(
    connection: duckdb.DuckDBPyConnection, scan: str, head: dict[int, int], contract: Contract
) -> tuple[int, headers.Header]:
    """The number of the header's row, and the header."""
    first, last, widest = min(head), max(head), max(head.values())
    if widest > headers.MOST_COLUMNS:
        raise Refusal("too_many_columns", columns_n=widest, most=headers.MOST_COLUMNS)
    rows = connection.execute(f"select * from {scan}'A{first}:{_letters(widest)}{last}')").fetchall()
    wrong = []
    for number, width in head.items():
        names = [str(name or "") for name in rows[number - first][:width]]
        if not any(name.strip() for name in names):
            continue
        try:
            return number, headers.match(names, contract)
        except Refusal as why:
            wrong.append(why)
    if not wrong:
        raise Refusal("file_empty")
    if all(why.code == "header_missing" for why in wrong):
        raise Refusal("sheet_without_header", sheet=contract.feed, columns=wrong[0].facts["columns"])
    # The row that lacks least is the one that was meant.
    raise min((why for why in wrong if why.code != "header_missing"), key=_lacking)


def _lacking(why: Refusal) -> int:
    columns = why.facts.get("columns")
    return len(columns) if isinstance(columns, list) else 0


def _cell(name: str, kind: str | None, counts_from_1904: bool) -> str:
    if kind == "date" and counts_from_1904:
        return _moved(name)
    return _whole(name) if kind == "string" else identifier(name)


def _whole(name: str) -> str:
    """A number where a text belongs, an id mostly, as a person reads it: some programs write 417 as `417.0` and
    750140000417 as `7.50140000417E11`, all digits of it. (With a plus it is a text from elsewhere, and rounded.)"""
    cell = identifier(name)
    value = f"try_cast({cell} as double)"
    return (
        f"case when regexp_full_match({cell}, '[0-9]+[.]0') then split_part({cell}, '.', 1) "
        f"when regexp_full_match({cell}, '[0-9][.][0-9]+E[0-9]{{1,2}}') and {value} < 1e15 and {value} = floor({value}) "
        f"then cast(try_cast({value} as bigint) as varchar) else {cell} end"
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
            shown = [item for item in workbook.iter("{*}sheet") if item.get("state", "visible") == "visible"]
            sheets = {str(item.get("name")): str(item.get(_RELATION)) for item in shown}
            named = [name for name in sheets if name.strip().casefold() == feed]
            name = next(iter([*named, *sheets]))
            relations = _part(book, "xl/_rels/workbook.xml.rels")
            target = next(str(item.get("Target")) for item in relations if item.get("Id") == sheets[name])
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            head = _head(book, part)
            last_row = max(*head, _last_row(book, part))
            from_1904 = any(item.get("date1904") in ("1", "true") for item in workbook.iter("{*}workbookPr"))
    except _DAMAGE:
        raise Refusal("file_unreadable", format="XLSX") from None
    return _Sheet(name, head, last_row, from_1904)


def _part(book: zipfile.ZipFile, name: str) -> Any:
    if book.getinfo(name).file_size > _MAX_PART_BYTES:
        raise KeyError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(book.read(name), parser)


def _head(book: zipfile.ZipFile, part: str) -> dict[int, int]:
    """Numbers of the first rows that hold something, and how many columns there are by each.

    Raises:
        Refusal: no row holds anything.
    """
    head = Head()
    parser = etree.XMLParser(target=cast(Any, head), resolve_entities=False, no_network=True, load_dtd=False)
    with book.open(part) as file:
        while not head.is_done and (chunk := file.read(_CHUNK)):
            parser.feed(chunk)
            if file.tell() > _MAX_HEAD_BYTES:
                raise ValueError(part)
    if not head.is_done:
        parser.close()
    if not head.widths:
        raise Refusal("file_empty")
    return head.widths


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
                    return LAST_ROW
                last = max(last, int(told[1]))
            rest = text[-_LONGEST_MARK:]
    return min(last, LAST_ROW) or LAST_ROW


def _letters(column: int) -> str:
    """Letters of a column from its number: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
