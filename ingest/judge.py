"""Judging rows: texts become typed columns, and what breaks the contract gets a rule's name.

One SQL statement a feed, made from its contract: no format and no feed has code of its own here.
"""

from __future__ import annotations

from bilimkoz.sql import literal
from ingest import cells
from ingest.cells import part
from ingest.contract import Column, Contract, Rule


def statement(
    contract: Contract, source: str, raw: dict[str, str], rules: tuple[Rule, ...], scoped: bool, watched: dict[str, str]
) -> str:
    """SQL for the judged rows of files of one kind and one target feed.

    `source` gives `_source` (which of the files), `_row`, `_item`, `_broken` and whatever `raw` refers to; `raw` maps a
    column of the contract to the SQL of its text, without blanks around it and null where it is empty. `rules` are the
    source's own, over that same text. The result has
    `_source`, `_row`, `_item`, the columns that are read typed, `person_is_local` where there is a person, `_repaired` (how
    many ids got their zeros back), `_letters_lost`, and `_violations`, a list of (rule, column), null for a good row. What
    was wrong is not kept: where columns slid aside, a name or a number stands in a column that is not personal.
    `watched` names texts that are looked at and not kept: of a column `_unknown_…` only the kind of each value stays.
    """
    columns = contract.read_columns
    persons = [column for column in columns if column.is_person]
    bins = [column for column in columns if cells.is_bin(column, contract)]
    given = {column.name: cells.given(column, contract) for column in columns}
    texts = [f"{raw.get(name, 'cast(null as varchar)')} as {wrote}" for name, wrote in given.items()]
    texts += [f"coalesce(not ({rule.sql}), false) as {_flag(rule)}" for rule in rules]
    texts += [f"kind_of({text}) as {name}" for name, text in watched.items() if name.startswith("_unknown")]
    worded = [(raw[column.name], _is_name(column)) for column in columns if column.name in raw and _is_wording(column)]
    worded += [(text, True) for name, text in watched.items() if name.startswith("_dropped")]
    lost = (
        " or ".join(f"coalesce({'name_' if is_name else ''}letters_lost({text}), false)" for text, is_name in worded)
        or "false"
    )
    schemed = [f"scheme_of({given[column.name]}) as {part(column, 'scheme')}" for column in persons]
    schemed += [f"number_of({given[column.name]}) as {part(column, 'number')}" for column in persons]
    forms = {column.name: cells.canonical(column, contract) for column in columns}
    known = [f'{form} as "{name}"' for name, form in forms.items() if form is not None]
    kept = ["_letters_lost", *(name for name in watched if name.startswith("_unknown"))]
    filled = ["_source", "_row", "_item", "_broken", *map(_flag, rules), *kept]
    filled += [f"{cells.filled(column)} as {cells.text(column)}" for column in columns]
    filled += [given[column.name] for column in columns if column.privacy == "person"]
    filled += [f'"{column.name}" <> {given[column.name]} as {part(column, "padded")}' for column in bins]
    typed = [f'{cells.typed(column)} as "{column.name}"' for column in columns]
    key = scope_key(cells.text(contract.column(contract.sender_scope))) if scoped and contract.sender_scope else None
    cases = [
        (column.name, case)
        for column in columns
        for case in cells.faults(column, contract, key if column.name == contract.sender_scope else None)
    ]
    cases += [(rule.column, (_flag(rule), rule.name)) for rule in rules]
    cases += [(rule.column, (f"coalesce(not ({rule.sql}), false)", rule.name)) for rule in contract.rules]
    bad = " or ".join(f"({condition})" for _, (condition, _) in cases) or "false"
    checks = ", ".join(f"case when {condition} then {_violation(rule, name)} end" for name, (condition, rule) in cases)
    mended = [f"is_repaired_id({given[column.name]})" for column in persons]
    mended += [f"coalesce({part(column, 'padded')}, false)" for column in bins]
    repaired = " + ".join(f"cast({flag} as integer)" for flag in mended)
    local = [f"coalesce(is_local_id({cells.text(persons[0])}), false) as person_is_local"] if persons else []
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


def _flag(rule: Rule) -> str:
    return f'"_broke_{rule.name}"'


def _violation(rule: str, column: str | None) -> str:
    name = literal(column) if column else "cast(null as varchar)"
    return f"{{'rule': {literal(rule)}, 'column': {name}}}"
