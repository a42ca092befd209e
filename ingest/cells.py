"""SQL of one column: the text a sender wrote, the value it becomes, and what it must not be.

A column passes through the statement of `ingest.judge` under these names: what was given (`_given_…`, or its own name),
its own name once ids are in their canonical form, `_text_…` when it is filled from elsewhere where it is empty, and its
own name again when it is typed.
"""

from __future__ import annotations

from collections.abc import Callable

from bilimkoz.sql import literal
from ingest.contract import Column, Contract
from ingest.macros import NESTED, plain

#: The feed and column that hold every institution's own id.
_INSTITUTION = ("institutions", "institution_id")


def part(column: Column, name: str) -> str:
    return f'"_{name}_{column.name}"'


def text(column: Column) -> str:
    """The text of a column when it is typed under its own name; of a person, the canonical id."""
    return part(column, "text")


def source(column: Column) -> str:
    """Which of the files a text is from, of a column that means something else with another sender."""
    return part(column, "source")


def is_bin(column: Column, contract: Contract) -> bool:
    """Whether it holds the id of one institution."""
    return _is_of_institution(column, contract) and not column.is_list


def _is_of_institution(column: Column, contract: Contract) -> bool:
    return _INSTITUTION in (column.references, (contract.feed, column.name))


def given(column: Column, contract: Contract) -> str:
    """Name of what the sender wrote: the column's own, unless that is for its canonical form."""
    has_form = column.privacy == "person" or column.is_list or is_bin(column, contract)
    return part(column, "given") if has_form else f'"{column.name}"'


def canonical(column: Column, contract: Contract) -> str | None:
    """SQL of the canonical form of what was given; of a list, of each of its values, null for one that has none."""
    if column.is_person:
        known = f"canonical_id({part(column, 'scheme')}, {part(column, 'number')})"
        if column.identifier == "any":
            # A name that only the sender's tool knows. Two tools may give the same one.
            own = (
                f"list_extract(getvariable('senders'), {source(column)} + 1) || ':' || lower({given(column, contract)})"
            )
            known = f"coalesce({known}, case when {given(column, contract)} <> {NESTED} then {own} end)"
        return known
    values = f"parts({given(column, contract)})"
    if column.is_list and column.privacy == "person":
        return f"list_transform({values}, lambda given: canonical_id(scheme_of(given), number_of(given)))"
    if column.is_list and _is_of_institution(column, contract):
        return f"once_each(list_transform({values}, lambda given: whole_bin(given)))"
    if column.is_list:
        return values
    return f"whole_bin({given(column, contract)})" if is_bin(column, contract) else None


def filled(column: Column) -> str:
    """SQL of its text: what was given, or what it is made or filled from."""
    name = f'"{column.name}"'
    if column.made_from:
        letters = f'letters_of("{column.made_from}")'
        made = f"sha256({letters})" if column.type == "string" else f"cast(length({letters}) as varchar)"
        return f"coalesce({made}, lower({name}))"
    if column.is_list:
        # One wrong value makes the whole cell wrong.
        return f"case when list_count({name}) = len({name}) then nullif(array_to_string({name}, ';'), '') end"
    return f"coalesce({name}, {column.fill})" if column.fill else name


def unplaced(column: Column) -> str | None:
    """SQL of whether its value is filled from a title that no code was found for, where it may be."""
    if column.fill is None or not column.fill.startswith("title_code("):
        return None
    placed = column.fill.replace("title_code(", "placed_title(")
    return f'"{column.name}" is null and {placed} is null and {column.fill} is not null'


def typed(column: Column) -> str:
    """SQL of its value, from its text; null where the text is no such value."""
    it = text(column)
    if column.privacy == "person":
        return _pseudonym(column, it)
    if column.made_from and column.type == "string":
        return f"pseudonym('text', {it})"
    if column.codes:
        return _each(column, it, lambda value: f"code({literal(column.codes or '')}, {value}, '')")
    if column.enum:
        return _allowed(column, it)
    match column.type:
        case "string":
            return it
        case "date":
            return f"to_date({it})"
        case "timestamp":
            return f"to_moment({it})"
        case "boolean":
            return f"to_boolean({it})"
        case "int" | "bigint":
            whole = f"regexp_full_match(to_number({it}), '[+-]?[0-9]+([.]0+)?')"
            return f"try_cast(case when {whole} then to_number({it}) end as {column.sql_type})"
        case _:
            return f"try_cast(to_number({it}) as {column.sql_type})"


def _pseudonym(column: Column, it: str) -> str:
    domain = literal(column.domain or "person")
    if column.domain_of:
        domain = f"concat({domain}, ':', lower(\"_text_{column.domain_of}\"))"
    return _each(column, it, lambda value: f"pseudonym({domain}, {value})")


def _each(column: Column, it: str, of: Callable[[str], str]) -> str:
    """SQL that does to a value, or to each of a list, what `of` says; null where a value of the list gives nothing."""
    if not column.is_list:
        return of(it)
    values = f"list_transform(string_split({it}, ';'), lambda value: {of('value')})"
    return f"case when list_count({values}) = len({values}) then array_to_string({values}, ';') end"


def _allowed(column: Column, it: str) -> str:
    """SQL of the value of an enumeration, which may be given by any of its labels."""
    words = {plain(value): value for value in column.enum}
    for value, labels in column.enum_labels.items():
        for label in labels.values():
            words.setdefault(plain(label), value)
    keys, values = (", ".join(map(literal, side)) for side in (words.keys(), words.values()))
    told = f"map([{keys}], [{values}])[plain({it})]"
    if any(value != value.lower() for value in column.enum):
        return told
    codes = ", ".join(map(literal, column.enum))
    return f"case when lower({it}) in ({codes}) then lower({it}) else {told} end"


def faults(column: Column, contract: Contract, scoped_key: str | None) -> list[tuple[str, str]]:
    """Conditions a column must not meet, with the names of the rules; a row meets at most one of them.

    `scoped_key` is SQL of what variable `scope` holds where the sender may speak for the institution of the column.
    """
    it, value, wrote = text(column), f'"{column.name}"', given(column, contract)
    absent = [(f"{wrote if column.privacy == 'person' else it} is null", "required")] if column.required else []
    if column.privacy == "person":
        return [*absent, *_person_faults(column, it, wrote)]
    cases = absent
    if column.type != "string":
        cases.append((f"{it} is not null and {value} is null", "type"))
    else:
        cases.append((f"contains({it}, {NESTED})" if column.is_list else f"{it} = {NESTED}", "type"))
    if column.enum or column.codes:
        cases.append((f"{it} <> {NESTED} and {value} is null", "code" if column.codes else "enum"))
    if column.pattern:
        unfit = f"not regexp_full_match({it}, {literal(column.pattern)})"
        if column.is_list:
            unfit = (
                f"len(list_filter(string_split({it}, ';'), "
                f"lambda value: not regexp_full_match(value, {literal(column.pattern)}))) > 0"
            )
        cases.append((f"{it} <> {NESTED} and {unfit}", "pattern"))
    if column.minimum is not None:
        cases.append((f"{value} < {_bound(column, column.minimum)}", "range"))
    if column.maximum is not None:
        cases.append((f"{value} > {_bound(column, column.maximum)}", "range"))
    if scoped_key is not None:
        foreign = f"{it} <> {NESTED} and not coalesce({scoped_key} in (select unnest(getvariable('scope'))), false)"
        cases.append((foreign, "not_your_institution"))
    return cases


def _person_faults(column: Column, it: str, wrote: str) -> list[tuple[str, str]]:
    nested = f"contains({wrote}, {NESTED})" if column.is_list else f"{wrote} = {NESTED}"
    cases = [
        (nested, "type"),
        (f"{wrote} is not null and not {nested} and {it} is null", "identifier"),
    ]
    if column.identifier == "local":
        cases.append((f"not is_local_id({it})", "local_id_is_local"))
    elif column.identifier == "national":
        cases.append((f"is_local_id({it})", "person_id_is_national"))
    return cases


def _bound(column: Column, bound: object) -> str:
    return f"cast({literal(str(bound))} as {column.sql_type})"
