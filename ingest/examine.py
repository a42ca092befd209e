"""Judging a file without loading it: what a sender runs before sending, and how rows are counted for a manifest.

Identifiers are replaced under a key that is thrown away, so that nothing of them is left in memory after it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest import manifest
from ingest.contract import contract
from ingest.names import kept_names, masked
from ingest.own_reports import is_report
from ingest.parse import parse
from ingest.parsed import File, Parsed
from ingest.problems import Refusal
from ingest.pseudonym import Key
from ingest.readers import xlsx
from ingest.readers.text import fingerprint
from ingest.repeats import settle
from ingest.sender import Sender
from ingest.workshop import Workshop

_SHOWN_N = 3


@dataclass(frozen=True)
class Finding:
    """A rule that rows of a file break: how many, and where the first of them are."""

    feed: str
    rule: str
    column: str | None
    rows_n: int
    first: tuple[str, ...]
    sheet: str | None = None  # of a workbook
    cells: tuple[str, ...] = ()  # of `first`, as a spreadsheet names them; none where the column is not in the file


@dataclass(frozen=True)
class Examination:
    """What was found in one file."""

    file: str
    feed: str
    parsed: Parsed
    findings: tuple[Finding, ...]

    @property
    def waits(self) -> bool:
        return self.parsed.bad_share > contract(self.feed).max_bad_share

    @property
    def is_clean(self) -> bool:
        return not self.findings and self.parsed.problem is None

    def as_dict(self) -> dict[str, Any]:
        """For `check --json`."""
        problem = self.parsed.problem
        return {
            "file": self.file,
            "feed": self.feed,
            "rows": self.parsed.records_n,
            "problem": {"code": problem.code, **problem.facts} if problem else None,
            "waits": self.waits,
            "counts": {name: vars(counts) for name, counts in self.parsed.counts.items()},
            "notes": self.parsed.notes,
            "findings": [vars(finding) for finding in self.findings],
        }


def examine(
    files: Iterable[tuple[Path, str]], sender: Sender, code_map: Path, memory_limit: str = "2GB"
) -> list[Examination]:
    """Judges files (path, feed) of one sender."""
    with Workshop(None, code_map, Key(secrets.token_bytes(32)), memory_limit) as workshop:
        nowhere = ("", datetime(1970, 1, 1, tzinfo=UTC))
        given = [
            File(path, feed, sender, fingerprint(path), f"{number:016d}", *nowhere)
            for number, (path, feed) in enumerate(files)
        ]
        parsed = parse(workshop, given)
        settle(workshop, parsed.values())
        names = kept_names((file.path.name, file.fingerprint.sha256) for file in given)
        return [
            Examination(name, file.feed, parsed[file.parse_id], _findings(workshop, file))
            for name, file in zip(names, given, strict=True)
        ]


def _findings(workshop: Workshop, file: File) -> tuple[Finding, ...]:
    rows = workshop.connection.execute(
        f"""select feed, rule, column_name, count(*) as rows_n,
            list_slice(list(row_no || case when item = '' then '' else ' ' || item end
                order by row_no, length(item), item), 1, {_SHOWN_N})
        from quarantined where parse_id = ?
        group by feed, rule, column_name order by rows_n desc, feed, rule, column_name""",
        [file.parse_id],
    ).fetchall()
    found = tuple(Finding(feed, rule, column, count, tuple(first)) for feed, rule, column, count, first in rows)
    if not found or file.path.suffix.lower() != ".xlsx":
        return found
    place = xlsx.place(workshop.connection, file.path, contract(file.feed))
    return tuple(
        replace(item, sheet=masked(place.sheet), cells=tuple(place.cells(item.column, item.first))) for item in found
    )


def table_files(folder: Path) -> list[Path]:
    """The files of a delivery that can hold rows, in the order of their names."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        # Rows that were returned lie in a hidden folder.
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.suffix.lower() in manifest.SUFFIXES
        and path.name != manifest.NAME
        and not is_report(path)
    )


def passed_over(folder: Path) -> list[Path]:
    """Files of a delivery that no reader reads, such as old workbooks (.xls)."""
    known = {manifest.NAME, manifest.SIGNATURE}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() not in manifest.SUFFIXES
        and path.name not in known
        and not path.name.startswith(".")
        and not is_report(path)
    )


def manifest_for(
    folder: Path,
    sender: Sender,
    created: datetime,
    period: str | None,
    code_map: Path,
    full: bool = False,
    as_of: date | None = None,
) -> bytes:
    """The text of a manifest for a folder: feeds are told by file name, rows are counted by reading.

    Raises:
        Refusal: a file's name tells no feed, no file is there, or one cannot be read: how many rows it has is not known.
    """
    pairs = []
    for path in table_files(folder):
        feed = manifest.feed_of(path.name)
        if feed is None:
            raise Refusal("feed_not_told", file=masked(path.name))
        pairs.append((path, feed))
    if not pairs:
        raise Refusal("nothing_to_send", folder=masked(folder.name))
    read = examine(pairs, sender, code_map)
    problem = next((item for item in read if item.parsed.problem), None)
    if problem:
        raise Refusal("file_not_counted", file=problem.file, feed=problem.feed, why=problem.parsed.problem)
    entries = [
        {
            "path": str(path.relative_to(folder)),
            "feed": feed,
            "rows": examined.parsed.records_n,
            "sha256": fingerprint(path).sha256,
            "coverage": "full" if full else "partial",
            **({"as_of": as_of.isoformat()} if as_of else {}),
        }
        for (path, feed), examined in zip(pairs, read, strict=True)
    ]
    return manifest.describe(sender.name, created, period, entries)
