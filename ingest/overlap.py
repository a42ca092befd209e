"""Two files of one delivery that hold the same row: one row too many, or two that disagree.

Within a file that is settled when it is parsed. Across files it belongs to the delivery, so the log notes which
rows of it do not count, and why.
"""

from __future__ import annotations

from collections.abc import Iterable

from bilimkoz.sql import literal
from ingest.contract import Contract, contract
from ingest.landing import Landing
from ingest.log import Entry, Log
from ingest.manifest import Delivery
from ingest.parse import Parsed, parse_id
from ingest.workshop import Workshop, landed_columns


def find(
    workshop: Workshop,
    landing: Landing,
    log: Log,
    deliveries: Iterable[Delivery],
    fresh: dict[str, Parsed],
    files: dict[str, str],
) -> list[Entry]:
    """Log lines for rows that a delivery holds twice over its files: `repeated` or `conflict`."""
    landed = {name: entry["landed"] for name, entry in log.parses.items()}
    landed |= {
        name: {target: files[target] for target, counts in parsed.counts.items() if counts.landed_n}
        for name, parsed in fresh.items()
    }
    entries: list[Entry] = []
    for delivery in deliveries:
        names = {
            parse_id(
                file.fingerprint.sha256, file.path, file.feed, delivery.sender, workshop.key.id, workshop.code_map
            ): file.path
            for file in delivery.files
        }
        for target in sorted({target for name in names for target in landed.get(name, {})}):
            having = [name for name in names if target in landed.get(name, {})]
            if len(having) > 1:
                paths = {str(landing.folder / landed[name][target]) for name in having}
                entries += _doubles(workshop, contract(target), delivery.id, having, sorted(paths))
    return entries


def _doubles(workshop: Workshop, feed: Contract, delivery_id: str, parses: list[str], paths: list[str]) -> list[Entry]:
    key = ", ".join(f'"{name}"' for name in feed.key)
    same = " and ".join(f'r."{name}" is not distinct from d."{name}"' for name in feed.key)
    payload = ", ".join(f'"{column.name}"' for column in feed.loaded_columns)
    rows = workshop.connection.execute(
        f"""with r as (
            select {", ".join(f'"{name}"' for name in landed_columns(feed))}, _source_feed || _parse || lpad(cast(_row
            as varchar), 12, '0') || _item as place
            from read_parquet([{", ".join(literal(path) for path in paths)}])
            where _parse in ({", ".join(literal(name) for name in parses)})
        ), d as (
            select {key}, _source_feed, count(distinct md5(cast(row({payload}) as varchar))) > 1 as is_conflict,
            min(place) as first_place
            from r group by {key}, _source_feed having count(distinct _parse) > 1
        )
        select r._parse, r._row, r._item, d.is_conflict
        from r join d on {same} and r._source_feed = d._source_feed
        where d.is_conflict or r.place <> d.first_place
        order by all"""
    ).fetchall()
    return [
        {
            "kind": "double",
            "delivery_id": delivery_id,
            "feed": feed.feed,
            "parse_id": name,
            "row": row,
            "item": item,
            "fate": "conflict" if is_conflict else "repeated",
        }
        for name, row, item, is_conflict in rows
    ]
