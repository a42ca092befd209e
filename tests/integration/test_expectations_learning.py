"""The suites of growth, gaps, spread and the national test: marts that were built pass, and each rule finds its fault."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest
from learning_world import MARTS
from test_learning_libraries import PASS, Chance

from bilimkoz.connection import connect
from expectations.gate_log import GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of

pytestmark = pytest.mark.usefixtures("dbt")
GROWTH = "measure = 'score' and segment = 'all' and school_year = '2024/25'"
SIDE = "measure = 'score' and segment = 'disadvantaged' and segment_value = 'true' and school_year = '2023/24'"
LATER = "segment = 'urban_rural' and measure = 'score' and school_year = '2024/25'"
SPREAD = "school_year = '2024/25'"
PHYSICS = "subject = 'physics' and segment = 'all'"
NO_PASS = "subject = 'mathematics' and segment = 'all'"
FAULTS = [
    ("learning_growth", "status = 'too_few'", GROWTH, "a mean unless too few"),
    ("learning_growth", "institutions_n = null", GROWTH, "a mean unless too few"),
    ("learning_growth", "pupils_n = null", GROWTH, "a count unless it gives away others"),
    ("learning_growth", "pupils_n = null, status = 'suppressed_secondary'", SIDE, "no count by subtraction"),
    ("learning_growth", "mean_se = null", GROWTH, "an error where there are institutions enough"),
    ("learning_growth", "status = 'too_few_institutions'", GROWTH, "an error where there are institutions enough"),
    ("learning_growth", "mean_ci_low = mean_sd + 1e-9", GROWTH, "interval holds the mean"),
    ("learning_growth", "mean_ci_high = null", GROWTH, "interval holds the mean"),
    ("learning_growth", "pupils_n = 9", GROWTH, "few pupils have no figure"),
    ("learning_growth", "pupils_n = pupils_n + 1", SIDE, "segments add up"),
    ("learning_growth", "segment = 'sex'", GROWTH, "segment is in its list"),
    ("learning_gap", "status = 'too_few'", LATER, "a gap only where ok"),
    ("learning_gap", "gap_se = null", LATER, "a gap only where ok"),
    ("learning_gap", "baseline_sd = null", LATER, "a gap only where ok"),
    ("learning_gap", "gap_ci_high = gap_sd - 1e-9", LATER, "interval holds the gap"),
    ("learning_gap", "change_sd = null", LATER, "a change after the baseline"),
    ("learning_gap", "change_sd = -change_sd", LATER, "a change after the baseline"),
    ("learning_gap", "baseline_school_year = '2025/26'", LATER, "a change after the baseline"),
    ("learning_gap", "change_ci_low = change_sd + 1e-9", LATER, "interval holds the change"),
    ("learning_gap", "gap_sd = gap_sd + 1e-6", LATER, "a gap is of its two means"),
    ("learning_spread", "status = 'not_estimable'", SPREAD, "a share only where ok"),
    ("learning_spread", "baseline_share = null", SPREAD, "a share only where ok"),
    ("learning_spread", "between_ci_low = between_share + 1e-9", SPREAD, "interval holds the share"),
    ("learning_spread", "pupils_n = institutions_n - 1", SPREAD, "no more institutions than pupils"),
    ("learning_spread", "change_value = change_value + 1e-9", SPREAD, "a change after the baseline"),
    ("learning_spread", "change_value = null", SPREAD, "a change after the baseline"),
    ("learning_spread", "institutions_n = 29", SPREAD, "few institutions have no figure"),
    ("learning_spread", "between_share = 1.1", SPREAD, "between_share is in range"),
    ("national_test", "status = 'too_few'", PHYSICS, "a mean unless too few"),
    ("national_test", "pupils_n = null", PHYSICS, "a count unless it gives away others"),
    ("national_test", "mean_se = null", PHYSICS, "an error where there are institutions enough"),
    ("national_test", "mean_ci_high = mean_score - 1e-9", PHYSICS, "interval holds the mean"),
    ("national_test", "pass_score = null", PHYSICS, "passes need a pass score"),
    ("national_test", "passed_share = null", PHYSICS, "passes need a pass score"),
    ("national_test", "passed_status = 'ok'", NO_PASS, "passes need a pass score"),
    ("national_test", "passed_ci_low = null", PHYSICS, "interval holds the passes"),
    ("national_test", "passed_ci_low = passed_share + 1e-9", PHYSICS, "interval holds the passes"),
    ("national_test", "pupils_n = 9", PHYSICS, "few pupils have no figure"),
    (
        "national_test",
        "pupils_n = null, status = 'suppressed_secondary', passed_status = 'suppressed_secondary'",
        "segment = 'disadvantaged' and segment_value = 'true' and subject = 'physics'",
        "no count by subtraction",
    ),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Chance().build(tmp_path_factory.mktemp("chance"), PASS)


def judged(warehouse: Path, folder: Path, mart: str) -> GateResult:
    suites = [suite for suite in suites_of("marts") if suite.table == mart]
    (result,) = run_suites("marts", warehouse, folder / "gates.parquet", run_id="run-1", suites=suites)
    return result


@pytest.mark.parametrize("mart", MARTS)
def test_what_is_built_passes(built: Path, tmp_path: Path, mart: str) -> None:
    result = judged(built, tmp_path, mart)
    assert result.passed, result.observed


@pytest.mark.parametrize(("mart", "change", "where", "rule"), FAULTS)
def test_a_fault_is_found(built: Path, tmp_path: Path, mart: str, change: str, where: str, rule: str) -> None:
    warehouse = Path(copy(built, tmp_path / "warehouse.duckdb"))
    with connect(warehouse) as connection:
        ((changed,),) = connection.execute(f"update marts.{mart} set {change} where {where}").fetchall()
        assert changed
    result = judged(warehouse, tmp_path, mart)
    assert not result.passed
    assert rule in result.failing
