"""A second judge of tabular rows, written from the rules and not from the project's code: plain, a row at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from simulated_files import day, is_iin, number, properties

Row = dict[str, str | None]
Found = tuple[int, str, str]  # row, column, rule
BOOLEANS = {"true", "false", "1", "0", "иә", "жоқ", "да", "нет"}


def _ordered(row: Row, first: str, then: str) -> bool:
    begins, ends = (day(row.get(name) or "") for name in (first, then))
    return begins is None or ends is None or begins <= ends


#: feed -> business rule -> (column, whether a row keeps it)
RULES: dict[str, dict[str, tuple[str, Callable[[Row], bool]]]] = {
    "staff_employment": {
        "dates_in_order": ("end_date", lambda row: _ordered(row, "start_date", "end_date")),
        "leave_dates_in_order": ("on_leave_until", lambda row: _ordered(row, "on_leave_from", "on_leave_until")),
    },
    "institutions": {
        "dates_in_order": ("closed_on", lambda row: _ordered(row, "opened_on", "closed_on")),
        "has_a_name": ("name_kk", lambda row: any(row.get(f"name_{tongue}") for tongue in ("kk", "ru", "en", "local"))),
    },
    "regions": {
        "settlement_kind_known": (
            "urban_rural",
            lambda row: row["level"] not in ("city", "settlement") or row["urban_rural"] is not None,
        ),
        "not_own_parent": ("parent_code", lambda row: row["parent_code"] != row["region_code"]),
    },
    "institution_successions": {"not_own_successor": ("new_id", lambda row: row["old_id"] != row["new_id"])},
    "cluster_members": {"dates_in_order": ("left_on", lambda row: _ordered(row, "joined_on", "left_on"))},
    "clusters": {},
    "person_links": {},
}


def judge(feed: str, rows: list[tuple[int, Row]], register: str, scope: set[str] | None) -> tuple[set[Found], set[int]]:
    """All (row, column, rule) that a file breaks, and the rows that repeat an earlier one exactly."""
    found: set[Found] = set()
    good: list[tuple[int, Row]] = []
    for place, row in rows:
        broken = _cells(feed, row, register, scope)
        broken |= {(column, rule) for rule, (column, kept) in RULES[feed].items() if not kept(row)}
        found |= {(place, column, rule) for column, rule in broken}
        if not broken:
            good.append((place, row))
    key = [column["name"] for column in properties(feed) if column.get("primaryKey")]
    groups: defaultdict[tuple[str | None, ...], list[tuple[int, Row]]] = defaultdict(list)
    for place, row in good:
        groups[tuple(row[name] for name in key)].append((place, row))
    repeats: set[int] = set()
    for group in groups.values():
        if all(row == group[0][1] for _, row in group):
            repeats |= {place for place, _ in group[1:]}
        else:
            found |= {(place, key[0], "conflict") for place, _ in group}
    return found, repeats


def _cells(feed: str, row: Row, register: str, scope: set[str] | None) -> set[tuple[str, str]]:
    broken = set()
    for column in properties(feed):
        name, text = column["name"], row.get(column["name"])
        if column.get("classification") == "drop":
            continue
        if text is None:
            broken |= {(name, "required")} if column.get("required") else set()
            continue
        if column.get("classification") == "person":
            broken |= set() if _is_known(name, text, register) else {(name, "identifier")}
        elif scope is not None and feed == "staff_employment" and name == "institution_id" and text not in scope:
            broken.add((name, "not_your_institution"))
        broken |= {(name, rule) for rule in _typed(column, text)}
    return broken


def _is_known(name: str, text: str, register: str) -> bool:
    if name == "local_id":
        return ":" in text
    return register != "kz.iin" or is_iin(text.zfill(12))


def _typed(column: dict[str, Any], text: str) -> set[str]:
    rules = set()
    options, kind = column.get("logicalTypeOptions", {}), column.get("physicalType", "string")
    value: date | Decimal | None = None
    if kind == "date":
        value = day(text)
    elif kind in ("decimal", "int"):
        value = number(text)
    if (kind in ("date", "decimal", "int") and value is None) or (kind == "boolean" and text not in BOOLEANS):
        rules.add("type")
    if value is not None and "minimum" in options and value < _bound(value, options["minimum"]):
        rules.add("range")
    if value is not None and "maximum" in options and value > _bound(value, options["maximum"]):
        rules.add("range")
    if column.get("enum") and text not in {choice["value"] for choice in column["enum"]}:
        rules.add("enum")
    if "pattern" in options and not re.fullmatch(options["pattern"], text):
        rules.add("pattern")
    return rules


def _bound(value: date | Decimal, bound: object) -> Any:
    return date.fromisoformat(str(bound)) if isinstance(value, date) else Decimal(str(bound))
