"""The staff lists that schools and the rest of the oblast send, year by year, with what goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl

from ingest.simulate.dates import school_year
from ingest.simulate.defects import Ghosts, plant
from ingest.simulate.deliveries import Delivery, Inbox
from ingest.simulate.dialects import Dialect, canonical
from ingest.simulate.lists import Register, shown
from ingest.simulate.planted import Mark
from ingest.simulate.profile import Profile
from ingest.simulate.senders import REST, Sender
from ingest.simulate.table_files import SUFFIXES, first_row, write

FEED = "staff_employment"
ANYWHERE = [
    "no_start",
    "odd_contract",
    "load_high",
    "ends_before",
    "leave_ends_before",
    "conflict",
    "not_yours",
    "no_position",
]
IDENTIFIERS = ["bad_check_digit", "bad_length", "exponent", "no_person"]
UNTYPED = ["no_such_day", "no_day", "no_number", "odd_reason"]
RAGGED = ["too_few_fields", "too_many_fields"]
KINDS = {
    "csv": [*UNTYPED, *RAGGED, *ANYWHERE, *IDENTIFIERS, "start_early"],
    "xlsx": [*UNTYPED, *IDENTIFIERS, *ANYWHERE],
    "json": [*ANYWHERE, *UNTYPED, *IDENTIFIERS],
    "jsonl": [*UNTYPED, *ANYWHERE, *IDENTIFIERS],
    "parquet": [*ANYWHERE, *IDENTIFIERS, "start_early"],
}
NOTICE = "Примечание"  # a column that no contract knows
FILE_NAMES = ("staff", "staff_employment", "қызметкерлер", "кадры")


@dataclass(frozen=True)
class Turn:
    """One sender's list for one school year; `place` is the sender's place in the list of senders."""

    place: int
    sender: Sender
    year: int

    @property
    def dialect(self) -> Dialect:
        return self.sender.dialect(self.year)

    @property
    def is_rest(self) -> bool:
        return self.sender.name == REST


@dataclass(frozen=True)
class Table:
    """A list ready to be written: canonical text, what is planted in it, and which lines are ragged."""

    frame: pl.DataFrame
    marks: list[Mark] = field(default_factory=list)
    ragged: dict[int, int] = field(default_factory=dict)


@dataclass
class StaffPost:
    """Writes the staff deliveries of all senders; keeps which kinds of defect each format still has to show."""

    profile: Profile
    reg: Register
    senders: list[Sender]
    inbox: Inbox
    ghosts: Ghosts
    rng: np.random.Generator
    queues: dict[str, list[str]] = field(default_factory=lambda: {name: list(kinds) for name, kinds in KINDS.items()})

    def write_all(self) -> None:
        """Every sender, every school year it sends a list for."""
        for place, sender in enumerate(self.senders):
            for year in range(sender.first_year, sender.last_year + 1):
                frame = canonical(shown(self.reg, sender, place, year))
                if frame.height:
                    turn = Turn(place, sender, year)
                    self._year(turn, _columns(turn, frame))

    def _year(self, turn: Turn, frame: pl.DataFrame) -> None:
        demo = self.profile.name == "demo"
        later = turn.year - self.profile.first_year
        kinds = self._kinds(turn, frame.height)
        if demo and turn.place == 2 and turn.year == turn.sender.first_year:
            self._waits(turn, frame)
        elif demo and turn.place == 5 and later == 1:
            self._refused(turn, frame)
        elif turn.place == 0 and later == (6 if demo else 1):
            self._corrected(turn, frame)
        else:
            delivery = self._send(turn, self._planted(turn, frame, kinds))
            if turn.place == 1 and turn.year == turn.sender.last_year - 1:
                self.inbox.write(delivery, f"{delivery.folder} (2)")

    def _kinds(self, turn: Turn, rows_n: int) -> list[str]:
        """The next kinds of defect for a file of this form; always clearly fewer than 5 % of the rows."""
        budget = (rows_n - 1) // 21
        if turn.is_rest:
            kinds = [kind for kind in KINDS["csv"] if kind != "not_yours"]  # it speaks for the whole oblast
            first = (turn.year - turn.sender.first_year) * 3
            chosen = kinds if rows_n > 600 else [kinds[(first + step) % len(kinds)] for step in range(3)]
            return chosen[: max(budget - 1, 0)]
        if self.profile.name == "demo" and (turn.place + turn.year) % 2:
            return []
        queue = self.queues[turn.dialect.format]
        chosen = []
        for kind in list(queue):
            cost = 2 if kind == "conflict" else 1
            if cost <= budget and len(chosen) < 3 and not (turn.sender.is_local and kind in IDENTIFIERS):
                chosen.append(kind)
                budget -= cost
                queue.remove(kind)
                queue.append(kind)
        return chosen

    def _planted(self, turn: Turn, frame: pl.DataFrame, kinds: list[str]) -> Table:
        """The list with its defects and what else is to be counted."""
        last = turn.sender.last_year
        frame, marks, ragged = plant(
            frame,
            [*kinds, *(["waits"] if turn.is_rest and turn.year == last else [])],
            self.ghosts,
            self.rng,
            is_local=turn.sender.is_local,
            foreign=self._foreign(turn.sender),
            repeats_n=3 if turn.is_rest and turn.year == last - 1 else int(turn.place == 6),
        )
        return Table(frame, [*marks, *self._notes(turn, frame)], ragged)

    def _send(self, turn: Turn, table: Table, days_later: int = 0, file_waits: bool = False) -> Delivery:
        """Writes and records one list; it tells of the day it was drawn up, however late it is sent."""
        drawn_up = turn.sender.list_day(turn.year)
        day = drawn_up + timedelta(days=days_later)
        delivery = Delivery(turn.sender.name, day.isoformat(), day, school_year(turn.year), hour=8 + turn.place % 9)
        tiny = self.profile.name == "tiny"
        name = "staff" if tiny else FILE_NAMES[(turn.place + turn.year) % len(FILE_NAMES)]
        path = f"{name}.{SUFFIXES[turn.dialect.format]}"
        content = write(table.frame, FEED, turn.dialect, table.ragged)
        delivery.add(path, FEED, content, table.frame.height, as_of=drawn_up)
        self.inbox.write(delivery)
        self.inbox.note(delivery, path, FEED, table.marks, first_row=first_row(turn.dialect), file_waits=file_waits)
        bad = sum(mark.is_defect for mark in table.marks)
        if (bad > 0.05 * table.frame.height) != file_waits:
            raise ValueError(f"{delivery.sender}/{delivery.folder}: {bad} of {table.frame.height} rows are bad")
        return delivery

    def _foreign(self, sender: Sender) -> str:
        """An institution of another sender."""
        other = self.senders[(self.senders.index(sender) + 1) % len(self.senders)]
        return str(self.reg.network.institutions["institution_id"][other.institutions[0]])

    def _notes(self, turn: Turn, frame: pl.DataFrame) -> list[Mark]:
        """What must be counted and is no defect."""
        notes = []
        if turn.dialect.numeric_ids and not turn.sender.is_local:
            short = frame["person_id"].str.contains(r"^0\d{11}$").fill_null(False)
            notes += [Mark(row, "person_id", "repaired", is_defect=False) for row in short.arg_true().to_list()]
        if turn.is_rest and turn.year == 2020:  # the resource centre is not in the department's list yet
            unknown = self.reg.network.institutions.filter(pl.col("known_from").dt.year() == 2022)["institution_id"]
            rows = frame["institution_id"].is_in(unknown.implode()).fill_null(False).arg_true().to_list()
            notes += [Mark(row, "institution_id", "waiting", is_defect=False, resolved=True) for row in rows]
        if NOTICE in frame.columns:
            notes.append(Mark(-1, NOTICE, "unknown_column", is_defect=False))
        return notes

    def _waits(self, turn: Turn, frame: pl.DataFrame) -> None:
        """More than 5 % of a list is bad: it waits whole, and a good one follows."""
        kinds = ["odd_contract", "load_high", "no_such_day"] * (frame.height // 40 + 1)
        first = self._send(turn, self._planted(turn, frame, kinds), file_waits=True)
        self._note_file(first, Mark(-1, "", "file_waits", is_defect=False, resolved=True))
        self._send(turn, self._planted(turn, frame, []), days_later=12)

    def _refused(self, turn: Turn, frame: pl.DataFrame) -> None:
        """A list without its start dates is refused, and a whole one follows."""
        first = self._send(turn, Table(frame.rename({"start_date": "Басы"})))
        self._note_file(first, Mark(-1, "start_date", "file_refused", is_defect=False, resolved=True))
        self._send(turn, self._planted(turn, frame, []), days_later=6)

    def _corrected(self, turn: Turn, frame: pl.DataFrame) -> None:
        """A correction three weeks later, and its correction back: the first file again, byte for byte."""
        self._send(turn, Table(frame))
        changed = frame.with_row_index("_row").with_columns(
            load_fte=pl.when(pl.col("_row") == 1).then(pl.lit("0.25")).otherwise("load_fte"),
            start_date=pl.when(pl.col("_row") == 2).then(pl.lit("2010-01-11")).otherwise("start_date"),
        )
        self._send(turn, Table(changed.drop("_row")), days_later=21)
        self._send(turn, Table(frame), days_later=39)

    def _note_file(self, delivery: Delivery, mark: Mark) -> None:
        self.inbox.note(delivery, str(delivery.files[0][0]["path"]), FEED, [mark])


def _columns(turn: Turn, frame: pl.DataFrame) -> pl.DataFrame:
    """What this sender's table has more or fewer columns of than others."""
    if turn.is_rest:
        return frame
    if turn.place == 8:  # the group is read from the title
        frame = frame.drop("position_group")
    if turn.place == 10:
        frame = frame.with_columns(confirmed_on=pl.lit(turn.sender.list_day(turn.year).isoformat()))
    if turn.place == 7:
        frame = frame.with_columns(pl.lit("тексерілді").alias(NOTICE))
    if turn.place in (9, 11, 12, 16):  # synthetic, to prove that it is not loaded
        last = pl.int_range(pl.len()) >= pl.len() - 2
        frame = frame.with_columns(
            full_name=pl.lit("Тест Тестов Тестұлы"),
            birth_date=pl.lit("1990-01-01"),
            address=pl.when(last).then(pl.lit("Тест көшесі, 1\n2-пәтер")).otherwise(pl.lit("Тест көшесі, 1")),
        )
    return frame
