"""Suites of courses: sound marts pass, and each rule finds its fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from mart_suites import judged

ONE: dict[str, Any] = {
    "unit_id": "PD/a", "provider_id": "PD", "course": "a", "course_title": "Бағалау", "scope": "country", "scope_id": "all",
    "school_year": "all", "teachers_n": 60, "institutions_n": 40, "pupils_n": 1300, "control_teachers_n": 900,
    "matched_share": 0.9, "effective_n": 33.3, "difference_sd": 0.06, "difference_se": 0.03, "difference_ci_low": -0.001,
    "difference_ci_high": 0.121, "earlier_difference_sd": 0.01, "earlier_difference_se": 0.03, "status": "ok",
}  # fmt: skip
FIGURES = tuple(name for name in ONE if name.endswith(("_n", "_sd", "_se", "_low", "_high", "_share")))
ALL = ONE | {"unit_id": "all", "provider_id": None, "course": None, "course_title": None, "school_year": "2025/26"}
FEW = ALL | dict.fromkeys(FIGURES) | {"scope": "cluster", "scope_id": "K", "status": "too_few"}
OUTCOME = pl.DataFrame([ONE, ALL, FEW], infer_schema_length=None)
LEVEL: dict[str, Any] = {
    "provider_id": "PD", "course": "a", "course_title": "Бағалау", "provider_name_kk": "О", "provider_name_ru": "Ц",
    "provider_name_en": "C", "model": "kirkpatrick", "level_no": 1, "level_name_kk": "Реакция", "level_name_ru": "Реакция",
    "level_name_en": "Reaction", "indicator": "O1", "completed_n": 9, "n": 8, "value": 4.5, "value_se": 0.19, "ci_low": 4.05,
    "ci_high": 4.95, "status": "ok",
}  # fmt: skip
NONE = {"n": 7, "value": None, "value_se": None, "ci_low": None, "ci_high": None, "status": "too_few"}
EVALUATION = pl.DataFrame(
    [LEVEL, LEVEL | {"model": "guskey"}, LEVEL | NONE | {"level_no": 2, "indicator": "O2"}], infer_schema_length=None
)
SOUND = {"course_outcome": OUTCOME, "course_evaluation": EVALUATION}
BY_YEAR = "a course over all years and in the country, all courses by year"
FAULTS = [
    ("course_outcome", "set school_year = 'all' where unit_id = 'all' and scope = 'country'", BY_YEAR),
    ("course_outcome", "set scope = 'region' where unit_id = 'PD/a'", BY_YEAR),
    ("course_outcome", "set course = 'a' where unit_id = 'all'", BY_YEAR),
    ("course_outcome", "set status = 'too_few' where unit_id = 'PD/a'", "a difference only where there is one"),
    ("course_outcome", "set pupils_n = 9 where scope = 'cluster'", "a difference only where there is one"),
    ("course_outcome", "set matched_share = null where unit_id = 'PD/a'", "a difference only where there is one"),
    ("course_outcome", "set earlier_difference_se = null where unit_id = 'PD/a'", "a step earlier beside a difference alone"),
    ("course_outcome", "set earlier_difference_sd = 0, earlier_difference_se = 0 where scope = 'cluster'",
     "a step earlier beside a difference alone"),
    ("course_outcome", "set difference_ci_low = 0.07 where unit_id = 'PD/a'", "interval holds the difference"),
    ("course_outcome", "set difference_se = 0.032 where unit_id = 'PD/a'", "interval holds the difference"),
    ("course_outcome", "set institutions_n = 61 where unit_id = 'PD/a'", "no more schools than teachers"),
    ("course_outcome", "set teachers_n = 4, institutions_n = 4 where unit_id = 'PD/a'", "few have no figure"),
    ("course_outcome", "set pupils_n = 9, teachers_n = 9, institutions_n = 9 where unit_id = 'PD/a'", "few have no figure"),
    ("course_outcome", "set status = 'few' where scope = 'cluster'", "status is in its list"),
    ("course_evaluation", "set status = 'too_few' where model = 'guskey'", "a value only where there is one"),
    ("course_evaluation", "set ci_low = null where model = 'guskey'", "a value only where there is one"),
    ("course_evaluation", "set ci_low = 4.6", "interval holds the value"),
    ("course_evaluation", "set value = 5.1, ci_high = 5.2 where indicator = 'O1'", "scores are of their scale"),
    ("course_evaluation", "set n = 10 where indicator = 'O1'", "no more answer than completed"),
    ("course_evaluation", "set value = 4.6 where model = 'guskey'", "both models say the same"),
    ("course_evaluation", "set n = 7 where indicator = 'O1'", "few have no figure"),
    ("course_evaluation", "set model = 'bloom' where model = 'guskey'", "model is in its list"),
]  # fmt: skip


@pytest.mark.parametrize("mart", SOUND)
def test_a_sound_mart_passes(tmp_path: Path, mart: str) -> None:
    result = judged(tmp_path, mart, SOUND[mart])
    assert result.passed, result.observed


@pytest.mark.parametrize(("mart", "change", "rule"), FAULTS)
def test_a_fault_is_found(tmp_path: Path, mart: str, change: str, rule: str) -> None:
    result = judged(tmp_path, mart, SOUND[mart], f"update marts.{mart} {change}")
    assert not result.passed
    assert rule in result.failing
