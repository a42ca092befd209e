"""Psychologists and the climate of classes in the table of indicators, worked out by hand from `indicator_scenes_production`."""

from __future__ import annotations

import pytest
from indicator_scenes_production import LAST_YEAR, OBLAST, YEAR, world
from indicator_world import Told

SCENE = world


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # At A 1 and 0.5, the third having left the day before, of 9 pupils: one left that day, another the day after. At B 0.25
        # and 0.5 on its last day, with 5 pupils; h2's load is not told, h6 comes the day after. For E's 6 pupils there is
        # one whose load is not told. F told no pupils, C is no school.
        (YEAR, "Y", (2.25, 14, "ok")),
        (YEAR, "K", (None, None, "not_collected")),
        (YEAR, "A", (1.5, 9, "ok")),
        (YEAR, "B", (0.75, 5, "ok")),
        (YEAR, "P", (1.5, 9, "ok")),
        (LAST_YEAR, "K", (None, None, "not_collected")),
        (YEAR, "M", (None, None, "not_collected")),
        (YEAR, OBLAST, (None, None, "not_collected")),
        ("2026/27", "K", (None, None, "not_yet_observed")),
    ],
)
def test_psychologists_by_pupils(
    told: Told, period: str, scope_id: str, expected: tuple[float | None, float | None, str]
) -> None:
    assert told.part("H1", period, scope_id, scope="cluster" if scope_id == "Y" else None) == expected


def test_psychologists_are_told_per_thousand(told: Told) -> None:
    assert told("H1", YEAR, "Y", scope="cluster")["value"] == pytest.approx(2.25 / 14 * 1000, abs=1e-9)
    assert told("H1", YEAR)["missing_members"] == "F"
    assert told.part("H1", YEAR, "W", scope="cluster") == (None, None, "not_applicable")


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # A and B; the social pedagogue of F left the day before.
        (YEAR, "K", (2, 3, "ok")),
        # F was no member yet.
        (LAST_YEAR, "K", (2, 2, "ok")),
        (YEAR, "P", (1, 1, "ok")),
        (YEAR, "M", (None, None, "not_collected")),
        (YEAR, OBLAST, (None, None, "not_collected")),
    ],
)
def test_schools_with_a_psychologist(
    told: Told, period: str, scope_id: str, expected: tuple[float | None, float | None, str]
) -> None:
    assert told.part("H2", period, scope_id) == expected


@pytest.mark.parametrize(
    ("period", "scope_id", "measure", "expected"),
    [
        # 25 * 3.8 + 15 * 4.2 = 158 at A, 10 * 2 = 20 at B; the class of nine is left out.
        ("2025/26-Q2", "A", "safety", (158, 40, "ok")),
        ("2025/26-Q2", "B", "safety", (20, 10, "ok")),
        ("2025/26-Q2", "K", "safety", (178, 50, "ok")),
        ("2025/26-Q2", "K", "belonging", (75, 25, "ok")),
        ("2025/26-Q2", "K", "teacher_support", (None, None, "not_applicable")),
        ("2025/26-Q1", "K", "teacher_support", (54, 12, "ok")),
        # Of all scales 7А has (3.8 + 3.0) / 2 = 3.4, once 25 pupils: 85 + 63 + 20. Anxiety is no scale from 1 to 5.
        ("2025/26-Q2", "A", "main", (148, 40, "ok")),
        ("2025/26-Q2", "K", "main", (168, 50, "ok")),
        # The parallel of 40 says what its two classes say.
        ("2025/26-Q3", "K", "main", (120, 40, "ok")),
        ("2025/26-Q4", "K", "main", (12 + 55, 23, "ok")),
        ("2025/26-S1", "K", "main", (54 + 168, 62, "ok")),
        (YEAR, "K", "main", (54 + 168 + 120 + 67, 125, "ok")),
        (YEAR, OBLAST, "main", (409, 125, "ok")),
        (YEAR, "M", "main", (None, None, "not_collected")),
        (LAST_YEAR, "K", "main", (None, None, "not_collected")),
    ],
)
def test_climate(
    told: Told, period: str, scope_id: str, measure: str, expected: tuple[float | None, float | None, str]
) -> None:
    assert told.part("H3", period, scope_id, measure) == expected


def test_climate_is_told_of_no_month(told: Told) -> None:
    assert told.rows.filter(indicator="H3", period_kind="month").is_empty()
    assert told("H3", "2025/26-Q2")["value"] == pytest.approx(168 / 50, abs=1e-12)
