"""Which gates a release needs, and whether the run's log has them all.

The list is derived each time from what the project declares, never from what ran: a check that was skipped, a job
launched without its checks, a suite that was deleted all show as a gate that is missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.gate_log import GateLog, GateResult
from expectations.pipeline_gates import PIPELINE_GATES
from expectations.suite import gate_of
from expectations.suites import LAYERS, suites_of


@dataclass(frozen=True)
class GateReview:
    """What the log of a run says of the gates it should hold.

    Attributes:
        missing: names of expected gates without a row.
        failed: rows that did not pass, expected or not.
        passed_n: expected gates that have rows, all passed.
    """

    missing: tuple[str, ...]
    failed: tuple[GateResult, ...]
    passed_n: int

    @property
    def holds(self) -> bool:
        """Whether a release may follow."""
        return not self.missing and not self.failed


def expected_gates(manifest_json: Path, *, pipeline: Collection[str] = PIPELINE_GATES) -> frozenset[str]:
    """Names of the gates that a run of this project must pass.

    They are `dbt:<unique id>` for every enabled test of the dbt project; `gx:<layer>.<table>` for every suite, and also
    for every feed of raw and every mart of the dbt project, whether or not a suite for it is there; and the gates of
    the pipeline itself.

    Args:
        manifest_json: dbt's manifest of the project as it ran.
        pipeline: names of the pipeline's own gates.

    Raises:
        OSError: there is no manifest.
        ValueError: it is not JSON, or holds no test at all.
    """
    manifest = json.loads(manifest_json.read_text(encoding="utf-8"))
    tests = frozenset(f"dbt:{name}" for name in _enabled(manifest["nodes"], "test"))
    if not tests:
        raise ValueError(f"{manifest_json.name} holds no test")
    suites = frozenset(suite.gate for layer in LAYERS for suite in suites_of(layer))
    return tests | suites | frozenset(map(gate_of, _judged_tables(manifest))) | frozenset(pipeline)


def verify_gates(gates_path: Path, expected: Collection[str], run_id: str) -> GateReview:
    """Hold the log of a run against the gates it should have.

    Raises:
        ForeignGateLogError: the log is of another run.
    """
    results = GateLog(gates_path, run_id).read()
    seen = {result.gate for result in results}
    failed = tuple(result for result in results if not result.passed)
    passed = (seen & set(expected)) - {result.gate for result in failed}
    return GateReview(tuple(sorted(set(expected) - seen)), failed, len(passed))


def _judged_tables(manifest: dict[str, Any]) -> Iterator[str]:
    for source in manifest["sources"].values():
        # Names that begin with an underscore are the load log, which the gate row_balance judges.
        if source["schema"] in LAYERS and not source["identifier"].startswith("_"):
            yield f"{source['schema']}.{source['identifier']}"
    for model in _enabled(manifest["nodes"], "model").values():
        if model["schema"] in LAYERS:
            yield f"{model['schema']}.{model['alias']}"


def _enabled(nodes: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: node
        for name, node in nodes.items()
        if node["resource_type"] == kind and node.get("config", {}).get("enabled", True)
    }
