"""A mart of one row, and what its suite says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import yaml

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from expectations.gate_log import GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of


def judged(tmp_path: Path, mart: str, row: dict[str, Any] | pl.DataFrame, *statements: str) -> GateResult:
    """The gate of the mart with the row, or the rows as an estimator makes them, once the statements have changed it."""
    warehouse = tmp_path / "warehouse.duckdb"
    document = yaml.safe_load((PROJECT / "dbt_project" / "models" / "marts" / f"{mart}.yml").read_text())
    types = {column["name"]: column["data_type"] for column in document["models"][0]["columns"]}
    rows = row if isinstance(row, pl.DataFrame) else pl.DataFrame([row])
    with connect(warehouse) as connection:
        columns = ", ".join(f"{name} {kind.replace('string', 'varchar')}" for name, kind in types.items())
        connection.execute(f"create schema marts; create table marts.{mart} ({columns})")
        connection.execute(
            """create schema seeds; create table seeds.minimum_n as select * from (values ('value_added', 10),
            ('value_added_teachers', 5), ('mean', 8), ('network_effect', 5), ('network_interval', 20), ('network_controls', 20),
            ('cluster_interval', 20)) as v(figure, minimum_n);
            create table seeds.thresholds as select * from (values ('class_margin_sd', 0.1::decimal(18, 4)),
            ('rank_reliability_share', 0.7::decimal(18, 4))) as v(code, bound)"""
        )
        connection.register("given", rows.with_columns(as_of_on=pl.date(2026, 9, 15)))
        connection.execute(f"insert into marts.{mart} by name select * from given")
        connection.unregister("given")
        for statement in statements:
            connection.execute(statement)
    suites = [suite for suite in suites_of("marts") if suite.table == mart]
    (result,) = run_suites("marts", warehouse, tmp_path / "gates.parquet", run_id="run-1", suites=suites)
    return result
