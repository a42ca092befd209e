"""What is planted of each network by indicator: shares and means that differ between networks and rise with their years.

A share lies on the scale of log-odds: where a network begins, what each further year adds, and how far networks differ. A mean
of a scale is the share of the way from its low end to its high one. So the true figure of every network and school year is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.world import World
from ingest.simulate.dates import Floats, Ints, school_year
from ingest.simulate.people import Flags


@dataclass(frozen=True)
class Rate:
    """A figure that is planted.

    Attributes:
        first: share in a network's first year.
        a_year: what each further year adds to its log-odds.
        spread: standard deviation of the log-odds over networks.
        low: of a mean, the low end of its scale.
        width: of a mean, the width of its scale; of a share 1.
    """

    first: float
    a_year: float = 0.2
    spread: float = 0.3
    low: float = 0.0
    width: float = 1.0


def _score(first: float) -> Rate:
    """A mean of 1 to 5."""
    return Rate(first, a_year=0.1, spread=0.2, low=1.0, width=4.0)


#: By indicator and measure, as in the registry of indicators.
RATES = {
    ("A6", "main"): Rate(0.8, a_year=0.0, spread=0.5),  # agreements stand for years, so that growth would blur it
    ("G3", "main"): Rate(0.7, spread=0.25),
    ("H3", "main"): _score(0.65),
    ("J1", "main"): _score(0.6),
    ("L3", "main"): Rate(0.18),
    ("L4", "main"): Rate(0.35),
    ("L4", "external_expert"): Rate(0.3),
    ("L4", "published"): Rate(0.25),
    ("L5", "main"): Rate(0.6),
    ("M1", "main"): Rate(0.75),
    ("M2", "main"): Rate(0.6),
    ("N5", "main"): Rate(0.55, spread=0.25),
    ("N5", "self"): Rate(0.7, spread=0.25),
    ("N7", "main"): Rate(0.75),
    ("O1", "main"): _score(0.75),
    ("O3", "main"): _score(0.55),
    ("O4", "main"): _score(0.6),
    ("O10", "main"): Rate(0.35),
    ("P1", "main"): Rate(0.65),
    ("P2", "main"): Rate(0.7),
    ("P5", "main"): Rate(0.5),
    ("P6", "main"): Rate(0.7),
    ("P15", "main"): Rate(0.85),
    ("X1", "implemented_share"): Rate(0.5),
}
#: Log-odds of schools outside networks against those of a network's first year.
OUTSIDE = -0.3


def shares(world: World, indicator: str, number: int, measure: str = "main") -> Floats:
    """The shares of the networks in a delivered year; the last is that of schools outside networks."""
    rate = RATES[indicator, measure]
    founded = world.schools.founded
    own = rate.spread * world.rng(f"rate {indicator} {measure}").standard_normal(len(founded))
    odds = np.log(rate.first / (1 - rate.first)) + np.append(
        own + rate.a_year * np.maximum(world.year(number) - founded, 0), OUTSIDE
    )
    told: Floats = 1 / (1 + np.exp(-odds))
    return told


def drawn(
    world: World, indicator: str, number: int, member: Ints, rng: np.random.Generator, measure: str = "main"
) -> Flags:
    """Whether it holds of each of the rows of networks `member`, -1 for none."""
    told: Flags = rng.random(len(member)) < shares(world, indicator, number, measure)[member]
    return told


def scores(world: World, indicator: str, number: int, member: Ints, rng: np.random.Generator) -> Floats:
    """Scores of rows on the scale of a mean, to a hundredth, by a beta law whose mean is that of the network."""
    rate = RATES[indicator, "main"]
    share = shares(world, indicator, number)[member]
    found: Floats = np.round(rate.low + rate.width * rng.beta(_SURE * share, _SURE * (1 - share)), 2)
    return found


#: How close scores lie to their mean: the sum of the two parameters of the beta law.
_SURE = 6.0


def truth(world: World) -> pl.DataFrame:
    """A row a network, school year it exists in, indicator and measure: the true figure, in the unit of the registry."""
    founded = world.schools.founded
    parts = []
    for (indicator, measure), rate in RATES.items():
        for number, year in enumerate(world.order.size.years):
            there = np.flatnonzero(founded <= year)
            share = shares(world, indicator, number, measure)[there]
            parts.append(
                pl.DataFrame(
                    {
                        "cluster_id": [cluster_id(world.oblast, cluster) for cluster in there.tolist()],
                        "school_year": pl.repeat(school_year(year), len(there), eager=True),
                        "indicator": pl.repeat(indicator, len(there), eager=True),
                        "measure": pl.repeat(measure, len(there), eager=True),
                        "true_value": rate.low + rate.width * share,
                    }
                )
            )
    return pl.concat(parts)
