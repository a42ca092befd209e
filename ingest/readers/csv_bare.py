"""CSV of which a record is a line: where no quote is left open over its end, Arrow's reader splits it.

It gives each column as codes of its distinct texts, and does not lose count of lines. Lines whose quotes it would take
otherwise than a spreadsheet does are left to `ingest.readers.csv`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ingest.distinct import counted
from ingest.readers.text import MAX_LINE_CHARACTERS, Block

_TEXT = pa.dictionary(pa.int32(), pa.string())


#: Each is told by itself, which takes its time: a block of more is no table of lines.
_MOST_UNSPLIT = 20_000
#: A line of these and delimiters alone is no row.
_BLANK = ' \t"'


def rows(block: Block, columns_n: int, delimiter: str, closed: str) -> tuple[pa.Table | None, pa.Table | None]:
    """The rows of a block (`_row`, `_broken`, `c0`, `c1`, …), and lines of it that are to be split otherwise.

    `closed` is a regular expression of a line that leaves no quote open. No rows where one is open after some line, or
    where there is a line as no table has.
    """
    body = block.text.rstrip(b"\n")
    # Of a mark within a file, where two were put together, Arrow makes nothing.
    if not body or body.startswith(codecs.BOM_UTF8) or not delimiter.isascii() or delimiter in '\0"':
        return None, None
    if b'"' not in body:
        return _split(body, counted(block.first, body.count(b"\n") + 1), columns_n, delimiter)
    lines = Block(body, block.first).lines()
    quoted = lines.filter(pc.match_substring(lines["l"], '"'))
    odd = quoted.filter(pc.invert(pc.match_substring_regex(quoted["l"], f"^(?:{_plain(delimiter)})$")))
    if not pc.all(pc.match_substring_regex(odd["l"], f"^(?:{closed})$")).as_py():
        return None, None
    if not len(odd):
        return _split(body, lines["line_no"].combine_chunks(), columns_n, delimiter)
    plain = lines.filter(pc.invert(pc.is_in(lines["line_no"], odd["line_no"].combine_chunks())))
    joined = pa.ListArray.from_arrays(pa.array([0, len(plain)], pa.int32()), plain["l"].combine_chunks())
    whole = pc.binary_join(joined, pa.scalar("\n", pa.large_string()))[0].as_buffer().to_pybytes().rstrip(b"\n")
    plain = plain.slice(0, whole.count(b"\n") + 1)
    if not whole:
        return None, None
    split, left = _split(whole, plain["line_no"].combine_chunks(), columns_n, delimiter)
    if split is None:
        return None, None
    return split, odd if left is None else pa.concat_tables([odd, left])


def _plain(delimiter: str) -> str:
    """A line that every reader splits alike: a quote that begins a cell ends it, and no blank stands around."""
    mark = re.escape(delimiter)
    cell = f'(?:"(?:[^"]|"")*"| *(?:[^" {mark}][^{mark}]*)?)'
    return f"{cell}(?:{mark}{cell})*"


def _split(body: bytes, numbers: pa.Array, columns_n: int, delimiter: str) -> tuple[pa.Table | None, pa.Table | None]:
    """The rows of lines of these numbers, and those of its lines that have too few or too many cells and a quote."""
    unsplit: dict[int, str] = {}

    def note(line: csv.InvalidRow) -> str:
        unsplit[line.number - 1] = line.text
        return "skip" if len(unsplit) <= _MOST_UNSPLIT else "error"

    names = [f"c{place}" for place in range(columns_n)]
    try:
        split = _read(body, names, delimiter, note)
    except pa.ArrowInvalid:
        return None, None
    if sum(map(_longest, split.columns)) > MAX_LINE_CHARACTERS:
        return None, None
    of_rows = numbers
    if unsplit:
        of_rows = numbers.filter(pc.invert(pc.is_in(counted(0, len(numbers)), pa.array(list(unsplit), pa.int64()))))
    whole = split.append_column("_row", of_rows).append_column("_broken", pa.repeat(False, len(of_rows)))
    blank = _blank(split, delimiter)
    if blank is not None:
        whole = whole.filter(pc.invert(blank))
    told = {numbers[line].as_py(): text for line, text in unsplit.items()}
    left = {number: text for number, text in told.items() if '"' in text}
    broken = {number: text.split(delimiter) for number, text in told.items() if text.strip(_BLANK + delimiter)}
    apart = [number for number in broken if number not in left]
    if apart:
        cells = {
            name: pa.array(
                [broken[number][place] if place < len(broken[number]) else "" for number in apart], pa.string()
            )
            for place, name in enumerate(names)
        }
        table = pa.table({**cells, "_row": pa.array(apart, pa.int64()), "_broken": pa.repeat(True, len(apart))})
        whole = pa.concat_tables([whole, table.cast(whole.schema)])
    if not left:
        return whole, None
    lines = pa.array(left.values(), pa.large_string())
    return whole, pa.table({"line_no": pa.array(left, pa.int64()), "l": lines})


def _read(body: bytes, names: list[str], delimiter: str, note: Callable[[csv.InvalidRow], str]) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(body),
        # One thread: only so does the reader know the number of a line.
        csv.ReadOptions(use_threads=False, block_size=len(body) + 1, column_names=names),
        csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if b'"' in body else False,
            double_quote=True,
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


def _blank(split: pa.Table, delimiter: str) -> pa.ChunkedArray | None:
    """Which rows hold nothing; None where no row does."""
    found: pa.ChunkedArray | None = None
    for column in split.columns:
        nothing = pc.equal(pc.utf8_trim(_texts(column), _BLANK + delimiter), "")
        if not pc.any(nothing).as_py():
            return None
        of_rows = nothing.take(column.chunk(0).indices)
        found = of_rows if found is None else pc.and_(found, of_rows)
    return found
