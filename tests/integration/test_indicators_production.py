"""Education-production clusters in the table of indicators, worked out by hand from `indicator_scenes_production`."""

from __future__ import annotations

import pytest
from indicator_scenes_production import LAST_YEAR, OBLAST, YEAR, world
from indicator_world import Told

SCENE = world


@pytest.mark.parametrize(
    ("code", "period", "scope_id", "expected"),
    [
        # What is reported of 2025 is told under 2025/26.
        ("E1", YEAR, "W", (420, "ok")),
        ("E1", YEAR, "V", (380, "ok")),
        ("E1", YEAR, OBLAST, (800, "ok")),
        ("E1", YEAR, "all", (800, "ok")),
        ("E1", LAST_YEAR, "W", (400, "ok")),
        # A file came, and V is not in it: not nought.
        ("E1", LAST_YEAR, "V", (None, "not_collected")),
        ("E1", LAST_YEAR, OBLAST, (400, "ok")),
        ("E1", "2026/27", "W", (None, "not_yet_observed")),
        ("E1", YEAR, "K", (None, "not_applicable")),
        # V reports its learners, not how many of them are in dual training; W reported nought of 2024.
        ("E2", YEAR, "W", (96, "ok")),
        ("E2", YEAR, "V", (None, "not_collected")),
        ("E2", YEAR, OBLAST, (96, "ok")),
        ("E2", LAST_YEAR, "W", (0, "ok")),
        ("E3", YEAR, "W", (45000000, "ok")),
        ("E3", YEAR, OBLAST, (57500000.5, "ok")),
        ("E3", LAST_YEAR, "W", (None, "not_collected")),
        ("E5", YEAR, "W", (None, "not_collected")),
        ("E5", YEAR, "V", (30000000, "ok")),
        ("E5", YEAR, OBLAST, (30000000, "ok")),
        # Done on 15 November and on 31 August; what was done on 1 September is of the next year, and E8 is no needs analysis.
        ("E7", YEAR, "W", (2, "ok")),
        ("E7", YEAR, "V", (0, "ok")),
        ("E7", YEAR, OBLAST, (2, "ok")),
        # No action was due in that year.
        ("E7", LAST_YEAR, "W", (None, "not_collected")),
        # One stays, one is shared on its last day, one has no first day but the consent; of the year before the first alone.
        ("E8", YEAR, "W", (3, "ok")),
        ("E8", LAST_YEAR, "W", (1, "ok")),
        ("E8", YEAR, "V", (None, "not_collected")),
        # What K shares is of no cluster of production.
        ("E8", YEAR, OBLAST, (3, "ok")),
    ],
)
def test_what_clusters_count(
    told: Told, code: str, period: str, scope_id: str, expected: tuple[float | None, str]
) -> None:
    row = told(code, period, scope_id, scope="cluster" if scope_id in "WV" else None)
    assert (row["value"], row["status"]) == expected


def test_satisfaction(told: Told) -> None:
    """Eight students say 4 * 5 + 4 * 4 = 36, eight employers 4 * 5 + 4 * 3 = 32, seven employers of V too little to be told."""
    assert told.part("E4", YEAR, "W", scope="cluster") == (68, 16, "ok")
    assert told("E4", YEAR, "W", scope="cluster")["value"] == pytest.approx(4.25, abs=1e-12)
    assert told.part("E4", YEAR, "W", "students", scope="cluster") == (36, 8, "ok")
    assert told.part("E4", YEAR, "W", "employers", scope="cluster") == (32, 8, "ok")
    assert told.part("E4", YEAR, "V", "employers", scope="cluster") == (None, None, "too_few")
    assert told("E4", YEAR, "V", "employers", scope="cluster")["n"] == 7
    assert told.part("E4", YEAR, "V", "students", scope="cluster") == (None, None, "not_collected")
    assert told.part("E4", YEAR, OBLAST) == (68 + 35, 23, "ok")
    assert told.part("E4", LAST_YEAR, "W", scope="cluster") == (None, None, "not_collected")
    assert told.part("E4", YEAR, "K") == (None, None, "not_applicable")


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # Of S1 on 31 December 2025: p1 (at both, once), p2, p5 on the last day and p7 on the first, over the 2 vacancies of the
        # oblast. p4 left the day before, p8 came the day after, nobody knows when p9 withdrew; of S2 no vacancies are known.
        (YEAR, "W", (4, 2, "ok")),
        (YEAR, OBLAST, (4, 2, "ok")),
        # p3 over 3 vacancies in the city and 1 in the village; for S1 nobody gave any.
        (LAST_YEAR, "W", (1, 4, "ok")),
        (YEAR, "V", (None, None, "not_collected")),
        (YEAR, "K", (None, None, "not_applicable")),
    ],
)
def test_learners_over_vacancies(
    told: Told, period: str, scope_id: str, expected: tuple[float | None, float | None, str]
) -> None:
    assert told.part("E6", period, scope_id, scope="cluster" if scope_id in "WV" else None) == expected
