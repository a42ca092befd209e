"""One oblast: what its senders deliver in each school year, and the truth of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from ingest.simulate.country import (
    episodes,
    network_life,
    places,
    platform,
    practicum,
    pupil_lists,
    pupils,
    schools,
    staff,
    surveys,
    truths,
)
from ingest.simulate.country.outbox import Outbox
from ingest.simulate.country.scenario import Scenario
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import school_year
from ingest.simulate.deliveries import Inbox
from ingest.simulate.dialects import Format
from ingest.simulate.ehis_deliveries import EhisPost
from ingest.simulate.feed_defects import Planter
from ingest.simulate.planted import Ledger

#: Who sends for an oblast besides those of staff lists, and which feeds.
FEEDS = {
    "schools": ("enrolments", "assessment_results"),
    "colleges": ("programmes", "programme_outcomes", "practicum_placements", "practicum_journal"),
    "networks": (
        *("network_events", "event_participants", "lesson_study_cycles", "lesson_study_participants"),
        "mentoring_pairs",
    ),
    "surveys": ("survey_samples", "survey_responses"),
    "platform": ("platform_events", "platform_cards", "support_tickets"),
}
#: The form of the tables of each, in oblasts of even and of odd numbers.
FORMS: dict[str, tuple[Format, Format]] = {
    "staff": ("csv", "json"),
    "schools": ("parquet", "csv"),
    "colleges": ("xlsx", "xlsx"),
    "networks": ("jsonl", "csv"),
    "surveys": ("csv", "parquet"),
    "platform": ("parquet", "csv"),
}


@dataclass(frozen=True)
class Order:
    """What is to be made; `form` writes all tables in one format, none each sender's in its own."""

    root: Path
    size: Size
    scenario: Scenario
    seed: int
    form: Format | None = None

    def part(self, name: str, oblast: int) -> Path:
        """Where the truth of one oblast waits to be put together."""
        return self.root / "truth" / ".parts" / f"{name}-{oblast:02d}.parquet"


@dataclass(frozen=True)
class SenderFacts:
    """What the file of a sender says."""

    name: str
    register: str
    institutions: tuple[str, ...]
    feeds: tuple[str, ...]
    complete_from: date


@dataclass(frozen=True)
class Made:
    """What the country needs to know of an oblast; the truth waits on the disk."""

    places: places.Places
    senders: tuple[SenderFacts, ...]
    ledgers: tuple[Ledger, ...]
    deliveries_n: int
    files_n: int
    rows_n: int


@dataclass(frozen=True)
class World:
    """An oblast with everything that lasts in it."""

    order: Order
    number: int
    schools: schools.Schools
    places: places.Places
    staff: staff.Staff
    episodes: episodes.Episodes
    alignment: practicum.Alignment

    @property
    def code(self) -> str:
        return self.places.code[:2]

    def form(self, kind: str) -> Format:
        return FORMS[kind][self.number % 2]


def build(order: Order, oblast: int) -> World:
    """An oblast before it sends anything."""
    size, scenario, seed = order.size, order.scenario, order.seed
    own = schools.draw(size, scenario, seed, oblast)
    where = places.build(size, own, seed)
    people = staff.draw(size, scenario, own, where, seed)
    planted = episodes.draw(size, own, seed)
    return World(order, oblast, own, where, people, planted, practicum.alignment(own, people, seed))


def write_oblast(order: Order, oblast: int) -> Made:
    """Writes the deliveries of an oblast's senders and its part of the truth."""
    world = build(order, oblast)
    box = Outbox(order.root, Planter(stream(order.seed, "defects", oblast)), _foreign(world), order.form)
    asked: list[pl.DataFrame] = []
    _pupils(world, box)
    for number in range(order.size.years_n):
        _staff(world, box, number)
        _colleges(world, box, number)
        _networks(world, box, number)
        asked += _surveys(world, box, number)
        _platform(world, box, number)
    for name, frame in truths.of_oblast(world.schools, world.staff, world.episodes, world.alignment, asked, order.size):
        path = order.part(name, oblast)
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)
    boxes: list[Outbox | Inbox] = [box]
    if oblast == 0:
        inbox = Inbox(order.root)
        EhisPost(world.staff.profile, world.staff.register, inbox).write_all()
        boxes.append(inbox)
    return Made(
        world.places,
        tuple(_senders(world)),
        tuple(box.ledger for box in boxes),
        deliveries_n=sum(box.deliveries_n for box in boxes),
        files_n=sum(box.files_n for box in boxes),
        rows_n=sum(box.rows_n for box in boxes),
    )


def _foreign(world: World) -> str:
    """The department: nobody who sends lists speaks for it."""
    return str(world.places.network.institutions.filter(kind="authority")["institution_id"][0])


def _senders(world: World) -> Iterator[SenderFacts]:
    kz = world.places.network.institutions.filter(register="kz")
    own = tuple(kz.filter(pl.col("kind") != "authority")["institution_id"].to_list())
    begins = world.staff.profile.registry_complete_from
    ids = dict(kz.select("number", "institution_id").rows())
    for sender in world.staff.senders:
        institutions = tuple(ids[number] for number in sender.institutions if ids[number] in set(own))
        yield SenderFacts(sender.name, "kz.iin", institutions, ("staff_employment",), sender.complete_from)
    for kind, feeds in FEEDS.items():
        yield SenderFacts(f"{kind}-{world.code}", "kz.iin", own, feeds, begins)


def _day(world: World, number: int, day: int) -> date:
    """A day in the July after a delivered year."""
    return date(world.order.size.first_year + number + 1, 7, day)


def _period(world: World, number: int) -> str:
    return school_year(world.order.size.first_year + number)


def _staff(world: World, box: Outbox, number: int) -> None:
    year = world.order.size.first_year + number
    for place, sender in enumerate(world.staff.senders):
        if year < sender.first_year:
            continue
        draft = box.open(sender.name, sender.list_day(year), _period(world, number), world.form("staff"))
        draft.add(
            "staff_employment",
            staff.staff_list(world.staff, place, year).filter(pl.col("institution_id") != box.foreign),
        )
        draft.send()


def _pupils(world: World, box: Outbox) -> None:
    """All years in turn: what pupils know in one follows from the one before."""
    order = world.order
    drawn = pupils.draw(order.size, world.schools, order.seed)
    iins = pupil_lists.identifiers(drawn)
    for number, year in enumerate(pupils.years(order.size, order.scenario, world.schools, drawn, order.seed)):
        draft = box.open(f"schools-{world.code}", _day(world, number, 1), _period(world, number), world.form("schools"))
        draft.add("enrolments", pupil_lists.enrolments(world.schools, drawn, iins, year))
        draft.add("assessment_results", pupil_lists.results(world.schools, iins, year), whole=False)
        draft.send()


def _colleges(world: World, box: Outbox, number: int) -> None:
    order = world.order
    draft = box.open(f"colleges-{world.code}", _day(world, number, 2), _period(world, number), world.form("colleges"))
    placed = practicum.placements(order.size, world.schools, world.staff, order.seed, number)
    draft.add("programmes", practicum.programme_list(world.staff))
    draft.add("programme_outcomes", practicum.outcome_list(world.staff, world.alignment))
    draft.add("practicum_placements", placed, whole=False)
    draft.add("practicum_journal", practicum.journal(placed, order.seed, world.number, number), whole=False)
    draft.send()


def _networks(world: World, box: Outbox, number: int) -> None:
    size, seed = world.order.size, world.order.seed
    draft = box.open(f"networks-{world.code}", _day(world, number, 3), _period(world, number), world.form("networks"))
    events, came = network_life.seminars(size, world.schools, world.staff, world.episodes, seed, number)
    cycles, members = network_life.lesson_study(size, world.schools, world.staff, seed, number)
    draft.add("network_events", events, whole=False)
    draft.add("event_participants", came, whole=False)
    draft.add("lesson_study_cycles", cycles, whole=False)
    draft.add("lesson_study_participants", members, whole=False)
    pairs = network_life.mentors(size, world.schools, world.staff, seed, number)
    draft.add("mentoring_pairs", pairs, whole=False)
    draft.send()


def _surveys(world: World, box: Outbox, number: int) -> list[pl.DataFrame]:
    """The truth of the waves."""
    order = world.order
    told = [
        surveys.wave(
            order.size, world.schools, world.staff, world.episodes, surveys.items(order.seed), order.seed, wave
        )
        for wave in surveys.waves(order.size.first_year + number)
    ]
    draft = box.open(f"surveys-{world.code}", _day(world, number, 4), _period(world, number), world.form("surveys"))
    draft.add("survey_samples", pl.concat([wave.samples for wave in told]), whole=False)
    draft.add("survey_responses", pl.concat([wave.answers for wave in told]), whole=False)
    draft.send()
    return [wave.truth for wave in told]


def _platform(world: World, box: Outbox, number: int) -> None:
    size, seed = world.order.size, world.order.seed
    draft = box.open(f"platform-{world.code}", _day(world, number, 5), _period(world, number), world.form("platform"))
    draft.add(
        "platform_events",
        platform.events(size, world.schools, world.staff, world.episodes, seed, number),
        whole=False,
    )
    draft.add("platform_cards", platform.cards(size, world.schools, seed, number), whole=False)
    draft.add("support_tickets", platform.tickets(size, world.schools, world.episodes, seed, number), whole=False)
    draft.send()
