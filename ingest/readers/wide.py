"""Exports of survey tools, which have a column for each question, as rows with one answer each.

The contract says under `wideExports` how each tool names its columns, and under `itemMap` by which words of its own a
questionnaire asks: forms that know no codes put the question itself above the answers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import duckdb

from bilimkoz.sql import identifier, literal
from ingest.contract import Contract

#: What holds of a whole file may stand in its name: `survey_responses__wave=2026-spring__role=teacher.csv`.
_SAID = re.compile(r"__([a-z_]+)=(.+?)(?=__[a-z_]+=|$)")
_GRID = re.compile(r"\[([^\[\]]+)\]\s*$")
#: Tools of the web write moments in ways of their own: 2026/03/01 9:05:00 AM GMT+5, and in English 3/1/2026 9:05:00.
MACROS = (
    r"""create or replace temp macro tool_moment(t) as case
        when regexp_full_match(t, '[0-9/]+ [0-9:]+ [AP]M GMT[+-][0-9]{1,2}') then strftime(
            try_strptime(regexp_extract(t, '^(.*) GMT', 1), '%Y/%m/%d %I:%M:%S %p')
                - to_hours(cast(regexp_extract(t, 'GMT[+]?(-?[0-9]+)$', 1) as integer)), '%Y-%m-%d %H:%M:%SZ')
        when regexp_full_match(t, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9:]+')
            then strftime(try_strptime(t, '%m/%d/%Y %H:%M:%S'), '%Y-%m-%d %H:%M:%S')
        else t end""",
    # Tools write yes and no, or Y and N, and forms of the web the sentence that was ticked.
    """create or replace temp macro tool_consent(t) as case
        when lower(t) in ('yes', 'y', 'yes, i agree', 'да, согласен', 'да, согласна', 'иә, келісемін') then 'true'
        when lower(t) in ('no', 'n', 'no, i do not agree', 'нет, не согласен', 'нет, не согласна', 'жоқ, келіспеймін')
            then 'false' else t end""",
    # An answer that is a number, as such or as a code of a scale (A4); anything else is an answer in words.
    r"""create or replace temp macro scale_value(t) as
        case when regexp_full_match(t, 'A[0-9]{1,2}') then substr(t, 2) when to_number(t) is not null then t end""",
)


@dataclass(frozen=True)
class Item:
    """A question of a questionnaire."""

    instrument: str
    code: str


@dataclass(frozen=True)
class Questions:
    """Where the answers of a wide export stand, and columns that the tool calls by names of its own."""

    items: dict[int, Item]
    own: dict[str, str]  # name in the file -> column of the contract


def find(names: list[str], contract: Contract) -> Questions | None:
    """The questions among the names of a file; None where it is no wide export."""
    for tool in contract.wide.values():
        pattern = re.compile(tool["itemPattern"]) if "itemPattern" in tool else None
        items: dict[int, Item] = {}
        for place, name in enumerate(names):
            found = pattern.fullmatch(name.strip()) if pattern else None
            item = Item(found["instrument"], found["item"]) if found else None if pattern else _asked(contract, name)
            if item is not None:
                items[place] = item
        if items:
            # The first of a tool's columns that is there and says it; a number of the record only where there is no token.
            there = {name.strip() for name in names}
            own = {
                column: next((name for name in known if name in there), None)
                for column, known in tool["columns"].items()
            }
            return Questions(items, {name: column for column, name in own.items() if name is not None})
    return None


def _asked(contract: Contract, name: str) -> Item | None:
    grid = _GRID.search(name)
    asked = _wordings(contract)
    return asked.get(_plain(grid[1] if grid else name)) or asked.get(_plain(name))


@cache
def _wordings(contract: Contract) -> dict[str, Item]:
    return {
        _plain(wording): Item(instrument, code)
        for instrument, items in contract.item_map.items()
        for code, wordings in items.items()
        for wording in wordings.values()
    }


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFC", text).casefold() if letter.isalnum())


def said_in_name(stem: str) -> dict[str, str]:
    """What the name of a file says of all its rows: column -> value."""
    return dict(_SAID.findall(stem))


def unfold(
    sql: str, items: dict[int, Item], positions: dict[str, int], said: dict[str, str], kept: dict[str, int]
) -> tuple[str, str]:
    """SQL of a row for each answer, and SQL that counts records, those that hold no answer, and answers in words.

    `sql` gives `_row`, `_broken`, `c0`, `c1`, …; `positions` says where columns stand that hold for all of a record, `kept`
    where others stand, under the names they are to have.
    """
    told = ", ".join(
        f"{{'instrument': {literal(item.instrument)}, 'item': {literal(item.code)}, 'told': c{place}}}"
        for place, item in items.items()
    )
    answers = ", ".join(f"c{place}" for place in items)
    held = {name: f"c{place}" for name, place in positions.items()}
    held |= {name: literal(value) for name, value in said.items() if name not in held}
    if "answered_at" in held:
        held["answered_at"] = f"tool_moment({held['answered_at']})"
    if "consent" in held:
        held["consent"] = f"tool_consent({held['consent']})"
    if "respondent_id" not in held:
        # Where nobody is named, an answer is told from others by its moment and by what it says.
        held["respondent_id"] = (
            f"concat({held.get('answered_at', literal(''))}, '#', md5(concat_ws(chr(31), {answers})))"
        )
    held |= {"instrument": "answer.instrument", "item": "answer.item"}
    held |= {"value": "scale_value(answer.told)"}
    held |= {"text_value": "case when scale_value(answer.told) is null then answer.told end"}
    held |= {name: f"c{place}" for name, place in kept.items()}
    cells = ", ".join(f"{value} as {identifier(name)}" for name, value in held.items())
    rows = f"""select _row, coalesce(answer.instrument || '/' || answer.item, '') as _item, _broken, {cells}
        from (select *, unnest(case when _broken then [null] else list_filter([{told}], lambda a: a.told is not null) end)
            as answer from ({sql}))"""
    worded = " + ".join(f"cast(scale_value(c{place}) is null and c{place} is not null as integer)" for place in items)
    counts = f"""select count(*), count(*) filter (not _broken and coalesce({answers}) is null),
        coalesce(sum({worded}) filter (not _broken), 0) from ({sql})"""
    return rows, counts


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the macros known to a connection."""
    for macro in MACROS:
        connection.execute(macro)
