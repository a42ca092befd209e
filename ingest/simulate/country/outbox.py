"""Where senders put their deliveries: files go to the disk as they are made, with bad rows in the places that are noted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ingest.contract import contract
from ingest.simulate.dialects import Dialect, Format, canonical
from ingest.simulate.feed_defects import Planter, Target
from ingest.simulate.planted import Ledger, Mark
from ingest.simulate.table_files import SUFFIXES
from ingest.simulate.table_files import write as write_small

#: Rows of a group in a file of Parquet; told, or it would hang on the number of threads.
_GROUP_ROWS = 500_000
#: Good rows that bad ones are made after.
_MODELS_N = 200
_SHEET = Dialect(format="xlsx", language="ru", dates="formatted")
_MOMENT = "%Y-%m-%dT%H:%M:%S"


@dataclass
class Outbox:
    """Deliveries of one oblast below `root`; `form` writes all tables in one format, else each sender has its own.

    Attributes:
        foreign: an institution that nobody who sends for the oblast speaks for.
    """

    root: Path
    planter: Planter
    foreign: str
    form: Format | None = None
    ledger: Ledger = field(default_factory=Ledger)
    deliveries_n: int = 0
    files_n: int = 0
    rows_n: int = 0

    def open(self, sender: str, created: date, period: str | None, form: Format) -> Draft:
        """A delivery of a sender, made on a day, whose tables are written as `form` unless all are written alike."""
        return Draft(self, sender, created, period, self.form or form)


@dataclass
class Draft:
    """A delivery that is being put together."""

    box: Outbox
    sender: str
    created: date
    period: str | None
    form: Format
    entries: list[dict[str, object]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.box.root / "inbox" / self.sender / self.created.isoformat()

    def add(self, feed: str, frame: pl.DataFrame, *, whole: bool = True, with_defects: bool = True) -> None:
        """Writes a table of a feed; `whole` says that it is all its sender has to say for the year."""
        if frame.is_empty():
            return
        frame, marks = self._planted(feed, frame) if with_defects else (frame, [])
        path = self.folder / f"{feed}.{SUFFIXES[self.form]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(frame, feed, path, self.form)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.entries.append(
            {
                "path": path.name,
                "feed": feed,
                "rows": frame.height,
                "sha256": sha256,
                "coverage": "full" if whole else "partial",
                "as_of": self.created.isoformat(),
            }
        )
        place = {"sender": self.sender, "delivery": self.folder.name, "path": path.name, "feed": feed}
        self.box.ledger.add(place, marks, 2 if self.form in ("csv", "xlsx") else 1, False)
        self.box.files_n += 1
        self.box.rows_n += frame.height

    def send(self) -> None:
        """Writes the manifest of what was added."""
        told: dict[str, object] = {"sender": self.sender, "created": f"{self.created.isoformat()}T08:00:00+05:00"}
        if self.period:
            told["period"] = self.period
        text = json.dumps({**told, "files": self.entries}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (self.folder / "manifest.json").write_text(text, encoding="utf-8")
        self.box.deliveries_n += 1

    def _planted(self, feed: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Mark]]:
        """The table with bad rows in drawn places, and which row is which."""
        models = canonical(_with_moments(frame.head(_MODELS_N)))
        optional = [column.name for column in contract(feed).loaded_columns if column.name not in frame.columns]
        models = models.with_columns(pl.lit(None, pl.String).alias(name) for name in optional)
        target = Target(is_typed=self.form == "parquet", is_local=False, foreign=self.box.foreign)
        planter = self.box.planter
        made = planter.bad_rows(feed, models, frame.height, target)
        again = planter.repeated(feed, models)
        if not made and not again:
            return frame, []
        rows = pl.DataFrame([row for row, _ in (*made, *again)], schema=dict.fromkeys(models.columns, pl.String))
        told = [name for name in optional if rows[name].null_count() < rows.height]
        frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in told)
        places = np.sort(planter.rng.integers(0, frame.height, len(made)))
        places = np.append(places, np.full(len(again), frame.height))  # the second of two comes later
        marks = [
            Mark(int(place) + number, mark.column, mark.rule, is_defect=mark.is_defect)
            for number, (place, (_, mark)) in enumerate(zip(places, (*made, *again), strict=True))
        ]
        return _inserted(frame, rows, places), marks


def _with_moments(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Datetime).dt.strftime(_MOMENT))


def _inserted(frame: pl.DataFrame, rows: pl.DataFrame, places: np.ndarray) -> pl.DataFrame:
    """The frame with rows of text before those at `places`; a column that cannot hold a text becomes one of texts."""
    columns = []
    for name, kind in frame.schema.items():
        column = rows[name]
        typed = _typed(column, kind)
        if typed.null_count() > column.null_count():
            columns.append((canonical(_with_moments(frame.select(name)))[name], column))
        else:
            columns.append((frame[name], typed))
    whole = pl.DataFrame({first.name: first.append(second) for first, second in columns})
    order = np.insert(np.arange(frame.height), places, frame.height + np.arange(rows.height))
    return whole[order]


def _typed(column: pl.Series, kind: pl.DataType) -> pl.Series:
    """The texts as values of a type; null where one is none."""
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d", strict=False)
    if kind == pl.Datetime:
        return column.str.to_datetime(_MOMENT, strict=False, time_unit="ms")
    if kind == pl.Boolean:
        return column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    return column.cast(kind, strict=False)


def _write(frame: pl.DataFrame, feed: str, path: Path, form: Format) -> None:
    if form == "parquet":
        frame.write_parquet(path, compression="zstd", statistics=False, row_group_size=_GROUP_ROWS)
    elif form == "csv":
        frame.write_csv(path, quote_style="necessary", datetime_format=_MOMENT)
    elif form == "jsonl":
        _with_days(_with_moments(frame)).write_ndjson(path)
    elif form == "json":
        _with_days(_with_moments(frame)).write_json(path)
    else:
        path.write_bytes(write_small(canonical(_with_moments(frame)), feed, _SHEET))


def _with_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Days as text, which JSON has no form for."""
    return frame.with_columns(pl.col(pl.Date).dt.strftime("%Y-%m-%d"))
