"""Bytes to lines: what a text file is written in, and its lines in blocks, each with the number a person sees.

A block is some megabytes, whatever the size of the file, and nothing of it touches the disk.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingest.distinct import batched, counted

_CHUNK = 1 << 20
#: Some 300 000 rows of staff: planning a statement is dear beside a smaller block, memory beside a larger one.
_BLOCK_BYTES = 24 << 20
#: Windows-1251 lacks eight Kazakh letters; KZ-1048 has them and is equal to it on Russian ones.
FALLBACK = "kz1048"
#: A line of more characters than this is no row of a table; it is told from its neighbours and cannot be split.
MAX_LINE_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Fingerprint:
    """What one pass over a file tells; `has_quotes` and `has_newline` may be true without one in UTF-16."""

    sha256: str
    bytes_n: int
    encoding: str
    has_bom: bool
    has_newline: bool
    has_quotes: bool


def fingerprint(path: Path) -> Fingerprint:
    """One pass over the bytes: checksum, encoding, and whether there are lines and quotes."""
    digest, size, has_newline, has_quotes = hashlib.sha256(), 0, False, False
    decoder, is_utf8, head = codecs.getincrementaldecoder("utf-8")(), True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:4096]
            digest.update(chunk)
            size += len(chunk)
            has_newline = has_newline or b"\n" in chunk or b"\r" in chunk
            has_quotes = has_quotes or b'"' in chunk
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    encoding = _utf16(head) or ("utf-8" if is_utf8 else FALLBACK)
    has_bom = head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return Fingerprint(digest.hexdigest(), size, encoding, has_bom, has_newline, has_quotes)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(head: bytes) -> str | None:
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    # Without a mark: the high byte of Latin text is 0 and that of Cyrillic 4, and neither stands in UTF-8 text.
    pairs = len(head) // 2
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if pairs >= 4 and high.count(0) and high.count(0) + high.count(4) > 0.9 * pairs:
            return encoding
    return None


def head_text(path: Path, encoding: str) -> str:
    """The first million characters at most, without a byte-order mark; line ends as they stand."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.read(_CHUNK).removeprefix("\ufeff")


@dataclass(frozen=True)
class Block:
    """Whole lines of a text file, as UTF-8; the last one without its line feed. `first` is the number of the first line."""

    text: bytes
    first: int

    @property
    def lines_n(self) -> int:
        return self.text.count(b"\n") + 1

    def after(self, number: int) -> Block | None:
        """The lines after line `number`; None where there are none."""
        begin = 0
        for _ in range(self.first, number + 1):
            begin = self.text.find(b"\n", begin) + 1
            if not begin:
                return None
        return Block(self.text[begin:], max(self.first, number + 1)) if begin else self

    def lines(self, longest: int = MAX_LINE_CHARACTERS) -> pa.Table:
        """`line_no`, and `l` without its end. None is left out, empty ones neither.

        A line of more than `longest` characters is a single NUL.
        """
        lines = pc.split_pattern(pa.array([self.text], pa.large_string()), pattern="\n").flatten()
        if pc.max(pc.binary_length(lines)).as_py() > longest:
            lines = pc.if_else(pc.greater(pc.utf8_length(lines), longest), pa.scalar("\0", lines.type), lines)
        return batched(pa.table({"line_no": counted(self.first, len(lines)), "l": lines}))


def blocks(path: Path, print_: Fingerprint, longest: int = MAX_LINE_CHARACTERS) -> Iterator[Block]:
    """The lines of a text file in order, from line 1. Of one of more than four times `longest` bytes the rest is left out."""
    rest, first = b"", 1
    for text in _texts(path, print_):
        whole, end, rest = (rest + text).rpartition(b"\n")
        if end:
            block = Block(whole, first)
            first += block.lines_n
            yield block
        if len(rest) > 4 * longest:
            # Too long already, whatever follows: only its beginning is ever held.
            rest = rest[: 4 * longest + 4].decode(errors="ignore").encode()
    if rest:
        yield Block(rest, first)


def _texts(path: Path, print_: Fingerprint) -> Iterator[bytes]:
    """The text as UTF-8 without a mark, in pieces; every line ends in a line feed."""
    if print_.encoding != "utf-8":
        with path.open(encoding=print_.encoding, errors="replace", newline=None) as file:
            read = file.read(_BLOCK_BYTES).removeprefix("\ufeff")
            while read:
                yield read.encode()
                read = file.read(_BLOCK_BYTES)
        return
    with path.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if print_.has_bom else 0)
        held = b""
        while piece := file.read(_BLOCK_BYTES):
            # Whether a last carriage return ends a line by itself is known from the byte after it.
            piece = held + piece
            held = b"\r" if piece.endswith(b"\r") else b""
            piece = piece[: len(piece) - len(held)]
            yield piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in piece else piece
        if held:
            yield b"\n"


@contextlib.contextmanager
def as_utf8(path: Path, print_: Fingerprint) -> Iterator[str]:
    """A path that gives the file's text in UTF-8 without a mark, once: the file itself, or a pipe that decodes it."""
    if print_.encoding == "utf-8" and not print_.has_bom:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="bilimkoz-") as folder:
        pipe = Path(folder) / "text"
        os.mkfifo(pipe, 0o600)
        writer = threading.Thread(target=_fill, args=(path, print_, pipe), daemon=True)
        writer.start()
        try:
            yield str(pipe)
        finally:
            _release(pipe, writer)


def _fill(path: Path, print_: Fingerprint, pipe: Path) -> None:
    # A reader that stops early closes its end; there is nothing left to do then.
    with contextlib.suppress(BrokenPipeError), pipe.open("wb") as sink:
        for text in _texts(path, print_):
            sink.write(text)


def _release(pipe: Path, writer: threading.Thread) -> None:
    """Ends a writer whose reader never came or went early: opening and closing breaks its pipe."""
    while writer.is_alive():
        handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        writer.join(0.01)
        os.close(handle)
        writer.join(0.01)
