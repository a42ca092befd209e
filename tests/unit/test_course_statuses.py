"""Why a course has no figure of what pupils learn, and of whom there are figures."""

from __future__ import annotations

import polars as pl
from course_world import Teachers, estimated, invented
from test_course_outcome import COUNTS, FIGURES, told


def test_why_there_is_no_figure() -> None:
    world = invented(8, effects={"PD/a": 0.1})
    rows = estimated(world)
    assert rows.filter(school_year="2020/21")["status"].to_list() == ["no_year_before"]
    assert told(world, year="2022/23", unit="all")["status"] == "ok"
    nothing = rows.filter(pl.col("status") != "ok")
    assert nothing.select(COUNTS + FIGURES).null_count().sum_horizontal().item() == nothing.height * 12
    world.courses.append("PD/z")
    assert told(world, unit="PD/z")["status"] == "not_applicable"
    late = pl.DataFrame({"teacher_no": [3], "unit_id": ["PD/z"]}).with_columns(completed_on=pl.date(2024, 9, 1))
    world.completed = pl.concat([world.completed, late.cast(dict(world.completed.schema))])
    assert told(world, unit="PD/z")["status"] == "not_yet_observed"
    few = world.pairs.filter(pl.col("side") == "trained").unique("teacher_no", maintain_order=True).head(4)
    only = Teachers(
        world.pupils, pl.concat([few, world.pairs.filter(side="untrained")]), world.completed, world.courses
    )
    assert told(only)["status"] == "too_few"
    alone = Teachers(world.pupils, world.pairs.filter(side="trained"), world.completed, world.courses)
    assert told(alone)["status"] == "too_few_controls"
    nobody = Teachers(world.pupils, world.pairs.filter(side="untrained"), world.completed.head(0), world.courses)
    assert set(estimated(nobody)["status"]) == {"not_collected"}
    small = invented(9, schools=29, effects={"PD/a": 0.1})
    assert set(estimated(small)["status"]) == {"not_estimable"}


def test_teachers_of_four_schools_are_too_few_schools() -> None:
    world = invented(10, schools=60, effects={"PD/a": 0.1}, share=0.24)
    world.pairs = world.pairs.filter((pl.col("side") == "untrained") | ((pl.col("teacher_no") - 1) // 6 < 3))
    row = told(world)
    assert row["status"] == "too_few_institutions"


def test_oblasts_and_clusters_tell_of_their_own() -> None:
    """The trained of an oblast against controls of all: by their weight, oblasts add up to the country."""
    world = invented(11, schools=80, effects={"PD/a": 0.3})
    rows = estimated(world).filter(school_year="2023/24", unit_id="all")
    country = rows.row(by_predicate=pl.col("scope") == "country", named=True)
    parts = rows.filter(scope="region")
    assert parts["scope_id"].to_list() == ["north", "south"]
    assert parts["teachers_n"].sum() == country["teachers_n"]
    assert parts["pupils_n"].sum() == country["pupils_n"]
    assert parts["difference_sd"].min() < country["difference_sd"] < parts["difference_sd"].max()
    # Nine networks share some fifty trained teachers of some thirty schools: none has enough of both.
    assert set(rows.filter(scope="cluster")["status"]) == {"too_few", "too_few_institutions"}
