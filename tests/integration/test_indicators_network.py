"""Members, events, plans and checklists in the table of indicators, worked out by hand from `indicator_scene_network`."""

from __future__ import annotations

import pytest
from indicator_scene_network import scene
from indicator_world import Told

YEAR, LAST_YEAR, S1 = "2025/26", "2024/25", "2025/26-S1"
Q1, Q2 = "2025/26-Q1", "2025/26-Q2"
OBLAST = "110000000"
Part = tuple[float | None, float | None, str]
SCENE = scene


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # On 25 May 2026: A, B, C, F. A year before A, B, C, W, closed the day after, and Y, whose last day it was; X had left the
        # day before, Z was closed on the day.
        ("main", YEAR, "K", (4, None, "ok")),
        ("main", LAST_YEAR, "K", (5, None, "ok")),
        ("schools", YEAR, "K", (3, None, "ok")),
        ("schools", LAST_YEAR, "K", (2, None, "ok")),
        ("colleges", YEAR, "K", (1, None, "ok")),
        ("universities", YEAR, "K", (0, None, "ok")),
        ("others", YEAR, "K", (0, None, "ok")),
        ("others", LAST_YEAR, "K", (2, None, "ok")),
        ("growth", YEAR, "K", (4, 5, "ok")),
        # D, and then E and G.
        ("growth", YEAR, "M", (3, 1, "ok")),
        # There was no cluster a year before.
        ("growth", LAST_YEAR, "K", (None, None, "not_applicable")),
        # A, which is in K and in P, counts once: A, B, C, D, E, F now, A, B, C, D, W, Y before.
        ("main", YEAR, OBLAST, (6, None, "ok")),
        ("growth", YEAR, OBLAST, (6, 6, "ok")),
        # And G, which is in no oblast.
        ("growth", YEAR, "all", (7, 6, "ok")),
        ("main", YEAR, "P", (1, None, "ok")),
        ("main", "2026/27", "K", (None, None, "not_yet_observed")),
    ],
)
def test_members(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N1", period, scope_id, measure) == expected


def test_none_of_a_kind_is_nought(told: Told) -> None:
    assert told("N1", YEAR, measure="universities")["value"] == 0
    assert told("N1", YEAR, "M", "growth")["value"] == 3


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # u1, at two schools, and u4, whose practicum ended on the first day of the year; u2 is of M, u3 of the year before.
        ("students", YEAR, "K", (2, None, "ok")),
        ("students", YEAR, "M", (1, None, "ok")),
        ("students", LAST_YEAR, "K", (2, None, "ok")),
        # Whatever cluster it is for, the school and the oblast have it.
        ("students", YEAR, "A", (3, None, "ok")),
        ("students", YEAR, OBLAST, (3, None, "ok")),
        # t1, of a pair and a practicum; t3 of a practicum; t4; t8, who has left. Not t2, who refused. Teachers: t1 to t5 and t7.
        ("mentors", YEAR, "K", (4, 6, "too_few")),
        # t1 and t5; t1, t2, t3, t5 and t8 are in post on 25 May 2025.
        ("mentors", LAST_YEAR, "K", (2, 5, "too_few")),
        ("mentors", YEAR, "M", (None, None, "not_collected")),
        ("main", YEAR, "K", (6, None, "ok")),
        ("main", LAST_YEAR, "K", (4, None, "ok")),
        # Nothing was told of the year, which is not nought.
        ("main", LAST_YEAR, "M", (None, None, "not_collected")),
        ("main", YEAR, "P", (None, None, "not_applicable")),
    ],
)
def test_coverage(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N2", period, scope_id, measure) == expected


def test_mentors_of_a_hundred_teachers(told: Told) -> None:
    assert told("N2", YEAR, measure="mentors")["value"] == pytest.approx(400 / 6, abs=1e-12)


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # Planned e1, e2, e3, which was cancelled; held e1, and e8, which nobody had planned.
        (Q1, "K", (2, 3, "ok")),
        # e2 and e4 are held; nothing was planned for these months.
        (Q2, "K", (None, None, "not_applicable")),
        (S1, "K", (4, 3, "ok")),
        # In June one more, both planned and held.
        (YEAR, "K", (5, 4, "ok")),
        (Q1, "M", (1, 1, "ok")),
        # What A organises, for whatever cluster.
        (Q1, "A", (3, 4, "ok")),
        (Q1, OBLAST, (3, 4, "ok")),
        ("2024/25-Q1", "K", (None, None, "not_collected")),
        (Q1, "P", (None, None, "not_collected")),
    ],
)
def test_events(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N3", period, scope_id) == expected


def test_more_events_than_were_planned(told: Told) -> None:
    assert told("N3", S1)["value"] == pytest.approx(4 / 3, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        ("main", "2025-09", "K", (2, 1, "ok")),
        # Planned for October, held in November.
        ("main", "2025-10", "K", (0, 1, "ok")),
        ("main", "2025-11", "K", (1, 1, "ok")),
        ("main", Q1, "K", (2, 2, "ok")),
        ("main", S1, "K", (3, 4, "ok")),
        # September to May; in June, when there is no school, one was held, which does not count here.
        ("main", YEAR, "K", (3, 9, "ok")),
        ("main", "2026-05", "K", (0, 1, "ok")),
        ("main", "2026-06", "K", (None, None, "not_applicable")),
        ("main", YEAR, "M", (0, 9, "ok")),
        # Of two clusters; P, a hub, is not asked.
        ("main", "2025-09", OBLAST, (2, 2, "ok")),
        ("main", "2025-09", "P", (None, None, "not_applicable")),
        ("main", "2024-09", "K", (None, None, "not_collected")),
        # Of e1 A and C, of whom nobody says that the one did not come; of e8 two schools, and one of C who did not come.
        ("both_sides", "2025-09", "K", (1, 2, "ok")),
        # Nobody is on file.
        ("both_sides", "2025-11", "K", (None, None, "not_applicable")),
        # With a university.
        ("both_sides", "2026-06", "K", (1, 1, "ok")),
        ("both_sides", YEAR, "K", (2, 3, "ok")),
    ],
)
def test_seminars(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N6", period, scope_id, measure) == expected


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # yes, medium, no; and low: 1 + 0.5 + 0 + 0.
        ("main", Q1, "K", (1.5, 4, "ok")),
        # yes, high, surface: 1 + 1 + 0.5.
        ("self", Q1, "K", (2.5, 3, "ok")),
        # C1: 1 - 1. C2: 1 - (0.5 + 0) / 2. C4 and C5 were rated by one side only.
        ("gap", Q1, "K", (0.75, 2, "ok")),
        ("self", Q2, "K", (0, 1, "ok")),
        ("main", Q2, "K", (None, None, "not_applicable")),
        ("gap", Q2, "K", (None, None, "not_applicable")),
        ("self", YEAR, "K", (2.5, 4, "ok")),
        ("gap", YEAR, OBLAST, (0.75, 2, "ok")),
        ("main", Q1, "M", (None, None, "not_collected")),
    ],
)
def test_checklist(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N5", period, scope_id, measure) == expected


def test_means_of_the_checklist(told: Told) -> None:
    assert [told("N5", Q1, measure=measure)["value"] for measure in ("main", "gap")] == [0.375, 0.375]


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # a1 on its day, a2 a day late, a3 never.
        (Q1, "K", (1, 3, "ok")),
        (YEAR, "K", (1, 3, "ok")),
        (Q1, OBLAST, (1, 3, "ok")),
        (Q1, "A", (1, 1, "ok")),
        (Q1, "C", (0, 1, "ok")),
        (Q2, "K", (None, None, "not_applicable")),
        (Q1, "M", (None, None, "not_collected")),
    ],
)
def test_plan(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("N7", period, scope_id) == expected


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # B and F of A, B, F; F was no member the year before.
        ("main", YEAR, "K", (2, 3, "ok")),
        ("main", LAST_YEAR, "K", (1, 2, "ok")),
        ("small_schools", YEAR, "K", (1, 3, "ok")),
        # D of D and E: where G lies nobody says.
        ("main", YEAR, "M", (1, 2, "ok")),
        ("small_schools", YEAR, "M", (0, 3, "ok")),
        ("main", YEAR, OBLAST, (3, 5, "ok")),
        ("small_schools", YEAR, "all", (1, 6, "ok")),
        # c1 at A, c2 at B; c3 is of a college, c4, at B, of M.
        ("cycles", YEAR, "K", (1, 2, "ok")),
        ("small_school_cycles", YEAR, "K", (1, 2, "ok")),
        ("cycles", YEAR, "M", (1, 1, "ok")),
        ("small_school_cycles", YEAR, "M", (1, 2, "ok")),
        ("cycles", YEAR, OBLAST, (2, 3, "ok")),
        ("cycles", LAST_YEAR, "K", (None, None, "not_collected")),
    ],
)
def test_rural_schools(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("S1", period, scope_id, measure) == expected
