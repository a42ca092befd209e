"""Landing: immutable Parquet, one file a feed and run, that exists only once the log names it; and the manifests.

When many runs have landed, their files become one: the same rows, each with where it comes from.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bilimkoz.durable import sync, write_whole
from bilimkoz.sql import literal, unglobbed
from ingest.log import Entry, Log
from ingest.manifest import Delivery, kept_text
from ingest.parsed import Parsed
from ingest.workshop import Workshop

#: Each file costs every later reading some time to open: 10 000 small ones took 2.1 s where one took 0.03 s.
MOST_FILES = 200
_TABLES = {"_quarantine": "quarantined", "_answered": "answered", "_text": "texts", "_signature": "signatures"}
_MANIFESTS = "_manifests"


@dataclass
class Landing:
    """The landing folder and its log."""

    folder: Path
    log: Log

    def named_files(self) -> set[str]:
        """Paths below the landing that the log names: those that hold rows now, and the manifests."""
        names = {name for feed in self._feeds() for name in self.log.files(feed)}
        for delivery in self.log.deliveries:
            names |= {f"{_MANIFESTS}/{delivery}{suffix}" for suffix in (".json", ".sig")}
        return names

    def _feeds(self) -> set[str]:
        """Folders of Parquet, those of feeds that are read no more too."""
        return {feed for entry in self.log.of("parse") for feed in entry["landed"]} | set(_TABLES)

    def sweep(self) -> None:
        """Removes what no log line names: what a run that died left behind, and files that have become one."""
        named = self.named_files()
        for path in self.folder.glob("*/*"):
            if path.parent.name == "_log":
                if path.name.startswith("."):
                    path.unlink()
            elif str(path.relative_to(self.folder)) not in named:
                path.unlink()

    def write(self, workshop: Workshop, parsed: Iterable[Parsed]) -> dict[str, str]:
        """Copies the workshop's tables to Parquet; returns target feed -> path below the landing."""
        run = _digest(item.parse_id for item in parsed)
        landed = {}
        for feed in workshop.good.feeds:
            whole = workshop.good.whole(feed)
            if whole or _holds(workshop.connection, f"landed_{feed}"):
                landed[feed] = self._land(workshop.connection, feed, run, whole or f'"landed_{feed}"')
        for feed, table in _TABLES.items():
            if _holds(workshop.connection, table):
                landed[feed] = self._land(workshop.connection, feed, run, table)
        return landed

    def _land(self, connection: duckdb.DuckDBPyConnection, feed: str, name: str, source: Path | str) -> str:
        """Makes of `source` (a file, which moves, a table, or a query in parentheses) a file that is whole or not there."""
        path = self.folder / feed / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_name(f".{path.name}.building")
        if isinstance(source, Path):
            shutil.move(source, building)
        else:
            connection.execute(f"copy {source} to {literal(str(building))} (format parquet, compression zstd)")
        building.chmod(0o600)
        sync(building)
        building.replace(path)
        sync(path.parent)
        return f"{feed}/{path.name}"

    def keep(self, delivery: Delivery) -> None:
        """Keeps a delivery's manifest and signature; like rows, they exist once the log names the delivery."""
        folder = self.folder / _MANIFESTS
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(folder / f"{delivery.id}.json", kept_text(delivery), 0o600)
        if delivery.signature is not None:
            write_whole(folder / f"{delivery.id}.sig", delivery.signature, 0o600)

    def commit(self, entries: Iterable[Entry]) -> None:
        self.log.commit(entries)

    def compact(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Makes one file of the files of a feed where there are more than `MOST_FILES`; a log line then names that one.

        Those it is made of lie on until the next sweep: whoever read the log before may still be reading them.
        """
        for feed in sorted(self._feeds()):
            names = self.log.files(feed)
            if len(names) > MOST_FILES:
                paths = ", ".join(literal(unglobbed(str(self.folder / name))) for name in names)
                rows = f"(from read_parquet([{paths}], union_by_name=true))"
                into = self._land(connection, feed, _digest(names), rows)
                self.log.commit([{"kind": "compacted", "feed": feed, "files": names, "into": into}])


def _holds(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute(f'select exists(from "{table}")').fetchall()[0][0])


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("".join(sorted(names)).encode()).hexdigest()[:16]
