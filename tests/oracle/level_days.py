"""The days of a career that count at each level, for the retention oracle.

Belongs here: networks and successors, the day a person's window closes, and stretches of held days with gaps bridged.
Posts are in `career_days`, cohorts and counting in `retention_oracle`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from career_days import Career, Known, Post

LEVELS = ("workplace", "network", "profession")


@dataclass(frozen=True)
class Stretch:
    """Days held without a break at one level, bridged gaps included, and how far they can be read.

    `read_to`: the last of the days that an institution's window reaches. `window_end`: the window of those that report
    the last day. `is_lost`: a post of the level stands open and nobody vouches for it any more.
    """

    first: date
    last: date
    read_to: date
    window_end: date
    is_lost: bool

    def has_ended(self) -> bool:
        """Whether the end is an exit: one inside the window, since who holds a post on its last day is censored there."""
        return self.last < self.window_end and not self.is_lost


@dataclass(frozen=True)
class LevelDays:
    """The stretches of one level, for one person, from the first to the last."""

    stretches: tuple[Stretch, ...]

    def first(self) -> Stretch:
        return self.stretches[0]

    def latest(self, day: date) -> Stretch:
        """The stretch that holds on `day`, or the last one before it."""
        return [stretch for stretch in self.stretches if stretch.first <= day][-1]

    def is_held(self, day: date) -> bool:
        return day <= self.latest(day).last


def days_between(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(n) for n in range((last - first).days + 1))


def institution_confirmed(known: Known) -> dict[str, date]:
    """Last day each institution vouched for its staff: its full lists and cards, or any row where it never sent one."""
    full: dict[str, date] = {}
    any_row: dict[str, date] = {}
    for row in known.world["staff_employment"]:
        day = min(row["confirmed_on"], known.as_of)
        for found, counts in ((full, row["is_full_list"]), (any_row, True)):
            if counts:
                found[row["institution_id"]] = max(day, found.get(row["institution_id"], day))
    return any_row | full


def networks_on(known: Known, institution_id: str, day: date) -> frozenset[str]:
    """Clusters of which the institution is a member on `day`, by what was known on the as-of date."""
    return frozenset(
        member["cluster_id"]
        for member in known.world["cluster_members"]
        if member["institution_id"] == institution_id
        and member["joined_on"] <= min(day, known.as_of)
        and (member["left_on"] is None or day <= member["left_on"])
    )


def successor_since(known: Known, entry: str) -> dict[str, date]:
    """From which day each institution carries on `entry`, through chains; `entry` itself always did."""
    since = {entry: date.min}
    steps = [s for s in known.world.get("institution_successions", []) if s["succeeded_on"] <= known.as_of]
    for step in sorted(steps, key=lambda s: s["succeeded_on"]) * (len(steps) + 1):
        if step["old_id"] in since:
            day = max(since[step["old_id"]], step["succeeded_on"])
            since[step["new_id"]] = min(day, since.get(step["new_id"], day))
    return since


def level_days(known: Known, career: Career, entry: str, t0: date) -> dict[str, LevelDays]:
    """The held days of each level, bridged per level on the union of that level's days."""
    entry_networks = networks_on(known, entry, t0)
    successors = successor_since(known, entry)
    days: dict[str, dict[date, list[Post]]] = {level: defaultdict(list) for level in LEVELS}
    for post in career.posts:
        # Who was hired before the school joined stays outside, who was hired while it was a member stays inside.
        in_network = bool(networks_on(known, post.institution_id, post.start) & entry_networks)
        for day in days_between(post.start, min(post.last_day, known.as_of)):
            at_work = post.institution_id in successors and successors[post.institution_id] <= day
            for level, counts in (("workplace", at_work), ("network", at_work or in_network), ("profession", True)):
                if counts:
                    days[level][day].append(post)
    confirmed = institution_confirmed(known)
    return {level: LevelDays(tuple(stretches(known, days[level], confirmed))) for level in LEVELS}


def stretches(known: Known, held: Mapping[date, list[Post]], confirmed: Mapping[str, date]) -> Iterable[Stretch]:
    def window(post: Post) -> date:
        return confirmed[post.institution_id] - timedelta(known.settings.gap_days)

    bridged = bridge(set(held), known.settings.gap_days)
    for first in sorted(day for day in bridged if day - timedelta(1) not in bridged):
        last = first
        while last + timedelta(1) in bridged:
            last += timedelta(1)
        posts = {post for day, reported in held.items() if first <= day <= last for post in reported}
        earlier = {post for day, reported in held.items() if day <= last for post in reported}
        yield Stretch(
            first,
            last,
            read_to=max(min(post.last_day, last, window(post)) for post in posts),
            window_end=min(window(post) for post in held[last]),
            is_lost=any(post.is_open and post.last_day <= last for post in earlier),
        )


def bridge(days: set[date], gap_days: int) -> set[date]:
    """The days with every gap of at most `gap_days` filled; gap = next day held − last day held − 1."""
    filled = set(days)
    ordered = sorted(days)
    for before, after in pairwise(ordered):
        if 0 < (after - before).days - 1 <= gap_days:
            filled.update(days_between(before, after))
    return filled
