"""Bytes to lines: what a text file is written in, and its lines as SQL, each with the number a person sees.

Nothing decoded touches the disk: where DuckDB cannot read the bytes as they are, it reads a named pipe that a thread
fills.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from bilimkoz.sql import literal

_CHUNK = 1 << 20
#: Windows-1251 lacks eight Kazakh letters; KZ-1048 has them and is equal to it on Russian ones.
FALLBACK = "kz1048"
#: A line of more characters than this is no row of a table; it is told from its neighbours and cannot be split.
MAX_LINE_CHARACTERS = 1_000_000
#: A non-character of four bytes: text split by it stays whole.
_NEVER = "\U0010ffff"
_BUFFER_BYTES = 32 << 20


@dataclass(frozen=True)
class Fingerprint:
    """What one pass over a file tells.

    `has_quotes` may be true without one (in UTF-16); `is_even` says that DuckDB finds the lines by itself: they all
    end in
    the same way and none is too long.
    """

    sha256: str
    bytes_n: int
    encoding: str
    has_bom: bool
    has_newline: bool
    has_quotes: bool
    is_even: bool


@dataclass
class _LineEnds:
    """Counts of line ends over chunks of bytes, and the length of the longest line."""

    lf: int = 0
    cr: int = 0
    crlf: int = 0
    longest: int = 0
    _open: int = 0
    _last: bytes = field(default=b"")

    def add(self, chunk: bytes) -> None:
        self.lf += chunk.count(b"\n")
        self.cr += chunk.count(b"\r")
        self.crlf += chunk.count(b"\r\n") + (self._last == b"\r" and chunk[:1] == b"\n")
        first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        self.longest = max(self.longest, self._open + (first if first >= 0 else len(chunk)))
        self._open = len(chunk) - last - 1 if last >= 0 else self._open + len(chunk)
        self._last = chunk[-1:]

    @property
    def is_even(self) -> bool:
        return (self.cr == 0 or self.cr == self.crlf == self.lf) and self.longest <= MAX_LINE_CHARACTERS


def fingerprint(path: Path) -> Fingerprint:
    """One pass over the bytes: checksum, encoding, line ends."""
    digest, size, ends, has_quotes = hashlib.sha256(), 0, _LineEnds(), False
    decoder, is_utf8, head = codecs.getincrementaldecoder("utf-8")(), True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:4096]
            digest.update(chunk)
            size += len(chunk)
            ends.add(chunk)
            has_quotes = has_quotes or b'"' in chunk
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    encoding = _utf16(head) or ("utf-8" if is_utf8 else FALLBACK)
    has_bom = head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return Fingerprint(digest.hexdigest(), size, encoding, has_bom, ends.lf + ends.cr > 0, has_quotes, ends.is_even)


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


@contextlib.contextmanager
def lines(path: Path, print_: Fingerprint, longest: int = MAX_LINE_CHARACTERS) -> Iterator[str]:
    """SQL that gives the lines of a text file, in order, once: `line_no` from 1, and `l`, null where the line is empty.

    A line of more than `longest` characters is a single NUL.
    """
    with as_utf8(path, print_, longest if not print_.is_even else None) as text:
        yield f"""select row_number() over () as line_no, l
            from read_csv({literal(text)}, delim={literal(_NEVER)}, quote='', escape='', header=false,
            auto_detect=false,
                columns={{'l': 'VARCHAR'}}, max_line_size={4 * longest},
                buffer_size={max(_BUFFER_BYTES, 8 * longest)})"""


@contextlib.contextmanager
def as_utf8(path: Path, print_: Fingerprint, longest: int | None = None) -> Iterator[str]:
    """A path that gives the file's text in UTF-8 without a mark, once: the file itself, or a pipe that decodes it.

    With `longest`, all lines end in a line feed, and a line of more characters is a single NUL.
    """
    if print_.encoding == "utf-8" and not print_.has_bom and longest is None:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="bilimkoz-") as folder:
        pipe = Path(folder) / "text"
        os.mkfifo(pipe, 0o600)
        writer = threading.Thread(target=_fill, args=(path, print_.encoding, pipe, longest), daemon=True)
        writer.start()
        try:
            yield str(pipe)
        finally:
            _release(pipe, writer)


def _fill(path: Path, encoding: str, pipe: Path, longest: int | None) -> None:
    # A reader that stops early closes its end; there is nothing left to do then.
    with (
        contextlib.suppress(BrokenPipeError),
        path.open(encoding=encoding, errors="replace", newline="" if longest is None else None) as source,
        pipe.open("w", encoding="utf-8", newline="") as sink,
    ):
        first = source.read(_CHUNK).removeprefix("\ufeff")
        if longest is None:
            while first:
                sink.write(first)
                first = source.read(_CHUNK)
        else:
            _fill_cut(first, source, sink, longest)


def _fill_cut(chunk: str, source: TextIO, sink: TextIO, longest: int) -> None:
    """Copies whole lines; of one that is too long, whatever its length, only the beginning is ever held."""
    begun = ""
    while chunk:
        head, end, rest = chunk.partition("\n")
        begun = begun if len(begun) > longest else begun + head
        if end:
            whole, end, begun_next = rest.rpartition("\n")
            sink.write((begun if len(begun) <= longest else "\0") + "\n" + whole + end)
            begun = begun_next
        chunk = source.read(_CHUNK)
    sink.write(begun if len(begun) <= longest else "\0")


def _release(pipe: Path, writer: threading.Thread) -> None:
    """Ends a writer whose reader never came or went early: opening and closing breaks its pipe."""
    while writer.is_alive():
        handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        writer.join(0.01)
        os.close(handle)
        writer.join(0.01)
