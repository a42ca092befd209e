"""A data root with an inbox: makes deliveries and ingests them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bilimkoz.connection import connect
from ingest.deliveries import Ingested, Places, ingest
from ingest.expose import file_states
from ingest.log import Log
from ingest.pseudonym import Key
from ingest.sender import read_all

CODE_MAP = Path(__file__).parents[2] / "dbt_project" / "seeds" / "code_map.csv"
KEY = Key(b"a test key of forty bytes, never in use!")
SCHOOL = "750140000417"
ANNA, BOLAT, CHINGIZ = "810101300018", "810101300028", "810101300901"
NOW = datetime(2026, 9, 20, tzinfo=UTC)
HEADER = "person_id,institution_id,position,start_date,load_fte"


def staff(*rows: tuple[str, str]) -> bytes:
    """A list of (person, load); all are teachers of one school since one day."""
    return "\n".join([HEADER, *(f"{person},{SCHOOL},teacher,2020-09-01,{load}" for person, load in rows), ""]).encode()


@dataclass
class Inbox:
    root: Path

    @property
    def places(self) -> Places:
        root = self.root
        return Places(root / "inbox", root / "landing", root / "senders", root / "work", CODE_MAP)

    def agree(self, sender: str, text: str = 'register = "kz.iin"') -> None:
        (self.root / "senders").mkdir(exist_ok=True)
        (self.root / "senders" / f"{sender}.toml").write_text(text)

    def deliver(
        self,
        sender: str,
        folder: str,
        files: dict[str, bytes],
        created: str = "2026-09-15T08:00:00+05:00",
        feed: str = "staff_employment",
        rows: int | None = None,
        **more: Any,
    ) -> str:
        """Writes a delivery; `rows` default to the lines of a file without its header. Returns its id."""
        place = self.root / "inbox" / sender / folder
        place.mkdir(parents=True)
        entries = []
        for name, content in files.items():
            (place / name).write_bytes(content)
            count = len(content.decode(errors="replace").split()) - 1 if rows is None else rows
            sha256 = hashlib.sha256(content).hexdigest()
            entries.append({"path": name, "feed": feed, "rows": count, "sha256": sha256, **more})
        text = json.dumps({"sender": sender, "created": created, "files": entries}).encode()
        (place / "manifest.json").write_bytes(text)
        return hashlib.sha256(text).hexdigest()[:16]

    def ingest(self, key: Key = KEY, limit: str = "500MB") -> Ingested:
        return ingest(self.places, key, NOW, limit)

    def log(self) -> Log:
        return Log.read(self.places.landing)

    def states(self) -> dict[str, str]:
        """State of each file, by folder and name."""
        states = file_states(self.log(), read_all(self.places.senders), KEY.id, self.places.code_map)
        return {f"{state['folder']}/{state['path']}": state["state"] for state in states}

    def landed(self, feed: str = "staff_employment") -> list[tuple[Any, ...]]:
        """Rows that the log names, without where they lie."""
        names = [self.places.landing / name for name in self.log().files(feed)]
        if not names:
            return []
        with connect(None) as connection:
            return connection.execute(
                f"select * from read_parquet({[str(name) for name in names]}) order by all"
            ).fetchall()

    def files(self) -> set[str]:
        """Everything in landing, below it, without the lock and key note."""
        found = self.places.landing.rglob("*")
        return {str(path.relative_to(self.places.landing)) for path in found if path.is_file()} - {"_log/key.json"}
