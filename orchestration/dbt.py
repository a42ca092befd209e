"""dbt inside Dagster: the manifest, the names its nodes have in the graph, and its tests as gates.

dbt runs as a process of its own and gets an environment without the key.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource

from bilimkoz.settings import Settings
from expectations.gate_log import GateResult
from orchestration.dbt_checks import described
from orchestration.run import Run


def executable() -> str:
    return str(Path(sys.executable).parent / "dbt")


def environment(settings: Settings, warehouse: Path, spill: Path, as_of: date | None = None) -> dict[str, str]:
    """What dbt needs to know of the machine, and of the run: what happened after `as_of` is not known to it."""
    return ({"BILIMKOZ_AS_OF": as_of.isoformat()} if as_of else {}) | {
        "BILIMKOZ_WAREHOUSE": str(warehouse),
        "BILIMKOZ_TEMP": str(spill),
        "BILIMKOZ_MEMORY_LIMIT": settings.memory_limit,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def manifest_path(settings: Settings) -> Path:
    """dbt's manifest of the project as it stands; made anew when a file of the project changed."""
    folder = settings.place("work") / "dbt"
    told = json.dumps(settings.dbt_vars, sort_keys=True)
    stamp, wanted = folder / "stamp", _project_digest(settings.dbt_project) + told
    if not (folder / "manifest.json").exists() or not stamp.exists() or stamp.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        arguments = [
            "parse",
            "--project-dir",
            settings.dbt_project,
            "--profiles-dir",
            settings.dbt_project,
            "--target-path",
            folder,
            "--vars",
            told,
        ]
        subprocess.run(
            [executable(), "--quiet", *map(str, arguments), "--log-path", str(folder)],
            check=True,
            env=os.environ | environment(settings, folder / "none.duckdb", folder / "spill"),
        )
        stamp.write_text(wanted)
    return folder / "manifest.json"


def reuse_parse(settings: Settings, target: Path) -> None:
    """Lets a build begin from the parse behind `manifest_path`; parsing the project again would take as long."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.place("work") / "dbt" / "partial_parse.msgpack", target)


def _project_digest(project: Path) -> str:
    paths = sorted(
        path for path in project.rglob("*") if path.is_file() and path.suffix in {".sql", ".yml", ".csv", ".md"}
    )
    return hashlib.sha256(
        b"".join(f"{path.relative_to(project)}\n".encode() + path.read_bytes() for path in paths)
    ).hexdigest()


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


def resource(settings: Settings) -> DbtCliResource:
    return DbtCliResource(
        project_dir=str(settings.dbt_project), profiles_dir=str(settings.dbt_project), dbt_executable=executable()
    )


def gates(run: Run, manifest: Mapping[str, Any]) -> list[GateResult]:
    """One gate a test, from dbt's own record, and one a model that could not be built.

    A test that was skipped has not passed.
    """
    record = json.loads((run.dbt_target / "run_results.json").read_text())
    results = []
    for result in record["results"]:
        node = manifest["nodes"].get(result["unique_id"])
        if node is None or (node["resource_type"] != "test" and result["status"] != "error"):
            continue
        observed = result["message"] if result["failures"] is None else f"{result['failures']} rows"
        results.append(
            GateResult(
                gate=f"dbt:{result['unique_id']}",
                asset=_judged(node, manifest)
                if node["resource_type"] == "test"
                else f"{node['schema']}.{node['name']}",
                passed=result["status"] == "pass",
                observed=observed or result["status"],
                bound="0 rows" if node["resource_type"] == "test" else "it can be built",
            )
        )
    return results


def _judged(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    name = test.get("attached_node") or next(iter(test["depends_on"]["nodes"]), None)
    node = manifest["nodes"].get(name) or manifest["sources"].get(name)
    return f"{node['schema']}.{node['name']}" if node else "dbt"
