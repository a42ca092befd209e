"""The graph as Dagster sees it: it loads, each asset and check says what it is, and every gate stands in the way."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from product import Product

from expectations.pipeline_gates import PIPELINE_GATES

SHOW = """
import json
from dagster import AssetKey
from bilimkoz.settings import Settings
from orchestration.definitions import build
graph = build(Settings()).resolve_asset_graph()
assets = {
    "/".join(node.key.path): {"group": node.group_name, "description": node.description, "external": node.is_external}
    for node in graph.asset_nodes
}
checks = [
    {"asset": "/".join(spec.asset_key.path), "name": spec.name, "blocking": spec.blocking, "description": spec.description}
    for key in graph.asset_check_keys for spec in [graph.get_check_spec(key)]
]
release = ["/".join(key.path) for key in graph.get(AssetKey("release")).parent_keys]
print(json.dumps({"assets": assets, "checks": checks, "release": release}))
"""
ROW_COUNTS = """
import json, sys
from dagster import AssetKey, AssetRecordsFilter, DagsterInstance
from orchestration import instance
from bilimkoz.settings import Settings
instance.home(Settings())
with DagsterInstance.get() as dagster:
    counts = {}
    for name in json.loads(sys.argv[1]):
        found = dagster.get_latest_materialization_event(AssetKey(name.split("/")))
        count = found.asset_materialization.metadata.get("dagster/row_count") if found else None
        counts[name] = count.value if count else None
print(json.dumps(counts))
"""


@pytest.fixture(scope="module")
def graph(done: Product) -> dict[str, Any]:
    shown = done.python(SHOW)
    assert shown.returncode == 0, shown.stderr[-2000:]
    found: dict[str, Any] = json.loads(shown.stdout.splitlines()[-1])
    return found


def test_dagster_finds_the_definitions_valid(done: Product) -> None:
    command = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
    dagster = str(Path(sys.executable).parent / "dagster")
    ran = done.python(command, dagster, "definitions", "validate", "-m", "orchestration.definitions")
    assert ran.returncode == 0, ran.stderr[-2000:]


def test_assets_are_grouped_by_layer_and_described(graph: dict[str, Any]) -> None:
    groups = {
        "deliveries",
        "raw",
        "log",
        "seeds",
        "staging",
        "intermediate",
        "indicators",
        "alerts",
        "mirror",
        "marts",
        "release",
    }
    groups |= {"estimates", "indices"}
    assets = graph["assets"]
    assert {asset["group"] for asset in assets.values()} == groups
    for name, asset in assets.items():
        assert asset["group"] == name.split("/")[0], name
    assert not [name for name, asset in assets.items() if not (asset["description"] or "").strip()]
    assert not [name for name, asset in assets.items() if asset["external"]]


def test_every_check_is_described_and_every_gate_blocks(graph: dict[str, Any]) -> None:
    checks = graph["checks"]
    assert not [check for check in checks if not (check["description"] or "").strip()]
    assert [check["name"] for check in checks if not check["blocking"]] == ["silent_cohort"]
    assert set(PIPELINE_GATES) <= {check["name"] for check in checks}


def test_marts_and_raw_have_their_suites_and_the_release_comes_after_all(graph: dict[str, Any]) -> None:
    judged = {check["asset"] for check in graph["checks"] if check["name"] == "expectations"}
    layers = {name for name, asset in graph["assets"].items() if asset["group"] in ("raw", "marts")}
    assert judged == layers
    assert {check["asset"] for check in graph["checks"]} <= set(graph["release"])


def test_tables_say_how_many_rows_they_have(done: Product, graph: dict[str, Any]) -> None:
    tables = [name for name, asset in graph["assets"].items() if asset["group"] in ("raw", "log", "staging", "marts")]
    counted = done.python(ROW_COUNTS, json.dumps(tables))
    assert counted.returncode == 0, counted.stderr[-2000:]
    counts = json.loads(counted.stdout.splitlines()[-1])
    assert not [name for name, count in counts.items() if count is None]
    assert (
        counts["marts/retention_index"]
        == done.release()["parts"]["internal"]["tables"]["marts.retention_index"]["rows"]
    )
