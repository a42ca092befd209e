"""What members of a network add, worked out by hand; and the suite of its mart."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

import dbt_in_process
import duckdb
import pytest
import yaml
from mart_suites import judged

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT

MODEL = {
    "model_id": "2024/25 6 mathematics modo", "school_year": "2024/25", "grade": 6, "subject": "mathematics", "test": "modo",
}  # fmt: skip


def _school(name: str, pupils: int, residual: float | None, se: float | None, status: str = "ok") -> dict[str, Any]:
    told = {"residual_mean_value": residual, "residual_mean_se": se, "effect_value": residual}
    return MODEL | {"as_of_on": "2026-09-15", "institution_id": name, "pupils_n": pupils, "status": status} | told


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    document = yaml.safe_load((PROJECT / "dbt_project/models/marts/value_added_institution.yml").read_text())
    columns = ", ".join(
        f"{column['name']} {column['data_type'].replace('string', 'varchar')}"
        for column in document["models"][0]["columns"]
    )
    built = tmp_path_factory.mktemp("cluster") / "warehouse.duckdb"
    with connect(built) as connection:
        connection.execute("create schema intermediate; create schema estimates")
        connection.execute(f"create table estimates.value_added_institution ({columns})")
        for row in (
            _school("A", 100, 2.0, 1.0),
            _school("B", 300, -1.0, 0.5, "unreliable"),
            # Under ten pupils it has no figure; of another network; no member on 1 September of the year.
            _school("C", 9, None, None, "too_few"),
            _school("D", 50, 4.0, 1.5),
            _school("E", 50, 9.0, 1.5),
        ):
            connection.execute(
                f"insert into estimates.value_added_institution ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                list(row.values()),
            )
        connection.execute(
            """create table intermediate.int_staff_network as select * from (values
            ('A', 2024, 'c1', 'leader'), ('B', 2024, 'c1', 'partner_school'), ('C', 2024, 'c1', 'partner_school'),
            ('D', 2024, 'c2', 'leader'), ('A', 2024, 'c2', 'partner_school'), ('C', 2024, 'c3', 'leader'),
            ('E', 2023, 'c1', 'partner_school')) as v(institution_id, start_year, cluster_id, cluster_role)"""
        )
    dbt_in_process.build(built, "2026-09-15", ["value_added_institution", "value_added_cluster"])
    with connect(built, read_only=True) as connection:
        yield connection


@pytest.mark.usefixtures("dbt")
def test_a_mean_by_the_pupils_of_each_member(warehouse: duckdb.DuckDBPyConnection) -> None:
    """c1: (100 x 2 - 300) / 400, error root of (100 x 1)^2 + (300 x .5)^2 over 400. c2: (50 x 4 + 100 x 2) / 150."""
    found = warehouse.execute(
        """select cluster_id, members_n, institutions_n, pupils_n, residual_mean_value, residual_mean_se, residual_mean_ci_low,
        status from marts.value_added_cluster order by 1"""
    ).fetchall()
    first, second = sqrt(100**2 + 150**2) / 400, sqrt(75**2 + 100**2) / 150
    assert found == [
        ("c1", 3, 2, 400, *_figures(-0.25, first), "ok"),
        ("c2", 2, 2, 150, *_figures(400 / 150, second), "ok"),
        ("c3", 1, 0, None, None, None, None, "too_few"),
    ]


def _figures(mean: float, error: float) -> list[Any]:
    return [pytest.approx(mean), pytest.approx(error), pytest.approx(mean - 1.959964 * error)]


SOUND = MODEL | {
    "cluster_id": "c1", "members_n": 3, "institutions_n": 2, "pupils_n": 400, "residual_mean_value": -0.25,
    "residual_mean_se": 0.45, "residual_mean_ci_low": -1.13, "residual_mean_ci_high": 0.63, "status": "ok",
}  # fmt: skip
MEMBERS = """
    create table marts.value_added_institution as select * from (values ('2024/25 6 mathematics modo', 'A', 2.0),
        ('2024/25 6 mathematics modo', 'B', -1.0)) as v(model_id, institution_id, residual_mean_value);
    create table marts.bridge_cluster_member as select 'c1' as cluster_id, unnest(['A', 'B']) as institution_id"""


def test_a_sound_mart_passes(tmp_path: Path) -> None:
    result = judged(tmp_path, "value_added_cluster", SOUND, MEMBERS)
    assert result.passed, result.observed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("set status = 'too_few'", "a figure only where there is one"),
        ("set residual_mean_se = null", "a figure only where there is one"),
        ("set institutions_n = 4", "figures of members alone"),
        ("set residual_mean_ci_high = -0.3", "interval holds the figure"),
        ("set residual_mean_value = 2.1, residual_mean_ci_high = 3", "a mean of its members"),
        ("set pupils_n = 0", "pupils_n is in range"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, change: str, rule: str) -> None:
    result = judged(tmp_path, "value_added_cluster", SOUND, MEMBERS, f"update marts.value_added_cluster {change}")
    assert not result.passed
    assert rule in result.failing
