"""Pseudonyms: HMAC-SHA-256 of an identifier under a key that never enters the warehouse.

The message is the UTF-8 of `<domain> 0x1F <scheme>:<canonical id>`; the first 16 bytes of the digest, as 32
lower-case hex digits, stand for the person. The keyed pads are bound as session variables, so that
neither the key nor anything made of it alone stands in the text of a statement.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from bilimkoz.durable import write_whole
from ingest.problems import Refusal

_BLOCK = 64
_ID_TEXT = b"bilimkoz key id"
_NOTE = "key.json"


class Key:
    """The pseudonym key. Its text form shows the id, never the key."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise Refusal("key_too_short")
        self._secret = secret

    @property
    def id(self) -> str:
        """First 8 hex of HMAC(key, "bilimkoz key id"): tells keys apart and gives nothing away."""
        return hmac.digest(self._secret, _ID_TEXT, "sha256").hex()[:8]

    def numbers(self, domain: str, n: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Two lists of `n` numbers of 64 bits that follow from the key: the first words of HMAC(key, domain, 0x1F, place)."""
        made = b"".join(hmac.digest(self._secret, f"{domain}\x1f{place}".encode(), "sha256")[:16] for place in range(n))
        words = np.frombuffer(made, dtype=">u8").astype(np.uint64)
        return words[0::2], words[1::2]

    def __repr__(self) -> str:
        return f"Key(id={self.id})"

    def bind(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Makes `pseudonym(domain, id)` known to a connection."""
        block = self._secret if len(self._secret) <= _BLOCK else hashlib.sha256(self._secret).digest()
        block = block.ljust(_BLOCK, b"\0")
        connection.execute("set variable ipad = ?", [bytes(byte ^ 0x36 for byte in block)])
        connection.execute("set variable opad = ?", [bytes(byte ^ 0x5C for byte in block)])
        connection.execute(
            "create or replace temp macro pseudonym(domain, id) as "
            "case when id is not null then substr(sha256(getvariable('opad') || unhex(sha256(getvariable('ipad') "
            "|| encode(domain || chr(31) || id)))), 1, 32) end"
        )


def read(path: Path, environment: str | None) -> Key:
    """The key, from the environment's value if there is one, else from the file.

    Raises:
        Refusal: there is no key, or others may read its file.
    """
    if environment:
        return Key(bytes.fromhex(environment) if _is_hex(environment) else environment.encode())
    if not path.exists():
        raise Refusal("key_missing", path=str(path))
    if path.stat().st_mode & 0o077:
        raise Refusal("key_readable_by_others", path=str(path))
    text = path.read_bytes().decode("ascii", errors="replace").strip()
    if not _is_hex(text):
        raise Refusal("key_unreadable", path=str(path))
    return Key(bytes.fromhex(text))


def create(path: Path) -> Key:
    """Makes a new key file with mode 0600; an existing one is never overwritten.

    Raises:
        Refusal: the file exists.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refusal("key_exists", path=str(path)) from None
    with os.fdopen(handle, "w") as file:
        file.write(secret.hex() + "\n")
    return Key(secret)


def check(key: Key, log: Path) -> None:
    """Refuses a key other than the one this landing was pseudonymised with; the first key is noted.

    Raises:
        Refusal: `key.json` names another key.
    """
    if not is_noted(key, log):
        log.mkdir(parents=True, exist_ok=True)
        write_whole(log / _NOTE, (json.dumps({"key_id": key.id}) + "\n").encode())


def is_noted(key: Key, log: Path) -> bool:
    """Whether this landing was pseudonymised with this key; it was with none where no key is noted yet.

    Raises:
        Refusal: it was with another, which would silently make everyone new.
    """
    if not (log / _NOTE).exists():
        return False
    known = json.loads((log / _NOTE).read_text())["key_id"]
    if known != key.id:
        raise Refusal("key_differs", known=known, given=key.id)
    return True


def _is_hex(text: str) -> bool:
    return len(text) % 2 == 0 and all(letter in "0123456789abcdefABCDEF" for letter in text)
