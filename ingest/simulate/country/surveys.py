"""Surveys of teachers: who is asked, who answers, and what they answer, by a graded response model.

What somebody feels is the sum of the school's climate, of a mind of one's own, and of what time and networks change. An item
asks for it with a discrimination and four bounds; the answer is the number of bounds that are passed, and one. Who carries
more work answers more seldom, so that the mean of answers is not that of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.episodes import PULSE_MONTHS, Episodes
from ingest.simulate.country.places import oblast_code
from ingest.simulate.country.schools import Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.staff import Staff
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import Floats, Ints, after
from ingest.simulate.survey_items import INSTRUMENTS, TOTAL, instruments

#: Share of teachers who are asked; of those who are, the log-odds to answer at the mean of work and what a standard
#: deviation of work changes.
ASKED, ANSWERS, OF_WORK = 0.88, 0.5, -0.4
NO_CONSENT = 0.03
#: Of what one feels, the standard deviations of schools and of people.
SCHOOL_SD, OWN_SD = 0.35, 0.9
#: What the work one carries adds to stress, and what a year in a network adds to trust.
STRESS_OF_WORK, TRUST_A_YEAR = 0.25, 0.08
TEACHER = 0


@dataclass(frozen=True)
class Asked:
    """An instrument of a calendar: the month its waves close in, whom it asks, and the mean of what is felt."""

    months: tuple[int, ...]
    members_only: bool
    mean: float


CALENDAR = {
    "trust": Asked((11,), members_only=False, mean=0.3),
    "technostress": Asked((2,), members_only=False, mean=-0.3),
    "pulse": Asked(PULSE_MONTHS, members_only=True, mean=0.6),
}


@dataclass(frozen=True)
class Wave:
    """One wave: its place among those of a school year and the day it closes."""

    instrument: str
    place: int
    closed_on: date

    @property
    def label(self) -> str:
        return self.closed_on.isoformat()


def items(seed: int) -> pl.DataFrame:
    """Discrimination and bounds of each item, the same in the whole country."""
    rng = stream(seed, "survey items")
    frame = instruments().filter(pl.col("instrument").is_in(list(CALENDAR)), pl.col("item") != TOTAL)
    slope = rng.uniform(1.0, 2.0, frame.height)
    bounds = np.linspace(-1.5, 1.5, 4) + 0.4 * rng.standard_normal((frame.height, 1))
    return frame.select("instrument", "item", "reverse", discrimination=pl.Series(slope)).with_columns(
        pl.Series(f"bound_{number + 1}", bounds[:, number]) for number in range(4)
    )


def instrument_list() -> pl.DataFrame:
    """Rows of `survey_instruments` for those that are used."""
    return instruments().filter(pl.col("instrument").is_in(list(CALENDAR)))


def waves(year: int) -> list[Wave]:
    """Those of the school year that starts in `year`."""
    found = []
    for instrument, asked in CALENDAR.items():
        for place, month in enumerate(asked.months):
            found.append(Wave(instrument, place, date(year + (month < 9), month, 20)))
    return found


def wave_list(year: int) -> pl.DataFrame:
    """Rows of `survey_waves` for a school year."""
    return pl.DataFrame(
        [
            (wave.instrument, wave.label, "single", wave.closed_on - timedelta(days=6), wave.closed_on)
            for wave in waves(year)
        ],
        schema=["instrument", "wave", "phase", "opened_on", "closed_on"],
        orient="row",
    )


@dataclass(frozen=True)
class Answered:
    """What a wave brings: `samples` and `answers` with the columns of their feeds, `truth` a row a school."""

    samples: pl.DataFrame
    answers: pl.DataFrame
    truth: pl.DataFrame


def wave(
    size: Size, schools: Schools, staff: Staff, episodes: Episodes, model: pl.DataFrame, seed: int, told: Wave
) -> Answered:
    """The answers to one wave of an oblast."""
    asked = CALENDAR[told.instrument]
    number = told.closed_on.year - (told.closed_on.month < 9) - size.first_year
    climate, mind = _minds(schools, staff, seed, told.instrument)
    frame = staff.in_post(told.closed_on).filter(pl.col("role") == TEACHER, pl.col("institution") < schools.n)
    place = frame["institution"].to_numpy()
    member = np.where(schools.joined[place] <= size.first_year + number, schools.cluster[place], -1)
    if asked.members_only:
        frame, place, member = frame.filter(pl.Series(member >= 0)), place[member >= 0], member[member >= 0]
    person = frame["person"].to_numpy()
    shift = {
        "trust": TRUST_A_YEAR * np.clip(number - schools.joined[place] + size.first_year + 1, 0, None) * (member >= 0),
        "technostress": STRESS_OF_WORK * staff.work[person] + episodes.of("W07", number)[member, 0],
        "pulse": -episodes.of("W15", number)[member, told.place],
    }[told.instrument]
    felt = asked.mean + climate[place] + mind[person] + shift
    rng = stream(seed, f"wave {told.instrument}", schools.oblast, told.closed_on.toordinal())
    n = len(person)
    is_asked = rng.random(n) < ASKED
    answers = is_asked & (rng.random(n) < 1 / (1 + np.exp(-(ANSWERS + OF_WORK * staff.work[person]))))
    ids = pl.Series(schools.bins)
    facts = (
        pl.DataFrame({"place": place, "felt": felt, "asked": is_asked, "answers": answers})
        .group_by("place")
        .agg(
            pl.len().alias("teachers_n"),
            pl.col("asked").sum().alias("invited"),
            pl.col("answers").sum().alias("answered_n"),
            pl.col("felt").mean().alias("true_mean"),
        )
        .sort("place")
    )
    head = {"instrument": pl.lit(told.instrument), "wave": pl.lit(told.label)}
    who = np.flatnonzero(answers)
    return Answered(
        samples=facts.filter(pl.col("invited") > 0).select(
            **head, institution_id=ids.gather(facts.filter(pl.col("invited") > 0)["place"]), role=pl.lit("teacher"),
            invited="invited",
        ),
        answers=_answers(told, model, schools, place[who], person[who], member[who], felt[who], rng),
        truth=facts.select(
            oblast=pl.lit(oblast_code(schools.oblast)), **head, institution_id=ids.gather(facts["place"]),
            teachers_n="teachers_n", invited_n="invited", answered_n="answered_n", true_mean="true_mean",
        ),
    )  # fmt: skip


def _minds(schools: Schools, staff: Staff, seed: int, instrument: str) -> tuple[Floats, Floats]:
    """What lasts of an instrument: the climate of each school and the mind of each person."""
    rng = stream(seed, f"minds {instrument}", schools.oblast)
    return SCHOOL_SD * rng.standard_normal(schools.n), OWN_SD * rng.standard_normal(staff.people.n)


def _answers(
    told: Wave,
    model: pl.DataFrame,
    schools: Schools,
    place: Ints,
    person: Ints,
    member: Ints,
    felt: Floats,
    rng: np.random.Generator,
) -> pl.DataFrame:
    own = model.filter(pl.col("instrument") == told.instrument)
    slope = own["discrimination"].to_numpy()
    bounds = own.select(pl.col("^bound_.*$")).to_numpy()
    low, high = INSTRUMENTS[told.instrument][:2]
    n, k = len(person), own.height
    luck = rng.logistic(size=(n, k))
    value = low + sum((slope * (felt[:, None] - bounds[:, step]) + luck > 0).astype(np.float64) for step in range(4))
    value = np.where(own["reverse"].to_numpy(), low + high - value, value)
    moment = after(np.full(n, np.datetime64(told.closed_on)), -rng.integers(0, 6, n)).astype("datetime64[ms]")
    moment = moment + (rng.integers(8 * 60, 21 * 60, n) * 60_000).astype("timedelta64[ms]")
    clusters = pl.Series([cluster_id(schools.oblast, number) for number in range(len(schools.founded))] + [None])
    people = pl.DataFrame(
        {
            "respondent_id": pl.Series(person).cast(pl.String).str.zfill(6),
            "institution_id": pl.Series(schools.bins).gather(place),
            "cluster_id": clusters.gather(np.where(member >= 0, member, len(clusters) - 1)),
            "answered_at": pl.Series(moment),
            "consent": rng.random(n) >= NO_CONSENT,
        }
    )
    row = np.repeat(np.arange(n), k)
    answers = people[row]
    return answers.select(
        pl.lit(told.instrument).alias("instrument"),
        pl.lit(told.label).alias("wave"),
        pl.concat_str(pl.lit(f"{told.instrument[:3]}-{oblast_code(schools.oblast)[:2]}-"), "respondent_id").alias(
            "respondent_id"
        ),
        own["item"].gather(np.tile(np.arange(k), n)).alias("item"),
        pl.Series("value", value.ravel()),
        "institution_id",
        "cluster_id",
        pl.lit("teacher").alias("role"),
        "answered_at",
        "consent",
    )
