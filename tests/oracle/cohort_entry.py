"""Who enters a cohort of the retention oracle, with the traits of the first day.

Belongs here: the first post, the cuts, the proof that a first post is one, and the segments of t0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from career_days import (
    Career,
    Known,
    Row,
    Settings,
    add_months,
    merge_posts,
    read_row,
)
from level_days import LevelDays, level_days, networks_on


@dataclass(frozen=True, eq=False)
class Entrant:
    """Somebody who entered a cohort, or (`started` false) was hired and never came."""

    career: Career
    t0: date
    cohort_year: str
    institution_id: str
    proved: bool
    segments: dict[str, tuple[str, ...]]
    started: bool
    levels: dict[str, LevelDays]


def enter(known: Known, career: Career) -> Entrant | None:
    """The person as a member of a cohort, or as one who never started, or None: a veteran, no teacher, or cut off."""
    settings = known.settings
    started = bool(career.posts)
    posts = list(career.posts)
    if not started:
        unstarted = [row for row in career.rows if row["end_reason"] == "not_started"]
        rows = [row for row in unstarted if row["position_group"] == settings.entry_group]
        posts = merge_posts([read_row(row | {"end_date": row["start_date"]}, [], settings) for row in rows], settings)
        if not posts:
            return None
    t0 = min(post.start for post in posts)
    on_t0 = [post for post in posts if post.start == t0 and post.group == settings.entry_group]
    if not on_t0:
        return None
    main = min(on_t0, key=lambda post: (-post.load_on(t0), post.institution_id))
    main_rows = [row for row in main.rows if row["start_date"] == t0]

    complete_from = registry_complete_from(known, min(row["_sender"] for row in main_rows))
    if complete_from is not None and t0 < complete_from:
        return None
    teaching_since = min((row["teaching_since"] for row in career.rows if row["teaching_since"]), default=None)
    if teaching_since is not None and (t0 - teaching_since).days > settings.teaching_since_days:
        return None

    proved = (
        teaching_since is not None
        or (complete_from is not None and add_months(complete_from, 12 * settings.lookback_years) <= t0)
        or any(diploma_is_fresh(diploma, t0, settings) for diploma in diplomas(known, career.person_id))
        or any(row["birth_year"] and t0.year - row["birth_year"] <= settings.proved_age for row in career.rows)
    )
    networks = networks_on(known, main.institution_id, t0)
    segments = {
        "all": ("all",),
        "cluster": tuple(sorted(networks)) or ("none",),
        "in_network_at_entry": ("yes" if networks else "no",),
        "first_post": ("proved" if proved else "unproved",),
        "sex": (next((row["sex"] for row in main_rows if row["sex"]), "unknown"),),
    }
    levels = level_days(known, career, main.institution_id, t0) if started else {}
    return Entrant(career, t0, cohort_of(t0, settings), main.institution_id, proved, segments, started, levels)


def cohort_of(t0: date, settings: Settings) -> str:
    """`2025/26`: a start from August on is of the school year that begins next."""
    year = t0.year if (t0.month, t0.day) >= settings.cohort_start else t0.year - 1
    return f"{year}/{(year + 1) % 100:02d}"


def registry_complete_from(known: Known, sender: str) -> date | None:
    return next((row["registry_complete_from"] for row in known.world["senders"] if row["sender"] == sender), None)


def diplomas(known: Known, person_id: str) -> Iterator[Row]:
    local_ids = {link["local_id"] for link in known.world.get("person_links", []) if link["person_id"] == person_id}
    for diploma in known.world.get("qualifications", []):
        if diploma["person_id"] == person_id or diploma["person_id"] in local_ids:
            yield diploma


def diploma_is_fresh(diploma: Row, t0: date, settings: Settings) -> bool:
    """A teaching diploma; where only the year is known it is taken to be as old as it can be.

    The level does not tell: that of `higher education` holds one of the words.
    """
    words = " ".join(diploma.get(column) or "" for column in ("field", "document")).lower()
    if not any(word in words for word in settings.teaching_words):
        return False
    awarded = diploma["awarded_on"] or date(diploma["awarded_year"], 1, 1)
    return add_months(t0, -settings.diploma_months) <= awarded <= t0
