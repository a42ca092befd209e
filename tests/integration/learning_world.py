"""Scores of pupils of many schools, written as feeds and built into the marts of learning. Worlds are told here, what is to be
expected of them is not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dbt_in_process
import duckdb
from fact_world import FactWorld

from bilimkoz.connection import connect

MARTS = ("learning_growth", "learning_gap", "learning_spread", "national_test")
MODELS = (
    "minimum_n", "int_region_path", "int_region_place", "int_pupil", "int_score", "int_score_scale", "int_value_added_row",
    "int_value_added_gram", "int_learning_sum", "int_national_test_sum", *MARTS,
)  # fmt: skip
AS_OF = "2026-09-15"
Key = dict[str, Any]


class LearningWorld:
    """Two oblasts, north with a city and south with a village."""

    def __init__(self) -> None:
        self.world = FactWorld(AS_OF)
        for code, parent, level, urban_rural in [
            ("country", None, "country", None),
            ("north", "country", "oblast", None),
            ("south", "country", "oblast", None),
            ("city", "north", "city", "urban"),
            ("village", "south", "settlement", "rural"),
        ]:
            row = {"region_code": code, "parent_code": parent, "level": level, "urban_rural": urban_rural}
            self.world.add("regions", row)

    def school(self, name: str, region: str) -> None:
        self.world.add("institutions", {"institution_id": name, "region_code": region})

    def score(
        self,
        pupil: str,
        school: str,
        year: int,
        score: float,
        *,
        grade: int = 6,
        subject: str = "mathematics",
        test: str = "modo",
    ) -> None:
        row = {
            "pupil_id": pupil, "institution_id": school, "school_year": label(year), "grade": grade, "subject": subject,
            "test": test, "score": str(score), "max_score": "140",
        }  # fmt: skip
        self.world.add("assessment_results", row)

    def on_roll(self, pupil: str, school: str, year: int, disadvantaged: bool | None) -> None:
        row = {
            "pupil_id": pupil, "institution_id": school, "school_year": label(year), "grade": 6, "disadvantaged": disadvantaged,
        }  # fmt: skip
        self.world.add("enrolments", row)

    def build(self, folder: Path, pass_scores: Iterable[tuple[str, str, float]] | None = None) -> Path:
        """Builds with the pass scores given, or with the project's own."""
        warehouse = folder / "warehouse.duckdb"
        self.world.write(warehouse)
        if pass_scores is not None:
            with connect(warehouse) as connection:
                connection.execute("create schema seeds")
                connection.execute(
                    "create table seeds.pass_scores (school_year varchar, subject varchar, score decimal(18, 4))"
                )
                connection.executemany("insert into seeds.pass_scores values (?, ?, ?)", list(pass_scores))
        models = MODELS if pass_scores is not None else ("pass_scores", *MODELS)
        dbt_in_process.build(warehouse, AS_OF, models)
        return warehouse


def label(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02}"


def rows(connection: duckdb.DuckDBPyConnection, mart: str, **key: Any) -> list[Key]:
    """Rows of a mart with the values given, in the order of all columns."""
    where = " and ".join(f"{name} = ?" for name in key) or "true"
    found = connection.execute(f"select * from marts.{mart} where {where} order by all", list(key.values()))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(connection: duckdb.DuckDBPyConnection, mart: str, **key: Any) -> Key:
    (row,) = rows(connection, mart, **key)
    return row
