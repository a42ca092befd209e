"""The shares expected of the chain of careers, against figures derived by hand, all stories told one by one, and draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from career_chain import ESTIMANDS, LEVELS, Chain, drawn, frailty_variance, gamma_nodes, intraclass, shares, truth

ONE = np.ones(1)


def test_two_months_by_hand() -> None:
    """Half leave the workplace each month; of these a quarter goes to the network, a quarter outside, half out.

    Nobody pauses, rates elsewhere are the same, and who is out for a month returns for certain, always to the workplace.

    Month 1: workplace 1/2, network 1/8, outside 1/8, out 1/4. In month 2, 1/4 leaves the workplace and 1/16 each the two others.
    Workplace 1/4 that stayed + 1/4 back; network 1/16 that stayed + 1/16 that came; outside 1/16 that stayed + 1/16 from the
    workplace + 1/32 from the network; out 1/8 + 1/32 + 1/16. Sum: 16/32 + 4/32 + 5/32 + 7/32 = 1.
    """
    chain = Chain(
        hazard=(0.5, 0.5),
        relative=(1, 1),
        network=0.25,
        outside=0.25,
        onward=0.5,
        pauses=(1, 0, 0),
        out_months=1,
        returning=1,
        back=1,
    )
    expected = {
        ("employed_at", "workplace"): [1, 1 / 2, 1 / 2],
        ("employed_at", "network"): [1, 5 / 8, 1 / 2 + 1 / 8],
        ("employed_at", "profession"): [1, 3 / 4, 1 / 2 + 1 / 8 + 5 / 32],
        ("continuous", "workplace"): [1, 1 / 2, 1 / 4],
        ("continuous", "network"): [1, 5 / 8, 1 / 4 + 1 / 8],
        ("continuous", "profession"): [1, 3 / 4, 1 / 4 + 1 / 8 + 5 / 32],
    }
    found = shares(chain, ONE)
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key][:, 0] == pytest.approx(value, abs=1e-15), key


Story = tuple[float, tuple[str, ...]]


def stories(chain: Chain, place: str, waits: int, months: int) -> Iterator[Story]:
    """Probability of each story of the `months` to come, and where it is after each: at a place, on the way, or out.

    `waits`: months still to wait before the place is taken up, or before the return from `out` is possible.
    """
    if months == 0:
        yield 1.0, ()
        return
    month = chain.months - months
    for probability, next_place, next_waits in turns(chain, place, waits, month):
        seen = next_place if next_place == "out" or not next_waits else f"to {next_place}"
        for further, rest in stories(chain, next_place, next_waits, months - 1):
            yield probability * further, (seen, *rest)


def turns(chain: Chain, place: str, waits: int, month: int) -> Iterator[tuple[float, str, int]]:
    if waits:
        yield 1.0, place, waits - 1
    elif place == "out":
        yield 1 - chain.returning, "out", 0
        yield chain.returning * chain.back, "workplace", 0
        yield chain.returning * (1 - chain.back), "outside", 0
    else:
        power = {"workplace": 1.0, "network": chain.relative[0], "outside": chain.relative[1]}[place]
        stays = (1 - chain.hazard[month]) ** power
        goes = {
            "workplace": {"network": chain.network, "outside": chain.outside},
            "network": {"outside": chain.onward},
            "outside": {},
        }[place]
        yield stays, place, 0
        yield (1 - stays) * (1 - sum(goes.values())), "out", chain.out_months - 1
        for goal, share in goes.items():
            for pause, weight in enumerate(chain.pauses):
                yield (1 - stays) * share * weight, goal, pause


@pytest.mark.parametrize("out_months", [1, 2])
def test_three_months_against_every_story(out_months: int) -> None:
    chain = Chain(hazard=(0.2, 0.3, 0.4), out_months=out_months, returning=0.35)
    counted = {
        "workplace": {"workplace"},
        "network": {"workplace", "network", "to network"},
        "profession": {"workplace", "network", "to network", "outside", "to outside"},
    }
    told = list(stories(chain, "workplace", 0, 3))
    assert sum(probability for probability, _ in told) == pytest.approx(1, abs=1e-14)
    found = shares(chain, ONE)
    for level, places in counted.items():
        for month in (1, 2, 3):
            employed = sum(probability for probability, seen in told if seen[month - 1] in places)
            throughout = sum(probability for probability, seen in told if places.issuperset(seen[:month]))
            assert found["employed_at", level][month, 0] == pytest.approx(employed, abs=1e-14)
            assert found["continuous", level][month, 0] == pytest.approx(throughout, abs=1e-14)
    # The stories hold people who came back, or the two estimands could not be told apart.
    assert found["employed_at", "workplace"][3, 0] > found["continuous", "workplace"][3, 0] + 1e-3


def test_gamma_frailty_has_its_known_transform() -> None:
    """With a gamma frailty of mean 1 and variance v, E exp(−z H) = (1 + v H) ** (−1/v): so a stay at the workplace, and its
    square, are known without quadrature, and so is the ICC."""
    chain, variance = Chain(hazard=(0.01, 0.02, 0.03) * 12), 0.4
    rate = -np.log1p(-np.array(chain.hazard)).cumsum()
    mean = (1 + variance * rate) ** (-1 / variance)
    square = (1 + 2 * variance * rate) ** (-1 / variance)
    key = "continuous", "workplace"
    np.testing.assert_allclose(truth(chain, variance)[key][1:], mean, rtol=1e-12)
    np.testing.assert_allclose(intraclass(chain, variance)[key], (square - mean**2) / (mean * (1 - mean)), rtol=1e-9)
    found = frailty_variance(chain, 0.05)
    mean, square = (1 + found * rate[11]) ** (-1 / found), (1 + 2 * found * rate[11]) ** (-1 / found)
    assert (square - mean**2) / (mean * (1 - mean)) == pytest.approx(0.05, abs=1e-9)


def test_no_frailty_is_one_for_all() -> None:
    at, weight = gamma_nodes(0)
    assert at.tolist() == weight.tolist() == [1.0]


def test_draws_have_the_expected_shares() -> None:
    """Of 40 000 draws a share differs from its expectation by under 4.5 standard errors (chance of any of 36: 2e-4)."""
    chain = Chain(hazard=(0.05,) * 24)
    where = drawn(chain, np.ones(40_000), np.random.default_rng(1))
    expected = shares(chain, ONE)
    for level, states in LEVELS.items():
        held = np.isin(where, states)
        for estimand in ESTIMANDS:
            kept = held if estimand == "employed_at" else np.logical_and.accumulate(held, axis=1)
            for month in (1, 2, 3, 9, 12, 24):
                p = expected[estimand, level][month, 0]
                assert abs(kept[:, month].mean() - p) < 4.5 * np.sqrt(p * (1 - p) / 40_000), (estimand, level, month)
