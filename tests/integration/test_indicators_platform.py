"""Use of the platform and quality of deliveries in the table of indicators, worked out by hand from `indicator_scene_network`."""

from __future__ import annotations

import pytest
from indicator_scene_network import scene
from indicator_world import Told

MARCH, APRIL, MAY = "2026-03", "2026-04", "2026-05"
Q3, S2 = "2025/26-Q3", "2025/26-S2"
OBLAST = "110000000"
Part = tuple[float | None, float | None, str]
SCENE = scene


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # x1 and x3 a plan each, x1 and x2 a comment each, x1 a session. Where x4 works nobody says.
        ("main", MARCH, "K", (5, None, "ok")),
        ("plans", MARCH, "K", (2, None, "ok")),
        ("comments", MARCH, "K", (2, None, "ok")),
        ("sessions", MARCH, "K", (1, None, "ok")),
        # In Almaty it is April already.
        ("sessions", APRIL, "F", (1, None, "ok")),
        ("main", S2, "K", (6, None, "ok")),
        # A is also of P: a plan, a comment, a session.
        ("main", MARCH, "P", (3, None, "ok")),
        ("main", MAY, "K", (0, None, "ok")),
        ("main", "2024-10", "K", (None, None, "not_collected")),
    ],
)
def test_digital_activity(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N4", period, scope_id, measure) == expected


def test_a_month_without_activity_is_nought(told: Told) -> None:
    assert told("N4", MAY)["value"] == 0


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # Weeks of users: x1 one (day 29 is in none), x2 two, though at two schools, x3 two, of days 7 and 8: 5 / 4 over 3 users.
        ("main", MARCH, "K", (1.25, 3, "too_few")),
        ("wau", MARCH, "K", (5, 4, "ok")),
        # Days: x1 three, x2 two, since both schools are of one day, x3 two.
        ("dau", MARCH, "K", (7, 31, "ok")),
        ("mau", MARCH, "K", (3, 1, "ok")),
        # x1 and x2 at A; x2 and x3 at B.
        ("dau", MARCH, "A", (4, 31, "ok")),
        ("main", MARCH, "A", (0.5, 2, "too_few")),
        ("main", MARCH, "B", (1, 2, "too_few")),
        ("mau", MARCH, OBLAST, (3, 1, "ok")),
        ("dau", APRIL, "K", (1, 30, "ok")),
        # Used from March on, so that January and February do not count.
        ("dau", Q3, "K", (7, 31, "ok")),
        # March to August: 184 days, 24 weeks, six months; 5 + 1 weeks of users, 3 + 1 months of them.
        ("dau", S2, "K", (8, 184, "ok")),
        ("wau", S2, "K", (6, 24, "ok")),
        ("mau", S2, "K", (4, 6, "ok")),
        ("main", S2, "K", (1.5, 4, "too_few")),
        ("mau", MAY, "K", (0, 1, "ok")),
        ("main", MAY, "K", (None, None, "not_applicable")),
        ("mau", "2026-02", "K", (None, None, "not_applicable")),
        ("main", "2024-10", "K", (None, None, "not_collected")),
        # M told cards, and nothing of use.
        ("main", MARCH, "M", (None, None, "not_collected")),
    ],
)
def test_users(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("D3", period, scope_id, measure) == expected


def test_mean_users(told: Told) -> None:
    assert told("D3", MARCH)["value"] == pytest.approx(1.25 / 3, abs=1e-12)
    assert told("D3", S2, measure="wau")["value"] == 0.25
    assert told("D3", MAY, measure="dau")["value"] == 0


@pytest.mark.parametrize(
    ("measure", "scope_id", "expected"),
    [
        # k1 at the moment it was due, k2 a second later; k3 is never due, k4, which is open, of M.
        ("cards_in_time", "K", (1, 2, "ok")),
        ("cards_in_time", "M", (0, 1, "ok")),
        ("cards_in_time", "A", (1, 2, "ok")),
        ("cards_in_time", OBLAST, (1, 3, "ok")),
        # E is in M, and told neither cards nor requests.
        ("resolve_hours", "M", (None, None, "not_collected")),
        # Twelve hours and 36; the third is not resolved.
        ("resolve_hours", "K", (48, 2, "ok")),
        ("resolve_hours", OBLAST, (48, 2, "ok")),
        # One of the four actions of x1, three of x2 and two of x3.
        ("errors", "K", (1, 9, "ok")),
        ("errors", "A", (0, 5, "ok")),
        ("errors", "B", (1, 4, "ok")),
    ],
)
def test_work_on_the_platform(told: Told, measure: str, scope_id: str, expected: Part) -> None:
    assert told.part("D3", MARCH, scope_id, measure) == expected


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # 100 rows less 6 that wait and 4 that break a rule, and 50; of A and of B, which is one delivery of K.
        ("main", MARCH, "K", (140, 150, "ok")),
        ("main", MARCH, "A", (140, 150, "ok")),
        ("main", MARCH, OBLAST, (140, 150, "ok")),
        # The department speaks for everybody: 200 rows, beside the 10 of the school.
        ("main", APRIL, "K", (210, 210, "ok")),
        ("main", APRIL, "F", (200, 200, "ok")),
        ("main", MAY, "K", (None, None, "not_applicable")),
        # February came on the tenth of March, the last day.
        ("on_time", MARCH, "K", (1, 1, "ok")),
        # March came on the 11th; the staff list of the quarter in time.
        ("on_time", APRIL, "K", (1, 2, "ok")),
        ("on_time", APRIL, "F", (1, 1, "ok")),
        # April never came.
        ("on_time", MAY, "A", (0, 1, "ok")),
        ("on_time", MAY, OBLAST, (0, 1, "ok")),
        # Three of four ratings of the school, two of seven fields of the department, which speaks for F too.
        ("filled", MAY, "K", (5, 11, "ok")),
        ("filled", MAY, "A", (5, 11, "ok")),
        ("filled", MAY, "F", (2, 7, "ok")),
        # Nothing was told in April that an indicator needs more of.
        ("filled", APRIL, "F", (None, None, "not_applicable")),
    ],
)
def test_deliveries(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("D5", period, scope_id, measure) == expected
