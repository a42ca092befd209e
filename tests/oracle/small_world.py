"""Short ways to write a world by hand, and to ask the oracle for one figure of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from career_days import Row, World
from retention_oracle import CurveRow, IndexRow, Settings, retention

# 29 December 2025 less 120 days (29 in December, 30, 31 and 30 in the months before it) is 31 August 2025.
AS_OF = date(2025, 12, 29)
WINDOW_END = date(2025, 8, 31)


def day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


def post(person: str, institution: str, start: str, end: str | None = None, **columns: Any) -> Row:
    """One row of staff_employment: a teacher at full load, vouched for up to the as-of date unless said otherwise."""
    row: Row = {
        "person_id": person,
        "institution_id": institution,
        "position": "teacher",
        "start_date": day(start),
        "end_date": day(end),
        "position_group": "teacher",
        "load_fte": 1,
        "end_reason": None if end is None else "resigned",
        "confirmed_on": AS_OF,
        "teaching_since": None,
        "on_leave": None,
        "on_leave_from": None,
        "on_leave_until": None,
        "birth_year": None,
        "sex": None,
        "person_is_local": False,
        "is_full_list": True,
        "_sender": "registry",
    }
    return row | {name: day(value) if name in DATES else value for name, value in columns.items()}


DATES = {"confirmed_on", "teaching_since", "on_leave_from", "on_leave_until"}


def world(*posts: Row, **feeds: list[Row]) -> World:
    """Schools A and B are members of cluster K for good, C and D of none, unless `cluster_members` says otherwise."""
    return {
        "staff_employment": list(posts),
        "cluster_members": [member("A"), member("B")],
        "institution_successions": [],
        "person_links": [],
        "qualifications": [],
        "senders": [{"sender": "registry", "registry_complete_from": None}],
    } | feeds


def member(institution: str, joined: str = "2010-01-01", left: str | None = None, cluster: str = "K") -> Row:
    return {"cluster_id": cluster, "institution_id": institution, "joined_on": day(joined), "left_on": day(left)}


def succession(old: str, new: str, on: str) -> Row:
    return {"old_id": old, "new_id": new, "succeeded_on": day(on)}


def index(
    of: World, months: int, segment: str = "all", value: str = "all", cohort: str = "2019/20", **how: Any
) -> dict[tuple[str, str], IndexRow]:
    """Rows of the index by (level, estimand) for one cohort, segment value and horizon."""
    result = retention(of, how.get("as_of", AS_OF), how.get("settings") or Settings())
    return {
        (row.level, row.estimand): row
        for row in result.index
        if (row.cohort_year, row.segment, row.segment_value, row.horizon_months) == (cohort, segment, value, months)
    }


def fate(of: World, months: int, **how: Any) -> dict[str, str]:
    """What became of the only person: `employed_at/continuous` by level, each a letter of r, g, u, x (removed)."""
    rows = index(of, months, **how)
    letters = {key: letter(row) for key, row in rows.items()}
    return {level: f"{letters[level, 'employed_at']}/{letters[level, 'continuous']}" for level, _ in rows}


def letter(row: IndexRow) -> str:
    assert row.hired_n == 1
    counts = (row.retained_n, row.unknown_n, row.removed_n, 1)
    return "ruxg"[counts.index(1)]


def same(at_every_level: str) -> dict[str, str]:
    return dict.fromkeys(("workplace", "network", "profession"), at_every_level)


def curve(of: World, level: str, cohort: str = "2019/20", settings: Settings | None = None) -> dict[int, CurveRow]:
    """Rows of the curve by month, for segment `all`."""
    rows = retention(of, AS_OF, settings).curve
    return {row.month: row for row in rows if (row.cohort_year, row.level, row.segment) == (cohort, level, "all")}


def left_in(of: World, level: str, **how: Any) -> int | None:
    """Month in which somebody left at the level; None where nobody did."""
    return next((month for month, row in curve(of, level, **how).items() if row.left_n), None)


def censored_after(of: World, level: str, **how: Any) -> int | None:
    """Last month at risk of whoever is censored; None where nobody is."""
    return next((month for month, row in curve(of, level, **how).items() if row.censored_n), None)
