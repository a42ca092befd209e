"""Careers as plain posts: what the retention oracle reads before it counts anybody.

Belongs here: the settings, month arithmetic, what was visible on the as-of date, posts and the last day each is
known to be held. The days that count at each level are in `level_days`, cohorts and counting in `retention_oracle`.
Written for clarity, one person and one day at a time, with the standard library only.

A world is a mapping from feed name to a list of rows (dicts) with the columns of the accepted feeds.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
World = Mapping[str, list[Row]]

REMOVING = frozenset({"died", "retired"})


@dataclass(frozen=True)
class Settings:
    """The values a steward may change; days, months, years and people as the names say."""

    gap_days: int = 120
    horizons: tuple[int, ...] = (12, 24, 36, 60)
    curve_months: int = 60
    lookback_years: int = 3
    teaching_since_days: int = 120
    diploma_months: int = 24
    proved_age: int = 25
    cohort_start: tuple[int, int] = (8, 1)
    same_post_days: int = 45
    leave_days: int = 1095
    minimum_n: int = 10
    entry_group: str = "teacher"
    teaching_groups: frozenset[str] = frozenset(
        {"teacher", "mentor", "school_leader", "college_lecturer", "university_lecturer"}
    )
    quarter_ends: tuple[tuple[int, int], ...] = ((3, 31), (8, 31), (10, 31), (12, 31))
    #: How many quarters, the last ones, and whether incidences are counted: both take long.
    quarters_n: int = 1
    with_incidence: bool = False
    pool_too_few: bool = True
    teaching_words: tuple[str, ...] = (
        "педагог", "учител", "мұғалім", "преподав", "оқытушы", "pedagog", "teach", "educat", "õpetaja", "pedagoogi"
    )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A world as it could be known at the end of `as_of`."""

    world: World
    as_of: date
    settings: Settings


@dataclass(frozen=True, eq=False)
class Post:
    """One post of one person. `last_day` is the last day it is known to be held, leave counted in.

    `is_open`: after `last_day` nothing is known of it.
    """

    institution_id: str
    group: str
    start: date
    last_day: date
    is_open: bool
    end_reasons: frozenset[str]
    rows: tuple[Row, ...]

    def load_on(self, day: date) -> Decimal:
        """Load (FTE) of the post on `day`: that of all its rows that run, an absent load being 0."""
        return sum((Decimal(str(row["load_fte"] or 0)) for row in self.rows if row["start_date"] <= day), Decimal())


@dataclass(frozen=True)
class Career:
    """Everything visible of one person: all rows, and the posts of the teaching groups."""

    person_id: str
    is_local: bool
    rows: tuple[Row, ...]
    posts: tuple[Post, ...]

    def last_held_day(self) -> date:
        return max(post.last_day for post in self.posts)

    def ends_in_removal(self) -> bool:
        """Whether the very last post, none held after it, ended with death or retirement."""
        last = self.last_held_day()
        return any(post.last_day == last and not post.is_open and post.end_reasons & REMOVING for post in self.posts)

    def removing_reason(self) -> str:
        """What ended it so; where registers disagree, death."""
        last = self.last_held_day()
        return min(
            reason
            for post in self.posts
            if post.last_day == last and not post.is_open
            for reason in post.end_reasons & REMOVING
        )


def add_months(day: date, months: int) -> date:
    """The same day of the month, clipped to the month's last day: 29 February + 12 months is 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def visible_rows(known: Known) -> dict[str, list[Row]]:
    """Staff rows by person as known on the as-of date: linked ids joined, later starts absent, later ends open."""
    links: dict[str, str] = {}
    for link in known.world.get("person_links", []):
        links[link["local_id"]] = min(link["person_id"], links.get(link["local_id"], link["person_id"]))
    people: dict[str, list[Row]] = defaultdict(list)
    for original in known.world["staff_employment"]:
        if original["start_date"] > known.as_of:
            continue
        row = dict(original)
        if row["person_id"] in links:
            row |= {"person_id": links[row["person_id"]], "person_is_local": False}
        if row["end_date"] is not None and row["end_date"] > known.as_of:
            # Who never came is known not to have come, whatever day stands as the end.
            row |= {"end_date": None, "end_reason": "not_started" if row["end_reason"] == "not_started" else None}
        row["confirmed_on"] = min(row["confirmed_on"], known.as_of)
        people[row["person_id"]].append(row)
    return people


def read_row(row: Row, others: Iterable[Row], settings: Settings) -> Post:
    """One row as a post by itself: until when it is known to be held, and what is known after that."""

    def post(last_day: date, is_open: bool, reasons: frozenset[str]) -> Post:
        place, group, start = row["institution_id"], row["position_group"], row["start_date"]
        return Post(place, group, start, max(last_day, start), is_open, reasons, (row,))

    def next_start(day: date) -> date | None:
        """First day from `day` on of a later row of the person, whatever its group."""
        starts = [other["start_date"] for other in others if other["start_date"] > row["start_date"]]
        return min((start for start in starts if start >= day), default=None)

    end = row["end_date"]
    if end is not None:
        reasons = frozenset({row["end_reason"] or "unknown"})
        if row["end_reason"] != "maternity":
            return post(end, False, reasons)
        leave_end, later = end + timedelta(settings.leave_days), next_start(end + timedelta(1))
        return post(leave_end if later is None else min(leave_end, later - timedelta(1)), False, reasons)

    confirmed = max(row["confirmed_on"], row["start_date"])
    if row["on_leave"] not in (None, "none"):
        leave_from, until = row["on_leave_from"] or confirmed, row["on_leave_until"]
        on_leave_when_last_seen = leave_from <= confirmed and (until is None or until >= confirmed)
        if on_leave_when_last_seen and next_start(leave_from) is None:
            cap = leave_from + timedelta(settings.leave_days - 1)
            if until is not None and until <= cap:
                return post(until, True, frozenset())
            return post(cap, False, frozenset({"leave_ran_out"}))
    return post(confirmed, True, frozenset())


def merge_posts(single: list[Post], settings: Settings) -> list[Post]:
    """Posts of one person, institution and group that start within the tolerance of one another are one post.

    The row known furthest says how the post ended; at a tie a stated end wins over an open row.
    """
    merged: list[Post] = []
    runs: dict[tuple[str, str], list[list[Post]]] = defaultdict(list)
    for post in sorted(single, key=lambda p: p.start):
        chain = runs[post.institution_id, post.group]
        if chain and (post.start - chain[-1][-1].start).days <= settings.same_post_days:
            chain[-1].append(post)
        else:
            chain.append([post])
    for run in (run for chain in runs.values() for run in chain):
        last = max(post.last_day for post in run)
        closing = [post for post in run if post.last_day == last and not post.is_open]
        merged.append(
            Post(
                run[0].institution_id,
                run[0].group,
                run[0].start,
                last,
                not closing,
                frozenset().union(*(post.end_reasons for post in closing)),
                tuple(row for post in run for row in post.rows),
            )
        )
    return sorted(merged, key=lambda p: (p.start, p.institution_id, p.group))


def read_careers(known: Known) -> list[Career]:
    """One career for each person with a visible row; posts never started are not posts."""
    settings = known.settings
    careers = []
    for person_id, rows in sorted(visible_rows(known).items()):
        started = [row for row in rows if row["end_reason"] != "not_started"]
        teaching = [row for row in started if row["position_group"] in settings.teaching_groups]
        posts = merge_posts([read_row(row, started, settings) for row in teaching], settings)
        is_local = all(row["person_is_local"] for row in rows)
        careers.append(Career(person_id, is_local, tuple(rows), tuple(posts)))
    return careers
