"""What a row must do to keep a business rule, as building blocks.

A rule sees a row whose enumerations are codes and whose booleans are true or false, all still text. Like a database it
holds a rule against nobody who left out what it asks about, unless the rule is about leaving out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from simulated_files import day, moment, number

Row = dict[str, str | None]
Keeps = Callable[[Row], bool]
RANKS = ["none", "pedagogue", "moderator", "expert", "researcher", "master"]


def in_order(first: str, then: str, *, strictly: bool = False) -> Keeps:
    def keeps(row: Row) -> bool:
        begins, ends = (day(row.get(name) or "") for name in (first, then))
        return begins is None or ends is None or begins < ends or (begins == ends and not strictly)

    return keeps


def moments_in_order(first: str, then: str) -> Keeps:
    def keeps(row: Row) -> bool:
        begins, ends = (moment(row.get(name) or "") for name in (first, then))
        return begins is None or ends is None or begins <= ends

    return keeps


def at_most(less: str, more: str) -> Keeps:
    def keeps(row: Row) -> bool:
        small, large = (number(row.get(name) or "") for name in (less, more))
        return small is None or large is None or small <= large

    return keeps


def needs(name: str, *others: str) -> Keeps:
    """What is given needs the others."""
    return lambda row: row.get(name) is None or all(row.get(other) is not None for other in others)


def one_of(*names: str) -> Keeps:
    return lambda row: any(row.get(name) is not None for name in names)


def differs(name: str, other: str) -> Keeps:
    return lambda row: row.get(name) is None or row.get(other) is None or row[name] != row[other]


def together(name: str, other: str) -> Keeps:
    return lambda row: (row.get(name) is None) == (row.get(other) is None)


def years_follow(name: str) -> Keeps:
    def keeps(row: Row) -> bool:
        text = row.get(name) or ""
        if len(text) < 7 or not (text[:4] + text[5:7]).isdigit():
            return True
        return int(text[5:7]) == (int(text[:4]) + 1) % 100

    return keeps


def within_year(name: str) -> Keeps:
    def keeps(row: Row) -> bool:
        text, told = row.get("school_year") or "", day(row.get(name) or "")
        if told is None or not text[:4].isdigit():
            return True
        begins = int(text[:4])
        return date(begins, 9, 1) <= told <= date(begins + 1, 8, 31)

    return keeps


def age_fits(row: Row) -> bool:
    born, begins = row.get("birth_year"), (row.get("school_year") or "")[:4]
    return born is None or not born.isdigit() or not begins.isdigit() or 4 <= int(begins) - int(born) <= 25


def rises(row: Row, passed: str) -> bool:
    if row.get("passed") != passed or row.get("category_from") not in RANKS or row.get("category_to") not in RANKS:
        return True
    before, now = RANKS.index(row["category_from"] or ""), RANKS.index(row["category_to"] or "")
    return now <= before if passed == "false" else now >= before


def parties(row: Row) -> bool:
    return (
        row.get("parties") is None
        or len({name.strip() for name in (row["parties"] or "").split(";") if name.strip()}) > 1
    )


def value_fits(row: Row) -> bool:
    allowed = {"C2": {"high", "medium", "low"}, "C4": {"deep", "surface", "none"}}.get(row["item"] or "", {"yes", "no"})
    return row.get("value") is None or row["value"] in allowed


def due_in_year(row: Row) -> bool:
    due, year = day(row.get("due_on") or ""), number(row.get("budget_year") or "")
    return due is None or year is None or year <= due.year <= year + 1


def weeks_fit(row: Row) -> bool:
    begins, ends, weeks = day(row.get("starts_on") or ""), day(row.get("ends_on") or ""), number(row.get("weeks") or "")
    return begins is None or ends is None or weeks is None or float(weeks) <= (ends - begins).days / 7 + 1


def mark_fits(row: Row) -> bool:
    mark, scale = number(row.get("mentor_mark") or ""), number(row.get("mark_scale") or "")
    return mark is None or scale is None or (1 if scale == 10 else 0) <= mark <= scale


def payment(row: Row) -> bool:
    return not number(row.get("paid_kzt") or "") or row.get("paid_on") is not None


def scale_widens(row: Row) -> bool:
    low, high = number(row.get("scale_min") or ""), number(row.get("scale_max") or "")
    return low is None or high is None or high > low


def on_scale(row: Row) -> bool:
    low, high, bound = (number(row.get(name) or "") for name in ("scale_min", "scale_max", "threshold"))
    return low is None or high is None or bound is None or low <= bound <= high


def refused_or(name: str) -> Keeps:
    return lambda row: row.get(name) is not None or row.get("mentor_refused") == "true"
