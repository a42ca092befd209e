"""The pupils of an oblast, where they are at school in each year, and what they know.

A pupil enters grade 1 at seven and leaves after grade 11. What one knows at the end of a year follows from what one knew a
year before, from the school of that year, from being disadvantaged, and from chance; so a school's effect is on a year's
progress. Everything else comes in by what one knew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.simulate.country.scenario import Scenario
from ingest.simulate.country.schools import SUBJECTS, Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import PERSON_SERIALS, ranks, stream
from ingest.simulate.dates import Floats, Ints, after

GRADES_N = 11
#: Scores are there from this grade on.
FIRST_TESTED = 4
#: What is left in a year of what one knew; and what chance adds (chosen so that pupils of a school have a variance near 1).
PERSISTENCE, CHANCE_SD = 0.8, 0.55
#: Correlation of what a pupil knows in two subjects on the first day, and of what chance adds to them in a year.
ALIKE = 0.6
#: Shares of the disadvantaged in towns and villages; what they know less on the first day and learn less in a year.
DISADVANTAGED = (0.15, 0.3)
DISADVANTAGE, DISADVANTAGE_A_YEAR = 0.25, 0.05
#: Share of pupils taught in Russian, by the language of the school (see `Schools.language`).
IN_RUSSIAN = np.array([0.0, 0.5, 1.0])
#: Who goes to another school between years, and who does so within one.
MOVES, MOVES_WITHIN = 0.03, 0.008
#: Who moves within a year does so from 1 October on, in so many days: before the test of April.
BEFORE_TEST = 195


@dataclass(frozen=True)
class Pupils:
    """Arrays of n pupils; `first` is the start year of grade 1, `school` the first school; `speaks_russian`: is taught in it."""

    born: NDArray[np.datetime64]
    is_male: NDArray[np.bool_]
    serial: Ints
    first: Ints
    school: Ints
    is_disadvantaged: NDArray[np.bool_]
    speaks_russian: NDArray[np.bool_]

    @property
    def n(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Year:
    """A school year: numbers of the pupils who are at school, with grade and school.

    `left` is the school they went from within the year and `left_on` the last day there, for pupils `movers` (places in
    `pupil`). `knows` and `scores` are places × subjects, `tested` the places they are of.
    """

    start: int
    pupil: Ints
    grade: Ints
    school: Ints
    movers: Ints
    left: Ints
    left_on: NDArray[np.datetime64]
    tested: Ints
    knows: NDArray[np.float32]
    scores: NDArray[np.float32]
    has_score: NDArray[np.bool_]


def draw(size: Size, schools: Schools, seed: int) -> Pupils:
    """Everybody who is at school in a delivered year."""
    rng = stream(seed, "pupils", schools.oblast)
    firsts = range(size.first_year - GRADES_N + 1, size.first_year + size.years_n)
    a_year = schools.pupils_n / GRADES_N
    # As many as chance rounds to, so that small schools have years without anybody.
    entering = np.stack([np.floor(a_year + rng.random(schools.n)).astype(np.int64) for _ in firsts])
    school = np.concatenate([np.repeat(np.arange(schools.n), counts) for counts in entering])
    first = np.repeat(np.array(firsts), entering.sum(axis=1))
    n = len(school)
    begins = (first - 7 - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    born = after(begins, rng.integers(0, 365, n))
    is_male = rng.random(n) < 0.51
    rural = schools.is_rural[school]
    is_disadvantaged = rng.random(n) < np.where(rural, DISADVANTAGED[1], DISADVANTAGED[0])
    speaks_russian = rng.random(n) < IN_RUSSIAN[schools.language[school]]
    serial = schools.oblast * PERSON_SERIALS + 2 * ranks(born, is_male)
    return Pupils(born, is_male, serial, first, school, is_disadvantaged, speaks_russian)


def years(
    size: Size,
    scenario: Scenario,
    schools: Schools,
    pupils: Pupils,
    seed: int,
    brings: Callable[[int, Ints, Ints], Floats] | None = None,
) -> Iterator[Year]:
    """The delivered years in turn; `brings` says what teachers add to the progress of pupils of a school and grade in one."""
    school = pupils.school.copy()
    knows = _beginnings(size, schools, pupils, stream(seed, "beginnings", schools.oblast))
    odds = np.log(scenario.missing / (1 - scenario.missing)) if scenario.missing else -np.inf
    error = np.float32(np.sqrt(1 / scenario.reliability - 1))
    less = np.float32(DISADVANTAGE_A_YEAR) * pupils.is_disadvantaged.astype(np.float32)
    for number, start in enumerate(size.years):
        rng = stream(seed, "year", schools.oblast, start)
        grade = start - pupils.first + 1
        at = np.flatnonzero((grade >= 1) & (grade <= GRADES_N))
        if number:
            moves = at[(rng.random(len(at)) < MOVES) & (grade[at] > 1)]
            school[moves] = _elsewhere(schools, school[moves], rng)
        within = np.flatnonzero(rng.random(len(at)) < MOVES_WITHIN)
        left = school[at[within]]
        school[at[within]] = _elsewhere(schools, left, rng)
        days = after(np.full(len(within), np.datetime64(f"{start}-10-01")), rng.integers(0, BEFORE_TEST, len(within)))
        tested = np.flatnonzero(grade[at] >= FIRST_TESTED)
        who = at[tested]
        # What one knows when first tested is there already.
        learns = who[grade[who] > FIRST_TESTED]
        here = schools.effects[:, :, number] + schools.gains[:, number][:, None]
        knows[learns] *= np.float32(PERSISTENCE)
        knows[learns] += here.astype(np.float32)[school[learns]] - less[learns][:, None]
        knows[learns] += np.float32(CHANCE_SD) * _alike(rng, len(learns))
        if brings is not None:
            added = brings(number, school[at], grade[at])[tested[grade[who] > FIRST_TESTED]]
            knows[learns] += added.astype(np.float32)
        told = knows[who]
        scores = told + error * rng.standard_normal(told.shape, np.float32)
        chance = 1 / (1 + np.exp(-(odds + scenario.missing_slope * told)))
        has_score = rng.random(told.shape, np.float32) >= chance
        yield Year(start, at, grade[at], school[at].copy(), within, left, days, tested, told, scores, has_score)


def _beginnings(size: Size, schools: Schools, pupils: Pupils, rng: np.random.Generator) -> NDArray[np.float32]:
    """What pupils know before the first delivered year, n × subjects: they were taught at their school in the years before it."""
    taught = np.clip(size.first_year - pupils.first - FIRST_TESTED, 0, None)
    less = pupils.is_disadvantaged.astype(np.float32)[:, None]
    mean = schools.intake.astype(np.float32)[pupils.school][:, None] - np.float32(DISADVANTAGE) * less
    knows = np.repeat(mean * (PERSISTENCE**taught).astype(np.float32)[:, None], len(SUBJECTS), axis=1)
    for ago in range(int(taught.max())):
        weight = np.where(taught > ago, PERSISTENCE**ago, 0).astype(np.float32)[:, None]
        of_year = schools.before[:, :, ago].astype(np.float32)[pupils.school] - np.float32(DISADVANTAGE_A_YEAR) * less
        knows += weight * of_year
    own = np.sqrt(CHANCE_SD**2 / (1 - PERSISTENCE**2))
    return knows + np.float32(own) * _alike(rng, pupils.n)


def _alike(rng: np.random.Generator, n: int) -> NDArray[np.float32]:
    """Draws of variance 1 for n pupils × subjects, correlated between subjects."""
    common = rng.standard_normal((n, 1), np.float32)
    own = rng.standard_normal((n, len(SUBJECTS)), np.float32)
    return np.float32(np.sqrt(ALIKE)) * common + np.float32(np.sqrt(1 - ALIKE)) * own


def _elsewhere(schools: Schools, school: Ints, rng: np.random.Generator) -> Ints:
    """Another school of the oblast, a larger one more likely."""
    bounds = np.cumsum(schools.pupils_n) / schools.pupils_n.sum()
    other = np.searchsorted(bounds, rng.random(len(school)))
    moved: Ints = np.where(other == school, (school + 1) % schools.n, other)
    return moved
