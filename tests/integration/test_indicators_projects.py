"""Projects in the table of indicators, worked out by hand from the rows of `indicator_scenes`."""

from __future__ import annotations

import pytest
from indicator_scenes import marts
from indicator_scenes_learning import OBLAST
from indicator_world import Told

YEAR, LAST_YEAR = "2025/26", "2024/25"
SCENE = marts


@pytest.mark.parametrize(
    ("period", "scope_id", "implemented", "share"),
    [
        # r1 of r1 and r4, which ends on the last day of the year.
        (LAST_YEAR, "K", 1, 1 / 2),
        # r1, which ends in October, and r5, which is of 1 September alone, of these and r2; r3 is a project of pupils.
        (YEAR, "K", 2, 2 / 3),
        (YEAR, "M", 1, 1),
        # The hub's is none of them.
        (YEAR, OBLAST, 3, 3 / 4),
        (YEAR, "all", 3, 3 / 4),
    ],
)
def test_projects_brought_into_practice(told: Told, period: str, scope_id: str, implemented: int, share: float) -> None:
    row = told("X1", period, scope_id)
    assert (row["value"], row["denominator"], row["status"]) == (implemented, None, "ok")
    assert told("X1", period, scope_id, measure="implemented_share")["value"] == pytest.approx(share, abs=1e-15)


def test_where_no_project_was_told(told: Told) -> None:
    assert told.part("X1", LAST_YEAR, "M") == (None, None, "not_collected")
    assert told.part("X1", YEAR, "P") == (None, None, "not_applicable")
    assert told.part("X1", "2026/27") == (None, None, "not_yet_observed")


def test_income(told: Told) -> None:
    """
    r1 brought 100 in 380 days, 335 of them before September 2025; r4 40 in one year; r2 250 in the 350 days from 1 October up
    to the as-of date, 335 of them in the year that is over.
    """
    before, after = 100 * 335 / 380 + 40, 100 * 45 / 380 + 250 * 335 / 350
    assert told("X2", LAST_YEAR)["value"] == pytest.approx(before, abs=1e-7)
    assert told("X2", YEAR)["value"] == pytest.approx(after, abs=1e-7)
    assert told("X2", YEAR)["change_value"] == pytest.approx(after - before, abs=1e-7)
    assert told("X2", YEAR, OBLAST)["value"] == pytest.approx(after, abs=1e-7)
    # Of the one project of M no income was told: not nought.
    assert told.part("X2", YEAR, "M") == (None, None, "not_collected")


def test_joint_projects_and_social_events(told: Told) -> None:
    """
    Of two institutions r1, r4 and then r1, r3, whatever its kind; held were one event and then two, one of a school too. What
    the hub did is none of them, at whichever school.
    """
    assert told("X3", LAST_YEAR)["value"] == 3
    for scope_id in ("K", OBLAST, "all"):
        assert told("X3", YEAR, scope_id)["value"] == 4
        assert told.part("X3", YEAR, scope_id, measure="growth") == (1, 3, "ok")
    assert told("X3", YEAR, measure="growth")["value"] == pytest.approx(1 / 3, abs=1e-15)
    # From none there is no growth; and M has a project of one institution.
    assert told("X3", LAST_YEAR, measure="growth")["status"] == "not_applicable"
    assert told.part("X3", YEAR, "M") == (0, None, "ok")
