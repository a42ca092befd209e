"""What the tables of value added share: their key, and the bounds of the seeds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from estimators.bounds import minimum_n, thresholds
from estimators.cross_products import Model

KEY = {"model_id": pl.String, "school_year": pl.String, "grade": pl.Int32, "subject": pl.String, "test": pl.String}


@dataclass(frozen=True)
class Rules:
    """Bounds of the seeds: pupils an effect needs, institutions a model needs, the share of pupils with a prior it needs, the
    reliability below which nobody is ranked; districts that a level of districts needs, units that a term needs, and teachers
    that a unit needs."""

    pupils: int
    institutions: int
    coverage: float
    reliability: float
    districts: int
    units: int
    teachers: int


def rules_of(connection: duckdb.DuckDBPyConnection) -> Rules:
    minimum, bounds = minimum_n(connection), thresholds(connection)
    return Rules(
        pupils=minimum["value_added"],
        institutions=minimum["value_added_institutions"],
        coverage=bounds["value_added_coverage_share"],
        reliability=bounds["rank_reliability_share"],
        districts=minimum["value_added_districts"],
        units=minimum["value_added_units"],
        teachers=minimum["value_added_teachers"],
    )


def year_label(start_year: object) -> str:
    """2024/25 of 2024."""
    return f"{start_year}/{(int(str(start_year)) + 1) % 100:02d}"


def key_of(model: Model) -> dict[str, object]:
    """Columns of KEY of a model."""
    start_year, grade, subject, test = model.key
    year = year_label(start_year)
    return {
        "model_id": f"{year} {grade} {subject} {test}",
        "school_year": year,
        "grade": grade,
        "subject": subject,
        "test": test,
    }


def literals(key: dict[str, object]) -> list[pl.Expr]:
    return [pl.lit(value).alias(name) for name, value in key.items()]


def whole(table: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The table in the columns and types of the schema, absent where it has them not."""
    absent = (pl.lit(None).alias(name) for name in schema.names() if name not in table.columns)
    return table.with_columns(absent).select(schema.names()).cast(schema)
