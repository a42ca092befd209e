"""In which district an institution lies: a tree with cities beside districts, inside them and above them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fact_world import FactWorld

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

#: Region, the one it lies in, its level.
TREE = [
    ("country", None, "country"),
    ("oblast", "country", "oblast"),
    ("rayon", "oblast", "district"),
    ("town", "rayon", "city"),
    ("village", "rayon", "settlement"),
    ("centre", "oblast", "city"),
    ("suburb", "centre", "settlement"),
    ("capital", "country", "city"),
    ("quarter", "capital", "district"),
    ("street", "quarter", "settlement"),
    ("hamlet", "oblast", "settlement"),
]
WANTED = {
    "rayon": "rayon", "town": "rayon", "village": "rayon", "centre": "centre", "suburb": "centre", "capital": "capital",
    "quarter": "quarter", "street": "quarter",
}  # fmt: skip


def test_the_district_of_each_place(tmp_path: Path) -> None:
    """A settlement that lies in the oblast and in nothing between, and what is told of no place, lies in no district."""
    world = FactWorld("2026-09-15")
    for code, above, level in TREE:
        urban_rural = {"city": "urban", "settlement": "rural"}.get(level)
        world.add("regions", {"region_code": code, "parent_code": above, "level": level, "urban_rural": urban_rural})
        world.add("institutions", {"institution_id": f"school of {code}", "region_code": code})
    warehouse = world.build(tmp_path, "int_region_path", "int_institution_district")
    with connect(warehouse, read_only=True) as connection:
        found = dict(connection.execute("from intermediate.int_institution_district").fetchall())
    assert found == {f"school of {place}": district for place, district in WANTED.items()}
