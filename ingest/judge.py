"""Judging rows: texts become typed columns, and what breaks the contract gets a rule's name.

One SQL statement a feed, made from its contract: no format and no feed has code of its own here.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from bilimkoz.sql import literal
from ingest.contract import Column, Contract, Rule

_DATE_MACROS = (
    # The bounds of a spreadsheet's serial number keep a bare year from being read as one: 15000 is 1941, 80000 is 2119.
    r"""create or replace temp macro to_date(t) as case
        when regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?') then try_cast(substr(t, 1, 10) as date)
        when regexp_full_match(t, '[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}') then cast(try_strptime(t, '%d.%m.%Y') as date)
        when regexp_full_match(t, '[0-9]{5}([.][0-9]+)?') and try_cast(substr(t, 1, 5) as integer) between 15000 and 80000
            then date '1899-12-30' + cast(substr(t, 1, 5) as integer)
        end""",
    r"""create or replace temp macro to_number(t) as case
        when regexp_full_match(t, '[+-]?[0-9][0-9  ]*([.,][0-9]+)?') then replace(replace(replace(t, ' ', ''), chr(160), ''), ',', '.') end""",
    r"""create or replace temp macro to_boolean(t) as case
        when lower(t) in ('true', '1', 'иә', 'да', 'jah') then true when lower(t) in ('false', '0', 'жоқ', 'нет', 'ei') then false end""",
    "create or replace temp macro cleaned(t) as nullif(trim(t, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)), '')",
    "create or replace temp macro kind_of(t) as case when t is null then null when to_date(t) is not null then 'date' "
    "when to_number(t) is not null then 'number' else 'text' end",
    # A question mark inside a word is what an encoding without the letter leaves of it.
    r"create or replace temp macro letters_lost(t) as contains(t, '?') and regexp_matches(t, '\p{L}[?]+\p{L}')",
    # A name in one form for comparison: lower case, no quotation marks, words joined by hyphens.
    r"""create or replace temp macro slug(t) as trim(regexp_replace(lower(t), '[^\p{L}\p{N}]+', '-', 'g'), '-')""",
    "create or replace temp macro plain(t) as lower(regexp_replace(trim(t), '\\s+', ' ', 'g'))",
    """create or replace temp macro code(map, value, context) as coalesce(
        getvariable('code_map')[map || '|' || context || '|' || plain(value)],
        getvariable('code_map')[map || '||' || plain(value)],
        case when value is not null then getvariable('code_map')[map || '||*'] end)""",
    """create or replace temp macro as_list(j) as case
        when j is null or json_type(j) = 'NULL' then cast([] as json[]) when json_type(j) = 'ARRAY' then cast(j as json[]) else [j] end""",
    """create or replace temp macro texts
        (j) as list_filter(list_transform(as_list(j), lambda e: e ->> '$'), lambda e: e is not null),
        (j, key) as list_filter(list_transform(as_list(j), lambda e: e ->> key), lambda e: e is not null)""",
)


def prepare(connection: duckdb.DuckDBPyConnection, code_map: Path) -> None:
    """Makes the macros of typing and the map of foreign codes known to a connection."""
    for macro in _DATE_MACROS:
        connection.execute(macro)
    with code_map.open(encoding="utf-8", newline="") as file:
        entries = {f"{row['map']}|{row['context']}|{row['source_value']}": row["code"] for row in csv.DictReader(file)}
    connection.execute("set variable code_map = map(?, ?)", [list(entries), list(entries.values())])
    connection.execute("set variable scope = cast([] as varchar[])")


def statement(contract: Contract, source: str, raw: dict[str, str], rules: tuple[Rule, ...], scoped: bool, watched: dict[str, str]) -> str:
    """SQL for the judged rows of one file and one target feed.

    `source` gives `_row`, `_item`, `_broken`, `_newlines` and whatever `raw` refers to; `raw` maps a column of the
    contract to the SQL of its text. `rules` are the source's own, over that same text. The result has `_row`, `_item`,
    `_newlines`, the loaded columns typed, `person_is_local` where there is a person, `_repaired` (how many ids got their
    zeros back), `_letters_lost`, and `_violations`, a list of (rule, column, value) with null for a value nobody may see.
    `watched` names texts that are looked at and not kept: of a column `_unknown_…` only the kind of each value stays.
    """
    columns = contract.loaded_columns
    persons = [column for column in columns if column.privacy == "person"]
    texts = [f'cleaned({raw.get(column.name, "cast(null as varchar)")}) as "{column.name}"' for column in columns]
    texts += [f"coalesce(not ({rule.sql}), false) as {_flag(rule)}" for rule in rules]
    texts += [f"kind_of(cleaned({text})) as {name}" for name, text in watched.items() if name.startswith("_unknown")]
    names = [raw[column.name] for column in columns if column.name in raw and column.type == "string" and not column.enum]
    names += [text for name, text in watched.items() if name.startswith("_dropped")]
    lost = " or ".join(f"coalesce(letters_lost({text}), false)" for text in names) or "false"
    texts += [f"{lost} as _letters_lost"]
    kept = ["_letters_lost", *(name for name in watched if name.startswith("_unknown"))]
    filled = [_filled(column) for column in columns] + [_flag(rule) for rule in rules] + kept
    typed = [f'{_typed(column, _text(column))} as "{column.name}"' for column in columns]
    checks = [_check(column, contract, scoped) for column in columns]
    checks += [_rule_check(rule, _flag(rule)) for rule in rules]
    checks += [_rule_check(rule, f"coalesce(not ({rule.sql}), false)") for rule in contract.rules]
    repaired = " + ".join(f"cast(coalesce(is_repaired_id({_text(column)}), false) as integer)" for column in persons)
    local = [f"coalesce(is_local_id({_text(persons[0])}), false) as person_is_local"] if persons else []
    final = ["_row", "_item", "_newlines", *(f'"{column.name}"' for column in columns), *local, f"{repaired or 0} as _repaired", *kept]
    return f"""
        with texts as (select _row, _item, _newlines, {", ".join(texts)} from ({source}) where not _broken),
        filled as (select _row, _item, _newlines, {", ".join(filled)} from texts),
        typed as (select *, {", ".join(typed)} from filled)
        select {", ".join(final)}, list_filter([{", ".join(checks)}], lambda v: v.rule is not null) as _violations
        from typed"""


def _text(column: Column) -> str:
    """The text of a column inside the statement, once it is typed under its own name."""
    return f'"_text_{column.name}"'


def _filled(column: Column) -> str:
    value = f'coalesce("{column.name}", {column.fill})' if column.fill else f'"{column.name}"'
    return f"{value} as {_text(column)}"


def _flag(rule: Rule) -> str:
    return f'"_broke_{rule.name}"'


def _typed(column: Column, text: str) -> str:
    if column.privacy == "person":
        return f"pseudonym('person', canonical_id({text}))"
    if column.enum:
        return f"lower({text})"
    match column.type:
        case "string":
            return text
        case "date":
            return f"to_date({text})"
        case "boolean":
            return f"to_boolean({text})"
        case "int" | "bigint":
            return f"try_cast(case when regexp_full_match(to_number({text}), '[+-]?[0-9]+([.]0+)?') then to_number({text}) end as {column.sql_type})"
        case _:
            return f"try_cast(to_number({text}) as {column.sql_type})"


def _check(column: Column, contract: Contract, scoped: bool) -> str:
    text, typed = _text(column), f'"{column.name}"'
    value = "null" if column.privacy else f"left({text}, 200)"
    absent = "'required'" if column.required else "null"
    cases = [f"when {text} is null then {absent}"]
    if column.privacy == "person":
        cases.append(f"when {typed} is null then 'identifier'")
    elif column.type != "string":
        cases.append(f"when {typed} is null then 'type'")
    if column.enum:
        cases.append(f"when {typed} not in ({', '.join(literal(value) for value in column.enum)}) then 'enum'")
    if column.pattern:
        cases.append(f"when not regexp_full_match({text}, {literal(column.pattern)}) then 'pattern'")
    if column.minimum is not None:
        cases.append(f"when {typed} < {_bound(column, column.minimum)} then 'range'")
    if column.maximum is not None:
        cases.append(f"when {typed} > {_bound(column, column.maximum)} then 'range'")
    if scoped and contract.sender_scope == column.name:
        cases.append(f"when not list_contains(getvariable('scope'), {text}) then 'not_your_institution'")
    return _violation(f"case {' '.join(cases)} end", column.name, value)


def _bound(column: Column, bound: object) -> str:
    return f"cast({literal(str(bound))} as {column.sql_type})"


def _rule_check(rule: Rule, broken: str) -> str:
    return _violation(f"case when {broken} then {literal(rule.name)} end", rule.column, "null")


def _violation(rule: str, column: str, value: str) -> str:
    return f"{{'rule': {rule}, 'column': {literal(column)}, 'value': cast({value} as varchar)}}"
