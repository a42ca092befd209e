"""Which tables of the candidate warehouse go into which part of a release."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from bilimkoz.sql import identifier
from ingest.contract import contract, feeds

MARTS = "marts"
EXPORT = "export"
ACCESS = ("restricted", "internal")
# What each member of a cohort counts as, below the marts; `publish.revision` compares two releases by it.
MEMBERS = tuple(
    ("intermediate", table)
    for table in ("int_network_set", "int_place_segment", "int_retention_member", "int_retention_outcome")
)

# Of the outcomes no more than their comparison asks for: what a member is split by stands once, with the member.
_OUTCOMES = "int_retention_outcome"
_OF_OUTCOMES = re.compile(r"member_no|horizon_months|is_cohort_observed|(employed_at|continuous)_\w+")


class PartError(ValueError):
    """The candidate does not hold what a release needs, or would show people where none may be seen."""


def release_tables(
    connection: duckdb.DuckDBPyConnection, manifest_json: Path
) -> dict[str, tuple[tuple[str, str], ...]]:
    """The (schema, table) pairs of each part of a release.

    `restricted` gets every table of schema `marts` and, where there is one, of `export`, and `MEMBERS`; nothing else, and
    exact days of people stay in the candidate (`columns_to_copy`). `internal` gets the marts in which no single person
    stands. A mart says which it is by `access: restricted` or `internal` in the `meta` of its dbt model; one that does not
    is internal if and only if it has no column that a contract marks as personal.

    Args:
        connection: the candidate.
        manifest_json: dbt's manifest.

    Raises:
        PartError: a mart of the manifest is not in the candidate as a table, says an access that is not known, or is
            called internal and has a personal column.
    """
    access = _access_by_mart(manifest_json)
    tables = _tables(connection)
    absent = sorted(mart for mart in access if (MARTS, mart) not in tables)
    if absent:
        raise PartError(f"not in the candidate as tables: {', '.join(absent)}")
    return {
        "restricted": tuple(tables),
        "internal": tuple(
            (schema, table)
            for (schema, table), columns in tables.items()
            if schema == MARTS and _is_internal(table, columns, access.get(table))
        ),
    }


def _access_by_mart(manifest_json: Path) -> dict[str, str | None]:
    nodes: Mapping[str, Any] = json.loads(manifest_json.read_text(encoding="utf-8"))["nodes"]
    models = [node for node in nodes.values() if node["resource_type"] == "model" and node["schema"] == MARTS]
    return {
        model["alias"]: {**model.get("meta", {}), **model.get("config", {}).get("meta", {})}.get("access")
        for model in models
        if model.get("config", {}).get("enabled", True)
    }


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], frozenset[str]]:
    rows = connection.execute(
        "select table_schema, table_name, list(column_name) from information_schema.columns"
        " join information_schema.tables using (table_catalog, table_schema, table_name)"
        " where table_schema in (?, ?, ?) and table_type = 'BASE TABLE' group by all order by all",
        [MARTS, EXPORT, MEMBERS[0][0]],
    ).fetchall()
    return {
        (schema, table): frozenset(columns)
        for schema, table, columns in rows
        if schema in (MARTS, EXPORT) or (schema, table) in MEMBERS
    }


def _is_internal(table: str, columns: frozenset[str], access: str | None) -> bool:
    if access is not None and access not in ACCESS:
        raise PartError(f"{MARTS}.{table}: access {access} is not one of {', '.join(ACCESS)}")
    personal = columns & _personal_columns()
    if access == "internal" and personal:
        raise PartError(f"{MARTS}.{table} is called internal and has {', '.join(sorted(personal))}")
    return access == "internal" or (access is None and not personal)


def columns_to_copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """What to select of a table of the candidate: of those in which people stand, months instead of days and moments.

    Days of facts tell people apart, and the figures above them are made of the candidate, where the days still are.
    """
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = current_database()"
        " and schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    if table == _OUTCOMES:
        return ", ".join(identifier(name) for name, _ in columns if _OF_OUTCOMES.fullmatch(name))
    if not _personal_columns() & {name for name, _ in columns}:
        return "*"
    months = ", ".join(
        f"cast(date_trunc('month', {identifier(name)}) as {kind}) as {identifier(name)}"
        for name, kind in columns
        if kind in ("DATE", "TIMESTAMP")
    )
    return f"* replace ({months})" if months else "*"


def _personal_columns() -> frozenset[str]:
    return frozenset(column.name for feed in feeds() for column in contract(feed).columns if column.privacy)
