"""Rows of one file that stand in it twice: the same again is counted and left out, two that disagree go to quarantine.

Of two cards of one person the newer answer is the card, and the rows of the older are left out. All this is found when
all rows are read, over all files of a run at once. A hash of the key finds the few rows to look at, a slice of the hashes
at a time, so that the memory this takes does not grow with the files.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bilimkoz.connection import registered
from bilimkoz.sql import identifier, literal
from ingest.contract import Contract, contract
from ingest.landed import key_hash
from ingest.parsed import Parsed
from ingest.workshop import UNSURE, Workshop, unsure

#: Hashes that are sorted at once; some 32 bytes each.
_SLICE_ROWS = 8_000_000
#: Which of several rows that say the same is kept: by its text, of which a hash tells the letters only, and then the first in
#: the file; an item's length puts post [10] after post [9].
PLACE = "{'wording': _wording, 'row': _row, 'length': length(_item), 'item': _item}"


def settle(workshop: Workshop, parsed: Iterable[Parsed]) -> None:
    """Takes repeats and conflicts out of the landed rows, and puts the counts of `parsed` right."""
    by_id = {item.parse_id: item for item in parsed}
    connection = workshop.connection
    _settle_meaning(workshop)
    _leave_out_older_cards(workshop, by_id)
    for feed in map(contract, workshop.good.feeds):
        if not _find(connection, feed):
            continue
        found = connection.execute(
            """select _parse, count(*) filter (not is_conflict), count(*) filter (is_conflict), min(_file_sha256)
            from doubles group by _parse"""
        ).fetchall()
        for name, repeated_n, conflict_n, _ in found:
            counts = by_id[name].counts[feed.feed]
            counts.landed_n -= repeated_n + conflict_n
            counts.repeated_n += repeated_n
            counts.quarantined_n += conflict_n
        connection.execute(
            f"""insert into quarantined
            select _parse, _file_sha256, {literal(feed.feed)}, _row, _item, 'conflict', {literal(feed.key[0])},
                key_hash, cast(null as varchar)
            from doubles where is_conflict"""
        )
        workshop.good.leave_out(feed.feed, "from doubles")
        for table in ("texts", "signatures") if any(column.privacy == "text" for column in feed.columns) else ():
            connection.execute(
                f"""delete from {table} as t using doubles as d where t.feed = {literal(feed.feed)}
                and t.parse_id = d._parse and t.row_no = d._row and t.item = d._item"""
            )


def _settle_meaning(workshop: Workshop) -> None:
    """Says of bad rows which institution they are of, where good rows of their file name it, and else nothing."""
    connection = workshop.connection
    is_unsure = f"starts_with(meant_id, {literal(UNSURE)})"
    open_feeds = f"select distinct feed from quarantined where {is_unsure} order by feed"
    for (name,) in connection.execute(open_feeds).fetchall():
        feed = contract(name)
        if feed.sender_scope and name in workshop.good.feeds:
            scope = identifier(feed.sender_scope)
            connection.execute(
                f"""update quarantined as q set meant_id = good.institution from (
                    select distinct _parse, {scope} as institution, {unsure(feed.sender_scope)} as hidden
                    from "rows_{name}"
                ) as good
                where q.feed = {literal(name)} and q.parse_id = good._parse and q.meant_id = good.hidden"""
            )
    connection.execute(f"update quarantined set meant_id = null where {is_unsure}")


def payload(feed: Contract) -> str:
    """SQL for what a row of `worded` says: the same for rows that say the same."""
    cells = ", ".join(f'"{column.name}"' for column in feed.loaded_columns)
    return f"md5(cast(row({cells}, _unhashed) as varchar))"


def worded(feed: Contract, rows: str, texts: str) -> str:
    """SQL of landed rows with their free text: `_wording`, all of it, and `_unhashed`, what no hash in the row tells."""
    hashed = [literal(column.made_from) for column in feed.columns if column.made_from] or ["''"]
    if not any(column.privacy == "text" for column in feed.columns):
        return f"(select *, '' as _wording, '' as _unhashed from {rows})"
    told = "string_agg(column_name || ' ' || wording, chr(31) order by column_name)"
    return f"""(select l.*, coalesce(t._wording, '') as _wording, coalesce(t._unhashed, '') as _unhashed
        from {rows} as l left join (
            select parse_id, row_no, item, {told} as _wording,
                {told} filter (where column_name not in ({", ".join(hashed)})) as _unhashed
            from {texts} where feed = {literal(feed.feed)} group by all
        ) as t on l._parse = t.parse_id and l._row = t.row_no and l._item = t.item)"""


def _leave_out_older_cards(workshop: Workshop, by_id: dict[str, Parsed]) -> None:
    connection = workshop.connection
    connection.execute(
        """create or replace temp table older_card as select parse_id, row_no from answered where person_id is not null
        qualify row_number() over (
            partition by parse_id, person_id order by answered_at desc nulls last, row_no desc
        ) > 1"""
    )
    if not connection.execute("select exists(from older_card)").fetchall()[0][0]:
        return
    for feed in workshop.good.feeds:
        older = f'from "rows_{feed}" as l semi join older_card as c on l._parse = c.parse_id and l._row = c.row_no'
        for name, count in workshop.good.leave_out(feed, older).items():
            by_id[name].counts[feed].landed_n -= count
            by_id[name].counts[feed].repeated_n += count


def _find(connection: duckdb.DuckDBPyConnection, feed: Contract) -> bool:
    """Makes table `doubles` of the rows that do not land; false if there are none."""
    key = ", ".join(f'"{name}"' for name in ("_parse", *feed.key))
    same = " and ".join(f'r."{name}" is not distinct from k."{name}"' for name in ("_parse", *feed.key))
    rows, landed = f'"rows_{feed.feed}"', f'"landed_{feed.feed}"'
    rows_n = connection.execute(f"select count(*) from {rows}").fetchall()[0][0]
    slices_n = -(-rows_n // _SLICE_ROWS)
    hashes = [
        _twice(
            connection.execute(f"select h from (select hash({key}) as h from {rows}) where h % {slices_n} = {number}")
        )
        for number in range(slices_n)
    ]
    repeated = np.concatenate([np.array([], np.uint64), *hashes])
    if not len(repeated):
        return False
    with registered(connection, "repeated", pa.table({"h": repeated})):
        connection.execute("create or replace temp table repeated_keys as from repeated")
    connection.execute(
        f"""create or replace temp table doubles as
        with r as (
            select {key}, _file_sha256, _row, _item, {PLACE} as place, {payload(feed)} as payload,
                {key_hash(feed)} as key_hash
            from {worded(feed, landed, "texts")} where hash({key}) in (select h from repeated_keys)
        ), k as (
            select {key}, count(distinct payload) > 1 as is_conflict, min(place) as first_place
            from r group by {key} having count(*) > 1
        )
        select r._parse, r._file_sha256, r._row, r._item, r.key_hash, k.is_conflict
        from r join k on {same} where k.is_conflict or r.place <> k.first_place"""
    )
    return True


def _twice(hashes: duckdb.DuckDBPyConnection) -> npt.NDArray[np.uint64]:
    """The hashes that are there more than once. Fetching and sorting them takes half the time of counting each."""
    found = np.sort(hashes.fetchnumpy()["h"])
    return np.unique(found[1:][found[1:] == found[:-1]])
