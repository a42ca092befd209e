"""What must hold in any world, on a hundred random ones: the generator is nasty enough, the oracle consistent."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from career_days import Settings
from level_days import LEVELS
from random_world import FEEDS, random_world
from retention_oracle import CurveRow, IndexRow, Result, retention

SEEDS = range(100)
EVERY_SIZE = Settings(minimum_n=1)


@pytest.fixture(scope="module")
def results() -> list[Result]:
    worlds = [random_world(seed) for seed in SEEDS]
    return [retention(world.feeds, world.as_of, EVERY_SIZE) for world in worlds]


def observed(result: Result) -> list[IndexRow]:
    return [row for row in result.index if row.retained_n is not None]


def test_same_seed_same_world() -> None:
    assert random_world(7) == random_world(7)
    assert random_world(7) != random_world(8)
    assert tuple(random_world(7).feeds) == FEEDS


def test_worlds_hold_what_hurts(results: list[Result]) -> None:
    """Every kind of fate, gap, leave, id and sender occurs often enough to be compared."""
    rows = [row for seed in SEEDS for row in random_world(seed).feeds["staff_employment"]]
    reasons = Counter(row["end_reason"] for row in rows)
    assert all(reasons[reason] >= 20 for reason in ("maternity", "died", "retired", "not_started", "unknown"))
    assert sum(row["on_leave"] == "parental" for row in rows) >= 20
    assert sum(row["person_is_local"] for row in rows) >= 50
    assert sum(not row["is_full_list"] for row in rows) >= 100
    at_work = [
        row for result in results for row in observed(result) if (row.segment, row.level) == ("all", "workplace")
    ]
    for count in ("retained_n", "unknown_n", "removed_n", "unproved_n", "never_started_n"):
        assert sum(getattr(row, count) > 0 for row in at_work) >= 40, count
    starts_by_post = defaultdict(list)
    for seed in SEEDS:
        for row in random_world(seed).feeds["staff_employment"]:
            starts_by_post[seed, row["person_id"], row["institution_id"], row["position_group"]].append(
                row["start_date"]
            )
    apart = Counter((b - a).days for starts in starts_by_post.values() for a, b in pairwise(sorted(starts)))
    assert min(apart[44], apart[45], apart[46]) >= 3


def test_levels_and_estimands_are_nested(results: list[Result]) -> None:
    for result in results:
        by_key: dict[tuple[object, ...], dict[tuple[str, str], IndexRow]] = defaultdict(dict)
        for row in observed(result):
            key = (row.cohort_year, row.segment, row.segment_value, row.horizon_months)
            by_key[key][row.level, row.estimand] = row
        for rows in by_key.values():
            for narrow, wide in [
                *((rows[a, e], rows[b, e]) for e in ("employed_at", "continuous") for a, b in pairwise(LEVELS)),
                *((rows[level, "continuous"], rows[level, "employed_at"]) for level in LEVELS),
            ]:
                assert (narrow.retained_n or 0) <= (wide.retained_n or 0)
                if narrow.index_share is not None and wide.index_share is not None:
                    assert narrow.index_share <= wide.index_share


def test_segment_values_sum_to_all(results: list[Result]) -> None:
    counts = ("hired_n", "retained_n", "unknown_n", "removed_n", "unproved_n", "never_started_n")
    for result in results:
        sums: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
        for row in observed(result):
            if row.segment != "cluster" and row.never_started_n == 0:
                key = (row.cohort_year, row.level, row.estimand, row.horizon_months, row.segment)
                sums[key].update({name: getattr(row, name) for name in counts})
        for cell, total in sums.items():
            whole = sums.get((*cell[:-1], "all"))
            if whole is not None:
                assert total == whole


def test_curve_equals_continuous_where_nobody_is_censored(results: list[Result]) -> None:
    """Both come from the same first exit, by two ways."""
    compared = 0
    for result in results:
        curves: dict[tuple[str, ...], dict[int, CurveRow]] = defaultdict(dict)
        for month in result.curve:
            curves[month.cohort_year, month.level, month.segment, month.segment_value][month.month] = month
        for row in observed(result):
            if row.estimand != "continuous" or row.cohort_year == "all" or "-Q" in row.cohort_year:
                continue
            months = curves[row.cohort_year, row.level, row.segment, row.segment_value]
            followed = [months[month] for month in range(row.horizon_months + 1)]
            if months[0].at_risk_n == row.hired_n and not any(month.censored_n for month in followed[:-1]):
                assert followed[-1].survival_share == pytest.approx(row.index_share, abs=1e-12)
                compared += row.index_share not in (0.0, 1.0)
    assert compared >= 50


def test_curve_adds_up(results: list[Result]) -> None:
    for result in results:
        curves: dict[tuple[str, ...], list[CurveRow]] = defaultdict(list)
        for row in result.curve:
            curves[row.cohort_year, row.level, row.segment, row.segment_value].append(row)
        for rows in curves.values():
            for before, after in pairwise(rows):
                assert after.at_risk_n == before.at_risk_n - before.left_n - before.censored_n
