"""What the seeds ask of a figure."""

from __future__ import annotations

import duckdb


def minimum_n(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The least count of each kind of figure."""
    return dict(connection.execute("select figure, minimum_n from seeds.minimum_n").fetchall())


def thresholds(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Bounds by their codes."""
    return dict(connection.execute("select code, cast(bound as double) from seeds.thresholds").fetchall())
