"""An oblast with everything that lasts in it, as the modules that make its feeds look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ingest.simulate.country import episodes, places, schools, staff
from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.scenario import Scenario
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import Ints, school_year
from ingest.simulate.dialects import Format
from ingest.simulate.people import ROLE_INDEX

TEACHER = ROLE_INDEX["teacher"]


@dataclass(frozen=True)
class Order:
    """What is to be made; `form` writes all tables in one format, none each sender's in its own."""

    root: Path
    size: Size
    scenario: Scenario
    seed: int
    form: Format | None = None


@dataclass(frozen=True)
class World:
    """An oblast before it sends anything; delivered years are numbered from 0."""

    order: Order
    oblast: int
    schools: schools.Schools
    places: places.Places
    staff: staff.Staff
    episodes: episodes.Episodes

    @property
    def code(self) -> str:
        """The two digits that its codes and the names of its senders have."""
        return self.places.code[:2]

    def year(self, number: int) -> int:
        """The calendar year in which a delivered year begins."""
        return self.order.size.first_year + number

    def period(self, number: int) -> str:
        return school_year(self.year(number))

    def rng(self, what: str, *place: int) -> np.random.Generator:
        """The random stream of a thing drawn in the oblast."""
        return stream(self.order.seed, what, self.oblast, *place)

    def of_schools(self, day: date, *, teachers: bool) -> pl.DataFrame:
        """People in post at schools on a day (see `Staff.in_post`), teachers only or all."""
        held = self.staff.in_post(day).filter(pl.col("institution") < self.schools.n)
        return held.filter(pl.col("role") == TEACHER) if teachers else held

    def member(self, school: Ints, year: int) -> Ints:
        """The network of each of the schools in the school year that begins in `year`, -1 for none."""
        return np.where(self.schools.joined[school] <= year, self.schools.cluster[school], -1)

    def cluster_ids(self, member: Ints) -> pl.Series:
        """Codes of networks, null for -1."""
        codes = pl.Series([*(cluster_id(self.oblast, number) for number in range(len(self.schools.founded))), None])
        return codes.gather(np.where(member >= 0, member, len(codes) - 1))


def build(order: Order, oblast: int) -> World:
    """An oblast, drawn."""
    size, scenario, seed = order.size, order.scenario, order.seed
    own = schools.draw(size, scenario, seed, oblast)
    where = places.build(size, own, seed)
    people = staff.draw(size, scenario, own, where, seed)
    return World(order, oblast, own, where, people, episodes.draw(size, own, seed))
