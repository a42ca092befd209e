"""The estimators as assets: each reads what dbt has built and hands a Parquet file to the models above it."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from bilimkoz.connection import connect
from bilimkoz.sql import identifier, literal
from estimators.registry import ESTIMATES, STAGES
from orchestration import progress
from orchestration.discretion import discreet
from orchestration.resources import Pipeline
from orchestration.run import Run


def all_stages() -> list[dg.AssetsDefinition]:
    """One definition for each stage, named after the schema of its tables."""
    return [_of_stage(stage) for stage in STAGES]


def _of_stage(stage: str) -> dg.AssetsDefinition:
    chosen = [estimate for estimate in ESTIMATES if estimate.stage == stage]
    specs = [
        dg.AssetSpec(
            [stage, table],
            deps=[dg.AssetKey(name.split(".")) for name in estimate.reads],
            group_name=stage,
            kinds={"python"},
            description=description,
        )
        for estimate in chosen
        for table, description in estimate.tables.items()
    ]

    @dg.multi_asset(specs=specs, name=stage)
    @discreet
    def estimates(context: dg.AssetExecutionContext, pipeline: Pipeline) -> Iterator[dg.MaterializeResult[None]]:
        """Each estimate of the stage, in their order, as a file in the run's folder and a table of the schema."""
        run, settings = pipeline.run(context), pipeline.settings
        run.estimates.mkdir(exist_ok=True, mode=0o700)
        for number, estimate in enumerate(chosen, start=1):
            with connect(
                run.warehouse, read_only=True, memory_limit=settings.memory_limit, temp_directory=run.spill
            ) as connection:
                made = estimate.of(connection)
            progress.tell(stage, number, len(chosen))
            for table, rows in made.items():
                _write(run, table, rows)
                yield dg.MaterializeResult(asset_key=[stage, table], metadata={"dagster/row_count": rows.height})
        with connect(run.warehouse) as connection:
            connection.execute(f"create schema if not exists {identifier(stage)}")
            for table in (table for estimate in chosen for table in estimate.tables):
                path = literal(str(run.estimates / f"{table}.parquet"))
                connection.execute(
                    f"create or replace table {identifier(stage)}.{identifier(table)} as select * from read_parquet({path})"
                )

    return estimates


def _write(run: Run, table: str, rows: pl.DataFrame) -> None:
    rows.insert_column(0, pl.lit(run.as_of).alias("as_of_on")).write_parquet(run.estimates / f"{table}.parquet")
