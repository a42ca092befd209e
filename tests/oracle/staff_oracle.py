"""A second, independent way to the figures of all staff: who finished the school year (RY) and who left in it (RT).

Belongs here: stretches of posts at one institution, what became of each in a school year, and the counting. Days and levels
are in `level_days`, posts in `career_days`. Person by person and day by day, with the standard library only.

Who teaches at two institutions is counted at each. A stretch is followed as a member of a cohort is in `retention_oracle`, with
its institution for the entry institution and 1 September for the first day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from career_days import Career, Known, Post, Settings, World, read_careers
from cohort_entry import registry_complete_from
from level_days import (
    LEVELS,
    LevelDays,
    bridge,
    days_between,
    institution_confirmed,
    networks_on,
    stretches,
    successor_since,
)

ONE_DAY = timedelta(1)
LAST_SCHOOL_DAY = (5, 25)


@dataclass(frozen=True)
class FinishRow:
    """Grain: one row per school year, level, segment and value. Null counts: not yet observed."""

    school_year: str
    level: str
    segment: str
    segment_value: str
    in_post_n: int
    finished_n: int | None
    unknown_n: int | None
    removed_n: int | None
    finish_share: float | None


@dataclass(frozen=True)
class TurnoverRow:
    """Grain: one row per school year, level, segment and value. Null counts: not yet observed."""

    school_year: str
    level: str
    segment: str
    segment_value: str
    headcount_value: float | None
    exits_n: int | None
    unknown_n: int | None
    removed_n: int | None
    unread_n: int | None
    turnover_value: float | None


@dataclass(frozen=True)
class Stay:
    """A stretch of days at one institution, bridged gaps included, in one school year."""

    career: Career
    first: date
    last: date
    begins: date
    levels: dict[str, LevelDays]
    window: date
    is_open: bool
    segments: dict[str, tuple[str, ...]]

    @property
    def finish(self) -> date:
        return date(self.begins.year + 1, *LAST_SCHOOL_DAY)

    @property
    def next_begins(self) -> date:
        return date(self.begins.year + 1, 9, 1)

    def is_in_post(self) -> bool:
        return self.first <= self.begins <= self.last

    def is_read(self) -> bool:
        """Whether it is known of each day of the year whether the post was held: the institution's window goes a day beyond
        it, and no post that nobody vouches for any more could have gone on in it."""
        return self.window >= self.next_begins and (self.last >= self.next_begins - ONE_DAY or not self.is_open)

    def month_starts(self) -> int:
        days = [date(self.begins.year + (month < 9), month, 1) for month in range(1, 13)]
        return sum(self.first <= day <= self.last for day in days)

    def is_local(self, level: str) -> bool:
        return self.career.is_local and level != "workplace"

    def is_removal(self) -> bool:
        """Whether the career ended with this stretch, by retirement or death."""
        return self.career.ends_in_removal() and self.career.last_held_day() == self.last

    def finished(self, level: str) -> str:
        """finished, gone, unknown or removed on the last school day."""
        day, career = self.finish, self.levels["profession"].stretches[-1]
        if self.career.ends_in_removal() and career.last < min(day, career.window_end):
            return "removed"
        if day <= self.levels["profession"].latest(day).read_to:
            held = self.levels[level].is_held(day)
            return "finished" if held else "unknown" if self.is_local(level) else "gone"
        for wider in LEVELS[LEVELS.index(level) :]:
            latest = self.levels[wider].latest(day)
            if latest.has_ended() and latest.last < day <= latest.window_end and not self.is_local(wider):
                return "gone"
        return "unknown"

    def exit(self, level: str) -> str:
        """stays, left or unknown: whether the level is left in the year when the stretch ends."""
        if self.is_open or self.last >= self.next_begins or self.levels[level].latest(self.last).last > self.last:
            return "stays"
        if self.is_removal() or level == "workplace":
            return "left"
        return "unknown" if self.is_local(level) or self.levels[level].latest(self.last).is_lost else "left"


def staff(
    world: World, as_of: date, years: range, settings: Settings | None = None
) -> tuple[list[FinishRow], list[TurnoverRow]]:
    """Every row of RY and RT of the school years that begin in `years`, as known on `as_of`."""
    known = Known(world, as_of, settings or Settings())
    window_end = as_of - timedelta(known.settings.gap_days)
    confirmed = institution_confirmed(known)
    careers = read_careers(known)
    by_year: dict[int, list[Stay]] = defaultdict(list)
    for stay in (stay for career in careers for stay in stays_of(known, career, confirmed)):
        by_year[stay.begins.year].append(stay)
    finishes: list[FinishRow] = []
    turnovers: list[TurnoverRow] = []
    for year in years:
        for segment in ("all", "cluster", "sex"):
            for value in sorted({value for stay in by_year[year] for value in stay.segments[segment]}):
                here = [stay for stay in by_year[year] if value in stay.segments[segment]]
                for level in LEVELS:
                    key = (f"{year}/{(year + 1) % 100:02d}", level, segment, value)
                    finishes.append(finish_row(key, here, window_end))
                    turnovers.append(turnover_row(key, here, window_end))
    return finishes, turnovers


def stays_of(known: Known, career: Career, confirmed: Mapping[str, date]) -> Iterator[Stay]:
    """The stretches of a career, in each school year that they touch."""
    sexes = {row["sex"] for row in career.rows if row["sex"]}
    sex = min(sexes) if len(sexes) == 1 else "unknown"
    levels = Levels(known, career, confirmed)
    for institution_id in sorted({post.institution_id for post in career.posts}):
        posts = [post for post in career.posts if post.institution_id == institution_id]
        for first, last in runs(known, posts):
            within = [post for post in posts if first <= post.start <= last]
            complete_from = registry_complete_from(known, sender_of(within, first)) or date.min
            seen_from_here = levels.of(institution_id, last)
            for year in range(first.year - 1, last.year + 1):
                begins = date(year, 9, 1)
                if first >= date(year + 1, 9, 1) or last < begins or begins < complete_from:
                    continue
                networks = networks_on(known, institution_id, begins)
                yield Stay(
                    career=career,
                    first=first,
                    last=last,
                    begins=begins,
                    levels=seen_from_here,
                    window=confirmed[institution_id] - timedelta(known.settings.gap_days),
                    is_open=any(post.is_open for post in within),
                    segments={"all": ("all",), "cluster": tuple(sorted(networks)) or ("none",), "sex": (sex,)},
                )


def sender_of(posts: list[Post], first: date) -> str:
    return min(row["_sender"] for post in posts for row in post.rows if row["start_date"] == first)


def runs(known: Known, posts: list[Post]) -> Iterator[tuple[date, date]]:
    """First and last days of the stretches that posts make together."""
    held = {day for post in posts for day in days_between(post.start, min(post.last_day, known.as_of))}
    bridged = bridge(held, known.settings.gap_days)
    starts = sorted(day for day in bridged if day - ONE_DAY not in bridged)
    ends = sorted(day for day in bridged if day + ONE_DAY not in bridged)
    yield from zip(starts, ends, strict=True)


class Levels:
    """The days held at each level by one person, seen from one institution or another. The same posts give the same days."""

    def __init__(self, known: Known, career: Career, confirmed: Mapping[str, date]) -> None:
        self.known, self.career, self.confirmed = known, career, confirmed
        self.told: dict[frozenset[tuple[Post, date]], LevelDays] = {}

    def of(self, institution_id: str, last: date) -> dict[str, LevelDays]:
        """Days at the institution or a successor, at a school of the clusters it was in on `last`, and anywhere.

        A school is of a cluster if it was a member on the first day of the post, or on the day after `last`.
        """
        networks = networks_on(self.known, institution_id, last)
        successors = successor_since(self.known, institution_id)
        counts: dict[str, set[tuple[Post, date]]] = {level: set() for level in LEVELS}
        for post in self.career.posts:
            counts["profession"].add((post, post.start))
            joined = [networks_on(self.known, post.institution_id, day) for day in (post.start, last + ONE_DAY)]
            if any(clusters & networks for clusters in joined):
                counts["network"].add((post, post.start))
            if post.institution_id in successors:
                carried_on = (post, max(post.start, successors[post.institution_id]))
                counts["workplace"].add(carried_on)
                counts["network"].add(carried_on)
        return {level: self.days(frozenset(counts[level])) for level in LEVELS}

    def days(self, counts: frozenset[tuple[Post, date]]) -> LevelDays:
        """Days of posts, each from the day it counts."""
        if counts not in self.told:
            held: dict[date, list[Post]] = defaultdict(list)
            for post, start in sorted(counts, key=lambda counted: (counted[0].start, counted[0].institution_id)):
                for day in days_between(start, min(post.last_day, self.known.as_of)):
                    held[day].append(post)
            self.told[counts] = LevelDays(tuple(stretches(self.known, held, self.confirmed)))
        return self.told[counts]


def finish_row(key: tuple[str, str, str, str], stays: list[Stay], window_end: date) -> FinishRow:
    in_post = [stay for stay in stays if stay.is_in_post()]
    if not stays or stays[0].finish > window_end:
        return FinishRow(*key, len(in_post), None, None, None, None)
    found = [stay.finished(key[1]) for stay in in_post]
    finished, base = found.count("finished"), found.count("finished") + found.count("gone")
    share = float(Fraction(finished, base)) if base else None
    return FinishRow(*key, len(in_post), finished, found.count("unknown"), found.count("removed"), share)


def turnover_row(key: tuple[str, str, str, str], stays: list[Stay], window_end: date) -> TurnoverRow:
    if not stays or stays[0].next_begins > window_end:
        return TurnoverRow(*key, None, None, None, None, None, None)
    read = [stay for stay in stays if stay.is_read()]
    found = [(stay.exit(key[1]), stay.is_removal()) for stay in read]
    exits = sum(exit_ == "left" for exit_, _ in found)
    removed = sum(exit_ == "left" and removal for exit_, removal in found)
    unknown = sum(exit_ == "unknown" for exit_, _ in found)
    headcount = Fraction(sum(stay.month_starts() for stay in read), 12)
    value = float(exits / headcount) if headcount else None
    return TurnoverRow(*key, float(headcount), exits, unknown, removed, len(stays) - len(read), value)
