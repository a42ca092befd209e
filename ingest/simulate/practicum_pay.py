"""What schools are paid for practicum: what is due for it, most of it in time, some late and some not at all."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, after, day_column, days_of
from ingest.simulate.feed_world import Sheet, World, codes, department, draw, kept, rows_of

#: Part of the price of the credits that the school is due for a student (MG 7661–7684).
SCHOOLS_PART = 0.3
#: What is read of placements and of prices.
PLACED = ("cluster_id", "school_id", "sending_id", "programme_code", "credits", "starts_on", "ends_on")
PRICED = ("institution_id", "programme_code", "school_year", "credit_price_kzt")
#: Shares of the lines paid in time and paid late; the others are not paid.
IN_TIME, LATE = 0.8, 0.12


def sheet(world: World, found: list[Sheet]) -> Sheet:
    """Lines of the budgets of networks, one a network, school, sender of students and month in which placements end.

    Args:
        found: sheets of all senders; of them the placements and the prices of a credit are read.
    """
    placed, prices = rows_of(found, "practicum_placements", PLACED), rows_of(found, "credit_prices", PRICED)
    return Sheet("finance", department(_lines(world, placed, prices)), world.last)


def _lines(world: World, placed: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """Each is due on the last day of the month, and the sender of the students pays it."""
    # Practicum is in the spring: the school year began the year before.
    year = pl.col("starts_on").dt.year()
    priced = placed.drop_nulls("cluster_id").with_columns(
        school_year=pl.format("{}/{}", year - 1, (year % 100).cast(pl.String).str.zfill(2))
    )
    due = (
        priced.join(
            prices,
            left_on=["sending_id", "programme_code", "school_year"],
            right_on=["institution_id", "programme_code", "school_year"],
            maintain_order="left",
        )
        .group_by(
            "cluster_id",
            "school_id",
            "sending_id",
            pl.col("ends_on").dt.month_end().alias("due_on"),
            maintain_order=True,
        )
        .agg(planned_kzt=(pl.col("credits") * pl.col("credit_price_kzt")).sum() * SCHOOLS_PART)
    )
    rng, n = world.rng(11), due.height
    due_on, luck = days_of(due["due_on"]), rng.random(n)
    paid_on = after(due_on, np.where(luck < IN_TIME, -rng.integers(0, 10, n), rng.integers(5, 70, n)))
    paid = (luck < IN_TIME + LATE) & (paid_on < np.datetime64(world.profile.as_of))
    return due.select(
        pl.Series("line_id", codes("FP", n)),
        "cluster_id",
        pl.col("due_on").dt.year().alias("budget_year"),
        pl.lit("practicum_payment").alias("kind"),
        pl.col("planned_kzt").round(),
        "due_on",
        pl.Series("paid_kzt", kept(due["planned_kzt"].round(), paid), dtype=pl.Float64),
        day_column("paid_on", np.where(paid, paid_on, NEVER)),
        pl.col("school_id").alias("institution_id"),
        pl.col("sending_id").alias("payer_id"),
        pl.Series("source", draw(rng, ("state", "local_budget", "own"), n), dtype=pl.String),
        pl.lit("F1").alias("kpi_code"),
    )
