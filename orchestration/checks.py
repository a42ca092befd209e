"""Gates as blocking asset checks: suites of Great Expectations per layer, and the gates of the pipeline itself.

Each writes its result to the gate log of the run; the release believes that log and not these checks.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb

from bilimkoz.connection import connect
from bilimkoz.settings import Settings
from bilimkoz.sql import literal
from expectations import pipeline_gates
from expectations.gate_log import GateLog, GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of
from expectations.thresholds import read_thresholds
from orchestration.resources import Pipeline
from orchestration.run import Run
from publish.release_record import current_release

#: The asset each gate of the pipeline stands beside in the graph.
_PIPELINE_ASSETS = {
    "coverage": ["marts", "institution_coverage"],
    "row_balance": ["intermediate", "int_row_balance"],
    "shrink": ["intermediate", "int_staff_employment__accepted"],
    "revision": ["marts", "retention_index"],
}


def suite_checks(layer: str) -> dg.AssetChecksDefinition:
    """The suites of a layer as one step with one check a table."""
    specs = [
        dg.AssetCheckSpec("expectations", asset=[layer, suite.table], blocking=True, description=suite.description)
        for suite in suites_of(layer)
    ]

    @dg.multi_asset_check(specs=specs, name=f"expectations_{layer}")
    def checks(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> Iterator[dg.AssetCheckResult]:
        settings, run = pipeline.settings, pipeline.run(context)
        results = run_suites(
            layer,
            run.warehouse,
            run.gates,
            run_id=context.run.run_id,
            row_counts=landed_rows(run.warehouse) if layer == "raw" else None,
            data_docs=run.data_docs,
            memory_limit=settings.memory_limit,
            temp_directory=run.spill,
        )
        for result in results:
            yield _shown(result, "expectations", result.asset.split("."))

    return checks


def landed_rows(warehouse: Path) -> dict[str, int]:
    """Rows by feed as the load log counts them, for what the raw layer must hold."""
    with connect(warehouse, read_only=True) as connection:
        counted = connection.execute(
            "select feed, cast(sum(landed_n) as bigint) from log.parses group by feed"
        ).fetchall()
    return {feed: int(rows_n) for feed, rows_n in counted}


@dg.multi_asset_check(
    specs=[dg.AssetCheckSpec(gate, asset=key, blocking=True) for gate, key in _PIPELINE_ASSETS.items()],
    name="pipeline_gates",
)
def gates_of_pipeline(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> Iterator[dg.AssetCheckResult]:
    """Is everybody in, is every row accounted for, has a feed shrunk, has the past moved."""
    settings, run = pipeline.settings, pipeline.run(context)
    results = judge_pipeline(run, settings)
    GateLog(run.gates, context.run.run_id).append(results)
    for result in results:
        yield _shown(result, result.gate, _PIPELINE_ASSETS[result.gate])


def _shown(result: GateResult, name: str, key: list[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=result.passed,
        check_name=name,
        asset_key=key,
        metadata={
            "observed": result.observed,
            "bound": result.bound,
            **{
                f"breaks: {rule}": dg.JsonMetadataValue([dict(row) for row in rows])
                for rule, rows in result.failing.items()
            },
        },
    )


def judge_pipeline(run: Run, settings: Settings) -> list[GateResult]:
    """The gates of the pipeline over the candidate and the release before it."""
    thresholds = read_thresholds(settings.dbt_project / "seeds" / "thresholds.csv")
    before = current_release(settings.root)
    marts = before.path / "internal" / "marts.duckdb" if before else None
    with connect(run.warehouse, memory_limit=settings.memory_limit, temp_directory=run.spill) as connection:
        return [
            pipeline_gates.coverage(connection, thresholds, table=_coverage_table(connection, marts)),
            pipeline_gates.row_balance(connection, table="intermediate.int_row_balance"),
            pipeline_gates.shrink(pipeline_gates.feed_rows(connection), before.feeds if before else None, thresholds),
            pipeline_gates.revision(connection, marts),
        ]


def _coverage_table(connection: duckdb.DuckDBPyConnection, marts: Path | None) -> str:
    """Expected institutions with their head count now and in the last release."""
    before = "select cast(null as varchar) as institution_id, cast(null as bigint) as head_n where false"
    if marts is not None:
        connection.execute(f"attach {literal(str(marts))} as before_this (read_only)")
        before = "select institution_id, head_n from before_this.main.institution_coverage"
    connection.execute(
        f"""create or replace temp table coverage_now as
        select c.oblast_code as oblast, c.institution_id, c.is_delivered, c.head_n, b.head_n as head_before_n
        from marts.institution_coverage as c left join ({before}) as b using (institution_id)"""
    )
    if marts is not None:
        connection.execute("detach before_this")
    return "coverage_now"
