"""What the yml files of dbt say of tables and columns and what a built warehouse holds are the same, both ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from product import Product

#: Schema, table -> columns.
Tables = dict[tuple[str, str], set[str]]


@pytest.fixture(scope="module")
def run_folder(done: Product) -> Path:
    return next((done.data / "work").glob("*/warehouse.duckdb")).parent


@pytest.fixture(scope="module")
def nodes(run_folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    manifest = json.loads((run_folder / "dbt" / "manifest.json").read_text())
    tables = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    return {(node["schema"], node["name"]): node for node in [*tables, *manifest["sources"].values()]}


@pytest.fixture(scope="module")
def built(run_folder: Path) -> Tables:
    with duckdb.connect(str(run_folder / "warehouse.duckdb"), read_only=True) as connection:
        found: Tables = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall():
            found.setdefault((schema, table), set()).add(column)
        return found


def test_every_table_is_described_and_every_description_has_its_table(
    nodes: dict[tuple[str, str], dict[str, Any]], built: Tables
) -> None:
    layers = {"staging", "intermediate", "indicators", "alerts", "mirror", "estimates", "indices", "marts"}
    assert {schema for schema, _ in built} == {"raw", "log", "seeds"} | layers
    assert set(nodes) == set(built)
    assert not [name for name, node in nodes.items() if not node["description"].strip()]


def test_every_column_is_described_and_every_description_has_its_column(
    nodes: dict[tuple[str, str], dict[str, Any]], built: Tables
) -> None:
    described = {
        name: {column for column, facts in node["columns"].items() if facts["description"].strip()}
        for name, node in nodes.items()
    }
    undescribed = {name: columns - described[name] for name, columns in built.items() if columns - described[name]}
    unbuilt = {name: set(node["columns"]) - built[name] for name, node in nodes.items()}
    assert not undescribed
    assert not {name: columns for name, columns in unbuilt.items() if columns}
