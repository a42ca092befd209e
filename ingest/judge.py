"""Judging rows: texts become typed columns, and what breaks the contract gets a rule's name.

One SQL statement a feed, made from its contract: no format and no feed has code of its own here.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from bilimkoz.sql import literal
from ingest.contract import Column, Contract, Rule

#: SQL of the text that stands for an object or a list where one value belongs. What is in it, names perhaps, is not kept.
NESTED = "chr(0)"
#: The feed and column that hold every institution's own id.
_INSTITUTION = ("institutions", "institution_id")

_DATE_MACROS = (
    # The bounds of a spreadsheet's serial number keep a bare year from being read as one: 15000 is 1941, 80000 is 2119.
    r"""create or replace temp macro to_date(t) as case
        when regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?')
            then try_cast(substr(t, 1, 10) as date)
        when regexp_full_match(t, '[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}( [0-9:]+)?')
            then cast(try_strptime(split_part(t, ' ', 1), '%d.%m.%Y') as date)
        when regexp_full_match(t, '[0-9]{5}([.][0-9]+)?')
            and try_cast(substr(t, 1, 5) as integer) between 15000 and 80000
            then date '1899-12-30' + cast(substr(t, 1, 5) as integer)
        end""",
    # A spreadsheet writes 0.05 as 5.0000000000000003E-2, and parts thousands by any of three spaces.
    r"""create or replace temp macro to_number(t) as case
        when regexp_full_match(t, '[+-]?[0-9][0-9 \x{a0}\x{202f}]*([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?')
            then translate(t, ', ' || chr(160) || chr(8239), '.') end""",
    """create or replace temp macro to_boolean(t) as case when lower(t) in ('true', '1', 'иә', 'да', 'jah') then true
        when lower(t) in ('false', '0', 'жоқ', 'нет', 'ei') then false end""",
    "create or replace temp macro cleaned(t) as "
    "nullif(trim(t, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)), '')",
    "create or replace temp macro kind_of(t) as case when t is null then null when to_date(t) is not null then 'date' "
    "when to_number(t) is not null then 'number' else 'text' end",
    # A question mark before a letter is what an encoding without the letter leaves of it. In a sentence one after a letter
    # asks something; in a name nothing is asked.
    r"create or replace temp macro letters_lost(t) as contains(t, '?') and regexp_matches(t, '[?]\p{L}')",
    r"create or replace temp macro name_letters_lost(t) as contains(t, '?') and regexp_matches(t, '[?]\p{L}|\p{L}[?]')",
    # A name in one form for comparison: lower case, no quotation marks, words joined by hyphens.
    r"""create or replace temp macro slug(t) as trim(regexp_replace(lower(t), '[^\p{L}\p{N}]+', '-', 'g'), '-')""",
    "create or replace temp macro plain(t) as lower(regexp_replace(trim(t), '\\s+', ' ', 'g'))",
    "create or replace temp macro exact_code(map, value, context) as "
    "getvariable('code_map')[map || '|' || context || '|' || plain(value)]",
    """create or replace temp macro code(map, value, context) as coalesce(
        exact_code(map, value, context),
        getvariable('code_map')[map || '||' || plain(value)],
        case when value is not null then getvariable('code_map')[map || '||*'] end)""",
    """create or replace temp macro as_list(j) as case when j is null or json_type(j) = 'NULL' then cast([] as json[])
        when json_type(j) = 'ARRAY' then cast(j as json[]) else [j] end""",
    # What a sender wrote at a place of JSON; an object or a list stands where one value belongs: see NESTED.
    f"""create or replace temp macro text_of(j) as
        case when json_type(j) in ('OBJECT', 'ARRAY') then {NESTED} else cleaned(j ->> '$') end""",
    f"""create or replace temp macro texts
        (j) as list_filter(list_transform(as_list(j), lambda e: text_of(e)), lambda e: e <> {NESTED}),
        (j, key) as list_filter(list_transform(as_list(j), lambda e: text_of(e -> key)), lambda e: e <> {NESTED})""",
    # The id of an institution of which only the name is given.
    f"""create or replace temp macro named_id(t) as case when t = {NESTED} then t
        else 'name:' || nullif(slug(t), '') end""",
)


def prepare(connection: duckdb.DuckDBPyConnection, code_map: Path) -> None:
    """Makes the macros of typing and the map of foreign codes known to a connection."""
    for macro in _DATE_MACROS:
        connection.execute(macro)
    with code_map.open(encoding="utf-8", newline="") as file:
        entries = {f"{row['map']}|{row['context']}|{row['source_value']}": row["code"] for row in csv.DictReader(file)}
    connection.execute("set variable code_map = map(?, ?)", [list(entries), list(entries.values())])
    connection.execute("set variable scope = cast([] as varchar[])")


def statement(
    contract: Contract, source: str, raw: dict[str, str], rules: tuple[Rule, ...], scoped: bool, watched: dict[str, str]
) -> str:
    """SQL for the judged rows of files of one kind and one target feed.

    `source` gives `_source` (which of the files), `_row`, `_item`, `_broken` and whatever `raw` refers to; `raw` maps a
    column of the contract to the SQL of its text. `rules` are the source's own, over that same text. The result has
    `_source`, `_row`, `_item`, the loaded columns typed, `person_is_local` where there is a person, `_repaired` (how many
    ids got their zeros back), `_letters_lost`, and `_violations`, a list of (rule, column), null for a good row. What was
    wrong is not kept: where columns slid aside, a name or a number stands in a column that is not personal.
    `watched` names texts that are looked at and not kept: of a column `_unknown_…` only the kind of each value stays.
    """
    columns = contract.loaded_columns
    persons = [column for column in columns if column.privacy == "person"]
    bins = [column for column in columns if _INSTITUTION in (column.references, (contract.feed, column.name))]
    given = {column.name: _given(column) for column in columns} | {
        column.name: _part(column, "given") for column in bins
    }
    texts = [f"cleaned({raw.get(name, 'cast(null as varchar)')}) as {part}" for name, part in given.items()]
    texts += [f"coalesce(not ({rule.sql}), false) as {_flag(rule)}" for rule in rules]
    texts += [f"kind_of(cleaned({text})) as {name}" for name, text in watched.items() if name.startswith("_unknown")]
    worded = [(raw[column.name], _is_name(column)) for column in columns if column.name in raw and _is_wording(column)]
    worded += [(text, True) for name, text in watched.items() if name.startswith("_dropped")]
    lost = (
        " or ".join(f"coalesce({'name_' if is_name else ''}letters_lost({text}), false)" for text, is_name in worded)
        or "false"
    )
    kept = ["_letters_lost", *(name for name in watched if name.startswith("_unknown"))]
    filled = ["_source", "_row", "_item", "_broken", *map(_filled, columns), *map(_flag, rules), *kept]
    filled += [f'"{column.name}" <> {_part(column, "given")} as {_part(column, "padded")}' for column in bins]
    typed = [f'{_typed(column, _text(column))} as "{column.name}"' for column in columns]
    cases = [(column.name, case) for column in columns for case in _cases(column, contract, scoped)]
    cases += [(rule.column, (_flag(rule), rule.name)) for rule in rules]
    cases += [(rule.column, (f"coalesce(not ({rule.sql}), false)", rule.name)) for rule in contract.rules]
    bad = " or ".join(f"({condition})" for _, (condition, _) in cases) or "false"
    checks = ", ".join(f"case when {condition} then {_violation(rule, name)} end" for name, (condition, rule) in cases)
    mended = [f"is_repaired_id({_given(column)})" for column in persons]
    mended += [f"coalesce({_part(column, 'padded')}, false)" for column in bins]
    repaired = " + ".join(f"cast({flag} as integer)" for flag in mended)
    schemed = [f"scheme_of({_given(column)}) as {_part(column, 'scheme')}" for column in persons]
    schemed += [f"number_of({_given(column)}) as {_part(column, 'number')}" for column in persons]
    known = [
        f'canonical_id({_part(column, "scheme")}, {_part(column, "number")}) as "{column.name}"' for column in persons
    ]
    known += [f'whole_bin({_part(column, "given")}) as "{column.name}"' for column in bins]
    local = [f"coalesce(is_local_id({_text(persons[0])}), false) as person_is_local"] if persons else []
    final = [
        "_source",
        "_row",
        "_item",
        *(f'"{column.name}"' for column in columns),
        *local,
        f"{repaired or 0} as _repaired",
        *kept,
    ]
    structure = "[" + _violation("structure", None) + "]"
    # Nearly all rows are good, and a list of nothing is dear to build: the second branch is taken for bad rows only.
    return f"""
        with texts as (select _source, _row, _item, _broken, {", ".join(texts)}, {lost} as _letters_lost from ({source})),
        schemed as (select {", ".join(["*", *schemed])} from texts),
        known as (select {", ".join(["*", *known])} from schemed),
        filled as (select {", ".join(filled)} from known),
        typed as (select *, {", ".join(typed)} from filled),
        flagged as (select *, coalesce({bad}, false) as _is_bad from typed)
        select {", ".join(final)}, case when _broken then {structure}
            when _is_bad then list_filter([{checks}], lambda v: v is not null) end as _violations
        from flagged"""


def scope_key(institution: str) -> str:
    """SQL for how variable `scope` says that the sender of file `_source` speaks for an institution."""
    return f"concat({institution}, '|', _source)"


def _is_wording(column: Column) -> bool:
    return column.type == "string" and not column.enum


def _is_name(column: Column) -> bool:
    return column.name.startswith("name_")


def _given(column: Column) -> str:
    """What the sender wrote; under the column's own name unless that is for the canonical id of a person."""
    return _part(column, "given") if column.privacy == "person" else f'"{column.name}"'


def _part(column: Column, part: str) -> str:
    return f'"_{part}_{column.name}"'


def _text(column: Column) -> str:
    """The text of a column once it is typed under its own name; of a person, the canonical id."""
    return _part(column, "text")


def _filled(column: Column) -> str:
    value = f'coalesce("{column.name}", {column.fill})' if column.fill else f'"{column.name}"'
    given = f", {_given(column)}" if column.privacy == "person" else ""
    return f"{value} as {_text(column)}{given}"


def _flag(rule: Rule) -> str:
    return f'"_broke_{rule.name}"'


def _typed(column: Column, text: str) -> str:
    if column.privacy == "person":
        return f"pseudonym('person', {text})"
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
            return (
                f"try_cast(case when regexp_full_match(to_number({text}), '[+-]?[0-9]+([.]0+)?') "
                f"then to_number({text}) end as {column.sql_type})"
            )
        case _:
            return f"try_cast(to_number({text}) as {column.sql_type})"


def _cases(column: Column, contract: Contract, scoped: bool) -> list[tuple[str, str]]:
    """Conditions a column must not meet, with the names of the rules; a row meets at most one of them."""
    text, typed = _text(column), f'"{column.name}"'
    if column.privacy == "person":
        absent = [(f"{_given(column)} is null", "required")] if column.required else []
        nested = f"{_given(column)} = {NESTED}"
        wrong = f"{_given(column)} is not null and {_given(column)} <> {NESTED} and {text} is null"
        cases = [*absent, (nested, "type"), (wrong, "identifier")]
        if column.identifier == "local":
            cases.append((f"not is_local_id({text})", "local_id_is_local"))
        elif column.identifier == "national":
            cases.append((f"is_local_id({text})", "person_id_is_national"))
        return cases
    cases = [(f"{text} is null", "required")] if column.required else []
    if column.type != "string":
        cases.append((f"{text} is not null and {typed} is null", "type"))
    else:
        cases.append((f"{text} = {NESTED}", "type"))
    if column.enum:
        allowed = ", ".join(literal(value) for value in column.enum)
        cases.append((f"{typed} <> {NESTED} and {typed} not in ({allowed})", "enum"))
    if column.pattern:
        cases.append((f"{text} <> {NESTED} and not regexp_full_match({text}, {literal(column.pattern)})", "pattern"))
    if column.minimum is not None:
        cases.append((f"{typed} < {_bound(column, column.minimum)}", "range"))
    if column.maximum is not None:
        cases.append((f"{typed} > {_bound(column, column.maximum)}", "range"))
    if scoped and contract.sender_scope == column.name:
        foreign = f"{text} <> {NESTED} and not coalesce(list_contains(getvariable('scope'), {scope_key(text)}), false)"
        cases.append((foreign, "not_your_institution"))
    return cases


def _bound(column: Column, bound: object) -> str:
    return f"cast({literal(str(bound))} as {column.sql_type})"


def _violation(rule: str, column: str | None) -> str:
    name = literal(column) if column else "cast(null as varchar)"
    return f"{{'rule': {literal(rule)}, 'column': {name}}}"
