"""The retention marts, small and right, as a warehouse to spoil: one cohort of 40, one curve of ten people."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT

# hired, removed, unknown, then retained employed_at and continuous at workplace, network, profession.
# Women and men add up to all.
COUNTS = {
    ("all", "all"): (40, 2, 1, (20, 25, 30), (15, 20, 25)),
    ("sex", "f"): (25, 1, 1, (12, 15, 18), (9, 12, 15)),
    ("sex", "m"): (15, 1, 0, (8, 10, 12), (6, 8, 10)),
}
# month, at risk, left, lost from sight, survival: 10 -> 9/10 -> 9/10 * 6/8 = 0.675; nobody is left to see month 4.
CURVE = ((0, 10, 0, 0, 1.0), (1, 10, 1, 1, 0.9), (2, 8, 0, 0, 0.9), (3, 8, 2, 6, 0.675), (4, 0, 0, 0, None))
LEVELS = ("workplace", "network", "profession")
# month, at risk, left, incidence of leaving, event-free: the same ten people, all of whose ends are leaving.
LEAVING = ((0, 10, 0, 0.0, 1.0), (1, 10, 1, 0.1, 0.9), (2, 8, 0, 0.1, 0.9), (3, 8, 2, 0.325, 0.675))

_INDEX = """
    create table marts.retention_index as
    with base as (select *, hired_n - removed_n - unknown_n as base_n, power(1.959963984540054, 2) as z2 from counted),
    shares as (
        select *, cast(retained_n as double) / base_n as index_share,
            1.959963984540054 * sqrt(
                (cast(retained_n as double) / base_n) * (1 - cast(retained_n as double) / base_n) / base_n
                + z2 / (4 * base_n * base_n)
            ) / (1 + z2 / base_n) as half,
            (cast(retained_n as double) / base_n + z2 / (2 * base_n)) / (1 + z2 / base_n) as middle
        from base
    )
    select date '2026-09-15' as as_of_on, '2019/20' as cohort_year, level, estimand, segment, segment_value,
        cast(12 as integer) as horizon_months, hired_n, retained_n, unknown_n, removed_n,
        cast(5 as bigint) as unproved_n, cast(0 as bigint) as never_started_n,
        cast(8 as bigint) as institutions_n, cast(1 as bigint) as cohorts_n,
        index_share, middle - half as index_ci_low, middle + half as index_ci_high,
        cast(null as double) as index_cluster_ci_low, cast(null as double) as index_cluster_ci_high,
        cast(retained_n as double) / (hired_n - removed_n) as bound_low_share,
        cast(retained_n + unknown_n as double) / (hired_n - removed_n) as bound_high_share,
        cast(null as decimal(18, 4)) as baseline_value, cast(null as date) as baseline_on,
        cast(null as decimal(18, 4)) as target_value, cast(null as date) as target_on, 'ok' as status
    from shares
    union all
    select date '2026-09-15', '2019/20', level, estimand, segment, segment_value, 24, hired_n, null, null, null,
        5, 0, 8, 1, null, null, null, null, null, null, null, null, null, null, null, 'not_yet_observed'
    from base"""


# The flows of the cohort of 40, for all and by sex: those retained are the 20, 25 and 30 of COUNTS at the three levels.
FLOWS = {
    ("all", "all"): (14, 6, 5, 5, 7, 2, 1),
    ("sex", "f"): (8, 4, 3, 3, 5, 1, 1),
    ("sex", "m"): (6, 2, 2, 2, 2, 1, 0),
}
FLOW_NAMES = (
    "stayed_at_work",
    "stayed_on_leave",
    "moved_network",
    "moved_outside",
    "left",
    "retired_or_died",
    "unknown",
)
# Staff of a school year: in post, removed, then by level finished and unknown; exits and unknown exits, of which removed; months.
STAFF = {
    ("all", "all"): (50, 2, ((40, 1), (42, 1), (44, 2)), ((9, 0), (7, 1), (5, 2)), 2, 540),
    ("sex", "f"): (30, 1, ((25, 1), (26, 1), (27, 1)), ((5, 0), (4, 0), (3, 1)), 1, 324),
    ("sex", "m"): (20, 1, ((15, 0), (16, 0), (17, 1)), ((4, 0), (3, 1), (2, 1)), 1, 216),
}


def make_retention_marts(path: Path) -> Path:
    with connect(path) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema seeds")
        least = "values ('index', 10), ('curve', 8), ('cluster_interval', 20)"
        connection.execute(f"create table seeds.minimum_n as select * from ({least}) as v(figure, minimum_n)")
        connection.execute(
            """create temp table counted (segment varchar, segment_value varchar, hired_n bigint, removed_n bigint,
            unknown_n bigint, estimand varchar, level varchar, retained_n bigint)"""
        )
        connection.executemany(
            "insert into counted values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [segment, value, hired, removed, unknown, estimand, level, retained]
                for (segment, value), (hired, removed, unknown, employed, continuous) in COUNTS.items()
                for estimand, by_level in (("employed_at", employed), ("continuous", continuous))
                for level, retained in zip(LEVELS, by_level, strict=True)
            ],
        )
        connection.execute(_INDEX)
        connection.execute(
            """create table marts.retention_quarter as
            select * exclude (cohort_year, as_of_on), as_of_on, '2025/26-Q1' as quarter from marts.retention_index
            where status <> 'not_yet_observed'"""
        )
        _make_flows(connection)
        _make_estimates(connection)
        _make_staff(connection)
        connection.execute(
            """create table marts.retention_curve (as_of_on date, cohort_year varchar, level varchar, segment varchar,
            segment_value varchar, month integer, at_risk_n bigint, left_n bigint, censored_n bigint,
            survival_share double, survival_se double, survival_ci_low double, survival_ci_high double,
            survival_cluster_se double, survival_cluster_ci_low double, survival_cluster_ci_high double,
            status varchar)"""
        )
        connection.executemany(
            """insert into marts.retention_curve
            values (date '2026-09-15', '2019/20', ?, 'all', 'all', ?, ?, ?, ?, ?, ? / 10, ? - 0.2, ?, null, null, null, ?)""",
            [
                [level, month, at_risk, left, censored, survival, survival, survival, survival, status]
                for level in LEVELS
                for month, at_risk, left, censored, survival in CURVE
                for status in ["ok" if survival else "not_yet_observed"]
            ],
        )
        connection.execute(
            """create table marts.retention_incidence (as_of_on date, cohort_year varchar, level varchar, segment varchar,
            segment_value varchar, month integer, cause varchar, at_risk_n bigint, cause_n bigint, incidence_share double,
            incidence_se double, event_free_share double, status varchar)"""
        )
        connection.executemany(
            """insert into marts.retention_incidence
            values (date '2026-09-15', '2019/20', ?, 'all', 'all', ?, ?, ?, ?, ?, ? / 10, ?, 'ok')""",
            [
                [level, month, cause, at_risk, left * is_it, share * is_it, share * is_it, free]
                for level in LEVELS
                for month, at_risk, left, share, free in LEAVING
                for cause in ("left", "retired")
                for is_it in [cause == "left"]
            ],
        )
    return path


def _make_flows(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """create table marts.retention_flow (as_of_on date, cohort_year varchar, segment varchar, segment_value varchar,
        horizon_months integer, flow varchar, hired_n bigint, flow_n bigint, flow_share double, flow_ci_low double,
        flow_ci_high double, status varchar)"""
    )
    connection.executemany(
        """insert into marts.retention_flow
        values (date '2026-09-15', '2019/20', ?, ?, ?, ?, ?, ?, ?, ? - 0.01, ? + 0.01, ?)""",
        [
            [*segment, months, flow, sum(counts), flow_n, share, share, share, status]
            for segment, counts in FLOWS.items()
            for flow, count in zip(FLOW_NAMES, counts, strict=True)
            for months, flow_n, share, status in (
                (12, count, count / sum(counts), "ok"),
                (24, None, None, "not_yet_observed"),
            )
        ],
    )
    # Counts of nothing have no interval below zero.
    connection.execute("update marts.retention_flow set flow_ci_low = 0 where flow_ci_low < 0")


def _make_staff(connection: duckdb.DuckDBPyConnection) -> None:
    targets = (
        "baseline_value decimal(18, 4), baseline_on date, target_value decimal(18, 4), target_on date, status varchar"
    )
    key = "as_of_on date, school_year varchar, level varchar, segment varchar, segment_value varchar"
    connection.execute(
        f"""create table marts.retention_finish ({key}, in_post_n bigint, finished_n bigint, unknown_n bigint,
        removed_n bigint, finish_share double, finish_ci_low double, finish_ci_high double, bound_low_share double,
        bound_high_share double, {targets})"""
    )
    connection.execute(
        f"""create table marts.retention_turnover ({key}, headcount_value double, exits_n bigint, unknown_n bigint,
        removed_n bigint, unread_n bigint, turnover_value double, bound_high_value double, {targets})"""
    )
    for (segment, value), (in_post, removed, finish, exits, exits_removed, months) in STAFF.items():
        for level, (finished, unknown), (left, lost) in zip(LEVELS, finish, exits, strict=True):
            share = finished / (in_post - removed - unknown)
            bounds = [finished / (in_post - removed), (finished + unknown) / (in_post - removed)]
            connection.execute(
                """insert into marts.retention_finish values (date '2026-09-15', '2024/25', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                null, null, null, null, 'ok')""",
                [
                    level,
                    segment,
                    value,
                    in_post,
                    finished,
                    unknown,
                    removed,
                    share,
                    share - 0.01,
                    share + 0.01,
                    *bounds,
                ],
            )
            connection.execute(
                """insert into marts.retention_turnover values (date '2026-09-15', '2024/25', ?, ?, ?, ?, ?, ?, ?, 0, ?, ?,
                null, null, null, null, 'ok')""",
                [
                    level,
                    segment,
                    value,
                    months / 12,
                    left,
                    lost,
                    exits_removed,
                    left * 12 / months,
                    (left + lost) * 12 / months,
                ],
            )


#: A sound row of each mart of estimates, by column; the others are null.
ESTIMATES = {
    "retention_hazard": {
        "level": "workplace", "covariate": "sex", "value": "m", "people_n": 300, "exits_n": 60, "institutions_n": 40,
        "log_hazard_ratio": 0.0953, "log_hazard_ratio_se": 0.1, "hazard_ratio": 1.1, "hazard_ratio_ci_low": 0.9,
        "hazard_ratio_ci_high": 1.34, "model_se": 0.09, "p_value": 0.34, "proportional_p_value": 0.5, "status": "ok",
    },
    "retention_preparing": {
        "level": "profession", "estimand": "employed_at", "segment": "preparing_institution", "segment_value": "U1",
        "horizon_months": 12, "base_n": 100, "retained_n": 90, "index_share": 0.9, "reliability_share": 0.8,
        "pooled_share": 0.88, "pooled_ci_low": 0.81, "pooled_ci_high": 0.94, "ranked_n": 12, "rank_low": 2, "rank_high": 7,
        "status": "ok",
    },
    "retention_comparison": {
        "cluster_id": "K1", "level": "workplace", "measure": "index_12", "member_n": 200, "control_n": 300,
        "member_institutions_n": 10, "control_institutions_n": 20, "unmatched_institutions_n": 1, "member_value": 0.9,
        "control_value": 0.85, "difference_value": 0.05, "difference_se": 0.02, "difference_ci_low": 0.005,
        "difference_ci_high": 0.095, "df_n": 9, "log_rank_chi2": 3.0, "log_rank_p_value": 0.08, "balance_smd": 0.05,
        "status": "ok",
    },
    "retention_match": {
        "cluster_id": "K1", "institution_id": "N1", "control_institution_id": "X1", "prior_share": 0.8,
        "control_prior_share": 0.81, "distance_share": 0.01, "caliper_share": 0.02, "match_status": "matched",
    },
}  # fmt: skip


def _make_estimates(connection: duckdb.DuckDBPyConnection) -> None:
    """With the columns and types of the models' files."""
    for mart, row in ESTIMATES.items():
        document = yaml.safe_load((PROJECT / "dbt_project" / "models" / "marts" / f"{mart}.yml").read_text())
        types = {column["name"]: column["data_type"] for column in document["models"][0]["columns"]}
        columns = ", ".join(f"{name} {kind.replace('string', 'varchar')}" for name, kind in types.items())
        connection.execute(f"create table marts.{mart} ({columns})")
        names = ["as_of_on", *row]
        connection.execute(
            f"insert into marts.{mart} ({', '.join(names)}) values (date '2026-09-15'{', ?' * len(row)})",
            list(row.values()),
        )
