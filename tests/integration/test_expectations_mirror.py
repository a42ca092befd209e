"""The suite of the mirror: a page passes, and each rule finds the fault that it is there to find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from mart_suites import judged

LINE: dict[str, Any] = {
    "institution_id": "A", "line_no": 150, "question": "what_happened", "panel": "young_teachers", "indicator": "M3",
    "measure": "main", "detail": "all", "period_kind": "quarter", "period": "2025/26-Q4", "value": 0.75, "value_se": 0.15,
    "ci_low": 0.4, "ci_high": 0.93, "n": 8, "comparison": "previous_period", "comparison_id": "none",
    "comparison_period": "2025/26-Q3", "comparison_value": 0.6, "comparison_n": 10, "comparison_status": "ok",
    "difference_value": 0.15, "standing": "same", "owner_role": "school_coordinator", "status": "ok",
}  # fmt: skip
WARNING = LINE | {
    "line_no": 410, "question": "what_to_do", "panel": "alerts", "indicator": "alerts", "measure": "reaction", "detail": "W11/K",
    "value": 106.0, "value_se": None, "ci_low": None, "ci_high": None, "n": None, "comparison": "bound", "comparison_n": None,
    "rule": "W11", "severity": "alarm", "reaction_kk": "x", "reaction_ru": "y", "reaction_en": "z", "standing": "none",
}  # fmt: skip
LINES = "create table marts.school_mirror_line as select * from (values (150, 8), (410, 0)) as v(line_no, least_n)"
FAULTS = [
    ("set status = 'not_collected' where line_no = 150", "a value only where told"),
    ("set value = null where line_no = 150", "a value only where told"),
    ("set value = null, status = 'too_few' where line_no = 150", "hidden leaves nothing"),
    ("set ci_low = 0.8 where line_no = 150", "interval holds the value"),
    ("set comparison_value = null where line_no = 150", "compared with what is told"),
    ("set comparison_status = 'suppressed_secondary' where line_no = 150", "compared with what is told"),
    ("set reaction_kk = null where line_no = 410", "a warning says what to do"),
    ("set owner_role = null where line_no = 410", "a warning says what to do"),
    ("set n = 7 where line_no = 150", "of few people nothing stands"),
    ("set n = null where line_no = 150", "of few people nothing stands"),
    ("set line_no = 410, detail = 'other' where line_no = 150", "no line is absent"),
    ("set question = 'who' where line_no = 150", "question is in its list"),
]


def rows() -> pl.DataFrame:
    return pl.DataFrame([LINE, WARNING], infer_schema_length=None)


def test_a_page_passes(tmp_path: Path) -> None:
    result = judged(tmp_path, "school_mirror", rows(), LINES)
    assert result.passed, result.observed


@pytest.mark.parametrize(("change", "rule"), FAULTS)
def test_a_fault_is_found(tmp_path: Path, change: str, rule: str) -> None:
    result = judged(tmp_path, "school_mirror", rows(), LINES, f"update marts.school_mirror {change}")
    assert not result.passed
    assert rule in result.failing
