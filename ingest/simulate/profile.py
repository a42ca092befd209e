"""Sizes and dates of a simulated oblast. What belongs here: numbers that tell one profile from another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ProfileName = Literal["tiny", "demo", "oblast"]


@dataclass(frozen=True)
class Profile:
    """One size of oblast.

    Attributes:
        first_year: calendar year in which the first delivered school year starts.
        last_year: the same of the last one.
        lookback_years: ended posts are held from so many years before `first_year`.
        people_n: persons with at least one post.
        entrants_per_year: beginners hired for one school year.
        kinds: institutions by kind (registered in Kazakhstan).
        ehis_kinds: institutions kept in EHIS, by kind.
        clusters_n: networks.
        own_senders_n: institutions that send their own staff list.
        staff_tenths: of those who are no beginners, how many in ten were in post before the registry begins.
    """

    name: ProfileName
    first_year: int
    last_year: int
    as_of: date
    lookback_years: int
    people_n: int
    entrants_per_year: int
    kinds: dict[str, int]
    ehis_kinds: dict[str, int]
    clusters_n: int
    own_senders_n: int
    staff_tenths: int = 6

    @property
    def registry_complete_from(self) -> date:
        return date(self.first_year - self.lookback_years, 9, 1)

    @property
    def institutions_n(self) -> int:
        return sum(self.kinds.values()) + sum(self.ehis_kinds.values())

    @property
    def cohort_years(self) -> range:
        """Start years of the school years that have a cohort of beginners."""
        return range(self.registry_complete_from.year, self.last_year + 1)


TINY = Profile(
    name="tiny",
    first_year=2023,
    last_year=2025,
    as_of=date(2026, 9, 15),
    lookback_years=4,
    people_n=120,
    entrants_per_year=8,
    kinds={"school": 2, "small_school": 1, "college": 1},
    ehis_kinds={"school": 2},
    clusters_n=1,
    own_senders_n=3,
)

DEMO = Profile(
    name="demo",
    first_year=2018,
    last_year=2025,
    as_of=date(2026, 9, 15),
    lookback_years=4,
    people_n=4000,
    entrants_per_year=130,
    kinds={
        "school": 24,
        "small_school": 12,
        "college": 3,
        "university": 1,
        "kindergarten": 5,
        "pd_centre": 1,
        "hobby_school": 2,
        "resource_centre": 1,
        "authority": 1,
        "psychology_centre": 1,
        "enterprise": 1,
    },
    ehis_kinds={"school": 4, "kindergarten": 1, "college": 1, "other": 1, "closed": 1},
    clusters_n=3,
    own_senders_n=30,
)

PROFILES: dict[str, Profile] = {"tiny": TINY, "demo": DEMO}
