"""Identifier rules as DuckDB macros: check digits, sex and year of birth, and the canonical form.

A person is known by a Kazakhstan IIN, an Estonian isikukood, or an id that only one register knows
(`<register>:<id>`). The register of the sender picks the scheme, never the look of the number: an IIN
that lost its leading zero in a spreadsheet looks just like an isikukood.
"""

from __future__ import annotations

NATIONAL_SCHEMES = ("kz.iin", "ee.isikukood")

_LOCAL = "'[A-Za-z0-9][A-Za-z0-9._-]*:.+'"
_EXPONENT = r"'[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+'"


def _weighted(weights: tuple[int, ...]) -> str:
    return " + ".join(f"{w} * (ascii(substr(x, {i}, 1)) - 48)" for i, w in enumerate(weights, start=1))


#: Two weight rounds mod 11; where both give 10 the number was never issued (IIN) or ends in 0 (isikukood).
_IIN_FIRST, _IIN_SECOND = tuple(range(1, 12)), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_EE_FIRST, _EE_SECOND = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)

#: The seventh digit of an IIN: odd male, even female, the pair tells the century; 0 is a foreigner without either.
_CENTURY = "case when c in ('1', '2') then '18' when c in ('3', '4') then '19' when c in ('5', '6') then '20' when c in ('7', '8') then '21' end"


def macros(scheme: str) -> tuple[str, ...]:
    """`create macro` statements for a sender whose bare person ids are of `scheme`.

    They give `canonical_id(x)` (`<scheme>:<id>`, null when the id breaks its rules), `is_repaired_id(x)`,
    `is_local_id(x)`, `is_exponent(x)`, `sex_of(x)` and `birth_year_of(x)`, all over the text the sender wrote.
    """
    return (
        f"create or replace temp macro is_exponent(x) as regexp_full_match(x, {_EXPONENT})",
        f"create or replace temp macro century_of(c) as {_CENTURY}",
        f"create or replace temp macro check_round_iin(x) as case when ({_weighted(_IIN_FIRST)}) % 11 < 10 "
        f"then ({_weighted(_IIN_FIRST)}) % 11 else ({_weighted(_IIN_SECOND)}) % 11 end",
        f"create or replace temp macro check_round_ee(x) as case when ({_weighted(_EE_FIRST)}) % 11 < 10 "
        f"then ({_weighted(_EE_FIRST)}) % 11 else (({_weighted(_EE_SECOND)}) % 11) % 10 end",
        "create or replace temp macro is_iin(x) as regexp_full_match(x, '[0-9]{12}') "
        "and check_round_iin(x) = ascii(substr(x, 12, 1)) - 48 "
        "and (substr(x, 7, 1) = '0' or try_cast(concat(century_of(substr(x, 7, 1)), substr(x, 1, 2), '-', "
        "substr(x, 3, 2), '-', substr(x, 5, 2)) as date) is not null)",
        "create or replace temp macro is_isikukood(x) as regexp_full_match(x, '[1-8][0-9]{10}') "
        "and check_round_ee(x) = ascii(substr(x, 11, 1)) - 48 "
        "and try_cast(concat(century_of(substr(x, 1, 1)), substr(x, 2, 2), '-', substr(x, 4, 2), '-', "
        "substr(x, 6, 2)) as date) is not null",
        "create or replace temp macro padded_iin(x) as case when regexp_full_match(x, '[0-9]{8,12}') then lpad(x, 12, '0') end",
        f"create or replace temp macro is_named_id(x) as regexp_full_match(x, {_LOCAL})",
        *_scheme_macros(scheme),
    )


def _scheme_macros(scheme: str) -> tuple[str, ...]:
    if scheme == "kz.iin":
        number, valid, century, year = "padded_iin(x)", "is_iin(padded_iin(x))", 7, 1
        repaired = "length(x) < 12 and is_iin(padded_iin(x))"
    elif scheme == "ee.isikukood":
        number, valid, century, year = "x", "is_isikukood(x)", 1, 2
        repaired = "false"
    else:
        return (
            "create or replace temp macro canonical_id(x) as case when is_named_id(x) then x "
            f"when not is_exponent(x) then '{scheme}:' || x end",
            "create or replace temp macro is_local_id(x) as true",
            "create or replace temp macro is_repaired_id(x) as false",
            "create or replace temp macro sex_of(x) as cast(null as varchar)",
            "create or replace temp macro birth_year_of(x) as cast(null as varchar)",
        )
    digit = f"substr({number}, {century}, 1)"
    return (
        f"create or replace temp macro canonical_id(x) as case when is_named_id(x) then x when {valid} then '{scheme}:' || {number} end",
        "create or replace temp macro is_local_id(x) as is_named_id(x)",
        f"create or replace temp macro is_repaired_id(x) as coalesce({repaired}, false)",
        f"create or replace temp macro sex_of(x) as case when not {valid} or {digit} = '0' then null "
        f"when {digit} in ('1', '3', '5', '7') then 'm' else 'f' end",
        f"create or replace temp macro birth_year_of(x) as case when {valid} then century_of({digit}) || substr({number}, {year}, 2) end",
    )
