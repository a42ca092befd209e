"""Gates as blocking asset checks: suites of Great Expectations per layer, and the gates of the pipeline itself.

Each writes its result to the gate log of the run; the release believes that log and not these checks.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import dagster as dg

from bilimkoz.connection import connect
from bilimkoz.settings import Settings
from expectations import pipeline_gates
from expectations.earlier import coverage_table
from expectations.gate_log import GateLog, GateResult
from expectations.runner import run_suites
from expectations.silent_cohorts import TABLE, silent_cohorts
from expectations.suites import suites_of
from expectations.thresholds import read_thresholds
from expectations.withdrawn import withdrawn
from orchestration import progress
from orchestration.discretion import discreet
from orchestration.resources import Pipeline
from orchestration.run import Run
from publish.release_record import release_before

#: The asset each gate of the pipeline stands beside in the graph, and what it asks.
_PIPELINE_GATES = {
    "coverage": (
        ["marts", "institution_coverage"],
        "In every oblast enough institutions have delivered, and its head count has not collapsed.",
    ),
    "row_balance": (["intermediate", "int_row_balance"], "Every row of every file is accounted for."),
    "withdrawn": (
        ["intermediate", "int_list_withdrawal"],
        "No full list has withdrawn more of its sender's rows than is allowed, unless a steward took it in.",
    ),
    "shrink": (
        ["intermediate", "int_row_balance"],
        "No feed, of all that there are, has lost more of its accepted rows since the last release than is allowed.",
    ),
    "revision": (
        ["marts", "retention_index"],
        "Which closed figures of retention have moved since the last release. It lists them and always passes.",
    ),
    "files_whole": (
        ["intermediate", "int_row_balance"],
        "Which files wait whole. It lists them, and fails only where the run was told to be strict.",
    ),
}


def suite_checks(
    layer: str, name: str | None = None, tables: Collection[str] | None = None
) -> dg.AssetChecksDefinition:
    """The suites of a layer, or of some of its tables, as one step with one check a table.

    What a later build reads is judged before that build begins, so that marts are judged build by build.
    """
    name = name or layer
    chosen = [suite for suite in suites_of(layer) if tables is None or suite.table in tables]
    specs = [
        dg.AssetCheckSpec("expectations", asset=[layer, suite.table], blocking=True, description=suite.description)
        for suite in chosen
    ]

    @dg.multi_asset_check(specs=specs, name=f"expectations_{name}")
    @discreet
    def checks(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> Iterator[dg.AssetCheckResult]:
        settings, run = pipeline.settings, pipeline.run(context)
        results = run_suites(
            layer,
            run.warehouse,
            run.gates,
            run_id=context.run.run_id,
            row_counts=landed_rows(run.warehouse) if layer == "raw" else None,
            suites=chosen if tables is not None else None,
            data_docs=run.data_docs,
            pages=name,
            memory_limit=settings.memory_limit,
            temp_directory=run.spill,
            told=lambda done, total: progress.tell(f"expectations_{name}", done, total),
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
    specs=[
        dg.AssetCheckSpec(gate, asset=key, blocking=True, description=asks)
        for gate, (key, asks) in _PIPELINE_GATES.items()
    ],
    name="pipeline_gates",
)
@discreet
def gates_of_pipeline(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> Iterator[dg.AssetCheckResult]:
    """Is everybody in, is every row accounted for, has a list or a feed shrunk, has the past moved, does a file wait."""
    settings, run = pipeline.settings, pipeline.run(context)
    results = judge_pipeline(run, settings, is_strict=pipeline.is_strict)
    GateLog(run.gates, context.run.run_id).append(results)
    for result in results:
        yield _shown(result, result.gate, _PIPELINE_GATES[result.gate][0])


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


def judge_pipeline(run: Run, settings: Settings, *, is_strict: bool) -> list[GateResult]:
    """The gates of the pipeline over the candidate and the release before it."""
    thresholds = read_thresholds(settings.dbt_project / "seeds" / "thresholds.csv")
    before = release_before(settings.root, run.as_of)
    marts = before.file("internal") if before else None
    results: list[GateResult] = []

    def judged(result: GateResult) -> None:
        results.append(result)
        progress.tell("pipeline_gates", len(results), len(_PIPELINE_GATES))

    with connect(run.warehouse, memory_limit=settings.memory_limit, temp_directory=run.spill) as connection:
        table, left_out = coverage_table(connection, marts)
        is_over = run.is_aside and not is_strict
        judged(pipeline_gates.coverage(connection, thresholds, table=table, left_out=left_out, is_told_only=is_over))
        judged(pipeline_gates.row_balance(connection, table="intermediate.int_row_balance"))
        judged(withdrawn(connection, thresholds))
        feeds = pipeline_gates.feed_rows(connection)
        judged(pipeline_gates.shrink(feeds, before.feeds if before else None, thresholds))
        judged(pipeline_gates.revision(connection, marts))
        judged(pipeline_gates.files_whole(connection, as_of=run.as_of, is_strict=is_strict))
    return results


@dg.asset_check(
    asset=["intermediate", TABLE],
    name="silent_cohort",
    description="No cohort of 30 or more is without an exit in its first twelve months; one that is warns, since its registry "
    "seems to start late.",
)
@discreet
def silent_cohort(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> dg.AssetCheckResult:
    """Names each such cohort; no release is held back for it."""
    with connect(pipeline.run(context).warehouse, read_only=True) as connection:
        found = silent_cohorts(connection)
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"cohorts": dg.JsonMetadataValue([{"cohort": one.label, "n": one.followed_n} for one in found])},
    )
