"""Who teaches which class: main teachers of the school, and practicants in spring.

Classes are dealt to teachers at random, and it makes no difference to pupils who teaches them: what is found is chance.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from ingest.simulate.country.world import World
from ingest.simulate.dates import Ints


def assignments(world: World, number: int, results: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Rows of `teaching_assignments` of a delivered year, for the classes and subjects of its results.

    Args:
        placed: rows of `practicum_placements` of the year.
    """
    rng = world.rng("lessons", number)
    year = world.year(number)
    lessons = results.select("institution_id", "school_year", "class_code", "subject").unique().sort(pl.all())
    teachers = world.of_schools(date(year, 10, 1), teachers=True).sort("person")
    main = _dealt(
        lessons, teachers.group_by("institution_id").agg("person_id"), rng.integers(0, 1 << 30, lessons.height)
    )
    offered = lessons.group_by("institution_id", maintain_order=True).agg("school_year", "class_code", "subject")
    practicants = (
        placed.with_columns(turn=pl.Series(rng.integers(0, 1 << 30, placed.height)))
        .join(offered, left_on="school_id", right_on="institution_id", how="inner", maintain_order="left")
        .with_columns(place=pl.col("turn") % pl.col("subject").list.len().cast(pl.Int64))
    )
    return pl.concat(
        [
            main.with_columns(
                role=pl.lit("main"),
                starts_on=pl.lit(date(year, 9, 1)),
                ends_on=pl.lit(date(year + 1, 5, 25)),
                placement_id=pl.lit(None, pl.String),
            ),
            practicants.select(
                institution_id="school_id",
                **{name: pl.col(name).list.get(pl.col("place")) for name in ("school_year", "class_code", "subject")},
                person_id="student_id",
                role=pl.lit("practicant"),
                starts_on="starts_on",
                ends_on="ends_on",
                placement_id="placement_id",
            ),
        ]
    ).select(
        "person_id",
        "institution_id",
        "school_year",
        "class_code",
        "subject",
        "role",
        "starts_on",
        "ends_on",
        "placement_id",
    )


def _dealt(lessons: pl.DataFrame, pools: pl.DataFrame, turn: Ints) -> pl.DataFrame:
    """The lessons with somebody of the pool of their school; those of a school that has nobody are left out."""
    frame = lessons.with_columns(turn=pl.Series(turn)).join(
        pools, on="institution_id", how="inner", maintain_order="left"
    )
    place = pl.col("turn") % pl.col("person_id").list.len().cast(pl.Int64)
    return frame.with_columns(pl.col("person_id").list.get(place)).drop("turn")
