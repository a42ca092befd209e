"""What `check` found, in words of the reader's language: the terminal, the page and the JSON say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bilimkoz import texts
from bilimkoz.cli.console import language, words
from bilimkoz.cli.unknown_columns import Unknown, sentences
from bilimkoz.texts import of_contract
from ingest.contract import contract
from ingest.examine import Examination, Finding
from ingest.likeness import meant
from ingest.problems import Refusal

#: By this a report of ours is told from a file of data; it goes up when a program that reads the report must change.
VERSION = 1
#: What a person counts in a file of a format: lines, rows of a sheet; elsewhere records.
_PLACES = {".csv": "check.place", ".jsonl": "check.place", ".xlsx": "check.place_row"}


@dataclass(frozen=True)
class Told:
    """A rule that rows of a file break, in words."""

    finding: Finding
    column: str
    places: tuple[str, ...]
    message: of_contract.Message


@dataclass(frozen=True)
class Judged:
    """A file in words. `state` is fine, misspelt, bad, waits, empty or refused; `verdict` says it in sentences."""

    file: str
    feed: str | None
    title: str
    state: str
    verdict: tuple[str, ...]
    totals: dict[str, int]
    found: tuple[Told, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()  # (style of the terminal, sentence)


def judged(item: Examination) -> Judged:
    """What was found in a file."""
    parsed, label = item.parsed, contract(item.feed).labels[language()]
    title = words("check.title", file=item.file, feed=label)
    totals = _totals(item)
    if parsed.problem:
        why = texts.refusal(language(), parsed.problem, item.feed)
        return Judged(item.file, label, title, "refused", (why,), totals)
    found = tuple(_told(item, finding) for finding in item.findings)
    notes = tuple(_notes(item))
    if not found:
        state = "empty" if not parsed.records_n else "misspelt" if _misses_a_column(item) else "fine"
        verdict = words("check.no_rows" if state == "empty" else f"check.{state}", n=parsed.records_n)
        return Judged(item.file, label, title, state, (verdict,), totals, (), notes)
    summary = words("check.summary", read=totals["read"], bad=totals["bad"], repeated=totals["repeated"])
    waits = [words("check.waits", limit=f"{contract(item.feed).max_bad_share:.0%}")] if item.waits else []
    return Judged(item.file, label, title, "waits" if waits else "bad", (summary, *waits), totals, found, notes)


def _misses_a_column(item: Examination) -> bool:
    """Whether a column with values in it has a name that is nearly one of ours: it was meant to load, and would not."""
    unknown = item.parsed.notes.get("unknown_columns", ())
    return any(column["filled_n"] and meant(column["name"], contract(item.feed)) for column in unknown)


def untold(file: str, why: Refusal) -> Judged:
    """A file that could not be judged, since nobody knows what it is."""
    return Judged(file, None, file, "refused", (texts.refusal(language(), why),), _no_rows())


def document(examined: Sequence[Examination], files: Sequence[Judged], passed_over: Sequence[str]) -> dict[str, Any]:
    """The whole for a program: what `ingest` found, with the words of the report beside it."""
    facts = {item.file: item.as_dict() for item in examined}
    return {
        "bilimkoz_check": VERSION,
        "language": language(),
        "clean": all(file.state in ("fine", "empty") for file in files),
        "passed_over": list(passed_over),
        "files": [
            {
                "file": file.file,
                # A file that tells no feed may be called as one that does, in another folder.
                **(facts[file.file] if file.feed else {}),
                "state": file.state,
                "totals": file.totals,
                "verdict": list(file.verdict),
                "findings": [_as_dict(told) for told in file.found],
                "messages": [text for _, text in file.notes],
            }
            for file in files
        ],
    }


def _as_dict(told: Told) -> dict[str, Any]:
    return {
        **vars(told.finding),
        "label": told.column,
        "places": list(told.places),
        "wrong": told.message.wrong,
        "expected": told.message.expected,
        "to_do": told.message.to_do,
    }


def _told(item: Examination, finding: Finding) -> Told:
    return Told(
        finding,
        of_contract.column(language(), finding.feed, finding.column),
        tuple(_places(item, finding)),
        of_contract.told(language(), finding.feed, finding.rule, finding.column),
    )


def _places(item: Examination, finding: Finding) -> list[str]:
    if finding.cells:
        return list(finding.cells)
    if finding.sheet is not None:
        return [words("check.place_sheet_row", sheet=finding.sheet, row=row) for row in finding.first]
    kind = _PLACES.get(Path(item.file).suffix.lower(), "check.place_record")
    return [words(kind, row=row) for row in finding.first]


def _totals(item: Examination) -> dict[str, int]:
    """Rows of all feeds a file brings; good are those that would load."""
    counts = item.parsed.counts.values()
    named = {"read": "read_n", "good": "landed_n", "bad": "quarantined_n", "repeated": "repeated_n", "empty": "empty_n"}
    return {name: sum(getattr(count, field) for count in counts) for name, field in named.items()}


def _no_rows() -> dict[str, int]:
    return dict.fromkeys(("read", "good", "bad", "repeated", "empty"), 0)


def _notes(item: Examination) -> Iterator[tuple[str, str]]:
    notes = item.parsed.notes
    yield from sentences(Unknown(item.feed, column["name"], item.file) for column in notes.get("unknown_columns", ()))
    if "in_words" in notes:
        yield "yellow", words("check.in_words", n=notes["in_words"])
    for name, n in notes.get("unplaced", {}).items():
        yield "yellow", words("check.unplaced", n=n, column=contract(item.feed).column(name).named(language()))
    if "letters_lost" in notes:
        yield "yellow", words("check.letters_lost", n=notes["letters_lost"])
    repaired = sum(count.repaired_n for count in item.parsed.counts.values())
    if repaired:
        yield "", words("check.repaired", n=repaired)
