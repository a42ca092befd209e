"""The table of clusters with names: its suite passes a sound row and finds what is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from mart_suites import judged

ROW: dict[str, Any] = {
    **{"cluster_id": "K", "period": "2025/26", "indicator": "L4", "measure": "main", "unit": "share"},
    **{f"name_{language}": "L" for language in ("kk", "ru", "en")},
    **{"direction": "higher", "value": 0.4, "ci_low": 0.2, "ci_high": 0.6, "n": 20, "counted": "cycle"},
    **{"baseline": 0.3, "target": 0.5, "target_on": date(2027, 8, 31), "trend": "none", "band": "better_than_baseline"},
    **{"owner_role": "research_coordinator", "status": "ok"},
}
#: As many rows of a cluster and a school year as the overview has; others do not count.
INDICATORS = """create table marts.cluster_indicator as select * from (values
    ('cluster', 'school_year'), ('cluster', 'semester'), ('region', 'school_year')) as v(scope, period_kind)"""


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (None, None),
        ("update marts.cluster_overview set name_en = null", "name_en"),
        ("update marts.cluster_overview set unit = null", "unit"),
        ("update marts.cluster_overview set status = 'unknown'", "status"),
        ("insert into marts.cluster_indicator values ('cluster', 'school_year')", "no figure is lost"),
    ],
)
def test_the_suite_finds_what_is_wrong(tmp_path: Path, statement: str | None, rule: str | None) -> None:
    found = judged(tmp_path, "cluster_overview", ROW, INDICATORS, *([statement] if statement else []))
    assert found.passed == (rule is None)
    if rule:
        assert any(rule in failing for failing in found.failing)
