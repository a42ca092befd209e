"""Nested sources: each list in a record (a post, a course, a diploma) is a row of a target feed.

The contract of the source names the lists and says where each column comes from; the target's contract then
judges the row as it judges any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from bilimkoz.sql import literal
from ingest.contract import Contract, Section
from ingest.problems import Refusal
from ingest.readers.tables import json_records
from ingest.readers.text import Fingerprint
from ingest.readers.xml import xml_records

#: Answers carry seconds, milliseconds or an ISO time; the day is that of the project's own zone.
_ANSWER_DAY = """create or replace temp macro answer_day(t) as cast(case
    when regexp_full_match(t, '[0-9]{9,10}') then timezone('Asia/Almaty', to_timestamp(cast(t as bigint)))
    when regexp_full_match(t, '[0-9]{12,13}') then timezone('Asia/Almaty', to_timestamp(cast(t as bigint) / 1000))
    else to_date(t) end as date)"""


FORMATS = (".xml", ".json", ".jsonl")


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, fingerprint: Fingerprint
) -> Iterator[None]:
    """Fills the temporary table `records` from an XML or JSON file of a nested feed, part after part."""
    if path.suffix.lower() == ".xml":
        return xml_records(connection, path, contract.nested["xmlElement"])
    return json_records(connection, path, fingerprint)


def unfold(connection: duckdb.DuckDBPyConnection, contract: Contract) -> tuple[int, int]:
    """Follows the record path into `records`: table `cards` holds what is an object, table `broken` the rest.

    Returns how many answers have no content, and how many records are broken.

    Raises:
        Refusal: the path leads nowhere, so the file is something else.
    """
    path = contract.nested["recordPath"]
    connection.execute(_ANSWER_DAY)
    if (
        path
        and connection.execute(f"select count(*) from records where (record -> {_arrow(path)}) is not null").fetchall()[
            0
        ][0]
    ):
        connection.execute(
            f"""create or replace temp table records as
            select generate_subscripts(list, 1) as _row, unnest(list) as record
            from (select as_list(record -> {_arrow(path)}) as list from records)"""
        )
    elif (
        path and connection.execute("select count(*) from records where json_type(record) <> 'OBJECT'").fetchall()[0][0]
    ):
        raise Refusal("records_not_found", path="/".join(path))
    empty = contract.nested.get("emptyWhen", "false")
    answered = contract.nested.get("answeredAt", "cast(null as varchar)")
    card = (
        f"coalesce(record -> {literal(contract.nested['cardPath'])}, record)"
        if "cardPath" in contract.nested
        else "record"
    )
    connection.execute(
        f"""create or replace temp table cards as
        select _row, record, {card} as card, answer_day({answered}) as answered_on, coalesce({empty}, false) as is_empty
        from records where record is not null and json_type(record) = 'OBJECT'"""
    )
    connection.execute(
        "create or replace temp table broken as select _row from records "
        "where record is null or json_type(record) <> 'OBJECT'"
    )
    counts = "select (select count(*) from cards where is_empty), (select count(*) from broken)"
    empty_n, broken_n = connection.execute(counts).fetchall()[0]
    return empty_n, broken_n


def _arrow(path: list[str]) -> str:
    return literal("/" + "/".join(path))


def section_rows(section: Section) -> tuple[str, dict[str, str]]:
    """SQL for the leaves of a section, and for each target column the SQL of its text."""
    if section.path == ".":
        rows = "select _row, '' as _item, record, card, card as leaf, answered_on from cards where not is_empty"
    else:
        rows = f"""select _row, {literal(section.path)} || '[' || i || ']' as _item, record, card, leaf, answered_on
        from (
            select _row, record, card, answered_on, unnest(leaves) as leaf, generate_subscripts(leaves, 1) as i from (
                select _row, record, card, answered_on, as_list(card -> {literal(section.path)}) as leaves from cards
                where not is_empty))"""
    if section.split_by:
        rows = f"""select _row, case when parts_n > 1 then _item || {literal(f".{section.split_by}[")} || p || ']' else
        _item end as _item,
            record, card, leaf, answered_on, part from (
                select *, unnest(parts) as part, generate_subscripts(parts, 1) as p, len(parts) as parts_n from (
                    select *, case when len(as_list(leaf -> {literal(section.split_by)})) = 0 then [cast(null as json)]
                        else as_list(leaf -> {literal(section.split_by)}) end as parts from ({rows})))"""
    raw = {
        column.name: column.fill or f"leaf ->> {literal(column.source_name or column.name)}"
        for column in section.columns
    }
    return f"select *, false as _broken from ({rows})", raw
