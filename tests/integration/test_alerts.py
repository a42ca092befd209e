"""Early warnings at the bound and beyond it, worked out by hand from the rows of `alert_world`."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from alert_world import ENDS, built
from once import Once

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

Q1, Q2, Q3, Q4 = (date.fromisoformat(day) for day in ENDS)


@pytest.fixture(scope="module")
def alerts(once: Once) -> pl.DataFrame:
    with connect(built(once), read_only=True) as connection:
        return connection.execute("select * from marts.cluster_alert").pl()


def found(alerts: pl.DataFrame, rule: str, *columns: str, cluster: str = "K") -> list[tuple[Any, ...]]:
    rows = alerts.filter(rule=rule, cluster_id=cluster)
    return sorted(rows.select(columns or ("opened_on", "closed_on", "severity")).rows(), key=str)


def test_too_few_come(alerts: pl.DataFrame) -> None:
    """.60 raises nothing; .55 does. .61 is not back by the margin of .02; a second .61 closes. Of ten people it is watched."""
    assert found(alerts, "W01") == [(Q2, Q4, "alarm")]
    assert found(alerts, "W01", cluster="M") == [(Q1, Q2, "watch")]
    (row,) = alerts.filter(rule="W01", cluster_id="K").rows(named=True)
    assert (row["period"], row["value"], row["bound_value"]) == ("2025/26-Q2", pytest.approx(0.55), 0.6)
    assert (row["owner_role"], row["reaction_en"][:3]) == ("me_coordinator", "Ask")
    # The first corrective action under T2 that is due once it is open.
    assert (row["action_due_on"], row["action_done_on"]) == (date(2026, 2, 1), date(2026, 1, 20))


def test_refusals_rise_twice(alerts: pl.DataFrame) -> None:
    """9/22 - 3/22 = .27 is more than 1.645 sqrt(.409 .591 / 22 + .136 .864 / 22) = .21. Standing still is not a rise."""
    assert found(alerts, "W02") == [(Q3, None, "alarm")]
    assert found(alerts, "W02", cluster="M") == []


def test_what_is_unspent(alerts: pl.DataFrame) -> None:
    """150 of 1000 raises nothing, 350 of 2000 does; 200 of 1000, then 200 of 2000."""
    assert found(alerts, "W03", "opened_on", "closed_on", "value") == [(Q4, None, pytest.approx(0.175))]
    assert found(alerts, "W03", "opened_on", "closed_on", "value", cluster="M") == [(Q3, Q4, pytest.approx(0.2))]


def test_payments_that_wait(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W04", "object_id", "opened_on", "closed_on", "value", cluster="P") == [
        ("thirty-one", date(2026, 2, 10), date(2026, 2, 10), 31),
        ("waits 31 days", date(2026, 9, 15), None, 31),
    ]


def test_requests_for_help(alerts: pl.DataFrame) -> None:
    """130 after 100 raises nothing, 170 after 130 does: ln(170 / 130) = .27 > 1.645 sqrt(1/170 + 1/130) = .19."""
    assert found(alerts, "W06") == [(date(2026, 1, 31), date(2026, 2, 28), "alarm")]
    # 20 after 9 is not compared; 27 after 20 is of too few for an alarm.
    assert found(alerts, "W06", cluster="M") == [(date(2025, 12, 31), date(2026, 1, 31), "watch")]


def test_too_few_use_the_platform(alerts: pl.DataFrame) -> None:
    """At the target nothing is raised; .25 is under it, .75 back. In summer the target is not asked for."""
    assert found(alerts, "W05", "period", "opened_on", "closed_on", "value") == [
        ("2026-03", date(2026, 3, 31), date(2026, 4, 30), pytest.approx(0.25))
    ]


def test_stress(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W07", "opened_on", "closed_on", "value") == [(Q4, None, pytest.approx(3.6))]
    assert found(alerts, "W07", cluster="M") == []


def test_empty_protocols_rise_twice(alerts: pl.DataFrame) -> None:
    """39 letters say nothing, 40 do. 10/22 - 2/22 = .36 > 1.645 sqrt(.455 .545 / 22 + .091 .909 / 22) = .20."""
    assert found(alerts, "W08") == [(Q3, Q4, "alarm")]


def test_groups_without_gain(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W09", "object_id", "period", "opened_on", "closed_on") == [
        ("g", "g1", date(2025, 12, 10), date(2026, 3, 10))
    ]


def test_one_text_of_two(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W10", "object_id", "opened_on", "closed_on", "value") == [
        ("same", date(2025, 11, 10), date(2026, 8, 31), 2)
    ]


def test_sessions_that_are_missed(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W11", "object_id", "opened_on", "closed_on", "value") == [
        ("a day more", date(2026, 5, 16), date(2026, 5, 16), 15),
        ("never", date(2026, 9, 15), None, 15),
    ]


def test_risks_that_nobody_looks_at(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W12", "object_id", "opened_on", "closed_on", "owner_role") == [
        ("93 days", date(2026, 9, 15), None, "network_lead"),
        ("closed on the 93rd", date(2026, 4, 4), date(2026, 4, 4), "network_lead"),
    ]


def test_retention_falls_twice(alerts: pl.DataFrame) -> None:
    """.80, .70, .60: the third cohort has been there a year by 31 August 2025. .80, .70, .70 raises nothing."""
    assert found(alerts, "W13", "period", "opened_on", "closed_on", "value", "severity") == [
        ("2023/24", date(2025, 8, 31), None, pytest.approx(0.6), "alarm")
    ]
    assert found(alerts, "W13", cluster="M") == []


def test_pulse_falls_twice(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W15", "period", "opened_on", "closed_on", "severity") == [
        ("wave 2", date(2026, 2, 15), date(2026, 4, 15), "alarm")
    ]


def test_a_quarter_without_money(alerts: pl.DataFrame) -> None:
    assert found(alerts, "W16", "opened_on", "closed_on", "value", cluster="P") == [(Q4, None, 1000)]
    assert found(alerts, "W16") == []


def test_schools_where_nothing_is_analysed(alerts: pl.DataFrame) -> None:
    """One of two schools is the bound and raises; then one of three; then two of three."""
    assert found(alerts, "W17", "opened_on", "closed_on", "value") == [(Q1, Q4, 0.5)]
    assert found(alerts, "W17", cluster="M") == []


def test_no_better_than_its_baseline(alerts: pl.DataFrame) -> None:
    """The baseline is of 1 September 2024: on 31 August 2025 a year is not over."""
    assert found(alerts, "W18", "object_id", "opened_on", "closed_on", "owner_role") == [
        ("A3", date(2026, 8, 31), None, "inter_level_council")
    ]
