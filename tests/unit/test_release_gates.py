"""Nothing is published unless every gate the project declares has passed in this very run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from release_world import World, everything_below, log_passed, make_world, publish

from expectations.expected import expected_gates
from expectations.gate_log import ForeignGateLogError, GateLog, GateResult
from expectations.suites import declared
from publish.release import GateFailed


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One release is out, and a run of other inputs is ready."""
    made = make_world(tmp_path)
    publish(made)
    return made


def refused(world: World, error: type[Exception] = GateFailed) -> Exception:
    before = everything_below(world.published)
    with pytest.raises(error) as raised:
        publish(world, inputs={"deliveries": "newer"})
    assert everything_below(world.published) == before
    return raised.value


def test_all_gates_passed_is_published(world: World) -> None:
    assert publish(world, inputs={"deliveries": "newer"}).gates_n == len(expected_gates(world.manifest))


@pytest.mark.parametrize(
    "gate", ["coverage", "row_balance", "dbt:test.bilimkoz.unique_dim_region", "gx:raw.regions", "gx:marts.dim_person"]
)
def test_a_gate_that_did_not_run_is_named(world: World, gate: str) -> None:
    log_passed(world, without=gate)
    error = refused(world)
    assert isinstance(error, GateFailed)
    assert error.review.missing == (gate,)
    assert f"{gate} (did not run)" in str(error)


def test_a_gate_that_failed_is_named_with_what_was_seen(world: World) -> None:
    log_passed(world, failed="gx:marts.retention_index")
    error = refused(world)
    assert isinstance(error, GateFailed)
    assert [result.gate for result in error.review.failed] == ["gx:marts.retention_index"]
    assert "3 rows break it" in str(error)


def test_a_failure_stands_though_the_same_gate_passed_later(world: World) -> None:
    log_passed(world, failed="coverage")
    GateLog(world.gates, "run-1").append([GateResult("coverage", "raw", True, "fine", "")])
    refused(world)


def test_a_failed_gate_that_nobody_expected_counts(world: World) -> None:
    GateLog(world.gates, "run-1").append([GateResult("dbt:test.of_another_day", "x", False, "1 row", "")])
    refused(world)


def test_no_log_at_all(world: World) -> None:
    world.gates.unlink()
    error = refused(world)
    assert isinstance(error, GateFailed)
    assert set(error.review.missing) == expected_gates(world.manifest)


def test_the_log_of_another_run_proves_nothing(world: World) -> None:
    log_passed(world, run_id="run-0")
    refused(world, ForeignGateLogError)


def test_a_removed_suite_is_missed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mart is still in the manifest, and so its gate is expected though no suite would make it."""
    empty = tmp_path / "no_suites"
    empty.mkdir()
    monkeypatch.setattr(declared, "FOLDER", empty)
    declared.suites.cache_clear()
    try:
        log_passed(world, without="gx:marts.retention_index")
        error = refused(world)
    finally:
        declared.suites.cache_clear()
    assert isinstance(error, GateFailed)
    assert error.review.missing == ("gx:marts.retention_index",)


def test_a_manifest_without_tests_is_no_manifest(world: World) -> None:
    manifest = json.loads(world.manifest.read_text(encoding="utf-8"))
    manifest["nodes"] = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] != "test"}
    world.manifest.write_text(json.dumps(manifest), encoding="utf-8")
    assert "holds no test" in str(refused(world, ValueError))
