"""Who of a network's people does something together."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country.world import World
from ingest.simulate.dates import Ints


def teachers(world: World, number: int, *, month: int = 10) -> pl.DataFrame:
    """Teachers of schools on the first of a month of a delivered year, with their network as `member`, -1 for none."""
    year = world.year(number)
    frame = world.of_schools(date(year + (month < 9), month, 1), teachers=True)
    return frame.with_columns(member=pl.Series(world.member(frame["institution"].to_numpy(), year)))


def dealt(people: pl.DataFrame, member: Ints, each: int, rng: np.random.Generator) -> pl.DataFrame:
    """`each` different people of its network for each row: row (from 0), step, person_id, institution_id.

    A network with fewer people gives all it has.
    """
    pools = people.group_by("member", maintain_order=True).agg("person_id", "institution_id")
    rows = pl.DataFrame({"member": member, "start": rng.integers(0, 1 << 30, len(member))}).with_row_index("row")
    rows = rows.join(pl.DataFrame({"step": range(each)}), how="cross")
    rows = rows.join(pools, on="member", how="inner", maintain_order="left")
    rows = rows.filter(pl.col("step") < pl.col("person_id").list.len())
    place = (pl.col("start") + pl.col("step")) % pl.col("person_id").list.len().cast(pl.Int64)
    return rows.select("row", "step", pl.col("person_id").list.get(place), pl.col("institution_id").list.get(place))


def founded(world: World, number: int, each: int) -> Ints:
    """The networks that exist in a delivered year, each so many times in turn."""
    there = np.flatnonzero(world.schools.founded <= world.year(number))
    return np.repeat(there, each)


def codes(head: str, world: World, number: int, n: int) -> pl.Series:
    """`n` keys of a delivered year: the head, the oblast, the year and a running number."""
    return pl.select(
        pl.format(f"{head}{world.code}{number}-{{}}", pl.int_range(n).cast(pl.String).str.zfill(5))
    ).to_series()
