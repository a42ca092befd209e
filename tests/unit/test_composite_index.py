"""The composite index on paper, and its draws against loops that know nothing of arrays."""

from __future__ import annotations

from math import isnan, prod
from statistics import NormalDist

import numpy as np
import pytest

from estimators.composite_index import (
    SCHEMES,
    Floats,
    Group,
    aggregate,
    coverage,
    drawn_ranks,
    interval,
    ranks,
    scores,
    varied,
    without_each,
)

NAN = float("nan")
NO_BOUNDS = [NAN] * 3
#: Three members. Attended share, from 0 to 0.8; days late, from 50 down to 10; a figure without bounds.
VALUES = [[0.2, 0.4, 0.6], [10.0, 20.0, 40.0], [1.0, 3.0, 2.0]]
LOWER = [[0.0] * 3, [50.0] * 3, NO_BOUNDS]
UPPER = [[0.8] * 3, [10.0] * 3, NO_BOUNDS]


def group(
    values: list[list[float]] = VALUES,
    lower: list[list[float]] = LOWER,
    upper: list[list[float]] = UPPER,
    errors: list[list[float]] | None = None,
    criteria: list[int] | None = None,
) -> Group:
    told = np.array(values)
    return Group(
        told,
        np.array(errors) if errors else np.zeros_like(told),
        np.array(lower),
        np.array(upper),
        np.array([1.0, -1.0, 1.0][: len(told)]),
        np.full(len(told), 1 / len(told)),
        np.array(criteria or list(range(len(told)))),
    ).turned()


def scored(normalisation: str, **of: list[list[float]]) -> Floats:
    made = group(**of)  # type: ignore[arg-type]
    return scores(made.values, made.lower, made.upper, normalisation)


#: 1 + 99 Phi(sqrt(3/2)): of three evenly spaced values the outer ones lie so many standard deviations off.
HIGH = 1 + 99 * NormalDist().cdf(1.5**0.5)
#: Of 10, 20 and 40 the mean is 70/3 and the variance 1400/9.
LATE = [1 + 99 * NormalDist().cdf((70 / 3 - days) / (1400 / 9) ** 0.5) for days in (10, 20, 40)]


@pytest.mark.parametrize(
    ("normalisation", "expected"),
    [
        ("minmax", [[25.75, 50.5, 75.25], [100, 75.25, 25.75], [1, 100, 50.5]]),
        ("z", [[101 - HIGH, 50.5, HIGH], LATE, [101 - HIGH, HIGH, 50.5]]),
        ("rank", [[17.5, 50.5, 83.5], [83.5, 50.5, 17.5], [17.5, 83.5, 50.5]]),
    ],
)
def test_scores_on_paper(normalisation: str, expected: list[list[float]]) -> None:
    assert scored(normalisation).tolist() == [pytest.approx(row) for row in expected]


@pytest.mark.parametrize(
    ("normalisation", "aggregation", "expected"),
    [
        # (25.75 · 100 · 1)^(1/3), (50.5 · 75.25 · 100)^(1/3), (75.25 · 25.75 · 50.5)^(1/3)
        ("minmax", "geometric", [2575 ** (1 / 3), 380012.5 ** (1 / 3), 97853.21875 ** (1 / 3)]),
        ("minmax", "arithmetic", [126.75 / 3, 225.75 / 3, 151.5 / 3]),
        ("rank", "geometric", [25571.875 ** (1 / 3), 212945.875 ** (1 / 3), 73793.125 ** (1 / 3)]),
        ("rank", "arithmetic", [118.5 / 3, 184.5 / 3, 151.5 / 3]),
        (
            "z",
            "geometric",
            [
                ((101 - HIGH) ** 2 * LATE[0]) ** (1 / 3),
                (50.5 * LATE[1] * HIGH) ** (1 / 3),
                (HIGH * LATE[2] * 50.5) ** (1 / 3),
            ],
        ),
        (
            "z",
            "arithmetic",
            [(202 - 2 * HIGH + LATE[0]) / 3, (50.5 + LATE[1] + HIGH) / 3, (HIGH + LATE[2] + 50.5) / 3],
        ),
    ],
)
def test_the_index_on_paper(normalisation: str, aggregation: str, expected: list[float]) -> None:
    assert aggregate(scored(normalisation), np.full(3, 1 / 3), aggregation) == pytest.approx(expected)


def test_beyond_reference_and_target_nothing_is_won_or_lost() -> None:
    found = scored("minmax", values=[[-0.1, 0.8, 0.95], *VALUES[1:]])
    assert found[0].tolist() == [1, 100, 100]


def test_equal_ones_share_their_ranks() -> None:
    """Of 1, 1 and 2 the first two hold ranks 2 and 3: 1 + 99 · (3 - 2.5 + 0.5) / 3."""
    found = scored("rank", values=[[1.0, 1.0, 2.0], *VALUES[1:]])
    assert found[0].tolist() == [34, 34, 83.5]
    assert ranks(np.array([40.0, 70.0, 70.0, NAN, 10.0])).tolist() == pytest.approx([3, 1, 1, NAN, 4], nan_ok=True)


def test_what_is_missing_is_weighed_out() -> None:
    """Two thirds of the weight are left: (25.75 · 1)^(1/2), and by weights 1/2, 1/4, 1/4 (25.75^2 · 1)^(1/3)."""
    made = scored("minmax", values=[VALUES[0], [NAN, 20.0, 40.0], VALUES[2]])
    assert aggregate(made, np.full(3, 1 / 3), "geometric")[0] == pytest.approx(25.75**0.5)
    assert aggregate(made, np.array([0.5, 0.25, 0.25]), "geometric")[0] == pytest.approx(25.75 ** (2 / 3))
    assert aggregate(made, np.array([0.5, 0.25, 0.25]), "arithmetic")[0] == pytest.approx((2 * 25.75 + 1) / 3)
    assert coverage(np.full(3, 1 / 3), ~np.isnan(made))[0] == pytest.approx(2 / 3)
    assert np.isnan(aggregate(np.full((3, 1), NAN), np.full(3, 1 / 3), "geometric"))[0]


def test_coverage_is_what_it_is_on_paper() -> None:
    """1, 61, 17, 5 of 120, added up in doubles, are a hair less than 0.7."""
    weights = np.array([1, 61, 17, 5, 36]) / 120
    assert sum(weights[:-1]) < 0.7
    assert coverage(weights, np.arange(5)[:, None] < 4).tolist() == [0.7]


@pytest.mark.parametrize("normalisation", ["minmax", "z", "rank"])
def test_a_constant_indicator_scores_nothing(normalisation: str) -> None:
    found = scored(normalisation, values=[[0.4, 0.4, NAN], *VALUES[1:]])
    assert np.isnan(found[0]).all()
    assert not np.isnan(found[1:]).any()


def test_one_alone_is_scored_by_bounds_and_nothing_else() -> None:
    alone = [[0.4, NAN, NAN], VALUES[1], [1.0, NAN, NAN]]
    assert scored("minmax", values=alone)[:, 0].tolist() == pytest.approx([50.5, 100, NAN], nan_ok=True)
    for normalisation in ("z", "rank"):
        assert np.isnan(scored(normalisation, values=alone)[[0, 2]]).all()


def test_bounds_that_are_equal_or_the_wrong_way_round_score_nothing() -> None:
    assert np.isnan(scored("minmax", upper=[[0.0] * 3, *UPPER[1:]])[0]).all()
    assert np.isnan(scored("minmax", upper=[[-1.0] * 3, *UPPER[1:]])[0]).all()


def test_the_index_without_each_indicator() -> None:
    made = scored("minmax")
    found = without_each(made, np.full(3, 1 / 3), "arithmetic")
    assert found[:, 0].tolist() == pytest.approx([50.5, (25.75 + 1) / 2, (25.75 + 100) / 2])


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="no normalisation"):
        scored("log")
    with pytest.raises(ValueError, match="no aggregation"):
        aggregate(np.ones((1, 1)), np.ones(1), "median")


def naive(made: Group, seed: int, draws: int) -> list[list[int]]:
    """Ranks by draw with loops over numbers: the same stream of random numbers, and nothing else in common."""
    indicators, members = made.values.shape
    streams = [np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(3)]
    names = sorted(set(made.criteria.tolist()))
    between = streams[0].standard_exponential((draws, len(names))).tolist()
    within = streams[0].standard_exponential((draws, indicators)).tolist()
    found = []
    for draw in range(draws):
        normal = streams[1].standard_normal((indicators, members)).tolist()
        weights, table = [], []
        for i in range(indicators):
            mine = made.criteria[i]
            peers = sum(within[draw][j] for j in range(indicators) if made.criteria[j] == mine)
            weights.append(within[draw][i] / peers * between[draw][names.index(mine)] / sum(between[draw]))
            told = [value for value in made.values[i].tolist() if not isnan(value)]
            row = []
            for m in range(members):
                if not isnan(made.values[i, m]):
                    row.append(made.values[i, m] + made.errors[i, m] * normal[i][m])
                else:
                    row.append(min(told) + (max(told) - min(told)) * streams[2].random())
            table.append(row)
        normalisation, aggregation = SCHEMES[draw % len(SCHEMES)]
        index = []
        for m in range(members):
            points = []
            for i, row in enumerate(table):
                if normalisation == "rank":
                    part = (sum(x < row[m] for x in row) + sum(x == row[m] for x in row) / 2) / members
                elif normalisation == "z":
                    mean = sum(row) / members
                    part = NormalDist().cdf((row[m] - mean) / (sum((x - mean) ** 2 for x in row) / members) ** 0.5)
                else:
                    has_none = isnan(made.lower[i, m])
                    low, high = (min(row), max(row)) if has_none else (made.lower[i, m], made.upper[i, m])
                    part = min(1, max(0, (row[m] - low) / (high - low)))
                points.append(1 + 99 * part)
            if aggregation == "arithmetic":
                index.append(sum(w * s for w, s in zip(weights, points, strict=True)))
            else:
                index.append(prod(s**w for w, s in zip(weights, points, strict=True)))
        found.append([1 + sum(x > mine + 1e-9 for x in index) for mine in index])
    return found


@pytest.mark.parametrize("draws", [60, 61])
def test_draws_against_loops(draws: int) -> None:
    made = group(
        [[0.2, 0.4, 0.6, 0.5, 0.1], [10.0, NAN, 40.0, 35.0, 20.0], [1.0, 3.0, NAN, NAN, 2.0]],
        [[0.0] * 5, [50.0] * 5, [NAN] * 5],
        [[0.8, 0.8, 0.5, 0.8, 0.8], [10.0] * 5, [NAN] * 5],
        [[0.1] * 5, [5.0, 0, 5.0, 0, 5.0], [0.0] * 5],
        [0, 0, 1],
    )
    assert drawn_ranks(made, 7, draws).tolist() == naive(made, 7, draws)


def test_draws_do_not_hang_on_how_many_are_held() -> None:
    rows = np.random.default_rng(3).random((3, 8))
    rows[1, 2] = NAN
    made = group(rows.tolist(), [[NAN] * 8] * 3, [[NAN] * 8] * 3, np.full((3, 8), 0.05).tolist())
    once = drawn_ranks(made, 11, 1000)
    assert (once == drawn_ranks(made, 11, 1000)).all()
    assert (once == drawn_ranks(made, 11, 1000, cells=1)).all()
    assert (once != drawn_ranks(made, 12, 1000)).any()


def test_weights_are_even_between_criteria() -> None:
    """One is ahead in both indicators of a criterion, the other in the one of another: each is first in half of the draws."""
    made = group([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], [[NAN] * 2] * 3, [[NAN] * 2] * 3, criteria=[0, 0, 1])
    assert (drawn_ranks(made, 5)[:, 0] == 1).mean() == pytest.approx(0.5, abs=0.02)


def test_who_is_best_in_all_is_first_in_all_draws() -> None:
    made = group([[3.0, 2.0, 1.0, 1.0]], [[NAN] * 4], [[NAN] * 4])
    drawn = drawn_ranks(made, 1, 600)
    low, high = interval(drawn)
    assert (low.tolist(), high.tolist()) == ([1, 2, 3, 3], [1, 2, 3, 3])


def test_ends_leave_one_in_forty_out() -> None:
    drawn = np.repeat(np.array([1, 2, 9], dtype=np.int32), [250, 9500, 250])[:, None]
    assert [end.tolist() for end in interval(drawn)] == [[2], [2]]
    drawn = np.repeat(np.array([1, 2, 9], dtype=np.int32), [251, 9498, 251])[:, None]
    assert [end.tolist() for end in interval(drawn)] == [[1], [9]]


def test_a_constant_indicator_is_not_drawn() -> None:
    values = [[3.0, 2.0, 1.0], [5.0, 5.0, NAN]]
    made = group(values, [NO_BOUNDS] * 2, [NO_BOUNDS] * 2, [[0.0] * 3, [100.0] * 3])
    assert varied(made.values).tolist() == [True, False]
    assert (drawn_ranks(made, 1, 60) == [1, 2, 3]).all()
