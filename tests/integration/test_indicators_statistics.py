"""Intervals, trends and bands of the table of indicators, beside statsmodels and by hand."""

from __future__ import annotations

import math

import pytest
from indicator_world import IndicatorWorld, Told, network
from statsmodels.stats.proportion import proportion_confint

S1, S2 = "2025/26-S1", "2025/26-S2"
#: School -> good and all rated lessons of the first and of the second semester.
RATED = {"A": ((30, 60), (45, 60)), "D": ((5, 10), (7, 10)), "E": ((9, 12), (12, 12)), "F": ((0, 0), (3, 4))}


def rated() -> IndicatorWorld:
    w = network()
    for school, semesters in RATED.items():
        for day, (good, every) in zip(("2025-10-10", "2026-03-10"), semesters, strict=True):
            lesson = {"institution_id": school, "teacher_id": "t", "lesson_on": day, "depth": "deep"}
            for number in range(every):
                rating = "4" if number < good else "2"
                w.add("lesson_analyses", lesson | {"protocol_id": f"{school}{day}{number}", "rating": rating})
    for scope, scope_id, baseline, target in (
        ("cluster", "K", "0.5", None),
        ("cluster", "M", "0.7", "0.9"),
        ("region", "110000000", None, "0.95"),
        ("country", "KZ", "0.1", "0.77"),
    ):
        w.add(
            "targets",
            {"scope": scope, "scope_id": scope_id, "indicator": "L5", "set_on": "2025-09-01"}
            | {"baseline_value": baseline, "target_value": target},
        )
    return w


SCENE = rated


@pytest.mark.parametrize(
    ("scope_id", "good", "every"), [("K", 48, 64), ("M", 7, 10), ("E", 12, 12), ("110000000", 67, 86)]
)
def test_shares_have_wilsons_interval(told: Told, scope_id: str, good: int, every: int) -> None:
    """F is of K in the second semester only: 45 + 3 of 60 + 4."""
    row = told("L5", S2, scope_id)
    low, high = proportion_confint(good, every, method="wilson")
    assert (row["numerator"], row["denominator"], row["n"]) == (good, every, every)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))
    assert row["value_se"] == pytest.approx(math.sqrt(good / every * (1 - good / every) / every), abs=1e-15)


@pytest.mark.parametrize(
    ("scope_id", "trend"),
    [
        # 46/62 - 31/62 = .242 > 1.645 sqrt(.742 .258 / 62 + .25 / 62) = .139
        ("A", "better"),
        # 8/12 - 6/12 = .167 < 1.645 sqrt(.667 .333 / 12 + .25 / 12) = .326
        ("D", "same"),
        # 13/14 - 10/14 = .214 < 1.645 sqrt(.929 .071 / 14 + .714 .286 / 14) = .229; were 12 of 12 without error, better.
        ("E", "same"),
        # Nothing before.
        ("F", "none"),
    ],
)
def test_a_trend_is_beyond_chance(told: Told, scope_id: str, trend: str) -> None:
    assert told("L5", S2, scope_id)["trend"] == trend


@pytest.mark.parametrize(
    ("scope_id", "period", "band"),
    [
        ("K", S1, "no_better_than_baseline"),  # .5 of .5
        ("K", S2, "better_than_baseline"),  # .75
        ("M", S2, "no_better_than_baseline"),  # .7 of .7, and a target of .9
        ("110000000", S2, "short_of_target"),  # .78 of .95, and no baseline
        ("all", S2, "target_met"),  # .78 of .77
        ("A", S2, "none"),
    ],
)
def test_a_band_is_by_baseline_and_target(told: Told, scope_id: str, period: str, band: str) -> None:
    assert told("L5", period, scope_id)["band"] == band
