"""Dates as NumPy arrays of days, and the labels of school years.

A day is `datetime64[D]` throughout; "no day" is NaT.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY = np.timedelta64(1, "D")
NEVER = np.datetime64("NaT", "D")


def add_months(days: Days, months: Any) -> Days:
    """The same day of the month so many months later, clipped to the month's last day (29 February gives 28)."""
    first = days.astype("datetime64[M]")
    target = first + np.asarray(months).astype("timedelta64[M]")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - DAY
    moved = target.astype("datetime64[D]") + (days - first.astype("datetime64[D]"))
    clipped: Days = np.minimum(moved, last)
    return clipped


def after(days: Any, n: Any) -> Days:
    """The day `n` whole days later (fractions are cut off; below 0: earlier)."""
    later: Days = np.asarray(days).astype("datetime64[D]") + np.asarray(n).astype(np.int64).astype("timedelta64[D]")
    return later


def year_of(days: Days) -> Ints:
    """Calendar year of each day."""
    years: Ints = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def month_of(days: Days) -> Ints:
    """Month of each day, 1 to 12."""
    months: Ints = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return months


def first_september(year: int) -> np.datetime64:
    return np.datetime64(f"{year}-09-01", "D")


def school_year(start_year: int) -> str:
    """Label of the school year that starts in `start_year`: 2025 gives 2025/26."""
    return f"{start_year}/{(start_year + 1) % 100:02d}"


def cohort_year(t0: Days) -> Ints:
    """Start year of the cohort: a first post from 1 August on belongs to the school year that begins next."""
    years: Ints = year_of(t0) - (month_of(t0) < 8)
    return years


def day_column(name: str, days: Days) -> pl.Series:
    """A Polars date column from days; NaT becomes null."""
    return pl.Series(name, days.astype("datetime64[ms]")).cast(pl.Date)


def days_of(column: pl.Series) -> Days:
    """The days of a Polars date column; null becomes NaT."""
    return column.cast(pl.Date).to_numpy().astype("datetime64[D]")
