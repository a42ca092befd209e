"""A simulated district goes through the whole product: what was planted is held back, and people are counted as made."""

from __future__ import annotations

import duckdb
import pytest
from product import Product, quarantined

from bilimkoz.settings import Settings


@pytest.fixture(scope="module")
def district(parsed: Settings, tmp_path_factory: pytest.TempPathFactory) -> Product:
    product = Product(tmp_path_factory.mktemp("district"))
    assert product.call("key", "init").returncode == 0
    assert product.call("simulate", "--profile", "district").returncode == 0
    product.know_project_from(parsed.root)
    ran = product.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return product


def test_quarantine_holds_exactly_what_was_planted(district: Product) -> None:
    planted, found = quarantined(district)
    assert len(planted) > 400
    assert found == planted


def test_cohorts_are_those_of_the_truth(district: Product) -> None:
    """Nobody is lost from sight in a country: heads hired, removed and retained agree in every row that can be observed."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.data}/published/current/internal/marts.duckdb' as marts (read_only)")
        rows = connection.execute(
            f"""select t.hired_n, t.removed_n, t.retained_n, i.hired_n, i.removed_n, i.retained_n, i.unknown_n
            from '{district.data}/truth/true_retention.parquet' as t
            left join marts.retention_index as i
                using (cohort_year, level, estimand, segment, segment_value, horizon_months)
            where t.is_observed"""
        ).fetchall()
    assert len(rows) > 300
    differing = [row for row in rows if row[:3] != row[3:6] or row[6] != 0]
    assert not differing
