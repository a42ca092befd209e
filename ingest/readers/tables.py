"""Table files other than CSV and XLSX: JSON (array or lines) and Parquet, as SQL over rows of text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from bilimkoz.sql import identifier, literal, unglobbed
from ingest.contract import Contract
from ingest.macros import CLEANED, NESTED
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers import text
from ingest.readers.source import Source, set_out
from ingest.readers.text import Fingerprint

#: The largest answer known, a whole country's institutions, is 13 MB. The engine sets aside twice this a thread.
_MAX_OBJECT_BYTES = 64 << 20
#: A record on a line of its own may be a whole card, which is longer than any row of a table.
_MAX_LINE_CHARACTERS = 8 << 20
#: Judging is planned anew for each part.
_ROWS_A_PART = 250_000
#: A card has some kilobytes.
_RECORDS_A_PART = 10_000


def read_json(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, print_: Fingerprint) -> Source:
    """SQL over a JSON array (`_row` is the record) or JSON lines (`_row` is the line).

    A first pass finds the keys, since any record may have one more.
    """
    keys: set[str] = set()
    for _ in json_records(connection, path, print_):
        found = connection.execute(
            "select distinct unnest(json_keys(record)) from records where json_type(record) = 'OBJECT'"
        )
        keys.update(key for (key,) in found.fetchall())
        if len(keys) > headers.MOST_COLUMNS:
            # Each record of a hostile file may have keys of its own.
            break
    names = sorted(keys)
    header = headers.match(names, contract)
    lists = header.places_of_lists(contract)
    cells = "".join(
        f", {'list_text_of' if place in lists else 'text_of'}(record -> {literal(_pointer(key))}) as c{place}"
        for place, key in enumerate(names)
    )
    return Source(
        f"select _row, coalesce(json_type(record) <> 'OBJECT', true) as _broken{cells} from records",
        header,
        json_records(connection, path, print_),
    )


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


def json_records(connection: duckdb.DuckDBPyConnection, path: Path, print_: Fingerprint) -> Iterator[None]:
    """Fills the temporary table `records` (`_row`, `record` JSON) from an array, one object, or lines, part after part.

    Raises:
        Refusal: the file is no JSON, or holds no record. In lines, a broken line is a record that is null.
    """
    parts = _lines if path.suffix.lower() == ".jsonl" or _looks_like_lines(path, print_) else _array
    records_n = objects_n = 0
    try:
        for _ in parts(connection, path, print_):
            counts = "select count(*), count(*) filter (json_type(record) = 'OBJECT') from records"
            more_n, more_objects_n = connection.execute(counts).fetchall()[0]
            records_n, objects_n = records_n + more_n, objects_n + more_objects_n
            yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise Refusal("file_unreadable", format="JSON") from None
    connection.execute("drop table if exists records")
    if not records_n:
        raise Refusal("file_empty")
    if not objects_n:
        raise Refusal("file_unreadable", format="JSON")


def _lines(connection: duckdb.DuckDBPyConnection, path: Path, print_: Fingerprint) -> Iterator[None]:
    for block in text.blocks(path, print_, _MAX_LINE_CHARACTERS):
        connection.register("json_block", block.lines(_MAX_LINE_CHARACTERS))
        connection.execute(
            """create or replace temp table records as
            select line_no as _row, case when json_valid(l) then cast(l as json) end as record
            from json_block where trim(l) <> ''"""
        )
        connection.unregister("json_block")
        yield


def _array(connection: duckdb.DuckDBPyConnection, path: Path, print_: Fingerprint) -> Iterator[None]:
    # Decoding at most doubles the bytes.
    largest = min(_MAX_OBJECT_BYTES, 2 * print_.bytes_n + (1 << 16))
    with text.as_utf8(path, print_) as name, connection.cursor() as reading:
        records = reading.execute(
            f"""select row_number() over () as _row, json as record
            from read_json_objects({literal(unglobbed(name))}, format='auto', maximum_object_size={largest})"""
        )
        for batch in records.to_arrow_reader(_RECORDS_A_PART):
            connection.register("json_batch", pa.Table.from_batches([batch]))
            connection.execute(
                "create or replace temp table records as select _row, cast(record as json) as record from json_batch"
            )
            connection.unregister("json_batch")
            yield


def _looks_like_lines(path: Path, print_: Fingerprint) -> bool:
    """Whether the first line is a whole object: then one bad line must not cost the file."""
    first = text.head_text(path, print_.encoding).lstrip().partition("\n")[0]
    if not print_.has_newline or not first.startswith("{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, _: Fingerprint) -> Source:
    """SQL over a Parquet file; `_row` is the record."""
    scan = f"read_parquet({literal(unglobbed(str(path)))}, file_row_number=true)"
    try:
        columns = connection.execute(f"describe select * exclude (file_row_number) from {scan}").fetchall()
    except duckdb.Error:
        raise Refusal("file_unreadable", format="Parquet") from None
    header = headers.match([column[0] for column in columns], contract)
    lists = header.places_of_lists(contract)
    cells = "".join(
        f", cleaned({_as_text(name, kind, place in lists)}) as c{place}"
        for place, (name, kind, *_) in enumerate(columns)
    )
    rows = f"select file_row_number + 1 as _row, false as _broken{cells} from {scan}"
    return Source("from parquet_rows", header, _batches(connection, rows))


def _batches(connection: duckdb.DuckDBPyConnection, rows: str) -> Iterator[pa.Table]:
    with connection.cursor() as reading:
        reading.execute(CLEANED)
        yield from set_out(connection, "parquet_rows", reading.execute(rows).to_arrow_reader(_ROWS_A_PART), "Parquet")


def _as_text(name: str, kind: str, is_list: bool) -> str:
    """A typed value as a person would have written it."""
    column = identifier(name)
    if is_list and kind.endswith("[]"):
        return f"nullif(array_to_string({column}, ';'), '')"
    if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]"):
        return f"case when {column} is not null then {NESTED} end"
    if kind in ("DOUBLE", "FLOAT"):
        # A column of numbers with one value missing becomes a column of floats on its way through a data frame.
        return f"regexp_replace(cast({column} as varchar), '[.]0$', '')"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"cast(timezone('Asia/Almaty', {column}) as varchar)"
    return f"cast({column} as varchar)"
