"""Digital skills, stress and joint products in the table of indicators, worked out by hand from the rows of `survey_scenes`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from indicator_world import Told, duckdb_file
from scipy import stats
from survey_scenes import close, reviews, surveys

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
OBLAST = "110000000"
SCENE = surveys


def test_gain_in_points_of_the_test(told: Told) -> None:
    """Of 20 points four gained 12 - 8 and four 11 - 10; who was tested once has no gain."""
    row = told("D1", S2)
    assert (row["numerator"], row["n"], row["status"]) == (20, 8, "ok")
    assert row["value"] == close(2.5)
    assert row["value_se"] == close(np.std([4] * 4 + [1] * 4, ddof=1) / np.sqrt(8))
    # Eight are enough for an interval.
    assert row["ci_low"] == pytest.approx(2.5 - stats.t.ppf(0.975, 7) * row["value_se"], abs=1e-2)
    assert told("D1", YEAR)["value"] == close(2.5)
    # Seven of M, of whose two waves the first names the other.
    row = told("D1", S1, "M")
    assert (row["n"], row["value"], row["status"]) == (7, None, "too_few")
    assert told("D1", S1, "D")["n"] == 7
    # 8 and 7 of the year in the oblast, of which those of K would tell of the seven.
    assert told("D1", YEAR, OBLAST)["n"] == 15
    assert told.part("D1", YEAR, OBLAST) == (None, None, "too_few")
    # Before the course nobody gained.
    assert told("D1", S1)["status"] == "not_collected"


def test_who_passes(told: Told) -> None:
    """Four at the mark of 12 itself and one at 20 of nine; 20 points before the course are no pass of it."""
    assert told.part("D1", S2, measure="passed") == (5, 9, "ok")
    assert told("D1", S1, measure="passed")["status"] == "not_collected"
    assert told.part("D1", YEAR, measure="passed") == (5, 9, "ok")
    assert told.part("D1", S1, "M", measure="passed") == (None, None, "too_few")


def test_high_technostress(told: Told) -> None:
    """Over 3, as the questionnaire on file says: six of ten at 4; who is at 3 is not. Then two at 4 and, now at 3⅓, the one."""
    assert told.part("D2", S1) == (6, 10, "ok")
    assert told.part("D2", S2) == (3, 10, "ok")
    assert told("D2", S1, measure="score")["value"] == close((24 + 3 + 6) / 10)
    # Four are high no more and one is now.
    assert told("D2", S2, measure="change")["value"] == close(-0.3)
    assert told("D2", S2, measure="change")["n"] == 10
    assert told("D2", S1, measure="change")["status"] == "not_collected"
    # By the mean of both: two at 4, four at 3, one at (3 + 3⅓) / 2, three at 2.
    assert told.part("D2", YEAR) == (3, 10, "ok")
    # Nine of M.
    row = told("D2", S1, "M")
    assert (row["n"], row["value"], row["status"]) == (9, None, "too_few")
    # One of the ten left out an item.
    row = told("D2", S1, measure="alpha")
    assert (row["n"], row["value"], row["status"]) == (9, None, "too_few")
    assert told("D2", S1, measure="response_rate")["status"] == "not_collected"
    assert told("D2", LAST_YEAR)["status"] == "not_collected"


def test_ease_and_usefulness(told: Told) -> None:
    """Eight of A stand for two each, five of F, of K since February, for themselves. One more of A spoke of ease alone. Both
    subscales count the same, though one has one item and the other three."""
    expected = {
        "main": (8 * 2 * 3.5 + 5 * 1.5) / 21,
        "ease": (8 * 2 * 4 + 2 * 1 + 5 * 2) / 23,
        "usefulness": (8 * 2 * 3 + 5 * 1) / 21,
        "plain": (8 * 3.5 + 5 * 1.5) / 13,
    }
    for measure, value in expected.items():
        row = told("D4", S2, measure=measure)
        assert (row["n"], row["status"]) == (14 if measure == "ease" else 13, "ok")
        assert row["value"] == close(value)
    assert told.part("D4", S2, measure="response_rate") == (13, 21, "ok")
    assert told("D4", S2, measure="alpha")["status"] == "too_few"
    # Eight are enough, but that the thirteen of K less these would tell of the five of F; seven are not.
    assert (told("D4", S2, "A")["n"], told("D4", S2, "A")["status"]) == (8, "too_few")
    assert told("D4", S2, "M")["status"] == "too_few"
    assert told("D4", S2, "M", measure="ease")["status"] == "too_few"


def _by_product(day: str) -> dict[str, list[tuple[int, int, int]]]:
    found: dict[str, list[tuple[int, int, int]]] = {}
    for product, reviewed_on, marks in reviews():
        if reviewed_on.startswith(day):
            found.setdefault(product, []).append(marks)
    return found


def _agreement(rated: list[list[tuple[int, int, int]]]) -> float:
    """ICC(1) of the means of three marks, by the tables of analysis of variance."""
    groups = [np.mean(marks, axis=1) for marks in rated if len(marks) > 1]
    sizes = np.array([len(group) for group in groups])
    everything = np.concatenate(groups)
    between = sum(len(group) * (group.mean() - everything.mean()) ** 2 for group in groups) / (len(groups) - 1)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (sizes.sum() - len(groups))
    raters = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(groups) - 1)
    return float((between - within) / (between + (raters - 1) * within))


def test_joint_products(told: Told) -> None:
    """Of M by hand: two products of two reviewers, marks 12 and 13, 6 and 3 of 15; a product of one institution is not joint."""
    row = told("J1", S1, "M")
    assert (row["n"], row["status"]) == (2, "ok")
    assert row["value"] == close((25 / 6 + 9 / 6) / 2)
    # One has 4.5 for novelty, 4 for applicability and 4 for evidence: high, on the bound.
    assert told.part("J1", S1, "M", measure="high") == (1, 2, "ok")
    rated = _by_product("2025-11")
    row = told("J1", S1)
    assert row["n"] == 11
    assert row["value"] == close(np.mean([np.mean(marks) for marks in rated.values()]))
    # Of the eleven k2 (4; 4.5; 4), k3 (5; 5; 4⅔), k6, on whose evidence one reviewer is at 3, not; k7 (5; 5; 5); and single.
    assert told.part("J1", S1, measure="high") == (4, 11, "ok")
    assert told.part("J1", LAST_YEAR) == (None, None, "not_collected")
    assert told.part("J1", S1, "P") == (None, None, "not_applicable")


def test_agreement_of_reviewers(folder: Path, told: Told) -> None:
    """Ten products of two reviewers or more are enough, nine are not; what one reviewer saw says nothing of agreement."""
    row = told("J1", S1, measure="icc_one_way")
    assert (row["n"], row["status"]) == (10, "ok")
    assert row["value"] == close(_agreement(list(_by_product("2025-11").values())))
    row = told("J1", S2, measure="icc_one_way")
    assert (row["n"], row["value"], row["status"]) == (9, None, "too_few")
    assert told("J1", YEAR, measure="icc_one_way")["value"] == close(_agreement(list(_by_product("2").values())))
    # Of M by hand, in marks of 15: means 12.5 and 4.5, between 2 * (4^2 + 4^2) = 64, within (0.5 + 4.5) / 2 = 2.5.
    with duckdb_file(folder) as connection:
        found = connection.execute(
            """select value from indicators.indicator_part
            where indicator = 'J1' and measure = 'icc_one_way' and scope_id = 'M' and period = '2025/26-S1'"""
        ).fetchall()
    assert found == [(close((64 - 2.5) / (64 + 2.5)),)]
