"""Landing: immutable Parquet, one file a feed and run, that exists only once the log names it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bilimkoz.durable import sync
from bilimkoz.sql import literal
from ingest.contract import target_feeds
from ingest.log import Entry, Log
from ingest.parsed import Parsed
from ingest.workshop import Workshop

_TABLES = {"_quarantine": "quarantined", "_answered": "answered"}


@dataclass
class Landing:
    """The landing folder and its log."""

    folder: Path
    log: Log

    def named_files(self) -> set[str]:
        """Paths below the landing that log lines name."""
        names: set[str] = set()
        for entry in self.log.of("parse"):
            names.update(entry["landed"].values())
            names.update(name for name in (entry["quarantine"], entry["answered"]) if name)
        return names

    def sweep(self) -> None:
        """Removes what a run that died left behind: Parquet that no log line names, and half-written files."""
        named = self.named_files()
        for path in self.folder.glob("*/*"):
            if path.parent.name == "_log":
                if path.name.startswith("."):
                    path.unlink()
            elif str(path.relative_to(self.folder)) not in named:
                path.unlink()

    def write(self, workshop: Workshop, parsed: Iterable[Parsed]) -> dict[str, str]:
        """Copies the workshop's tables to Parquet; returns target feed -> path below the landing."""
        run = hashlib.sha256("".join(sorted(item.parse_id for item in parsed)).encode()).hexdigest()[:16]
        tables = {feed: f"landed_{feed}" for feed in target_feeds()} | _TABLES
        files: dict[str, str] = {}
        for feed, table in tables.items():
            if not workshop.connection.execute(f'select exists(from "{table}")').fetchall()[0][0]:
                continue
            path = self.folder / feed / f"{run}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            building = path.with_name(f".{path.name}.building")
            workshop.connection.execute(
                f'copy "{table}" to {literal(str(building))} (format parquet, compression zstd)'
            )
            building.chmod(0o600)
            sync(building)
            building.replace(path)
            sync(path.parent)
            files[feed] = f"{feed}/{path.name}"
        return files

    def commit(self, entries: Iterable[Entry]) -> None:
        self.log.commit(entries)
