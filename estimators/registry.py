"""Which estimates there are, what each reads, and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import polars as pl

from estimators.comparison import comparison_matches, retention_comparison
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


_COMPARED = (
    "intermediate.int_cluster_members__accepted",
    "intermediate.int_control_groups__accepted",
    "intermediate.int_retention_member",
    "intermediate.int_place",
    "intermediate.int_comparison_index",
    "intermediate.int_comparison_prior",
)
ESTIMATES = (
    Estimate(
        "retention_comparison",
        (
            *_COMPARED,
            "intermediate.int_retention_outcome",
            "intermediate.int_retention_exposure",
            "intermediate.int_cohort_horizon",
            "seeds.minimum_n",
        ),
        retention_comparison,
        "The network against others: new teachers of members beside those of matched controls.",
    ),
    Estimate(
        "retention_match",
        _COMPARED,
        comparison_matches,
        "Which institution was compared with which, and which found no match and why.",
    ),
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
