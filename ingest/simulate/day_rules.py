"""What became of the beginners, counted day by day from the true posts, by the rules of retention.

`end` is the last day held. A gap of up to 120 days is bridged; a post closed for maternity is held for 1 095 days.
A post is in the network of entry from the day its institution is a member, and stays so to its end.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.dates import add_months, day_column
from ingest.simulate.network import Network
from ingest.simulate.people import ROLE_INDEX, People

GAP_DAYS = 120
MATERNITY_DAYS = 1095
OPEN = date(2200, 1, 1)
LEVEL_ROLES = [
    ROLE_INDEX[name] for name in ("teacher", "mentor", "school_leader", "college_lecturer", "university_lecturer")
]


def level_posts(people: People, network: Network, posts: pl.DataFrame) -> pl.DataFrame:
    """Posts of beginners by level: person, level, start, end (open: far in the future), end_reason."""
    beginner = pl.DataFrame(
        {"person": np.arange(people.n), "entry": people.entry, "cluster": people.cluster, "way": people.way}
    ).filter(way=2)
    ids = network.institutions.select(institution=pl.col("number"), institution_id="institution_id")
    clusters = network.clusters["cluster_id"].to_list()
    member = network.members.join(ids, on="institution_id").select(
        "institution",
        "joined_on",
        "left_on",
        cluster=pl.col("cluster_id").replace_strict(
            {name: n for n, name in enumerate(clusters)}, return_dtype=pl.Int64
        ),
    )
    counted = (
        posts.filter(pl.col("role").is_in(LEVEL_ROLES), pl.col("kind").is_in(["main", "second"]))
        .join(beginner, on="person")
        .with_columns(pl.col("end").fill_null(OPEN))
    )
    same = pl.col("institution") == pl.col("entry")
    if network.merged:
        same |= (pl.col("entry") == network.merged[0]) & (pl.col("institution") == network.merged[1])
    columns = ("person", "start", "end", "end_reason")
    workplace = counted.filter(same).select(columns)
    elsewhere = (
        counted.filter(~same)
        .join(member, on=["institution", "cluster"])
        .filter(
            pl.col("joined_on") <= pl.col("end"), pl.col("left_on").is_null() | (pl.col("left_on") >= pl.col("start"))
        )
        .with_columns(start=pl.max_horizontal("start", "joined_on"))
        .select(columns)
    )
    return pl.concat(
        [
            workplace.with_columns(level=pl.lit("workplace")),
            pl.concat([workplace, elsewhere]).with_columns(level=pl.lit("network")),
            counted.select(columns).with_columns(level=pl.lit("profession")),
        ]
    )


def careers(posts: pl.DataFrame) -> pl.DataFrame:
    """Unbroken stretches by person and level: from, until (last day held), number (0 for the first)."""
    keys = ["person", "level"]
    maternity = pl.col("end_reason") == "maternity"
    leave_end = pl.col("end") + pl.duration(days=MATERNITY_DAYS)
    # A leave is over when a new post starts, whatever becomes of that.
    back = pl.col("start").shift(-1).over(keys) - pl.duration(days=1)
    held = (
        pl.when(maternity)
        .then(pl.min_horizontal(leave_end, pl.max_horizontal(back, pl.when(back.is_not_null()).then("end"))))
        .otherwise("end")
    )
    reach = pl.col("end") + pl.when(maternity).then(pl.duration(days=MATERNITY_DAYS + 1)).otherwise(
        pl.duration(days=GAP_DAYS + 1)
    )
    return (
        posts.with_columns(pl.col("end_reason").fill_null(""))
        .sort("person", "level", "start", "end")
        .with_columns(held=held, reach=reach)
        .with_columns(before=pl.col("reach").cum_max().over(keys).shift(1).over(keys))
        .with_columns(number=(pl.col("start") > pl.col("before")).fill_null(False).cum_sum().over(keys))
        .group_by("person", "level", "number", maintain_order=True)
        .agg(pl.col("start").min().alias("from"), pl.col("held").max().alias("until"))
    )


def outcomes(people: People, network: Network, posts: pl.DataFrame, horizons: tuple[int, ...]) -> pl.DataFrame:
    """Per beginner, level and horizon: `held` and `held_without_break` on the day t0 + horizon months, `is_removed`
    (retired or died before that day) and `horizon_on`."""
    by_level = level_posts(people, network, posts)
    stretches = careers(by_level)
    last = (
        by_level.filter(level="profession")
        .sort("person", "end", "start")
        .group_by("person", maintain_order=True)
        .agg(pl.col("end").last().alias("last_end"), pl.col("end_reason").last().alias("last_reason"))
    )
    who = np.flatnonzero(people.way == 2)
    days = pl.concat(
        [
            pl.DataFrame({"person": who, "horizon_months": horizon}).with_columns(
                day_column("horizon_on", add_months(people.anchor[who], horizon))
            )
            for horizon in horizons
        ]
    )
    inside = (pl.col("from") <= pl.col("horizon_on")) & (pl.col("horizon_on") <= pl.col("until"))
    gone = pl.col("last_reason").is_in(["retired", "died"]) & (pl.col("last_end") < pl.col("horizon_on"))
    return (
        days.join(stretches, on="person")
        .group_by("person", "level", "horizon_months", "horizon_on")
        .agg(inside.any().alias("held"), (inside & (pl.col("number") == 0)).any().alias("held_without_break"))
        .join(last, on="person")
        .with_columns(is_removed=gone.fill_null(False))
        .drop("last_end", "last_reason")
        .sort("person", "level", "horizon_months")
    )
