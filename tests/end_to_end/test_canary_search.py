"""Controls of the canary search: what is planted in each kind of container, encoding and digest must be found.

Without them a search that finds nothing could as well be one that looks at nothing. The containers are made here with
other libraries than those that open them, where there are two.
"""

from __future__ import annotations

import base64
import bz2
import codecs
import gzip
import hashlib
import html
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from canary import Canary, search, search_below
from canary_containers import Piece, uncompressed

ID, NAME, SECRET = "610820370701", "Канарейкін Тест", bytes(range(7, 39))
BIRD = Canary("control", "bird", (ID, NAME), (ID,), SECRET)
#: Enough different rows for an engine to choose a compression for them.
_OTHERS = [f"{number:012d} қатар" for number in range(5_000)]


def _sql(statement: str) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        with duckdb.connect(str(path)) as connection:
            # Left alone, the engine sometimes takes a dictionary, in which the words can be read.
            connection.execute("pragma force_compression = 'fsst'")
            connection.execute("create table rows as select unnest(?) as word", [[*_OTHERS, NAME]])
            connection.execute("checkpoint")
            connection.execute(statement)

    return make


def _duckdb_with_log(path: Path) -> None:
    """The row stands in the write-ahead log alone, as after a crash."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set checkpoint_threshold = '1GB'")
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("create table rows as select repeat('a', 3) || ? as word", [NAME])
    assert path.with_name(path.name + ".wal").exists()


def _sqlite(cell: object, journal: str = "delete") -> Callable[[Path], object]:
    def make(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(f"pragma journal_mode = {journal}")
        connection.execute("create table events (body)")
        connection.execute("insert into events values (?)", [cell])
        connection.commit()
        if journal == "wal":
            # Closing would move the log into the file, so both are copied while it is open.
            for suffix in ("", "-wal"):
                part = Path(f"{path}{suffix}")
                part.with_name(f"kept.db{suffix}").write_bytes(part.read_bytes())
        connection.close()
        if journal == "wal":
            path.unlink()

    return make


def _parquet(table: pa.Table, **options: object) -> Callable[[Path], object]:
    return lambda path: pq.write_table(table, path, compression="zstd", **options)


def _xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_string(3, 3, NAME)


def _xlsx_number(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([int(ID)])
    book.save(path)


def _zip(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def _docx() -> bytes:
    return _zip("word/document.xml", f"<w:document><w:t>{NAME}</w:t></w:document>".encode())


def _tar(path: Path) -> None:
    inner = path.with_name("inner.gz")
    inner.write_bytes(gzip.compress(NAME.encode()))
    with tarfile.open(path, "w") as archive:
        archive.add(inner, "inner.gz")
    inner.unlink()


def _pdf(shown: bytes) -> bytes:
    packed = zlib.compress(b"BT /F1 12 Tf " + shown + b" ET")
    return b"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >> stream\n" + packed + b"\nendstream endobj\n%%EOF\n"


def _content(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


#: Long enough for a packer to pack it.
_TEXT = "\n".join([NAME, *_OTHERS[:99], NAME]).encode()
_NAMES = pa.table({"word": [*_OTHERS, NAME]})
_UTF16 = NAME.encode("utf-16-be").hex().encode()
_CONTAINERS: dict[str, Callable[[Path], object]] = {
    "duckdb column": _sql("select 1"),
    "duckdb nested column": _sql(f"create table n as select [{{'who': '{NAME}'}}] as l"),
    "duckdb number": _sql(f"create or replace table rows as select {ID}::bigint as n"),
    "duckdb blob": _sql(f"create or replace table rows as select encode('{NAME}') as b"),
    "duckdb other schema": _sql(f"create schema s; create table s.t as select '{NAME}' as w"),
    "duckdb view text": _sql(f"create view v as select '{NAME}' as w"),
    "duckdb comment": _sql(f"comment on table rows is '{NAME}'"),
    "duckdb default": _sql(f"create table d (w varchar default '{NAME}')"),
    "duckdb enumeration": _sql(f"create type e as enum ('a', '{NAME}')"),
    "duckdb macro": _sql(f"create macro m() as '{NAME}'"),
    "duckdb write-ahead log": _duckdb_with_log,
    "parquet column": _parquet(_NAMES),
    "parquet plain column": _parquet(_NAMES, use_dictionary=False),
    "parquet number": _parquet(pa.table({"n": [1, int(ID)]})),
    "parquet metadata": _parquet(pa.table({"n": [1]}).replace_schema_metadata({"who": NAME})),
    "parquet field metadata": _parquet(
        pa.table([[1]], schema=pa.schema([pa.field("n", pa.int64(), metadata={"who": NAME})]))
    ),
    "parquet by polars": lambda path: pl.DataFrame({"word": [*_OTHERS, NAME]}).write_parquet(path),
    "sqlite text": _sqlite(json.dumps({"who": NAME})),
    "sqlite number": _sqlite(int(ID)),
    "sqlite packed blob": _sqlite(zlib.compress(json.dumps([NAME]).encode())),
    "sqlite write-ahead log": _sqlite(NAME, "wal"),
    "zip": _content(_zip("a.txt", _TEXT)),
    "zip in zip": _content(_zip("b.zip", _zip("a.txt", _TEXT))),
    "name in zip": _content(_zip(f"{NAME}.txt", b"")),
    "xlsx": _xlsx,
    "xlsx number": _xlsx_number,
    "docx": _content(_docx()),
    "tar of gzip": _tar,
    "gzip": _content(gzip.compress(_TEXT)),
    "bzip2": _content(bz2.compress(_TEXT)),
    "xz": _content(lzma.compress(_TEXT)),
    "zlib": _content(zlib.compress(_TEXT)),
    "zstd": lambda path: path.write_bytes(pa.compress(_TEXT, "zstd", asbytes=True)),
    "pdf string": _content(_pdf(b"(" + ID.encode() + b") Tj")),
    "pdf with kerning": _content(_pdf(b"[(" + ID[:5].encode() + b") -20 (" + ID[5:].encode() + b")] TJ")),
    "pdf hex string": _content(_pdf(b"<" + _UTF16 + b"> Tj")),
}


@pytest.mark.parametrize("container", _CONTAINERS)
def test_a_canary_in_a_container_is_found(container: str, tmp_path: Path) -> None:
    folder = tmp_path / "searched" / "deeper"
    folder.mkdir(parents=True)
    _CONTAINERS[container](folder / "file")
    findings = search_below(tmp_path / "searched", [BIRD])
    assert any(" > " in finding.place for finding in findings), "not found by opening"


def test_a_canary_in_a_plain_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\x00..." + NAME.encode() + b"...")
    assert search_below(tmp_path, [BIRD])


@pytest.mark.parametrize("container", ["duckdb column", "parquet number", "sqlite packed blob", "xlsx", "gzip"])
def test_it_is_opening_that_finds_it(container: str, tmp_path: Path) -> None:
    """The same bytes, unopened, show nothing: that is why a search of raw bytes is no proof."""
    _CONTAINERS[container](tmp_path / "file")
    assert not search([Piece("raw", (tmp_path / "file").read_bytes())], [BIRD])


def test_a_statistic_of_parquet_is_read(tmp_path: Path) -> None:
    """A bound of a column, where no row holds the value any more, is still the value."""
    pq.write_table(pa.table({"word": ["aaa", NAME]}), tmp_path / "file")
    places = [finding.place for finding in search_below(tmp_path, [BIRD])]
    assert any(place.endswith("> statistics") for place in places)


def test_a_uncompressed_database_shows_its_rows_to_a_plain_search(tmp_path: Path) -> None:
    _sql("create table numbers as select 1 as n")(tmp_path / "file")
    assert search([Piece("plain", uncompressed(tmp_path / "file"))], [BIRD])


def _digests(text: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, text.encode())
        found |= {f"{name} hex": digest.hexdigest().encode(), f"{name} raw": digest.digest()}
        found |= {f"{name} upper-case hex": digest.hexdigest().upper().encode()}
        found |= {f"{name} base64": base64.b64encode(digest.digest())}
        found |= {f"{name} cut to 32 digits": digest.hexdigest()[:32].encode()}
    return found


_FORMS: dict[str, bytes] = {
    "utf-8": NAME.encode(),
    "utf-16-le": NAME.encode("utf-16-le"),
    "utf-16-be": NAME.encode("utf-16-be"),
    "kz-1048": NAME.encode("kz1048"),
    "json": json.dumps({"who": NAME}).encode(),
    "json in json": json.dumps(json.dumps({"who": NAME})).encode(),
    "json, upper case": json.dumps(NAME).upper().replace("\\U", "\\u").encode(),
    "json, every letter": "".join(f"\\u{ord(letter):04x}" for letter in ID).encode(),
    "html": html.escape(NAME).encode("ascii", "xmlcharrefreplace"),
    "html, hexadecimal": "".join(f"&#x{ord(letter):X};" for letter in NAME).encode(),
    "address": quote(NAME).encode(),
    "python bytes": repr(NAME.encode()).encode(),
    "base64": base64.b64encode(NAME.encode()),
    "base64 after one byte": base64.b64encode(b"1" + NAME.encode() + b"2"),
    "base64 after two bytes": base64.b64encode(b"12" + NAME.encode() + b"3"),
    "key, raw": SECRET,
    "key, hex": SECRET.hex().encode(),
    "key, upper-case hex": codecs.encode(SECRET, "hex").upper(),
    "key, base64": base64.b64encode(SECRET),
    **_digests(ID),
}


@pytest.mark.parametrize("form", _FORMS)
def test_a_canary_in_another_form_is_found(form: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\x00\xff noise " + _FORMS[form] + b" noise\xfe")
    assert search_below(tmp_path, [BIRD])


def test_the_name_of_a_file_is_searched(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.csv").touch()
    assert search_below(tmp_path, [BIRD])


def test_what_holds_no_canary_gives_no_finding(tmp_path: Path) -> None:
    """Neighbours of the values: one digit or letter other, keyed digests, parts of them."""
    other = [ID[:-1] + "2", ID[:-1], NAME[:-1], hashlib.blake2b(ID.encode(), key=SECRET).hexdigest(), SECRET.hex()[:-1]]
    (tmp_path / "plain").write_text("\n".join(other))
    pl.DataFrame({"word": other}).write_parquet(tmp_path / "table.parquet")
    assert not search_below(tmp_path, [BIRD])


def test_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "inbox" / "sender").mkdir(parents=True)
    (tmp_path / "inbox" / "sender" / "staff.csv").write_text(ID)
    assert not search_below(tmp_path, [BIRD], frozenset({tmp_path / "inbox"}))
    assert search_below(tmp_path, [BIRD])


@pytest.mark.parametrize("mark", [b"PAR1", b"PK\x03\x04", b"SQLite format 3\0", b"12345678DUCK"])
def test_a_container_that_cannot_be_opened_is_no_pass(mark: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(mark + bytes(5_000))
    with pytest.raises(Exception, match=r"."):
        search_below(tmp_path, [BIRD])
