"""The load log: what was delivered, what was parsed, what a steward accepted. Append-only.

Each run that changes anything adds one file of JSON lines, renamed into place after the rows it speaks of
are on disk. A row in landing that no log line names was left by a run that died, and does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bilimkoz.durable import write_whole

Entry = dict[str, Any]


@dataclass
class Log:
    """The log of one landing, read whole: a line a delivery, a file of it, a parse, a decision."""

    folder: Path
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, landing: Path) -> Log:
        folder = landing / "_log"
        # Only a line feed ends a line: a sender's header may hold any of the other ends that `splitlines` knows.
        texts = (path.read_bytes().decode() for path in sorted(folder.glob("*.jsonl")))
        return cls(folder, [json.loads(line) for text in texts for line in text.split("\n") if line])

    def of(self, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry["kind"] == kind]

    @property
    def deliveries(self) -> dict[str, Entry]:
        return {entry["delivery_id"]: entry for entry in self.of("delivery")}

    @property
    def parses(self) -> dict[str, Entry]:
        return {entry["parse_id"]: entry for entry in self.of("parse")}

    def files(self, feed: str) -> list[str]:
        """Paths below the landing that hold the rows of a feed, or of what lies beside them (`_quarantine`, say), now.

        A parse says where its rows landed at first; since then files may have become one (`Landing.compact`).
        """
        names: dict[str, None] = {}
        for entry in self.entries:
            if entry["kind"] == "parse":
                name = entry.get(feed.removeprefix("_")) if feed.startswith("_") else entry["landed"].get(feed)
                names |= {name: None} if name else {}
            elif entry["kind"] == "compacted" and entry["feed"] == feed:
                joined = set(entry["files"])
                names = {name: None for name in names if name not in joined} | {entry["into"]: None}
        return list(names)

    @property
    def refusals(self) -> dict[str, Entry]:
        """Deliveries that were read and refused whole, by id, with the readings that showed it."""
        return {entry["delivery_id"]: entry for entry in self.of("refused")}

    @property
    def accepted_files(self) -> set[tuple[str, str]]:
        """Readings, each with its sender, that a steward took in despite their bad rows; under other rules anew."""
        return {(entry["parse_id"], entry["sender"]) for entry in self.of("accept")}

    @property
    def accepted_withdrawals(self) -> set[tuple[str, str]]:
        """Deliveries, each with a feed, whose full list a steward took in though it withdrew much."""
        return {(entry["delivery_id"], entry["feed"]) for entry in self.of("accept_withdrawal")}

    def commit(self, entries: Iterable[Entry]) -> None:
        """Adds entries for good, all of them or none."""
        new = list(entries)
        if not new:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem) for path in self.folder.glob("*.jsonl")), default=0)
        text = "".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in new)
        write_whole(self.folder / f"{number:08d}.jsonl", text.encode(), 0o640)
        self.entries.extend(new)
