"""What is read and what came of it: a file, the name of its reading, the counts of its rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.contract import contract
from ingest.problems import Refusal
from ingest.readers.text import Fingerprint
from ingest.sender import Sender


@dataclass
class Counts:
    """Rows of one target feed in one file: what was read is landed, quarantined, repeated or empty."""

    read_n: int = 0
    landed_n: int = 0
    quarantined_n: int = 0
    repeated_n: int = 0
    empty_n: int = 0
    #: Ids that got their zeros back; landed rows of which only the key is kept.
    repaired_n: int = 0
    without_consent_n: int = 0


@dataclass
class Parsed:
    """What a file held. `records_n` is what a manifest calls rows: records, or cards of a nested file."""

    parse_id: str
    records_n: int = 0
    counts: dict[str, Counts] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    problem: Refusal | None = None

    @property
    def bad_share(self) -> float:
        read = sum(count.read_n for count in self.counts.values())
        return sum(count.quarantined_n for count in self.counts.values()) / read if read else 0.0


def parse_id(sha256: str, name: str, feed: str, sender: Sender, key_id: str, code_map: Path) -> str:
    """Names a reading of a file: the same bytes under the same rules are read once.

    The rules are the format that the file's name tells (a table sent under a wrong one is sent again under the right
    one), the contracts of the feed and its targets, the map of foreign codes, the key, and what the sender may say (its
    register picks the scheme of ids, its institutions bound its rows).
    """
    kinds = [contract(name) for name in (feed, *contract(feed).targets)]
    rules = [kind.digest for kind in kinds]
    codes = sorted({column.codes for kind in kinds for column in kind.columns if column.codes})
    rules += [hashlib.sha256(code_map.with_name(f"{name}.csv").read_bytes()).hexdigest() for name in codes]
    scope = ",".join(sorted(sender.institutions)) if sender.institutions is not None else "*"
    form = Path(name).suffix.lower()
    parts = [
        sha256,
        form,
        feed,
        *rules,
        hashlib.sha256(code_map.read_bytes()).hexdigest(),
        key_id,
        sender.register,
        scope,
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class File:
    """A file to be read: whose it is, and the reading and the delivery its rows will be said to come from."""

    path: Path
    feed: str
    sender: Sender
    fingerprint: Fingerprint
    parse_id: str
    delivery_id: str
    created: datetime

    @property
    def kind(self) -> tuple[str, str, bool]:
        """Files of one kind can be judged by one statement."""
        return self.feed, self.sender.register, self.sender.institutions is not None
