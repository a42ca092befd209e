"""The standard error of a difference between matched sides, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from estimators.two_way import Arm, standard_error


def _arm(set_no: list[int], unit: list[str], influence: list[float], people: list[float] | None = None) -> Arm:
    weight = np.ones(len(unit)) if people is None else np.array(people)
    return Arm(np.array(set_no), np.array(unit), weight, np.array(influence))


def test_pairs_are_compared_within_pairs() -> None:
    """Three sets of one and one: what member and control share cancels. Parts .1 - .1, .1 - .2 and -.2 + .3 are 0, -.1 and .1;
    sum of squares .02 by member, by control and by both alike, times 3/2."""
    members = _arm([0, 1, 2], ["a", "b", "c"], [0.1, 0.1, -0.2])
    controls = _arm([0, 1, 2], ["x", "y", "z"], [0.1, 0.2, -0.3])
    assert standard_error(members, controls) == pytest.approx(0.03**0.5)


def test_one_set_of_all_is_two_independent_sides() -> None:
    """Two members +-.3, three controls +.2, -.2, 0, each pair once: the part of a member is its influence, of a control its own.
    V = 2 (.09 + .09) + 3/2 (.04 + .04) - 6/5 (sum over pairs of (m/3 - c/2)^2, which is 2 x 3 x .01 + 2 x (.01 + .01))."""
    members = _arm([0, 0], ["a", "b"], [0.3, -0.3])
    controls = _arm([0, 0, 0], ["x", "y", "z"], [0.2, -0.2, 0])
    assert standard_error(members, controls) == pytest.approx((0.36 + 0.12 - 1.2 * 0.1) ** 0.5)


def test_a_control_of_two_members_is_one_unit() -> None:
    """Sets 0 and 1 have the control x. Parts: .2, .2 (both x) and -.4. By member and by both .24 x 3/2, by control
    (.4^2 + .4^2) x 2: V = .64."""
    members = _arm([0, 1, 2], ["a", "b", "c"], [0.2, 0.2, -0.4])
    controls = _arm([0, 1, 2], ["x", "x", "y"], [0.0, 0.0, 0.0])
    assert standard_error(members, controls) == pytest.approx(0.8)


def test_members_of_one_cluster_are_one_unit() -> None:
    """Parts .1, .1, -.2 of clusters k, k, l: by cluster (.2^2 + .2^2) x 2 = .16; by control and by both .06 x 3/2."""
    members = _arm([0, 1, 2], ["k", "k", "l"], [0.1, 0.1, -0.2])
    controls = _arm([0, 1, 2], ["x", "y", "z"], [0.0, 0.0, 0.0])
    assert standard_error(members, controls) == pytest.approx(0.4)


def test_one_unit_tells_nothing() -> None:
    members = _arm([0, 1], ["k", "k"], [0.1, -0.1])
    assert np.isnan(standard_error(members, _arm([0, 1], ["x", "y"], [0.0, 0.0])))
