"""Graduates and attestations in the table of indicators, worked out by hand from `indicator_scene_network`."""

from __future__ import annotations

from pathlib import Path

import pytest
from indicator_scene_network import scene
from indicator_world import Told, duckdb_file

YEAR, LAST_YEAR = "2025/26", "2024/25"
OBLAST = "110000000"
Part = tuple[float | None, float | None, str]
SCENE = scene


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # Of h1 to h9, a year after 30 June 2025: h1 has a post on the last day, h2 a day after it; h3 is reported on the last
        # day, h4 a day after it, h5 not as a teacher, h6 without a day, h9 without a word on the job; the post of h7 ended a day
        # before the graduation, that of h8 on its day. h10 graduated on 1 September, whose year is not over. h11 teaches at a
        # university and h12 is reported from one, h13 from a place that is not on file, and h14 has no job. Of the place of h15
        # and h16 nobody tells: the one teaches as at a school, the other as at a college.
        (YEAR, "K", (6, 15, "ok")),
        (YEAR, "C", (6, 15, "ok")),
        # A year after the other graduation, on 15 June, h1 had no post yet; of the oblast h1 counts once, and has.
        (YEAR, "U", (0, 1, "too_few")),
        (YEAR, OBLAST, (6, 15, "ok")),
        # v1 begins after the year, v5 too; v2 and v3 teach, v4 is reported.
        ("2023/24", "C", (3, 5, "too_few")),
        (LAST_YEAR, "K", (None, None, "not_applicable")),
        (YEAR, "M", (None, None, "not_collected")),
        (YEAR, "P", (None, None, "not_applicable")),
    ],
)
def test_placed(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("G1", period, scope_id) == expected


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # On 30 June 2026 v1 and v2 are in post, v2 for the last day; v3 left the day before, v5 comes the day after; that v4 was
        # reported to have begun says nothing of that day.
        (YEAR, "K", (2, 5, "too_few")),
        (YEAR, OBLAST, (2, 5, "too_few")),
        (LAST_YEAR, "K", (None, None, "not_applicable")),
        (YEAR, "M", (None, None, "not_collected")),
    ],
)
def test_still_teaching(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("G2", period, scope_id) == expected


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # p1 studies at U, p2 at C from the last day, p3 from the day after it; p4 studies something else, p5 teaches.
        (YEAR, "A", (3, 5, "too_few")),
        # h1, h8, h11, h15 and h16 teach, wherever that is, h9 has studied at U since before and goes on; what is reported of h3
        # and h6 is of G1.
        (YEAR, "C", (6, 15, "ok")),
        (YEAR, "K", (9, 20, "ok")),
        # The graduate of a university is not asked.
        (YEAR, OBLAST, (9, 20, "ok")),
        (YEAR, "M", (None, None, "not_collected")),
    ],
)
def test_transitions(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("G4", period, scope_id) == expected


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # t1, t3, once though at two schools, t5 and, at last, t2 pass, t7 at last does not. t4 was in no post yet, t6 is at no
        # school of K.
        ("main", YEAR, "K", (4, 5, "too_few")),
        ("main", YEAR, "A", (3, 3, "too_few")),
        ("main", YEAR, "B", (1, 1, "too_few")),
        # What the mean of two took is not told.
        ("months_to_next", YEAR, "K", (None, None, "too_few")),
        ("main", LAST_YEAR, "K", (None, None, "not_collected")),
        # No list of D came, and none of D and U of the oblast.
        ("main", YEAR, "M", (None, None, "not_collected")),
        ("main", YEAR, OBLAST, (None, None, "not_collected")),
    ],
)
def test_attestation(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("G3", period, scope_id, measure) == expected


def test_months_to_the_next_category(folder: Path) -> None:
    """t1: 1461 days from 1 March 2022, 48 months. t3: 1979 days from the first as a teacher, 1 September 2020. t5 was confirmed,
    t7 came with a category."""
    with duckdb_file(folder) as connection:
        found = connection.execute(
            """select n, value from indicators.ind_g3
            where measure = 'months_to_next' and scope_id = 'K' and period = '2025/26'"""
        ).fetchall()
    assert found == [(2, pytest.approx((48 + 1979 * 48 / 1461) / 2, abs=1e-7))]
