"""SQL macros by which texts become values, and the codes that they are looked up in."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

#: SQL of the text that stands for an object or a list where one value belongs. What is in it, names perhaps, is not kept.
NESTED = "chr(0)"
#: Seeds whose codes columns hold, beside the map of foreign codes; a code has names in several languages as well.
CODES = ("subjects", "indicators")

#: Values of a list whose order is kept.
_SHORT_LIST = 1_000

#: What may stand around a cell without being of it.
_BLANKS = " || ".join(f"chr({ord(blank)})" for blank in " \t\n\r\u00a0\ufeff")
#: A cell without blanks around it; null where nothing is left.
CLEANED = f"create or replace temp macro cleaned(t) as nullif(trim(t, {_BLANKS}), '')"
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
_VALUES = (
    # The bounds of a spreadsheet's serial number keep a bare year from being read as one: 15000 is 1941, 80000 is 2119.
    "create or replace temp macro is_serial(t) as regexp_full_match(t, '[0-9]{5}([.][0-9]+)?') "
    "and try_cast(substr(t, 1, 5) as integer) between 15000 and 80000",
    r"""create or replace temp macro to_date(t) as case
        when regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?')
            then try_cast(substr(t, 1, 10) as date)
        when regexp_full_match(t, '[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}( [0-9:]+)?')
            then cast(try_strptime(split_part(t, ' ', 1), '%d.%m.%Y') as date)
        when is_serial(t) then date '1899-12-30' + cast(substr(t, 1, 5) as integer)
        end""",
    # A moment as UTC. Without a zone it is one of the project's own.
    "create or replace temp macro of_almaty(moment) as timezone('UTC', timezone('Asia/Almaty', moment))",
    # The engine wants seconds where there is a zone, and a colon within the zone.
    r"""create or replace temp macro whole_moment(t) as regexp_replace(
        regexp_replace(t, '([+-][0-9]{2})([0-9]{2})$', '\1:\2'), '^(.{16}) ?(Z|[+-][0-9:]+)$', '\1:00\2')""",
    rf"""create or replace temp macro to_moment(t) as case
        when regexp_full_match(t, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_TIME} ?(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)')
            then timezone('UTC', try_cast(whole_moment(t) as timestamptz))
        when regexp_full_match(t, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_TIME})?') then of_almaty(try_cast(t as timestamp))
        when regexp_full_match(t, '[0-9]{{1,2}}[.][0-9]{{1,2}}[.][0-9]{{4}}( [0-9:]+)?')
            then of_almaty(try_strptime(t, ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y']))
        when is_serial(t) then of_almaty(timestamp '1899-12-30'
            + to_seconds(cast(round(try_cast(t as double) * 86400) as bigint)))
        end""",
    # A spreadsheet writes 0.05 as 5.0000000000000003E-2, and parts thousands by any of three spaces.
    r"""create or replace temp macro to_number(t) as case
        when regexp_full_match(t, '[+-]?[0-9][0-9 \x{a0}\x{202f}]*([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?')
            then translate(t, ', ' || chr(160) || chr(8239), '.') end""",
    """create or replace temp macro to_boolean(t) as case when lower(t) in ('true', '1', 'иә', 'да', 'jah') then true
        when lower(t) in ('false', '0', 'жоқ', 'нет', 'ei') then false end""",
    CLEANED,
    "create or replace temp macro kind_of(t) as case when t is null then null when to_date(t) is not null then 'date' "
    "when to_number(t) is not null then 'number' else 'text' end",
    # The values of a list in one cell, each once, in their order. To find each among all before it takes memory and time as
    # their square: of more values than any list of ours has, the order is that of the values.
    f"create or replace temp macro once_each(l) as case when len(l) <= {_SHORT_LIST} then "
    "list_filter(l, lambda e, i: e is not null and list_position(l, e) = i) else list_sort(list_distinct(l)) end",
    "create or replace temp macro parts(t) as "
    "once_each(list_transform(string_split(t, ';'), lambda part: cleaned(part)))",
    # A question mark before a letter is what an encoding without the letter leaves of it. In a sentence one after a letter
    # asks something; in a name nothing is asked.
    r"create or replace temp macro letters_lost(t) as contains(t, '?') and regexp_matches(t, '[?]\p{L}')",
    r"create or replace temp macro name_letters_lost(t) as contains(t, '?') and regexp_matches(t, '[?]\p{L}|\p{L}[?]')",
)
_WORDS = (
    # A name in one form for comparison: lower case, no quotation marks, words joined by hyphens.
    r"""create or replace temp macro slug(t) as trim(regexp_replace(lower(t), '[^\p{L}\p{N}]+', '-', 'g'), '-')""",
    r"create or replace temp macro plain(t) as lower(regexp_replace(trim(t), '\s+', ' ', 'g'))",
    "create or replace temp macro exact_code(map, value, context) as "
    "getvariable('code_map')[map || '|' || context || '|' || plain(value)]",
    """create or replace temp macro code(map, value, context) as coalesce(
        exact_code(map, value, context),
        getvariable('code_map')[map || '||' || plain(value)],
        case when value is not null then getvariable('code_map')[map || '||*'] end)""",
    # A title says more than a code has: what it begins or ends with places it, two words or one, if the whole does not.
    r"""create or replace temp macro placed_title(map, value) as coalesce(
        getvariable('code_map')[map || '||' || plain(value)],
        getvariable('code_map')[map || '|begins|' || regexp_extract(plain(value), '^[\p{L}-]+ [\p{L}-]+')],
        getvariable('code_map')[map || '|ends|' || regexp_extract(plain(value), '[\p{L}-]+ [\p{L}-]+$')],
        getvariable('code_map')[map || '|begins|' || regexp_extract(plain(value), '^[\p{L}-]+')],
        getvariable('code_map')[map || '|ends|' || regexp_extract(plain(value), '[\p{L}-]+$')])""",
    """create or replace temp macro title_code(map, value) as coalesce(placed_title(map, value),
        case when value is not null then getvariable('code_map')[map || '||*'] end)""",
)
_JSON = (
    """create or replace temp macro as_list(j) as case when j is null or json_type(j) = 'NULL' then cast([] as json[])
        when json_type(j) = 'ARRAY' then cast(j as json[]) else [j] end""",
    # What a sender wrote at a place of JSON; an object or a list stands where one value belongs: see NESTED.
    f"""create or replace temp macro text_of(j) as
        case when json_type(j) in ('OBJECT', 'ARRAY') then {NESTED} else cleaned(j ->> '$') end""",
    f"""create or replace temp macro texts
        (j) as list_filter(list_transform(as_list(j), lambda e: text_of(e)), lambda e: e <> {NESTED}),
        (j, key) as list_filter(list_transform(as_list(j), lambda e: text_of(e -> key)), lambda e: e <> {NESTED})""",
    # What a column of lists takes from JSON, where a list is one.
    "create or replace temp macro list_text_of(j) as "
    "nullif(array_to_string(list_transform(as_list(j), lambda e: text_of(e)), ';'), '')",
    # The id of an institution of which only the name is given.
    f"""create or replace temp macro named_id(t) as case when t = {NESTED} then t
        else 'name:' || nullif(slug(t), '') end""",
)
_TEXT = (
    # Of a text only the letters, in lower case and parted by single spaces, so that its hash agrees between senders.
    r"""create or replace temp macro letters_of(t) as trim(regexp_replace(
        regexp_replace(lower(nfc_normalize(t)), '[^\p{L}\s]+', '', 'g'), '\s+', ' ', 'g'))""",
    # Addresses of mail and names on a network; runs of at least seven digits, however they are parted: identifiers, telephones,
    # cards. Days stay, since much is said of days: their marks are swapped for others while numbers are looked for.
    r"""create or replace temp macro masked_text(t) as translate(regexp_replace(regexp_replace(regexp_replace(
        regexp_replace(regexp_replace(t, '[^\s@<>(),;:]+@[^\s@<>(),;:]+[.]\p{L}{2,}', '[e-mail]', 'g'),
            '@[A-Za-z0-9_.]{3,}', '[@]', 'g'),
        '\b((?:19|20)[0-9]{2})-([01][0-9])-([0-3][0-9])\b', '\1' || chr(1) || '\2' || chr(1) || '\3', 'g'),
        '\b([0-3]?[0-9])[.]([01]?[0-9])[.]((?:19|20)[0-9]{2})\b', '\1' || chr(2) || '\2' || chr(2) || '\3', 'g'),
        '[+(]?\p{Nd}(?:[\s\p{Zs}\p{Pd}().+/_]*\p{Nd}){6,}', '[№]', 'g'), chr(1) || chr(2), '-.')""",
)


def prepare(connection: duckdb.DuckDBPyConnection, code_map: Path) -> None:
    """Makes the macros and the codes known to a connection; seeds of codes lie beside the map of foreign ones."""
    for macro in (*_VALUES, *_WORDS, *_JSON, *_TEXT):
        connection.execute(macro)
    entries = dict(_foreign_codes(code_map))
    for name in CODES:
        entries |= {f"{name}||{word}": code for word, code in _own_codes(code_map.with_name(f"{name}.csv"))}
    connection.execute("set variable code_map = map(?, ?)", [list(entries), list(entries.values())])
    connection.execute("set variable scope = cast([] as varchar[]); set variable senders = cast([] as varchar[])")


def plain(text: str) -> str:
    """What macro `plain` makes of a word."""
    return " ".join(text.lower().split())


def _foreign_codes(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"{row['map']}|{row['context']}|{row['source_value']}", row["code"]


def _own_codes(path: Path) -> Iterator[tuple[str, str]]:
    """Words of a seed, each with the code it stands for: the code itself, its names, and its other names."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = [row[name] for name in row if name.startswith("name_")]
            for word in (row["code"], *names, *row.get("aliases", "").split(";")):
                if word:
                    yield plain(word), row["code"]
