"""The ledger of what is wrong on purpose: defects that must be found, and oddities that must only be counted."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

DEFECT_SCHEMA = {
    "sender": pl.String,
    "delivery": pl.String,
    "path": pl.String,
    "feed": pl.String,
    "row": pl.Int64,
    "item": pl.String,
    "column": pl.String,
    "rule": pl.String,
    "file_waits": pl.Boolean,
}
NOTE_SCHEMA = {
    "sender": pl.String,
    "delivery": pl.String,
    "path": pl.String,
    "feed": pl.String,
    "row": pl.Int64,
    "item": pl.String,
    "column": pl.String,
    "note": pl.String,
    "resolved": pl.Boolean,
}


@dataclass(frozen=True)
class Mark:
    """One planted thing at a row (0-based record number), before it is known where the file lies.

    `rule` is the quarantine rule for a defect and the kind of note for a note; `item` the leaf of a card.
    """

    row: int
    column: str
    rule: str
    item: str = ""
    feed: str = ""
    is_defect: bool = True
    resolved: bool = False


@dataclass
class Ledger:
    """Collects marks with their places; the frames are sorted, so that the order of writing does not matter."""

    defects: list[dict[str, object]] = field(default_factory=list)
    notes: list[dict[str, object]] = field(default_factory=list)

    def add(self, place: dict[str, str], marks: list[Mark], first_row: int, file_waits: bool) -> None:
        """Records marks of one file.

        Args:
            place: sender, delivery, path and feed.
            first_row: line or record number of record 0 (2 where a header stands before it).
            file_waits: whether the file waits whole, since too much of it is bad.
        """
        for mark in marks:
            entry: dict[str, object] = {
                **place,
                "feed": mark.feed or place["feed"],
                "row": mark.row + first_row if mark.row >= 0 else None,
                "item": mark.item,
                "column": mark.column,
            }
            if mark.is_defect:
                self.defects.append({**entry, "rule": mark.rule, "file_waits": file_waits})
            else:
                self.notes.append({**entry, "note": mark.rule, "resolved": mark.resolved})

    def defect_frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.defects, schema=DEFECT_SCHEMA).sort(*DEFECT_SCHEMA)

    def note_frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.notes, schema=NOTE_SCHEMA).sort(*NOTE_SCHEMA)
