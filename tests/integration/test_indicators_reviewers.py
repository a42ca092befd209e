"""Agreement of reviewers of joint products: published tables, statsmodels, and definitions worked out pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from indicator_world import IndicatorWorld, Told, duckdb_file, network
from once import Once
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa
from survey_scenes import close

pytestmark = pytest.mark.usefixtures("dbt")

S1, S2, EARLY, LATE = "2025/26-S1", "2025/26-S2", "2024/25-S1", "2024/25-S2"
DAYS = {S1: "2025-11-11", S2: "2026-03-11", EARLY: "2024-11-12", LATE: "2025-03-11"}
#: Six targets and four judges of Shrout and Fleiss (1979), table 2.
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
#: Four coders of twelve units of Krippendorff (2004), 11.3, by unit.
KRIPPENDORFF = (
    *((1, 1, None, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4)),
    *((4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (None, 5, 5, 5), (None, None, 1, 1), (None, None, 3, None)),
)
#: Marks of two reviewers; from 12 on each of the three scores is 4.
FIRST = (12, 13, 15, 9, 6, 12, 10, 14, 8, 12, 5, 12)
SECOND = (13, 12, 14, 10, 7, 9, 12, 15, 8, 12, 6, 7)
#: Marks of the same three reviewers, of three of whom one is always stricter, and of others for each product.
THREE = tuple((4 + number, 4 + number + number % 3 - 1, 4 + number + 2 * number % 5 - 2) for number in range(11))
STRICT = tuple((4 + number, min(15, 5 + number + number % 2), 3 + number - number % 3 // 2) for number in range(11))
OTHERS = tuple(marks[: 2 + number % 2] for number, marks in enumerate(THREE))
Marks = Sequence[Sequence[int | None]]


def _reviewed(w: IndicatorWorld, cluster: str, period: str, marks: Marks, *, same: bool, lift: int = 0) -> None:
    """A product a row, marks of three scores as even as may be. `lift` brings what is published onto the scale from 3."""
    made = {"kind": "resource", "created_on": "2024-10-01", "cluster_id": cluster}
    for number, row in enumerate(marks):
        product = f"{cluster} {period} {number}"
        w.add("joint_products", made | {"product_id": product, "institutions": "A;B" if cluster == "K" else "D;E"})
        for column, mark in enumerate(row):
            if mark is not None:
                scores = [(mark + lift + part) // 3 for part in range(3)]
                named = dict(zip(("novelty", "applicability", "evidence"), scores, strict=True))
                reviewer = f"r{column}" if same else f"r{column} of {product}"
                told = {"product_id": product, "reviewer_id": reviewer, "reviewed_on": DAYS[period]}
                w.add("product_reviews", told | named)


def reviewed() -> IndicatorWorld:
    w = network()
    _reviewed(w, "K", EARLY, SHROUT_FLEISS, same=True, lift=2)
    _reviewed(w, "K", LATE, SHROUT_FLEISS, same=False, lift=2)
    _reviewed(w, "K", S1, KRIPPENDORFF, same=True, lift=2)
    _reviewed(w, "K", S2, tuple(zip(FIRST, SECOND, strict=True)), same=True)
    _reviewed(w, "M", S1, THREE, same=True)
    _reviewed(w, "M", S2, OTHERS, same=False)
    _reviewed(w, "M", EARLY, STRICT, same=True)
    _reviewed(w, "M", LATE, [(9, 9)] * 10, same=True)
    return w


@pytest.fixture(scope="module")
def folder(once: Once) -> Path:
    return once("reviewers", lambda folder: reviewed().build(folder))


@pytest.fixture(scope="module")
def told(folder: Path) -> Told:
    return Told(folder / "warehouse.duckdb")


def _untold(folder: Path, period: str) -> dict[str, float]:
    """Figures of K that are of too few products to be told."""
    with duckdb_file(folder) as connection:
        return dict(
            connection.execute(
                """select measure, value from indicators.indicator_part
                where indicator = 'J1' and scope_id = 'K' and period = ? and measure not in ('main', 'high')""",
                [period],
            ).fetchall()
        )


def test_intraclass_correlations_as_published(folder: Path, told: Told) -> None:
    """ICC(1,1) = .17 and ICC(2,1) = .29."""
    crossed, nested = _untold(folder, EARLY), _untold(folder, LATE)
    assert set(crossed) == {"icc_two_way", "krippendorff"}
    assert crossed["icc_two_way"] == pytest.approx(0.29, abs=0.005)
    assert set(nested) == {"icc_one_way", "krippendorff"}
    assert nested["icc_one_way"] == pytest.approx(0.17, abs=0.005)
    assert told.part("J1", EARLY, measure="icc_two_way") == (None, None, "too_few")
    assert told.part("J1", EARLY, measure="icc_one_way")[2] == "not_applicable"


def test_krippendorffs_alpha_as_published(told: Told) -> None:
    """.849 on an interval scale; the unit that one coder saw is of no pair."""
    row = told("J1", S1, measure="krippendorff")
    assert (row["n"], row["status"]) == (11, "ok")
    assert row["value"] == pytest.approx(0.849, abs=5e-4)
    assert told("J1", S1, measure="icc_one_way")["n"] == 11
    for measure in ("icc_two_way", "kappa", "kappa_weighted"):
        assert told("J1", S1, measure=measure)["status"] == "not_applicable"


def _table(first: Sequence[int], second: Sequence[int], values: Sequence[int]) -> np.ndarray:
    table = np.zeros((len(values), len(values)))
    for one, other in zip(first, second, strict=True):
        table[values.index(one), values.index(other)] += 1
    return table


def _weighted(first: Sequence[int], second: Sequence[int]) -> float:
    return float(cohens_kappa(_table(first, second, range(3, 16)), wt="quadratic", return_results=False))


def _verdicts(first: Sequence[int], second: Sequence[int]) -> float:
    table = _table([mark >= 12 for mark in first], [mark >= 12 for mark in second], [False, True])
    return float(cohens_kappa(table, return_results=False))


def test_kappa_of_two_reviewers(told: Told) -> None:
    """Both rate five high and four not, the first two more and the second one: (9 / 12 - 1 / 2) / (1 - 1 / 2), as by chance they
    would agree on 7 * 6 + 5 * 6 of 144."""
    row = told("J1", S2, measure="kappa")
    assert (row["n"], row["status"]) == (12, "ok")
    assert row["value"] == close(0.5)
    assert _verdicts(FIRST, SECOND) == close(0.5)
    assert told("J1", S2, measure="kappa_weighted")["value"] == close(_weighted(FIRST, SECOND))
    assert told("J1", S2, measure="krippendorff")["status"] == "not_applicable"


@pytest.mark.parametrize(("measure", "of"), [("kappa", _verdicts), ("kappa_weighted", _weighted)])
def test_errors_leave_out_a_product_each(
    told: Told, measure: str, of: Callable[[Sequence[int], Sequence[int]], float]
) -> None:
    left = [[other for other in range(12) if other != number] for number in range(12)]
    figures = np.array([of([FIRST[i] for i in rest], [SECOND[i] for i in rest]) for rest in left])
    error = np.sqrt(11 / 12 * ((figures - figures.mean()) ** 2).sum())
    row = told("J1", S2, measure=measure)
    assert row["value_se"] == close(error)
    assert row["ci_low"] == pytest.approx(row["value"] - stats.t.ppf(0.975, 11) * error, abs=1e-4)
    assert row["ci_high"] == pytest.approx(min(1, row["value"] + stats.t.ppf(0.975, 11) * error), abs=1e-4)


def _alpha(rows: Marks) -> float:
    """By its definition: every ordered pair of marks of a product, and of all marks."""
    units = [[mark for mark in row if mark is not None] for row in rows]
    everything = [mark for unit in units for mark in unit]
    n = len(everything)
    seen = sum(sum((a - b) ** 2 for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units) / n
    by_chance = sum((a - b) ** 2 for a, b in permutations(everything, 2)) / (n * (n - 1))
    return 1 - seen / by_chance


@pytest.mark.parametrize(("period", "marks"), [(S1, THREE), (S2, OTHERS)])
def test_alpha_of_several_reviewers(told: Told, period: str, marks: Marks) -> None:
    row = told("J1", period, "M", measure="krippendorff")
    assert (row["n"], row["value"]) == (11, close(_alpha(marks)))
    figures = np.array([_alpha([*marks[:number], *marks[number + 1 :]]) for number in range(11)])
    assert row["value_se"] == close(np.sqrt(10 / 11 * ((figures - figures.mean()) ** 2).sum()))


def _two_way(marks: np.ndarray) -> tuple[float, float, float]:
    """ICC(A,1) and its interval by McGraw and Wong (1996), from tables of two-way analysis of variance and scipy's F."""
    n, k = marks.shape
    rows, columns = marks.mean(axis=1), marks.mean(axis=0)
    between = k * ((rows - marks.mean()) ** 2).sum() / (n - 1)
    raters = n * ((columns - marks.mean()) ** 2).sum() / (k - 1)
    rest = ((marks - rows[:, None] - columns + marks.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    value = (between - rest) / (between + (k - 1) * rest + k * (raters - rest) / n)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    free = (a * raters + b * rest) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)))
    low, high = stats.f.ppf(0.975, n - 1, free), stats.f.ppf(0.975, free, n - 1)
    beside = k * raters + (k * n - k - n) * rest
    return (
        value,
        n * (between - low * rest) / (low * beside + n * between),
        n * (high * between - rest) / (beside + n * high * between),
    )


def _one_way(between: float, within: float, usual: float, free: tuple[int, int]) -> tuple[float, float]:
    low, high = between / within / stats.f.ppf(0.975, *free), between / within * stats.f.ppf(0.975, *free[::-1])
    return (low - 1) / (low + usual - 1), (high - 1) / (high + usual - 1)


def test_intervals_here_are_those_of_others() -> None:
    """Of the table of Shrout and Fleiss, by R's package psych: ICC1 -.133 to .72, ICC2 .019 to .76. Mean squares of 11.24 between
    and 6.26 within are theirs."""
    assert _two_way(np.array(SHROUT_FLEISS, dtype=float))[1:] == pytest.approx((0.019, 0.76), abs=2e-3)
    assert _one_way(11.24, 6.26, 4, (5, 18)) == pytest.approx((-0.133, 0.72), abs=5e-3)


def test_agreement_of_the_same_reviewers(told: Told) -> None:
    value, low, high = _two_way(np.array(THREE, dtype=float))
    row = told("J1", S1, "M", measure="icc_two_way")
    assert (row["n"], row["status"], row["value"]) == (11, "ok", close(value))
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))
    assert row["value_se"] == pytest.approx((high - low) / (2 * stats.norm.ppf(0.975)), abs=0.005)


def test_one_strict_reviewer_leaves_no_interval(told: Told) -> None:
    """Almost all that differs is between three reviewers, of whom nothing follows for others."""
    row = told("J1", EARLY, "M", measure="icc_two_way")
    assert (row["value"], row["status"]) == (close(_two_way(np.array(STRICT, dtype=float))[0]), "ok")
    assert (row["value_se"], row["ci_low"], row["ci_high"]) == (None, None, None)


def test_agreement_of_other_reviewers(told: Told) -> None:
    sizes = np.array([len(marks) for marks in OTHERS])
    means = np.array([np.mean(marks) for marks in OTHERS])
    grand = np.average(means, weights=sizes)
    between = (sizes * (means - grand) ** 2).sum() / 10
    within = sum(((np.array(marks) - np.mean(marks)) ** 2).sum() for marks in OTHERS) / (sizes.sum() - 11)
    usual = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / 10
    row = told("J1", S2, "M", measure="icc_one_way")
    assert row["value"] == close((between - within) / (between + (usual - 1) * within))
    low, high = _one_way(between, within, usual, (10, int(sizes.sum()) - 11))
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


def test_marks_that_are_all_the_same_tell_nothing(told: Told) -> None:
    for measure in ("icc_two_way", "kappa", "kappa_weighted"):
        assert told.part("J1", LATE, "M", measure=measure)[2] == "not_applicable"
