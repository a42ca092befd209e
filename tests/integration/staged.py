"""A small data root that a test fills delivery by delivery, and the staging and intermediate tables it leads to."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dbt_in_process

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from ingest import manifest
from ingest.deliveries import Ingested, Places, ingest
from ingest.expose import expose
from ingest.pseudonym import Key
from ingest.readers.text import fingerprint
from ingest.sender import read_all

KEY = Key(hashlib.sha256(b"a key for tests").digest())
CODE_MAP = PROJECT / "dbt_project" / "seeds" / "code_map.csv"


def table(rows: list[dict[str, Any]]) -> bytes:
    """Rows as CSV; the first row names the columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@dataclass
class Root:
    """A data root. `deliver` puts a delivery into the inbox; `build` runs ingest and dbt and reads a table."""

    folder: Path
    senders: set[str] = field(default_factory=set)

    @property
    def places(self) -> Places:
        at = self.folder
        return Places(at / "inbox", at / "landing", at / "senders", at / "work", CODE_MAP)

    def sender(self, name: str, text: str) -> None:
        self.places.senders.mkdir(parents=True, exist_ok=True)
        (self.places.senders / f"{name}.toml").write_text(text, encoding="utf-8")

    def deliver(
        self,
        sender: str,
        name: str,
        created: str,
        files: dict[str, bytes],
        *,
        rows: dict[str, int] | None = None,
        full: bool = False,
        period: str | None = "2025/26",
        as_of: str | None = None,
    ) -> Path:
        """A delivery folder with its manifest. A file's feed is told by its name; CSV rows are counted by lines."""
        folder = self.places.inbox / sender / name
        folder.mkdir(parents=True)
        entries = []
        for path, content in files.items():
            (folder / path).write_bytes(content)
            counted = (rows or {}).get(path, content.count(b"\n") - 1)
            entries.append(
                {
                    "path": path,
                    "feed": manifest.feed_of(path),
                    "rows": counted,
                    "sha256": fingerprint(folder / path).sha256,
                    "coverage": "full" if full else "partial",
                }
                | ({"as_of": as_of} if as_of else {})
            )
        facts = {"sender": sender, "created": created, "files": entries} | ({"period": period} if period else {})
        (folder / "manifest.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
        return folder

    def ingest(self) -> Ingested:
        return ingest(self.places, KEY, None, "1GB")

    def build(self, as_of: str = "2026-09-15", select: str = "staging int_row_balance +int_row_balance") -> Path:
        """Ingests what is new and builds; returns the warehouse."""
        self.ingest()
        warehouse = self.folder / "work" / "warehouse.duckdb"
        warehouse.unlink(missing_ok=True)
        with connect(warehouse) as connection:
            expose(connection, self.places.landing, read_all(self.places.senders), KEY.id, CODE_MAP)
        dbt_in_process.build(warehouse, as_of, select.split())
        return warehouse

    def rows(self, warehouse: Path, query: str) -> list[tuple[Any, ...]]:
        with connect(warehouse, read_only=True) as connection:
            return connection.execute(query).fetchall()
