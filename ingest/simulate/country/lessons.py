"""Who has which class: its main teachers, and practicants in spring, who make no difference to what pupils learn."""

from __future__ import annotations

from datetime import date

import polars as pl

from ingest.simulate.country.world import World


def assignments(
    world: World, number: int, results: pl.DataFrame, taught: pl.DataFrame, placed: pl.DataFrame
) -> pl.DataFrame:
    """Rows of `teaching_assignments` of a delivered year, for the classes and subjects of its results.

    Args:
        taught: the main teacher of each class and subject, from `teaching`.
        placed: rows of `practicum_placements` of the year.
    """
    rng = world.rng("lessons", number)
    year = world.year(number)
    lessons = results.select("institution_id", "school_year", "class_code", "subject").unique().sort(pl.all())
    main = taught.join(
        lessons, on=["institution_id", "class_code", "subject"], how="semi", maintain_order="left"
    ).select(
        pl.all(),
        starts_on=pl.lit(date(year, 9, 1)),
        ends_on=pl.lit(date(year + 1, 5, 25)),
        placement_id=pl.lit(None, pl.String),
    )
    offered = lessons.group_by("institution_id", maintain_order=True).agg("school_year", "class_code", "subject")
    practicants = (
        placed.with_columns(turn=pl.Series(rng.integers(0, 1 << 30, placed.height)))
        .join(offered, left_on="school_id", right_on="institution_id", how="inner", maintain_order="left")
        .with_columns(place=pl.col("turn") % pl.col("subject").list.len().cast(pl.Int64))
    )
    held = practicants.select(
        person_id="student_id",
        institution_id="school_id",
        **{name: pl.col(name).list.get(pl.col("place")) for name in ("school_year", "class_code", "subject")},
        role=pl.lit("practicant"),
        starts_on="starts_on",
        ends_on="ends_on",
        placement_id="placement_id",
    )
    return pl.concat([main, held.select(main.columns)])
