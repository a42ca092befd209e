"""What may be broken in a row of a feed, found from its contract, and how so that nothing else breaks with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.contract import Column, Contract, contract
from ingest.simulate.feed_broken import BROKEN

Row = dict[str, str | None]
#: What a text is put in place of, by type: no such day, number or answer.
NOT_TYPED = {"date": "белгісіз", "int": "көп", "decimal": "бір жарым", "boolean": "мүмкін", "timestamp": "кеше"}


@dataclass(frozen=True)
class Kind:
    """One way to break a row: rule, column and what makes it of a good row (two rows for a conflict)."""

    rule: str
    column: str
    make: Callable[[Row, str], list[Row]]


def _cells(cells: dict[str, str | None]) -> Callable[[Row, str], list[Row]]:
    def make(row: Row, _: str) -> list[Row]:
        told = {name: row[value[1:]] if value and value.startswith("=") else value for name, value in cells.items()}
        return [{**row, **told}]

    return make


def _one(column: Column, value: Callable[[Row, str], str | None]) -> Callable[[Row, str], list[Row]]:
    return lambda row, ghost: [{**row, column.name: value(row, ghost)}]


def kinds(feed: str) -> list[Kind]:
    """Business rules first, then what can be broken in a column that no business rule looks at."""
    facts = contract(feed)
    columns_of = {rule.name: rule.column for rule in facts.rules}
    found = [Kind(rule, columns_of[rule], _cells(cells)) for rule, cells in BROKEN.get(feed, {}).items()]
    judged = judged_columns(facts)
    free = [column for column in facts.loaded_columns if column.name not in judged]
    generic = [*_of_words(facts, free), *_of_numbers(free), *_conflicts(facts, free)]
    turn = sum(feed.encode()) % max(len(generic), 1)  # feeds begin with different kinds
    return [*found, *generic[turn:], *generic[:turn]]


def judged_columns(facts: Contract) -> set[str]:
    """Columns that a business rule looks at (and its other words)."""
    return set(re.findall(r"[a-z_]+", " ".join(rule.sql for rule in facts.rules)))


def _of_words(facts: Contract, free: list[Column]) -> list[Kind]:
    found = []
    required = next((column for column in reversed(free) if column.required), None)
    if required:
        found.append(Kind("required", required.name, _one(required, lambda _row, _ghost: None)))
    for column in free:
        if column.enum and "enum" not in {kind.rule for kind in found}:
            found.append(Kind("enum", column.name, _one(column, lambda _row, _ghost: "белгісіз түр")))
        if column.codes == "subjects":
            found.append(Kind("code", column.name, _one(column, lambda _row, _ghost: "Шахмат негіздері")))
    for column in facts.loaded_columns:
        if column.name == "text_hash":
            cells = {"text": None, "text_hash": "3f2a", "text_len_n": "3"}
            found.append(Kind("pattern", column.name, _cells(cells)))
        elif column.pattern and not column.codes:
            found.append(Kind("pattern", column.name, _reshaped(column.name)))
    person = next((column for column in facts.loaded_columns if column.domain in ("person", "pupil")), None)
    if person:
        found.append(Kind("identifier", person.name, _one(person, lambda _, ghost: _wrong(ghost))))
    return found


def _reshaped(name: str) -> Callable[[Row, str], list[Row]]:
    return lambda row, _: [{**row, name: _misshapen(row[name])}]


def _misshapen(text: str | None) -> str:
    """A school year, quarter or month that keeps its years, so that no rule on years breaks too."""
    if text and "-Q" in text:
        return text[:-1] + "5"
    if text and "/" in text:
        return text.replace("/", "-")
    return text[:-2] + "13" if text and "-" in text else "қаз"


def _wrong(ghost: str) -> str:
    return ghost[:-1] + str((int(ghost[-1]) + 1) % 10)


def _of_numbers(free: list[Column]) -> list[Kind]:
    found = []
    typed = next((column for column in free if column.type in NOT_TYPED), None)
    if typed:
        found.append(Kind("type", typed.name, _one(typed, lambda _row, _ghost: NOT_TYPED[typed.type])))
    bounded = next(
        (column for column in free if column.type in ("int", "decimal") and column.maximum is not None), None
    )
    if bounded:
        found.append(Kind("range", bounded.name, _one(bounded, lambda _row, _ghost: str(int(bounded.maximum) + 1))))
    return found


def _conflicts(facts: Contract, free: list[Column]) -> list[Kind]:
    """Two rows with one key that differ in a column."""
    for column in free:
        if column.name in facts.key or column.references or column.privacy or column.pattern or column.codes:
            continue
        low = column.minimum if isinstance(column.minimum, int | float) and column.minimum > 0 else 1
        pairs: dict[str, tuple[str, ...]] = {
            "boolean": ("true", "false"),
            "int": (str(int(low)), str(int(low) + 1)),
            "decimal": (str(int(low)), str(int(low) + 1)),
            "string": column.enum[:2] if column.enum else ("бірінші", "екінші"),
        }
        if column.type in pairs:
            return [Kind("conflict", facts.key[0], _both(column.name, pairs[column.type]))]
    return []


def _both(name: str, values: tuple[str, ...]) -> Callable[[Row, str], list[Row]]:
    return lambda row, _: [{**row, name: value} for value in values]
