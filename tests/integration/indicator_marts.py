"""Marts that indicators hand on, as tables that a scene fills: each is made, and tested, by models of its own."""

from __future__ import annotations

from typing import Any

import duckdb
import yaml

from bilimkoz.settings import PROJECT

MARTS = (
    "course_outcome",
    "learning_gap",
    "learning_spread",
    "network_effect",
    "retention_comparison",
    "retention_curve",
    "retention_finish",
    "retention_flow",
    "retention_index",
    "retention_quarter",
    "retention_turnover",
    "value_added_class",
    "value_added_cluster",
    "value_added_institution",
)
#: What has no contract: sums by institution, the scale of scores, and the pass scores, of which the seed has none yet.
OTHERS = {
    "int_learning_sum": (
        "intermediate",
        "start_year int, grade int, subject varchar, test varchar, measure varchar, segment varchar, segment_value varchar, "
        "institution_id varchar, pupils_n bigint, value_sum decimal(38, 0)",
    ),
    "int_national_test_sum": (
        "intermediate",
        "start_year int, subject varchar, segment varchar, segment_value varchar, institution_id varchar, pupils_n bigint, "
        "score_sum decimal(38, 4), passed_n bigint",
    ),
    "int_staff_institution": (
        "intermediate",
        "institution_id varchar, start_year int, school_year varchar, in_post_n bigint, unread_n bigint, removed_n bigint, "
        "exits_removed_n bigint, finished_workplace_n bigint, unknown_workplace_n bigint, exits_workplace_n bigint, "
        "exits_unknown_workplace_n bigint, finished_network_n bigint, unknown_network_n bigint, exits_network_n bigint, "
        "exits_unknown_network_n bigint, finished_profession_n bigint, unknown_profession_n bigint, exits_profession_n bigint, "
        "exits_unknown_profession_n bigint, month_starts_n bigint",
    ),
    "int_score_scale": (
        "intermediate",
        "grade int, subject varchar, test varchar, start_year int, mean_score double, sd_score double",
    ),
    "pass_scores": ("seeds", "school_year varchar, subject varchar, score decimal(18, 4)"),
}


def write_marts(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[dict[str, Any]]]) -> None:
    """All of them, empty but for these rows; what a row does not name is absent."""
    connection.execute("create schema if not exists marts; create schema if not exists seeds")
    tables = {mart: ("marts", _columns(mart)) for mart in MARTS} | OTHERS
    assert rows.keys() <= tables.keys(), rows.keys() - tables.keys()
    for table, (schema, columns) in tables.items():
        connection.execute(f"create table {schema}.{table} ({columns})")
        for row in rows.get(table, []):
            connection.execute(
                f"insert into {schema}.{table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                list(row.values()),
            )


def _columns(mart: str) -> str:
    document = yaml.safe_load(
        (PROJECT / "dbt_project" / "models" / "marts" / f"{mart}.yml").read_text(encoding="utf-8")
    )
    return ", ".join(
        f"{column['name']} {column['data_type'].replace('string', 'varchar')}"
        for column in document["models"][0]["columns"]
    )
