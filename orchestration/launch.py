"""Starting `monitoring_run` in this process, and what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bilimkoz.academic_year import AcademicYear
from bilimkoz.settings import Settings
from expectations.gate_log import GateLog, GateResult
from ingest.problems import Refusal
from orchestration.dbt_parse import manifest_path
from orchestration.run import Run


@dataclass
class Outcome:
    """What a run did. `facts` is empty where it died before the inbox was read; `missing_gates` are those without which
    the release step would not publish."""

    succeeded: bool
    run: Run
    facts: dict[str, Any] = field(default_factory=dict)
    gates: list[GateResult] = field(default_factory=list)
    missing_gates: list[str] = field(default_factory=list)
    release: str | None = None
    failure: str | None = None
    refusal: Refusal | None = None

    @property
    def failed_gates(self) -> list[GateResult]:
        return [gate for gate in self.gates if not gate.passed]


#: What happens is told by the caller in its own words; Dagster keeps its events for `make dev`.
_QUIET = {"loggers": {"console": {"config": {"log_level": "WARNING"}}}}


@dataclass(frozen=True)
class Request:
    """What a person asks of a run. Without `as_of` and `year` it is as of the newest delivery's day."""

    as_of: date | None = None
    year: AcademicYear | None = None
    is_strict: bool = False
    unlisted: list[str] = field(default_factory=list)


def launch(settings: Settings, now: datetime, request: Request) -> Outcome:
    """Runs the main job; the caller holds the run lock."""
    from orchestration import instance

    instance.home(settings)
    with ThreadPoolExecutor(1) as beside:
        # Reading the project and loading the libraries take seconds each, and neither needs the other.
        parsed = beside.submit(manifest_path, settings)
        import dagster as dg
        import dagster_dbt  # noqa: F401

        import expectations.gx_session  # noqa: F401

        parsed.result()
    from orchestration.definitions import build
    from orchestration.resources import Pipeline

    pipeline = Pipeline(
        as_of=request.as_of.isoformat() if request.as_of else "",
        year=request.year.label if request.year else "",
        now=now.isoformat(),
        is_strict=request.is_strict,
        unlisted=request.unlisted,
    )
    job = build(settings).resolve_job_def("monitoring_run")
    with dg.DagsterInstance.get() as dagster:
        result = job.execute_in_process(
            instance=dagster, raise_on_error=False, resources={"pipeline": pipeline}, run_config=_QUIET
        )
        run = Run.of(settings, result.run_id)
        outcome = Outcome(result.success, run)
        outcome.refusal = run.refusal
        outcome.missing_gates = run.missing_gates
        if (run.folder / "run.json").exists():
            outcome.facts = run.facts
        outcome.gates = GateLog(run.gates, result.run_id).read()
        outcome.failure = _failure(result)
        outcome.release = _release(result)
    return outcome


def _failure(result: Any) -> str | None:
    """Step and error of the first failure; errors of the engine are not quoted, since they may quote data."""
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            user = error.cause if error is not None and error.cause is not None else error
            return f"{event.step_key}: {user.cls_name if user else 'unknown'}"
    return None


def _release(result: Any) -> str | None:
    for event in result.all_events:
        if event.is_step_materialization and event.asset_key is not None and event.asset_key.path == ["release"]:
            return str(event.materialization.metadata["release"].value)
    return None
