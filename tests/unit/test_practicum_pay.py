"""A simulated network pays its schools what is due to them for practicum, but for the lines that are late or left unpaid."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from ingest.simulate.feed_world import Sheet, World
from ingest.simulate.practicum_pay import sheet
from ingest.simulate.profile import PROFILES


@pytest.fixture
def world() -> World:
    """Its people and institutions are not asked for."""
    nobody = cast("Any", None)
    return World(PROFILES["demo"], nobody, nobody, nobody, [], seed=1)


def lines(world: World, *placements: tuple[str | None, str, str, str, date]) -> pl.DataFrame:
    """Of placements of six credits: network, school, sender, programme and last day; a credit is 18 000 tenge, of Q 10 000."""
    spring = world.last + 1
    placed = pl.DataFrame(
        list(placements),
        schema=dict.fromkeys(("cluster_id", "school_id", "sending_id", "programme_code"), pl.String)
        | {"ends_on": pl.Date},
        orient="row",
    ).with_columns(credits=pl.lit(6.0), starts_on=pl.date(spring, 2, 9))
    prices = pl.DataFrame(
        [
            (sender, code, f"{year}/{(year + 1) % 100}", price + (world.last - year) * 1000)
            for sender in ("C", "U")
            for code, price in (("P", 18_000.0), ("Q", 10_000.0))
            for year in (world.last - 1, world.last)
        ],
        schema=["institution_id", "programme_code", "school_year", "credit_price_kzt"],
        orient="row",
    )
    told = [Sheet("practicum_placements", placed, world.last), Sheet("credit_prices", prices, world.last)]
    return sheet(world, told).frame


def test_a_school_is_paid_what_is_due_to_it(world: World) -> None:
    """25 students of six credits: .3 of 150 credits (MG 7661–7684), at the price of the school year."""
    march, april = date(world.last + 1, 3, 20), date(world.last + 1, 4, 3)
    told = lines(
        world,
        *(("K", "A", "C", "P", march) for _ in range(25)),
        ("K", "A", "U", "Q", march),
        ("K", "A", "C", "Q", april),
        ("K", "B", "C", "P", march),
        ("K", "B", "C", "Q", march),
        # No budget of a network pays a school outside of all.
        (None, "E", "C", "P", march),
    )
    ends = date(world.last + 1, 3, 31), date(world.last + 1, 4, 30)
    assert told.select("institution_id", "payer_id", "due_on", "planned_kzt").sort(pl.all()).rows() == [
        ("A", "C", ends[0], 810_000),
        ("A", "C", ends[1], 18_000),
        ("A", "U", ends[0], 18_000),
        ("B", "C", ends[0], 50_400),
    ]
    assert set(told["kind"]) == {"practicum_payment"}


def test_some_lines_are_late_and_some_are_not_paid(world: World) -> None:
    """Four in five in time, three in twenty-five later, two in twenty-five not at all; what is paid is all that is due."""
    march = date(world.last, 3, 20)
    told = lines(world, *(("K", f"school {number}", "C", "P", march) for number in range(2000)))
    late = (told["paid_on"] - told["due_on"]).dt.total_days()
    n = told.height
    for share, found in ((0.8, (late <= 0).sum()), (0.12, (late > 0).sum()), (0.08, late.null_count())):
        assert abs(found / n - share) < 4 * np.sqrt(share * (1 - share) / n)
    paid = told.drop_nulls("paid_on")
    assert (paid["paid_kzt"] == paid["planned_kzt"]).all()
    assert told.filter(pl.col("paid_on").is_null())["paid_kzt"].null_count() == late.null_count()
