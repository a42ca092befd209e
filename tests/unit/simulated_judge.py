"""A second judge of tabular rows, written from the rules and not from the project's code: plain, a row at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from simulated_files import custom, day, is_iin, moment, number, properties, scope_column, words
from simulated_keeps import Row
from simulated_rules import RULES

Found = tuple[int, str, str]  # row, column, rule
BOOLEANS = {"true": "true", "1": "true", "иә": "true", "да": "true"}
BOOLEANS |= {"false": "false", "0": "false", "жоқ": "false", "нет": "false"}


def judge(feed: str, rows: list[tuple[int, Row]], register: str, scope: set[str] | None) -> tuple[set[Found], set[int]]:
    """All (row, column, rule) that a file breaks, and the rows that repeat an earlier one exactly."""
    found: set[Found] = set()
    good: list[tuple[int, Row]] = []
    for place, row in rows:
        broken = _cells(feed, row, register, scope)
        coded = _coded(feed, row)
        broken |= {(column, rule) for rule, (column, kept) in RULES.get(feed, {}).items() if not kept(coded)}
        found |= {(place, column, rule) for column, rule in broken}
        if not broken:
            good.append((place, row))
    key = [column["name"] for column in properties(feed) if column.get("primaryKey")]
    groups: defaultdict[tuple[str | None, ...], list[tuple[int, Row]]] = defaultdict(list)
    for place, row in good:
        groups[tuple(row.get(name) for name in key)].append((place, row))
    repeats: set[int] = set()
    for group in groups.values():
        if all(row == group[0][1] for _, row in group):
            repeats |= {place for place, _ in group[1:]}
        else:
            found |= {(place, key[0], "conflict") for place, _ in group}
    return found, repeats


def _coded(feed: str, row: Row) -> Row:
    """The row with codes for labels and true or false for whatever means so; what means nothing is left out."""
    coded = dict(row)
    for name, known in words(feed).items():
        if row.get(name) is not None:
            coded[name] = known.get((row[name] or "").lower())
    for column in properties(feed):
        if column.get("physicalType") == "boolean" and row.get(column["name"]) is not None:
            coded[column["name"]] = BOOLEANS.get((row[column["name"]] or "").lower())
    return coded


def _cells(feed: str, row: Row, register: str, scope: set[str] | None) -> set[tuple[str, str]]:
    broken = set()
    for column in properties(feed):
        name, text = column["name"], row.get(column["name"])
        if column.get("classification") == "drop":
            continue
        if text is None:
            broken |= {(name, "required")} if column.get("required") else set()
            continue
        elements = [part.strip() for part in text.split(";")] if custom(column, "list") else [text]
        for element in elements:
            if column.get("classification") == "person":
                broken |= set() if _is_known(column, element, register) else {(name, "identifier")}
            elif scope is not None and name == scope_column(feed) and element not in scope:
                broken.add((name, "not_your_institution"))
            broken |= {(name, rule) for rule in _typed(feed, column, element)}
    return broken


def _is_known(column: dict[str, Any], text: str, register: str) -> bool:
    """By check digit where the number is one of the country; a register's own ids and tokens of a tool may be anything."""
    if column["name"] == "local_id":
        return ":" in text
    if custom(column, "domain") in ("survey", "platform"):
        return True
    if text.startswith("kz.iin:"):
        return is_iin(text.removeprefix("kz.iin:"))
    return register != "kz.iin" or is_iin(text.zfill(12))


def _typed(feed: str, column: dict[str, Any], text: str) -> set[str]:
    rules = set()
    options, kind = column.get("logicalTypeOptions", {}), column.get("physicalType", "string")
    value: date | Decimal | None = None
    if kind == "timestamp" and moment(text) is None:
        rules.add("type")
    if kind == "date":
        value = day(text)
    elif kind in ("decimal", "int"):
        value = number(text)
    if (kind in ("date", "decimal", "int") and value is None) or (kind == "boolean" and text.lower() not in BOOLEANS):
        rules.add("type")
    if value is not None and "minimum" in options and value < _bound(value, options["minimum"]):
        rules.add("range")
    if value is not None and "maximum" in options and value > _bound(value, options["maximum"]):
        rules.add("range")
    known = words(feed).get(column["name"])
    if known is not None and text.lower() not in known:
        rules.add("enum" if column.get("enum") else "code")
    if "pattern" in options and not re.fullmatch(options["pattern"], text):
        rules.add("pattern")
    return rules


def _bound(value: date | Decimal, bound: object) -> Any:
    return date.fromisoformat(str(bound)) if isinstance(value, date) else Decimal(str(bound))
