"""CSV: read by lines, and each record is split where it stands, so that its line number cannot be lost.

DuckDB's own CSV reader counts neither the lines inside quotes nor the rows it rejects, drops lines longer than its
buffer without a word, and gives up on a file that mixes line ends. A line number that is off by one makes quarantine
useless, so here a record is a line; only where a quote stays open over a line end are lines put together first.
"""

from __future__ import annotations

import csv as _csv
import io
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa

from bilimkoz.connection import registered
from bilimkoz.sql import literal
from ingest.contract import Contract
from ingest.problems import Refusal
from ingest.readers import csv_bare, text
from ingest.readers import header as headers
from ingest.readers.source import Source
from ingest.readers.text import Fingerprint

_DELIMITERS = (",", ";", "\t", "|")
#: A spreadsheet writes this line first so that it finds the delimiter again.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n')
#: A quote that stays open for longer is a stray one.
_LARGEST_RECORD_BYTES = 64 << 20
_T = TypeVar("_T")
_AS_THEY_STAND = "create or replace temp view csv_lines as from csv_block"


def read(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, print_: Fingerprint) -> Source:
    """SQL over the rows of a CSV file; `_row` is the line on which the record begins.

    Rows without any value are no rows.

    Raises:
        Refusal: nothing in it, a required column missing, or (while its parts are read) a quote that never closes.
    """
    names, delimiter, head_lines = _head(text.head_text(path, print_.encoding))
    shapes = _Shapes(delimiter) if print_.has_quotes else None
    header = headers.match(names, contract)
    bodies = (block.after(head_lines) for block in text.blocks(path, print_))
    blocks = (block for block in bodies if block is not None)
    closed = shapes.closed if shapes else ""
    split = ((block, *csv_bare.rows(block, len(names), delimiter, closed)) for block in blocks)
    views = (_bare(len(names)), _split("select line_no as _row, l from csv_lines", len(names), delimiter, shapes))
    return Source("from csv_rows", header, _parts(connection, _one_ahead(split), shapes, views))


def _one_ahead(items: Iterator[_T]) -> Iterator[_T]:
    """The same, each made while the one before it is worked on."""
    with ThreadPoolExecutor(1) as other:
        coming = other.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = other.submit(next, items, None)
            yield item


def _parts(
    connection: duckdb.DuckDBPyConnection,
    blocks: Iterable[tuple[text.Block, pa.Table | None, pa.Table | None]],
    shapes: _Shapes | None,
    views: tuple[str, str],
) -> Iterator[pa.Table | None]:
    """Sets out `csv_rows`; a record that is not whole goes to the next part.

    A block that is split already is given as it is, unless a record is open before it; of another stand `csv_lines`
    (`line_no`, `l`), a line a record. `views` is SQL of the rows of the one and of the other.
    """
    open_: pa.Table | None = None
    is_set_out = False
    for block, rows, left in blocks:
        lines: pa.Table | None
        if rows is not None and open_ is None:
            with registered(connection, "csv_split", rows):
                if not is_set_out:
                    connection.execute(f"create or replace temp view csv_rows as {views[0]}")
                    is_set_out = True
                yield rows
            lines = left
        else:
            lines = block.lines()
        if lines is None:
            continue
        is_set_out = False
        part = lines if open_ is None else pa.concat_tables([open_, lines])
        with registered(connection, "csv_block", part):
            connection.execute(_AS_THEY_STAND)
            whole_n = len(part) if shapes is None else _whole_records(connection, shapes, len(part))
            open_ = part.slice(whole_n) if whole_n < len(part) else None
            if open_ is not None and open_.nbytes > _LARGEST_RECORD_BYTES:
                break
            connection.execute(f"create or replace temp view csv_rows as {views[1]}")
            try:
                yield None
            finally:
                connection.execute("drop view csv_rows; drop view csv_lines")
                connection.unregister("csv_joined")
    connection.unregister("csv_joined")
    if open_ is not None:
        raise Refusal("quote_never_closed", line=open_["line_no"][0].as_py())


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
        #: From outside quotes to outside quotes, and from inside to outside; letters after a closing quote pass.
        self.closed = f"{loose}(?:{mark}{loose})*"
        self.closing = f'(?:[^"]|"")*"{after}(?:{mark}{loose})*'
        self.extracted = f"({self.field}){mark}"


def _bare(columns_n: int) -> str:
    cells = ", ".join(f"cleaned(c{place}) as c{place}" for place in range(columns_n))
    return f"select _row, _broken, {cells} from csv_split"


def _split(records: str, columns_n: int, delimiter: str, shapes: _Shapes | None) -> str:
    plain = f"string_split(l, {literal(delimiter)})"
    if shapes is not None:
        fields = f"""case when l is null or not contains(l, '"') then {plain}
            when regexp_full_match(l, {literal(shapes.record)}) then list_transform(
                regexp_extract_all(l || {literal(delimiter)}, {literal(shapes.extracted)}, 1),
                lambda x: case when starts_with(ltrim(x, ' '), '"')
                    then replace(substr(trim(x, ' '), 2, length(trim(x, ' ')) - 2), '""', '"') else x end)
            end"""
    else:
        fields = plain
    cells = ", ".join(
        f"case when _untidy then cleaned(f[{place}]) else nullif(f[{place}], '') end as c{place - 1}"
        for place in range(1, columns_n + 1)
    )
    return f"""select _row, coalesce(len(f) <> {columns_n}, true) as _broken, {cells}
        from (select _row, {fields} as f, regexp_matches(l, {literal(_untidy(delimiter))}) as _untidy from ({records})
            where translate(l, {literal(delimiter)} || '" ' || chr(9), '') <> '')"""


def _untidy(delimiter: str) -> str:
    """What a line has in which a cell may begin or end with a blank: most have none, and need no look at each cell."""
    blank = r"[ \t\r\n\x{a0}\x{feff}]".replace(r"\t", "" if delimiter == "\t" else r"\t")
    edge = f'["{re.escape(delimiter)}]'
    quoted_tab = '|"\t|\t"' if delimiter == "\t" else ""
    return f"(^|{edge}){blank}|{blank}({edge}|$){quoted_tab}"


def _whole_records(connection: duckdb.DuckDBPyConnection, shapes: _Shapes, lines_n: int) -> int:
    """Makes `csv_lines` of `csv_block`, which begins outside quotes; returns how many of its lines are of whole records.

    Whether a quote is open after a line depends on all lines before it. Each line maps "open before" to "open after" in
    one of four ways: it closes, it opens, it keeps, it swaps. So the state is that of the last line that closes or
    opens, turned by the swaps since.
    """
    opens = f"contains(l, '\"') and not regexp_full_match(l, {literal(shapes.closed)})"
    if not connection.execute(f"select exists(from csv_block where {opens})").fetchall()[0][0]:
        return lines_n
    running = "over (order by line_no rows between unbounded preceding and current row)"
    joined = connection.execute(
        f"""with mapped as (
            select line_no, l, cast({opens} as integer) as from_closed,
                cast(not contains(l, '"') or not regexp_full_match(l, {literal(shapes.closing)}) as integer)
                    as from_open
            from csv_block
        ), swapped as (
            select *, sum(from_closed * (1 - from_open)) {running} as swaps from mapped
        ), settled as (
            select *, max(case when from_closed = from_open then line_no * 2 + (from_closed + swaps) % 2 end)
                {running} as settled_at
            from swapped
        ), states as (
            select line_no, l, (coalesce(settled_at, 0) + swaps) % 2 = 1 as is_open from settled
        ), following as (
            select *, coalesce(lag(is_open) over (order by line_no), false) as was_open from states
        ), begun as (
            select *, max(case when not was_open then line_no end) {running} as first_line from following
        )
        select first_line as line_no, string_agg(l, chr(10) order by line_no) as l, count(*) as lines_n,
            bool_or(is_open and line_no = (select max(line_no) from csv_block)) as is_last_open
        from begun group by first_line"""
    )
    # Not a table: lines as they stand may not come to lie on the disk.
    connection.register("csv_joined", joined.to_arrow_table())
    connection.execute(
        "create or replace temp view csv_lines as select line_no, l from csv_joined where not is_last_open"
    )
    left_n = connection.execute("select coalesce(sum(lines_n), 0) from csv_joined where is_last_open").fetchall()
    return lines_n - int(left_n[0][0])
