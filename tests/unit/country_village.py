"""A country small enough for tests: two oblasts, so that every sender's form is there, and what its files say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from simulated_files import manifests, records
from simulated_judge import judge
from simulated_keeps import Row

from ingest.simulate.country import SCENARIOS, Order, write_country
from ingest.simulate.country.size import Size
from ingest.simulate.dialects import Format

VILLAGES = Size(
    "villages",
    oblasts_n=2,
    schools_n=24,
    pupils_n=1_600,
    staff_n=240,
    events_n=4_000,
    clusters_n=4,
    first_year=2023,
    years_n=3,
)
NESTED = ("ehis_institutions", "ehis_person_cards")


def written(root: Path, *, seed: int = 1, scenario: str = "base", form: Format | None = None) -> Path:
    """The root with the country in it."""
    write_country(Order(root, VILLAGES, SCENARIOS[scenario], seed, form))
    return root


@dataclass(frozen=True)
class Table:
    """A table of a delivery: where it is, its rows with their numbers, what a second judge finds wrong, what stands twice."""

    sender: str
    delivery: str
    path: str
    feed: str
    rows: list[tuple[int, Row]]
    found: set[tuple[int, str, str]]
    repeats: set[int]

    @property
    def good(self) -> list[Row]:
        bad = {row for row, _, _ in self.found}
        return [record for row, record in self.rows if row not in bad]


def tables(root: Path) -> list[Table]:
    """Every table of every delivery, read without any of the project's readers."""
    told = []
    for folder, manifest in manifests(root):
        sender = tomllib.loads((root / "senders" / f"{manifest['sender']}.toml").read_text(encoding="utf-8"))
        scope = set(sender["institutions"]) if "institutions" in sender else None
        for entry in manifest["files"]:
            assert entry["feed"] in sender["feeds"]
            if entry["feed"] not in NESTED:
                rows, _ = records(folder / entry["path"], entry["feed"])
                assert len(rows) == entry["rows"]
                found, repeats = judge(entry["feed"], rows, sender["register"], scope)
                told.append(Table(manifest["sender"], folder.name, entry["path"], entry["feed"], rows, found, repeats))
    return told


def truth(root: Path, name: str) -> pl.DataFrame:
    """A file of the truth."""
    return pl.read_parquet(root / "truth" / f"{name}.parquet")
