"""Identifier rules as DuckDB macros: check digits, sex and year of birth, and the canonical form.

A person is known by a Kazakhstan IIN, an Estonian isikukood, or an id that only one register knows
(`<register>:<id>`). The register of the sender picks the scheme, never the look of the number: an IIN
that lost its leading zero in a spreadsheet looks just like an isikukood.
"""

from __future__ import annotations

from bilimkoz.sql import literal

_LOCAL = "'[A-Za-z0-9][A-Za-z0-9._-]*:.+'"
_EXPONENT = r"'[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+'"


def _weighted(weights: tuple[int, ...]) -> str:
    """Sum over the digits of `n`, a number with one digit more than there are weights; the last is the check digit.

    By division, since cutting a text into its digits takes twenty times as long.
    """
    places = [10 ** (len(weights) - place) for place in range(len(weights))]
    return " + ".join(f"{weight} * (n // {place} % 10)" for weight, place in zip(weights, places, strict=True))


#: Two weight rounds mod 11; where both give 10 the number was never issued (IIN) or ends in 0 (isikukood).
_IIN_FIRST, _IIN_SECOND = tuple(range(1, 12)), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_EE_FIRST, _EE_SECOND = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)

#: Whether a day exists, by its numbers.
_IS_DAY = (
    "m between 1 and 12 and d between 1 and case when m = 2 then if(y % 4 = 0 and (y % 100 <> 0 or y % 400 = 0), 29, 28) "
    "when m in (4, 6, 9, 11) then 30 else 31 end"
)

#: The seventh digit of an IIN: odd male, even female, the pair tells the century; 0 is a foreigner without either.
_CENTURY = (
    "case when c in ('1', '2') then '18' when c in ('3', '4') then '19' "
    "when c in ('5', '6') then '20' when c in ('7', '8') then '21' end"
)


#: Year and month of registration, kind of organisation, head office or branch; of 2000 to 2009 zeros may be lost. An id
#: that only looks like one is kept as it is, so the check digit decides.
_WHOLE_BIN = (
    "case when regexp_full_match(x, '[0-9]{9,11}') "
    "and regexp_full_match(lpad(x, 12, '0'), '[0-9]{2}(0[1-9]|1[0-2])[4-6][0-3][0-9]{6}') "
    "and check_round_iin(try_cast(x as bigint)) = try_cast(right(x, 1) as integer) then lpad(x, 12, '0') else x end"
)


def macros(scheme: str) -> tuple[str, ...]:
    """`create macro` statements for a sender whose bare person ids are of `scheme`.

    Over the text the sender wrote: `scheme_of(x)`, `number_of(x)` (an IIN with its zeros), `is_repaired_id(x)`. An id
    may carry its scheme before a colon.
    Over the id of an institution: `whole_bin(x)`, a BIN with its zeros; every other id as it is.
    Over those two: `canonical_id(scheme, number)`, `<scheme>:<id>`, null when the id breaks its rules.
    Over that: `is_local_id(id)`, `sex_of(id)`, `birth_year_of(id)`.

    A macro is text that is put in place of its name, so long ones are not nested: statements grow without bound.
    """
    return (
        f"create or replace temp macro is_named_id(x) as regexp_full_match(x, {_LOCAL})",
        # A scheme that everybody knows is the same in capitals.
        "create or replace temp macro known_scheme(s) as "
        "case when lower(s) in ('kz.iin', 'ee.isikukood') then lower(s) else s end",
        "create or replace temp macro scheme_of(x) as case when is_named_id(x) "
        f"then known_scheme(split_part(x, ':', 1)) when x is not null then {literal(scheme)} end",
        "create or replace temp macro unnamed_id(x) as "
        "case when is_named_id(x) then substr(x, instr(x, ':') + 1) else x end",
        # Born in 2000, January to September: three zeros are lost. More never are.
        "create or replace temp macro number_of(x) as case when scheme_of(x) = 'kz.iin' "
        "and regexp_full_match(unnamed_id(x), '[0-9]{9,11}') then lpad(unnamed_id(x), 12, '0') else unnamed_id(x) end",
        "create or replace temp macro is_repaired_id(x) as "
        "coalesce(scheme_of(x) = 'kz.iin' and regexp_full_match(unnamed_id(x), '[0-9]{9,11}'), false)",
        f"create or replace temp macro century_of(c) as {_CENTURY}",
        f"create or replace temp macro is_day(y, m, d) as {_IS_DAY}",
        f"create or replace temp macro check_round_iin(n) as case when ({_weighted(_IIN_FIRST)}) % 11 < 10 "
        f"then ({_weighted(_IIN_FIRST)}) % 11 else ({_weighted(_IIN_SECOND)}) % 11 end",
        f"create or replace temp macro check_round_ee(n) as case when ({_weighted(_EE_FIRST)}) % 11 < 10 "
        f"then ({_weighted(_EE_FIRST)}) % 11 else (({_weighted(_EE_SECOND)}) % 11) % 10 end",
        f"create or replace temp macro whole_bin(x) as {_WHOLE_BIN if scheme != 'ee.isikukood' else 'x'}",
        # A foreigner's century is not told: then a day of 20xx must exist, where 29 February of 00 does.
        "create or replace temp macro is_iin_number(n) as check_round_iin(n) = n % 10 and is_day("
        "case n // 100000 % 10 when 1 then 1800 when 2 then 1800 when 3 then 1900 when 4 then 1900 when 5 then 2000 "
        "when 6 then 2000 when 7 then 2100 when 8 then 2100 when 0 then 2000 end + n // 10000000000, "
        "n // 100000000 % 100, n // 1000000 % 100)",
        "create or replace temp macro is_iin(x) as regexp_full_match(x, '[0-9]{12}') "
        "and coalesce(is_iin_number(try_cast(x as bigint)), false)",
        "create or replace temp macro is_isikukood_number(n) as check_round_ee(n) = n % 10 and is_day("
        "1800 + (n // 10000000000 - 1) // 2 * 100 + n // 100000000 % 100, n // 1000000 % 100, n // 10000 % 100)",
        "create or replace temp macro is_isikukood(x) as regexp_full_match(x, '[1-8][0-9]{10}') "
        "and coalesce(is_isikukood_number(try_cast(x as bigint)), false)",
        "create or replace temp macro canonical_id(scheme, number) as case "
        "when scheme = 'kz.iin' then case when is_iin(number) then 'kz.iin:' || number end "
        "when scheme = 'ee.isikukood' then case when is_isikukood(number) then 'ee.isikukood:' || number end "
        f"when not regexp_full_match(number, {_EXPONENT}) then scheme || ':' || number end",
        "create or replace temp macro is_local_id(id) as "
        "not (starts_with(id, 'kz.iin:') or starts_with(id, 'ee.isikukood:'))",
        # The digit that tells sex and century: the seventh of an IIN, the first of an isikukood.
        "create or replace temp macro century_digit(id) as case when starts_with(id, 'kz.iin:') then substr(id, 14, 1) "
        "when starts_with(id, 'ee.isikukood:') then substr(id, 14, 1) end",
        "create or replace temp macro sex_of(id) as case when century_digit(id) in ('1', '3', '5', '7') then 'm' "
        "when century_digit(id) in ('2', '4', '6', '8') then 'f' end",
        "create or replace temp macro birth_year_of(id) as century_of(century_digit(id)) || "
        "case when starts_with(id, 'kz.iin:') then substr(id, 8, 2) else substr(id, 15, 2) end",
    )
