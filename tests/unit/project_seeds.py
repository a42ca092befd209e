"""The seeds that estimators read, as the project has them: a kind of figure that is added is in every world of the tests."""

from __future__ import annotations

import duckdb

from bilimkoz.settings import PROJECT


def write_seeds(connection: duckdb.DuckDBPyConnection) -> None:
    """seeds.minimum_n and seeds.thresholds in a schema that is there."""
    for name in ("minimum_n", "thresholds"):
        path = str(PROJECT / "dbt_project" / "seeds" / f"{name}.csv")
        connection.execute(f"create table seeds.{name} as select * from read_csv(?)", [path])
