"""MinHash signatures of free text, by which texts that are nearly alike are found without the texts.

A text, in the form its hash is made of (letters in lower case, parted by single spaces), is the set of its shingles, all runs of
`SHINGLE` characters. The share of permutations under which two sets have the same least element estimates their Jaccard
similarity (Broder 1997), with standard error sqrt(J (1 - J) / PERMUTATIONS). Characters and not words: Kazakh and Russian
say one word with many endings.

Shingles pass through HMAC under the pseudonym key before anything else is done with them, and the permutations follow from
the key as well: without it no signature of a guessed text can be made. A signature still tells which texts are alike, so that
it stays in landing and in the candidate, and is in no part of a release.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bilimkoz.connection import registered
from ingest.pseudonym import Key

#: Characters of a shingle; permutations; hex digits that stand for the least element under each.
SHINGLE = 5
PERMUTATIONS = 128
DIGITS = 4
#: A text of fewer distinct shingles says too little to be like another by more than chance.
FEWEST_SHINGLES = 50
#: What signatures that may be compared share. Contracts name it, so that a new way of making them has texts read again.
SCHEME = f"letters-{SHINGLE}x{PERMUTATIONS}"

#: Letters that are worked on at once: some 100 bytes each.
_LETTERS_AT_ONCE = 1 << 20
#: Any odd number of 64 bits with no pattern in it: it tells shingles of one batch apart, before they are keyed.
_STEP = np.uint64(0x9E3779B97F4A7C15)

Words = NDArray[np.uint64]


def signatures(connection: duckdb.DuckDBPyConnection, key: Key, letters: pa.Array) -> pa.Array:
    """Signatures of texts, `PERMUTATIONS` times `DIGITS` hex digits each; null for a text with too few shingles.

    Args:
        connection: one that the key is bound to.
        letters: texts as macro `letters_of` makes them, none of them null.
    """
    factors, offsets = key.numbers("permutation", PERMUTATIONS)
    lengths = pc.utf8_length(letters).to_numpy(zero_copy_only=False).astype(np.int64)
    turns = np.cumsum(lengths) // _LETTERS_AT_ONCE
    parts = np.flatnonzero(np.diff(turns, prepend=-1))
    made = [
        _of_part(connection, letters[begin:end], lengths[begin:end], factors | np.uint64(1), offsets)
        for begin, end in pairwise([*parts, len(letters)])
    ]
    return pa.concat_arrays([pa.array([], pa.string()), *made])


def _of_part(
    connection: duckdb.DuckDBPyConnection, letters: pa.Array, lengths: NDArray[np.int64], factors: Words, offsets: Words
) -> pa.Array:
    texts, keyed = _shingles(connection, letters, lengths)
    whole = np.bincount(texts, minlength=len(lengths)) >= FEWEST_SHINGLES
    keyed, texts = keyed[whole[texts]], texts[whole[texts]]
    if not len(keyed):
        return pa.nulls(len(lengths), pa.string())
    begins = np.flatnonzero(np.diff(texts, prepend=-1))
    least = np.empty((len(begins), PERMUTATIONS), dtype=">u2")
    moved = np.empty_like(keyed)
    for number, (factor, offset) in enumerate(zip(factors, offsets, strict=True)):
        np.multiply(keyed, factor, out=moved)
        np.add(moved, offset, out=moved)
        # The upper half of the product is the permuted element; its own upper digits are nought for nearly every least one.
        least[:, number] = (np.minimum.reduceat(moved, begins) >> np.uint64(32)) & np.uint64(0xFFFF)
    digits = np.frombuffer(least.tobytes().hex().encode(), dtype=f"S{PERMUTATIONS * DIGITS}")
    found = pa.array(digits, pa.binary()).cast(pa.string())
    places = np.where(whole, np.cumsum(whole) - 1, 0)
    return found.take(pa.array(places, mask=~whole))


def _shingles(
    connection: duckdb.DuckDBPyConnection, letters: pa.Array, lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Words]:
    """The distinct shingles of each text: the number of the text, in order, and the first 32 bits of the shingle's HMAC."""
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(letters)], letters), "")[0].as_py()
    points = np.frombuffer(whole.encode("utf-32-le"), np.uint32)
    text_of = np.repeat(np.arange(len(lengths)), lengths)
    begins = np.flatnonzero(np.arange(len(points)) + SHINGLE <= np.cumsum(lengths)[text_of])
    told = np.zeros(len(begins), np.uint64)
    for step in range(SHINGLE):
        told = told * _STEP + points[begins + step]
    _, first, codes = np.unique(told, return_index=True, return_inverse=True)
    held = np.sort(text_of[begins] * len(points) + codes)
    texts, codes = np.divmod(held[np.diff(held, prepend=-1) > 0], max(len(points), 1))
    runs = points[begins[first][:, None] + np.arange(SHINGLE)].astype("<u4")
    return texts, _keyed(connection, runs.view(f"<U{SHINGLE}").ravel())[codes]


def _keyed(connection: duckdb.DuckDBPyConnection, shingles: NDArray[Any]) -> Words:
    """The first 32 bits of the HMAC of each shingle."""
    keyed = np.zeros(len(shingles), np.uint64)
    with registered(connection, "shingles", pa.table({"code": np.arange(len(shingles)), "shingle": shingles})):
        found = connection.execute(
            "select code, cast('0x' || substr(pseudonym('shingle', shingle), 1, 8) as ubigint) as keyed from shingles"
        ).fetchnumpy()
    keyed[found["code"]] = found["keyed"]
    return keyed
