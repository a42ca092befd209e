"""An oblast of full size as tests look at it: everything that lasts in it, drawn once a process."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from ingest.simulate.country import SCENARIOS, SIZES, Order
from ingest.simulate.country.world import TEACHER, World, build

OBLAST, SEED = SIZES["oblast"], 1
__all__ = ["OBLAST", "SEED", "TEACHER", "oblast", "planted"]


@cache
def oblast(scenario: str = "base") -> World:
    """The oblast before it sends anything; nothing is written."""
    return build(Order(Path("nowhere"), OBLAST, SCENARIOS[scenario], SEED), 0)


def planted(world: World, rule: str) -> list[tuple[str, date, date]]:
    """Network, first day and day after the last of the episodes of a rule."""
    frame = world.episodes.frame.filter(rule=rule)
    return frame.select("cluster_id", "from_on", "before_on").rows()
