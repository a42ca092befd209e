"""dbt inside Dagster: the names its nodes have in the graph, and its tests as gates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from expectations.gate_log import GateResult
from orchestration import discretion
from orchestration.dbt_checks import described
from orchestration.dbt_environment import environment, executable
from orchestration.dbt_parse import manifest_path, reuse_parse
from orchestration.dbt_process import resource
from orchestration.run import Run

__all__ = ["Translator", "environment", "executable", "gates", "manifest_path", "resource", "reuse_parse"]


class Translator(DagsterDbtTranslator):
    """Nodes are named and grouped by layer: `staging/stg_regions`, `marts/dim_region`."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return described(spec, manifest["nodes"][unique_id]) if spec else None


def gates(run: Run, manifest: Mapping[str, Any]) -> list[GateResult]:
    """One gate a test, from dbt's own record, and one a model that could not be built.

    A test that was skipped has not passed.
    """
    record = discretion.results(run.dbt_target / "run_results.json")
    results = []
    for result in record["results"]:
        node = manifest["nodes"].get(result["unique_id"])
        if node is None or (node["resource_type"] != "test" and result["status"] != "error"):
            continue
        results.append(
            GateResult(
                gate=f"dbt:{result['unique_id']}",
                asset=_judged(node, manifest)
                if node["resource_type"] == "test"
                else f"{node['schema']}.{node['name']}",
                passed=result["status"] == "pass",
                observed=discretion.observed(result),
                bound="0 rows" if node["resource_type"] == "test" else "it can be built",
            )
        )
    return results


def _judged(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    name = test.get("attached_node") or next(iter(test["depends_on"]["nodes"]), None)
    node = manifest["nodes"].get(name) or manifest["sources"].get(name)
    return f"{node['schema']}.{node['name']}" if node else "dbt"
