"""Pseudonyms agree with an independent HMAC, and the key stays where it is."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

import pytest
from ingest_reading import ANNA, CODE_MAP, SECRET, Desk, post, staff

from bilimkoz.connection import connect
from ingest import pseudonym
from ingest.problems import Refusal
from ingest.pseudonym import Key
from ingest.workshop import Workshop

#: RFC 4231, test cases 6 and 7 (a key of 131 bytes, longer than a block) have the data as plain text.
RFC_4231_LONG = [
    (
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


def _digest(secret: bytes, message: bytes) -> str:
    """The pads as a connection binds them, over a bare message."""
    with connect(None) as connection:
        Key(secret).bind(connection)
        return str(
            connection.execute(
                "select sha256(getvariable('opad') || unhex(sha256(getvariable('ipad') || ?::blob)))", [message]
            ).fetchall()[0][0]
        )


@pytest.mark.parametrize(("message", "expected"), RFC_4231_LONG)
def test_rfc_4231_keys_longer_than_a_block(message: bytes, expected: str) -> None:
    assert _digest(b"\xaa" * 131, message) == expected


def test_rfc_4231_short_keys() -> None:
    """Test case 1: the key 20 times 0x0b is padded with zeros to a block, so that key and zeros are the same HMAC
    key."""
    expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert _digest(b"\x0b" * 20 + b"\0" * 12, b"Hi There") == expected


@pytest.mark.parametrize("length", [32, 63, 64, 65, 131])
def test_pseudonym_is_the_documented_hmac(length: int) -> None:
    secret = bytes(range(length))
    message = "person\x1fkz.iin:" + ANNA
    with connect(None) as connection:
        Key(secret).bind(connection)
        found = connection.execute(
            "select pseudonym('person', ?), pseudonym('person', null)", ["kz.iin:" + ANNA]
        ).fetchall()
    assert found == [(hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()[:32], None)]


def test_row_holds_the_documented_hmac(reading_desk: Desk) -> None:
    expected = hmac.digest(SECRET, ("person\x1fkz.iin:" + ANNA).encode(), "sha256").hex()[:32]
    assert [row["person_id"] for row in reading_desk.read(staff(post(ANNA))).landed] == [expected]


def test_local_ids_beyond_ascii(reading_desk: Desk) -> None:
    expected = hmac.digest(SECRET, "person\x1fschool-0417:№7-ә".encode(), "sha256").hex()[:32]
    reading = reading_desk.read(staff(post("№7-ә")), register="school-0417")
    assert [row["person_id"] for row in reading.landed] == [expected]


def test_key_shows_itself_nowhere() -> None:
    key = Key(SECRET)
    shown = f"{key!r} {key} {vars(Refusal('key_too_short'))}"
    assert SECRET.decode() not in shown
    assert SECRET.hex() not in shown
    assert repr(key) == f"Key(id={hmac.digest(SECRET, b'bilimkoz key id', 'sha256').hex()[:8]})"
    with pytest.raises(Refusal) as caught:
        Key(SECRET[:20])
    assert SECRET[:20].decode() not in f"{caught.value!r} {caught.value.facts}"


def test_key_is_in_no_statement_and_no_file(tmp_path: Path) -> None:
    """Neither the catalogue of macros nor the database file holds the key or its pads."""
    block = SECRET.ljust(64, b"\0")
    pads = [bytes(byte ^ mask for byte in block) for mask in (0x36, 0x5C)]
    with Workshop(tmp_path, CODE_MAP, Key(SECRET), "500MB") as workshop:
        text = str(workshop.connection.execute("select macro_definition from duckdb_functions()").fetchall())
        with pytest.raises(Exception, match="Error") as caught:
            workshop.connection.execute("select pseudonym('person', 1 + 'x')")
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (SECRET, *pads):
        assert secret not in stored
        assert secret.hex() not in text.lower()
        assert secret.hex() not in str(caught.value)
        assert repr(secret)[2:-1] not in text


def test_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "pseudonym.key"
    made = pseudonym.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(path.read_text())) == 32
    assert pseudonym.read(path, None).id == made.id
    before = path.read_bytes()
    with pytest.raises(Refusal, match="key_exists"):
        pseudonym.create(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_key_file_that_others_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    pseudonym.create(path)
    path.chmod(mode)
    with pytest.raises(Refusal, match="key_readable_by_others"):
        pseudonym.read(path, None)


@pytest.mark.parametrize("content", [b"not hexadecimal " * 4, b"\xff\xfe\x00" * 20, "ключ".encode() * 10])
def test_key_file_with_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(Refusal, match="key_unreadable"):
        pseudonym.read(path, None)


def test_missing_key_and_key_from_the_environment(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="key_missing"):
        pseudonym.read(tmp_path / "none", None)
    assert pseudonym.read(tmp_path / "none", SECRET.hex()).id == Key(SECRET).id
    assert pseudonym.read(tmp_path / "none", SECRET.decode()).id == Key(SECRET).id


def test_first_key_is_noted_and_another_refused(tmp_path: Path) -> None:
    log = tmp_path / "_log"
    pseudonym.check(Key(SECRET), log)
    pseudonym.check(Key(SECRET), log)
    with pytest.raises(Refusal, match="key_differs") as caught:
        pseudonym.check(Key(os.urandom(32)), log)
    assert caught.value.facts["known"] == Key(SECRET).id
