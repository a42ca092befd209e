"""Whether what courses add in a simulated oblast, scenario `teachers`, is what their outcome of pupils says.

    PYTHONPATH=tests/integration .venv/bin/python benchmarks/course_recovery.py [schools [seed]]

The oblast is drawn as `bilimkoz simulate --profile oblast --scenario teachers` draws it, and its feeds are written as accepted;
dbt makes of them what the estimator reads. What a course is to come out as follows from the truth: of its teachers who are asked,
the mean of the courses completed before the year after less that of those before the year before, by the weights of the estimate.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from retention_marts import dbt
from retention_world import TYPES, World, columns_of

from bilimkoz.connection import connect
from estimators.course_change import changes
from estimators.course_outcome import course_outcome
from ingest.contract import target_feeds
from ingest.simulate.country import SCENARIOS, Order, clusters, pupil_lists, pupils, teaching
from ingest.simulate.country.size import OBLAST, Size
from ingest.simulate.country.world import build

MODELS = (
    "minimum_n", "thresholds", "school_terms", "int_pupil", "int_person_link", "int_score", "int_score_scale",
    "int_value_added_row", "int_value_added_gram", "int_teacher", "int_main_teacher", "int_tested_class", "int_value_added_link",
    "int_value_added_teacher", "int_course", "int_course_completion", "int_course_pair", "int_school_term", "int_period",
    "int_staff_network", "int_region_path", "int_region_place", "int_scope_member",
)  # fmt: skip


def feeds(size: Size, seed: int) -> tuple[dict[str, list[pl.DataFrame]], dict[str, float]]:
    """Rows by feed, and what each course adds."""
    order = Order(Path("nowhere"), size, SCENARIOS["teachers"], seed)
    world = build(order, 0)
    told = teaching.draw(world)
    drawn = pupils.draw(size, world.schools, seed)
    iins = pupil_lists.identifiers(drawn)
    networks, members = clusters.networks(size, world.schools, world.code, world.places.network.institutions)
    rows: dict[str, list[pl.DataFrame]] = {"cluster_members": [members], "clusters": [networks]}
    brings = partial(teaching.brings, world, told)
    for number, year in enumerate(pupils.years(size, order.scenario, world.schools, drawn, seed, brings)):
        rows.setdefault("enrolments", []).append(pupil_lists.enrolments(world.schools, drawn, iins, year))
        rows.setdefault("assessment_results", []).append(pupil_lists.results(world.schools, iins, year))
        rows.setdefault("teaching_assignments", []).append(teaching.assignments(world, number, year))
    rows["training"] = [teaching.training(world, told)]
    rows["institutions"] = [world.places.network.institutions]
    effects = teaching.truth(world, told).filter(term="course")
    return rows, dict(effects.select("unit_id", "effect").iter_rows())


def write(rows: dict[str, list[pl.DataFrame]], warehouse: Path) -> None:
    with connect(warehouse) as connection:
        connection.execute("create schema intermediate")
        for feed in target_feeds():
            types = {name: TYPES[kind] for name, kind in columns_of(feed).items()}
            found = [pl.DataFrame(schema=types)]
            for frame in rows.get(feed, []):
                absent = [pl.lit(None).alias(name) for name in types if name not in frame.columns]
                origin = pl.int_range(2, pl.len() + 2).cast(TYPES["int"]).alias("_row")
                told = frame.with_columns(*absent).with_columns(origin, pl.lit(1).alias("_delivery_no"))
                found.append(told.select(pl.col(name).cast(kind) for name, kind in types.items()))
            connection.register("frame", pl.concat(found))
            connection.execute(f"create table intermediate.int_{feed}__accepted as select * from frame")
            connection.unregister("frame")


def expected(warehouse: Path, effects: dict[str, float]) -> pl.DataFrame:
    """What each course is to come out as: unit_id, expected_sd; as unit `all` that of a school year: start_year."""
    with connect(warehouse, read_only=True) as connection:
        trained = pl.concat(part.trained for part in changes(connection))
        done = connection.execute(
            "select teacher_no, unit_id, first_completed_on from intermediate.int_course_completion"
        ).pl()
    done = done.unique(["teacher_no", "unit_id"]).with_columns(
        effect=pl.col("unit_id").replace_strict(effects, return_dtype=pl.Float64)
    )
    asked = trained.with_row_index("at")
    both = asked.join(done, on="teacher_no")
    means = [
        both.filter(pl.col("first_completed_on") < pl.date(pl.col(year), 9, 1))
        .group_by("at")
        .agg(pl.col("effect").mean())
        for year in ("start_year", "before_start_year")
    ]
    asked = asked.join(means[0], on="at", how="left").join(means[1], on="at", how="left", suffix="_before")
    asked = asked.with_columns(gain=pl.col("effect").fill_null(0) - pl.col("effect_before").fill_null(0))
    weighted = (pl.col("gain") * pl.col("weight")).sum() / pl.col("weight").sum()
    of_course = asked.drop_nulls("only_unit_id").group_by(unit_id="only_unit_id").agg(expected_sd=weighted)
    of_year = asked.group_by("start_year").agg(expected_sd=weighted).with_columns(unit_id=pl.lit("all"))
    return pl.concat([of_course, of_year], how="diagonal_relaxed")


def main(schools: int, seed: int) -> None:
    part = schools / OBLAST.schools_n
    size = Size(
        "benchmark", 1, schools_n=schools, pupils_n=int(OBLAST.pupils_n * part), staff_n=int(OBLAST.staff_n * part),
        events_n=1000, clusters_n=max(4, int(OBLAST.clusters_n * part)),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        warehouse, target, made = folder / "warehouse.duckdb", folder / "target", World(as_of=str(size.as_of))
        rows, effects = feeds(size, seed)
        write(rows, warehouse)
        dbt(["parse"], made, warehouse, target)
        dbt(["build", "--select", *MODELS, "--exclude-resource-type", "test"], made, warehouse, target)
        with connect(warehouse, read_only=True) as connection:
            found = course_outcome(connection).filter(scope="country")
        truth = expected(warehouse, effects).with_columns(
            school_year=pl.when(pl.col("start_year").is_null())
            .then(pl.lit("all"))
            .otherwise(pl.format("{}/{}", "start_year", pl.col("start_year") - 1999))
        )
    told = found.join(truth, on=["unit_id", "school_year"], how="left").sort("unit_id", "school_year")
    print("| course | year | teachers | schools | expected | found | error | interval | a step earlier | status |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in told.rows(named=True):
        figures = [row[name] for name in ("expected_sd", "difference_sd", "difference_se")]
        ends = [row[name] for name in ("difference_ci_low", "difference_ci_high", "earlier_difference_sd")]
        expected_sd, value, se, low, high, earlier = ("" if v is None else f"{v:.3f}" for v in (*figures, *ends))
        print(
            f"| {row['unit_id'].split('/')[-1]} | {row['school_year']} | {row['teachers_n']} | {row['institutions_n']} |"
            f" {expected_sd} | {value} | {se} | {low} to {high} | {earlier} | {row['status']} |"
        )
    ok = told.filter(pl.col("status") == "ok", pl.col("unit_id") != "all")
    rest = (ok["difference_sd"] - ok["expected_sd"]).to_numpy() / ok["difference_se"].to_numpy()
    held = ok.filter(pl.col("expected_sd").is_between("difference_ci_low", "difference_ci_high")).height
    slope, _ = np.polyfit(ok["expected_sd"], ok["difference_sd"], 1)
    print(
        f"\n{ok.height} courses: {held} intervals hold what is expected; (found - expected) / error has mean {rest.mean():.2f},"
        f" mean square {(rest**2).mean():.2f}; slope of found on expected {slope:.2f},"
        f" correlation {np.corrcoef(ok['expected_sd'], ok['difference_sd'])[0, 1]:.2f}"
    )


if __name__ == "__main__":
    main(
        *(int(argument) for argument in sys.argv[1:3])
        if len(sys.argv) > 2
        else (int(sys.argv[1]) if sys.argv[1:] else 450, 1)
    )
