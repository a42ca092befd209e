"""Nested sources: each list in a record (a post, a course, a diploma) is a row of a target feed.

The contract of the source names the lists and says where each column comes from; the target's contract then
judges the row as it judges any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from bilimkoz.sql import identifier, literal
from ingest.contract import Contract, Section
from ingest.readers.tables import json_records
from ingest.readers.text import Fingerprint
from ingest.readers.xml import xml_records

#: Answers carry seconds, milliseconds or an ISO time; the day is that of the project's own zone.
_ANSWER_DAY = """create or replace temp macro answer_day(t) as cast(case
    when regexp_full_match(t, '[0-9]{9,10}') then timezone('Asia/Almaty', to_timestamp(cast(t as bigint)))
    when regexp_full_match(t, '[0-9]{12,13}') then timezone('Asia/Almaty', to_timestamp(cast(t as bigint) / 1000))
    else to_date(t) end as date)"""
#: Of two answers of one day the later is the newer; also in the project's own zone.
_ANSWER_MOMENT = """create or replace temp macro answer_moment(t) as coalesce(case
    when regexp_full_match(t, '[0-9]{9,10}') then timezone('Asia/Almaty', to_timestamp(cast(t as bigint)))
    when regexp_full_match(t, '[0-9]{12,13}') then timezone('Asia/Almaty', to_timestamp(cast(t as bigint) / 1000))
    else timezone('Asia/Almaty', try_cast(t as timestamptz)) end, cast(answer_day(t) as timestamp))"""
#: Whether something ran on a day, by its last day and by what the source says of it.
_STILL_RUNS = """create or replace temp macro still_runs(ends, is_valid, day) as coalesce(to_boolean(is_valid), false)
    and (ends is null or day is null or coalesce(to_date(ends) > day, false))"""


FORMATS = (".xml", ".json", ".jsonl")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the macros of the contracts of nested sources known to a connection."""
    for macro in (_ANSWER_DAY, _ANSWER_MOMENT, _STILL_RUNS):
        connection.execute(macro)


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, fingerprint: Fingerprint
) -> Iterator[None]:
    """Fills the temporary table `records` from an XML or JSON file of a nested feed, part after part.

    A JSON answer that holds a list of records (`recordPath`) becomes those records, numbered over the whole file: a file
    may hold several answers. In XML the records are told by their element.
    """
    if path.suffix.lower() == ".xml":
        yield from xml_records(connection, path, contract.nested["xmlElement"])
        return
    is_unfolded, last_row = False, 0
    for _ in json_records(connection, path, fingerprint):
        if contract.nested["recordPath"]:
            arrow = _arrow(contract.nested["recordPath"])
            has_answers = f"select exists(from records where (record -> {arrow}) is not null)"
            is_unfolded = is_unfolded or connection.execute(has_answers).fetchall()[0][0]
            if is_unfolded:
                _unfold(connection, arrow, last_row)
            last_row = connection.execute("select coalesce(max(_row), ?) from records", [last_row]).fetchall()[0][0]
        yield


def _unfold(connection: duckdb.DuckDBPyConnection, arrow: str, last_row: int) -> None:
    """Puts the records an answer holds in its place; what holds none stays, and is judged as a record."""
    connection.execute(
        f"""create or replace temp table records as
        select {last_row} + row_number() over (order by _row, i) as _row, record from (
            select _row, unnest(list) as record, generate_subscripts(list, 1) as i from (
                select _row, case when (record -> {arrow}) is not null then as_list(record -> {arrow})
                    else [record] end as list
                from records))"""
    )


def sort_out(
    connection: duckdb.DuckDBPyConnection, contract: Contract, records: str
) -> list[tuple[int, int, int, int]]:
    """Divides records: table `cards` holds what can be read or is empty by design, table `broken` the rest.

    `records` is SQL that gives `_source` (which file), `_row` and `record`. Returns of each file its number, how many cards
    there are, how many of them have no content, and how many records are broken.
    """
    empty = contract.nested.get("emptyWhen", "false")
    answered = contract.nested.get("answeredAt", "cast(null as varchar)")
    card = (
        f"coalesce(record -> {literal(contract.nested['cardPath'])}, record)"
        if "cardPath" in contract.nested
        else "record"
    )
    connection.execute(
        f"create or replace temp table whole_records as select _source, _row, cast(record as json) as record from ({records})"
    )
    connection.execute(
        f"""create or replace temp table cards as
        select *, not is_empty and not coalesce({contract.nested.get("cardWhen", "true")}, false) as is_broken
        from (
            select _source, _row, record, {card} as card, answer_day({answered}) as answered_on,
                answer_moment({answered}) as answered_at,
                coalesce({empty}, false) as is_empty
            from whole_records where record is not null and json_type(record) = 'OBJECT'
        )"""
    )
    connection.execute(
        """create or replace temp table broken as
        select _source, _row from whole_records where record is null or json_type(record) <> 'OBJECT'
        union all select _source, _row from cards where is_broken"""
    )
    connection.execute("delete from cards where is_broken; drop table whole_records")
    return connection.execute(
        """select _source, count(*) filter (kind <> 'broken'), count(*) filter (kind = 'empty'),
            count(*) filter (kind = 'broken')
        from (
            select _source, if(is_empty, 'empty', 'card') as kind from cards union all select _source, 'broken' from broken
        ) group by _source"""
    ).fetchall()


def _arrow(path: list[str]) -> str:
    return literal("/" + "/".join(path))


def section_rows(section: Section) -> tuple[str, dict[str, str]]:
    """SQL for the leaves of a section, and for each target column the SQL of its text."""
    if section.path == ".":
        rows = (
            "select _source, _row, '' as _item, record, card, card as leaf, answered_on from cards where not is_empty"
        )
    else:
        rows = f"""select _source, _row, {literal(section.path)} || '[' || i || ']' as _item, record, card, leaf, answered_on
        from (
            select _source, _row, record, card, answered_on, unnest(leaves) as leaf, generate_subscripts(leaves, 1) as i from (
                select _source, _row, record, card, answered_on, as_list(card -> {literal(section.path)}) as leaves from cards
                where not is_empty))"""
    if section.split_by:
        rows = f"""select _source, _row,
            case when parts_n > 1 then _item || {literal(f".{section.split_by}[")} || p || ']' else _item end as _item,
            record, card, leaf, answered_on, part from (
                select *, unnest(parts) as part, generate_subscripts(parts, 1) as p, len(parts) as parts_n from (
                    select *, case when len(as_list(leaf -> {literal(section.split_by)})) = 0 then [cast(null as json)]
                        else as_list(leaf -> {literal(section.split_by)}) end as parts from ({rows})))"""
    raw = {
        column.name: column.fill or f"text_of(leaf -> {literal(column.source_name or column.name)})"
        for column in section.columns
    }
    texts = "".join(f", text_of({place}) as {identifier(name)}" for name, place in section.texts.items())
    flags = "".join(f", {sql} as {identifier(name)}" for name, sql in section.flags.items())
    return f"select *{flags} from (select *, false as _broken{texts} from ({rows}))", raw
