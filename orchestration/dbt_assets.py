"""The dbt project as assets, in builds with the stages of the estimators between them."""

import json
import os
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from bilimkoz.connection import connect
from bilimkoz.settings import Settings
from estimators.registry import STAGES
from expectations.gate_log import GateLog
from orchestration import dbt, progress
from orchestration.dbt_environment import WITHOUT_UNIT_TESTS
from orchestration.discretion import discreet
from orchestration.resources import Pipeline
from orchestration.run import Run

#: Name of each build: of what stands on no estimate, then of what stands on those of each stage and no later one.
BUILDS = ("dbt", "dbt_estimated", "dbt_indexed")


def dbt_models(settings: Settings) -> list[dg.AssetsDefinition]:
    """The builds in their order; their tests are the checks of the assets, and blocking."""
    above = [f"source:{stage}+" for stage in STAGES]
    return [
        _build(settings, name, select, " ".join(above[number:]) or None)
        for number, (name, select) in enumerate(zip(BUILDS, ["fqn:*", *above], strict=True))
    ]


def marts_of(built: dg.AssetsDefinition) -> set[str]:
    """The marts of a build."""
    return {key.path[-1] for key in built.keys if key.path[0] == "marts"}


def _build(settings: Settings, name: str, select: str, exclude: str | None) -> dg.AssetsDefinition:
    path = dbt.manifest_path(settings)
    manifest = json.loads(path.read_text())

    @dbt_assets(manifest=path, dagster_dbt_translator=dbt.Translator(), name=name, select=select, exclude=exclude)
    @discreet
    def models(context: dg.AssetExecutionContext, pipeline: Pipeline, dbt_cli: DbtCliResource) -> Iterator[Any]:
        run = pipeline.run(context)
        # dbt inherits the environment of this process, out of which the key was taken when it was read.
        os.environ.update(dbt.environment(pipeline.settings, run.warehouse, run.spill, run.as_of))
        dbt.reuse_parse(pipeline.settings, run.dbt_target)
        invocation = dbt_cli.cli(
            ["build", *WITHOUT_UNIT_TESTS, "--vars", json.dumps(pipeline.settings.dbt_vars)],
            context=context,
            target_path=run.dbt_target,
            raise_on_error=False,
        )
        nodes_n = len(models.keys) + len(models.check_keys)
        outputs = []
        for number, event in enumerate(invocation.stream(), start=1):
            progress.tell(name, min(number, nodes_n), nodes_n)
            if isinstance(event, dg.Output):
                # Its rows are counted when dbt has let go of the warehouse.
                outputs.append(event)
            else:
                yield event
        GateLog(run.gates, context.run.run_id).append(dbt.gates(run, manifest))
        counts = _row_counts(run)
        for output in outputs:
            yield _counted(context, output, counts)
        if not invocation.is_successful():
            raise dg.Failure("a model or a test of dbt failed; no release follows", allow_retries=False)

    return models


def _row_counts(run: Run) -> dict[tuple[str, ...], int]:
    """Rows of every table of the candidate, by (schema, name)."""
    with connect(run.warehouse, read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        return {
            (schema, name): connection.execute(f'select count(*) from "{schema}"."{name}"').fetchall()[0][0]
            for schema, name in tables
        }


def _counted(
    context: dg.AssetExecutionContext, event: dg.Output[Any], counts: dict[tuple[str, ...], int]
) -> dg.Output[Any]:
    key = tuple(context.asset_key_for_output(event.output_name).path)
    rows = {"dagster/row_count": counts[key]} if key in counts else {}
    return dg.Output(event.value, output_name=event.output_name, metadata={**event.metadata, **rows})
