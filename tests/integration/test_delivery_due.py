"""What is due, late and missing: days worked out by hand from the calendar of deliveries."""

from __future__ import annotations

from datetime import date

import pytest
from fact_world import BETWEEN, SEEDS, FactWorld

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

#: The calendar says: attendance by month, 10 days after it; lesson_counts by term, 15 days; institutions by year.
SCHOOL = ["attendance"]


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    world = FactWorld("2026-03-20")
    world.add("institutions", {"institution_id": "s1", "kind": "school", "status": "active"})
    world.senders = [
        ("school", "kz.iin", ["s1"], SCHOOL, None),
        # By agreement on the fifth, which is sooner than the calendar.
        ("early", "kz.iin", ["s1"], ["attendance"], 5),
        ("silent", "kz.iin", ["s1"], ["lesson_counts"], None),
        ("oblast", "kz.iin", None, ["institutions"], None),
        ("again", "kz.iin", ["s1"], ["attendance"], None),
    ]

    def file(
        sender: str, feed: str, created: str, list_on: str, state: str = "accepted", period: str | None = None
    ) -> None:
        day = {"created_on": created, "created_at": f"{created} 08:00", "as_of_on": list_on, "period": period}
        world.file(f"{sender}-{feed}-{created}", f"{feed}.csv", sender=sender, feed=feed, state=state, **day)

    file("school", "attendance", "2026-01-05", "2025-12-31")
    # January in one day late, February not at all: its file waits whole.
    file("school", "attendance", "2026-02-11", "2026-01-31")
    file("school", "attendance", "2026-03-05", "2026-02-28", "waiting")
    # A list in the middle of the month does not speak of all of it.
    file("early", "attendance", "2026-01-20", "2026-01-15")
    file("early", "attendance", "2026-02-05", "2026-01-31")
    file("oblast", "institutions", "2025-09-20", "2025-09-20")
    file("again", "attendance", "2026-01-05", "2025-12-31", period="2025/26")
    file("again", "attendance", "2026-03-05", "2026-03-05", period="2024/25")
    warehouse = world.build(tmp_path_factory.mktemp("due"), *SEEDS, *BETWEEN, "dim_school_term", "fct_delivery_due")
    with connect(warehouse, read_only=True) as connection:
        return connection.execute(
            """select sender, feed, period, due_on, delivered_on, due_status, late_days
            from marts.fct_delivery_due order by sender, feed, due_on"""
        ).fetchall()


def test_months(due: list[tuple[object, ...]]) -> None:
    assert [row[2:] for row in due if row[:2] == ("school", "attendance")] == [
        ("2025-12", date(2026, 1, 10), date(2026, 1, 5), "on_time", 0),
        ("2026-01", date(2026, 2, 10), date(2026, 2, 11), "late", 1),
        # Ten days are over on 10 March; the run is of the 20th.
        ("2026-02", date(2026, 3, 10), None, "missing", 10),
    ]


def test_the_day_agreed_with_a_sender_goes_before_the_calendar(due: list[tuple[object, ...]]) -> None:
    assert [row[2:] for row in due if row[0] == "early"] == [
        ("2026-01", date(2026, 2, 5), date(2026, 2, 5), "on_time", 0),
        ("2026-02", date(2026, 3, 5), None, "missing", 15),
    ]


def test_who_never_sent_owes_what_ended_this_school_year(due: list[tuple[object, ...]]) -> None:
    """Terms 1 and 2 ended on 31 October and 31 December."""
    assert [row[2:] for row in due if row[0] == "silent"] == [
        ("2025/26-Q1", date(2025, 11, 15), None, "missing", 125),
        ("2025/26-Q2", date(2026, 1, 15), None, "missing", 64),
    ]


def test_a_year_that_runs_is_not_due(due: list[tuple[object, ...]]) -> None:
    assert [row for row in due if row[0] == "oblast"] == []


def test_a_list_of_another_school_year_counts_for_none_of_this(due: list[tuple[object, ...]]) -> None:
    """Sent on 5 March, which would be late for January and in time for February, were it not of 2024/25."""
    told = [row[2:] for row in due if row[0] == "again" and str(row[2]) >= "2025-12"]
    assert told == [
        ("2025-12", date(2026, 1, 10), date(2026, 1, 5), "on_time", 0),
        ("2026-01", date(2026, 2, 10), None, "missing", 38),
        ("2026-02", date(2026, 3, 10), None, "missing", 10),
    ]
