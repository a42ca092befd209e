"""Criteria of clusters, written by hand, and the index that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl
from project_seeds import write_seeds

from estimators.cluster_index import cluster_index

PERIOD = "2025/26"
#: Three criteria: of one indicator, of one, and of two.
COMPOSITION = (("CE1", "P1", 0.4), ("CE2", "G3", 0.3), ("CE3", "L4", 0.15), ("CE3", "J1", 0.15))


@dataclass
class IndexWorld:
    """Values by cluster, in the order of the composition; None is not collected."""

    values: dict[str, Sequence[float | None]]
    normalisation: str = "minmax"
    aggregation: str = "geometric"
    bounds: tuple[float | None, float | None] = (0.0, 1.0)
    error: float | None = 0.02
    kinds: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    #: Of a cluster, or of an indicator of one.
    statuses: dict[str | tuple[str, str], str] = field(default_factory=dict)
    given: bool = False
    composition: Sequence[tuple[str, str, float]] = COMPOSITION

    def open(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("create schema marts; create schema seeds; create schema intermediate")
        write_seeds(connection)
        setting = f"select '{self.normalisation}' as normalisation, '{self.aggregation}' as aggregation"
        connection.execute(f"create table intermediate.int_index_setting as {setting}")
        weight = "1.0" if self.given else "null"
        for seed in ("criteria", "criteria_indicators"):
            connection.execute(f"create table seeds.{seed} as select cast({weight} as decimal(18, 4)) as weight")
        rows = [
            {
                "cluster_id": cluster,
                "period": PERIOD,
                "criterion": criterion,
                "indicator": indicator,
                "measure": "main",
                "aspect": "level",
                "direction": "higher",
                "component_value": value,
                "component_se": None if value is None else self.error,
                "reference_value": self.bounds[0],
                "target_value": self.bounds[1],
                "weight_share": weight_share,
                "status": self.statuses.get(
                    (cluster, indicator), self.statuses.get(cluster, "not_collected" if value is None else "ok")
                ),
            }
            for cluster, values in self.values.items()
            for (criterion, indicator, weight_share), value in zip(self.composition, values, strict=True)
        ]
        texts = ("cluster_id", "period", "criterion", "indicator", "measure", "aspect", "direction", "status")
        schema = {name: pl.String if name in texts else pl.Float64 for name in rows[0]}
        places = [(name, *self.kinds.get(name, ("pedagogical_network", "pilot"))) for name in self.values]
        for table, frame in {
            "cluster_criteria": pl.DataFrame(rows, schema=schema),
            "dim_cluster": pl.DataFrame(
                places, schema=dict.fromkeys(("cluster_id", "kind", "stage"), pl.String), orient="row"
            ),
        }.items():
            connection.register("frame", frame)
            connection.execute(f"create table marts.{table} as select * from frame")
            connection.unregister("frame")
        return connection

    def made(self) -> dict[str, pl.DataFrame]:
        with self.open() as connection:
            return cluster_index(connection)

    def rows(self) -> dict[str, dict[str, Any]]:
        """The index by cluster."""
        return {row["cluster_id"]: row for row in self.made()["cluster_index"].rows(named=True)}


def several(number: int) -> dict[str, Sequence[float | None]]:
    """So many clusters, each better than the one before in everything."""
    return {f"c{n}": [0.1 * n, 0.1 * n + 0.05, 0.12 * n, 0.11 * n] for n in range(1, number + 1)}
