"""The builds of dbt and the stages of the estimators between them: each model in one build, none before what it stands on."""

from __future__ import annotations

import dagster as dg
import pytest

from bilimkoz.settings import Settings
from estimators.registry import ESTIMATES, STAGES
from orchestration.dbt_assets import BUILDS
from orchestration.definitions import MARTS, build


@pytest.fixture(scope="module")
def steps(parsed: Settings) -> dict[str, dg.AssetsDefinition]:
    definitions = build(parsed).assets or []
    return {each.op.name: each for each in definitions if isinstance(each, dg.AssetsDefinition)}


def test_each_model_is_built_once(steps: dict[str, dg.AssetsDefinition]) -> None:
    keys = [key for name in BUILDS for key in steps[name].keys]
    assert len(keys) == len(set(keys))


def test_a_model_stands_in_the_build_above_its_stage(steps: dict[str, dg.AssetsDefinition]) -> None:
    where = {"/".join(key.path): name for name in BUILDS for key in steps[name].keys}
    assert where["marts/cluster_index"] == where["marts/cluster_index_influence"] == "dbt_indexed"
    assert where["marts/value_added_institution"] == "dbt_estimated"
    assert where["marts/retention_index"] == "dbt"
    for stage, name in zip(STAGES, BUILDS[1:], strict=True):
        for estimate in ESTIMATES:
            if estimate.stage == stage:
                assert {where[f"marts/{table}"] for table in estimate.tables} == {name}
                assert all(BUILDS.index(where[read.replace(".", "/")]) < BUILDS.index(name) for read in estimate.reads)


def test_no_step_waits_for_itself(parsed: Settings, steps: dict[str, dg.AssetsDefinition]) -> None:
    order = ["dbt", "estimates", "dbt_estimated", "indices", "dbt_indexed"]
    made = {key: name for name in order for key in steps[name].keys}
    graph = build(parsed).resolve_asset_graph()
    for key, name in made.items():
        for parent in graph.get(key).parent_keys:
            assert parent not in made or order.index(made[parent]) <= order.index(name), (key, parent)


def test_marts_are_judged_before_what_reads_them_is_built(
    parsed: Settings, steps: dict[str, dg.AssetsDefinition]
) -> None:
    """Each mart by one step, and the steps of one build by no mart of another: Dagster would go round in a circle."""
    judged = {
        step.node_def.name: {key.asset_key for key in step.check_keys}
        for step in build(parsed).asset_checks or []
        if isinstance(step, dg.AssetChecksDefinition)
    }
    for name, build_name in zip(MARTS, BUILDS, strict=True):
        marts = {key for key in steps[build_name].keys if key.path[0] == "marts"}
        assert judged[f"expectations_{name}"] == marts
    # Resolved, a graph with a circle is refused.
    assert build(parsed).resolve_job_def("monitoring_run")
