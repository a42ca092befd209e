"""What schools write down of lessons that are looked at, of mentors' meetings and of the climate in classes."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.country import rates, teams
from ingest.simulate.country.world import World
from ingest.simulate.dates import after, day_column

#: Lessons of a teacher that may be looked at in a term: with all that are held, protocols would be millions.
LESSONS = 3
#: First days of terms, and how many days a lesson may lie after them.
TERMS = (((9, 5), 50), ((11, 10), 40), ((1, 12), 60), ((4, 3), 45))
#: Share of protocols that are rated, and of those of lessons with a good rating: what that is.
RATED, GOOD, POOR = 0.6, (3.0, 4.0), (1.5, 2.9)
#: Weeks of a year in which mentors may meet young teachers.
WEEKS = 39
SCALES = ("safety", "belonging", "teacher_support")
#: Grades whose climate is measured, in spring, in schools with so many pupils.
GRADES, ENOUGH = ("5A", "8A", "10A"), 120


def counts(world: World, number: int) -> pl.DataFrame:
    """Lessons of each school and term of a delivered year that may be looked at."""
    people = teams.teachers(world, number).group_by("institution_id", maintain_order=True).len("n")
    quarters = pl.DataFrame({"quarter": [f"{world.period(number)}-Q{term}" for term in range(1, 5)]})
    return people.join(quarters, how="cross").select("institution_id", "quarter", lessons_held=pl.col("n") * LESSONS)


def analyses(world: World, number: int) -> pl.DataFrame:
    """Protocols of a delivered year; who looks on is another teacher of the school."""
    rng = world.rng("analyses", number)
    people = teams.teachers(world, number).sort("institution", "person")
    seen = people[np.repeat(np.arange(people.height), LESSONS * len(TERMS))].with_columns(
        term=pl.Series(np.tile(np.arange(LESSONS * len(TERMS)) % len(TERMS), people.height)),
        observer_id=pl.col("person_id").shift(-LESSONS * len(TERMS)),
        observed_at=pl.col("institution").shift(-LESSONS * len(TERMS)),
    )
    seen = seen.filter(pl.Series(rates.drawn(world, "L3", number, seen["member"].to_numpy(), rng)))
    n, term = seen.height, seen["term"].to_numpy()
    good = rates.drawn(world, "L5", number, seen["member"].to_numpy(), rng)
    rating = np.where(good, rng.uniform(*GOOD, n), rng.uniform(*POOR, n))
    year = world.year(number)
    starts = np.array([np.datetime64(f"{year + (month < 9)}-{month:02d}-{day:02d}") for (month, day), _ in TERMS])
    lasts = np.array([days for _, days in TERMS])
    return pl.DataFrame(
        {
            "protocol_id": teams.codes("LA", world, number, n),
            "institution_id": seen["institution_id"],
            "teacher_id": seen["person_id"],
            "lesson_on": day_column("", after(starts[term], rng.random(n) * lasts[term])),
            "depth": pl.Series(("deep", "surface")).gather(rng.integers(0, 2, n)),
            "observer_id": seen.select(
                pl.when(pl.col("observed_at") == pl.col("institution")).then("observer_id")
            ).to_series(),
            "rating": pl.select(
                pl.when(pl.Series(rng.random(n) < RATED)).then(pl.Series(np.floor(rating * 10) / 10))
            ).to_series(),
        }
    )


def meetings(world: World, number: int, pairs: pl.DataFrame) -> pl.DataFrame:
    """Meetings of the pairs of a delivered year, on most Wednesdays on which they work; a protocol has three parts or fewer."""
    rng = world.rng("meetings", number)
    year = world.year(number)
    home = pl.DataFrame({"institution_id": world.schools.bins, "institution": np.arange(world.schools.n)})
    met = pairs.drop_nulls("starts_on").join(home, on="institution_id", maintain_order="left")
    met = met.with_columns(member=pl.Series(world.member(met["institution"].to_numpy(), year)))
    rows = met.join(pl.DataFrame({"week": range(WEEKS)}), how="cross")
    first = np.busday_offset(f"{year}-09-01", 0, roll="forward", weekmask="Wed")
    day = after(first, 7 * rows["week"].to_numpy())
    rows = rows.with_columns(day_column("met_on", day)).filter(
        pl.Series(rates.drawn(world, "M1", number, rows["member"].to_numpy(), rng)),
        pl.col("met_on").is_between("starts_on", "ends_on"),
    )
    n = rows.height
    # Each part is there as often as makes all three be there as often as planted.
    part = np.cbrt(rates.shares(world, "M2", number))[rows["member"].to_numpy()]
    return pl.DataFrame(
        {
            "meeting_id": teams.codes("MM", world, number, n),
            "pair_id": rows["pair_id"],
            "met_on": rows["met_on"],
            "minutes": rng.integers(20, 60, n),
            **{name: rng.random(n) < part for name in ("has_goals", "has_observation", "has_agreements")},
        }
    )


def climate(world: World, number: int) -> pl.DataFrame:
    """Means of classes in spring, as the psychological service sums them up; never an answer."""
    rng = world.rng("climate", number)
    school = np.flatnonzero(world.schools.pupils_n >= ENOUGH)
    place = np.repeat(school, len(GRADES) * len(SCALES))
    n = len(place)
    member = world.member(place, world.year(number))
    return pl.DataFrame(
        {
            "institution_id": pl.Series(world.schools.bins).gather(place),
            "school_year": pl.repeat(world.period(number), n, eager=True),
            "term": pl.repeat(3, n, eager=True),
            "class_code": pl.Series(GRADES).gather(
                np.tile(np.repeat(np.arange(len(GRADES)), len(SCALES)), len(school))
            ),
            "scale": pl.Series(SCALES).gather(np.tile(np.arange(len(SCALES)), len(school) * len(GRADES))),
            "n": np.repeat(rng.integers(12, 28, n // len(SCALES)), len(SCALES)),
            "mean": 1 + 4 * _close(rates.shares(world, "H3", number)[member], rng),
            "sd": np.round(rng.uniform(0.6, 1.0, n), 2),
        }
    ).with_columns(pl.col("mean").round(2))


def _close(share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Means of classes, which lie closer to the share than single answers would."""
    return rng.beta(60 * share, 60 * (1 - share))
