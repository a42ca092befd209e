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


def test_networks_are_told_of_what_was_planted(district: Product) -> None:
    """Nineteen in twenty intervals are to hold the truth; that of 300 fewer than nine in ten do is no luck."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.data}/published/current/internal/marts.duckdb' as marts (read_only)")
        rows = connection.execute(
            f"""select i.indicator, i.measure, t.true_value between i.ci_low - 1e-6 and i.ci_high + 1e-6 as is_held
            from marts.cluster_indicator as i
            inner join '{district.data}/truth/indicators.parquet' as t
                on i.cluster_id = t.cluster_id and i.period = t.school_year
                and i.indicator = t.indicator and i.measure = t.measure
            where i.scope = 'cluster' and i.period_kind = 'school_year' and i.status = 'ok' and i.ci_low is not null"""
        ).fetchall()
    assert len(rows) > 300
    assert len({(indicator, measure) for indicator, measure, _ in rows}) >= 18
    assert sum(is_held for *_, is_held in rows) >= 0.9 * len(rows)


def test_the_index_of_clusters_is_told(district: Product) -> None:
    """In the last year, the second of the youngest network, no index wants for coverage; no indicator is without its feed but
    that of attendance, which simulated oblasts do not deliver."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.data}/published/current/internal/marts.duckdb' as marts (read_only)")
        index = connection.execute(
            "select status, coverage_share from marts.cluster_index where period = '2025/26'"
        ).fetchall()
        missing = connection.execute(
            """select indicator from marts.cluster_overview
            where period = '2025/26' and measure = 'main'
            group by indicator
            having bool_and(status = 'not_collected')"""
        ).fetchall()
    # Five networks in two stages: an index, and no rank.
    assert [status for status, _ in index] == ["too_few"] * 5
    assert min(coverage for _, coverage in index) >= 0.7
    assert missing == [("SA",)]
