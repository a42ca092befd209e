"""Sizes of simulated countries. What belongs here: numbers that tell one profile from another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: Rows that a sheet of XLSX has.
SHEET_ROWS = 1_048_576


@dataclass(frozen=True)
class Size:
    """One size of country; all numbers are of all oblasts together.

    Attributes:
        oblasts_n: oblasts; each is made for itself, so that memory holds one for each process.
        schools_n: schools.
        pupils_n: pupils at school in one school year, about.
        staff_n: people in post in one school year, about.
        events_n: events of the platform over the years, about.
        clusters_n: networks of schools.
        first_year: calendar year in which the first delivered school year starts.
        years_n: school years delivered.
    """

    name: str
    oblasts_n: int
    schools_n: int
    pupils_n: int
    staff_n: int
    events_n: int
    clusters_n: int
    first_year: int = 2021
    years_n: int = 5

    @property
    def years(self) -> range:
        """Start years of the school years that are delivered."""
        return range(self.first_year, self.first_year + self.years_n)

    @property
    def last_year(self) -> int:
        return self.years[-1]

    @property
    def as_of(self) -> date:
        """The day of the last delivery, and so of what is known at all."""
        return date(self.last_year + 1, 9, 14)

    @property
    def fits_sheets(self) -> bool:
        """Whether the longest table, the platform's events of the last year, fits a sheet of XLSX."""
        return self.share(self.events_n, 0) < SHEET_ROWS

    def share(self, whole: int, oblast: int) -> int:
        """What an oblast gets of a whole that is dealt evenly."""
        return whole // self.oblasts_n + (oblast < whole % self.oblasts_n)


DISTRICT = Size("district", 1, schools_n=60, pupils_n=12_000, staff_n=1_600, events_n=100_000, clusters_n=5)
OBLAST = Size("oblast", 1, schools_n=450, pupils_n=250_000, staff_n=30_000, events_n=5_000_000, clusters_n=16)
COUNTRY = Size(
    "country", 20, schools_n=7_900, pupils_n=3_900_000, staff_n=600_000, events_n=100_000_000, clusters_n=240
)
SIZES = {size.name: size for size in (DISTRICT, OBLAST, COUNTRY)}
