"""One oblast: what its senders deliver in each school year, and the truth of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from ingest.simulate.country import (
    councils,
    growth,
    lessons,
    lessons_seen,
    network_life,
    places,
    platform,
    practicum,
    products,
    pupil_lists,
    pupils,
    staff,
    students,
    surveys,
    teaching,
    truths,
)
from ingest.simulate.country.outbox import Draft, Outbox
from ingest.simulate.country.world import Order, World, build
from ingest.simulate.deliveries import Inbox
from ingest.simulate.dialects import Format
from ingest.simulate.ehis_deliveries import EhisPost
from ingest.simulate.feed_defects import Planter
from ingest.simulate.planted import Ledger

#: Who sends for an oblast besides those of staff lists, and which feeds.
FEEDS = {
    "schools": ("enrolments", "assessment_results", "teaching_assignments"),
    "lessons": ("lesson_counts", "lesson_analyses", "climate_aggregates"),
    "colleges": (
        *("programmes", "programme_outcomes", "practicum_placements", "practicum_journal", "supervisor_visits"),
        *("module_credits", "credit_prices"),
    ),
    "graduates": ("studies", "graduate_placements", "portfolios"),
    "growth": ("attestations", "training"),
    "networks": (
        *("network_events", "event_participants", "lesson_study_cycles", "lesson_study_participants"),
        *("mentoring_pairs", "mentoring_meetings", "joint_products", "product_reviews", "projects"),
        "project_participants",
    ),
    "councils": (
        *("targets", "action_plan", "risks", "agreements", "quality_checklists", "finance", "institution_statuses"),
    ),
    "surveys": ("survey_samples", "survey_responses"),
    "platform": ("platform_events", "platform_cards", "support_tickets"),
}
#: And in scenario `teachers`: where those who teach were prepared and trained. There is no other training then, and there are no
#: studies of graduates: what these add is not planted.
TEACHERS = {"teachers": ("studies", "training")}
#: The form of the tables of each, in oblasts of even and of odd numbers.
FORMS: dict[str, tuple[Format, Format]] = {
    "staff": ("csv", "json"),
    "schools": ("parquet", "csv"),
    "lessons": ("csv", "parquet"),
    "graduates": ("csv", "jsonl"),
    "growth": ("parquet", "csv"),
    "councils": ("json", "csv"),
    "teachers": ("csv", "parquet"),
    "colleges": ("xlsx", "xlsx"),
    "networks": ("jsonl", "csv"),
    "surveys": ("csv", "parquet"),
    "platform": ("parquet", "csv"),
}


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


def truth_part(order: Order, name: str, oblast: int) -> Path:
    """Where the truth of one oblast waits to be put together."""
    return order.root / "truth" / ".parts" / f"{name}-{oblast:02d}.parquet"


def write_oblast(order: Order, oblast: int) -> Made:
    """Writes the deliveries of an oblast's senders and its part of the truth."""
    world = build(order, oblast)
    box = Outbox(order.root, Planter(world.rng("defects"), place=oblast, tag=world.code), _foreign(world), order.form)
    asked: list[pl.DataFrame] = []
    _pupils(world, box)
    for number in range(order.size.years_n):
        _staff(world, box, number)
        placed = practicum.placements(world, number)
        _colleges(world, box, number, placed)
        _graduates(world, box, number, placed)
        _lessons(world, box, number)
        _networks(world, box, number)
        _councils(world, box, number, placed)
        asked += _surveys(world, box, number)
        _platform(world, box, number)
    for name, frame in truths.of_oblast(world, asked):
        path = truth_part(order, name, oblast)
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
        institutions = tuple(ids[number] for number in sender.institutions)
        yield SenderFacts(sender.name, "kz.iin", institutions, ("staff_employment",), sender.complete_from)
    for kind, feeds in (FEEDS | (TEACHERS if world.order.scenario.teacher_sd else {})).items():
        yield SenderFacts(f"{kind}-{world.code}", "kz.iin", own, feeds, begins)


def _open(world: World, box: Outbox, kind: str, number: int, day: int, month: int = 7) -> Draft:
    """A delivery of a kind of sender, made in the summer after a delivered year."""
    created = date(world.year(number) + 1, month, day)
    return box.open(f"{kind}-{world.code}", created, world.period(number), FORMS[kind][world.oblast % 2])


def _staff(world: World, box: Outbox, number: int) -> None:
    for place, sender in enumerate(world.staff.senders):
        if world.year(number) >= sender.first_year:
            form = FORMS["staff"][world.oblast % 2]
            draft = box.open(sender.name, sender.list_day(world.year(number)), world.period(number), form)
            draft.add("staff_employment", staff.staff_list(world.staff, place, world.year(number)))
            draft.send()


def _pupils(world: World, box: Outbox) -> None:
    """All years in turn: what pupils know in one follows from the one before."""
    order = world.order
    drawn = pupils.draw(order.size, world.schools, order.seed)
    iins = pupil_lists.identifiers(drawn)
    told = teaching.draw(world) if order.scenario.teacher_sd else None
    brings = partial(teaching.brings, world, told) if told else None
    for number, year in enumerate(pupils.years(order.size, order.scenario, world.schools, drawn, order.seed, brings)):
        draft = _open(world, box, "schools", number, 1)
        draft.add("enrolments", pupil_lists.enrolments(world.schools, drawn, iins, year))
        results = pupil_lists.results(world.schools, iins, year)
        draft.add("assessment_results", results, whole=False)
        taught = teaching.assignments(world, number, year)
        held = lessons.assignments(world, number, results, taught, practicum.placements(world, number))
        # Without planted rows: one that waits for a placement would be a main teacher's, who can have none.
        draft.add("teaching_assignments", held, whole=False, with_defects=False)
        draft.send()
    if told:
        _teachers(world, box, told, order.size.years_n - 1)


def _teachers(world: World, box: Outbox, told: teaching.Teaching, number: int) -> None:
    draft = _open(world, box, "teachers", number, 6)
    draft.add("studies", teaching.studies(world, told), whole=False)
    draft.add("training", teaching.training(world, told), whole=False)
    draft.send()


def _colleges(world: World, box: Outbox, number: int, placed: pl.DataFrame) -> None:
    draft = _open(world, box, "colleges", number, 2)
    programmes = practicum.programme_list(world, number)
    if world.order.scenario.teacher_sd:
        programmes = pl.concat([programmes, teaching.programme_list(world)], how="diagonal")
    draft.add("programmes", programmes)
    draft.add("programme_outcomes", practicum.outcome_list(world, practicum.alignment(world), number))
    draft.add("practicum_placements", placed, whole=False)
    draft.add("practicum_journal", practicum.journal(world, placed, number), whole=False)
    draft.add("supervisor_visits", students.visits(world, number, placed), whole=False)
    draft.add("module_credits", students.module_credits(world, number), whole=False)
    draft.add("credit_prices", councils.credit_prices(world, number), whole=False)
    draft.send()


def _graduates(world: World, box: Outbox, number: int, placed: pl.DataFrame) -> None:
    """In September, when it is known who found a post."""
    draft = _open(world, box, "graduates", number, 8, month=9)
    if not world.order.scenario.teacher_sd:
        draft.add("studies", students.studies(placed), whole=False)
        draft.add("graduate_placements", students.graduate_placements(world, number, placed), whole=False)
    draft.add("portfolios", students.portfolios(world, number, placed), whole=False)
    draft.send()
    draft = _open(world, box, "growth", number, 7)
    draft.add("attestations", growth.attestations(world, number), whole=False)
    if not world.order.scenario.teacher_sd:
        draft.add("training", growth.training(world, number), whole=False)
    draft.send()


def _lessons(world: World, box: Outbox, number: int) -> None:
    draft = _open(world, box, "lessons", number, 8)
    draft.add("lesson_counts", lessons_seen.counts(world, number), whole=False)
    draft.add("lesson_analyses", lessons_seen.analyses(world, number), whole=False)
    draft.add("climate_aggregates", lessons_seen.climate(world, number), whole=False)
    draft.send()


def _networks(world: World, box: Outbox, number: int) -> None:
    draft = _open(world, box, "networks", number, 3)
    events, came = network_life.seminars(world, number)
    cycles, members = network_life.lesson_study(world, number)
    pairs = network_life.mentors(world, number)
    made, reviews = products.products(world, number)
    projects, researchers = products.projects(world, number, cycles, members)
    events = pl.concat([events, products.social_events(world, number)], how="diagonal_relaxed")
    draft.add("network_events", events, whole=False)
    draft.add("event_participants", came, whole=False)
    draft.add("lesson_study_cycles", cycles, whole=False)
    draft.add("lesson_study_participants", members, whole=False)
    draft.add("mentoring_pairs", pairs, whole=False)
    draft.add("mentoring_meetings", lessons_seen.meetings(world, number, pairs), whole=False)
    draft.add("joint_products", made, whole=False)
    draft.add("product_reviews", reviews, whole=False)
    draft.add("projects", projects, whole=False)
    draft.add("project_participants", researchers, whole=False)
    draft.send()


def _councils(world: World, box: Outbox, number: int, placed: pl.DataFrame) -> None:
    draft = _open(world, box, "councils", number, 9)
    draft.add("targets", councils.targets(world, number), whole=False)
    draft.add("action_plan", councils.actions(world, number), whole=False)
    draft.add("risks", councils.risks(world, number), whole=False)
    draft.add("agreements", councils.agreements(world, number), whole=False)
    draft.add("quality_checklists", councils.checklists(world, number), whole=False)
    draft.add("finance", councils.finance(world, number, placed), whole=False)
    draft.add("institution_statuses", councils.statuses(world), whole=False)
    draft.send()


def _surveys(world: World, box: Outbox, number: int) -> list[pl.DataFrame]:
    """The truth of the waves."""
    model = surveys.items(world.order.seed)
    told = [surveys.wave(world, model, wave) for wave in surveys.waves(world.year(number))]
    draft = _open(world, box, "surveys", number, 4)
    draft.add("survey_samples", pl.concat([wave.samples for wave in told]), whole=False)
    draft.add("survey_responses", pl.concat([wave.answers for wave in told]), whole=False)
    draft.send()
    return [wave.truth for wave in told]


def _platform(world: World, box: Outbox, number: int) -> None:
    """In September, when the whole school year is over."""
    draft = _open(world, box, "platform", number, 5, month=9)
    draft.add("platform_events", platform.events(world, number), whole=False)
    draft.add("platform_cards", platform.cards(world, number, draft.created), whole=False)
    draft.add("support_tickets", platform.tickets(world, number, draft.created), whole=False)
    draft.send()
