"""The same landing on Spark and on DuckDB gives the same rows, column by column and type by type."""

from __future__ import annotations

from pathlib import Path

import on_spark
import pytest
import spark_scenes

from bilimkoz.connection import connect
from bilimkoz.sql import literal

pytestmark = [
    pytest.mark.skipif(on_spark.missing() is not None, reason=str(on_spark.missing())),
    pytest.mark.usefixtures("dbt"),
]

FEEDS = ("clusters", "institutions", "projects", "regions", "staff_employment")
TABLES = [
    ("staging", "stg_delivered_file"),
    ("staging", "stg_full_list"),
    ("staging", "stg_foreign_institution"),
    *[("staging", f"stg_{feed}") for feed in FEEDS],
    *[("intermediate", f"int_{feed}__accepted") for feed in FEEDS],
    ("intermediate", "int_waiting_row"),
    # What is of one engine: lists, their values in one cell, seeds with apostrophes and empty cells.
    ("staging", "stg_listed_institution"),
    ("intermediate", "int_expected_institution"),
    ("intermediate", "int_region_place"),
    ("seeds", "code_map"),
    ("seeds", "thresholds"),
]
SELECT = [name if schema == "seeds" else f"+{name}" for schema, name in TABLES]
AS_OF = "2026-02-01"
#: On DuckDB `int_waiting_row` is of all feeds, and each has a staging model.
_OF_FEEDS = f"where feed in {FEEDS}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A warehouse of DuckDB and one of Spark."""
    # Letters that a pattern of names would hold.
    root = spark_scenes.told(tmp_path_factory.mktemp("landing") / "of [one] {day}")
    warehouse = root.build(as_of=AS_OF, select=" ".join(SELECT))
    return warehouse, on_spark.build(root, tmp_path_factory.mktemp("spark"), AS_OF, SELECT, FEEDS)


@pytest.mark.parametrize(("schema", "name"), TABLES, ids=[name for _, name in TABLES])
def test_spark_gives_the_rows_of_duckdb(built: tuple[Path, Path], schema: str, name: str) -> None:
    warehouse, spark = built
    files = literal(str(spark / f"{schema}.db" / name / "*.parquet"))
    with connect(warehouse, read_only=True) as connection:
        ours = connection.sql(f"from {schema}.{name} {_OF_FEEDS if name == 'int_waiting_row' else ''} order by all")
        theirs = connection.sql(f"from read_parquet({files}) order by all")
        assert dict(zip(theirs.columns, theirs.types, strict=True)) == dict(zip(ours.columns, ours.types, strict=True))
        assert theirs.columns == ours.columns
        rows = ours.fetchall()
        assert rows
        assert theirs.fetchall() == rows


def test_the_landing_holds_what_may_go_wrong(built: tuple[Path, Path]) -> None:
    """Every reason to wait, versions that lists and cards withdraw, and rows that other senders put out."""
    warehouse, _ = built
    with connect(warehouse, read_only=True) as connection:
        reasons = connection.sql(f"select distinct reason from intermediate.int_waiting_row {_OF_FEEDS} order by 1")
        assert [reason for (reason,) in reasons.fetchall()] == [
            "not_your_institution",
            "waiting for clusters",
            "waiting for institutions",
            "waiting for regions",
        ]
        projects = connection.sql("select project_id from intermediate.int_projects__accepted order by 1").fetchall()
        assert projects == [("one",), ("twice",), ("two",)]
        told, held = (
            connection.sql(f"select count(*) from {table}").fetchall()[0][0]
            for table in ("raw.staff_employment", "staging.stg_staff_employment")
        )
        assert 0 < held < told
