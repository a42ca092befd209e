"""Answers of too few are had from no other figures either, by hand from `edge_scenes`."""

from __future__ import annotations

import edge_scenes
import pytest
from indicator_world import Told
from once import Once

pytestmark = pytest.mark.usefixtures("dbt")

YEAR, OBLAST = "2025/26", "110000000"
WITHHELD = (None, None, None, "too_few")


@pytest.fixture(scope="module")
def told(once: Once) -> Told:
    return Told(edge_scenes.warehouse(once))


def shown(told: Told, scope_id: str, measure: str = "main") -> tuple[float | None, float | None, float | None, str]:
    row = told("T3", YEAR, scope_id, measure)
    assert row["trend"] == row["band"] == "none"
    assert row["change_value"] is None
    return row["value"], row["numerator"], row["ci_low"], row["status"]


def test_the_smallest_school_stands_back_where_the_rest_are_too_few(told: Told) -> None:
    """Of K are told 12 at A and 11 at B; 27 less these 23 are the four of F. Without B it is fifteen of two schools."""
    assert told("T3", YEAR, "K")["n"] == 27
    assert shown(told, "F") == shown(told, "B") == WITHHELD
    assert shown(told, "A")[3] == shown(told, "K")[3] == "ok"


def test_an_oblast_stands_back_where_too_few_are_in_no_cluster(told: Told) -> None:
    """Of 52 in the oblast 27 are of K and 22 of M: the rest are the three of E."""
    assert shown(told, OBLAST) == shown(told, "all") == WITHHELD
    assert shown(told, "M")[3] == "ok"


def test_a_part_stands_back_where_the_rest_are_too_few(told: Told) -> None:
    """At W, in no cluster, 10 young teachers and 9 others: of the 19 the nine would be known. At D the others are ten."""
    assert shown(told, "W", "young_teachers") == WITHHELD
    assert shown(told, "W")[3] == "ok"
    assert shown(told, "D", "young_teachers")[3] == "ok"
