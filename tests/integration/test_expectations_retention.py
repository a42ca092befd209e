"""The suites of the retention marts: sound marts pass, and each rule finds the fault that it is there to find."""

from __future__ import annotations

from pathlib import Path

import pytest
from retention_marts import make_retention_marts

from bilimkoz.connection import connect
from expectations.gate_log import GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of

ONE = "segment = 'all' and level = 'network' and estimand = 'employed_at' and horizon_months = 12"
AT_24 = "segment = 'all' and level = 'network' and estimand = 'employed_at' and horizon_months = 24"
MARTS = ("index", "quarter", "curve", "incidence", "flow", "finish", "turnover")
ESTIMATES = ("hazard", "preparing", "comparison", "match")
MONTH_2 = "level = 'network' and month = 2"


def judge(warehouse: Path, table: str) -> GateResult:
    suites = [suite for suite in suites_of("marts") if suite.table == table]
    (result,) = run_suites("marts", warehouse, warehouse.with_name("gates.parquet"), run_id="run-1", suites=suites)
    return result


def spoiled(tmp_path: Path, table: str, *statements: str) -> GateResult:
    warehouse = make_retention_marts(tmp_path / "warehouse.duckdb")
    with connect(warehouse) as connection:
        for statement in statements:
            connection.execute(statement)
    return judge(warehouse, table)


@pytest.mark.parametrize("table", [*MARTS, *ESTIMATES])
def test_sound_marts_pass(tmp_path: Path, table: str) -> None:
    result = spoiled(tmp_path, f"retention_{table}")
    assert result.passed, result.observed


INDEX_FAULTS = [
    (f"set index_share = 1.2 where {ONE}", "index_share is in range"),
    (f"set index_ci_low = -0.01 where {ONE}", "index_ci_low is in range"),
    (f"set hired_n = -1 where {ONE}", "hired_n is in range"),
    (f"set status = 'fine' where {ONE}", "status is in its list"),
    (f"set status = null where {ONE}", "status is present"),
    (f"set estimand = 'employed' where {ONE}", "estimand is in its list"),
    (f"set segment = 'age' where {ONE}", "segment is known"),
    (f"set segment = 'sex+age' where {ONE}", "segment is known"),
    (f"set retained_n = 38 where {ONE}", "counts add up"),
    (f"set unproved_n = 41 where {ONE}", "unproved are hired"),
    (f"set retained_n = 25 where {AT_24}", "not yet observed has no figure"),
    (f"set index_share = 0.5 where {AT_24}", "not yet observed has no figure"),
    (f"set retained_n = null where {ONE}", "not yet observed has no figure"),
    (f"set index_share = index_share - 1e-6 where {ONE}", "share is of its counts"),
    (f"set index_share = null where {ONE}", "share is of its counts"),
    (f"set index_ci_low = index_share + 0.001 where {ONE}", "interval holds the share"),
    (f"set index_cluster_ci_low = 0.6, index_cluster_ci_high = 0.7 where {ONE}", "interval holds the share"),
    (f"set index_ci_high = null where {ONE}", "interval goes with the share"),
    (f"set index_cluster_ci_low = 0.1 where {ONE}", "interval goes with the share"),
    (f"set index_ci_low = 0, index_ci_high = 1 where {AT_24}", "interval goes with the share"),
    (f"set index_cluster_ci_low = 0, index_cluster_ci_high = 1 where {AT_24}", "interval goes with the share"),
    (f"set index_ci_low = index_ci_low - 1e-6 where {ONE}", "interval is Wilson's"),
    (f"set index_ci_high = index_ci_high + 1e-6 where {ONE}", "interval is Wilson's"),
    (f"set index_cluster_ci_low = 0, index_cluster_ci_high = 1 where {ONE}", "institutions are enough"),
    (f"set status = 'too_few' where {ONE}", "too few is told"),
    (f"set removed_n = 30, retained_n = 5 where {ONE}", "too few is told"),
    (f"set bound_high_share = index_share - 0.001 where {ONE}", "bounds hold the share"),
    (f"set segment_value = 'everybody' where {ONE}", "all is all"),
    (f"set retained_n = 19 where {ONE}", "levels nest"),
    (f"set hired_n = 41 where {ONE}", "levels nest"),
    (f"set retained_n = 19 where {ONE}", "continuous is employed"),
    (f"set hired_n = 41 where {ONE}", "segments sum to all"),
    (f"set retained_n = 24 where {ONE}", "segments sum to all"),
]


@pytest.mark.parametrize(("change", "rule"), INDEX_FAULTS)
def test_a_fault_in_the_index_is_found(tmp_path: Path, change: str, rule: str) -> None:
    result = spoiled(tmp_path, "retention_index", f"update marts.retention_index {change}")
    assert not result.passed
    assert rule in result.failing


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (f"insert into marts.retention_index select * from marts.retention_index where {ONE}", "key is unique"),
        (f"delete from marts.retention_index where {ONE}", "every row has its siblings"),
        ("delete from marts.retention_index where segment = 'all'", "segments sum to all"),
        ("delete from marts.retention_index where segment_value = 'f'", "segments sum to all"),
    ],
)
def test_rows_too_many_or_too_few_are_found(tmp_path: Path, statement: str, rule: str) -> None:
    assert rule in spoiled(tmp_path, "retention_index", statement).failing


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (f"set index_share = 1.2 where {ONE}", "index_share is in range"),
        (f"set retained_n = 38 where {ONE}", "counts add up"),
        (f"set index_ci_low = index_ci_low - 1e-6 where {ONE}", "interval is Wilson's"),
        (f"set status = 'too_few' where {ONE}", "too few is told"),
        ("set retained_n = 0, index_share = 0 where level = 'profession' and segment = 'all'", "levels nest"),
    ],
)
def test_quarters_keep_the_rules_of_the_index(tmp_path: Path, change: str, rule: str) -> None:
    result = spoiled(tmp_path, "retention_quarter", f"update marts.retention_quarter {change}")
    assert not result.passed
    assert rule in result.failing


def test_clusters_may_share_people_and_need_not_add_up(tmp_path: Path) -> None:
    """Two clusters to which all belong: each has as many as all."""
    columns = "select * replace ('cluster' as segment, '{}' as segment_value) from marts.retention_index"
    copies = [
        f"insert into marts.retention_index {columns.format(cluster)} where segment = 'all'" for cluster in ("A", "B")
    ]
    result = spoiled(tmp_path, "retention_index", *copies)
    assert result.passed, result.observed


CURVE_FAULTS = [
    (f"set survival_share = 1.5 where {MONTH_2}", "survival_share is in range"),
    (f"set status = 'gone' where {MONTH_2}", "status is in its list"),
    (f"set at_risk_n = null where {MONTH_2}", "at_risk_n is present"),
    (f"set left_n = 9 where {MONTH_2}", "who goes was at risk"),
    ("set survival_share = 0.99 where month = 0", "starts at one"),
    (f"set survival_share = null where {MONTH_2}", "not yet observed has no figure"),
    ("set survival_ci_low = 0 where month = 4", "interval goes with the survival"),
    (f"set survival_se = null where {MONTH_2}", "interval goes with the survival"),
    (f"set status = 'too_few' where {MONTH_2}", "too few is told"),
    (f"set survival_ci_low = 0.95 where {MONTH_2}", "interval holds the survival"),
    (f"set at_risk_n = 9 where {MONTH_2}", "at risk follows"),
    (f"set censored_n = 1 where {MONTH_2}", "at risk follows"),
    (f"set survival_share = 0.91 where {MONTH_2}", "survival follows"),
    (f"set survival_share = 0.89 where {MONTH_2}", "survival follows"),
    ("set survival_share = 0.7 where month = 3", "survival follows"),
    (f"set month = 7 where {MONTH_2}", "months follow each other"),
]


@pytest.mark.parametrize(("change", "rule"), CURVE_FAULTS)
def test_a_fault_in_the_curve_is_found(tmp_path: Path, change: str, rule: str) -> None:
    result = spoiled(tmp_path, "retention_curve", f"update marts.retention_curve {change}")
    assert not result.passed
    assert rule in result.failing


LEFT_2 = f"{MONTH_2} and cause = 'left'"
INCIDENCE_FAULTS = [
    (f"set incidence_share = 1.1 where {LEFT_2}", "incidence_share is in range"),
    (f"set cause = 'sacked' where {LEFT_2}", "cause is in its list"),
    (f"set incidence_se = null where {LEFT_2}", "incidence_se is present"),
    (f"set cause_n = 9 where {LEFT_2}", "whose stay ends was at risk"),
    ("set incidence_share = 0.1 where month = 0 and cause = 'left'", "starts at one"),
    (f"set cause = 'moved_network' where {LEFT_2}", "cause fits the level"),
    ("set cause = 'unknown' where level = 'profession' and month = 2 and cause = 'left'", "cause fits the level"),
    (f"set status = 'too_few' where {LEFT_2}", "too few is told"),
    (f"set incidence_share = 0.1001 where {LEFT_2}", "adds up to one"),
    (f"set event_free_share = 0.9001 where {LEFT_2}", "adds up to one"),
    (f"set incidence_share = 0.05 where {LEFT_2}", "incidence never falls"),
    ("set event_free_share = 0.95, incidence_share = incidence_share / 2 where month = 2", "curve is not below"),
]


@pytest.mark.parametrize(("change", "rule"), INCIDENCE_FAULTS)
def test_a_fault_in_the_incidences_is_found(tmp_path: Path, change: str, rule: str) -> None:
    result = spoiled(tmp_path, "retention_incidence", f"update marts.retention_incidence {change}")
    assert not result.passed
    assert rule in result.failing


@pytest.mark.parametrize("table", MARTS[:5])
def test_an_empty_mart_fails(tmp_path: Path, table: str) -> None:
    result = spoiled(tmp_path, f"retention_{table}", f"delete from marts.retention_{table}")
    assert not result.passed
    assert "has rows" in result.observed


def test_a_mart_that_was_not_built_fails_its_gate(tmp_path: Path) -> None:
    result = spoiled(tmp_path, "retention_curve", "drop table marts.retention_curve")
    assert (result.gate, result.passed) == ("gx:marts.retention_curve", False)
    assert result.observed == "not in the database"


def test_no_rule_shows_a_person(tmp_path: Path) -> None:
    """Each query of a suite names its columns, and none of them is personal."""
    warehouse = make_retention_marts(tmp_path / "warehouse.duckdb")
    with connect(warehouse, read_only=True) as connection:
        for suite in suites_of("marts"):
            if suite.table.startswith("retention_"):
                for rule in suite.rules:
                    if rule.query is not None:
                        described = connection.execute(f"describe {rule.query}").fetchall()
                        assert not {row[0] for row in described} & suite.hidden, (suite.asset, rule.name)


FLOW = "flow = 'left' and segment = 'all' and horizon_months = 12"
STAFF = "segment = 'all' and level = 'network'"
OTHER_FAULTS = [
    ("flow", f"set flow = 'gone' where {FLOW}", "flow is in its list"),
    ("flow", f"set flow_n = 8 where {FLOW}", "flows add up"),
    ("flow", f"set hired_n = 41 where {FLOW}", "flows add up"),
    ("flow", f"set flow_share = 0.5 where {FLOW}", "share is of its counts"),
    ("flow", f"set flow_ci_low = flow_share + 0.001 where {FLOW}", "interval holds the share"),
    ("flow", f"set status = 'not_yet_observed' where {FLOW}", "not yet observed has no figure"),
    (
        "flow",
        "set flow_n = flow_n + case flow when 'left' then 1 when 'unknown' then -1 else 0 end "
        "where segment = 'all' and horizon_months = 12",
        "flows are those of the index",
    ),
    (
        "flow",
        "set flow_n = flow_n + case flow when 'moved_network' then 1 when 'moved_outside' then -1 else 0 end "
        "where segment = 'all' and horizon_months = 12",
        "flows are those of the index",
    ),
    ("finish", f"set removed_n = 10 where {STAFF}", "counts add up"),
    ("finish", f"set finish_share = 0.5 where {STAFF}", "share is of its counts"),
    ("finish", f"set finish_ci_high = 0.6 where {STAFF}", "interval and bounds hold the share"),
    ("finish", f"set bound_low_share = 0.95 where {STAFF}", "interval and bounds hold the share"),
    ("finish", f"set finished_n = 39 where {STAFF}", "levels nest"),
    ("finish", f"set in_post_n = 51 where {STAFF}", "segments sum to all"),
    ("finish", f"set status = 'not_yet_observed' where {STAFF}", "not yet observed has no figure"),
    ("turnover", f"set turnover_value = 0.3 where {STAFF}", "coefficient is of its counts"),
    ("turnover", f"set bound_high_value = 0.1 where {STAFF}", "coefficient is of its counts"),
    ("turnover", f"set exits_n = 10 where {STAFF}", "levels nest"),
    ("turnover", f"set unknown_n = 3 where {STAFF}", "levels nest"),
    ("turnover", f"set headcount_value = 46 where {STAFF}", "segments sum to all"),
    ("turnover", f"set status = 'not_yet_observed' where {STAFF}", "not yet observed has no figure"),
    ("turnover", f"set segment = 'first_post' where {STAFF}", "segment is known"),
]


@pytest.mark.parametrize(("table", "change", "rule"), OTHER_FAULTS)
def test_a_fault_in_flows_and_staff_is_found(tmp_path: Path, table: str, change: str, rule: str) -> None:
    result = spoiled(tmp_path, f"retention_{table}", f"update marts.retention_{table} {change}")
    assert not result.passed
    assert rule in result.failing


ESTIMATE_FAULTS = [
    ("hazard", "set status = 'separated'", "interval only where ok"),
    ("hazard", "set hazard_ratio = 2", "interval only where ok"),
    ("hazard", "set exits_n = 301", "exits are people"),
    ("hazard", "set status = 'reference', hazard_ratio_ci_low = null", "reference is one"),
    ("hazard", "set level = 'network', covariate = 'in_network_at_entry'", "networks are not asked of themselves"),
    ("preparing", "set status = 'unreliable'", "ranks only where ok"),
    ("preparing", "set rank_high = 13", "ranks only where ok"),
    ("preparing", "set retained_n = 101", "retained are of the base"),
    ("preparing", "set pooled_share = 0.95", "interval holds the share"),
    ("comparison", "set status = 'not_comparable'", "difference only where ok"),
    ("comparison", "set difference_value = 0.06", "difference is of its values"),
    ("comparison", "set member_value = 11.4", "shares are shares"),
    ("comparison", "set level = 'network'", "nothing is told of the network"),
    ("match", "set control_institution_id = 'none'", "none is none"),
    ("match", "set distance_share = 0.03", "within the caliper"),
    ("match", "set control_institution_id = 'N1'", "not its own control"),
]


@pytest.mark.parametrize(("table", "change", "rule"), ESTIMATE_FAULTS)
def test_a_fault_in_estimates_is_found(tmp_path: Path, table: str, change: str, rule: str) -> None:
    result = spoiled(tmp_path, f"retention_{table}", f"update marts.retention_{table} {change}")
    assert not result.passed
    assert rule in result.failing
