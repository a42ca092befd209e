"""A second, independent way to the retention figures, to hold against the marts.

`retention(world, as_of)` reads a small world of plain rows and counts person by person, with exact fractions.
Belongs here: what became of each member of a cohort, and the counting. Posts are in `career_days`, days in
`level_days`, who is a member in `cohort_entry`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from career_days import Known, Settings, World, add_months, read_careers
from cohort_entry import Entrant, enter
from incidence_oracle import aalen_johansen, first_event
from level_days import LEVELS

__all__ = ["CurveRow", "IndexRow", "Result", "Settings", "retention"]

ESTIMANDS = ("employed_at", "continuous")
SEGMENTS = ("all", "cluster", "in_network_at_entry", "first_post", "sex")


@dataclass(frozen=True)
class IndexRow:
    """Grain: one row per cohort, level, estimand, segment, value and horizon. Null counts: not yet observed."""

    cohort_year: str
    level: str
    estimand: str
    segment: str
    segment_value: str
    horizon_months: int
    hired_n: int
    retained_n: int | None
    unknown_n: int | None
    removed_n: int | None
    unproved_n: int
    never_started_n: int
    institutions_n: int
    cohorts_n: int
    index_share: float | None
    status: str


@dataclass(frozen=True)
class CurveRow:
    """Grain: one row per cohort, level, segment, value and month since hire, month 0 included."""

    cohort_year: str
    level: str
    segment: str
    segment_value: str
    month: int
    at_risk_n: int
    left_n: int
    censored_n: int
    survival_share: float | None
    survival_se: float | None
    status: str


@dataclass(frozen=True)
class IncidenceRow:
    """Grain: one row per cohort, level, segment, value, month since hire and cause."""

    cohort_year: str
    level: str
    segment: str
    segment_value: str
    month: int
    cause: str
    at_risk_n: int
    cause_n: int
    incidence_share: float
    incidence_se: float
    event_free_share: float


@dataclass(frozen=True)
class Result:
    index: list[IndexRow]
    curve: list[CurveRow]
    incidence: list[IncidenceRow]


def retention(world: World, as_of: date, settings: Settings | None = None) -> Result:
    """Every row of the index and of the curve that the world gives rise to on `as_of`."""
    known = Known(world, as_of, settings or Settings())
    entrants = [entrant for career in read_careers(known) if (entrant := enter(known, career)) is not None]
    return Result(
        list(index_rows(known, entrants)), list(curve_rows(known, entrants)), list(incidence_rows(known, entrants))
    )


# What became of them


def employed_at(entrant: Entrant, level: str, day: date) -> str:
    """retained, gone, unknown or removed on `day`.

    Where some institution reports a post of the person on the day, the person is known at every level, so that those who
    stayed, moved and left add up. Where none does, who has left a level inside its window is gone from it, and from the
    narrower ones, as far as the window goes: beyond it nobody is followed, leavers as little as stayers.
    """
    if is_removed(entrant, day):
        return "removed"
    local = entrant.career.is_local and level != "workplace"
    if day <= entrant.levels["profession"].latest(day).read_to:
        return "retained" if entrant.levels[level].is_held(day) else "unknown" if local else "gone"
    for wider in LEVELS[LEVELS.index(level) :]:
        latest = entrant.levels[wider].latest(day)
        out_of_sight = entrant.career.is_local and wider != "workplace"
        if latest.has_ended() and latest.last < day <= latest.window_end and not out_of_sight:
            return "gone"
    return "unknown"


def continuous(entrant: Entrant, level: str, day: date) -> str:
    """As `employed_at`, for never having left the level up to `day`: the first exit decides, as it does in the curve.

    Who has left a wider level has left this one.
    """
    exits = [wider for wider in LEVELS[LEVELS.index(level) :] if first_exit_is_known(entrant, wider, day)]
    if any(not exit_is_removal(entrant, wider) for wider in exits):
        return "gone"
    if level in exits:
        return "removed"
    on_the_day = employed_at(entrant, level, day)
    if on_the_day == "retained" and entrant.levels[level].first().last < day:
        return "unknown"
    return on_the_day


def first_exit_is_known(entrant: Entrant, level: str, day: date) -> bool:
    first = entrant.levels[level].first()
    return first.last < day and first.has_ended() and not (entrant.career.is_local and level != "workplace")


def is_removed(entrant: Entrant, day: date) -> bool:
    """Died or retired before `day` and inside the window, with no post held after."""
    last = entrant.levels["profession"].stretches[-1]
    return entrant.career.ends_in_removal() and last.last < min(day, last.window_end)


def exit_is_removal(entrant: Entrant, level: str) -> bool:
    career = entrant.career
    return career.ends_in_removal() and entrant.levels[level].first().last == career.last_held_day()


def followed_months(entrant: Entrant, level: str) -> tuple[int, bool] | None:
    """Last whole month at risk and whether the person left in it; None: not at risk even in month 0."""
    first, t0 = entrant.levels[level].first(), entrant.t0
    out_of_sight = entrant.career.is_local and level != "workplace"
    if first.has_ended() and not exit_is_removal(entrant, level) and not out_of_sight:
        exit_month = next(j for j in range(1, 2400) if first.last + timedelta(1) <= add_months(t0, j))
        followed = next(j for j in range(2400) if add_months(t0, j + 1) > first.window_end)
        return (exit_month, True) if exit_month <= followed else (followed, False)
    if first.read_to < t0:
        return None
    return next(j for j in range(2400) if add_months(t0, j + 1) > first.read_to), False


# Counting


def groups(entrants: list[Entrant]) -> Iterator[tuple[str, str, list[Entrant]]]:
    for segment in SEGMENTS:
        for value in sorted({value for entrant in entrants if entrant.started for value in entrant.segments[segment]}):
            yield segment, value, [entrant for entrant in entrants if value in entrant.segments[segment]]


def horizon_day(entrant: Entrant, months: int) -> date:
    return add_months(entrant.t0, months)


def index_rows(known: Known, entrants: list[Entrant]) -> Iterator[IndexRow]:
    window_end = known.as_of - timedelta(known.settings.gap_days)
    cohorts = sorted({entrant.cohort_year for entrant in entrants})
    for months in known.settings.horizons:
        observed = []
        for cohort_year in cohorts:
            members = [entrant for entrant in entrants if entrant.cohort_year == cohort_year]
            # A cohort waits for those who came; where nobody did, for those who were to.
            awaited = [member for member in members if member.started] or members
            is_observed = all(horizon_day(member, months) <= window_end for member in awaited)
            rows = list(rows_of(known, cohort_year, months, members, is_observed))
            yield from rows
            is_ok = all(row.status == "ok" for row in rows if row.segment == "all")
            if is_observed and (known.settings.pool_too_few or is_ok):
                observed += members
        yield from rows_of(known, "all", months, observed, True)
        for quarter, last in list(quarters(known.settings, window_end))[-known.settings.quarters_n :]:
            first = add_months(last, -12)
            rolling = [entrant for entrant in entrants if first < horizon_day(entrant, months) <= last]
            if rolling:
                yield from rows_of(known, quarter, months, rolling, True)


def quarters(settings: Settings, window_end: date) -> Iterator[tuple[str, date]]:
    """Quarters of school years, as 2025/26-Q1, with their last days, up to the last that can be read."""
    for year in range(window_end.year - 15, window_end.year + 1):
        for month, day in settings.quarter_ends:
            last = date(year, month, day)
            start = year - (month < 9)
            term = {10: 1, 12: 2, 3: 3, 8: 4}[month]
            if last <= window_end:
                yield f"{start}/{(start + 1) % 100:02d}-Q{term}", last


def rows_of(
    known: Known, cohort_year: str, months: int, entrants: list[Entrant], is_observed: bool
) -> Iterator[IndexRow]:
    outcomes: tuple[tuple[str, Callable[[Entrant, str, date], str]], ...] = (
        ("employed_at", employed_at),
        ("continuous", continuous),
    )
    for segment, value, people in groups(entrants):
        hired = [entrant for entrant in people if entrant.started]
        for level in LEVELS:
            for estimand, outcome_of in outcomes:
                row = IndexRow(
                    cohort_year, level, estimand, segment, value, months,
                    hired_n=len(hired),
                    retained_n=None, unknown_n=None, removed_n=None,
                    unproved_n=sum(not entrant.proved for entrant in hired),
                    never_started_n=len(people) - len(hired),
                    institutions_n=len({entrant.institution_id for entrant in hired}),
                    cohorts_n=len({entrant.cohort_year for entrant in hired}),
                    index_share=None,
                    status="not_yet_observed",
                )  # fmt: skip
                if is_observed:
                    found = [outcome_of(entrant, level, horizon_day(entrant, months)) for entrant in hired]
                    retained, base = found.count("retained"), found.count("retained") + found.count("gone")
                    row = replace(
                        row,
                        retained_n=retained,
                        unknown_n=found.count("unknown"),
                        removed_n=found.count("removed"),
                        index_share=float(Fraction(retained, base)) if base else None,
                        status="ok" if base >= known.settings.minimum_n else "too_few",
                    )
                yield row


def curve_rows(known: Known, entrants: list[Entrant]) -> Iterator[CurveRow]:
    cohorts = sorted({entrant.cohort_year for entrant in entrants if entrant.started})
    for cohort_year in [*cohorts, "all"]:
        members = [entrant for entrant in entrants if cohort_year in (entrant.cohort_year, "all")]
        for segment, value, people in groups(members):
            for level in LEVELS:
                followed = [followed_months(entrant, level) for entrant in people if entrant.started]
                for month in kaplan_meier(known, [person for person in followed if person is not None]):
                    yield CurveRow(cohort_year, level, segment, value, *month)


def incidence_rows(known: Known, entrants: list[Entrant]) -> Iterator[IncidenceRow]:
    if not known.settings.with_incidence:
        return
    cohorts = sorted({entrant.cohort_year for entrant in entrants if entrant.started})
    for cohort_year in [*cohorts, "all"]:
        members = [entrant for entrant in entrants if cohort_year in (entrant.cohort_year, "all")]
        for segment, value, people in groups(members):
            for level in LEVELS:
                events = [first_event(entrant, level) for entrant in people if entrant.started]
                told = [event for event in events if event is not None]
                for row in aalen_johansen(level, told, known.settings.curve_months):
                    yield IncidenceRow(cohort_year, level, segment, value, *row)


def kaplan_meier(
    known: Known, followed: list[tuple[int, bool]]
) -> Iterator[tuple[int, int, int, int, float | None, float | None, str]]:
    """month, at_risk_n, left_n, censored_n, survival_share, survival_se, status for each month from 0 on."""
    survival, variance = Fraction(1), Fraction(0)
    known_so_far = True
    for month in range(known.settings.curve_months + 1):
        at_risk = sum(last >= month for last, _ in followed)
        left = sum(last == month and is_exit for last, is_exit in followed)
        censored = sum(last == month and not is_exit for last, is_exit in followed)
        if at_risk == 0 and survival > 0:
            known_so_far = False
        if left:
            survival *= 1 - Fraction(left, at_risk)
            variance += Fraction(left, at_risk * (at_risk - left)) if at_risk > left else 0
        status = "ok" if at_risk >= known.settings.minimum_n else "too_few"
        if known_so_far:
            yield month, at_risk, left, censored, float(survival), float(survival) * math.sqrt(variance), status
        else:
            yield month, 0, 0, 0, None, None, "not_yet_observed"
