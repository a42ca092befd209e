"""Writes deliveries: a folder with data files and the manifest that names them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from ingest.simulate.dialects import ONE_ZONE_FROM
from ingest.simulate.planted import Ledger, Mark


@dataclass
class Delivery:
    """A delivery that is being put together; `write` puts it on disk."""

    sender: str
    folder: str
    created_on: date
    period: str | None
    hour: int = 8
    files: list[tuple[dict[str, object], bytes]] = field(default_factory=list)

    @property
    def created(self) -> str:
        """Moment of creation with its zone, in ISO form."""
        zone = timezone(timedelta(hours=5 if self.created_on >= ONE_ZONE_FROM else 6))
        moment = datetime(self.created_on.year, self.created_on.month, self.created_on.day, self.hour, tzinfo=zone)
        return moment.isoformat()

    def add(
        self, path: str, feed: str, content: bytes, rows_n: int, *, coverage: str = "full", as_of: date | None = None
    ) -> None:
        """Adds a file; its list is as of the day the delivery was made, or an earlier one."""
        entry: dict[str, object] = {
            "path": path,
            "feed": feed,
            "rows": rows_n,
            "sha256": hashlib.sha256(content).hexdigest(),
            "coverage": coverage,
            "as_of": (as_of or self.created_on).isoformat(),
        }
        self.files.append((entry, content))

    def manifest(self) -> bytes:
        """The text of manifest.json."""
        head: dict[str, object] = {"sender": self.sender, "created": self.created}
        if self.period is not None:
            head["period"] = self.period
        document = {**head, "files": [entry for entry, _ in self.files]}
        return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


@dataclass
class Inbox:
    """The root that deliveries are written under, and what was written so far."""

    root: Path
    ledger: Ledger = field(default_factory=Ledger)
    deliveries_n: int = 0
    files_n: int = 0
    rows_n: int = 0

    def write(self, delivery: Delivery, folder: str | None = None) -> None:
        """Writes a delivery under its own folder name or another one (the same delivery sent again)."""
        place = self.root / "inbox" / delivery.sender / (folder or delivery.folder)
        place.mkdir(parents=True, exist_ok=True)
        for entry, content in delivery.files:
            (place / str(entry["path"])).write_bytes(content)
        (place / "manifest.json").write_bytes(delivery.manifest())
        self.deliveries_n += 1
        self.files_n += len(delivery.files)
        self.rows_n += sum(int(str(entry["rows"])) for entry, _ in delivery.files)

    def note(
        self,
        delivery: Delivery,
        path: str,
        feed: str,
        marks: list[Mark],
        *,
        first_row: int = 0,
        file_waits: bool = False,
    ) -> None:
        """Records what was planted in a file of a delivery."""
        place = {"sender": delivery.sender, "delivery": delivery.folder, "path": path, "feed": feed}
        self.ledger.add(place, marks, first_row, file_waits)
