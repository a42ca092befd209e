"""The suites of value added by programme, course and network: sound marts pass, and each rule finds its fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from mart_suites import judged

MODEL = {"model_id": "2024/25 mathematics modo", "school_year": "2024/25", "subject": "mathematics", "test": "modo"}
TERMS = ("programme", "course", "cluster", "institution", "teacher", "pupil")
SOUND: dict[str, dict[str, Any] | pl.DataFrame] = {
    "value_added_term": MODEL | {
        "term": "programme", "unit_id": "U1/6B01501", "unit_name_kk": "Математика · ПУ",
        "unit_name_ru": "Математика · ПУ", "unit_name_en": "Mathematics · PU", "pupils_n": 900, "teachers_n": 36,
        "institutions_n": 20, "effect_sd": 0.2, "effect_se": 0.05, "effect_ci_low": 0.05, "effect_ci_high": 0.35,
        "reliability_share": 0.75, "band": "above",
        "status": "ok",
    },
    "value_added_variance": pl.DataFrame([
        MODEL | {
            "term": term, "units_n": 12, "pupils_n": 9000, "linked_share": 0.9, "term_variance": 0.02,
            "term_p_value": 0.01 if number < 3 else None, "status": "ok",
        }
        for number, term in enumerate(TERMS)
    ]),
}  # fmt: skip
ONE, NONE = "where term = 'programme'", "term_variance = null, term_p_value = null"
NO_FIGURE = """effect_sd = null, effect_se = null, effect_ci_low = null, effect_ci_high = null, reliability_share = null,
    band = null"""
NO_COUNTS = "pupils_n = null, teachers_n = null, institutions_n = null"
FAULTS = [
    ("value_added_term", "set status = 'too_few'", "a figure only where there is one"),
    ("value_added_term", "set band = null", "a figure only where there is one"),
    ("value_added_term", "set effect_se = null", "a figure only where there is one"),
    ("value_added_term", "set effect_ci_low = 0.201", "interval of all at once"),
    ("value_added_term", "set effect_ci_high = 0.22", "interval of all at once"),
    ("value_added_term", "set band = 'not_distinguishable'", "band follows from the interval"),
    ("value_added_term", "set teachers_n = 901", "more pupils than teachers"),
    ("value_added_term", "set teachers_n = 4", "few have no figure"),
    ("value_added_term", f"set teachers_n = 4, status = 'too_few', {NO_FIGURE}", "no counts of few teachers"),
    ("value_added_term", f"set teachers_n = null, status = 'too_few', {NO_FIGURE}", "counts stand together"),
    ("value_added_term", f"set institutions_n = null, status = 'too_few', {NO_FIGURE}", "counts stand together"),
    ("value_added_term", f"set {NO_COUNTS}", "counts stand together"),
    ("value_added_term", "set pupils_n = 9, teachers_n = 9, institutions_n = 3", "few have no figure"),
    ("value_added_term", "set status = 'unreliable'", "unreliable by the seed"),
    ("value_added_term", "set reliability_share = 0.6", "unreliable by the seed"),
    ("value_added_term", "set reliability_share = 1.1", "reliability_share is in range"),
    ("value_added_term", "set unit_name_kk = null", "unit_name_kk is present"),
    ("value_added_term", "set term = 'teacher'", "term is in its list"),
    ("value_added_variance", f"set term_variance = null {ONE}", "a figure only where there is one"),
    ("value_added_variance", f"set term_variance = 'inf'::double {ONE}", "a figure only where there is one"),
    ("value_added_variance", f"set term_variance = 0 {ONE}", "spread or none"),
    ("value_added_variance", f"set status = 'no_spread' {ONE}", "spread or none"),
    ("value_added_variance", f"set term_p_value = null {ONE}", "a test of terms alone"),
    ("value_added_variance", "set term_p_value = 0.5 where term = 'pupil'", "a test of terms alone"),
    ("value_added_variance", "set linked_share = 0", "not collected"),
    ("value_added_variance", f"set status = 'not_collected', {NONE} {ONE}", "not collected"),
    ("value_added_variance", f"set status = 'not_applicable', {NONE} {ONE}", "not applicable"),
    ("value_added_variance", "set pupils_n = 9", "a share of few is not told"),
    ("value_added_variance", "set linked_share = null", "a share of few is not told"),
    ("value_added_variance", "set term = 'grade' where term = 'pupil'", "term is in its list"),
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


def test_a_model_tells_of_all_terms(tmp_path: Path) -> None:
    result = judged(
        tmp_path, "value_added_variance", SOUND["value_added_variance"],
        "delete from marts.value_added_variance where term = 'teacher'",
    )  # fmt: skip
    assert "terms are whole" in result.failing


@pytest.mark.parametrize("counts", [NO_COUNTS, "teachers_n = 5"])
def test_a_unit_of_few_passes(tmp_path: Path, counts: str) -> None:
    """Without counts, or with them where one of the teachers has most of the pupils."""
    change = f"update marts.value_added_term set status = 'too_few', {NO_FIGURE}, {counts}"
    result = judged(tmp_path, "value_added_term", SOUND["value_added_term"], change)
    assert result.passed, result.observed


@pytest.mark.parametrize("status", ["not_collected", "not_applicable"])
def test_nobody_has_a_programme(tmp_path: Path, status: str) -> None:
    result = judged(
        tmp_path, "value_added_variance", SOUND["value_added_variance"],
        f"""update marts.value_added_variance
        set status = '{status}', units_n = 0, {NONE} {ONE}""",
    )  # fmt: skip
    assert result.passed, result.observed
