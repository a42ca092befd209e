"""Which gates a run needs is derived from what the project declares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from expectations.expected import expected_gates, verify_gates
from expectations.gate_log import GateLog, GateResult
from ingest.contract import target_feeds


def manifest(path: Path, nodes: dict[str, object], sources: dict[str, object] | None = None) -> Path:
    path.write_text(json.dumps({"nodes": nodes, "sources": sources or {}}), encoding="utf-8")
    return path


def node(kind: str, schema: str = "marts", alias: str = "x", *, enabled: bool = True) -> dict[str, object]:
    return {"resource_type": kind, "schema": schema, "alias": alias, "config": {"enabled": enabled}}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return manifest(
        tmp_path / "manifest.json",
        {
            "test.bilimkoz.a": node("test"),
            "test.bilimkoz.b": node("test", enabled=False),
            "model.bilimkoz.mart_of_tomorrow": node("model", alias="mart_of_tomorrow"),
            "model.bilimkoz.switched_off": node("model", alias="switched_off", enabled=False),
            "model.bilimkoz.stg_regions": node("model", "staging", "stg_regions"),
        },
        {
            "source.bilimkoz.raw.feed_of_tomorrow": {"schema": "raw", "identifier": "feed_of_tomorrow"},
            "source.bilimkoz.log.files": {"schema": "log", "identifier": "files"},
        },
    )


def test_every_enabled_dbt_test_is_a_gate(small: Path) -> None:
    assert {gate for gate in expected_gates(small) if gate.startswith("dbt:")} == {"dbt:test.bilimkoz.a"}


def test_every_target_feed_and_every_mart_has_a_suite_to_pass(small: Path) -> None:
    gates = {gate for gate in expected_gates(small) if gate.startswith("gx:")}
    assert {f"gx:raw.{feed}" for feed in target_feeds()} <= gates
    assert {"gx:marts.retention_index", "gx:marts.retention_curve"} <= gates


def test_a_mart_or_feed_without_a_suite_is_expected_to_have_one(small: Path) -> None:
    gates = expected_gates(small)
    assert {"gx:marts.mart_of_tomorrow", "gx:raw.feed_of_tomorrow"} <= gates
    assert not gates & {"gx:marts.switched_off", "gx:staging.stg_regions", "gx:log.files"}


def test_the_pipelines_own_gates_are_always_expected(small: Path) -> None:
    assert {"coverage", "row_balance", "shrink", "revision"} <= expected_gates(small)


def test_review_tells_missing_from_failed(tmp_path: Path) -> None:
    log = tmp_path / "gates.parquet"
    GateLog(log, "run-1").append([GateResult(gate, "x", gate != "b", "", "") for gate in "abz"])
    review = verify_gates(log, {"a", "b", "c"}, "run-1")
    assert review.missing == ("c",)
    assert [result.gate for result in review.failed] == ["b"]
    assert review.passed_n == 1
    assert not review.holds


def test_review_holds_when_each_gate_passed(tmp_path: Path) -> None:
    log = tmp_path / "gates.parquet"
    GateLog(log, "run-1").append([GateResult(gate, "x", True, "", "") for gate in "ab"])
    assert verify_gates(log, {"a", "b"}, "run-1").holds
