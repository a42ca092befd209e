"""Retention in the table of indicators, handed on from its marts; rows and expectations stand in `indicator_scenes`."""

from __future__ import annotations

from pathlib import Path

import pytest
from indicator_scenes import marts
from indicator_scenes_learning import OBLAST
from indicator_world import Told, duckdb_file

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
Z95 = 1.959963984540054
SILENT = (None, None)
SCENE = marts


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # 30 hired less 2 who retired and 3 unknown: the cohort of 2024/25 is a year old in 2025/26.
        (YEAR, "K", (20, 25, "ok")),
        # Six people: the share is marked and stays.
        (LAST_YEAR, "K", (3, 6, "too_few")),
        ("2026/27", "K", (*SILENT, "not_yet_observed")),
        # The year is over, and the horizon of its last member is not yet read.
        (LAST_YEAR, "M", (*SILENT, "not_yet_observed")),
        # Where the staff list of a member is missing, the mart rests on too little.
        (YEAR, "M", (*SILENT, "not_collected")),
        (YEAR, "all", (*SILENT, "not_collected")),
        (YEAR, "P", (*SILENT, "not_applicable")),
        (LAST_YEAR, "all", (75, 100, "ok")),
        (LAST_YEAR, OBLAST, (36, 60, "ok")),
        ("2023/24", "all", (*SILENT, "not_applicable")),
        # The twelve months up to the end of the quarter; a semester is as its last quarter.
        ("2025/26-Q1", "K", (5, 20, "ok")),
        ("2025/26-Q2", "K", (18, 20, "ok")),
        (S1, "K", (18, 20, "ok")),
        # Nobody's day lies in these; of the next, which ends after 18 May, nobody can read it.
        ("2025/26-Q3", "K", (*SILENT, "not_applicable")),
        ("2025/26-Q4", "K", (*SILENT, "not_yet_observed")),
        (S2, "K", (*SILENT, "not_yet_observed")),
    ],
)
def test_index_of_twelve_months(
    told: Told, period: str, scope_id: str, expected: tuple[int | None, int | None, str]
) -> None:
    assert told.part("R12", period, scope_id) == expected


def test_the_index_of_a_cluster_is_that_of_the_mart(told: Told, folder: Path) -> None:
    rows = told.rows.filter(indicator="R12", scope_id="K", measure="main", period_kind="school_year")
    found = {row["period"]: row["value"] for row in rows.rows(named=True) if row["value"] is not None}
    with duckdb_file(folder) as connection:
        mart = connection.execute(
            """select substr(cohort_year, 1, 4)::int + 1, index_share from marts.retention_index
            where segment = 'cluster' and segment_value = 'K' and level = 'network' and estimand = 'employed_at'
                and horizon_months = 12 and cohort_year in ('2023/24', '2024/25')"""
        ).fetchall()
    assert found == {f"{year}/{(year + 1) % 100}": share for year, share in mart}


def test_its_interval_reckons_with_institutions_where_it_can(told: Told) -> None:
    plain, by_institution = told("R12", YEAR), told("R12", LAST_YEAR, "all")
    assert (plain["value"], plain["ci_low"], plain["ci_high"]) == (0.8, 0.6, 0.9)
    assert plain["value_se"] == pytest.approx(0.3 / (2 * Z95), abs=1e-12)
    assert (by_institution["ci_low"], by_institution["ci_high"]) == (0.65, 0.85)
    # 0.5 -> 0.8 is more than 1.645 x root(0.153^2 + 0.077^2) = 0.28.
    assert plain["trend"] == "better"


@pytest.mark.parametrize(
    ("indicator", "period", "network", "workplace", "profession", "base"),
    [
        ("R12", YEAR, 20, 10, 22, 25),
        ("R12", "2025/26-Q2", 18, 14, 19, 20),
        # Cohorts of 2023/24, 2022/23 and 2020/21.
        ("R24", YEAR, 12, 8, 14, 20),
        ("R36", YEAR, 10, 6, 12, 20),
        ("R36", S1, 11, 7, 12, 20),
        ("R60", YEAR, 8, 4, 10, 20),
        # 40 in post less 1 who retired and 3 unknown.
        ("RY", YEAR, 27, 18, 30, 36),
    ],
)
def test_levels(
    told: Told, indicator: str, period: str, network: int, workplace: int, profession: int, base: int
) -> None:
    for measure, retained in (("main", network), ("workplace", workplace), ("profession", profession)):
        row = told(indicator, period, measure=measure)
        assert told.part(indicator, period, measure=measure) == (retained, base, "ok")
        assert (row["value"], row["n"]) == (pytest.approx(retained / base, abs=1e-15), base)


def test_indices_told_once_a_year_have_no_quarters(told: Told) -> None:
    kinds = told.rows.filter(indicator="R24")["period_kind"].unique().to_list()
    assert kinds == ["school_year"]
    assert set(told.rows.filter(indicator="R36")["period_kind"]) == {"quarter", "semester", "school_year"}


def test_who_finished_the_year_is_not_known_of_all(told: Told) -> None:
    assert told.part("RY", LAST_YEAR, "M") == (*SILENT, "not_collected")
    assert (told("RY", YEAR)["ci_low"], told("RY", YEAR)["ci_high"]) == (0.4, 0.95)


@pytest.mark.parametrize(
    ("measure", "value", "n", "status"),
    [
        ("main", 0.85, 18, "ok"),
        ("months_24", 0.6, 30, "ok"),
        ("months_36", 0.5, 5, "too_few"),
        ("months_60", None, None, "not_yet_observed"),
    ],
)
def test_points_of_the_curve(told: Told, measure: str, value: float | None, n: int | None, status: str) -> None:
    row = told("RC", YEAR, measure=measure)
    assert (row["value"], row["n"], row["status"]) == (value, n, status)


def test_errors_of_the_curve(told: Told) -> None:
    plain, by_institution = told("RC", YEAR), told("RC", YEAR, measure="months_24")
    assert (plain["value_se"], plain["ci_low"], plain["ci_high"]) == (0.05, 0.3, 0.93)
    assert (by_institution["value_se"], by_institution["ci_low"], by_institution["ci_high"]) == (0.08, 0.4, 0.75)


def test_flows_add_up(told: Told) -> None:
    found = {
        measure: told("RF", YEAR, measure=measure)["numerator"]
        for measure in ("main", "on_leave", "moved_network", "moved_outside", "left", "retired_or_died", "unknown")
    }
    assert list(found.values()) == [10, 2, 3, 1, 2, 1, 1]
    assert told.part("RF", YEAR) == (10, 20, "ok")
    assert told("RF", YEAR)["value"] == 0.5
    # No flow is the better one.
    assert told("RF", YEAR)["trend"] == "none"


def test_turnover(told: Told) -> None:
    row = told("RT", YEAR)
    assert (told.part("RT", YEAR), row["value"], row["n"]) == ((4, 40, "ok"), 0.1, 40)
    # From none of 40: 0.1 is more than 1.645 x root(4) / 40 = 0.082, and fewer exits would be better.
    assert (row["value_se"], row["trend"]) == (pytest.approx(0.05, abs=1e-15), "worse")
    assert told("RT", YEAR, measure="workplace")["value"] == 0.15
    assert told("RT", YEAR, measure="profession")["value"] == 0.05
    assert (told("RT", LAST_YEAR, "all")["value"], told("RT", LAST_YEAR, "all")["n"]) == (0.4, 12)


def test_turnover_where_pupils_are_disadvantaged(told: Told) -> None:
    """The fourth quarter of schools alone, and of the country alone."""
    assert told.part("RT", LAST_YEAR, "all", measure="disadvantaged") == (5, 10, "ok")
    assert told.part("RT", LAST_YEAR, "K", measure="disadvantaged") == (*SILENT, "not_applicable")


@pytest.mark.parametrize(
    ("measure", "value", "n", "status"),
    [
        ("main", 0.08, 50, "ok"),
        ("index_36", None, None, "not_yet_observed"),
        # Members and controls were not alike.
        ("profession", None, None, "not_applicable"),
        ("mean_months_12", 0.4, 50, "ok"),
        ("mean_months_36", None, 5, "too_few"),
        # Of 50 and 70 people.
        ("log_rank", 0.04, 120, "ok"),
    ],
)
def test_network_against_control(told: Told, measure: str, value: float | None, n: int | None, status: str) -> None:
    row = told("RN", YEAR, measure=measure)
    assert (row["value"], row["n"], row["status"]) == (value, n, status)
    # Hires of all years are compared together.
    assert told("RN", LAST_YEAR, measure=measure)["status"] == "not_applicable"


def test_network_against_control_of_others(told: Told, folder: Path) -> None:
    assert told("RN", YEAR)["value_se"] == 0.03
    assert told("RN", YEAR, "M")["status"] == "not_collected"
    assert told("RN", YEAR, "all")["status"] == "not_collected"
    with duckdb_file(folder) as connection:
        found = connection.execute(
            "select value from indicators.ind_rn where scope = 'country' and scope_id = 'all' and measure = 'main'"
        ).fetchall()
    assert found == [(0.05,)]
