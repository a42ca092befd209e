"""The stratified log-rank test by hand, against lifelines and statsmodels, and its p against all labelings."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from lifelines.statistics import logrank_test
from scipy.stats import chi2 as chi2_distribution
from statsmodels.duration.survfunc import survdiff
from test_restricted_mean import months_of

from estimators.log_rank import Stratum, log_rank


class _People:
    """People of several sets, and the same as strata."""

    def __init__(self, seed: int, members: list[list[bool]], people: int) -> None:
        rng = np.random.default_rng(seed)
        self.members = members
        sizes = [len(labels) for labels in members]
        self.place = np.concatenate([np.repeat(np.arange(size), people) for size in sizes])
        self.set_no = np.repeat(np.arange(len(sizes)), np.array(sizes) * people)
        month, seen = rng.geometric(0.08, size=self.place.size), rng.integers(6, 25, size=self.place.size)
        self.last, self.left = np.minimum(month, seen), month <= seen

    @property
    def strata(self) -> list[Stratum]:
        found = []
        for number, labels in enumerate(self.members):
            mine = self.set_no == number
            exits, at_risk = months_of(self.place[mine], self.last[mine], self.left[mine], 24)
            found.append(Stratum(exits, at_risk, np.array(labels)))
        return found

    def is_member(self, labels: list[list[bool]]) -> np.ndarray:
        return np.array([labels[number][place] for number, place in zip(self.set_no, self.place, strict=True)])

    def by_statsmodels(self, labels: list[list[bool]]) -> float:
        return float(survdiff(self.last, self.left, self.is_member(labels), strata=self.set_no)[0])


def test_two_sets_by_hand() -> None:
    """Set A, two people a side. Month 1: a member leaves, 2 and 2 at risk: expected 1/2, variance 1/4. Month 2: a control leaves,
    1 and 2 at risk: 1/3 and 2/9. Observed less expected 1 - 5/6 = 1/6, variance 17/36.
    Set B, one member and two controls. Month 1: a control leaves, 1 and 2 at risk: 1/3 and 2/9. Month 3: the member leaves, 1
    and 1 at risk: 1/2 and 1/4. Again 1/6 and 17/36. Together (1/3)^2 / (34/36) = 2/17.
    With the labels of a set exchanged its 1/6 is -1/6: of four labelings two are as large, so p = 1/2."""
    is_member = np.array([True, False])
    first = Stratum(np.array([[1, 0, 0], [0, 1, 0]]), np.array([[2, 1, 1], [2, 2, 1]]), is_member)
    second = Stratum(np.array([[0, 0, 1], [1, 0, 0]]), np.array([[1, 1, 1], [2, 1, 1]]), is_member)
    assert log_rank([first, second]) == (pytest.approx(2 / 17), 0.5)


def test_one_set_against_lifelines() -> None:
    people = _People(1, [[True, False, False]], 40)
    member = people.is_member(people.members)
    theirs = logrank_test(people.last[member], people.last[~member], people.left[member], people.left[~member])
    assert log_rank(people.strata)[0] == pytest.approx(theirs.test_statistic, abs=1e-8)


def test_sets_against_statsmodels() -> None:
    people = _People(2, [[True, False, False, False], [True, False], [True, True, False, False, False]], 15)
    assert log_rank(people.strata)[0] == pytest.approx(people.by_statsmodels(people.members), abs=1e-8)


def test_p_is_exact_where_all_labelings_can_be_counted() -> None:
    """Three sets of 1 in 3, 1 in 2 and 2 in 4: 3 x 2 x 6 = 36 labelings, each judged by statsmodels."""
    people = _People(3, [[True, False, False], [True, False], [True, False, True, False]], 6)
    observed = people.by_statsmodels(people.members)
    all_labels = product(
        *(
            [list(labels) for labels in product([True, False], repeat=len(own)) if sum(labels) == sum(own)]
            for own in people.members
        )
    )
    every = [people.by_statsmodels(list(labels)) for labels in all_labels]
    assert len(every) == 36
    assert log_rank(people.strata)[1] == pytest.approx(np.mean([one >= observed - 1e-9 for one in every]))


def test_drawn_labelings_are_near_all_of_them() -> None:
    """Nine sets of 1 in 3 have 19 683 labelings: drawn by default, counted where so many are asked for. Four standard errors."""
    people = _People(5, [[True, False, False]] * 9, 5)
    exact = log_rank(people.strata, permutations=20_000)[1]
    drawn = log_rank(people.strata)[1]
    assert 0.05 < exact < 0.95
    assert drawn != exact
    assert abs(drawn - exact) < 4 * (exact * (1 - exact) / 9_999) ** 0.5
    assert log_rank(people.strata)[1] == drawn


def test_a_large_set_is_drawn_from_too() -> None:
    """8 of 24 institutions have 735 471 labelings; people of an institution are drawn alike and independently here, so that p of
    the permutations is near that of the chi-square with one degree of freedom."""
    people = _People(6, [[True] * 8 + [False] * 16], 20)
    chi2, p = log_rank(people.strata)
    assert p == pytest.approx(chi2_distribution.sf(chi2, 1), abs=0.03)


def test_p_is_never_zero() -> None:
    """Everybody leaves the members at once and nobody the controls: no labeling but the own one is as extreme."""
    exits, at_risk = np.array([[30], [0], [0], [0]]), np.full((4, 1), 30)
    strata = [Stratum(exits, at_risk, np.array([True, False, False, False]))] * 10
    assert log_rank(strata)[1] == 1 / 10_000


def test_nobody_left() -> None:
    stratum = Stratum(np.zeros((2, 3), dtype=int), np.full((2, 3), 4), np.array([True, False]))
    assert np.isnan(log_rank([stratum])).all()
