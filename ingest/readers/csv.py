"""CSV: DuckDB reads lines, and each record is split where it stands, so that its line number cannot be lost.

DuckDB's own CSV reader counts neither the lines inside quotes nor the rows it rejects, drops lines longer than its
buffer
without a word, and gives up on a file that mixes line ends. A line number that is off by one makes quarantine useless,
so
here a record is a line; only where a quote stays open over a line end are lines put together first.
"""

from __future__ import annotations

import csv as _csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bilimkoz.sql import literal
from ingest.contract import Contract
from ingest.problems import Refusal
from ingest.readers import header as headers
from ingest.readers import text
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint

_DELIMITERS = (",", ";", "\t", "|")
#: A spreadsheet writes this line first so that it finds the delimiter again.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n')


@contextmanager
def read(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, print_: Fingerprint
) -> Iterator[Source]:
    """SQL over the rows of a CSV file; `_row` is the line on which the record begins. Rows without any value are no
    rows.

    Raises:
        Refusal: nothing in it, a required column missing, or a quote that never closes.
    """
    names, delimiter, head_lines = _head(text.head_text(path, print_.encoding))
    header = headers.match(names, contract)
    is_joined = print_.has_quotes and _join_lines(connection, path, print_, delimiter, head_lines)
    with text.lines(path, print_) as lines:
        records = f"select line_no as _row, l from ({lines}) where line_no > {head_lines}"
        if is_joined:
            records = f"""select _row, l from ({records}) where not exists (select 1 from joined_lines as j where
            j.line_no = _row)
                union all select first_line, l from joined_records"""
        yield Source(_split(records, len(names), delimiter, print_.has_quotes), header)
    if is_joined:
        connection.execute("drop table joined_lines")
        connection.execute("drop table joined_records")


def _head(text: str) -> tuple[list[str], str, int]:
    """The names in the header, the delimiter, and how many lines there are up to the header's last."""
    told = _SEPARATOR_LINE.match(text)
    body = text[told.end() :] if told else text
    found = [_first_record(body, mark) for mark in ([told[1]] if told else _DELIMITERS)]
    names, delimiter, lines = max(found, key=lambda item: len(item[0]))
    if not any(name.strip() for name in names):
        raise Refusal("file_empty")
    return names, delimiter, lines + (1 if told else 0)


def _first_record(text: str, delimiter: str) -> tuple[list[str], str, int]:
    reader = _csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except _csv.Error:
        # A field of over 128 kB: whatever it is, it is not the name of a column.
        names = [text[:100]]
    return names, delimiter, reader.line_num


class _Shapes:
    """Regular expressions (RE2) of what a line may be, by where it begins and ends."""

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        bare = f'[^" {mark}][^{mark}]*'
        quoted = '"(?:[^"]|"")*"'
        after = f'(?:[^"{mark}][^{mark}]*)?'
        loose = f" *(?:{quoted}{after}|{bare})?"
        self.field = f" *(?:{quoted} *|{bare})?"
        self.record = f"{self.field}(?:{mark}{self.field})*"
        #: From outside quotes to outside quotes, and from inside to outside; letters after a closing quote are let
        #: pass.
        self.closed = f"{loose}(?:{mark}{loose})*"
        self.closing = f'(?:[^"]|"")*"{after}(?:{mark}{loose})*'
        self.extracted = f"({self.field}){mark}"


def _split(records: str, columns_n: int, delimiter: str, has_quotes: bool) -> str:
    plain = f"string_split(l, {literal(delimiter)})"
    if has_quotes:
        shapes = _Shapes(delimiter)
        fields = f"""case when l is null or not contains(l, '"') then {plain}
            when regexp_full_match(l, {literal(shapes.record)}) then list_transform(
                regexp_extract_all(l || {literal(delimiter)}, {literal(shapes.extracted)}, 1),
                lambda x: case when starts_with(ltrim(x, ' '), '"')
                    then replace(substr(trim(x, ' '), 2, length(trim(x, ' ')) - 2), '""', '"') else x end)
            end"""
    else:
        fields = plain
    cells = ", ".join(f"f[{place + 1}] as c{place}" for place in range(columns_n))
    return f"""select _row, coalesce(len(f) <> {columns_n}, true) as _broken, {cells}
        from (select _row, {fields} as f from ({records}) where translate(l, {literal(delimiter)} || '" ' || chr(9),
        '') <> '')"""


def _join_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, print_: Fingerprint, delimiter: str, head_lines: int
) -> bool:
    """Makes tables `joined_lines` (`line_no`, `first_line`) and `joined_records` (`first_line`, `l`); false if there
    are none.

    Whether a quote is open after a line depends on all lines before it. Each line maps "open before" to "open after"
    in one
    of four ways: it closes, it opens, it keeps, it swaps. So the state is that of the last line that closes or opens,
    turned
    by the swaps since.
    """
    shapes = _Shapes(delimiter)
    running = "over (rows between unbounded preceding and current row)"
    with text.lines(path, print_) as lines:
        connection.execute(
            f"""create or replace temp table joined_lines as
            with mapped as (
                select line_no,
                    cast(contains(l, '"') and not regexp_full_match(l, {literal(shapes.closed)}) as integer) as
                    from_closed,
                    cast(not contains(l, '"') or not regexp_full_match(l, {literal(shapes.closing)}) as integer) as
                    from_open
                from (select line_no, coalesce(l, '') as l from ({lines})) where line_no > {head_lines}
            ), swapped as (
                select *, sum(from_closed * (1 - from_open)) {running} as swaps from mapped
            ), settled as (
                select line_no, swaps,
                    max(case when from_closed = from_open then line_no * 2 + (from_closed + swaps) % 2 end) {running}
                    as settled_at
                from swapped
            ), states as (
                select line_no, (coalesce(settled_at, 0) + swaps) % 2 = 1 as is_open from settled
            ), following as (
                select line_no, is_open, coalesce(lag(is_open) over (), false) as was_open from states
            )
            select line_no, is_open, max(case when not was_open then line_no end) {running} as first_line
            from following where was_open or is_open"""
        )
    last = connection.execute("select first_line, is_open from joined_lines order by line_no desc limit 1").fetchall()
    if not last:
        return False
    if last[0][1]:
        raise Refusal("quote_never_closed", line=last[0][0])
    with text.lines(path, print_) as lines:
        connection.execute(
            f"""create or replace temp table joined_records as
            select first_line, string_agg(coalesce(l, ''), chr(10) order by line_no) as l
            from ({lines}) join joined_lines using (line_no) group by first_line"""
        )
    return True
