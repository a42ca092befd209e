"""Students at schools: placements, journals, and how far programmes of colleges and the university say the same.

Practicum lasts a month, as the guide describes what is. Who is placed in a year is who begins to teach in the next, and half
as many who will not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country import rates
from ingest.simulate.country.staff import hired
from ingest.simulate.country.streams import ranks
from ingest.simulate.country.world import World
from ingest.simulate.dates import Floats, after, day_column
from ingest.simulate.identifiers import iin_numbers
from ingest.simulate.people import ROLE_INDEX

#: Of beginners, the share whose last practicum was at the school that hires them; of students, those who will not teach.
AT_HOME, OTHERS = 0.4, 0.5
#: Days of a practicum, a month; and of placements the share whose journal is kept electronically.
DAYS, WITH_JOURNAL = 28, 0.25
CREDITS, HOURS = 6.0, 180.0
#: Share of placements whose plan is approved.
PLAN_APPROVED = 0.92
#: Serial numbers in IINs of students who will not teach: the first, above those of staff, and how many an oblast has a day.
FIRST_SERIAL, OTHER_SERIALS = 7_600, 20
OUTCOMES_N = 20
#: Subjects of a programme, and by rising numbers those with a common syllabus.
SUBJECTS_N, COMMON_N = 30, (6, 24)
LECTURERS = (ROLE_INDEX["college_lecturer"], ROLE_INDEX["university_lecturer"])
#: Share of a college's key outcomes that the university's programme has too: from the one to the other.
ALIGNED = (0.3, 0.8)
ENTRIES = ("lesson_plan", "lesson_report", "mentor_comment")
#: Share of entries that repeat what the same person wrote a week before, and entries of a year at most. Each has four words of
#: these, and no two others are alike.
COPIED, ROOM = 0.1, 100_000
WORDS = (
    *(
        "бөлшек",
        "теңдеу",
        "сөйлем",
        "оқылым",
        "жазылым",
        "диалог",
        "өлең",
        "әңгіме",
        "тәжірибе",
        "өсімдік",
        "су",
        "ауа",
    ),
    *("карта", "жоспар", "сурет", "кесте", "есеп", "ойын", "топ", "жұп", "сұрақ", "жауап", "тест", "жоба"),
    *("слайд", "үлгі", "ереже", "сан", "пішін", "өлшем", "уақыт", "мәтін"),
)
TEXTS = (
    "Сабақ жоспары мақсатқа сай, кезеңдері толық ашылған.",
    "Топтық жұмыс ұйымдастырылды, оқушылар белсенді болды.",
    "Урок прошёл по плану, время на рефлексию не осталось.",
    "Разобрали ошибки контрольной работы, задания по уровням.",
)


@dataclass(frozen=True)
class Alignment:
    """`shares` is the true share of each college programme; `matrix` college programmes × outcomes: the university's or -1."""

    shares: Floats
    matrix: np.ndarray


def providers(world: World) -> pl.DataFrame:
    """The colleges and the university with their programme: institution_id, kind, programme_code."""
    frame = world.places.network.institutions.filter(pl.col("kind").is_in(["college", "university"]), register="kz")
    level = pl.when(pl.col("kind") == "college").then(pl.lit("0112")).otherwise(pl.lit("6B01"))
    return frame.select("institution_id", "kind", programme_code=pl.concat_str(level, pl.lit("-"), "institution_id"))


def programme_list(world: World, number: int | None = None) -> pl.DataFrame:
    """Rows of `programmes` as they stand after a delivered year, the last unless told."""
    college = pl.col("kind") == "college"
    frame = providers(world)
    rng, n = world.rng("programmes"), frame.height
    last = date(world.year(world.order.size.years_n - 1 if number is None else number) + 1, 7, 1)
    revised = day_column("", after(np.datetime64(f"{world.order.size.first_year}-11-01"), 365 * rng.integers(0, 7, n)))
    return frame.with_columns(revised=pl.when(revised <= last).then(revised)).select(
        "programme_code",
        "institution_id",
        name_kk=pl.lit("Бастауыш оқыту педагогикасы"),
        name_ru=pl.lit("Педагогика начального обучения"),
        name_en=pl.lit("Primary teaching"),
        level=pl.when(college).then(pl.lit("vocational")).otherwise(pl.lit("bachelor")),
        specialty_code=pl.when(college).then(pl.lit("01140100")).otherwise(pl.lit("6B01301")),
        pedagogical=pl.lit(True),
        jointly_developed=pl.Series(rng.random(n) < 0.4),
        continuity_reviewed_on=pl.col("revised"),
        jointly_revised_on=pl.col("revised"),
        subjects_n=pl.lit(SUBJECTS_N),
        unified_syllabus_n=pl.Series(rng.integers(*COMMON_N, n)),
    )


def alignment(world: World) -> Alignment:
    """Which key outcome of each college programme is which of the university's."""
    rng = world.rng("alignment")
    n = int((providers(world)["kind"] == "college").sum())
    shares = rng.uniform(*ALIGNED, n)
    aligned = np.argsort(rng.random((n, OUTCOMES_N)), axis=1) < np.round(shares * OUTCOMES_N)[:, None]
    partner = np.argsort(rng.random((n, OUTCOMES_N)), axis=1)
    return Alignment(aligned.mean(axis=1), np.where(aligned, partner, -1))


def outcome_list(world: World, told: Alignment, number: int | None = None) -> pl.DataFrame:
    """Rows of `programme_outcomes` as they stand after a delivered year, the last unless told; all of them are key ones.

    Experts look at what both sides have in the first year and at some of the rest in each; how much they like does not hang
    on the outcome, but on the programme.
    """
    frame = providers(world)
    colleges, university = frame.filter(kind="college"), frame.filter(kind="university")
    order = np.tile(np.arange(OUTCOMES_N), colleges.height)
    partner = told.matrix.ravel()
    code = university["programme_code"][0]
    of_colleges = colleges[np.repeat(np.arange(colleges.height), OUTCOMES_N)].select(
        "institution_id",
        "programme_code",
        level=pl.lit("college"),
        outcome_code=pl.format("C{}", pl.Series(order + 1)),
        key_outcome=pl.lit(True),
        aligned_programme_code=pl.when(pl.Series(partner >= 0)).then(pl.lit(code)),
        aligned_with=pl.when(pl.Series(partner >= 0)).then(pl.format("U{}", pl.Series(partner + 1))),
    )
    of_university = university[np.zeros(OUTCOMES_N, dtype=np.int64)].select(
        "institution_id",
        "programme_code",
        level=pl.lit("university"),
        outcome_code=pl.format("U{}", pl.int_range(1, OUTCOMES_N + 1)),
        key_outcome=pl.lit(True),
        aligned_programme_code=pl.lit(None, pl.String),
        aligned_with=pl.lit(None, pl.String),
    )
    rows = pl.concat([of_colleges, of_university])
    years_n, rng = world.order.size.years_n, world.rng("experts")
    seen = pl.when(pl.col("aligned_with").is_not_null()).then(0).otherwise(pl.int_range(pl.len()) % years_n)
    is_seen = seen <= (years_n - 1 if number is None else number)
    liked = np.append(told.shares, 0.5).repeat(OUTCOMES_N)
    return rows.with_columns(
        expert_score=pl.when(is_seen).then(pl.Series(1.0 + rng.binomial(4, liked))),
        reviewed_on=pl.when(is_seen).then(pl.date(world.order.size.first_year + seen, 11, 15)),
    )


def alignment_truth(world: World, told: Alignment) -> pl.DataFrame:
    """The matrix: one row a key outcome of a college programme."""
    rows = outcome_list(world, told).filter(level="college")
    return rows.select(
        pl.lit(world.places.code).alias("oblast"),
        "programme_code",
        "outcome_code",
        is_aligned=pl.col("aligned_with").is_not_null(),
        aligned_programme_code="aligned_programme_code",
        aligned_with="aligned_with",
        programme_share=pl.Series(np.repeat(told.shares, OUTCOMES_N)),
    )


def placements(world: World, number: int) -> pl.DataFrame:
    """The final placements of a delivered year."""
    rng = world.rng("placements", number)
    spring, schools = world.year(number) + 1, world.schools
    begin = hired(world.staff).filter(pl.col("spring") == spring)
    others_n = int(OTHERS * begin.height)
    n = begin.height + others_n
    at_home = np.append(rng.random(begin.height) < AT_HOME, np.zeros(others_n, dtype=bool))
    bounds = np.cumsum(schools.pupils_n) / schools.pupils_n.sum()
    somewhere = np.searchsorted(bounds, rng.random(n))
    entry = np.append(begin["institution"].to_numpy(), np.zeros(others_n, dtype=np.int64))
    school = np.where(at_home & (entry < schools.n), entry, somewhere)
    student = [*begin["person_id"].to_list(), *_others(world.oblast, spring, others_n, rng)]
    own = providers(world)
    provider = rng.integers(0, own.height, n)
    starts = after(np.full(n, np.datetime64(f"{spring}-02-02")), rng.integers(0, 40, n))
    grade = np.clip(np.round(82 + 9 * rng.standard_normal(n)), 40, 100)
    mentor = _mentors(world, school, date(spring, 2, 1), rng)
    sending = own["institution_id"].gather(provider)
    member = world.member(school, world.year(number))
    # A school gives feedback to all whom it has had, or to none.
    gives = rates.drawn(
        world, "P2", number, world.member(np.arange(schools.n), world.year(number)), world.rng("feedback", number)
    )
    return pl.DataFrame(
        {
            "placement_id": [f"PL{world.code}{number}-{place:05d}" for place in range(n)],
            "student_id": student,
            "sending_id": sending,
            "school_id": pl.Series(schools.bins).gather(school),
            "mentor_id": mentor,
            "supervisor_id": _supervisors(world, school, sending, date(spring, 2, 1)),
            "cluster_id": world.cluster_ids(member),
            "starts_on": day_column("", starts),
            "ends_on": day_column("", after(starts, DAYS - 1 + rng.integers(0, 3, n))),
            "weeks": pl.repeat(DAYS / 7, n, eager=True),
            "hours": pl.repeat(HOURS, n, eager=True),
            "credits": pl.repeat(CREDITS, n, eager=True),
            "programme_code": own["programme_code"].gather(provider),
            "route": own["kind"].gather(provider),
            "kind": pl.repeat("final", n, eager=True),
            "plan_approved": rng.random(n) < PLAN_APPROVED,
            "feedback_complete": gives[school],
            "final_grade": grade,
        }
    )


def _others(oblast: int, spring: int, n: int, rng: np.random.Generator) -> list[str]:
    """IINs of students who will not teach."""
    born = after(np.full(n, np.datetime64(f"{spring - 22}-01-01")), rng.integers(0, 365, n))
    is_male = rng.random(n) < 0.24
    serial = FIRST_SERIAL + oblast * OTHER_SERIALS + 2 * ranks(born, is_male, OTHER_SERIALS)
    return pl.Series(iin_numbers(born, is_male, serial)).cast(pl.String).str.zfill(12).to_list()


def _mentors(world: World, school: np.ndarray, day: date, rng: np.random.Generator) -> pl.Series:
    """An experienced teacher of each school, none where it has none."""
    held = world.of_schools(day, teachers=True).filter(pl.col("start") < date(day.year - 3, day.month, day.day))
    pools = held.group_by("institution", maintain_order=True).agg("person_id")
    frame = pl.DataFrame({"institution": school, "turn": rng.integers(0, 1 << 30, len(school))}).join(
        pools, on="institution", how="left", maintain_order="left"
    )
    place = pl.col("turn") % pl.col("person_id").list.len().cast(pl.Int64)
    return frame.select(pl.col("person_id").list.get(place, null_on_oob=True)).to_series()


def _supervisors(world: World, school: np.ndarray, sending: pl.Series, day: date) -> pl.Series:
    """A lecturer of who sends the student, the same one for all whom it sends to a school."""
    held = world.staff.in_post(day).filter(pl.col("role").is_in(LECTURERS))
    pools = held.group_by("institution_id", maintain_order=True).agg("person_id")
    frame = pl.DataFrame({"institution_id": sending, "turn": school}).join(
        pools, on="institution_id", how="left", maintain_order="left"
    )
    place = pl.col("turn") % pl.col("person_id").list.len().cast(pl.Int64)
    return frame.select(pl.col("person_id").list.get(place, null_on_oob=True)).to_series()


def journal(world: World, placed: pl.DataFrame, number: int) -> pl.DataFrame:
    """Week by week a plan, a report and the mentor's comment on it, of placements with an electronic journal."""
    rng = world.rng("journal", number)
    kept = placed.filter(pl.Series(rng.random(placed.height) < WITH_JOURNAL) & pl.col("mentor_id").is_not_null())
    frame = kept.join(pl.DataFrame({"week": range(DAYS // 7)}), how="cross").join(
        pl.DataFrame({"entry": range(len(ENTRIES))}), how="cross"
    )
    n = frame.height
    entry = frame["entry"].to_numpy()
    by_mentor = pl.Series(entry == 2)
    day = after(frame["starts_on"].to_numpy(), frame["week"].to_numpy() * 7 + entry)
    ids = pl.select(pl.format(f"JE{world.code}{number}-{{}}", pl.int_range(n))).to_series()
    due = day.astype("datetime64[ms]") + np.timedelta64(42, "h")
    sent = due + (rng.integers(-1800, 600, n) * 60_000).astype("timedelta64[ms]")
    week_before = len(ENTRIES)
    copied = (frame["week"].to_numpy() > 0) & (rng.random(n) < COPIED)
    which = np.arange(n) - np.where(copied, week_before, 0)
    return frame.select(
        ids.alias("entry_id"),
        "placement_id",
        day_column("entry_date", day),
        pl.Series("kind", ENTRIES).gather(entry),
        pl.lit("mathematics").alias("subject"),
        pl.when(pl.Series(entry == 1)).then(pl.Series(rng.integers(1, 6, n))).alias("lessons_taught"),
        pl.when(by_mentor).then(pl.Series(rng.integers(5, 11, n)).cast(pl.Float64)).alias("mentor_mark"),
        pl.when(by_mentor).then(pl.lit(10)).alias("mark_scale"),
        pl.when(by_mentor).then("mentor_id").otherwise("student_id").alias("author_id"),
        pl.when(by_mentor).then(ids.shift(1)).alias("reply_to"),
        _texts(which + number * ROOM),
        pl.when(~by_mentor).then(pl.Series(due)).alias("due_at"),
        pl.Series(sent).alias("submitted_at"),
    )


def _texts(which: np.ndarray) -> pl.Series:
    """Texts by number: a sentence and four words, which are the digits of the number."""
    words = [pl.Series(WORDS).gather(which // len(WORDS) ** place % len(WORDS)) for place in range(4)]
    return pl.select(
        pl.concat_str(pl.Series(TEXTS).gather(which % len(TEXTS)), *words, separator=" ").alias("text")
    ).to_series()
