"""CSV without quotes: a record is a line and a cell what stands between two delimiters, so Arrow's reader splits it.

It gives each column as codes of its distinct texts, and does not lose count of lines where none goes on over its end.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ingest.distinct import counted
from ingest.readers.text import MAX_LINE_CHARACTERS, Block

_TEXT = pa.dictionary(pa.int32(), pa.string())


#: A line of these and delimiters alone is no row.
_BLANK = " \t"


def rows(block: Block, columns_n: int, delimiter: str) -> pa.Table | None:
    """The rows of a block: `_row`, `_broken`, `c0`, `c1`, …; None where it holds a quote, or a line as no table has."""
    body = block.text.rstrip(b"\n")
    if b'"' in body or not body:
        return None
    unsplit: dict[int, bool] = {}

    def note(line: csv.InvalidRow) -> str:
        unsplit[line.number - 1] = bool(line.text.strip(_BLANK + delimiter))
        return "skip"

    names = [f"c{place}" for place in range(columns_n)]
    split = csv.read_csv(
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
    broken = [block.first + line for line, is_row in unsplit.items() if is_row]
    if not broken:
        return whole
    apart = pa.table({"_row": pa.array(broken, pa.int64()), "_broken": pa.repeat(True, len(broken))})
    return pa.concat_tables([whole, apart], promote_options="default")


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
