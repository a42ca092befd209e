"""Judging rows: texts become typed columns, and what breaks the contract gets a rule's name.

One SQL statement a feed, made from its contract, over distinct texts (`ingest.distinct`); rules that hold between columns
are judged row by row. No format and no feed has code of its own here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bilimkoz.connection import registered
from bilimkoz.sql import literal
from ingest import cells
from ingest.cells import part
from ingest.contract import Column, Contract, Rule
from ingest.distinct import Distinct, batched, counted, distinct, side_by_side

#: What every row of text has beside the columns of its contract.
PLACE = ("_source", "_row", "_item", "_broken")
_BROKE = "_broke_"
#: Texts that are looked at and not kept: of columns unknown, and of names.
_WATCHED = ("_unknown", "_dropped")
#: What is known of a text beside its value.
ABOUT = ("fault", "lost", "repaired", "local", "unplaced")
#: So many texts of a column at most are judged beside those of others.
_SHORT_TEXTS = 1 << 15


@contextmanager
def judged(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: pa.Table, rules: tuple[Rule, ...], scoped: bool
) -> Iterator[pa.Table]:
    """Sets out view `judged`, for the block: the rows of files of one kind and one target feed, judged.

    `rows` holds `_source` (which of the files), `_row`, `_item`, `_broken`, texts under the names of the contract's columns,
    and for each of `rules`, the source's own, whether it is broken (see `flag`). Under `_unknown_…` and `_dropped_…` stand
    texts that are looked at and not kept.

    The view has `_source`, `_row`, `_item`, the columns that are read typed, `_letters_lost`, `_is_bad`, of each column
    `_unknown_…` only the kind of its values, and `_violations`, a list of (rule, column), null for a good row. What was wrong
    is not kept: where columns slid aside, a name or a number stands in a column that is not personal.

    Yields what lies behind it: `_source`, `_row`, `_item`, the columns found, few distinct values of one as codes, `_is_bad`,
    `person_is_local` where rows are of persons, and where there is such a one `_repaired_…`, `_lost_…` and `_unplaced_…` (see
    `statement`).
    """
    told = _told(contract, rows.column_names)
    watched = [name for name in rows.column_names if name.startswith(_WATCHED)]
    sourced = [column.name for column in told if _needs_source(column, contract, scoped)]
    groups = [_distinct(rows, names, sourced) for names in _groups(told, watched)]
    found = {name: rows[name] for name in (*PLACE, *map(flag, rules))}
    # Planning is dear beside short columns, and what a long one is padded with beside it costs memory.
    short = [group for group in groups if len(group) <= _SHORT_TEXTS]
    for together in [short, *([group] for group in groups if len(group) > _SHORT_TEXTS)]:
        if together:
            values = _values(connection, contract, together, told, scoped)
            for group in together:
                own = values.slice(0, len(group))
                for name in (*group.texts, *map(flag, _rules_within(contract, group))):
                    found |= {became: group.in_place(own[became]) for became in _became(name, own)}
    between = set(contract.rules).difference(*(_rules_within(contract, group) for group in groups))
    try:
        yield _set_out(connection, contract, rules, between, pa.table(found))
    finally:
        connection.execute("drop view if exists judged")
        connection.unregister("judged_cells")


def _rules_within(contract: Contract, group: Distinct) -> list[Rule]:
    """Rules that name columns of one group only, so that each of its texts breaks them or keeps them."""
    names = {column.name for column in contract.columns}
    named = {rule: names.intersection(re.findall(r"\w+", rule.sql)) for rule in contract.rules}
    return [rule for rule, columns in named.items() if columns and columns <= group.texts.keys()]


def _values(
    connection: duckdb.DuckDBPyConnection, contract: Contract, groups: list[Distinct], told: list[Column], scoped: bool
) -> pa.Table:
    """What the texts of some groups became, in the order of their codes."""
    names = {name for group in groups for name in group.texts}
    columns = [column for column in told if column.name in names]
    watched = [name for name in names if name.startswith(_WATCHED)]
    rules = [rule for group in groups for rule in _rules_within(contract, group)]
    with registered(connection, "distinct_texts", side_by_side(groups)):
        values = connection.execute(statement(contract, columns, rules, watched, scoped)).to_arrow_table()
    is_in_order = values["_code"].combine_chunks().equals(counted(0, len(values)))
    return values if is_in_order else values.sort_by("_code")


def _became(name: str, values: pa.Table) -> Iterator[str]:
    """Columns of `values` about a column that say something: most of what could be wrong of one is not."""
    for became in (name, *(f"_{kind}_{name}" for kind in ABOUT)):
        is_value = became == name and not name.startswith(_BROKE)
        if became in values.column_names and (is_value or _says(values[became])):
            yield became


def _says(values: pa.ChunkedArray) -> bool:
    """Whether anything in it is true, or anything there at all."""
    return bool(pc.any(values).as_py() if pa.types.is_boolean(values.type) else values.null_count < len(values))


def flag(rule: Rule) -> str:
    """Name under which rows say that they break a rule of their source."""
    return _BROKE + rule.name


def _told(contract: Contract, found: list[str]) -> list[Column]:
    """Columns of which there is something to say: those found, those that are made or missed, and what these refer to."""
    columns = contract.read_columns
    told = [column for column in columns if column.name in found or column.required or column.fill or column.made_from]
    named = {column.name for column in told}.union(*map(_refers_to, told))
    return [column for column in columns if column.name in named]


def _refers_to(column: Column) -> set[str]:
    """Words by which a column may name others that it is made of, filled from, or known by."""
    return {*re.findall(r"\w+", column.fill or ""), column.made_from or "", column.domain_of or ""}


def _needs_source(column: Column, contract: Contract, scoped: bool) -> bool:
    """Whether the same text means something else in the file of another sender."""
    return column.identifier == "any" or (scoped and column.name == contract.sender_scope)


def _groups(columns: list[Column], watched: list[str]) -> Iterator[list[str]]:
    """Names of columns that are judged with one another: what is made of a column, or filled from it, stands by it."""
    groups = [{name} for name in watched]
    names = {column.name for column in columns}
    for column in columns:
        group = {column.name} | (names & _refers_to(column))
        joined = [known for known in groups if known & group]
        groups = [known for known in groups if not known & group] + [group.union(*joined)]
    yield from map(sorted, groups)


def _distinct(rows: pa.Table, names: list[str], sourced: list[str]) -> Distinct:
    given = [name for name in names if name in rows.column_names]
    sent = [name for name in names if name in sourced]
    by = [*given, "_source"] if sent or not given else given
    told = distinct(rows, by)
    told_n = len(told)
    source = told.texts.pop("_source", None)
    absent = {name: pa.nulls(told_n, pa.string()) for name in names if name not in given}
    return Distinct(told.codes, told.texts | absent | {f"_source_{name}": source for name in sent})


def statement(contract: Contract, columns: list[Column], rules: list[Rule], watched: list[str], scoped: bool) -> str:
    """SQL over the table `distinct_texts` of what each text of a column became, by `_code`.

    Of a column there are its typed value under its name, `_fault_…` (the rule it breaks), and where it can be, whether
    letters in it are lost (`_lost_…`), an id got its zeros back (`_repaired_…`), a person is known to one register only
    (`_local_…`), or it is filled from a title of which no code is known (`_unplaced_…`). Of a rule there is whether it is
    broken (see `flag`).
    """
    persons = [column for column in columns if column.is_person]
    bins = [column for column in columns if cells.is_bin(column, contract)]
    given = {column.name: cells.given(column, contract) for column in columns}
    kept = ["_code", *(cells.source(column) for column in columns if _needs_source(column, contract, scoped))]
    texts = [*kept, *(f'cleaned("{column.name}") as {given[column.name]}' for column in columns)]
    texts += [f'kind_of(cleaned("{name}")) as "{name}"' for name in watched if name.startswith("_unknown")]
    texts += [
        f'name_letters_lost(cleaned("{name}")) as "_lost_{name}"' for name in watched if name.startswith("_dropped")
    ]
    kept += [f'"{name}"' if name.startswith("_unknown") else f'"_lost_{name}"' for name in watched]
    schemed = [f"scheme_of({given[column.name]}) as {part(column, 'scheme')}" for column in persons]
    schemed += [f"number_of({given[column.name]}) as {part(column, 'number')}" for column in persons]
    worded = [column for column in columns if column.type == "string" and not column.enum]
    schemed += [f"{_letters_lost(column)}({given[column.name]}) as {part(column, 'lost')}" for column in worded]
    kept += [part(column, "lost") for column in worded]
    forms = {column.name: cells.canonical(column, contract) for column in columns}
    known = [f'{form} as "{name}"' for name, form in forms.items() if form is not None]
    filled = [f"{cells.filled(column)} as {cells.text(column)}" for column in columns]
    filled += [given[column.name] for column in columns if column.privacy == "person"]
    filled += [f'"{column.name}" <> {given[column.name]} as {part(column, "repaired")}' for column in bins]
    titles = [(column, sql) for column in columns if (sql := cells.unplaced(column))]
    filled += [f"{sql} as {part(column, 'unplaced')}" for column, sql in titles]
    typed = [f'{cells.typed(column)} as "{column.name}"' for column in columns]
    key = scope_key(contract.column(contract.sender_scope)) if scoped and contract.sender_scope else None
    said = [*kept, *(f'"{column.name}"' for column in columns), *(part(column, "repaired") for column in bins)]
    said += [part(column, "unplaced") for column, _ in titles]
    faults, sound = [], []
    for column in columns:
        cases = cells.faults(column, contract, key if column.name == contract.sender_scope else None)
        if cases:
            broken = " ".join(f"when {condition} then {literal(rule)}" for condition, rule in cases)
            faults.append(f"case {broken} end as {part(column, 'fault')}")
            said.append(part(column, "fault"))
            if column.type not in ("string", "boolean"):
                # A rule that reckons with a number out of all range would end in an error.
                sound.append(f'case when {part(column, "fault")} is null then "{column.name}" end as "{column.name}"')
    said += [f'coalesce(not ({rule.sql}), false) as "{flag(rule)}"' for rule in rules]
    said += [f"is_repaired_id({given[column.name]}) as {part(column, 'repaired')}" for column in persons]
    said += [f"is_local_id({cells.text(column)}) as {part(column, 'local')}" for column in persons]
    return f"""
        with texts as (select {", ".join(texts)} from distinct_texts),
        schemed as (select {", ".join(["*", *schemed])} from texts),
        known as (select {", ".join(["*", *known])} from schemed),
        filled as (select {", ".join([*kept, *filled])} from known),
        typed as (select {", ".join(["*", *typed])} from filled),
        faulted as (select {", ".join(["*", *faults])} from typed),
        sound as (select * {f"replace ({', '.join(sound)})" if sound else ""} from faulted)
        select {", ".join(said)} from sound"""


def scope_key(column: Column) -> str:
    """SQL for how variable `scope` says that the sender of file `_source` speaks for an institution."""
    return f"concat({cells.text(column)}, '|', list_extract(getvariable('senders'), {cells.source(column)} + 1))"


def _letters_lost(column: Column) -> str:
    return "name_letters_lost" if column.name.startswith("name_") else "letters_lost"


def _set_out(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    rules: tuple[Rule, ...],
    between: Set[Rule],
    found: pa.Table,
) -> pa.Table:
    """Makes view `judged` of what was found of each text, put in its place; rules `between` columns are still to judge.

    Returns what was found, with `_is_bad`.
    """
    columns = contract.read_columns
    absent = [column for column in columns if column.name not in found.column_names]
    nulls = [f'cast(null as {column.sql_type}) as "{column.name}"' for column in absent]
    whole = f"(select {', '.join(['*', *nulls])} from judged_cells)"
    cases = [
        (f'"_fault_{column.name}" is not null', f'"_fault_{column.name}"', column.name)
        for column in columns
        if f"_fault_{column.name}" in found.column_names
    ]
    for rule in (*rules, *contract.rules):
        if rule in between:
            cases.append((f"coalesce(not ({rule.sql}), false)", literal(rule.name), rule.column))
        elif flag(rule) in found.column_names:
            cases.append((f'coalesce("{flag(rule)}", false)', literal(rule.name), rule.column))
    connection.register("judged_cells", batched(found))
    said = ["_source", "_row", "_item", "_is_bad", *(f'"{column.name}"' for column in columns)]
    lost = " or ".join(f'coalesce("{name}", false)' for name in found.column_names if name.startswith("_lost_"))
    said.append(f"{lost or 'false'} as _letters_lost")
    # A row is looked at once: most are good, and a list of nothing is dear to build.
    bad = " or ".join(["_broken", *(f"({condition})" for condition, *_ in cases)])
    is_bad = connection.execute(f"select {bad} as _is_bad from {whole}").to_arrow_table()["_is_bad"]
    found = found.append_column("_is_bad", is_bad)
    if any(column.is_person for column in contract.columns):
        found = found.append_column("person_is_local", _is_local(contract, found))
    connection.register("judged_cells", batched(found))
    checks = ", ".join(f"case when {case} then {_violation(rule, literal(name))} end" for case, rule, name in cases)
    structure = f"[{_violation(literal('structure'), 'cast(null as varchar)')}]"
    said += [f'"{name}"' for name in found.column_names if name.startswith("_unknown")]
    connection.execute(
        f"""create or replace temp view judged as
        select {", ".join(said)}, case when _broken then {structure}
            when _is_bad then list_filter([{checks or "null"}], lambda v: v is not null) end as _violations
        from {whole}"""
    )
    return found


def _is_local(contract: Contract, found: pa.Table) -> pa.ChunkedArray | pa.Array:
    """Whether the person a row is of is known to one register only."""
    names = [f"_local_{column.name}" for column in contract.read_columns if column.is_person]
    if names[0] not in found.column_names:
        return pa.repeat(False, len(found))
    return found[names[0]].cast(pa.bool_()).fill_null(False)


def _violation(rule: str, column: str) -> str:
    return f"{{'rule': {rule}, 'column': {column}}}"
