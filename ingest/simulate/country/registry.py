"""What the whole country's registry sends: places, institutions, networks, and the instruments and waves of surveys."""

from __future__ import annotations

from datetime import date

import polars as pl

from ingest.simulate.country import places, surveys
from ingest.simulate.country.oblast import Made, SenderFacts
from ingest.simulate.country.outbox import Outbox
from ingest.simulate.country.streams import stream
from ingest.simulate.country.world import Order
from ingest.simulate.dates import school_year
from ingest.simulate.department import INSTITUTION_COLUMNS
from ingest.simulate.feed_defects import Planter

NAME = "registry"
FEEDS = ("regions", "institutions", "clusters", "cluster_members", "survey_instruments", "survey_waves")
#: A bad row of places, networks or instruments would leave good rows of others waiting.
WITH_DEFECTS = ("institutions", "cluster_members")
#: The delivered year from which on a split oblast is two.
SPLIT_YEAR = 2


def write_registry(order: Order, made: list[Made]) -> Outbox:
    """One delivery in the August before each delivered year, and one after the last."""
    box = Outbox(order.root, Planter(stream(order.seed, "registry")), "", order.form)
    size = order.size
    for number in range(size.years_n + 1):
        year = size.first_year + number
        draft = box.open(NAME, date(year, 8, 20), school_year(year), "json")
        for feed, frame in _frames(order, made, number).items():
            draft.add(feed, frame, with_defects=feed in WITH_DEFECTS)
        draft.send()
    return box


def facts(order: Order) -> SenderFacts:
    """It speaks for the whole country."""
    return SenderFacts(NAME, "kz.iin", (), FEEDS, date(order.size.first_year - 4, 9, 1))


def changes(made: list[Made]) -> pl.DataFrame:
    """Institutions whose place has another code once the first oblast is split."""
    frame = made[0].places.network.institutions.select("institution_id", old_code="region_code", new_code="region_code")
    return places.split(frame, "new_code", made[0].places.code).filter(pl.col("old_code") != pl.col("new_code"))


def _frames(order: Order, made: list[Made], number: int) -> dict[str, pl.DataFrame]:
    day = pl.lit(date(order.size.first_year + number, 9, 1))
    regions = pl.concat([places.country_region(), *(oblast.places.network.regions for oblast in made)])
    institutions = pl.concat([oblast.places.network.institutions for oblast in made], how="diagonal_relaxed")
    if order.scenario.splits and number >= SPLIT_YEAR:
        code = made[0].places.code
        regions = pl.concat([regions, places.new_regions(made[0].places.network.regions, code)])
        institutions = places.split(institutions, "region_code", code)
    told = institutions.filter("in_list").with_columns(
        status=pl.lit("active"),
        teaching_languages=pl.when(pl.col("register") == "kz").then("teaching_languages"),
        ownership=pl.when(pl.col("register") == "kz").then("ownership"),
    )
    clusters = pl.concat([oblast.places.network.clusters for oblast in made])
    members = pl.concat([oblast.places.network.members for oblast in made])
    frames = {
        "regions": regions,
        "institutions": told.select(INSTITUTION_COLUMNS),
        "clusters": clusters.filter(pl.col("founded_on") <= day),
        "cluster_members": members.filter(pl.col("joined_on") <= day),
    }
    if number < order.size.years_n:
        frames["survey_instruments"] = surveys.instrument_list()
        frames["survey_waves"] = surveys.wave_list(order.size.first_year + number)
    return frames
