"""The folder of one run, and the facts its steps share.

What belongs here: where a run keeps things, and what its first step found out (the as-of date, the release id). What
does not: anything of Dagster, so that a run's folder can be read without it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from bilimkoz.durable import write_whole
from bilimkoz.settings import Settings
from ingest.deliveries import Places
from ingest.problems import Refusal


def places(settings: Settings) -> Places:
    """Where ingest finds and puts things."""
    return Places(
        settings.place("inbox"),
        settings.place("landing"),
        settings.place("senders"),
        settings.place("work"),
        settings.code_map,
    )


@dataclass(frozen=True)
class Run:
    """A run by its id. `facts` are there once its first step is done."""

    id: str
    folder: Path

    @classmethod
    def of(cls, settings: Settings, run_id: str) -> Run:
        return cls(run_id, settings.place("work") / run_id[:8])

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def gates(self) -> Path:
        return self.folder / "gates.parquet"

    @property
    def estimates(self) -> Path:
        return self.folder / "estimates"

    @property
    def data_docs(self) -> Path:
        return self.folder / "data_docs"

    @property
    def spill(self) -> Path:
        return self.folder / "spill"

    @property
    def dbt_target(self) -> Path:
        return self.folder / "dbt"

    @cached_property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.folder / "run.json").read_text())
        return facts

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.facts["as_of"])

    def begin(self, facts: dict[str, Any]) -> None:
        write_whole(self.folder / "run.json", (json.dumps(facts, indent=2, sort_keys=True) + "\n").encode(), 0o640)

    def refuse(self, why: Refusal) -> None:
        """Keeps what a step could not accept, for whoever started the run to read out."""
        refused = {"code": why.code, "facts": why.facts}
        write_whole(self.folder / "refused.json", json.dumps(refused, default=str).encode(), 0o640)

    @property
    def refusal(self) -> Refusal | None:
        path = self.folder / "refused.json"
        if not path.exists():
            return None
        refused = json.loads(path.read_text())
        return Refusal(refused["code"], **refused["facts"])

    def lack(self, gates: Sequence[str]) -> None:
        """Keeps which gates the release missed, for whoever started the run to read out."""
        write_whole(self.folder / "gates_missing.json", json.dumps(list(gates)).encode(), 0o640)

    @property
    def missing_gates(self) -> list[str]:
        path = self.folder / "gates_missing.json"
        missing: list[str] = json.loads(path.read_text()) if path.exists() else []
        return missing

    @property
    def is_aside(self) -> bool:
        """Whether it is as of an older day than the current release; not so where its first step is not done."""
        return (self.folder / "run.json").exists() and bool(self.facts.get("is_aside"))

    def remove_others(self, keep: Path | None = None) -> None:
        """Work of earlier runs goes: what of it mattered is in a release, and it holds rows of persons.

        Args:
            keep: a folder that stays.
        """
        for folder in self.folder.parent.glob("[0-9a-f]" * 8):
            if folder not in (self.folder, keep):
                shutil.rmtree(folder)


def newest_warehouse(settings: Settings) -> Path | None:
    """The candidate of the last run that got so far, published or not; what an older day looked like is not asked of it."""
    found = sorted(
        settings.place("work").glob("[0-9a-f]" * 8 + "/warehouse.duckdb"), key=lambda path: path.stat().st_mtime
    )
    of_now = [path for path in found if not Run(path.parent.name, path.parent).is_aside]
    return of_now[-1] if of_now else None
