"""dbt inside Dagster: the manifest, the names its nodes have in the graph, and its tests as gates."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from bilimkoz.settings import Settings
from expectations.gate_log import GateResult
from orchestration import discretion
from orchestration.dbt_checks import described
from orchestration.dbt_process import candidate, environment, executable, inherited, resource
from orchestration.run import Run

__all__ = ["Translator", "environment", "executable", "gates", "manifest_path", "resource", "reuse_parse"]
#: Parses of the project that are kept: a process that runs meanwhile may still read the one before.
_PARSES_KEPT = 3


def manifest_path(settings: Settings) -> Path:
    """dbt's manifest of the project as it stands; made anew when a file of the project, a setting or dbt changed.

    Each parse has a folder named after what it was made of and comes there whole, so that processes may ask at once.
    """
    parses = settings.place("work") / "dbt"
    folder = parses / _parse_id(settings)
    if not folder.exists():
        parses.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(mkdtemp(prefix=".parsing-", dir=parses))
        try:
            _parse(settings, made)
            made.rename(folder)
        except OSError:
            # Another process was sooner; what it made is the same.
            if not folder.exists():
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _remove_old(parses)
    return folder / "manifest.json"


def _parse(settings: Settings, target: Path) -> None:
    arguments = [
        "parse",
        "--project-dir",
        settings.dbt_project,
        "--profiles-dir",
        settings.dbt_project,
        "--target-path",
        target,
        "--log-path",
        target,
        "--vars",
        json.dumps(settings.dbt_vars, sort_keys=True),
    ]
    subprocess.run(
        [executable(), "--quiet", *map(str, arguments)],
        check=True,
        env=inherited()
        | environment(settings, candidate(settings) / "warehouse.duckdb", candidate(settings) / "spill"),
    )


def _remove_old(parses: Path) -> None:
    """Removes all but the newest parses. One that another process is making has a dot before its name and stays."""
    found = sorted(parses.glob("[0-9a-f]*"), key=lambda path: path.stat().st_mtime)
    for old in found[:-_PARSES_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def reuse_parse(settings: Settings, target: Path) -> None:
    """Lets a build begin from the parse behind `manifest_path`; parsing the project again would take as long.

    Args:
        target: folder of dbt in the folder of the run.
    """
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(manifest_path(settings).with_name("partial_parse.msgpack"), target)
    link = candidate(settings)
    made = link.with_name(f".candidate-{os.getpid()}")
    made.unlink(missing_ok=True)
    made.symlink_to(os.path.relpath(target.parent, link.parent))
    made.replace(link)


def _parse_id(settings: Settings) -> str:
    """What a parse is made of: the project, the settings it is told, and who reads it."""
    versions = [importlib.metadata.version(name) for name in ("dbt-core", "dbt-duckdb")]
    parts = [_project_digest(settings.dbt_project), json.dumps(settings.dbt_vars, sort_keys=True), *versions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


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
