"""Senders: who may speak for which institutions, in which register, with which key.

One file a sender, `senders/<sender>.toml`:

    register = "kz.iin"                       # scheme of bare person ids: kz.iin, ee.isikukood, or a register's own
    name
    institutions = ["750140000417"]           # or: region = "750000000"; neither: the whole country
    feeds = ["staff_employment"]
    due_day = 10                              # of the month
    registry_complete_from = 2018-09-01       # from this day ended posts are held too
    public_key = "school-0417.pem"            # Ed25519; then unsigned deliveries are refused
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.contract import feeds
from ingest.problems import Refusal

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


def read(path: Path) -> Sender:
    """One sender's file.

    Raises:
        Refusal: no such sender, no TOML, or a feed nobody knows.
    """
    if not path.exists():
        raise Refusal("sender_unknown", sender=path.stem)
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Refusal("sender_unreadable", sender=path.stem) from None
    institutions, agreed = facts.get("institutions"), facts.get("feeds", [])
    unknown = [feed for feed in agreed if feed not in feeds()] if isinstance(agreed, list) else [agreed]
    is_listed = institutions is None or isinstance(institutions, list)
    if unknown or not is_listed or not _SCHEME.fullmatch(str(facts.get("register", ""))):
        raise Refusal("sender_wrong", sender=path.stem, feeds=unknown)
    return Sender(
        name=path.stem,
        register=facts["register"],
        institutions=tuple(map(str, institutions)) if institutions is not None else None,
        region=facts.get("region"),
        feeds=tuple(facts.get("feeds", feeds())),
        due_day=facts.get("due_day"),
        registry_complete_from=facts.get("registry_complete_from"),
        public_key=path.parent / facts["public_key"] if "public_key" in facts else None,
    )


def read_all(folder: Path) -> dict[str, Sender]:
    """All senders on file, by name."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
