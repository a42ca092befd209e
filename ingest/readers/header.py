"""Headers: the names a sender wrote become the columns of the contract.

A header is the English name of the column or its Kazakh, Russian or English label, in any order and case, with or
without what the label says in parentheses.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field

from ingest.contract import Column, Contract
from ingest.problems import Refusal
from ingest.readers import wide
from ingest.readers.wide import Item

_PARENTHESES = re.compile(r"\s*\([^)]*\)")
#: What a name never holds and a number, a day or an address does.
_LIKE_DATA = re.compile(r"\d{3}|@")
#: Below this a first name may pass for a label.
LEAST_LIKENESS = 0.8
#: Every column is a part of the statements that read and judge a file, and a thousand of them outgrow the memory of a run.
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Header:
    """Where each contract column stands in the file.

    `positions` maps a column to its place (from 0); `unknown` holds places and names that no contract column has.
    """

    names: tuple[str, ...]
    positions: dict[str, int]
    unknown: dict[int, str]
    #: Questions of a survey tool's export, one column each; empty where a row is a row.
    items: dict[int, Item] = field(default_factory=dict)

    def places_of_lists(self, contract: Contract) -> set[int]:
        """Where columns stand that hold several values."""
        return {place for name, place in self.positions.items() if contract.column(name).is_list}


def match(names: list[str], contract: Contract) -> Header:
    """Finds the contract's columns among the names of a file.

    Raises:
        Refusal: no name is known, a required column is missing (with the closest names found), one stands there twice, or
            there are more columns than a list has.
    """
    if len(names) > MOST_COLUMNS:
        raise Refusal("too_many_columns", columns_n=len(names), most=MOST_COLUMNS)
    known = {plain(word): column.name for column in contract.columns for word in _words(column)}
    questions = wide.find(names, contract)
    items = questions.items if questions else {}
    if questions:
        known |= {plain(name): column for name, column in questions.own.items()}
    positions: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for place, name in enumerate(names):
        column = known.get(plain(name))
        if place in items:
            continue
        if column is None:
            unknown[place] = name
        elif column in positions:
            raise Refusal("column_twice", column=column)
        else:
            positions[column] = place
    if questions:
        # What such a table lacks may stand in the name of the file, so it is asked for later.
        return Header(tuple(names), positions, unknown, items)
    missing = [column for column in contract.columns if column.required and column.name not in positions]
    if missing and not positions:
        # Data stands where names should, then, and no word of it may be repeated.
        raise Refusal("header_missing", columns=[column.name for column in missing])
    if missing:
        raise Refusal(
            "columns_missing",
            columns=[column.name for column in missing],
            closest={column.name: _closest(column.name, column.labels, unknown) for column in missing},
        )
    return Header(tuple(names), positions, unknown)


def _words(column: Column) -> tuple[str, ...]:
    """What a column may be called: its name, its labels, and its labels without what they say in parentheses."""
    labels = tuple(column.labels.values())
    return (*(_PARENTHESES.sub("", label) for label in labels), *labels, column.name)


def plain(name: str) -> str:
    """Case, spaces, underscores, the mark a spreadsheet adds and the dots of ё do not tell one column from another."""
    text = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    return "".join(letter for letter in text if letter.isalnum())


def _closest(column: str, labels: dict[str, str], unknown: dict[int, str]) -> list[str]:
    shown = {plain(name): name for name in unknown.values() if not _LIKE_DATA.search(name)}
    words = (column, *labels.values())
    found = [
        match
        for word in words
        for match in difflib.get_close_matches(plain(word), list(shown), n=2, cutoff=LEAST_LIKENESS)
    ]
    return [shown[word] for word in dict.fromkeys(found)]
