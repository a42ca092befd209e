"""Careers as a chain of months, and what is to be expected of it: the truth that intervals of retention are held against.

Belongs here: the chain, its exact shares, a frailty shared by colleagues, and drawing from it. How a chain becomes posts
with days, and what the models make of these, is in `benchmarks/coverage.py`.

A person holds a post at the entry workplace, then perhaps at another school of its network, then outside; may pause between
two posts, may leave teaching and come back. State j of a career is where the person is on the first day + j months; who
leaves in month j has another state from j on. A pause of one or two months is within every tolerance, an absence of
`out_months` is beyond it, and nobody returns to a level but after such an absence: so no gap needs days to be judged, and
occupancy of the states tells all levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log1p

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import roots_genlaguerre

Floats = NDArray[np.float64]
States = NDArray[np.int8]

WORKPLACE, NETWORK, OUTSIDE = range(3)
POSTS = 3
#: Paused before a post in the network or outside, with one or two months to go. All states from 7 on are out of teaching.
TO_NETWORK, TO_OUTSIDE, OUT = (3, 4), (5, 6), 7
#: States that hold a level, pauses between its posts among them.
LEVELS = {
    "workplace": (WORKPLACE,),
    "network": (WORKPLACE, NETWORK, *TO_NETWORK),
    "profession": (WORKPLACE, NETWORK, OUTSIDE, *TO_NETWORK, *TO_OUTSIDE),
}
ESTIMANDS = ("employed_at", "continuous")


@dataclass(frozen=True)
class Chain:
    """Probabilities of a career.

    hazard: of leaving the entry workplace in month 1, 2, …; in other posts its cumulative rate is multiplied by `relative`
        (network, outside). A frailty z multiplies the rate in every post: 1 − (1 − hazard) ** (relative · z).
    network, outside: share of those who leave the workplace that goes there, the others leaving teaching.
    onward: share of those who leave a school of the network that goes outside. Who leaves that leaves teaching.
    pauses: probability of taking up a new post at once, after one whole month more, after two.
    out_months: whole months out of teaching before anybody returns; then `returning` a month, `back` of them to the entry
        workplace and the others outside.
    """

    hazard: tuple[float, ...]
    relative: tuple[float, float] = (0.8, 0.6)
    network: float = 0.25
    outside: float = 0.30
    onward: float = 0.40
    pauses: tuple[float, float, float] = (0.6, 0.25, 0.15)
    out_months: int = 6
    returning: float = 0.04
    back: float = 0.4

    @property
    def months(self) -> int:
        return len(self.hazard)

    @property
    def states(self) -> int:
        return OUT + self.out_months

    @cached_property
    def stay(self) -> NDArray[np.intp]:
        """Next state of who leaves nothing: a pause and an absence run on by themselves. Shape (states,)."""
        following = np.arange(self.states)
        following[[TO_NETWORK[0], TO_OUTSIDE[0]]] = NETWORK, OUTSIDE
        following[[TO_NETWORK[1], TO_OUTSIDE[1]]] = TO_NETWORK[0], TO_OUTSIDE[0]
        following[OUT:-1] += 1
        return following

    @cached_property
    def leave(self) -> Floats:
        """Distribution of the next state of who leaves each state. Shape (states, states); rows that nobody leaves are 0."""
        went = np.zeros((self.states, self.states))
        to_network, to_outside = [NETWORK, *TO_NETWORK], [OUTSIDE, *TO_OUTSIDE]
        pauses = np.array(self.pauses)
        went[WORKPLACE, to_network] = self.network * pauses
        went[WORKPLACE, to_outside] = self.outside * pauses
        went[WORKPLACE, OUT] = 1 - self.network - self.outside
        went[NETWORK, to_outside] = self.onward * pauses
        went[NETWORK, OUT] = 1 - self.onward
        went[OUTSIDE, OUT] = 1
        went[-1, [WORKPLACE, OUTSIDE]] = self.back, 1 - self.back
        return went

    def rates(self, month: int) -> Floats:
        """Cumulative rate of leaving each post over month 1, 2, …. Shape (POSTS,)."""
        return np.array([1, *self.relative]) * -log1p(-self.hazard[month - 1])

    def leaving(self, month: int, frailty: Floats) -> Floats:
        """Probability of leaving each state in month 1, 2, …. Shape (frailties, states)."""
        probability = np.zeros((frailty.size, self.states))
        probability[:, :POSTS] = -np.expm1(-frailty[:, None] * self.rates(month))
        probability[:, -1] = self.returning
        return probability


def shares(chain: Chain, frailty: Floats) -> dict[tuple[str, str], Floats]:
    """Probability of being retained after 0, 1, … months, by estimand and level: arrays of shape (months + 1, frailties)."""
    move = np.eye(chain.states)[chain.stay]
    found: dict[tuple[str, str], Floats] = {}
    for level, held in LEVELS.items():
        inside = np.isin(np.arange(chain.states), held)
        for estimand in ESTIMANDS:
            occupied = np.zeros((frailty.size, chain.states))
            occupied[:, WORKPLACE] = 1
            share = [occupied @ inside]
            for month in range(1, chain.months + 1):
                left = occupied * chain.leaving(month, frailty)
                occupied = (occupied - left) @ move + left @ chain.leave
                if estimand == "continuous":
                    # Who is outside the level once is never counted again.
                    occupied = occupied * inside
                share.append(occupied @ inside)
            found[estimand, level] = np.array(share)
    return found


def gamma_nodes(variance: float, nodes: int = 40) -> tuple[Floats, Floats]:
    """Nodes and weights by which a function of a gamma frailty with mean 1 is averaged (Gauss and Laguerre)."""
    if variance == 0:
        return np.ones(1), np.ones(1)
    at, weight = roots_genlaguerre(nodes, 1 / variance - 1)
    return at * variance, weight / weight.sum()


def truth(chain: Chain, variance: float) -> dict[tuple[str, str], Floats]:
    """Expected shares after 0, 1, … months over a gamma frailty with mean 1 and this variance, by estimand and level."""
    at, weight = gamma_nodes(variance)
    return {key: value @ weight for key, value in shares(chain, at).items()}


def intraclass(chain: Chain, variance: float) -> dict[tuple[str, str], Floats]:
    """ICC of each outcome after 1, 2, … months: with p the share that an institution's frailty gives, Var(p) ÷ E(p)(1 − E(p)).

    That is the correlation of the 0/1 outcomes of two colleagues.
    """
    at, weight = gamma_nodes(variance)
    found = {}
    for key, value in shares(chain, at).items():
        mean = value[1:] @ weight
        found[key] = ((value[1:] - mean[:, None]) ** 2 @ weight) / (mean * (1 - mean))
    return found


def frailty_variance(chain: Chain, icc: float, month: int = 12) -> float:
    """Variance of the frailty that gives `continuous` at the workplace this ICC after `month` months."""
    return float(
        brentq(lambda variance: intraclass(chain, variance)["continuous", "workplace"][month - 1] - icc, 0.02, 5)
    )


def drawn(chain: Chain, frailty: Floats, random: np.random.Generator) -> States:
    """States of people after 0, 1, … months, a frailty for each. Shape (people, months + 1)."""
    where = np.zeros((frailty.size, chain.months + 1), dtype=np.int8)
    bounds = chain.leave.cumsum(axis=1)
    # Rounding must not leave a draw without a state to go to.
    bounds[bounds > 1 - 1e-12] = 1
    for month in range(1, chain.months + 1):
        now = where[:, month - 1]
        probability = np.zeros(frailty.size)
        post = now < POSTS
        probability[post] = -np.expm1(-frailty[post] * chain.rates(month)[now[post]])
        probability[now == chain.states - 1] = chain.returning
        goes = random.random(frailty.size) < probability
        where[:, month] = chain.stay[now]
        where[goes, month] = (random.random(goes.sum())[:, None] >= bounds[now[goes]]).sum(axis=1)
    return where
