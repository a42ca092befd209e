"""The estimators as assets: each reads what dbt has built and hands a Parquet file to the models above it."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from bilimkoz.connection import connect
from bilimkoz.sql import identifier, literal
from estimators.registry import ESTIMATES
from orchestration import progress
from orchestration.discretion import discreet
from orchestration.resources import Pipeline
from orchestration.run import Run


def _specs() -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            ["estimates", table],
            deps=[dg.AssetKey(name.split(".")) for name in estimate.reads],
            group_name="estimates",
            kinds={"python"},
            description=description,
        )
        for estimate in ESTIMATES
        for table, description in estimate.tables.items()
    ]


@dg.multi_asset(specs=_specs(), name="estimates")
@discreet
def estimates(context: dg.AssetExecutionContext, pipeline: Pipeline) -> Iterator[dg.MaterializeResult[None]]:
    """Each estimate, in the order of their names, as a file in the run's folder and a table of schema estimates."""
    run, settings = pipeline.run(context), pipeline.settings
    run.estimates.mkdir(exist_ok=True, mode=0o700)
    for number, estimate in enumerate(ESTIMATES, start=1):
        with connect(
            run.warehouse, read_only=True, memory_limit=settings.memory_limit, temp_directory=run.spill
        ) as connection:
            made = estimate.of(connection)
        progress.tell("estimates", number, len(ESTIMATES))
        for table, rows in made.items():
            _write(run, table, rows)
            yield dg.MaterializeResult(asset_key=["estimates", table], metadata={"dagster/row_count": rows.height})
    with connect(run.warehouse) as connection:
        connection.execute("create schema if not exists estimates")
        for table in (table for estimate in ESTIMATES for table in estimate.tables):
            path = literal(str(run.estimates / f"{table}.parquet"))
            connection.execute(
                f"create or replace table estimates.{identifier(table)} as select * from read_parquet({path})"
            )


def _write(run: Run, table: str, rows: pl.DataFrame) -> None:
    rows.insert_column(0, pl.lit(run.as_of).alias("as_of_on")).write_parquet(run.estimates / f"{table}.parquet")
