"""Puts the rows of the further feeds into files and deliveries, one delivery a sender and school year."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from ingest.contract import contract, feeds
from ingest.simulate import (
    mentoring,
    network_life,
    network_plan,
    platform_feeds,
    practicum,
    practicum_pay,
    programmes,
    pupils,
    registry_more,
    surveys,
)
from ingest.simulate.dates import school_year
from ingest.simulate.deliveries import Delivery, Inbox
from ingest.simulate.dialects import DIALECTS, Dialect, canonical, person_columns
from ingest.simulate.feed_defects import Planter, Target
from ingest.simulate.feed_texts import without_text
from ingest.simulate.feed_world import SENT, Sheet, World
from ingest.simulate.planted import Mark
from ingest.simulate.senders import REST, Sender
from ingest.simulate.table_files import SUFFIXES, first_row, write

#: Lists that hold all a sender has to say for the year; of the others only what is new.
WHOLE = ("enrolments", "programmes", "practicum_placements")
#: Exports of tools look the same whatever the oblast: a survey's answers are long CSV, events are lines of JSON.
TOOLS = {
    "survey_responses": Dialect(language="en", encoding="utf-8-sig", moments="zoned"),
    "platform_events": Dialect(format="jsonl", moments="utc"),
    "platform_cards": Dialect(format="parquet"),
}


#: Senders that may not send texts, and send what tells copies apart instead.
DISCREET = ("school-0008", "school-0001")
#: A sender whose lists tell more of people than they should; all of it is a placeholder.
TALKATIVE = "school-0004"
NEVER_LOADED = {"full_name": "Тест Тестов Тестұлы", "phone": "+7 700 000 00 00", "email": "test@example.org"}


@dataclass
class FeedPost:
    """Writes the deliveries of the further feeds of all senders."""

    world: World
    inbox: Inbox
    planter: Planter = field(init=False)

    def __post_init__(self) -> None:
        self.planter = Planter(self.world.rng(90))

    def write_all(self) -> None:
        """The last year first, whose files are the largest: what has to be shown is shown there."""
        told = _merged(everything(self.world))
        for (sender, year), files in sorted(told.items(), key=lambda entry: (-entry[0][1], entry[0][0])):
            self._deliver(sender, year, files)

    def _deliver(self, sender: str, year: int, files: dict[str, pl.DataFrame]) -> None:
        delivery = self._delivery(sender, year)
        for feed, frame in sorted(files.items()):
            dialect = self._dialect(sender, feed, year)
            whole = canonical(frame)
            if sender in DISCREET and "text" in frame.columns:
                whole = without_text(whole)
            if sender == TALKATIVE:
                whole = with_names(whole, feed)
            text, marks = self.planter.plant(feed, whole, self._target(sender, dialect))
            path = f"{feed}.{SUFFIXES[dialect.format]}"
            coverage = "full" if feed in WHOLE else "partial"
            delivery.add(path, feed, write(text, feed, dialect), text.height, coverage=coverage)
            if sum(mark.is_defect for mark in marks) > 0.05 * text.height:
                raise ValueError(f"{sender}/{delivery.folder}/{path}: too many of {text.height} rows are bad")
            marks += _notes(feed, text, dialect)
            self.inbox.note(delivery, path, feed, marks, first_row=first_row(dialect))
        self.inbox.write(delivery)

    def _delivery(self, sender: str, year: int, days_later: int = 0) -> Delivery:
        """In July, each sender on its own day: before the lists of staff."""
        day = date(year + 1, 7, 1) + timedelta(days=sum(sender.encode()) % 24 + days_later)
        return Delivery(sender, day.isoformat(), day, school_year(year), hour=9)

    def _own(self, name: str) -> Sender | None:
        """The sender if it speaks for one institution."""
        found = next((sender for sender in self.world.senders if sender.name == name), None)
        return found if found is not None and name != REST else None

    def _dialect(self, sender: str, feed: str, year: int) -> Dialect:
        """An institution writes everything as it writes its staff list; the others each feed in another form."""
        own = self._own(sender)
        if feed in TOOLS:
            return TOOLS[feed]
        if own is not None:
            place = self.world.senders.index(own)
            return replace(own.dialect(year), labels=place % 2 == 0, moments=("local", "zoned")[place % 2])
        place = feeds().index(feed) + len(sender)
        return replace(DIALECTS[place % len(DIALECTS)], labels=place % 2 == 0, moments=("local", "zoned")[place % 2])

    def _target(self, sender: str, dialect: Dialect) -> Target:
        own = self._own(sender)
        foreign = None
        if own is not None:
            others = self.world.institutions.filter(pl.col("kind").is_in(["authority", "college"]))
            foreign = next(
                str(name)
                for name, number in others.select("institution_id", "number").rows()
                if number not in own.institutions
            )
        return Target(dialect.format == "parquet", own is not None and own.is_local, foreign)


def everything(world: World) -> list[Sheet]:
    """All rows of all further feeds, good ones."""
    students = programmes.students(world, world.rng(3))
    found = [
        *pupils.sheets(world),
        *programmes.sheets(world, students),
        *registry_more.sheets(world),
        *network_plan.sheets(world),
        *network_life.sheets(world),
        *practicum.sheets(world, students),
        *mentoring.sheets(world),
    ]
    return [*found, *surveys.sheets(world, found), *platform_feeds.sheets(world), practicum_pay.sheet(world, found)]


def _merged(found: list[Sheet]) -> dict[tuple[str, int], dict[str, pl.DataFrame]]:
    """(sender, year) -> feed -> rows; what several generators make for one feed becomes one file."""
    told: dict[tuple[str, int], dict[str, pl.DataFrame]] = {}
    for sheet in found:
        for (sender,), frame in sheet.frame.group_by(SENT, maintain_order=True):
            files = told.setdefault((str(sender), sheet.year), {})
            rows = frame.drop(SENT)
            known = files.get(sheet.feed)
            files[sheet.feed] = (
                rows if known is None else pl.concat([known, rows.select(known.columns)], how="vertical_relaxed")
            )
    return told


def with_names(frame: pl.DataFrame, feed: str) -> pl.DataFrame:
    """The table with those columns of its contract that are never loaded."""
    dropped = {column.name for column in contract(feed).columns if column.privacy == "drop"}
    return frame.with_columns(pl.lit(text).alias(name) for name, text in NEVER_LOADED.items() if name in dropped)


def _notes(feed: str, text: pl.DataFrame, dialect: Dialect) -> list[Mark]:
    """What is to be counted and is no defect: IINs that lose their zeros in a spreadsheet, answers without consent."""
    notes = []
    if dialect.format == "xlsx" and dialect.numeric_ids:
        for column in person_columns(feed):
            if column in text.columns:
                short = text[column].str.contains(r"^0\d{11}$").fill_null(False)
                notes += [Mark(row, column, "repaired", is_defect=False) for row in short.arg_true().to_list()]
    if feed == "survey_responses":
        withheld = (text["consent"] == "false").fill_null(False)
        notes += [Mark(row, "consent", "no_consent", is_defect=False) for row in withheld.arg_true().to_list()]
    return notes
