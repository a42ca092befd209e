"""Table files other than CSV and XLSX: JSON (array or lines) and Parquet, as SQL over rows of text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bilimkoz.sql import identifier, literal
from ingest.contract import Contract
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers import text
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint

#: The largest answer known, a whole country's institutions, is 13 MB. The engine sets aside twice this a thread.
_MAX_OBJECT_BYTES = 64 << 20
#: A record on a line of its own may be a whole card, which is longer than any row of a table.
_MAX_LINE_CHARACTERS = 8 << 20


@contextmanager
def read_json(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, print_: Fingerprint
) -> Iterator[Source]:
    """SQL over a JSON array (`_row` is the record) or JSON lines (`_row` is the line)."""
    with json_records(connection, path, print_):
        keys = [
            row[0]
            for row in connection.execute(
                "select distinct unnest(json_keys(record)) as k from records "
                "where json_type(record) = 'OBJECT' order by k"
            ).fetchall()
        ]
        header = headers.match(keys, contract)
        cells = "".join(f", record ->> {literal(_pointer(key))} as c{place}" for place, key in enumerate(keys))
        yield Source(
            f"select _row, coalesce(json_type(record) <> 'OBJECT', true) as _broken{cells} from records", header
        )


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


@contextmanager
def json_records(connection: duckdb.DuckDBPyConnection, path: Path, print_: Fingerprint) -> Iterator[None]:
    """Fills the temporary table `records` (`_row`, `record` JSON) from an array, one object, or lines.

    Raises:
        Refusal: the file is no JSON, or holds no record. In lines, a broken line is a record that is null.
    """
    try:
        if path.suffix.lower() == ".jsonl" or _looks_like_lines(path, print_):
            with text.lines(path, print_, _MAX_LINE_CHARACTERS) as lines:
                connection.execute(
                    f"""create or replace temp table records as
                    select line_no as _row, case when json_valid(l) then cast(l as json) end as record
                    from ({lines}) where trim(l) <> ''"""
                )
        else:
            # Decoding at most doubles the bytes.
            largest = min(_MAX_OBJECT_BYTES, 2 * print_.bytes_n + (1 << 16))
            with text.as_utf8(path, print_) as name:
                connection.execute(
                    f"""create or replace temp table records as
                    select row_number() over () as _row, json as record
                    from read_json_objects({literal(name)}, format='auto', maximum_object_size={largest})"""
                )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise Refusal("file_unreadable", format="JSON") from None
    records, objects = connection.execute(
        "select count(*), count(*) filter (json_type(record) = 'OBJECT') from records"
    ).fetchall()[0]
    if not records:
        raise Refusal("file_empty")
    if not objects:
        raise Refusal("file_unreadable", format="JSON")
    yield
    connection.execute("drop table records")


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


@contextmanager
def read_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, _: Fingerprint
) -> Iterator[Source]:
    """SQL over a Parquet file; `_row` is the record."""
    scan = f"read_parquet({literal(str(path))}, file_row_number=true)"
    try:
        columns = connection.execute(f"describe select * exclude (file_row_number) from {scan}").fetchall()
    except duckdb.Error:
        raise Refusal("file_unreadable", format="Parquet") from None
    header = headers.match([column[0] for column in columns], contract)
    cells = "".join(f", {_as_text(name, kind)} as c{place}" for place, (name, kind, *_) in enumerate(columns))
    yield Source(f"select file_row_number + 1 as _row, false as _broken{cells} from {scan}", header)


def _as_text(name: str, kind: str) -> str:
    """A typed value as a person would have written it."""
    column = identifier(name)
    if kind in ("DOUBLE", "FLOAT"):
        # A column of numbers with one value missing becomes a column of floats on its way through a data frame.
        return f"regexp_replace(cast({column} as varchar), '[.]0$', '')"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"cast(timezone('Asia/Almaty', {column}) as varchar)"
    return f"cast({column} as varchar)"
