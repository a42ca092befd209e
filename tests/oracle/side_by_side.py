"""Many random worlds laid side by side in one: each has people, institutions, clusters and senders of its own, and all are
looked at from the same day, so that one run of dbt serves them all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from once import Once
from random_world import FEEDS, _Maker
from retention_world import World, build

#: Columns that hold ids of one world, and what makes them unlike those of another.
_IDS = {"institution_id", "old_id", "new_id", "cluster_id", "_sender", "sender"}
_PEOPLE = {"person_id", "local_id"}

Row = dict[str, Any]

#: The worlds that the marts and the second implementation are compared over, and the day they are looked at from.
AS_OF = date(2025, 12, 1)
WORLDS = range(40)
#: Segments that the second implementation knows; it calls two of their values otherwise.
SEGMENTS = ("all", "cluster", "in_network_at_entry", "first_post", "sex")
VALUES = {("in_network_at_entry", "yes"): "true", ("in_network_at_entry", "no"): "false"}


def built_worlds(once: Once) -> Path:
    """The worlds, built once for all test files that compare."""
    return once(
        "random_worlds", lambda folder: build(as_world(together(WORLDS, AS_OF), AS_OF), folder, tests=False)
    ) / ("warehouse.duckdb")


def known_segments(found: list[Row]) -> list[Row]:
    """Rows of a mart that the second implementation tells too; of cohorts it does not ask about people in no cluster."""
    return [
        row
        for row in found
        if row["segment"] in SEGMENTS and (row["segment"], row["segment_value"]) != ("cluster", "none")
    ]


def value_in_mart(segment: str, value: str) -> str:
    return VALUES.get((segment, value), value)


def same(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


def differences(found: dict[Any, Row], wanted: dict[Any, Row]) -> dict[Any, dict[str, tuple[Any, Any]]]:
    """By key that both hold: the figures that differ, as found and as wanted."""
    wrong = {
        key: {
            name: (found[key][name], value) for name, value in wanted[key].items() if not same(found[key][name], value)
        }
        for key in wanted.keys() & found.keys()
    }
    return {key: named for key, named in wrong.items() if named}


def _own(row: Row, number: int) -> Row:
    """A row whose ids belong to world `number`."""
    return {
        name: f"{value}-{number}" if name in _IDS and value is not None
        else f"{value[:1]}{number:03x}{value[4:]}" if name in _PEOPLE and value is not None
        else value
        for name, value in row.items()
    }  # fmt: skip


def together(numbers: Iterable[int], as_of: date) -> dict[str, list[Row]]:
    """The rows of all worlds, feed by feed; regions are shared."""
    feeds: dict[str, list[Row]] = {feed: [] for feed in FEEDS}
    for number in numbers:
        maker = _Maker(Random(number))
        maker.as_of = as_of
        for feed, given in maker.make().feeds.items():
            feeds[feed] += [_own(row, number) for row in given] if feed != "regions" else []
            if feed == "regions" and not feeds[feed]:
                feeds[feed] += given
    return feeds


def as_world(feeds: dict[str, list[Row]], as_of: date) -> World:
    """The rows as the world that dbt is run over."""
    world = World(as_of.isoformat())
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
