"""Opens containers: whatever a file or a cell holds in packed, encoded or columnar form is given out as bytes.

A search of raw bytes finds nothing in a compressed column or a zipped sheet, so every container is opened here, and
what comes out is opened again. A container that cannot be opened is an error and not a pass: nobody knows what is in
it.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import html
import io
import lzma
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

_DEPTH = 6
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_DUCKDB_MARK = slice(8, 12)
_CATALOGUES = ("schemas", "tables", "columns", "views", "types", "functions", "constraints", "indexes", "sequences")
_TABLES = "select schema_name, table_name from duckdb_tables() where database_name = 'held' order by all"


@dataclass(frozen=True)
class Piece:
    """Bytes and where they were found: a path, then what was opened inside it, apart by ` > `."""

    place: str
    content: bytes

    def inside(self, part: str, content: bytes) -> Piece:
        return Piece(f"{self.place} > {part}", content)


def pieces_below(folder: Path, without: frozenset[Path] = frozenset()) -> Iterator[Piece]:
    """Every file below a folder, its name, and everything in it; `without` are files and folders to leave out.

    Raises:
        Exception: a container is broken or of a kind that cannot be opened.
    """
    for path in sorted(folder.rglob("*")):
        if without.intersection((path, *path.parents)):
            continue
        yield Piece(f"name of {path}", str(path.relative_to(folder)).encode("utf-8", "surrogateescape"))
        if path.is_symlink() or not path.is_file():
            continue
        yield from opened(Piece(str(path), path.read_bytes()), path)


def opened(piece: Piece, path: Path | None = None, depth: int = _DEPTH) -> Iterator[Piece]:
    """The piece itself, its text without escapes, and, where it is a container, what it holds.

    `path` is the file it stands in, whose neighbours (a write-ahead log) belong to it.
    """
    yield piece
    yield from _without_escapes(piece)
    opener = _opener(piece.content)
    if opener is None or depth == 0:
        return
    for part in opener(piece, path):
        yield from opened(part, None, depth - 1)


def _opener(content: bytes) -> Callable[[Piece, Path | None], Iterator[Piece]] | None:
    if content[_DUCKDB_MARK] == b"DUCK":
        return _duckdb
    if content[257:262] == b"ustar":
        return _tar
    marks: dict[bytes, Callable[[Piece, Path | None], Iterator[Piece]]] = {
        b"PK\x03\x04": _zip,
        b"PAR1": _parquet,
        b"SQLite format 3\0": _sqlite,
        b"%PDF": _pdf,
        b"\x1f\x8b": lambda piece, _: iter([piece.inside("gzip", gzip.decompress(piece.content))]),
        b"BZh": lambda piece, _: iter([piece.inside("bzip2", bz2.decompress(piece.content))]),
        b"\xfd7zXZ\0": lambda piece, _: iter([piece.inside("xz", lzma.decompress(piece.content))]),
        b"\x28\xb5\x2f\xfd": _zstd,
        **dict.fromkeys(_ZLIB_HEADS, _zlib),
    }
    return next((opener for mark, opener in marks.items() if content.startswith(mark)), None)


def _without_escapes(piece: Piece) -> Iterator[Piece]:
    r"""Text as a reader of JSON (`\u041a`), bytes (`\xd0`), HTML (`&#1050;`) or an address (`%D0`) would see it."""
    content = piece.content
    if b"\\u" in content:
        yield piece.inside(r"\u escapes", _UNICODE_ESCAPES.sub(_letters, content))
    if _BYTE_ESCAPES.search(content):
        yield piece.inside(r"\x escapes", _BYTE_ESCAPES.sub(_byte, content))
    if b"&#" in content:
        yield piece.inside("character references", html.unescape(content.decode("utf-8", "replace")).encode())
    if _PERCENT.search(content):
        yield piece.inside("percent escapes", unquote_to_bytes(content))


_UNICODE_ESCAPES = re.compile(rb"(?:\\+u[0-9a-fA-F]{4})+")
_BYTE_ESCAPES = re.compile(rb"\\+x([0-9a-fA-F]{2})")
_PERCENT = re.compile(rb"(?:%[0-9a-fA-F]{2}){3}")


def _letters(found: re.Match[bytes]) -> bytes:
    units = re.findall(rb"u([0-9a-fA-F]{4})", found.group())
    return bytes.fromhex(b"".join(units).decode()).decode("utf-16-be", "replace").encode()


def _byte(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found.group(1).decode())


def _zip(piece: Piece, _: Path | None) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(piece.content)) as archive:
        yield piece.inside("names", "\n".join(archive.namelist()).encode())
        for name in archive.namelist():
            yield piece.inside(name, archive.read(name))


def _tar(piece: Piece, _: Path | None) -> Iterator[Piece]:
    with tarfile.open(fileobj=io.BytesIO(piece.content)) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            if file is not None:
                yield piece.inside(member.name, file.read())


def _zstd(piece: Piece, _: Path | None) -> Iterator[Piece]:
    with pa.input_stream(pa.BufferReader(piece.content), compression="zstd") as stream:
        yield piece.inside("zstd", stream.read())


def _zlib(piece: Piece, _: Path | None) -> Iterator[Piece]:
    # Two bytes make no certain mark: what does not unpack was no zlib stream.
    with contextlib.suppress(zlib.error):
        yield piece.inside("zlib", zlib.decompressobj().decompress(piece.content))


def _pdf(piece: Piece, _: Path | None) -> Iterator[Piece]:
    """Text of a PDF by `pdftotext` where there is one; in any case its streams and the strings in them."""
    if shutil.which("pdftotext"):
        # A damaged file gives no text here, and is searched below all the same.
        run = subprocess.run(["pdftotext", "-", "-"], input=piece.content, capture_output=True, check=False)
        yield piece.inside("text", run.stdout)
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\n?endstream", piece.content, re.DOTALL):
        content = found.group(1)
        with contextlib.suppress(zlib.error):
            content = zlib.decompressobj().decompress(content)
        yield piece.inside("stream", content)
        yield piece.inside("strings", b"".join(_pdf_strings(content)))


def _pdf_strings(content: bytes) -> Iterator[bytes]:
    """What is shown, without the kerning between: `(…)` as it stands and `<…>` as the bytes it spells."""
    for found in re.finditer(rb"\(((?:\\.|[^\\()])*)\)|<([0-9a-fA-F\s]+)>", content, re.DOTALL):
        if found.group(1) is not None:
            yield re.sub(rb"\\([()\\])", rb"\1", found.group(1))
        else:
            digits = b"".join(found.group(2).split()).decode()
            yield bytes.fromhex(digits + "0" * (len(digits) % 2))


@contextlib.contextmanager
def _copied(piece: Piece, path: Path | None, logs: tuple[str, ...]) -> Iterator[Path]:
    """A copy on disk, with the write-ahead log that stands beside it: opening the thing itself could change it."""
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        copy = Path(folder) / "copy"
        copy.write_bytes(piece.content)
        for suffix in logs:
            if path is not None and Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        yield copy


def _sqlite(piece: Piece, path: Path | None) -> Iterator[Piece]:
    with _copied(piece, path, ("-wal",)) as copy, contextlib.closing(sqlite3.connect(copy)) as connection:
        connection.text_factory = bytes
        tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in [(b"sqlite_master",), *tables]:
            cursor = connection.execute(f'select * from "{table.decode()}"')
            names = [column[0] for column in cursor.description]
            for name, cells in zip(names, zip(*cursor.fetchall(), strict=True), strict=False):
                part = f"{table.decode()}.{name}"
                yield piece.inside(part, b"\n".join(_as_bytes(cell) for cell in cells))
                for cell in cells:
                    # A cell may be a container of its own: Dagster keeps packed snapshots.
                    if isinstance(cell, bytes) and _opener(cell):
                        yield piece.inside(part, cell)


def _as_bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})


def _duckdb(piece: Piece, path: Path | None) -> Iterator[Piece]:
    """Every column of every table as text, what the catalogue says (view texts, defaults, comments), and statistics."""
    with _copied(piece, path, (".wal",)) as copy, contextlib.closing(_database()) as connection:
        # With a log beside it the database must be written to once, to take the log in.
        connection.execute(f"attach '{copy}' as held {'' if Path(f'{copy}.wal').exists() else '(read_only)'}")
        tables = connection.execute(_TABLES).fetchall()
        for catalogue in _CATALOGUES:
            rows = connection.execute(f"select * from duckdb_{catalogue}() where database_name = 'held'").fetchall()
            yield piece.inside(f"catalogue {catalogue}", "\n".join(map(repr, rows)).encode())
        for schema, table in tables:
            name = f'held."{schema}"."{table}"'
            yield from _columns(connection, piece, f"from {name}", f"{schema}.{table}")
            statistics = connection.execute(f"select stats from pragma_storage_info('{name}')").fetchall()
            yield piece.inside(f"statistics of {schema}.{table}", "\n".join(str(row[0]) for row in statistics).encode())


def _columns(connection: duckdb.DuckDBPyConnection, piece: Piece, source: str, label: str) -> Iterator[Piece]:
    for name, kind, *_ in connection.execute(f"describe {source}").fetchall():
        column = '"' + name.replace('"', '""') + '"'
        text = f"{column}" if kind == "BLOB" else f"encode(cast({column} as varchar))"
        cells = connection.execute(f"select {text} as cell {source} where {column} is not null").to_arrow_table()
        yield piece.inside(f"{label}.{name}", b"\n".join(cells["cell"].to_pylist()))


def _parquet(piece: Piece, _: Path | None) -> Iterator[Piece]:
    file = pq.ParquetFile(io.BytesIO(piece.content))
    for key, value in (file.metadata.metadata or {}).items():
        yield piece.inside(f"key-value metadata {key.decode()}", key + b"=" + value)
    groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
    chunks = (group.column(number) for group in groups for number in range(group.num_columns))
    told = [chunk.statistics for chunk in chunks if chunk.statistics is not None and chunk.statistics.has_min_max]
    bounds = [_as_bytes(bound) for statistics in told for bound in (statistics.min, statistics.max)]
    yield piece.inside("statistics", b"\n".join(bounds))
    with _copied(piece, None, ()) as copy, contextlib.closing(_database()) as connection:
        yield from _columns(connection, piece, f"from read_parquet('{copy}')", "column")


def uncompressed(path: Path) -> bytes:
    """The bytes of a DuckDB file's tables written anew without compression, so that a plain search can see them.

    It shows what a reader of columns may overlook: whatever the engine keeps beside them.
    """
    with (
        _copied(Piece(str(path), path.read_bytes()), path, (".wal",)) as copy,
        contextlib.closing(_database()) as connection,
    ):
        plain = copy.with_name("plain")
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute(f"attach '{copy}' as held")
        connection.execute(f"attach '{plain}' as plain")
        for schema, table in connection.execute(_TABLES).fetchall():
            connection.execute(f'create schema if not exists plain."{schema}"')
            connection.execute(f'create table plain."{schema}"."{table}" as from held."{schema}"."{table}"')
        connection.execute("checkpoint plain")
        connection.execute("detach plain")
        return plain.read_bytes()
