"""How far the marts agree with a second implementation that goes person by person and day by day.

    PYTHONPATH=tests/oracle:tests/integration:tests/unit .venv/bin/python benchmarks/retention_agreement.py

Neither was written with a view of the other. What differs are readings of the definitions. Many worlds are laid side by
side in one: each has people, institutions, clusters and senders of its own, and all are looked at from the same day, so
that one run of dbt serves them all.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from random_world import FEEDS, _Maker
from retention_oracle import CurveRow, IndexRow, retention
from retention_world import World, build, rows

from bilimkoz.connection import connect

WORLDS = range(60)
AS_OF = date(2025, 12, 1)
SEGMENTS = ("all", "cluster", "in_network_at_entry", "first_post", "sex")
#: Columns that hold ids of one world, and what makes them unlike those of another.
_IDS = {"institution_id", "old_id", "new_id", "cluster_id", "_sender", "sender"}
_PEOPLE = {"person_id", "local_id"}
#: The oracle calls them so; in the marts a boolean is written true or false, and no cluster is `none`.
_VALUES = {("in_network_at_entry", "yes"): "true", ("in_network_at_entry", "no"): "false"}

Row = dict[str, Any]


def _own(row: Row, number: int) -> Row:
    """A row whose ids belong to world `number`."""
    return {
        name: f"{value}-{number}" if name in _IDS and value is not None
        else f"{value[:1]}{number:03x}{value[4:]}" if name in _PEOPLE and value is not None
        else value
        for name, value in row.items()
    }  # fmt: skip


def _together() -> dict[str, list[Row]]:
    """The rows of all worlds, feed by feed; regions are shared."""
    feeds: dict[str, list[Row]] = {feed: [] for feed in FEEDS}
    for number in WORLDS:
        maker = _Maker(Random(number))
        maker.as_of = AS_OF
        for feed, given in maker.make().feeds.items():
            feeds[feed] += [_own(row, number) for row in given] if feed != "regions" else []
            if feed == "regions" and not feeds[feed]:
                feeds[feed] += given
    return feeds


def _world(feeds: dict[str, list[Row]]) -> World:
    world = World(AS_OF.isoformat())
    for kept in world.rows.values():
        kept.clear()
    for feed, given in feeds.items():
        for row in given:
            if feed == "senders":
                world.rows["sender"].append(
                    {name: row.get(name) for name in ("sender", "register", "registry_complete_from")}
                )
            else:
                world._add(feed, **row)
    return world


def _key(row: IndexRow | CurveRow, at: int) -> tuple[Any, ...]:
    value = _VALUES.get((row.segment, row.segment_value), row.segment_value)
    estimand = row.estimand if isinstance(row, IndexRow) else ""
    return row.cohort_year, row.level, estimand, row.segment, value, at


def main() -> None:
    feeds = _together()
    oracle = retention(feeds, AS_OF)
    counts = ("hired_n", "retained_n", "unknown_n", "removed_n", "unproved_n", "never_started_n", "institutions_n")
    wanted = {_key(row, row.horizon_months): row for row in oracle.index if row.segment in SEGMENTS}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "world").mkdir()
        warehouse = build(_world(feeds), Path(folder) / "world", tests=False)
        with connect(warehouse, read_only=True) as connection:
            found = rows(connection, "select * from marts.retention_index where cohort_year <> 'rolling'")
    names = ("cohort_year", "level", "estimand", "segment", "segment_value", "horizon_months")
    pairs = [(wanted[key], row) for row in found if (key := tuple(row[name] for name in names)) in wanted]
    print(f"{len(pairs)} rows of the index in both")
    for count in counts:
        same = sum(getattr(one, count) == other[count] for one, other in pairs)
        print(f"{count:16} {same / len(pairs):7.2%}")


if __name__ == "__main__":
    main()
