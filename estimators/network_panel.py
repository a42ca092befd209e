"""Outcomes of institutions by year and term, as group-time effects are reckoned from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from estimators.group_time import NEVER, Cell, Panel, cells
from estimators.value_added import residual_means

Ints = NDArray[np.int64]
_ROWS = """
    select o.outcome, o.term, o.institution_id, o.start_year, o.outcome_value, o.weight_n,
        coalesce(s.cluster_id, '') as cluster_id, s.joined_start_year, s.first_start_year
    from {outcomes} as o left join intermediate.int_network_start as s using (institution_id, term)
    where o.weight_n >= {least}
    order by o.outcome, o.term, o.institution_id, o.start_year"""


@dataclass(frozen=True)
class Outcome:
    """Cells of an outcome, over all terms.

    Attributes:
        cluster: (institutions,) what errors are common to: the network of a member, of others the institution.
        members_n: institutions that joined and are known.
    """

    name: str
    cells: list[Cell]
    cluster: Ints
    members_n: int


def outcomes(connection: duckdb.DuckDBPyConnection, least: int, anticipation: int) -> Iterator[Outcome]:
    """Each outcome of intermediate.int_network_outcome, and `residual`: what pupils know more than pupils who knew as much the
    year before, mean over grades and subjects (unshrunken means of estimators.value_added). `least`: weight of a mean."""
    rows = pl.concat(
        [
            connection.execute(_ROWS.format(outcomes="intermediate.int_network_outcome", least=least)).pl(),
            _residuals(connection, least),
        ],
        how="vertical_relaxed",
    )
    for (name,), of_outcome in rows.group_by("outcome", maintain_order=True):
        yield _outcome(str(name), of_outcome, anticipation)


def _residuals(connection: duckdb.DuckDBPyConnection, least: int) -> pl.DataFrame:
    residual = (
        residual_means(connection)
        .group_by("institution_id", "start_year")
        .agg(
            outcome_value=(pl.col("mean") * pl.col("pupils_n")).sum() / pl.col("pupils_n").sum(),
            weight_n=pl.col("pupils_n").sum(),
        )
        .with_columns(outcome=pl.lit("residual"), term=pl.lit(0, pl.Int32))
    )
    connection.register("residual", residual)
    try:
        return connection.execute(_ROWS.format(outcomes="residual", least=least)).pl()
    finally:
        connection.unregister("residual")


def _outcome(name: str, rows: pl.DataFrame, anticipation: int) -> Outcome:
    units = rows.group_by("institution_id").agg(pl.col("cluster_id").max()).sort("institution_id")
    shared = (
        pl.when(pl.col("cluster_id") == "").then("i" + pl.col("institution_id")).otherwise("c" + pl.col("cluster_id"))
    )
    cluster = units.select(shared.rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    numbered = rows.join(units.select("institution_id").with_row_index("unit"), on="institution_id")
    found: list[Cell] = []
    for (term,), of_term in numbered.group_by("term", maintain_order=True):
        found += cells(_panel(int(str(term)), of_term, len(units)), anticipation)
    return Outcome(name, found, cluster, int((units["cluster_id"] != "").sum()))


def _panel(term: int, rows: pl.DataFrame, units: int) -> Panel:
    years = rows["start_year"].unique().sort().to_numpy().astype(np.int64)
    unit, year = rows["unit"].to_numpy(), np.searchsorted(years, rows["start_year"].to_numpy())
    values, weights = np.full((units, len(years)), np.nan), np.zeros((units, len(years)))
    values[unit, year] = rows["outcome_value"].to_numpy()
    weights[unit, year] = rows["weight_n"].to_numpy()
    first, joined = np.full(units, NEVER), np.full(units, NEVER)
    first[unit] = rows["first_start_year"].fill_null(NEVER).to_numpy()
    joined[unit] = rows["joined_start_year"].fill_null(NEVER).to_numpy()
    return Panel(term, years, values, weights, first, joined)
