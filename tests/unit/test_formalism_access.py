"""Who may see what formalism is told from: read from dbt's own manifest, as a release reads it."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from bilimkoz.settings import Settings
from orchestration.dbt_parse import manifest_path
from publish.parts import MEMBERS, release_tables

#: Columns that tell which texts are alike without a word of them.
SIGNED = {"signature", "scheme"}


@pytest.fixture(scope="module")
def models(parsed: Settings) -> dict[str, dict[str, Any]]:
    document = json.loads(manifest_path(parsed).read_text())
    return {node["name"]: node for node in document["nodes"].values() if node["resource_type"] == "model"}


def test_no_release_has_signatures(models: dict[str, dict[str, Any]]) -> None:
    """Neither a mart, nor what of the models below them goes into the restricted part, nor what reads signatures."""
    assert set(models["int_text_signature"]["columns"]) >= SIGNED
    assert not [name for name, model in models.items() if model["schema"] == "marts" and SIGNED & set(model["columns"])]
    readers = {
        name for name, model in models.items() if "model.bilimkoz.int_text_signature" in model["depends_on"]["nodes"]
    }
    assert readers == {"formalism_pair", "formalism_case"}
    assert not {table for _, table in MEMBERS} & {*readers, "int_text_signature"}


def test_evidence_is_restricted_and_rates_are_not(models: dict[str, dict[str, Any]], parsed: Settings) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for name, model in models.items():
            if model["schema"] == "marts":
                columns = ", ".join(f'"{column}" varchar' for column in model["columns"])
                connection.execute(f'create table marts."{name}" ({columns})')
        parts = release_tables(connection, manifest_path(parsed))
    assert ("marts", "formalism_evidence") in parts["restricted"]
    assert ("marts", "formalism_evidence") not in parts["internal"]
    assert ("marts", "formalism_rate") in parts["internal"]
