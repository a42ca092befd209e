"""Many random worlds laid side by side in one: each has people, institutions, clusters and senders of its own, and all are
looked at from the same day, so that one run of dbt serves them all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any

from random_world import FEEDS, _Maker
from retention_world import World

#: Columns that hold ids of one world, and what makes them unlike those of another.
_IDS = {"institution_id", "old_id", "new_id", "cluster_id", "_sender", "sender"}
_PEOPLE = {"person_id", "local_id"}

Row = dict[str, Any]


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
