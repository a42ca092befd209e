"""Senders: who may speak for which institutions, in which register, with which key.

One file a sender, `senders/<sender>.toml`:

    register = "kz.iin"                       # scheme of bare person ids: kz.iin, ee.isikukood, or a register's own name
    institutions = ["750140000417"]           # or: region = "750000000"; neither: the whole country
    feeds = ["staff_employment"]              # absent: every feed
    due_day = 10                              # of the month
    registry_complete_from = 2018-09-01       # from this day ended posts are held too
    public_key = "school-0417.pem"            # Ed25519; then unsigned deliveries are refused

A key that lies there as `senders/<sender>.pem` counts without being named. A file that is wrong anywhere is no file: a
misspelt `institutions` must not make a school speak for the country.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ingest.contract import feeds
from ingest.problems import Refusal

#: Schemes whose numbers can be checked and followed from one sender to another.
NATIONAL = ("kz.iin", "ee.isikukood")
#: What may stand before the colon of an id.
_SCHEME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Sender:
    """A sender as its file says."""

    name: str
    register: str
    institutions: tuple[str, ...] | None
    region: str | None
    feeds: tuple[str, ...]
    due_day: int | None
    registry_complete_from: date | None
    public_key: Path | None

    def may_send(self, feed: str) -> bool:
        return feed in self.feeds


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


#: Every key a file may hold, and whether a value is right for it.
_KEYS: dict[str, Callable[[Any], bool]] = {
    "register": lambda value: isinstance(value, str) and bool(_SCHEME.fullmatch(value)),
    "institutions": _is_list_of_texts,
    "region": _is_text,
    "feeds": lambda value: _is_list_of_texts(value) and set(value) <= set(feeds()),
    "due_day": lambda value: type(value) is int and 1 <= value <= 31,
    "registry_complete_from": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "public_key": _is_text,
}


def read(path: Path) -> Sender:
    """One sender's file.

    Raises:
        Refusal: no such sender, no TOML, a key that is missing, unknown or of the wrong kind, or a public key that is none.
    """
    facts = _facts(path)
    unknown = sorted(set(facts) - set(_KEYS))
    if unknown:
        raise Refusal("sender_key_unknown", sender=path.stem, key=unknown, known=list(_KEYS))
    wrong = [key for key, is_right in _KEYS.items() if key in facts and not is_right(facts[key])]
    if wrong or "register" not in facts:
        raise Refusal("sender_wrong", sender=path.stem, key=wrong or ["register"])
    institutions, register = facts.get("institutions"), facts["register"]
    return Sender(
        name=path.stem,
        register=register.lower() if register.lower() in NATIONAL else register,
        institutions=tuple(institutions) if institutions is not None else None,
        region=facts.get("region"),
        feeds=tuple(facts.get("feeds", feeds())),
        due_day=facts.get("due_day"),
        registry_complete_from=facts.get("registry_complete_from"),
        public_key=_public_key(path, facts.get("public_key")),
    )


def _facts(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise Refusal("sender_unknown", sender=path.stem)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError):
        raise Refusal("sender_unreadable", sender=path.stem) from None


def _public_key(path: Path, named: str | None) -> Path | None:
    place = path.parent / named if named else path.with_name(f"{path.stem}.pem")
    if not named and not place.exists():
        return None
    load_public_key(place, path.stem)
    return place


def load_public_key(place: Path, sender: str) -> Ed25519PublicKey:
    """The key deliveries of a sender are signed with.

    Raises:
        Refusal: the file is not there, or holds no such key.
    """
    try:
        key = load_pem_public_key(place.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Refusal("public_key_wrong", sender=sender, file=place.name)
    return key


def read_all(folder: Path) -> dict[str, Sender]:
    """All senders on file whose files are right, by name."""
    return _judged(folder)[0]


def broken(folder: Path) -> dict[str, Refusal]:
    """Senders whose files are wrong, by name, and what is wrong; nothing they send is taken until it is mended."""
    return _judged(folder)[1]


def _judged(folder: Path) -> tuple[dict[str, Sender], dict[str, Refusal]]:
    right, wrong = {}, {}
    for path in sorted(folder.glob("*.toml")):
        try:
            right[path.stem] = read(path)
        except Refusal as refusal:
            wrong[path.stem] = refusal
    return right, wrong
