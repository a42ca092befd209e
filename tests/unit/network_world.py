"""Invented networks, and what the network effect makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import polars as pl

from bilimkoz.connection import connect
from estimators.cross_products import TERMS
from estimators.network_effect import network_effect

YEARS = range(2018, 2024)
_ROW = {
    "outcome": pl.String,
    "term": pl.Int32,
    "institution_id": pl.String,
    "start_year": pl.Int32,
    "outcome_value": pl.Float64,
    "weight_n": pl.Int64,
}
_START = {
    "institution_id": pl.String,
    "term": pl.Int32,
    "cluster_id": pl.String,
    "joined_start_year": pl.Int32,
    "first_start_year": pl.Int32,
}
MINIMUM = {
    "value_added": 10,
    "value_added_institutions": 30,
    "value_added_districts": 5,
    "value_added_units": 10,
    "value_added_teachers": 5,
    "network_effect": 5,
    "network_interval": 20,
    "network_controls": 20,
}


@dataclass
class Networks:
    """Members by network and year of joining, and others; rows of outcomes."""

    rows: list[tuple[str, int, str, int, float, int]] = field(default_factory=list)
    starts: list[tuple[str, int, str, int, int]] = field(default_factory=list)
    bounds: dict[str, str] = field(
        default_factory=lambda: {
            "value_added_coverage_share": "0.5",
            "rank_reliability_share": "0.7",
            "network_anticipation_years": "0",
        }
    )

    def member(self, institution: str, cluster: str, joined: int, first: dict[int, int] | None = None) -> None:
        """`first`: by term, where a term's first year is not the school year of joining."""
        self.starts += [(institution, term, cluster, joined, (first or {}).get(term, joined)) for term in range(5)]

    def outcome(
        self, institution: str, values: dict[int, float], name: str = "score", term: int = 0, n: int = 50
    ) -> None:
        self.rows += [(name, term, institution, year, value, n) for year, value in values.items()]

    def estimated(self) -> dict[str, pl.DataFrame]:
        with connect(None) as connection:
            self.write(connection)
            return network_effect(connection)

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        tables = {
            "intermediate.int_network_outcome": pl.DataFrame(self.rows, schema=_ROW, orient="row"),
            "intermediate.int_network_start": pl.DataFrame(self.starts, schema=_START, orient="row"),
            "seeds.minimum_n": pl.DataFrame({"figure": list(MINIMUM), "minimum_n": list(MINIMUM.values())}),
            "seeds.thresholds": pl.DataFrame({"code": list(self.bounds), "bound": list(self.bounds.values())}),
        }
        # No models of value added, so no outcome `residual`.
        sums = [f"sum_{row}_{column}" for row in range(len(TERMS)) for column in range(max(row, 1), len(TERMS))]
        counts = ["start_year", "grade", "pupils_n", "with_prior_n", "at_ceiling_n", *sums]
        connection.execute("create schema intermediate; create schema seeds")
        connection.execute(
            f"""create table intermediate.int_value_added_gram (subject varchar, test varchar, institution_id varchar,
            is_complete boolean, {", ".join(f"{name} bigint" for name in counts)})"""
        )
        connection.execute(
            "create table intermediate.int_score_scale (grade int, subject varchar, test varchar, sd_score double)"
        )
        for name, frame in tables.items():
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")
