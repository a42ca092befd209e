"""What a release says of itself in `release.json`, and where things lie below the data root."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from publish.content_hash import TableContent
from publish.uniqueness import Uniqueness

RECORD = "release.json"
CURRENT = "current"
# Part of a release -> its file. The tables of `restricted` lie in schemas as in the warehouse. Those of `internal` lie
# in the schema `main`: a schema `marts` in a database `marts` makes the name `marts.<table>` ambiguous, while without
# it that name is the database and the table.
FILES = {"restricted": Path("restricted/warehouse.duckdb"), "internal": Path("internal/marts.duckdb")}
_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")


class UnknownReleaseError(LookupError):
    """No such release, or none has been published yet."""


@dataclass(frozen=True)
class Release:
    """One published release.

    Attributes:
        id: `<as-of date>-<8 hex digits>`.
        as_of: what happened after this day is not in it.
        sequence: 1 for the first release below this data root, and so on.
        path: its folder.
        inputs: what it was made of, such as the deliveries and the code, each as a hash.
        feeds: accepted rows by feed.
        gates_n: how many gates it passed.
        tables: for each part, what each table holds, by its name in the warehouse (`marts.retention_index`).
        uniqueness: how many people of the restricted part could be singled out; None where that cannot be counted.
        is_aside: whether it was built as of an older day than the release that was current, and so never becomes current.
    """

    id: str
    as_of: date
    sequence: int
    path: Path
    inputs: Mapping[str, str]
    feeds: Mapping[str, int]
    gates_n: int
    tables: Mapping[str, Mapping[str, TableContent]]
    uniqueness: Uniqueness | None = None
    is_aside: bool = False

    def file(self, part: str) -> Path:
        """The database of a part, `restricted` or `internal`.

        Raises:
            ValueError: no such part.
        """
        if part not in FILES:
            raise ValueError(f"a release has no part {part}; it has {', '.join(FILES)}")
        return self.path / FILES[part]

    def record(self) -> bytes:
        """The content of `release.json`. No time of the clock is in it: the same inputs give the same record."""
        parts = {
            part: {
                "file": str(FILES[part]),
                "tables": {name: {"rows": held.rows_n, "sha256": held.sha256} for name, held in tables.items()},
            }
            for part, tables in self.tables.items()
        }
        document = {
            "release": self.id,
            "as_of": self.as_of.isoformat(),
            "aside": self.is_aside,
            "sequence": self.sequence,
            "inputs": dict(self.inputs),
            "feeds": dict(self.feeds),
            "gates": self.gates_n,
            "parts": parts,
            "uniqueness": self.uniqueness.record() if self.uniqueness else None,
        }
        return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def release_id(as_of: date, parts: Mapping[str, str]) -> str:
    """The id of the release that these inputs make; the same inputs make the same id.

    Args:
        as_of: the as-of date.
        parts: everything the content follows from, by name: deliveries, code, seeds, contracts, settings, each as a
            text or a hash of it.
    """
    content = json.dumps([as_of.isoformat(), sorted(parts.items())], ensure_ascii=False, separators=(",", ":"))
    return f"{as_of.isoformat()}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def as_of_in(identifier: str) -> date:
    """The as-of date that the id of a release begins with.

    Raises:
        ValueError: it is no id of a release.
    """
    return date.fromisoformat(identifier[:10])


def published(root: Path) -> Path:
    """The folder of releases below a data root."""
    return root / "published"


def read_release(root: Path, identifier: str) -> Release:
    """A published release.

    Raises:
        UnknownReleaseError: there is none of that id.
    """
    path = published(root) / identifier
    if not _ID.fullmatch(identifier) or not (path / RECORD).is_file():
        raise UnknownReleaseError(f"no release {identifier}")
    document = json.loads((path / RECORD).read_text(encoding="utf-8"))
    tables = {
        part: {name: TableContent(held["rows"], held["sha256"]) for name, held in entry["tables"].items()}
        for part, entry in document["parts"].items()
    }
    return Release(
        id=document["release"],
        as_of=date.fromisoformat(document["as_of"]),
        sequence=document["sequence"],
        path=path,
        inputs=document["inputs"],
        feeds=document["feeds"],
        gates_n=document["gates"],
        tables=tables,
        uniqueness=Uniqueness.of_record(document.get("uniqueness")),
        is_aside=document.get("aside", False),
    )


def list_releases(root: Path) -> list[Release]:
    """All releases that are whole, in the order they were published; what a crash left behind is not among them."""
    folder = published(root)
    found = [entry.name for entry in folder.iterdir() if _ID.fullmatch(entry.name)] if folder.is_dir() else []
    whole = [read_release(root, name) for name in found if (folder / name / RECORD).is_file()]
    return sorted(whole, key=lambda release: release.sequence)


def current_release(root: Path) -> Release | None:
    """The release that readers get; None before the first one, and where the link leads to none."""
    named = _linked(root)
    try:
        return read_release(root, named) if named else None
    except UnknownReleaseError:
        return None


def goes_aside(as_of: date, current: Release | None) -> bool:
    """Whether a release as of a day is kept aside of `current`: an older as-of date never becomes current."""
    return current is not None and as_of < current.as_of


def release_before(root: Path, as_of: date) -> Release | None:
    """The release that a run as of a day is held against.

    It is the current one or, for a run that goes aside, the newest of no later day: what was learnt since says nothing of
    what that day must hold.
    """
    current = current_release(root)
    if not goes_aside(as_of, current):
        return current
    known = [release for release in list_releases(root) if release.as_of <= as_of]
    return max(known, key=lambda release: (release.as_of, release.sequence), default=None)


def lost_release(root: Path) -> str | None:
    """The id that `current` names where there is no such release any more."""
    named = _linked(root)
    return named if named and current_release(root) is None else None


def _linked(root: Path) -> str | None:
    link = published(root) / CURRENT
    return link.readlink().name if link.is_symlink() else None
