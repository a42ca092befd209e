"""The suites of value added: sound marts pass, and each rule finds the fault that it is there to find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mart_suites import judged

MODEL = {
    "model_id": "2024/25 6 mathematics modo", "school_year": "2024/25", "grade": 6, "subject": "mathematics", "test": "modo",
}  # fmt: skip
#: lambda = .01 / (.01 + .45 / 150) = 10/13.
SOUND: dict[str, dict[str, Any]] = {
    "value_added_institution": MODEL | {
        "institution_id": "S1", "pupils_n": 150, "coverage_share": 0.96, "residual_mean_value": 0.26, "residual_mean_se": 0.055,
        "effect_sd": 0.02, "effect_value": 0.2,
        "effect_se": 0.048, "effect_prediction_se": 0.05, "effect_ci_low": 0.102, "effect_ci_high": 0.298,
        "reliability_share": 0.769, "band": "above", "ranked_n": 40, "rank_low": 1, "rank_high": 6, "status": "ok",
    },
    "value_added_model": MODEL | {
        "pupils_n": 4000, "institutions_n": 60, "coverage_share": 0.96, "institution_variance": 0.01,
        "institution_variance_ci_low": 0.006, "institution_variance_ci_high": 0.02, "residual_variance": 0.45,
        "criterion_value": 8200.5, "reliable_n": 105, "ceiling_share": 0.01, "complete_case_value": 0.99,
        "sorting_value": 0.02, "sorting_se": 0.03,
        "sorting_p_value": 0.5, "placebo_n": 300, "placebo_value": 0.2, "placebo_se": 0.2, "placebo_p_value": 0.32,
        "curvature_sd": 0.01, "curvature_p_value": 0.4, "status": "ok",
    },
    "value_added_pooled": {
        "subject": "mathematics", "test": "modo", "school_year": "2024/25", "institution_id": "S1", "pupils_n": 150,
        "years_n": 4, "pooled_sd": 0.12, "pooled_se": 0.05, "pooled_ci_low": 0.022, "pooled_ci_high": 0.218,
        "forecast_sd": 0.08, "forecast_se": 0.08, "reliability_share": 0.75, "band": "above", "status": "ok",
    },
    "value_added_drift": {
        "subject": "mathematics", "test": "modo", "term": "forecast_slope", "estimate": 0.97, "estimate_se": 0.04,
        "pairs_n": 900,
    },
    "value_added_form": MODEL | {
        "form": "slope", "pupils_n": 4000, "institutions_n": 60, "institution_variance": 0.01, "slope_variance": 0.004,
        "slope_correlation_value": 0.3, "residual_variance": 0.44, "criterion_value": 8190.5, "form_p_value": 0.004,
        "agreement_value": 0.99, "moved_n": 3, "status": "ok",
    },
    "value_added_form_institution": MODEL | {
        "form": "slope", "institution_id": "S1", "pupils_n": 150, "effect_value": 0.2, "effect_sd": 0.02,
        "effect_prediction_se": 0.05, "effect_ci_low": 0.102, "effect_ci_high": 0.298, "band": "above", "slope_sd": 0.01,
        "slope_se": 0.02, "status": "ok",
    },
    "value_added_coefficient": MODEL | {"term": "prior", "estimate": 0.62, "estimate_se": 0.02},
}  # fmt: skip
FAULTS = [
    ("value_added_institution", "set status = 'too_few'", "a figure only where there is one"),
    ("value_added_institution", "set band = null", "a figure only where there is one"),
    ("value_added_institution", "set reliability_share = null", "a figure only where there is one"),
    ("value_added_institution", "set pupils_n = 9", "few pupils have no figure"),
    ("value_added_institution", "set coverage_share = null", "few pupils have no figure"),
    (
        "value_added_institution",
        """set status = 'too_few', effect_value = null, effect_sd = null, residual_mean_value = null, band = null,
        effect_prediction_se = null, reliability_share = null, rank_low = null""",
        "few pupils have no figure",
    ),
    ("value_added_institution", "set effect_ci_low = 0.201", "interval holds the effect"),
    ("value_added_institution", "set effect_prediction_se = 0.04", "interval holds the effect"),
    ("value_added_institution", "set residual_mean_value = 0.19", "drawn towards nought"),
    ("value_added_institution", "set residual_mean_value = -0.26", "drawn towards nought"),
    ("value_added_institution", "set band = 'not_distinguishable'", "band follows from the interval"),
    ("value_added_institution", "set status = 'unreliable'", "ranks only where ok"),
    ("value_added_institution", "set rank_high = 41", "ranks only where ok"),
    ("value_added_institution", "set reliability_share = 1.1", "reliability_share is in range"),
    ("value_added_model", "set residual_variance = null", "fitted or not"),
    ("value_added_model", "set status = 'no_prior'", "fitted or not"),
    ("value_added_model", "set institution_variance_ci_high = 'inf'::double", "fitted or not"),
    ("value_added_model", "set residual_variance = 'nan'::double", "fitted or not"),
    ("value_added_coefficient", "set estimate_se = null", "a figure with its error"),
    ("value_added_model", "set institution_variance_ci_low = 0.011", "interval holds the variance"),
    ("value_added_model", "set status = 'no_spread'", "spread or none"),
    ("value_added_model", "set reliable_n = null", "pupils an effect needs"),
    ("value_added_model", "set placebo_se = null", "a test is whole"),
    ("value_added_model", "set placebo_n = 4000", "a test is whole"),
    ("value_added_model", "set curvature_p_value = null", "a test is whole"),
    ("value_added_model", "set placebo_value = 0.5", "p follows from the error"),
    ("value_added_model", "set placebo_p_value = 0.03", "p follows from the error"),
    ("value_added_model", "set placebo_n = 29", "placebo_n is in range"),
    ("value_added_model", "set curvature_sd = -0.01", "curvature_sd is in range"),
    ("value_added_form", "set status = 'not_estimable'", "fitted or not"),
    ("value_added_form", "set criterion_value = null", "fitted or not"),
    ("value_added_form", "set form = 'district'", "what a form has of its own"),
    ("value_added_form", "set form_p_value = null", "what a form has of its own"),
    ("value_added_form", "set slope_correlation_value = 1.1", "slope_correlation_value is in range"),
    ("value_added_form", "set moved_n = 61", "no more moved than there are"),
    ("value_added_form", "set agreement_value = null", "no more moved than there are"),
    ("value_added_form", "set form_p_value = 1.1", "form_p_value is in range"),
    ("value_added_form_institution", "set status = 'too_few'", "a figure only where there is one"),
    ("value_added_form_institution", "set slope_se = null", "a figure only where there is one"),
    ("value_added_form_institution", "set form = 'intake'", "a figure only where there is one"),
    ("value_added_form_institution", "set effect_ci_low = 0.15", "interval holds the effect"),
    ("value_added_form_institution", "set band = 'below'", "band follows from the interval"),
    ("value_added_form_institution", "set pupils_n = 9", "few pupils have no figure"),
    ("value_added_pooled", "set status = 'too_few'", "a figure only where there is one"),
    ("value_added_pooled", "set pupils_n = 9", "a figure only where there is one"),
    ("value_added_pooled", "set forecast_sd = null", "a forecast needs another year"),
    ("value_added_pooled", "set years_n = 1", "a forecast needs another year"),
    ("value_added_pooled", "set pooled_ci_low = 0.13", "interval holds the figure"),
    ("value_added_pooled", "set band = 'below'", "band follows from the interval"),
    ("value_added_pooled", "set forecast_se = 0.04", "more years tell no less"),
    ("value_added_drift", "set term = 'trend'", "term is known"),
    ("value_added_drift", "set estimate_se = null", "only the slope has an error"),
    ("value_added_coefficient", "set term = 'age'", "term is in its list"),
    ("value_added_coefficient", "set estimate_se = -0.1", "estimate_se is in range"),
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
