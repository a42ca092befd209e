"""Whom surveys ask: teachers, mentors, heads of schools, and students who are in practicum."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl

from ingest.simulate.country import network_life, practicum
from ingest.simulate.country.staff import BEGINNER
from ingest.simulate.country.world import World
from ingest.simulate.people import ROLE_INDEX

Audience = Literal["teacher", "by_age", "mentor", "school_admin", "student"]
#: Days in a first post within which a teacher is a young one.
YOUNG = 3 * 365


def audience(world: World, who: Audience, day: date, number: int) -> pl.DataFrame:
    """Those of schools who may be asked on a day of a delivered year.

    Returns:
        person (whose mind and work it is), respondent (a number of one's own), institution, institution_id, role.
    """
    if who == "student":
        return _students(world, day, number)
    if who == "school_admin":
        frame = world.of_schools(day, teachers=False).filter(pl.col("role") == ROLE_INDEX["school_leader"])
    else:
        frame = world.of_schools(day, teachers=True)
    if who == "mentor":
        pairs = network_life.mentors(world, number).drop_nulls("mentee_id")
        frame = frame.join(pairs, left_on="person_id", right_on="mentor_id", how="semi", maintain_order="left")
    role = pl.lit("teacher" if who == "by_age" else who)
    if who == "by_age":
        begins = pl.Series(world.staff.people.way == BEGINNER).gather(frame["person"])
        role = (
            pl.when(begins & (pl.col("start") > day - timedelta(days=YOUNG)))
            .then(pl.lit("young_teacher"))
            .otherwise(role)
        )
    return frame.select("person", "institution", "institution_id", respondent="person", role=role)


def _students(world: World, day: date, number: int) -> pl.DataFrame:
    """Students in a practicum on the day."""
    placed = practicum.placements(world, number).with_row_index("row")
    home = pl.DataFrame({"school_id": world.schools.bins, "institution": np.arange(world.schools.n)})
    placed = placed.filter(pl.col("starts_on") <= day, pl.col("ends_on") >= day).join(
        home, on="school_id", maintain_order="left"
    )
    return placed.select(
        person=pl.col("row").cast(pl.Int64) % world.staff.people.n,
        institution="institution",
        institution_id="school_id",
        respondent=pl.col("row").cast(pl.Int64) + 100_000 * (number + 1),
        role=pl.lit("student"),
    )
