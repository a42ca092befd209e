"""Bytes to UTF-8: what encoding a file is in, and a pipe that gives it to DuckDB decoded.

Nothing decoded touches the disk: DuckDB reads a named pipe that a thread fills.
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

_CHUNK = 1 << 20
#: Windows-1251 lacks eight Kazakh letters; KZ-1048 has them and is equal to it on Russian ones.
FALLBACK = "kz1048"


@dataclass(frozen=True)
class Fingerprint:
    """What one pass over a file tells: SHA-256 of its bytes, encoding, and how many line ends its text has."""

    sha256: str
    bytes_n: int
    encoding: str
    newlines_n: int
    ends_with_newline: bool


def fingerprint(path: Path) -> Fingerprint:
    """One pass over the bytes, for the checksum and the encoding; a second one where it is not UTF-8."""
    digest, size, newlines, last = hashlib.sha256(), 0, 0, b""
    decoder, is_utf8, head = codecs.getincrementaldecoder("utf-8")(), True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:4096]
            digest.update(chunk)
            size += len(chunk)
            newlines += chunk.count(b"\n")
            last = chunk[-1:]
            if is_utf8:
                is_utf8 = _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    encoding = _utf16(head) or ("utf-8" if is_utf8 else FALLBACK)
    ends = last == b"\n"
    if encoding.startswith("utf-16"):
        newlines, ends = _count_newlines(path, encoding)
    return Fingerprint(digest.hexdigest(), size, encoding, newlines, ends)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(head: bytes) -> str | None:
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    # Without a mark: text in the Latin or Cyrillic range has the same high byte again and again.
    if len(head) >= 8 and head[1::2].count(0) > len(head) // 8:
        return "utf-16-le"
    if len(head) >= 8 and head[0::2].count(0) > len(head) // 8:
        return "utf-16-be"
    return None


def _count_newlines(path: Path, encoding: str) -> tuple[int, bool]:
    newlines, last = 0, ""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while chunk := file.read(_CHUNK):
            newlines += chunk.count("\n")
            last = chunk[-1]
    return newlines, last == "\n"


def head_line(path: Path, encoding: str) -> str:
    """The first record's text: the first physical line without its end or byte-order mark."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.readline(1 << 20).lstrip("\ufeff").rstrip("\r\n")


@contextlib.contextmanager
def as_utf8(path: Path, encoding: str) -> Iterator[str]:
    """A path that gives the file's text in UTF-8, once: the file itself, or a pipe that decodes it."""
    if encoding == "utf-8":
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="bilimkoz-") as folder:
        pipe = Path(folder) / "text"
        os.mkfifo(pipe, 0o600)
        writer = threading.Thread(target=_fill, args=(path, encoding, pipe), daemon=True)
        writer.start()
        try:
            yield str(pipe)
        finally:
            _release(pipe, writer)


def _fill(path: Path, encoding: str, pipe: Path) -> None:
    # A reader that stops early closes its end; there is nothing left to do then.
    with (
        contextlib.suppress(BrokenPipeError),
        path.open(encoding=encoding, errors="replace", newline="") as source,
        pipe.open("w", encoding="utf-8", newline="") as sink,
    ):
        sink.write(source.read(_CHUNK).lstrip("\ufeff"))
        while chunk := source.read(_CHUNK):
            sink.write(chunk)


def _release(pipe: Path, writer: threading.Thread) -> None:
    """Ends a writer whose reader never came or went early: opening and closing breaks its pipe."""
    while writer.is_alive():
        handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        writer.join(0.01)
        os.close(handle)
        writer.join(0.01)
