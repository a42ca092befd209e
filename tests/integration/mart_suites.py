"""A mart of one row, and what its suite says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from expectations.gate_log import GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of


def judged(tmp_path: Path, mart: str, row: dict[str, Any], *statements: str) -> GateResult:
    """The gate of the mart with the row, once the statements have changed it."""
    warehouse = tmp_path / "warehouse.duckdb"
    document = yaml.safe_load((PROJECT / "dbt_project" / "models" / "marts" / f"{mart}.yml").read_text())
    types = {column["name"]: column["data_type"] for column in document["models"][0]["columns"]}
    row = {"as_of_on": "2026-09-15"} | row
    with connect(warehouse) as connection:
        columns = ", ".join(f"{name} {kind.replace('string', 'varchar')}" for name, kind in types.items())
        connection.execute(f"create schema marts; create table marts.{mart} ({columns})")
        connection.execute(
            "create schema seeds; create table seeds.minimum_n as select 'value_added' as figure, 10 as minimum_n"
        )
        connection.execute(
            f"insert into marts.{mart} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values())
        )
        for statement in statements:
            connection.execute(statement)
    suites = [suite for suite in suites_of("marts") if suite.table == mart]
    (result,) = run_suites("marts", warehouse, tmp_path / "gates.parquet", run_id="run-1", suites=suites)
    return result
