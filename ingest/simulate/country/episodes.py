"""Early-warning episodes that are planted: which network, which rule, from when to when, and how strong.

What each does is told where its feed is made: an episode is a table of its size by network and period, 0 where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.places import oblast_code
from ingest.simulate.country.schools import Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import Floats

#: Months in which waves of the pulse are closed.
PULSE_MONTHS = (10, 12, 2, 4)
#: Terms of a school year, by the month they begin in.
TERM_MONTHS = (9, 11, 1, 4)


@dataclass(frozen=True)
class Rule:
    """A rule of early warning an episode is planted for.

    Attributes:
        code: of the rule.
        a_year: periods of a school year.
        lasts: periods an episode lasts.
        chance: that one begins in a period.
        sizes: how strong it is in each of its periods; what that means is the feed's.
    """

    code: str
    a_year: int
    lasts: int
    chance: float
    sizes: tuple[float, ...]


RULES = {
    rule.code: rule
    for rule in (
        Rule("W01", 4, 1, 0.04, (0.45,)),  # share of the invited who come
        Rule("W05", 12, 2, 0.015, (1.0, 1.0)),  # everybody is on the platform in one week of the month only
        Rule("W06", 12, 1, 0.02, (2.0,)),  # tickets, times the usual
        Rule("W07", 1, 1, 0.1, (1.8,)),  # what is added to the stress of everybody, in standard deviations
        Rule("W15", 4, 2, 0.04, (0.7, 1.4)),  # what is taken from the pulse of everybody, in standard deviations
    )
}


@dataclass(frozen=True)
class Episodes:
    """`sizes` holds for each rule a table networks × periods; `frame` is what is written down of them."""

    sizes: dict[str, Floats]
    frame: pl.DataFrame

    def of(self, rule: str, year: int) -> Floats:
        """Sizes in the periods of the `year`-th delivered school year, networks × periods, the last row for no network."""
        a_year = RULES[rule].a_year
        table = self.sizes[rule][:, year * a_year : (year + 1) * a_year]
        return np.vstack([table, np.zeros((1, a_year))])


def draw(size: Size, schools: Schools, seed: int) -> Episodes:
    """The episodes of an oblast: from the second year of a network on, never two of a rule in consecutive periods."""
    sizes, parts = {}, []
    for rule in RULES.values():
        rng = stream(seed, f"episodes {rule.code}", schools.oblast)
        periods = size.years_n * rule.a_year
        table = np.zeros((len(schools.founded), periods))
        begins = rng.random(table.shape) < rule.chance
        for cluster, founded in enumerate(schools.founded.tolist()):
            free = (founded - size.first_year + 1) * rule.a_year
            for period in np.flatnonzero(begins[cluster]).tolist():
                if period < free or period + rule.lasts > periods or _in_summer(rule, period):
                    continue
                table[cluster, period : period + rule.lasts] = rule.sizes
                free = period + rule.lasts + 1
                parts.append((rule.code, cluster_id(schools.oblast, cluster), period, period + rule.lasts - 1))
        sizes[rule.code] = table
    columns = {"rule": pl.String, "cluster_id": pl.String, "first": pl.Int64, "last": pl.Int64}
    frame = pl.DataFrame(parts, schema=columns, orient="row").sort("rule", "cluster_id", "first")
    days = [
        (_first_day(size, RULES[rule], first), _first_day(size, RULES[rule], last + 1))
        for rule, first, last in frame.select("rule", "first", "last").rows()
    ]
    frame = frame.select(
        pl.lit(oblast_code(schools.oblast)).alias("oblast"),
        "rule",
        "cluster_id",
        pl.Series("from_on", [begins for begins, _ in days], dtype=pl.Date),
        pl.Series("before_on", [ends for _, ends in days], dtype=pl.Date),
    )
    return Episodes(sizes, frame)


def _in_summer(rule: Rule, period: int) -> bool:
    """Whether an episode by months that begins then would touch June to September, where nothing is compared with anything."""
    places = [(period + step) % rule.a_year for step in range(rule.lasts)]
    return rule.a_year == 12 and any(place >= 9 or place == 0 for place in places)


def _first_day(size: Size, rule: Rule, period: int) -> date:
    """The first day of a period, counted from the first delivered one."""
    year, place = size.first_year + period // rule.a_year, period % rule.a_year
    if rule.a_year == 12:
        month = (8 + place) % 12 + 1
    elif rule.code == "W15":
        month = PULSE_MONTHS[place]
    else:
        month = TERM_MONTHS[place] if rule.a_year == 4 else 9
    return date(year + (month < 9), month, 1)
