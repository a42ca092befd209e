"""dbt's own unit tests: models that apply a bound of seed `thresholds`, at it and a step beyond it.

That no bound is without one: tests/unit/test_threshold_bounds.py.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import dbt_in_process
import pytest
from alert_world import built
from once import Once

from bilimkoz.settings import Settings
from orchestration.dbt_parse import manifest_path

pytestmark = pytest.mark.usefixtures("dbt")


def test_each_model_at_its_bound(once: Once, parsed: Settings, tmp_path: Path) -> None:
    """In a copy of the warehouse of the alerts, which others read meanwhile. Their own rows are all that they judge."""
    warehouse = Path(shutil.copy(built(once), tmp_path / "warehouse.duckdb"))
    written = json.loads(manifest_path(parsed).read_text())["unit_tests"].values()
    assert sorted(dbt_in_process.unit_test(warehouse)) == sorted(test["name"] for test in written)
