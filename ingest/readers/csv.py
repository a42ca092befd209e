"""CSV: DuckDB reads it as text with its rejects; each row gets back the line a person would look for.

DuckDB counts records, and a person counts lines: a quoted newline makes one record of two lines, and an
empty line is none. So after the scan the records are laid on the physical lines of the file.
"""

from __future__ import annotations

import csv as _csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bilimkoz.sql import literal
from ingest.contract import Contract
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint, as_utf8, head_line

_DELIMITERS = (",", ";", "\t", "|")
#: A line longer than this is no row of a table; DuckDB rejects it and goes on.
_MAX_LINE_BYTES = 4_000_000


@contextmanager
def read(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, fingerprint: Fingerprint) -> Iterator[Source]:
    """SQL over the rows of a CSV file; it may be scanned once.

    Raises:
        Refusal: no rows, a required column missing, or a quote that never closes.
    """
    first = head_line(path, fingerprint.encoding)
    if not first.strip():
        raise Refusal("file_empty")
    delimiter = max(_DELIMITERS, key=lambda mark: len(_split(first, mark)))
    header = headers.match(_split(first, delimiter), contract)
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header.names)))
    options = (
        f"delim={literal(delimiter)}, quote='\"', escape='\"', header=true, auto_detect=false, "
        f"columns={{{columns}}}, max_line_size={_MAX_LINE_BYTES}"
    )
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"drop table if exists {table}")
    with as_utf8(path, fingerprint.encoding) as text:
        rows = f"select row_number() over () + 1 as _row, * from read_csv({literal(text)}, {options}, store_rejects=true, rejects_limit=0)"
        newlines = " + ".join(f"coalesce(length(c{place}) - length(replace(c{place}, chr(10), '')), 0)" for place in range(len(header.names)))
        yield Source(
            sql=f"select *, false as _broken, {newlines} as _newlines from ({rows})",
            header=header,
            finish=lambda judged: _number_lines(connection, judged, path, fingerprint),
        )


def _split(line: str, delimiter: str) -> list[str]:
    return next(_csv.reader([line], delimiter=delimiter), [])


def _number_lines(connection: duckdb.DuckDBPyConnection, judged: str, path: Path, fingerprint: Fingerprint) -> None:
    """Turns record numbers into line numbers in table `judged` and leaves the broken rows in `broken`."""
    connection.execute("create or replace temp table broken as select line as _row from reject_errors group by line")
    endless = connection.execute(
        "select min(line) from reject_errors where error_message like '%unterminated quote%'"
    ).fetchall()[0][0]
    if endless is not None:
        raise Refusal("quote_never_closed", line=endless)
    good, inner = connection.execute(f"select count(*), coalesce(sum(_newlines), 0) from {judged}").fetchall()[0]
    bad = connection.execute("select count(*) from broken").fetchall()[0][0]
    lines = fingerprint.newlines_n + (0 if fingerprint.ends_with_newline else 1)
    if lines != good + bad + 1 or inner:
        _lay_on_lines(connection, judged, path, fingerprint, good + bad + 1)
    elif bad:
        _place_between_rejects(connection, judged)


def _place_between_rejects(connection: duckdb.DuckDBPyConnection, judged: str) -> None:
    """Every record is one line: a good record moves down by the rejects that stand before it."""
    connection.execute(
        f"""create or replace temp table {judged} as
        select j.* replace (j._row + coalesce(r.shift, 0) as _row)
        from {judged} as j asof left join (
            select good_before + 1 as _row, max(shift) as shift from (
                select _row - 1 - row_number() over (order by _row) as good_before, row_number() over (order by _row) as shift
                from broken
            ) group by good_before
        ) as r on j._row > r._row"""
    )


def _lay_on_lines(
    connection: duckdb.DuckDBPyConnection, judged: str, path: Path, fingerprint: Fingerprint, records: int
) -> None:
    """Quoted newlines or empty lines: a record starts on each line outside quotes that is not empty."""
    with as_utf8(path, fingerprint.encoding) as text:
        connection.execute(
            f"""create or replace temp table starts as
            with lines as (
                select row_number() over () as line_no, l,
                    coalesce(length(l) - length(replace(l, '"', '')), 0) as quotes
                from read_csv({literal(text)}, delim=chr(1), quote='', escape='', header=false, auto_detect=false,
                    columns={{'l': 'VARCHAR'}}, max_line_size={_MAX_LINE_BYTES})
            ), marked as (
                select line_no, l, (sum(quotes) over (order by line_no rows unbounded preceding) - quotes) % 2 = 0 as is_outside
                from lines
            ), numbered as (
                select line_no, l, row_number() over (order by line_no) as record_line from marked where is_outside
            )
            select line_no, record_line, record_line in (select _row from broken) as is_broken
            from numbered
            where coalesce(trim(l, chr(13) || ' '), '') <> '' or record_line in (select _row from broken)"""
        )
    if connection.execute("select count(*) from starts").fetchall()[0][0] != records:
        # A stray quote inside an unquoted field: DuckDB takes it as a letter. Lines are counted without it.
        _place_between_rejects(connection, judged)
        return
    connection.execute(
        f"""create or replace temp table {judged} as
        select j.* replace (g.line_no as _row)
        from {judged} as j join (
            select line_no, row_number() over (order by line_no) as n from starts where not is_broken
        ) as g on g.n = j._row"""
    )
    connection.execute("update broken set _row = s.line_no from starts s where s.record_line = broken._row")
