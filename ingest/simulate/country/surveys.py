"""Surveys of teachers: who is asked, who answers, and what they answer, by a graded response model.

What somebody feels is the sum of the school's climate, of a mind of one's own, and of what time and networks change. An item
asks for it with a discrimination and four bounds; the answer is the number of bounds that are passed, and one. Who carries
more work answers more seldom and feels more stress, so that stress is higher than answers tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ingest.simulate.country.audiences import Audience, audience
from ingest.simulate.country.episodes import PULSE_MONTHS
from ingest.simulate.country.streams import stream
from ingest.simulate.country.world import World
from ingest.simulate.dates import Floats, after
from ingest.simulate.survey_items import INSTRUMENTS, TOTAL, instruments

#: Share of teachers who are asked; of those who are, the log-odds to answer at the mean of work and what a standard
#: deviation of work changes.
ASKED, ANSWERS, OF_WORK = 0.88, 0.5, -0.4
NO_CONSENT = 0.03
#: Of what one feels, the standard deviations of schools and of people.
SCHOOL_SD, OWN_SD = 0.35, 0.9
#: What the work one carries adds to stress, and what a year in a network adds to trust.
STRESS_OF_WORK, TRUST_A_YEAR = 0.25, 0.08


@dataclass(frozen=True)
class Asked:
    """An instrument of a calendar.

    Attributes:
        days: month and day on which its waves close.
        members_only: whether schools outside networks are left out.
        mean: of what is felt, in standard deviations.
        who: whom it asks.
        asked: share of them who are asked.
        network_sd: standard deviation of what networks differ by, beyond their schools.
        gain: of a test before and after a year, what is felt more in the second.
    """

    days: tuple[tuple[int, int], ...]
    members_only: bool
    mean: float
    who: Audience = "teacher"
    asked: float = ASKED
    network_sd: float = 0.0
    gain: float = 0.0


CALENDAR = {
    "trust": Asked(((11, 20),), members_only=False, mean=0.3),
    "technostress": Asked(((2, 20),), members_only=False, mean=-0.3),
    "pulse": Asked(tuple((month, 20) for month in PULSE_MONTHS), members_only=True, mean=0.6),
    # Of those below fewer are asked: to be told of a network some hundred answers are enough.
    "ict_test": Asked(((10, 15), (5, 15)), members_only=True, mean=0.2, asked=0.3, network_sd=0.15, gain=0.6),
    "tam": Asked(((4, 25),), members_only=True, mean=0.4, asked=0.3, network_sd=0.25),
    "wellbeing": Asked(((3, 15),), members_only=True, mean=0.5, who="by_age", asked=0.6, network_sd=0.2),
    "mentor_satisfaction": Asked(((5, 10),), members_only=True, mean=1.0, who="mentor", network_sd=0.3),
    "school_satisfaction": Asked(((5, 12),), members_only=True, mean=0.7, who="school_admin", network_sd=0.3),
    "student_satisfaction": Asked(((3, 10),), members_only=True, mean=0.7, who="student", network_sd=0.3),
    "weekly_practicum": Asked(
        ((2, 13), (2, 20), (2, 27), (3, 6), (3, 13), (3, 20)), members_only=True, mean=0.2, who="student", asked=1.0
    ),
}
#: Instruments of the same draws, in the order of those that came first.
FIRST = ("trust", "technostress", "pulse")


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
    listed = instruments().filter(pl.col("item") != TOTAL)
    # Each but the first has a stream of its own, so that none hangs on which others there are.
    groups = [("survey items", FIRST), *((f"survey items {name}", (name,)) for name in CALENDAR if name not in FIRST)]
    parts = []
    for what, names in groups:
        rng, frame = stream(seed, what), listed.filter(pl.col("instrument").is_in(names))
        steps = int(frame["scale_max"][0] - frame["scale_min"][0])
        slope = rng.uniform(1.0, 2.0, frame.height)
        bounds = np.linspace(-1.5, 1.5, steps) + 0.4 * rng.standard_normal((frame.height, 1))
        told = frame.select("instrument", "item", "reverse", discrimination=pl.Series(slope))
        parts.append(told.with_columns(pl.Series(f"bound_{step + 1}", bounds[:, step]) for step in range(steps)))
    return pl.concat(parts, how="diagonal")


def instrument_list() -> pl.DataFrame:
    """Rows of `survey_instruments` for those that are used."""
    return instruments().filter(pl.col("instrument").is_in(list(CALENDAR)))


def waves(year: int) -> list[Wave]:
    """Those of the school year that starts in `year`."""
    found = []
    for instrument, asked in CALENDAR.items():
        for place, (month, day) in enumerate(asked.days):
            found.append(Wave(instrument, place, date(year + (month < 9), month, day)))
    return found


def wave_list(year: int) -> pl.DataFrame:
    """Rows of `survey_waves` for a school year; the second wave of a test is compared with its first."""
    told = waves(year)
    first = {wave.instrument: wave.label for wave in reversed(told)}
    return pl.DataFrame(
        [
            (
                *(wave.instrument, wave.label),
                ("post" if wave.place else "pre") if CALENDAR[wave.instrument].gain else "single",
                first[wave.instrument] if CALENDAR[wave.instrument].gain and wave.place else None,
                *(wave.closed_on - timedelta(days=6), wave.closed_on),
            )
            for wave in told
        ],
        schema={
            **dict.fromkeys(("instrument", "wave", "phase", "pair_wave"), pl.String),
            **dict.fromkeys(("opened_on", "closed_on"), pl.Date),
        },
        orient="row",
    )


@dataclass(frozen=True)
class Answered:
    """What a wave brings: `samples` and `answers` with the columns of their feeds, `truth` a row a school."""

    samples: pl.DataFrame
    answers: pl.DataFrame
    truth: pl.DataFrame


def wave(world: World, model: pl.DataFrame, told: Wave) -> Answered:
    """The answers to one wave of an oblast; `model` is of `items`."""
    asked = CALENDAR[told.instrument]
    year = told.closed_on.year - (told.closed_on.month < 9)
    frame = audience(world, asked.who, told.closed_on, year - world.order.size.first_year)
    frame = frame.with_columns(member=pl.Series(world.member(frame["institution"].to_numpy(), year)))
    if asked.members_only:
        frame = frame.filter(pl.col("member") >= 0)
    felt = _felt(world, told, year, frame)
    rng = world.rng(f"wave {told.instrument}", told.closed_on.toordinal())
    is_asked = rng.random(frame.height) < asked.asked
    odds = ANSWERS + OF_WORK * world.staff.work[frame["person"].to_numpy()]
    answers = is_asked & (rng.random(frame.height) < 1 / (1 + np.exp(-odds)))
    place, n = frame["institution"].to_numpy(), world.schools.n
    counts = {
        name: np.bincount(place[kept], minlength=n)
        for name, kept in (
            ("teachers_n", np.ones(len(place), dtype=bool)),
            ("invited_n", is_asked),
            ("answered_n", answers),
        )
    }
    head = {"instrument": pl.lit(told.instrument), "wave": pl.lit(told.label)}
    expected = _expected(model.filter(pl.col("instrument") == told.instrument), INSTRUMENTS[told.instrument][0], felt)
    facts = pl.DataFrame({"institution_id": world.schools.bins, **counts}).with_columns(
        # Added up in the order of the people, whatever the number of threads.
        true_mean=pl.Series(np.bincount(place, felt, minlength=n)) / pl.col("teachers_n"),
        true_score=pl.Series(np.bincount(place, expected, minlength=n)) / pl.col("teachers_n"),
    )
    invited = frame.filter(pl.Series(is_asked)).group_by("institution_id", "role", maintain_order=True).len("invited")
    return Answered(
        samples=invited.select(**head, institution_id="institution_id", role="role", invited="invited"),
        answers=_answers(world, told, model, frame.filter(pl.Series(answers)), felt[answers], rng),
        truth=facts.filter(pl.col("teachers_n") > 0).select(oblast=pl.lit(world.places.code), **head, **{
            name: pl.col(name) for name in ("institution_id", *counts, "true_mean", "true_score")
        }),
    )  # fmt: skip


def _felt(world: World, told: Wave, year: int, frame: pl.DataFrame) -> Floats:
    """What each of the people feels of what an instrument asks for, in standard deviations of all."""
    rng = world.rng(f"minds {told.instrument}")
    climate = SCHOOL_SD * rng.standard_normal(world.schools.n)
    mind = OWN_SD * rng.standard_normal(world.staff.people.n)
    person, place, member = (frame[name].to_numpy() for name in ("person", "institution", "member"))
    number = year - world.order.size.first_year
    if told.instrument == "trust":
        shift = TRUST_A_YEAR * np.where(member >= 0, year - world.schools.joined[place] + 1, 0)
    elif told.instrument == "technostress":
        shift = STRESS_OF_WORK * world.staff.work[person] + world.episodes.of("W07", number)[member, 0]
    elif told.instrument == "pulse":
        shift = -world.episodes.of("W15", number)[member, told.place]
    else:
        asked = CALENDAR[told.instrument]
        of_network = rng.standard_normal(len(world.schools.founded) + 1)
        shift = asked.network_sd * of_network[member] + asked.gain * told.place * (1 + of_network[member] / 4)
    felt: Floats = CALENDAR[told.instrument].mean + climate[place] + mind[person] + shift
    return felt


def _expected(own: pl.DataFrame, low: float, felt: Floats) -> Floats:
    """The score that is expected of those who feel so, on the scale of an item: the mean over the items."""
    slope = own["discrimination"].to_numpy()
    passed = sum(1 / (1 + np.exp(-slope * (felt[:, None] - bound))) for bound in _bounds(own).T)
    told: Floats = low + np.asarray(passed).mean(axis=1)
    return told


def _bounds(own: pl.DataFrame) -> Floats:
    """Items × the bounds that the scale of the instrument has."""
    found: Floats = own.select(pl.col("^bound_.*$")).to_numpy()
    return found[:, ~np.isnan(found[0])]


def _answers(
    world: World, told: Wave, model: pl.DataFrame, frame: pl.DataFrame, felt: Floats, rng: np.random.Generator
) -> pl.DataFrame:
    """Rows of `survey_responses` of the people of `frame`, who feel so."""
    own = model.filter(pl.col("instrument") == told.instrument)
    slope = own["discrimination"].to_numpy()
    bounds = _bounds(own)
    low, high = INSTRUMENTS[told.instrument][:2]
    n, k = frame.height, own.height
    luck = rng.logistic(size=(n, k))
    value = low + sum((slope * (felt[:, None] - bound) + luck > 0).astype(np.float64) for bound in bounds.T)
    value = np.where(own["reverse"].to_numpy(), low + high - value, value)
    moment = after(np.full(n, np.datetime64(told.closed_on)), -rng.integers(0, 6, n)).astype("datetime64[ms]")
    moment = moment + (rng.integers(8 * 60, 21 * 60, n) * 60_000).astype("timedelta64[ms]")
    people = frame.select(
        pl.lit(told.instrument).alias("instrument"),
        pl.lit(told.label).alias("wave"),
        pl.concat_str(
            pl.lit(f"{told.instrument[:3]}-{world.code}-"), pl.col("respondent").cast(pl.String).str.zfill(6)
        ).alias("respondent_id"),
        "institution_id",
        world.cluster_ids(frame["member"].to_numpy()).alias("cluster_id"),
        "role",
        pl.Series("answered_at", moment),
        pl.Series("consent", rng.random(n) >= NO_CONSENT),
    )
    rows = people[np.repeat(np.arange(n), k)].with_columns(
        own["item"].gather(np.tile(np.arange(k), n)).alias("item"), pl.Series("value", value.ravel())
    )
    order = ("instrument", "wave", "respondent_id", "item", "value", "institution_id", "cluster_id", "role")
    return rows.select(*order, "answered_at", "consent")
