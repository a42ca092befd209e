"""Table files other than CSV: XLSX, JSON (array or lines) and Parquet, as SQL over rows of text."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from lxml import etree

from bilimkoz.sql import literal
from ingest.contract import Contract
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers.header import Header
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint, as_utf8

#: A workbook that unpacks to more than this, or by more than this factor, is a bomb and not a list.
_MAX_UNPACKED_BYTES = 4 << 30
_MAX_RATIO = 200
_MAX_OBJECT_BYTES = 256 << 20


@contextmanager
def read_xlsx(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, _: Fingerprint) -> Iterator[Source]:
    """SQL over the sheet named as the feed, else the first. `_row` is the row of the sheet.

    Raises:
        Refusal: no workbook, one that unpacks to too much, no rows, or a required column missing.
    """
    sheet = _sheet(path, contract.feed)
    options = f"sheet={literal(sheet)}, header=false, all_varchar=true, stop_at_empty=false, empty_as_varchar=true"
    rows = f"select row_number() over () as _row, * from read_xlsx({literal(str(path))}, {options})"
    first = connection.execute(f"select * exclude (_row) from ({rows}) where _row = 1").fetchall()
    if not first or not any(first[0]):
        raise Refusal("file_empty")
    header = headers.match([str(name or "") for name in first[0]], contract)
    names = [row[0] for row in connection.execute(f"describe {rows}").fetchall()][1:]
    cells = ", ".join(f'"{name}" as c{place}' for place, name in enumerate(names))
    filled = ", ".join(f'"{name}"' for name in names)
    yield _source(
        connection,
        f"select _row, {cells} from ({rows}) where _row > 1 and coalesce({filled}) is not null",
        header,
    )


def _sheet(path: Path, feed: str) -> str:
    try:
        with zipfile.ZipFile(path) as book:
            packed = sum(item.compress_size for item in book.infolist())
            unpacked = sum(item.file_size for item in book.infolist())
            if unpacked > _MAX_UNPACKED_BYTES or unpacked > _MAX_RATIO * max(packed, 1 << 16):
                raise Refusal("workbook_too_large", unpacked_bytes=unpacked)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            tree = etree.fromstring(book.read("xl/workbook.xml"), parser)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, EOFError, NotImplementedError, RuntimeError):
        raise Refusal("file_unreadable", format="XLSX") from None
    names = [str(item.get("name")) for item in tree.iter("{*}sheet")]
    if not names:
        raise Refusal("file_unreadable", format="XLSX")
    return feed if feed in names else names[0]


@contextmanager
def read_json(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, fingerprint: Fingerprint) -> Iterator[Source]:
    """SQL over a JSON array (`_row` is the record) or JSON lines (`_row` is the line)."""
    with json_records(connection, path, fingerprint):
        keys = [row[0] for row in connection.execute("select distinct unnest(json_keys(record)) as k from records where json_type(record) = 'OBJECT' order by k").fetchall()]
        if not connection.execute("select count(*) from records").fetchall()[0][0]:
            raise Refusal("file_empty")
        header = headers.match(keys, contract)
        cells = "".join(f", record ->> {literal(_pointer(key))} as c{place}" for place, key in enumerate(keys))
        yield _source(
            connection, f"select _row{cells} from records where json_type(record) = 'OBJECT'", header,
            "select _row from records where record is null or json_type(record) <> 'OBJECT'",
        )


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


@contextmanager
def json_records(connection: duckdb.DuckDBPyConnection, path: Path, fingerprint: Fingerprint) -> Iterator[None]:
    """Fills the temporary table `records` (`_row`, `record` JSON) from an array, one object, or lines.

    Raises:
        Refusal: the file is no JSON. In lines, a broken line is a record that is null.
    """
    lines = path.suffix == ".jsonl" or _looks_like_lines(path, fingerprint)
    with as_utf8(path, fingerprint.encoding) as text:
        if lines:
            rows = f"""select _row, case when json_valid(l) then cast(l as json) end as record from (
                select row_number() over () as _row, ltrim(l, chr(65279)) as l
                from read_csv({literal(text)}, delim=chr(1), quote='', escape='', header=false, auto_detect=false,
                    columns={{'l': 'VARCHAR'}}, max_line_size={_MAX_OBJECT_BYTES})) where trim(l) <> ''"""
        else:
            rows = (
                f"select row_number() over () as _row, json as record from read_json_objects({literal(text)}, "
                f"format='auto', maximum_object_size={_MAX_OBJECT_BYTES})"
            )
        try:
            connection.execute(f"create or replace temp table records as {rows}")
        except duckdb.Error:
            raise Refusal("file_unreadable", format="JSON") from None
    yield


def _looks_like_lines(path: Path, fingerprint: Fingerprint) -> bool:
    """Whether the first line is a whole object: then one bad line must not cost the file."""
    with path.open(encoding=fingerprint.encoding, errors="replace") as file:
        first = file.readline(1 << 20).lstrip("\ufeff").strip()
    if not first.startswith("{"):
        return False
    try:
        json.loads(first)
    except ValueError:
        return False
    return fingerprint.newlines_n > 0


@contextmanager
def read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, _: Fingerprint) -> Iterator[Source]:
    """SQL over a Parquet file; `_row` is the record."""
    scan = f"read_parquet({literal(str(path))}, file_row_number=true)"
    try:
        names = [row[0] for row in connection.execute(f"describe select * exclude (file_row_number) from {scan}").fetchall()]
    except duckdb.Error:
        raise Refusal("file_unreadable", format="Parquet") from None
    header = headers.match(names, contract)
    cells = "".join(f', cast("{name.replace(chr(34), chr(34) * 2)}" as varchar) as c{place}' for place, name in enumerate(names))
    yield _source(connection, f"select file_row_number + 1 as _row{cells} from {scan}", header)


def _source(connection: duckdb.DuckDBPyConnection, rows: str, header: Header, broken: str | None = None) -> Source:
    def finish(_: str) -> None:
        connection.execute(f"create or replace temp table broken as {broken or 'select cast(null as bigint) as _row where false'}")

    return Source(sql=f"select *, false as _broken, 0 as _newlines from ({rows})", header=header, finish=finish)
