"""Which estimates there are, what each reads, and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import polars as pl

from estimators.hazard import retention_hazard
from estimators.preparing import retention_preparing


@dataclass(frozen=True)
class Estimate:
    """A table that Python makes of the warehouse.

    Attributes:
        name: of the table, and of the mart above it.
        reads: tables of dbt, as `schema.name`.
        of: makes it; the connection is to the candidate, for reading.
        description: a sentence for the graph.
    """

    name: str
    reads: tuple[str, ...]
    of: Callable[[duckdb.DuckDBPyConnection], pl.DataFrame]
    description: str


ESTIMATES = (
    Estimate(
        "retention_hazard",
        ("intermediate.int_hazard_row", "seeds.minimum_n"),
        retention_hazard,
        "What goes with leaving sooner: hazard ratios of the values on the first day.",
    ),
    Estimate(
        "retention_preparing",
        ("intermediate.int_retention_count", "seeds.minimum_n", "seeds.thresholds"),
        retention_preparing,
        "Whose graduates stay: shares by preparing institution and programme, partially pooled.",
    ),
)
