"""What units of value added are called: programmes, courses and networks, whoever has a name."""

from __future__ import annotations

from collections.abc import Iterator

import dbt_in_process
import duckdb
import pytest
import yaml
from fact_world import FactWorld

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT

pytestmark = pytest.mark.usefixtures("dbt")
AS_OF = "2026-09-15"
UNITS = (
    ("programme", "U1/6B01501"), ("programme", "U1/6B01502"), ("programme", "U9/6B01501"), ("course", "U1/C1"),
    ("course", "U1/C2"), ("course", "name:pd/centre/C3"), ("cluster", "K1"), ("cluster", "K2"),
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    built = tmp_path_factory.mktemp("names") / "warehouse.duckdb"
    world = FactWorld(AS_OF)
    completed = {"person_id": "T1", "provider_id": "U1", "course": "C1", "hours": "72"}
    world.add(
        "training",
        completed | {"completed_on": "2024-01-10", "course_title": "First title"},
        completed | {"completed_on": "2025-01-10", "course_title": "Latest title"},
        completed | {"completed_on": "2026-01-10"},
        # After the as-of day.
        completed | {"completed_on": "2026-09-16", "course_title": "Later title"},
        completed | {"course": "C2", "completed_on": "2024-01-10"},
        completed
        | {"provider_id": "name:pd/centre", "course": "C3", "completed_on": "2024-01-10", "course_title": "Title"},
    )
    world.add(
        "programmes",
        {"institution_id": "U1", "programme_code": "6B01501", "name_kk": "Математика кк"}
        | {"name_ru": "Математика", "name_en": "Mathematics"},
    )
    world.add("institutions", {"institution_id": "U1", "name_kk": "БУ", "name_ru": "ПУ"})
    world.add("clusters", {"cluster_id": "K1", "name_kk": "Желі", "name_ru": "Сеть", "name_en": "Network"})
    world.write(built)
    document = yaml.safe_load((PROJECT / "dbt_project/models/marts/value_added_term.yml").read_text())
    columns = ", ".join(
        f"{column['name']} {column['data_type'].replace('string', 'varchar')}"
        for column in document["sources"][0]["tables"][0]["columns"]
    )
    with connect(built) as connection:
        connection.execute("create schema if not exists estimates")
        connection.execute(f"create table estimates.value_added_term ({columns})")
        connection.executemany(
            "insert into estimates.value_added_term (model_id, term, unit_id) values ('m', ?, ?)", list(UNITS)
        )
    dbt_in_process.build(built, AS_OF, ["int_course", "value_added_term"])
    with connect(built, read_only=True) as connection:
        yield connection


def test_each_unit_has_a_name_or_its_code(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select term, unit_id, unit_name_kk, unit_name_ru, unit_name_en from marts.value_added_term"
    ).fetchall()
    assert {(term, unit): tuple(names) for term, unit, *names in found} == {
        ("programme", "U1/6B01501"): ("Математика кк · БУ", "Математика · ПУ", "Mathematics · U1"),
        ("programme", "U1/6B01502"): ("6B01502 · БУ", "6B01502 · ПУ", "6B01502 · U1"),
        ("programme", "U9/6B01501"): ("6B01501 · U9",) * 3,
        ("course", "U1/C1"): ("Latest title · БУ", "Latest title · ПУ", "Latest title · U1"),
        ("course", "U1/C2"): ("C2 · БУ", "C2 · ПУ", "C2 · U1"),
        ("course", "name:pd/centre/C3"): ("Title · name:pd/centre",) * 3,
        ("cluster", "K1"): ("Желі", "Сеть", "Network"),
        ("cluster", "K2"): ("K2",) * 3,
    }


def test_a_course_stands_once_and_without_people(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.execute("select * from intermediate.int_course order by all").fetchall() == [
        ("U1", "C1", "Latest title"),
        ("U1", "C2", None),
        ("name:pd/centre", "C3", "Title"),
    ]
