"""Distinct texts: what a column says many times is looked at once.

Lists of schools say the same words over and over: a year, a subject, an institution. So the distinct texts of a part of
a file are judged, and what each became is put in its place by its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Rows that one thread of the engine takes at a time.
_BATCH_ROWS = 1 << 15
#: To judge a text costs more than to put it in its place.
_BATCH_TEXTS = 1 << 11
#: Of more distinct values than one in so many rows, each row gets its own: the engine reads them anew for each batch.
_ROWS_A_VALUE = 16


@dataclass(frozen=True)
class Distinct:
    """Distinct combinations of what some columns say: for each row its code, for each code the text of each column."""

    codes: pa.Array
    texts: dict[str, pa.Array]

    def __len__(self) -> int:
        return len(next(iter(self.texts.values())))

    def in_place(self, values: pa.ChunkedArray) -> pa.Array:
        """What the codes became, for each row."""
        of_codes = values.combine_chunks()
        # The engine fails on a filter over coded decimals.
        if len(self) * _ROWS_A_VALUE > len(self.codes) or pa.types.is_decimal(of_codes.type):
            return of_codes.take(self.codes)
        return pa.DictionaryArray.from_arrays(self.codes, of_codes)


def distinct(rows: pa.Table, columns: Sequence[str]) -> Distinct:
    """The distinct combinations of the columns' texts; a column of rows may be one of codes already."""
    codes, texts = _encoded(rows[columns[0]])
    found = {columns[0]: texts}
    for column in columns[1:]:
        more, texts = _encoded(rows[column])
        pairs = pc.add(pc.multiply(codes.cast(pa.int64()), len(texts)), more.cast(pa.int64())).dictionary_encode()
        first = pc.divide(pairs.dictionary, len(texts))
        second = pc.subtract(pairs.dictionary, pc.multiply(first, len(texts)))
        found = {name: known.take(first) for name, known in found.items()} | {column: texts.take(second)}
        codes = pairs.indices
    return Distinct(codes, found)


def _encoded(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Codes of the rows, none of them null, and the text of each code, null for one of them."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = coded.unify_dictionaries().combine_chunks()
    codes, texts = whole.indices, whole.dictionary
    if codes.null_count:
        codes = codes.fill_null(len(texts))
        texts = pa.concat_arrays([texts, pa.nulls(1, texts.type)])
    return codes, texts


def where(is_kept: pa.ChunkedArray, cells: pa.ChunkedArray) -> pa.Array:
    """The cells, and nothing in place of those that are not kept."""
    whole = cells.combine_chunks()
    kept = is_kept.combine_chunks()
    if pa.types.is_dictionary(whole.type):
        codes = pc.if_else(kept, whole.indices, pa.scalar(None, whole.indices.type))
        return pa.DictionaryArray.from_arrays(codes, whole.dictionary)
    return pc.if_else(kept, whole, pa.scalar(None, whole.type))


def side_by_side(groups: Iterable[Distinct]) -> pa.Table:
    """One table of the texts of all groups, each under its column's name, from the top; `_code` counts from 0.

    What stands in one line has nothing to do with each other but within a group; shorter columns end in nulls.
    """
    groups = list(groups)
    longest = max(len(group) for group in groups)
    padded = {
        name: pa.concat_arrays([texts, pa.nulls(longest - len(texts), texts.type)])
        for group in groups
        for name, texts in group.texts.items()
    }
    return batched(pa.table({"_code": counted(0, longest), **padded}), _BATCH_TEXTS)


def batched(table: pa.Table, rows: int = _BATCH_ROWS) -> pa.Table:
    """The same rows in batches that the engine's threads can share."""
    return pa.Table.from_batches(table.combine_chunks().to_batches(max_chunksize=rows), table.schema)


def counted(first: int, n: int) -> pa.Array:
    """`n` numbers from `first` on."""
    return pa.array(np.arange(first, first + n, dtype=np.int64))
