"""Canaries: invented personal data that is planted in deliveries and must be nowhere else afterwards.

What belongs here: in which forms a value can stand somewhere, and the search for all forms of all values at once. What
does not: opening containers (`canary_containers`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import polars as pl
from canary_containers import Piece, pieces_below

_BATCH_BYTES = 64 << 20
_DIGESTS = ("md5", "sha1", "sha256")
#: A digest that was cut is still a digest of the person: as much of it as a pseudonym has is looked for.
_DIGEST_BYTES = 16


@dataclass(frozen=True)
class Canary:
    """One value that must not get out.

    Attributes:
        origin: the delivery (or other place) that it was put into and nothing else holds.
        kind: what it is, such as `iin` or `name`.
        texts: every spelling of it, such as a date in two orders.
        hashed: what an unkeyed digest would be made of; empty where digests are not looked for.
        secret: bytes that are themselves the value, such as a key.
    """

    origin: str
    kind: str
    texts: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    secret: bytes = b""

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Name of a form and the bytes it stands as."""
        for text in self.texts:
            yield from written(text)
        for text, name in product(self.hashed, _DIGESTS):
            digest = hashlib.new(name, text.encode(), usedforsecurity=False).digest()[:_DIGEST_BYTES]
            yield from _bytes_forms(name, digest)
        if self.secret:
            yield from _bytes_forms("secret", self.secret)


@dataclass(frozen=True)
class Finding:
    """A canary where it must not be. It has no value, so that a failing test does not spread one."""

    canary: Canary
    form: str
    place: str

    def __str__(self) -> str:
        return f"{self.canary.kind} of {self.canary.origin} as {self.form} in {self.place}"


def written(text: str) -> Iterator[tuple[str, bytes]]:
    """The encodings of a text: UTF-8, UTF-16, KZ-1048, base64 at each alignment; escapes are undone in the pieces."""
    utf8 = text.encode()
    yield "utf-8", utf8
    yield "utf-16-le", text.encode("utf-16-le")
    yield "utf-16-be", text.encode("utf-16-be")
    yield "kz-1048", text.encode("kz1048", "ignore")
    for shift in range(3):
        # The letters that hang on what stands before or after are left out.
        packed = base64.b64encode(bytes(shift) + utf8)
        yield f"base64 shifted by {shift}", packed[-(-shift * 8 // 6) : (shift + len(utf8)) * 8 // 6]


def _bytes_forms(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield f"{name}, raw", content
    yield f"{name}, hex", content.hex().encode()
    yield f"{name}, upper-case hex", content.hex().upper().encode()
    yield f"{name}, base64", base64.b64encode(content)[: len(content) * 8 // 6]
    yield f"{name}, hex in utf-16-le", content.hex().encode("utf-16-le")


def search(pieces: Iterable[Piece], canaries: Iterable[Canary]) -> list[Finding]:
    """Every canary in every form in which it stands in a piece."""
    needles: dict[str, list[tuple[Canary, str]]] = {}
    for canary in canaries:
        # Some forms are the same bytes, such as digits in two encodings; the first one names them.
        forms = {content: form for form, content in reversed(list(canary.forms()))}
        for content, form in forms.items():
            # Latin-1 maps each byte to one letter and back, so that a search of text is a search of bytes.
            needles.setdefault(content.decode("latin-1"), []).append((canary, form))
    patterns = list(needles)
    found: dict[Finding, None] = {}
    for batch in _batches(pieces):
        texts = pl.Series([piece.content.decode("latin-1") for piece in batch], dtype=pl.String)
        hits = texts.str.extract_many(patterns, overlapping=True)
        for piece, hit in zip(batch, hits.to_list(), strict=True):
            for pattern in dict.fromkeys(hit):
                found.update(dict.fromkeys(Finding(canary, form, piece.place) for canary, form in needles[pattern]))
    return list(found)


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch, size = [], 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece.content)
        if size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def search_below(folder: Path, canaries: Iterable[Canary], without: frozenset[Path] = frozenset()) -> list[Finding]:
    """Every canary below a folder, in files and their names, and in whatever is packed in them."""
    return search(pieces_below(folder, without), canaries)
