"""What the criteria of clusters are made of, from a table of indicators written by hand; in the end, the index above it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import dbt_in_process
import polars as pl
import pytest
from index_world import IndexWorld, several

from bilimkoz.connection import connect
from estimators.cluster_index import cluster_index

pytestmark = pytest.mark.usefixtures("dbt")

SELECTED = (
    "criteria",
    "criteria_indicators",
    # The name alone is that of a folder too.
    "path:seeds/indicators.csv",
    "indicator_measures",
    "minimum_n",
    "thresholds",
    "int_index_setting",
    "cluster_criteria",
)
YEARS = ("2024/25", "2025/26", "2026/27")


def figure(
    indicator: str, value: float | None, cluster: str = "K", period: str = "2025/26", **other: Any
) -> dict[str, Any]:
    row = {"indicator": indicator, "scope_id": cluster, "period": period, "value": value}
    row["status"] = "not_collected" if value is None else "ok"
    return row | other


#: Of K in both years; N is a hub that is asked of none of this.
FIGURES = [
    # Of 20 practicants, all; one is added to each side: 21 · 1 / 22^3.
    figure("P1", 1.0, numerator=20.0, n=20, value_se=0.0),
    figure("P2", 0.5, target=0.8),
    figure("P3", 0.2, baseline=0.1, target=0.4),
    # The target is on the wrong side of the baseline, and over that of the registry's own 0.
    figure("P4", 0.7, baseline=0.9, target=0.6),
    figure("P5", 0.5, status="too_few"),
    figure("G3", 0.6, period="2024/25", numerator=6.0, n=10),
    figure("G3", 0.9, numerator=9.0, n=10),
    figure("O6", None, period="2024/25"),
    figure("O6", 30.0),
    # Three members in the first year, four in the second.
    figure("X1", 8.0, baseline=4.0, target=12.0, numerator=8.0),
    figure("X3", 6.0, period="2024/25"),
    figure("X3", 12.0),
    figure("VA", 0.1, value_se=0.03),
    figure("P1", None, "N", status="not_applicable"),
    figure("P1", None, period="2026/27", status="not_yet_observed"),
]


def write(warehouse: Path) -> None:
    columns: dict[str, Any] = dict.fromkeys(("indicator", "scope_id", "period", "status"), pl.String)
    columns |= dict.fromkeys(("value", "value_se", "numerator", "baseline", "target"), pl.Float64) | {"n": pl.Int64}
    with connect(warehouse) as connection:
        connection.execute("create schema marts; create schema intermediate")
        connection.register("given", pl.DataFrame(FIGURES, schema=columns))
        connection.execute(
            """create table marts.cluster_indicator as
            select *, 'main' as measure, 'cluster' as scope, 'school_year' as period_kind from given"""
        )
        connection.execute(
            """create table marts.dim_cluster as
            select * from (values ('K', 'pedagogical_network', 'pilot'), ('N', 'psychology_hub', 'pilot'))
                as v(cluster_id, kind, stage)"""
        )
        connection.execute(
            """create table intermediate.int_period as
            select 'school_year' as period_kind, * from (values ('2024/25', null, date '2025-05-25', true),
                ('2025/26', '2024/25', date '2026-05-25', true), ('2026/27', '2025/26', date '2027-05-25', false))
                as v(period, previous_period, counted_on, is_over)"""
        )
        connection.execute(
            """create table intermediate.int_scope_member as
            select 'cluster' as scope, 'K' as scope_id, 'institution' as member_kind, *, date '9999-12-31' as through_on
            from (values ('A', date '2020-09-01'), ('B', date '2020-09-01'), ('C', date '2020-09-01'), ('D', date '2025-09-01'))
                as v(member_id, from_on)
            union all
            select 'cluster', 'K', 'institution', 'E', date '2020-09-01', date '2024-09-30'
            union all
            select 'cluster', 'K', 'cluster', 'K', date '2020-09-01', date '9999-12-31'"""
        )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, dbt: None) -> Path:  # noqa: ARG001 - the project is known then
    found = tmp_path_factory.mktemp("criteria") / "warehouse.duckdb"
    write(found)
    dbt_in_process.build(found, "2026-09-15", SELECTED)
    return found


@pytest.fixture(scope="module")
def rows(warehouse: Path) -> pl.DataFrame:
    with connect(warehouse, read_only=True) as connection:
        return connection.execute("select * from marts.cluster_criteria").pl()


def of(rows: pl.DataFrame, indicator: str, period: str = "2025/26", cluster: str = "K") -> dict[str, Any]:
    (row,) = rows.filter(indicator=indicator, period=period, cluster_id=cluster).rows(named=True)
    return row


def test_every_indicator_stands_of_every_cluster_and_year(rows: pl.DataFrame) -> None:
    counted = rows.group_by("cluster_id", "period").len().sort("cluster_id", "period")
    assert counted.rows() == [("K", year, 16) for year in YEARS] + [("N", "2025/26", 16)]


def test_weights_are_equal_between_criteria_and_within(rows: pl.DataFrame) -> None:
    expected = {"CE1": 0.2 / 8, "CE2": 0.2 / 3, "CE3": 0.2 / 3, "CE4": 0.2, "CE5": 0.2}
    for criterion, weight in expected.items():
        assert rows.filter(criterion=criterion)["weight_share"].unique().to_list() == [pytest.approx(weight)]


@pytest.mark.parametrize(
    ("indicator", "bounds", "reference", "target"),
    [
        # The registry's target and the end of a share.
        ("P1", "registry", 0, 1),
        ("P2", "cluster_target", 0, 0.8),
        ("P3", "cluster", 0.1, 0.4),
        ("P4", "cluster_target", 0, 0.6),
        ("P6", "registry", 0, 1),
        # Of four members.
        ("X1", "cluster", 1, 3),
        ("X2", "group", None, None),
        ("VA", "group", None, None),
        ("G3", "group", None, None),
    ],
)
def test_where_bounds_are_from(
    rows: pl.DataFrame, indicator: str, bounds: str, reference: float | None, target: float | None
) -> None:
    row = of(rows, indicator)
    assert (row["bounds"], row["reference_value"], row["target_value"]) == (bounds, reference, target)


def test_a_level_and_its_error(rows: pl.DataFrame) -> None:
    row = of(rows, "P1")
    assert (row["value"], row["component_value"], row["status"]) == (1, 1, "ok")
    assert row["component_se"] == pytest.approx((21 / 22**3) ** 0.5)
    assert of(rows, "VA")["component_se"] == 0.03
    assert of(rows, "P2")["component_se"] is None


def test_a_change_and_its_error(rows: pl.DataFrame) -> None:
    row = of(rows, "G3")
    assert (row["aspect"], row["value"], row["status"]) == ("change", 0.9, "ok")
    assert row["component_value"] == row["change_on_year"] == pytest.approx(0.3)
    assert row["component_se"] == pytest.approx((10 * 2 / 12**3 + 7 * 5 / 12**3) ** 0.5)


def test_a_count_is_told_per_member_of_the_day(rows: pl.DataFrame) -> None:
    """Six of three members, and twelve of four; who left before the year was over is no member."""
    assert of(rows, "X1")["value"] == 2
    assert of(rows, "X3", "2024/25")["value"] == 2
    row = of(rows, "X3")
    assert (row["value"], row["change_on_year"], row["component_value"]) == (3, 1, 1)


@pytest.mark.parametrize(
    ("indicator", "period", "cluster", "status"),
    [
        ("P5", "2025/26", "K", "too_few"),
        ("O6", "2025/26", "K", "no_year_before"),
        ("G3", "2024/25", "K", "no_year_before"),
        ("O6", "2024/25", "K", "not_collected"),
        ("A1", "2025/26", "K", "not_collected"),
        ("P1", "2026/27", "K", "not_yet_observed"),
        ("X1", "2026/27", "K", "not_yet_observed"),
        ("P1", "2025/26", "N", "not_applicable"),
        ("X1", "2025/26", "N", "not_applicable"),
    ],
)
def test_what_does_not_enter_says_why(
    rows: pl.DataFrame, indicator: str, period: str, cluster: str, status: str
) -> None:
    row = of(rows, indicator, period, cluster)
    assert (row["status"], row["component_value"], row["component_se"]) == (status, None, None)


def test_coverage_is_of_the_criterion(rows: pl.DataFrame) -> None:
    """P1 to P4 and VA of eight; G3 of three; X1 of three; no X2; X3."""
    found = dict(
        rows.filter(cluster_id="K", period="2025/26").select("criterion", "coverage_share").unique().iter_rows()
    )
    assert found == {
        "CE1": 0.625, "CE2": pytest.approx(1 / 3), "CE3": pytest.approx(1 / 3), "CE4": 0, "CE5": 1,
    }  # fmt: skip


def test_the_index_above_it(warehouse: Path) -> None:
    """0.2 · (5/8 + 1/3 + 1/3 + 0 + 1) of the weight is told: no index."""
    with connect(warehouse, read_only=True) as connection:
        made = cluster_index(connection)
    rows = {(row["cluster_id"], row["period"]): row for row in made["cluster_index"].rows(named=True)}
    assert rows["K", "2025/26"]["coverage_share"] == pytest.approx(0.2 * (5 / 8 + 1 / 3 + 1 / 3 + 1))
    assert {key: row["status"] for key, row in rows.items()} == {
        ("K", "2024/25"): "low_coverage", ("K", "2025/26"): "low_coverage", ("K", "2026/27"): "not_yet_observed",
        ("N", "2025/26"): "not_applicable",
    }  # fmt: skip
    assert made["cluster_index_influence"].is_empty()


def test_the_marts_take_what_the_estimator_makes(tmp_path: Path) -> None:
    """Their contracts are enforced: names, order and types."""
    warehouse = tmp_path / "warehouse.duckdb"
    with IndexWorld(several(5)).open() as connection:
        made = cluster_index(connection)
    with connect(warehouse) as connection:
        connection.execute("create schema indices")
        for name, table in made.items():
            connection.register("made", table.insert_column(0, pl.lit(date(2026, 9, 15)).alias("as_of_on")))
            connection.execute(f"create table indices.{name} as select * from made")
            connection.unregister("made")
    dbt_in_process.build(warehouse, "2026-09-15", ["source:indices+"])
    with connect(warehouse, read_only=True) as connection:
        counts = [connection.execute(f"select count(*) from marts.{name}").fetchall()[0][0] for name in made]
    assert counts == [5, 20]
