"""Bad rows for any feed: which of the kinds of `defect_kinds` go into which file, and where.

As in staff lists a bad row stands beside the true ones and takes none of them away: it has a key of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.contract import Contract, contract
from ingest.simulate.dates import Floats, after
from ingest.simulate.defect_kinds import Kind, Row, judged_columns, kinds
from ingest.simulate.defects import NOWHERE
from ingest.simulate.identifiers import iins
from ingest.simulate.planted import Mark

#: Bad rows are made from rows that are whole, and (in surveys) may be loaded.
MODELS = {"mentoring_pairs": pl.col("mentee_id").is_not_null(), "survey_responses": pl.col("consent") == "true"}
#: Kinds of a file at most; more would show nothing new.
KINDS_A_FILE = 12


@dataclass(frozen=True)
class Target:
    """The file rows are planted in: what its form can show, and how its sender writes people.

    `foreign` is an institution the sender may not speak for, none where it speaks for the oblast.
    """

    is_typed: bool
    is_local: bool
    foreign: str | None


@dataclass
class Planter:
    """Plants what each feed still has to show, file by file; keeps count of people and keys that exist in bad rows only.

    `place` and `tag` keep those apart that two planters make for one world.
    """

    rng: np.random.Generator
    made_n: int = 0
    place: int = 0
    tag: str = ""
    queues: dict[str, list[Kind]] = field(default_factory=dict)
    noted: set[tuple[str, str]] = field(default_factory=set)

    def plant(self, feed: str, frame: pl.DataFrame, target: Target) -> tuple[pl.DataFrame, list[Mark]]:
        """The table with rows added in places that are drawn, and the marks of those rows."""
        rows = self.bad_rows(feed, frame, frame.height, target)
        extra = [row for row, _ in rows]
        places: Floats = (self.rng.integers(0, frame.height, len(rows)) + 0.5).astype(np.float64)
        marks = [mark for _, mark in rows]
        if frame.height > 20 and (feed, "repeated") not in self.noted:
            self.noted.add((feed, "repeated"))
            # Of rows that are loaded: a repeat of an answer without consent would be left out for that reason.
            loaded = frame.with_row_index("_row").filter(MODELS.get(feed, pl.lit(True)))["_row"]
            original = int(loaded[int(self.rng.integers(0, len(loaded)))])
            extra.append(frame.row(original, named=True))
            places = np.append(places, original + 0.75)
            marks.append(Mark(0, "", "repeated", is_defect=False))
        return _inserted(frame, extra, places, marks)

    def bad_rows(self, feed: str, models: pl.DataFrame, rows_n: int, target: Target) -> list[tuple[Row, Mark]]:
        """The next bad rows of a feed for a file of so many rows, made after good ones (canonical text), and what each breaks."""
        facts = contract(feed)
        models = models.filter(MODELS.get(feed, pl.lit(True)))
        rows: list[tuple[Row, Mark]] = []
        for kind in self._next(feed, rows_n, target):
            row, ghost = self._ghost(facts, self._model(models), target)
            made = (
                [*kind.make(row, ghost)]
                if kind.rule != "not_your_institution"
                else [{**row, kind.column: target.foreign}]
            )
            rows += [(one, Mark(0, kind.column, kind.rule)) for one in made]
        if models.height > 20:
            rows += self._waits(facts, models, target)
        return rows

    def repeated(self, feed: str, models: pl.DataFrame) -> list[tuple[Row, Mark]]:
        """A row of the feed that stands in its file twice, once a feed; one that is loaded."""
        loaded = models.filter(MODELS.get(feed, pl.lit(True)))
        if (feed, "repeated") in self.noted or loaded.height <= 20:
            return []
        self.noted.add((feed, "repeated"))
        return [(self._model(loaded), Mark(0, "", "repeated", is_defect=False))]

    def _next(self, feed: str, rows_n: int, target: Target) -> list[Kind]:
        """The next kinds for a file of this size and form; always clearly fewer than 5 % of the rows."""
        budget = (rows_n - 1) // 21
        queue = self.queues.setdefault(feed, kinds(feed))
        chosen: list[Kind] = []
        scope = contract(feed).sender_scope
        if target.foreign and scope and budget > 1 and (feed, "foreign") not in self.noted:
            self.noted.add((feed, "foreign"))
            budget -= 1
            chosen.append(Kind("not_your_institution", scope, lambda row, _: [row]))
        for kind in list(queue):
            cost = 2 if kind.rule == "conflict" else 1
            shown = not (kind.rule == "type" and target.is_typed) and not (
                kind.rule == "identifier" and target.is_local
            )
            if shown and cost <= budget and len(chosen) < KINDS_A_FILE:
                chosen.append(kind)
                budget -= cost
                queue.remove(kind)
                queue.append(kind)
        return chosen

    def _model(self, frame: pl.DataFrame) -> Row:
        return frame.row(int(self.rng.integers(0, frame.height)), named=True)

    def _ghost(self, facts: Contract, row: Row, target: Target) -> tuple[Row, str]:
        """The row with a key that nothing true has, and the IIN made for it."""
        self.made_n += 1
        number = self.made_n
        # Nobody of these years has an IIN that a spreadsheet would take a zero from.
        born = after(np.array(["2010-01-01"], dtype="datetime64[D]"), number * 37 % 2500 + self.place)
        iin = iins(born, np.array([number % 2 == 0]), np.array([8000 + number % 2000]))[0]
        key = [facts.column(name) for name in facts.key]
        person = next((column for column in key if column.privacy == "person"), None)
        words = [
            c for c in key if c.type == "string" and not (c.enum or c.references or c.pattern or c.codes or c.privacy)
        ]
        words = [column for column in words if column.name != "scope_id"]
        day = next((column for column in key if column.type == "date"), None)
        year = next((column for column in key if column.type == "int"), None)
        if person:
            written = f"8{number:04d}" if target.is_local and person.domain == "person" else iin
            is_pupil = target.is_local and person.domain == "pupil"
            text = (
                f"t-{self.tag}{number:05d}"
                if person.domain in ("survey", "platform")
                else f"kz.iin:{iin}"
                if is_pupil
                else written
            )
            return {**row, person.name: text}, iin
        if words:
            return {**row, words[-1].name: f"{row[words[-1].name]}-{self.tag}{number:03d}"}, iin
        if day:
            return {**row, day.name: str(np.datetime64("2012-01-01") + number + self.place * 31)}, iin
        return {**row, year.name: str(2002 + number % 12)} if year else row, iin

    def _waits(self, facts: Contract, models: pl.DataFrame, target: Target) -> list[tuple[Row, Mark]]:
        """One row a feed whose parent never comes; of a list, one element."""
        parents = [column for column in facts.loaded_columns if column.references and column.name in models.columns]
        parents = [column for column in parents if not (target.foreign and column.name == facts.sender_scope)]
        if not parents or (facts.feed, "waiting") in self.noted:
            return []
        self.noted.add((facts.feed, "waiting"))
        judged = judged_columns(facts)
        free = [column for column in parents if column.name not in judged]
        # A column that has to be there in any case comes next: of the others rules ask what stands beside them.
        chosen = free or [column for column in parents if column.required] or parents
        column = next((column for column in parents if column.is_list), chosen[-1])
        row, _ = self._ghost(facts, self._model(models), target)
        of_institution = column.references is not None and column.references[0] == "institutions"
        unknown = NOWHERE if of_institution else f"белгісіз-{self.tag}{self.made_n}"
        told = f"{row[column.name]};{unknown}" if column.is_list else unknown
        return [({**row, column.name: told}, Mark(0, column.name, "waiting", is_defect=False))]


def _inserted(
    frame: pl.DataFrame,
    extra: list[Row],
    places: Floats,
    marks: list[Mark],
) -> tuple[pl.DataFrame, list[Mark]]:
    """The frame with the rows in their places (columns that only they have are empty elsewhere), and marks with row numbers."""
    more = [name for name in dict.fromkeys(name for row in extra for name in row) if name not in frame.columns]
    whole = frame.with_columns(*(pl.lit(None, dtype=pl.String).alias(name) for name in more))
    added = pl.DataFrame(
        [{name: row.get(name) for name in whole.columns} for row in extra],
        schema=dict.fromkeys(whole.columns, pl.String),
    ).with_columns(_place=pl.Series(places, dtype=pl.Float64), _mark=pl.int_range(pl.len(), dtype=pl.Int64))
    whole = whole.with_columns(_place=pl.int_range(pl.len()).cast(pl.Float64), _mark=pl.lit(-1, dtype=pl.Int64))
    whole = pl.concat([whole, added]).sort("_place", "_mark")
    numbered = whole.with_row_index("_row").filter(pl.col("_mark") >= 0).select("_row", "_mark").rows()
    found = [
        Mark(row, marks[number].column, marks[number].rule, is_defect=marks[number].is_defect)
        for row, number in numbered
    ]
    return whole.drop("_place", "_mark"), found
