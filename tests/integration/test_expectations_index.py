"""The suites of criteria and index: what is made passes, and each rule finds the fault that it is there to find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from index_world import IndexWorld, several
from mart_suites import judged

CRITERIA: dict[str, Any] = {
    "cluster_id": "K", "period": "2025/26", "criterion": "CE1", "indicator": "P1", "measure": "main", "aspect": "level",
    "direction": "higher", "value": 0.6, "change_on_year": 0.1, "component_value": 0.6, "component_se": 0.02,
    "bounds": "registry", "reference_value": 0.0, "target_value": 1.0, "weight_share": 1.0, "coverage_share": 1.0, "status": "ok",
}  # fmt: skip
FAULTS = [
    ("cluster_criteria", "set component_value = 0.1", "what enters is told"),
    ("cluster_criteria", "set component_value = null", "what enters is told"),
    ("cluster_criteria", "set status = 'too_few'", "what enters is told"),
    ("cluster_criteria", "set bounds = 'group'", "bounds lead the better way"),
    ("cluster_criteria", "set target_value = null", "bounds lead the better way"),
    ("cluster_criteria", "set direction = 'lower'", "bounds lead the better way"),
    ("cluster_criteria", "set weight_share = 0.9", "weights are whole"),
    ("cluster_index", "set index_score = null", "an index asks for coverage"),
    ("cluster_index", "set coverage_share = 0.69", "an index asks for coverage"),
    ("cluster_index", "set status = 'low_coverage'", "an index asks for coverage"),
    ("cluster_index", "set status = 'too_few'", "a rank asks for clusters"),
    ("cluster_index", "set ranked_n = 4", "a rank asks for clusters"),
    ("cluster_index", "set rank_ci_low = null", "a rank asks for clusters"),
    ("cluster_index", "set rank_ci_low = 5, rank_ci_high = 4", "a rank asks for clusters"),
    ("cluster_index", "set index_score = 100 where cluster_id = 'c1'", "ranks follow the index"),
    ("cluster_index", "set index_score = 0.9", "index_score is in range"),
    ("cluster_index_influence", "set indicator_score = null", "a score has a weight"),
    ("cluster_index_influence", "set status = 'not_collected'", "a score has a weight"),
    ("cluster_index_influence", "set weight_share = 0.1", "weights are whole"),
]
#: Five clusters with ranks, and three others: few of their stage, one of them with too little told.
CLUSTERS = several(5) | {"d1": [0.4, 0.3, 0.1, 0.2], "d2": [0.2, 0.3, None, 0.2], "d3": [None, 0.3, None, 0.2]}


@pytest.fixture(scope="module")
def made() -> dict[str, pl.DataFrame]:
    kinds = dict.fromkeys(("d1", "d2", "d3"), ("pedagogical_network", "scaling"))
    return IndexWorld(CLUSTERS, kinds=kinds).made() | {"cluster_criteria": pl.DataFrame([CRITERIA])}


def other_table(mart: str, made: dict[str, pl.DataFrame]) -> list[str]:
    """The index that the suite of the influence reads beside it."""
    if mart != "cluster_index_influence":
        return []
    rows = ", ".join(
        f"('{name}', '{period}', {score or 'null'})"
        for name, period, score in made["cluster_index"].select("cluster_id", "period", "index_score").iter_rows()
    )
    return [f"create table marts.cluster_index as select * from (values {rows}) as v(cluster_id, period, index_score)"]


@pytest.mark.parametrize("mart", ["cluster_criteria", "cluster_index", "cluster_index_influence"])
def test_what_is_made_passes(tmp_path: Path, mart: str, made: dict[str, pl.DataFrame]) -> None:
    result = judged(tmp_path, mart, made[mart], *other_table(mart, made))
    assert result.passed, result.observed


@pytest.mark.parametrize(("mart", "change", "rule"), FAULTS)
def test_a_fault_is_found(tmp_path: Path, mart: str, change: str, rule: str, made: dict[str, pl.DataFrame]) -> None:
    result = judged(tmp_path, mart, made[mart], *other_table(mart, made), f"update marts.{mart} {change}")
    assert not result.passed
    assert rule in result.failing


def test_influence_without_an_index_is_found(tmp_path: Path, made: dict[str, pl.DataFrame]) -> None:
    mart = "cluster_index_influence"
    lost = "update marts.cluster_index set index_score = null where cluster_id = 'c1'"
    assert "of clusters with an index" in judged(tmp_path, mart, made[mart], *other_table(mart, made), lost).failing
