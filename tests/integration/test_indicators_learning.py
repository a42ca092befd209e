"""Learning outcomes in the table of indicators, worked out by hand from the rows of `indicator_scenes_learning`."""

from __future__ import annotations

from math import sqrt

import pytest
from indicator_scenes import marts
from indicator_scenes_learning import OBLAST
from indicator_world import Told

YEAR, LAST_YEAR = "2025/26", "2024/25"
Z95 = 1.959963984540054
SCENE = marts


def _near(value: float) -> object:
    return pytest.approx(value, abs=1e-12)


def test_value_added_of_a_cluster(told: Told) -> None:
    """In standard deviations: 100 x .2 - 50 x .1 of grade 5, 50 x .1 of grade 6, over 200 results: .1. Errors of the two
    subjects of grade 5 are added (100 x .1 + 50 x .1), that of grade 6 (50 x .1) is of other pupils; of people there are 100
    and 50."""
    row = told("VA", YEAR)
    error = sqrt(15**2 + 5**2) / 200
    assert (row["numerator"], row["denominator"], row["n"], row["status"]) == (_near(20), 200, 150, "ok")
    assert (row["value"], row["value_se"]) == (_near(0.1), _near(error))
    assert (row["ci_low"], row["ci_high"]) == (_near(0.1 - Z95 * error), _near(0.1 + Z95 * error))


def test_value_added_where_there_is_none(told: Told) -> None:
    # No scores of the year before; not to be estimated; too few schools in the model.
    assert told("VA", YEAR, "M")["status"] == "not_collected"
    assert told("VA", LAST_YEAR, "M")["status"] == "not_applicable"
    assert told.part("VA", LAST_YEAR) == (None, None, "too_few")


def test_value_added_of_an_institution(told: Told) -> None:
    """The effect of 1 point of 10, not the mean of 3; of nine pupils nothing."""
    row = told("VA", YEAR, "A")
    assert (row["value"], row["value_se"], row["n"], row["status"]) == (_near(0.1), _near(0.05), 20, "ok")
    assert (told("VA", YEAR, "B")["value"], told("VA", YEAR, "B")["status"]) == (None, "too_few")


def test_spread_between_schools(told: Told) -> None:
    """(100 x .2 + 300 x .1) / 400; the same schools in both, so errors are added: (100 x .02 + 300 x .03) / 400."""
    row = told("VB", LAST_YEAR, "all")
    assert (row["value"], row["value_se"], row["n"], row["status"]) == (_near(0.125), _near(0.0275), 300, "ok")
    assert row["ci_low"] == _near(0.125 - Z95 * 0.0275)
    # The first year has no change.
    assert told.part("VB", LAST_YEAR, "all", measure="change") == (None, None, "not_applicable")


def test_spread_a_year_later(told: Told) -> None:
    row, change = told("VB", YEAR, "all"), told("VB", YEAR, "all", measure="change")
    # A share is not under nought: .03 less 1.96 x .05.
    assert (row["value"], row["ci_low"], row["ci_high"]) == (_near(0.03), 0, _near(0.03 + Z95 * 0.05))
    # One grade of two has a year to compare with.
    assert (change["value"], change["value_se"], change["n"]) == (_near(-0.18), _near(0.06), 100)
    assert change["ci_low"] == _near(-0.18 - Z95 * 0.06)
    assert told.part("VB", "2023/24", "all") == (None, None, "too_few")
    assert told.rows.filter(indicator="VB")["scope"].unique().to_list() == ["country"]


@pytest.mark.parametrize(
    ("scope_id", "value", "n", "status"),
    [
        # 2.4 of 24 results at A, .6 of 6 at B, 0 of 10 at F; of 12, 6 and 5 pupils.
        ("K", 3 / 40, 23, "ok"),
        ("M", 0.1, 10, "ok"),
        ("A", 0.1, 12, "ok"),
        ("B", None, 6, "too_few"),
        ("E", None, 9, "too_few"),
        # Ten results of five pupils.
        ("F", None, 5, "too_few"),
        ("D", 0.1, 10, "ok"),
        # With D and E: 4.9 of 59 results of 42 pupils.
        (OBLAST, 4.9 / 59, 42, "ok"),
        ("all", 4.9 / 59, 42, "ok"),
        ("P", None, None, "not_applicable"),
    ],
)
def test_growth(told: Told, scope_id: str, value: float | None, n: int | None, status: str) -> None:
    row = told("VG", YEAR, scope_id)
    assert row["value"] == (None if value is None else _near(value))
    assert (row["n"], row["status"]) == (n, status)
    # Under twenty schools there is no error, and so no trend.
    assert (row["value_se"], row["ci_low"], row["trend"]) == (None, None, "none")


def test_gaps(told: Told) -> None:
    """The mean of two grades, .3 and .5; schools are the same, so errors too are as their mean, .15."""
    first = told("VG", LAST_YEAR, "all", measure="rural_gap")
    assert (first["value"], first["value_se"], first["status"]) == (_near(0.4), _near(0.15), "ok")
    assert (first["ci_low"], first["ci_high"]) == (_near(0.4 - Z95 * 0.15), _near(0.4 + Z95 * 0.15))
    assert told("VG", LAST_YEAR, "all", measure="rural_gap_change")["status"] == "not_applicable"
    assert told("VG", YEAR, "all", measure="rural_gap")["value"] == _near(0.2)
    change = told("VG", YEAR, "all", measure="rural_gap_change")
    assert (change["value"], change["value_se"]) == (_near(-0.1), _near(0.05))
    assert told("VG", YEAR, "K", measure="rural_gap")["status"] == "not_applicable"


def test_gaps_of_the_disadvantaged(told: Told) -> None:
    row = told("VG", LAST_YEAR, "all", measure="disadvantaged_gap")
    assert (row["value"], row["value_se"], row["ci_low"]) == (_near(0.6), None, None)
    assert told("VG", LAST_YEAR, "all", measure="disadvantaged_gap_change")["value"] == _near(0.2)
    assert told("VG", YEAR, "all", measure="disadvantaged_gap")["status"] == "too_few"


def test_effect_of_the_network(told: Told) -> None:
    row = told("VN", YEAR, "all")
    assert (row["value"], row["value_se"], row["ci_low"], row["ci_high"]) == (0.1, 0.04, 0.01, 0.19)
    assert (row["n"], row["status"]) == (60, "ok")
    # Of few clusters an effect without an interval is marked and stays.
    residual = told("VN", YEAR, "all", measure="residual")
    assert (residual["value"], residual["ci_low"], residual["status"]) == (0.05, None, "too_few")
    assert told("VN", LAST_YEAR, "all")["status"] == "not_collected"
    assert told.part("VN", LAST_YEAR, "all", measure="residual") == (None, None, "too_few")


@pytest.mark.parametrize(
    ("scope_id", "points", "passed", "n", "status"),
    [
        # (800 + 600) / 20, 8 + 5 of 20.
        ("K", 70, 13 / 20, 20, "ok"),
        ("all", 1850 / 29, 16 / 29, 29, "ok"),
        (OBLAST, 1850 / 29, 16 / 29, 29, "ok"),
        ("E", None, None, 9, "too_few"),
        # Of the others the smallest has no count, or nine could be told from all.
        ("A", 80, 0.8, None, "ok"),
        ("B", 60, 0.5, 10, "ok"),
    ],
)
def test_national_test(
    told: Told, scope_id: str, points: float | None, passed: float | None, n: int | None, status: str
) -> None:
    for measure, value in (("main", points), ("passed", passed)):
        row = told("VU", YEAR, scope_id, measure=measure)
        assert row["value"] == (None if value is None else _near(value))
        assert (row["n"], row["status"], row["value_se"]) == (n, status, None)


def test_nobody_says_whether_a_mean_without_an_error_has_changed(told: Told) -> None:
    row = told("VU", YEAR, "A")
    assert (row["change_value"], row["trend"]) == (_near(10), "none")


def test_a_year_without_a_pass_score(told: Told) -> None:
    assert (told("VU", LAST_YEAR)["value"], told("VU", LAST_YEAR)["n"]) == (70, 10)
    assert told.part("VU", LAST_YEAR, measure="passed") == (None, None, "not_collected")


def test_classes_with_practicants_and_young_teachers(told: Told) -> None:
    """Of all grades and subjects together, not of one."""
    row = told("VP", YEAR, "all")
    assert (row["value"], row["value_se"], row["ci_low"], row["ci_high"]) == (-0.02, 0.02, -0.06, 0.02)
    assert (row["n"], row["status"]) == (200, "ok")
    assert told("VP", YEAR, "all", measure="young_main")["status"] == "not_collected"
    assert told("VP", LAST_YEAR, "all")["status"] == "too_few"
    assert told("VP", LAST_YEAR, "all", measure="young_main")["status"] == "not_applicable"
    # Nobody told who teaches.
    assert told("VP", "2023/24", "all")["status"] == "not_collected"
