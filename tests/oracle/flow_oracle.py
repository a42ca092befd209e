"""A second way to the flows (RF): where each person of a cohort is on the horizon day, and who is on leave.

Belongs here: leaves and the flows. What became of a member at each level is told by `retention_oracle`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from career_days import Known, Post, Row, Settings, World, read_careers, read_row
from cohort_entry import Entrant, enter
from level_days import successor_since
from retention_oracle import employed_at, groups, horizon_day

FLOWS = (
    "stayed_at_work", "stayed_on_leave", "moved_network", "moved_outside", "left", "retired_or_died", "unknown",
)  # fmt: skip


@dataclass(frozen=True)
class FlowRow:
    """Grain: one row per cohort, segment, value, horizon and flow. A null count: not yet observed."""

    cohort_year: str
    segment: str
    segment_value: str
    horizon_months: int
    flow: str
    hired_n: int
    flow_n: int | None


def flows(world: World, as_of: date, settings: Settings | None = None) -> list[FlowRow]:
    """Every row of the flows that the world gives rise to on `as_of`."""
    known = Known(world, as_of, settings or Settings())
    entrants = [entrant for career in read_careers(known) if (entrant := enter(known, career)) is not None]
    return list(flow_rows(known, [entrant for entrant in entrants if entrant.started]))


def flow_rows(known: Known, entrants: list[Entrant]) -> Iterator[FlowRow]:
    window_end = known.as_of - timedelta(known.settings.gap_days)
    for months in known.settings.horizons:
        observed = []
        for cohort_year in sorted({entrant.cohort_year for entrant in entrants}):
            members = [entrant for entrant in entrants if entrant.cohort_year == cohort_year]
            is_observed = all(horizon_day(entrant, months) <= window_end for entrant in members)
            observed += members if is_observed else []
            yield from rows_of(known, cohort_year, months, members, is_observed)
        yield from rows_of(known, "all", months, observed, True)


def rows_of(
    known: Known, cohort_year: str, months: int, entrants: list[Entrant], is_observed: bool
) -> Iterator[FlowRow]:
    for segment, value, people in groups(entrants):
        counted = Counter(flow_of(known, entrant, horizon_day(entrant, months)) for entrant in people if is_observed)
        for flow in FLOWS:
            flow_n = counted[flow] if is_observed else None
            yield FlowRow(cohort_year, segment, value, months, flow, len(people), flow_n)


def flow_of(known: Known, entrant: Entrant, day: date) -> str:
    """The narrowest place where the person still is, and what is known of those who are nowhere."""
    nowhere = {"removed": "retired_or_died", "unknown": "unknown", "gone": "left"}
    if (outcome := employed_at(entrant, "profession", day)) != "retained":
        return nowhere[outcome]
    if employed_at(entrant, "workplace", day) == "retained":
        return "stayed_on_leave" if is_on_leave(known, entrant, day) else "stayed_at_work"
    return "moved_network" if employed_at(entrant, "network", day) == "retained" else "moved_outside"


def is_on_leave(known: Known, entrant: Entrant, day: date) -> bool:
    """Whether the person is on leave from every post held at the workplace on `day`. In a gap nobody is on leave."""
    successors = successor_since(known, entrant.institution_id)
    held = [
        post
        for post in entrant.career.posts
        if successors.get(post.institution_id, date.max) <= day and post.start <= day <= post.last_day
    ]
    return bool(held) and all(post_is_on_leave(known, entrant, post, day) for post in held)


def post_is_on_leave(known: Known, entrant: Entrant, post: Post, day: date) -> bool:
    """Whether every row of the post that runs on `day` is on leave then."""
    started = [row for row in entrant.career.rows if row["end_reason"] != "not_started"]
    running = [row for row in post.rows if row["start_date"] <= day <= read_row(row, started, known.settings).last_day]
    return bool(running) and all(row_is_on_leave(row, started, day, known.settings) for row in running)


def row_is_on_leave(row: Row, others: list[Row], day: date, settings: Settings) -> bool:
    """A leave that the row states, up to its limit, or the one that began when it was closed with maternity.

    Any later row of the person ends a leave: back at work, here or elsewhere.
    """
    until = None
    if row["end_reason"] == "maternity" and row["end_date"] is not None:
        first = row["end_date"] + timedelta(1)
    elif row["on_leave"] not in (None, "none"):
        first, until = row["on_leave_from"] or max(row["confirmed_on"], row["start_date"]), row["on_leave_until"]
    else:
        return False
    later = [other["start_date"] for other in others if other["start_date"] > row["start_date"]]
    ends = [start - timedelta(1) for start in later if start >= first]
    return first <= day <= min(until or date.max, first + timedelta(settings.leave_days - 1), *ends)
