"""One row that shows how a form is filled in. It is made from the contract, and no rule finds anything wrong with it.

Its persons cannot be anybody: they are born on the first day of 1900. Its institutions are registered in that month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

import numpy as np

from bilimkoz.connection import connect
from bilimkoz.form import patterns, seeds
from bilimkoz.sql import identifier, literal
from bilimkoz.texts import say
from ingest.contract import Column, Contract, contract
from ingest.simulate import identifiers

_BORN = np.array(["1900-01-01"], "datetime64[D]")
_DAYS = (date(2025, 9, 1), date(2025, 11, 10), date(2026, 1, 15), date(2026, 3, 20), date(2026, 5, 25))
_MORNING = time(9)
#: What comes first for a number of a unit, where its bounds let it.
_NUMBERS = {
    "n": 12, "hours": 18, "minutes": 45, "weeks": 4, "kzt": 150_000, "credits": 5, "fte": 1, "year": 2025, "indicator": 0.6,
}  # fmt: skip
_OTHER_NUMBERS = (4, 10, 100, 1, 0)
_TRIED_N = 4
#: What an identifier tells by itself.
_TOLD_BY_IDENTIFIER = ("birth_year",)
_IS_CODE = re.compile(r"(\w+?)_(?:id|code)")


def row(feed: Contract, language: str) -> dict[str, Any]:
    """Values by column: codes of enumerations, true and false, days and moments, numbers, texts; None for an empty cell."""
    columns = [column for column in feed.columns if column.privacy != "drop"]
    tried = {column.name: _tried(feed, column, language) for column in columns}
    ruled = [
        column
        for column in columns
        if any(re.search(rf"\b{re.escape(column.name)}\b", rule.sql) for rule in feed.rules)
    ]
    chosen = dict.fromkeys(tried, 0) | (_choose(feed, ruled, tried) if ruled else {})
    return {column.name: tried[column.name][chosen[column.name]] for column in columns if not column.made_from}


def _choose(feed: Contract, ruled: list[Column], tried: dict[str, list[Any]]) -> dict[str, int]:
    """Which of the values that are tried hold every rule together; the first ones where they may.

    Another day is a smaller change than another answer.
    """
    sources, cost = [], []
    for number, column in enumerate(ruled):
        rows = ", ".join(f"({at}, {_sql(column, value)})" for at, value in enumerate(tried[column.name]))
        sources.append(f"(values {rows}) t{number}(at{number}, {identifier(column.name)})")
        cost.append(f"at{number} * {1 if column.type in ('date', 'timestamp') else 2}")
    rules = " and ".join(f"coalesce({rule.sql}, true)" for rule in feed.rules)
    places = ", ".join(f"at{number}" for number in range(len(ruled)))
    with connect(None) as connection:
        found = connection.execute(
            f"select {places} from {', '.join(sources)} where {rules} order by {' + '.join(cost)}, {places} limit 1"
        ).fetchone()
    if found is None:
        raise LookupError(feed.feed)
    return {column.name: at for column, at in zip(ruled, found, strict=True)}


def _sql(column: Column, value: Any) -> str:
    text = "null" if value is None else literal(str(value))
    return f"cast({text} as {column.sql_type})"


def _tried(feed: Contract, column: Column, language: str) -> list[Any]:
    """Values for a column, the one that is wanted first."""
    number = feed.columns.index(column)
    if column.name in _TOLD_BY_IDENTIFIER or (column.made_from and not column.required):
        return [None, *_values(feed, column, language, number)[: 0 if column.made_from else None]]
    values = _values(feed, column, language, number)
    if column.required:
        return values
    # A day that may be absent tells of an end or a leave mostly, and a row that points at its own feed of another row.
    is_seldom = column.type == "date" or (column.references or ("",))[0] == feed.feed or _is_of_empty_day(feed, column)
    return [None, *values] if is_seldom else [*values, None]


def _is_of_empty_day(feed: Contract, column: Column) -> bool:
    """Whether a column says more of a day that may be absent, as a reason does of an end."""
    first = column.name.split("_")[0]
    return bool(column.enum) and any(
        other.type == "date" and not other.required and other.name.split("_")[0] == first for other in feed.columns
    )


def _values(feed: Contract, column: Column, language: str, number: int) -> list[Any]:
    if column.enum:
        return list(column.enum)
    match column.type:
        case "boolean":
            return [True, False] if column.required else [False, True]
        case "date":
            days = _from(_DAYS, _place(feed, column))
            return [day for day in days if _is_within(column, day.isoformat())] or [date.fromisoformat(column.minimum)]
        case "timestamp":
            return [datetime.combine(day, _MORNING) for day in _from(_DAYS, _place(feed, column))]
        case "string":
            return list(dict.fromkeys(_texts(column, language, number)))
        case _:
            return _numbers(column)


def _from(days: tuple[date, ...], place: int) -> tuple[date, ...]:
    start = place % len(days)
    return days[start:] + days[:start]


def _place(feed: Contract, column: Column) -> int:
    """Days of a row follow each other as its columns do; of those that must be there only."""
    same = [other for other in feed.columns if other.type == column.type]
    return sum(other.required or column.type == "timestamp" for other in same[: same.index(column)])


def _is_within(column: Column, value: Any) -> bool:
    least, most = column.minimum, column.maximum
    return (least is None or value >= least) and (most is None or value <= most)


def _numbers(column: Column) -> list[Any]:
    bounds = [bound for bound in (column.minimum, column.maximum) if bound is not None]
    wanted = [_NUMBERS.get(column.unit or "", _OTHER_NUMBERS[0]), *_OTHER_NUMBERS, *bounds]
    if column.unit == "year":
        wanted = [2025, 2026, 2015]
    return list(dict.fromkeys(value for value in wanted if _is_within(column, value)))[:_TRIED_N]


def _texts(column: Column, language: str, number: int) -> Iterator[str]:
    words = list(_words(column, language, number))
    yield from (
        ("; ".join((first, second)) for first, second in pairwise(words))
        if (column.is_list and len(words) > 1)
        else words
    )


def _words(column: Column, language: str, number: int) -> Iterator[str]:
    """Two texts for a column or more."""
    if column.examples:
        yield from column.examples
        return
    if column.privacy == "person":
        # One person a column: nobody is their own mentor.
        serials = np.array([2 * number + 1, 2 * number + 2])
        yield from identifiers.iins(np.repeat(_BORN, 2), np.array([False, False]), serials)
        return
    if listed := seeds.values(column, language):
        yield from listed[1:3]
        return
    if column.pattern:
        yield patterns.sample(column.pattern) or ""
        return
    target = contract(column.references[0]).column(column.references[1]) if column.references else column
    if column.references and target.name == "institution_id":
        yield from identifiers.bins(np.repeat(_BORN, 2), np.array([2 * number + 1, 2 * number + 2]))
    elif column.references and (target.examples or target.pattern):
        yield from _words(target, language, number)
    elif code := _IS_CODE.fullmatch(target.name):
        yield from (f"{code[1]}-{n}" for n in (1, 2))
    else:
        label = column.labels[language].partition(" (")[0]
        yield from (say(language, "form.sample_text", label=label, n=n) for n in (1, 2))
