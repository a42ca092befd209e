"""The generating model of careers: a Markov chain in whole months from a person's first day.

States, as seen at the end of each month from t0:
  W in a post at the institution of entry (or its successor), N elsewhere in the network of entry,
  O in a post outside it, X out of any teaching post, R retired or died.
A move needs three months before the next event (so that a new post after the summer starts before anything else
can happen), an exit needs five before a return (so that no gap that may be bridged is taken for a return): the
lower-case states count these down. What belongs here: hazards, matrices, expected shares. What does not: days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np

from ingest.simulate.dates import Floats

STATES = ("W", "w1", "w2", "w3", "N", "n1", "n2", "n3", "O", "o1", "o2", "o3", "x1", "x2", "x3", "x4", "x5", "X", "R")
INDEX = {name: number for number, name in enumerate(STATES)}
#: Class of each state: 0 at work at entry, 1 in the network, 2 outside, 3 out, 4 removed.
CLASS = np.array(["WNOXR".index(name[0].upper()) for name in STATES])

#: Exits by calendar month (mean 1): teachers leave when the school year ends and before the next begins.
SEASON = np.array([0.8, *[0.4875] * 4, 4.0, 0.3, 3.0, *[0.4875] * 4])
#: Returns by calendar month (mean 1).
RETURN_SEASON = np.array([1.0, *[0.4] * 6, 5.0, 2.0, *[0.4] * 3])
#: States in which one is at work and may leave.
AT_WORK = [INDEX[name] for name in ("W", "N", "O")]
BANDS = 3  # months 1-12, 13-36, 37 and later from t0
LEVELS = ("workplace", "network", "profession")
ESTIMANDS = ("employed_at", "continuous")
LEVEL_CLASSES = {"workplace": (0,), "network": (0, 1), "profession": (0, 1, 2)}


@dataclass(frozen=True)
class Hazards:
    """Monthly probabilities of one group of people.

    Attributes:
        exits: chance to leave the institution in a month, by band of months from t0.
        out: share of those exits that leave teaching.
        network: share that moves inside the network; the rest moves outside it.
        removed: chance to retire or die.
        back: chance of those out to return.
    """

    exits: tuple[float, ...]
    out: float
    network: float
    removed: float
    back: float


CLUSTER_EXIT_RATIO = 0.65
BEGINNER = Hazards(exits=(0.0190, 0.0135, 0.0075), out=0.50, network=0.0, removed=0.00005, back=0.02)
BEGINNER_IN_CLUSTER = replace(
    BEGINNER,
    exits=tuple(CLUSTER_EXIT_RATIO * chance for chance in BEGINNER.exits),
    network=0.25,
)
BEGINNER_IN_EHIS = replace(BEGINNER, removed=0.0)  # cards carry no reason, so a death would count as an exit
STAFF = Hazards(exits=(0.0075, 0.006, 0.005), out=0.55, network=0.15, removed=0.0003, back=0.015)
STAFF_AGED = replace(STAFF, exits=(0.004, 0.004, 0.004), removed=0.014, back=0.002)
STAFF_IN_EHIS = replace(STAFF, network=0.0)
GROUPS: dict[str, Hazards] = {
    "beginner": BEGINNER,
    "beginner_in_cluster": BEGINNER_IN_CLUSTER,
    "beginner_in_ehis": BEGINNER_IN_EHIS,
    "staff": STAFF,
    "staff_aged": STAFF_AGED,
    "staff_in_ehis": STAFF_IN_EHIS,
}
GROUP_INDEX = {name: number for number, name in enumerate(GROUPS)}


def matrix(hazards: Hazards, band: int, month: int) -> Floats:
    """Transition matrix (19 × 19) of a month from t0; `band` 0-2, `month` of the calendar 1-12."""
    table = np.zeros((len(STATES), len(STATES)))
    leave = hazards.exits[band] * SEASON[month - 1]
    back = hazards.back * RETURN_SEASON[month - 1]
    outside = 1 - hazards.out - hazards.network
    for waiting, then in pairwise(STATES):
        if waiting[0] in "wnox" and waiting[-1].isdigit():
            table[INDEX[waiting], INDEX[then if then[0] == waiting[0] else waiting[0].upper()]] = 1
    table[INDEX["x5"], :] = np.eye(len(STATES))[INDEX["X"]]
    moves = {
        "W": {"x1": leave * hazards.out, "n1": leave * hazards.network, "o1": leave * outside, "R": hazards.removed},
        "N": {"x1": leave * 0.6, "o1": leave * 0.2, "R": hazards.removed},
        "O": {"x1": leave * 0.6, "R": hazards.removed},
        "X": {"w1": back * 0.6, "n1": back * hazards.network, "o1": back * (0.4 - hazards.network)},
        "R": {},
    }
    for source, targets in moves.items():
        for target, chance in targets.items():
            table[INDEX[source], INDEX[target]] = chance
        table[INDEX[source], INDEX[source]] = 1 - sum(targets.values())
    return table


@cache
def matrices() -> Floats:
    """All transition matrices: group × band × calendar month × state × state."""
    return np.array(
        [[[matrix(group, band, month) for month in range(1, 13)] for band in range(BANDS)] for group in GROUPS.values()]
    )


def band_of(step: int) -> int:
    """Band of the month with number `step` (from 1) after t0."""
    return 0 if step <= 12 else 1 if step <= 36 else 2


@cache
def expected(group: str, first_month: int, horizon: int, level: str, estimand: str) -> tuple[float, float]:
    """Chances (retained, removed) after `horizon` months for one who starts so that month 1 falls in `first_month`.

    `continuous` makes the states outside the level absorbing, except that one who has left the level may still
    retire or die elsewhere, which takes the person out of the index as well.
    """
    inside = np.isin(CLASS, LEVEL_CLASSES[level])
    held = np.zeros(len(STATES))
    held[INDEX["W"]] = 1.0
    left = np.zeros(len(STATES))
    for step in range(1, horizon + 1):
        table = matrices()[GROUP_INDEX[group], band_of(step), (first_month + step - 2) % 12]
        held, left = held @ table, left @ table
        if estimand == "continuous":
            gone = np.where(inside, 0.0, held)
            held, left = held - gone, left + gone
    retained = float(held[inside].sum())
    removed = float((held + left)[INDEX["R"]])
    return retained, removed


def expected_of(
    group: str, first_month: int, pace: Floats, horizons: tuple[int, ...], level: str, estimand: str
) -> dict[int, tuple[Floats, Floats]]:
    """By horizon the chances (retained, removed) of each person of a group whose chances to leave a post are `pace` times its.

    The same as `expected` where the pace is 1.
    """
    inside = np.isin(CLASS, LEVEL_CLASSES[level])
    held = np.zeros((len(pace), len(STATES)))
    held[:, INDEX["W"]] = 1.0
    left = np.zeros_like(held)
    found = {}
    for step in range(1, max(horizons) + 1):
        table = matrices()[GROUP_INDEX[group], band_of(step), (first_month + step - 2) % 12]
        held, left = _next(held, table, pace), _next(left, table, pace)
        if estimand == "continuous":
            gone = np.where(inside, 0.0, held)
            held, left = held - gone, left + gone
        if step in horizons:
            found[step] = held[:, inside].sum(axis=1), (held + left)[:, INDEX["R"]]
    return found


def _next(chances: Floats, table: Floats, pace: Floats) -> Floats:
    """Chances of the states a month later; those at work change `pace` times as often."""
    working = np.zeros_like(chances)
    working[:, AT_WORK] = chances[:, AT_WORK]
    following: Floats = (chances - working) @ table + working + pace[:, None] * (working @ table - working)
    return following
