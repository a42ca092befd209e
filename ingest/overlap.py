"""Two files of one delivery that hold the same row: one row too many, or two that disagree.

Within a file that is settled when it is parsed (`ingest.repeats`). Across files it belongs to the delivery and to what is
accepted of it now: a file that waits or could not be read takes no row from one that holds. So it is found anew in each
run, from landed rows and from the keys of rows that were conflicts within their own file.
"""

from __future__ import annotations

import duckdb

from bilimkoz.sql import literal
from ingest.contract import Contract, contract, feeds, target_feeds
from ingest.landed import key_hash
from ingest.repeats import PLACE, payload, worded

COLUMNS = "delivery_id varchar, feed varchar, parse_id varchar, row_no bigint, item varchar, fate varchar"


def find(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `log.doubles` of the rows that do not count, `repeated` or `conflict`, from `raw` and the rest of `log`."""
    connection.execute(f"create or replace table log.doubles ({COLUMNS})")
    connection.execute(
        """create or replace temp table accepted_parse as
        select distinct delivery_id, parse_id, feed from log.files where state = 'accepted'"""
    )
    cards = ", ".join(literal(feed) for feed in feeds() if "personColumn" in contract(feed).nested)
    # A card is always full for its person: of two answers in one delivery the newer is the card.
    connection.execute(
        f"""create or replace temp table older_card as
        select k.delivery_id, k.parse_id, a.row_no
        from accepted_parse as k join log.answered as a on k.parse_id = a.parse_id
        where k.feed in ({cards}) and a.person_id is not null
        qualify row_number() over (
            partition by k.delivery_id, a.person_id order by a.answered_at desc nulls last, a.parse_id, a.row_no desc
        ) > 1"""
    )
    for feed in map(contract, target_feeds()):
        several = connection.execute(_several(feed)).fetchall()
        if several:
            _add(connection, feed)
    for table in ("accepted_parse", "older_card", "several"):
        connection.execute(f"drop table if exists temp.{table}")


def _several(feed: Contract) -> str:
    """Makes `several`, the readings of deliveries that fill a feed from more than one; gives rows if there are any."""
    return f"""create or replace temp table several as
        select k.* from accepted_parse as k join log.parses as p on k.parse_id = p.parse_id
        where p.feed = {literal(feed.feed)} and p.landed_n + p.quarantined_n > 0
        qualify count(*) over (partition by k.delivery_id) > 1;
        select 1 from several limit 1"""


def _add(connection: duckdb.DuckDBPyConnection, feed: Contract) -> None:
    connection.execute(
        f"""insert into log.doubles
        with r as (
            select s.delivery_id, s.feed as source_feed, r._parse as parse_id, r._row as row_no, r._item as item,
                {key_hash(feed)} as key_hash, {payload(feed)} as payload,
                {{'parse': r._parse, 'place': {PLACE}}} as place,
                o.parse_id is not null as is_older
            from {worded(feed, f'raw."{feed.feed}"', "log.texts")} as r
            join several as s on r._parse = s.parse_id
            left join older_card as o
                on s.delivery_id = o.delivery_id and r._parse = o.parse_id and r._row = o.row_no
        ), found as (
            select delivery_id, source_feed, key_hash, count(distinct payload) > 1 as is_conflict,
                min(place) as first_place
            from r where not is_older group by all
        ), conflict_within as (
            select distinct s.delivery_id, s.feed as source_feed, q.key_hash
            from log.quarantine as q join several as s on q.parse_id = s.parse_id
            where q.feed = {literal(feed.feed)} and q.rule = 'conflict'
        )
        select r.delivery_id, {literal(feed.feed)}, r.parse_id, r.row_no, r.item,
            case when r.is_older then 'repeated'
                when f.is_conflict or w.key_hash is not null then 'conflict' else 'repeated' end
        from r
        left join found as f using (delivery_id, source_feed, key_hash)
        left join conflict_within as w using (delivery_id, source_feed, key_hash)
        where r.is_older or f.is_conflict or w.key_hash is not null or r.place <> f.first_place
        order by all"""
    )
