"""The suites of the network effect: sound marts pass, and each rule finds the fault that it is there to find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mart_suites import judged
from test_network_effect import world

#: From marts of 24 networks, and of 12.
SOUND: dict[str, dict[str, Any]] = {
    "network_effect": {
        "outcome": "score", "aggregation": "overall", "aggregation_value": "all", "clusters_n": 24, "institutions_n": 96,
        "control_institutions_n": 300, "effect_value": 0.08, "effect_se": 0.03, "effect_ci_low": 0.018, "effect_ci_high": 0.142,
        "effect_p_value": 0.014, "status": "ok",
    },
    "network_effect_check": {
        "outcome": "score", "years_before_n": 3, "trend_p_value": 0.4, "detectable_trend_value": 0.03,
        "largest_step_value": 0.02, "bound_ci_low": -0.01, "bound_ci_high": 0.17, "breakdown_value": 0.6, "status": "ok",
    },
}  # fmt: skip
FAULTS = [
    ("network_effect", "set status = 'too_few_controls'", "no controls no figure"),
    ("network_effect", "set effect_value = null", "no controls no figure"),
    ("network_effect", "set status = 'too_few'", "an interval asks for clusters"),
    ("network_effect", "set effect_se = null", "an interval asks for clusters"),
    ("network_effect", "set clusters_n = 19", "clusters of an interval"),
    ("network_effect", "set status = 'few_clusters'", "clusters of an interval"),
    ("network_effect", "set status = 'few_clusters', clusters_n = 4", "clusters of an interval"),
    ("network_effect", "set effect_ci_low = 0.09", "interval holds the effect"),
    ("network_effect", "set effect_ci_high = 0.07", "interval holds the effect"),
    ("network_effect", "set institutions_n = 23", "members are in networks"),
    ("network_effect", "set control_institutions_n = 19", "clusters of an interval"),
    ("network_effect", "set outcome = 'marks'", "outcome is in its list"),
    ("network_effect_check", "set bound_ci_low = 0.2", "bounds are in order"),
    ("network_effect_check", "set bound_ci_low = null", "checked or not"),
    ("network_effect_check", "set years_before_n = 0", "checked or not"),
    ("network_effect_check", "set trend_p_value = 1.1", "trend_p_value is in range"),
]


@pytest.mark.parametrize("mart", SOUND)
def test_sound_marts_pass(tmp_path: Path, mart: str) -> None:
    result = judged(tmp_path, mart, SOUND[mart])
    assert result.passed, result.observed


@pytest.mark.parametrize(("mart", "change", "rule"), FAULTS)
def test_a_fault_is_found(tmp_path: Path, mart: str, change: str, rule: str) -> None:
    result = judged(tmp_path, mart, SOUND[mart], f"update marts.{mart} {change}")
    assert not result.passed
    assert rule in result.failing


@pytest.mark.parametrize(("clusters", "controls"), [(24, 30), (12, 30), (4, 30), (1, 30), (24, 0), (0, 30)])
@pytest.mark.parametrize("mart", SOUND)
def test_what_the_estimator_makes_passes(tmp_path: Path, mart: str, clusters: int, controls: int) -> None:
    """Of networks of every number, and without members or others."""
    rows = world(clusters, controls, noise=0.2, terms=(0, 1)).estimated()[mart]
    result = judged(tmp_path, mart, rows)
    assert result.passed, result.observed
