"""CSV without quotes: a record is a line and a cell what stands between two delimiters, so Arrow's reader splits it.

It gives each column as codes of its distinct texts, and does not lose count of lines where none goes on over its end.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ingest.distinct import counted
from ingest.readers.text import MAX_LINE_CHARACTERS, Block

_TEXT = pa.dictionary(pa.int32(), pa.string())


#: Each is told by itself, which takes its time: a block of more is no table without quotes.
_MOST_UNSPLIT = 20_000
#: A line of these and delimiters alone is no row.
_BLANK = " \t"


def rows(block: Block, columns_n: int, delimiter: str) -> pa.Table | None:
    """The rows of a block: `_row`, `_broken`, `c0`, `c1`, …; None where it holds a quote, or a line as no table has."""
    body = block.text.rstrip(b"\n")
    if b'"' in body or not body or not delimiter.isascii() or delimiter == "\0":
        return None
    unsplit: dict[int, str] = {}

    def note(line: csv.InvalidRow) -> str:
        unsplit[line.number - 1] = line.text
        return "skip" if len(unsplit) <= _MOST_UNSPLIT else "error"

    names = [f"c{place}" for place in range(columns_n)]
    try:
        split = _read(body, names, delimiter, note)
    except pa.ArrowInvalid:
        return None
    if sum(map(_longest, split.columns)) > MAX_LINE_CHARACTERS:
        return None
    lines = counted(block.first, body.count(b"\n") + 1)
    if unsplit:
        numbers = pa.array([block.first + line for line in unsplit], pa.int64())
        lines = lines.filter(pc.invert(pc.is_in(lines, numbers)))
    whole = split.append_column("_row", lines).append_column("_broken", pa.repeat(False, len(lines)))
    blank = _blank(split)
    if blank is not None:
        whole = whole.filter(pc.invert(blank))
    broken = {line: text.split(delimiter) for line, text in unsplit.items() if text.strip(_BLANK + delimiter)}
    if not broken:
        return whole
    cells = {
        name: pa.array([texts[place] if place < len(texts) else "" for texts in broken.values()], pa.string())
        for place, name in enumerate(names)
    }
    numbers = pa.array([block.first + line for line in broken], pa.int64())
    apart = pa.table({**cells, "_row": numbers, "_broken": pa.repeat(True, len(broken))})
    return pa.concat_tables([whole, apart.cast(whole.schema)])


def _read(body: bytes, names: list[str], delimiter: str, note: Callable[[csv.InvalidRow], str]) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(body),
        # One thread: only so does the reader know the number of a line.
        csv.ReadOptions(use_threads=False, block_size=len(body) + 1, column_names=names),
        csv.ParseOptions(
            delimiter=delimiter,
            quote_char=False,
            double_quote=False,
            newlines_in_values=False,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        ),
        csv.ConvertOptions(column_types=dict.fromkeys(names, _TEXT), strings_can_be_null=False, check_utf8=False),
    ).combine_chunks()


def _texts(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())


def _longest(column: pa.ChunkedArray) -> int:
    return pc.max(pc.utf8_length(_texts(column))).as_py() or 0


def _blank(split: pa.Table) -> pa.ChunkedArray | None:
    """Which rows hold nothing; None where no row does."""
    found: pa.ChunkedArray | None = None
    for column in split.columns:
        nothing = pc.equal(pc.utf8_trim(_texts(column), _BLANK), "")
        if not pc.any(nothing).as_py():
            return None
        of_rows = nothing.take(column.chunk(0).indices)
        found = of_rows if found is None else pc.and_(found, of_rows)
    return found
