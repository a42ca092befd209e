"""The suite of classes with practicants and young teachers: a sound mart passes, and each rule finds its fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from mart_suites import judged

ALL: dict[str, Any] = {
    "model_id": "2024/25 all", "school_year": "2024/25", "grade": None, "subject": "all", "test": "all", "exposure": "practicant",
    "institutions_n": 40, "effective_n": 33.3, "contributing_share": 0.8, "known_share": 0.9, "classes_with_n": 60,
    "classes_without_n": 120, "pupils_with_n": 1300, "pupils_without_n": 2500, "difference_sd": -0.02, "difference_se": 0.03,
    "difference_ci_low": -0.081, "difference_ci_high": 0.041, "reading": "not_behind", "status": "ok",
}  # fmt: skip
MODEL = {"model_id": "2024/25 6 mathematics modo", "grade": 6, "subject": "mathematics", "test": "modo"}
TOLD = ("institutions_n", "effective_n", "contributing_share", "difference_sd", "difference_se", "difference_ci_low",
        "difference_ci_high", "reading", "classes_with_n", "classes_without_n", "pupils_with_n", "pupils_without_n")  # fmt: skip
SIX = ALL | MODEL | {"pupils_with_n": 1000, "pupils_without_n": 2000}
SEVEN = (
    SIX | dict.fromkeys(TOLD) | {"model_id": "2024/25 7 mathematics modo", "grade": 7, "status": "too_few_institutions"}
)
SOUND = pl.DataFrame([ALL, SIX, SEVEN], infer_schema_length=None)
FAULTS = [
    ("set subject = 'mathematics' where grade is null", "all have no grade"),
    ("set status = 'too_few' where grade = 6", "a difference only where there is one"),
    ("set difference_se = null where grade = 6", "a difference only where there is one"),
    ("set reading = null where grade = 6", "a difference only where there is one"),
    ("set effective_n = 30 where grade = 7", "a difference only where there is one"),
    ("set pupils_with_n = null where grade = 6", "a difference only where there is one"),
    ("set status = 'suppressed_secondary' where grade = 6", "status is in its list"),
    ("set classes_with_n = 39 where grade = 6", "no more classes than pupils"),
    ("set difference_ci_low = -0.019 where grade = 6", "interval holds the difference"),
    ("set difference_se = 0.032 where grade = 6", "interval holds the difference"),
    ("set known_share = 0 where grade = 6", "nobody known, nothing told"),
    ("set status = 'not_collected' where grade = 7", "nobody known, nothing told"),
    ("set pupils_without_n = 9, classes_without_n = 9 where grade = 6", "few have no figure"),
    ("set institutions_n = 19 where grade = 6", "few have no figure"),
    ("set difference_ci_low = -0.1 where grade = 6", "reading follows from the margin"),
    ("set reading = 'undecided' where grade = 6", "reading follows from the margin"),
    ("set difference_sd = -0.2, difference_ci_low = -0.3, difference_ci_high = -0.1 where grade = 6",
     "reading follows from the margin"),
    ("set pupils_with_n = 1291 where grade = 6", "nothing by subtraction"),
    ("set pupils_without_n = 2501 where grade = 6", "nothing by subtraction"),
    ("set pupils_with_n = 1300 where grade = 6", "nothing by subtraction"),
    ("set pupils_with_n = 1300, pupils_without_n = 2500, difference_sd = -0.021 where grade = 6", "nothing by subtraction"),
    ("set reading = 'ahead' where grade = 6", "reading is in its list"),
    ("set known_share = 1.1 where grade = 6", "known_share is in range"),
]  # fmt: skip


def test_a_sound_mart_passes(tmp_path: Path) -> None:
    result = judged(tmp_path, "value_added_class", SOUND)
    assert result.passed, result.observed


@pytest.mark.parametrize(("change", "rule"), FAULTS)
def test_a_fault_is_found(tmp_path: Path, change: str, rule: str) -> None:
    result = judged(tmp_path, "value_added_class", SOUND, f"update marts.value_added_class {change}")
    assert not result.passed
    assert rule in result.failing


def test_counts_that_leave_enough_are_told(tmp_path: Path) -> None:
    """Nobody is left, or ten are on either side."""
    for left in (0, 10):
        folder = tmp_path / str(left)
        folder.mkdir()
        counts = f"pupils_with_n = {1300 - left}, pupils_without_n = {2500 - left}"
        change = f"update marts.value_added_class set {counts} where grade = 6"
        assert judged(folder, "value_added_class", SOUND, change).passed
