"""Early warnings where members come and go and something cannot be told, by hand from `edge_scenes`."""

from __future__ import annotations

from datetime import date
from typing import Any

import edge_scenes
import polars as pl
import pytest
from once import Once

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def alerts(once: Once) -> pl.DataFrame:
    with connect(edge_scenes.warehouse(once), read_only=True) as connection:
        return connection.execute("select * from marts.cluster_alert").pl()


def found(alerts: pl.DataFrame, rule: str, cluster: str | None, *columns: str) -> list[tuple[Any, ...]]:
    is_of = pl.col("cluster_id").is_null() if cluster is None else pl.col("cluster_id") == cluster
    rows = alerts.filter(pl.col("rule") == rule, is_of)
    return sorted(rows.select(columns or ("opened_on", "closed_on")).rows(), key=str)


def test_cycles_of_a_school_in_two_clusters_count_once_each(alerts: pl.DataFrame) -> None:
    """Group g has one without gain, group h two; they are of K alone."""
    assert alerts.filter(rule="W09").select("cluster_id", "object_id", "opened_on").rows() == [
        ("K", "h", date(2026, 3, 10))
    ]


def test_no_request_at_all_is_back(alerts: pl.DataFrame) -> None:
    """170 after 100, and in December none, where requests are told in the year."""
    assert found(alerts, "W06", "K") == [(date(2025, 11, 30), date(2025, 12, 31))]


def test_a_rise_after_a_gap_is_no_good_news(alerts: pl.DataFrame) -> None:
    """.1, .2, .4; nothing; .5 has nothing before it, .6 has risen once; .6 again has not risen."""
    assert found(alerts, "W02", "M") == [(date(2025, 3, 31), date(2026, 3, 31))]


def test_waves_with_one_that_cannot_be_told_between_them_are_not_running(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W15", "K") == []


def test_a_wave_that_still_runs_is_not_judged(alerts: pl.DataFrame) -> None:
    """It closes on 30 September; the as-of date is the 15th."""
    assert found(alerts, "W15", "M") == []


def test_quarters_in_which_nothing_is_due_do_not_close_what_was_not_paid(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W16", "P") == [(date(2025, 10, 31), None)]


def test_a_file_due_is_that_of_the_cluster_of_the_day(alerts: pl.DataFrame) -> None:
    """H has left N for M by the days on which its lesson counts of the second and third quarter are due, 15 days after them."""
    due = [("H", date(2026, 1, 16)), ("H", date(2026, 4, 16))]
    assert found(alerts, "W14", "M", "institution_id", "opened_on") == due
    assert found(alerts, "W14", "N") == []


def test_a_baseline_without_a_day_is_of_the_day_it_was_set(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W18", "M", "object_id", "opened_on") == [("A3", date(2025, 8, 31))]


def test_a_new_baseline_ends_the_alert_about_the_old_one(alerts: pl.DataFrame) -> None:
    """One agreement of one; 2023/24 is the first year that ends a year after it; the decision of March 2026 begins anew."""
    assert found(alerts, "W18", "N") == [(date(2024, 8, 31), date(2026, 8, 31))]


def test_what_was_done_before_is_no_answer_to_an_alert(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W18", "M", "action_due_on", "action_done_on") == [(date(2025, 12, 30), date(2025, 11, 1))]
