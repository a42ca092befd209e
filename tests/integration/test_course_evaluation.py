"""Courses at the levels of Kirkpatrick and Guskey, worked out by hand from who completed them and what their pupils learned.

Course a: nine people, one of them twice; eight rated it, seven sat its tests, eight tell of their organisation, nobody of what
changed. Course b: one person. Course c: of a provider without an id, one person; nobody knows of pupils.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dbt_in_process
import polars as pl
import pytest
from fact_world import FactWorld
from scipy.stats import t

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
AS_OF = "2026-09-15"
MODELS = (
    "minimum_n", "school_terms", "int_school_term", "dim_school_term", "int_person_link", "int_course", "fct_training",
    "course_levels", "course_outcome", "course_evaluation", "int_period", "ind_o5",
)  # fmt: skip
OUTCOME = {
    "as_of_on": "date", "unit_id": "varchar", "scope": "varchar", "scope_id": "varchar", "school_year": "varchar",
    "teachers_n": "bigint", "institutions_n": "bigint", "pupils_n": "bigint", "control_teachers_n": "bigint",
    "matched_share": "double", "effective_n": "double", "difference_sd": "double", "difference_se": "double",
    "difference_ci_low": "double", "difference_ci_high": "double", "earlier_difference_sd": "double",
    "earlier_difference_se": "double", "status": "varchar",
}  # fmt: skip
FIGURE = {
    "pupils_n": 200,
    "difference_sd": 0.06,
    "difference_se": 0.02,
    "difference_ci_low": 0.01,
    "difference_ci_high": 0.11,
}
COUNTRY = {"scope": "country", "scope_id": "all", "school_year": "all"}
OUTCOMES: list[dict[str, Any]] = [
    COUNTRY | FIGURE | {"unit_id": "PD/a", "status": "ok"},
    COUNTRY | {"unit_id": "PD/b", "status": "too_few"},
    COUNTRY | FIGURE | {"unit_id": "all", "school_year": "2025/26", "difference_sd": 0.03, "status": "ok"},
    {"unit_id": "all", "scope": "cluster", "scope_id": "K", "school_year": "2025/26", "status": "too_few_institutions"},
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = FactWorld(AS_OF)
    world.add("institutions", {"institution_id": "PD", "name_kk": "Орталық", "name_ru": "Центр", "name_en": "Centre"})
    # The first rated it twice, 3 and 5: 4. Three more gave 4, four 5.
    _completed(world, "p1", "a", "2025-01-10", reaction_score="3")
    for number, reaction in enumerate(("5", "4", "4", "4", "5", "5", "5", "5"), start=1):
        gained = {} if number == 8 else {"learning_pre": "50", "learning_post": "60"}
        _completed(world, f"p{number}", "a", "2025-10-10", reaction_score=reaction, org_support_score="3", **gained)
    _completed(world, "p9", "a", "2025-10-10", course_title="Бағалау")
    _completed(world, "p1", "b", "2025-10-10", reaction_score="5")
    _completed(world, "p1", "c", "2025-10-10", provider_id="name:institute")
    path = tmp_path_factory.mktemp("evaluation") / "warehouse.duckdb"
    world.write(path)
    with connect(path) as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in OUTCOME.items())
        connection.execute(f"create schema estimates; create table estimates.course_outcome ({columns})")
        for row in OUTCOMES:
            told = {"as_of_on": AS_OF} | row
            connection.execute(
                f"insert into estimates.course_outcome ({', '.join(told)}) values ({', '.join('?' * len(told))})",
                list(told.values()),
            )
    dbt_in_process.build(path, AS_OF, MODELS)
    return path


def _completed(world: FactWorld, person: str, course: str, day: str, **values: str) -> None:
    row = {"person_id": person, "provider_id": "PD", "course": course, "completed_on": day, "hours": "36"}
    world.add("training", row | values)


@pytest.fixture(scope="module")
def told(warehouse: Path) -> pl.DataFrame:
    with connect(warehouse, read_only=True) as connection:
        return connection.execute("select * from marts.course_evaluation").pl()


def figure(told: pl.DataFrame, course: str, model: str, level: int) -> dict[str, Any]:
    return told.row(
        by_predicate=(pl.col("course") == course) & (pl.col("model") == model) & (pl.col("level_no") == level),
        named=True,
    )


def test_each_course_stands_at_nine_levels(told: pl.DataFrame) -> None:
    assert told.height == 3 * 9
    levels = told.filter(course="a").sort("model", "level_no").select("model", "level_no", "indicator").rows()
    assert levels == [
        *(("guskey", number, f"O{number}") for number in range(1, 6)),
        *(("kirkpatrick", number, code) for number, code in enumerate(("O1", "O2", "O4", "O5"), start=1)),
    ]
    row = figure(told, "a", "guskey", 3)
    assert (row["provider_name_ru"], row["course_title"], row["completed_n"]) == ("Центр", "Бағалау", 9)
    assert row["level_name_en"] == "Organisation support and change"
    assert figure(told, "c", "guskey", 1)["provider_name_kk"] == "name:institute"


@pytest.mark.parametrize("model", ["kirkpatrick", "guskey"])
def test_what_eight_say_is_told(told: pl.DataFrame, model: str) -> None:
    """36 / 8; each is .5 from the mean, so that the variance is 8 * .25 / 7."""
    row = figure(told, "a", model, 1)
    assert (row["n"], row["status"]) == (8, "ok")
    se = (2 / 7 / 8) ** 0.5
    assert row["value"] == pytest.approx(4.5, abs=1e-12)
    assert row["value_se"] == pytest.approx(se, abs=1e-9)
    assert row["ci_low"] == pytest.approx(4.5 - t.ppf(0.975, 7) * se, abs=1e-3)
    assert row["ci_high"] == pytest.approx(4.5 + t.ppf(0.975, 7) * se, abs=1e-3)


def test_what_all_say_alike_has_no_error(told: pl.DataFrame) -> None:
    row = figure(told, "a", "guskey", 3)
    assert (row["n"], row["value"], row["value_se"], row["ci_low"], row["ci_high"]) == (8, 3.0, 0.0, 3.0, 3.0)


@pytest.mark.parametrize(
    ("course", "model", "level", "n", "status"),
    [
        ("a", "kirkpatrick", 2, 7, "too_few"),
        ("a", "kirkpatrick", 3, 0, "not_collected"),
        ("a", "guskey", 4, 0, "not_collected"),
        ("b", "kirkpatrick", 1, 1, "too_few"),
        ("b", "guskey", 5, None, "too_few"),
        ("c", "kirkpatrick", 4, None, "not_collected"),
    ],
)
def test_why_there_is_no_figure(
    told: pl.DataFrame, course: str, model: str, level: int, n: int | None, status: str
) -> None:
    row = figure(told, course, model, level)
    assert (row["n"], row["status"]) == (n, status)
    assert [row[name] for name in ("value", "value_se", "ci_low", "ci_high")] == [None] * 4


@pytest.mark.parametrize(("model", "level"), [("kirkpatrick", 4), ("guskey", 5)])
def test_what_pupils_learn_is_the_last_level_of_both(told: pl.DataFrame, model: str, level: int) -> None:
    row = figure(told, "a", model, level)
    assert [row[name] for name in ("n", "value", "value_se", "ci_low", "ci_high", "status")] == [
        200, 0.06, 0.02, 0.01, 0.11, "ok",
    ]  # fmt: skip


def test_the_indicator_tells_of_all_courses_by_year(warehouse: Path) -> None:
    with connect(warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select scope, scope_id, period_kind, period, value, n, mart_status from indicators.ind_o5 order by scope"
        ).fetchall()
    assert rows == [
        ("cluster", "K", "school_year", "2025/26", None, None, "too_few_institutions"),
        ("country", "all", "school_year", "2025/26", 0.03, 200, "ok"),
    ]
