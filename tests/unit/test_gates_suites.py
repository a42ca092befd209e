"""Suites and the things they judge do not drift apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.suites import declared, suites_of

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
MINIMAL: dict[str, Any] = {"description": "x", "columns": ["a"], "key": ["a"]}


def described_marts() -> dict[str, set[str]]:
    models = [
        model for file in MARTS.glob("*.yml") for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    ]
    return {model["name"]: {column["name"] for column in model["columns"]} for model in models}


def test_each_mart_has_a_suite_with_all_its_columns() -> None:
    assert {suite.table: set(suite.columns) for suite in suites_of("marts")} == described_marts()


def test_rules_of_a_suite_have_names_of_their_own() -> None:
    for layer in ("raw", "marts"):
        for suite in suites_of(layer):
            names = [rule.name for rule in suite.rules]
            assert len(names) == len(set(names)), suite.asset


def test_a_declared_suite_requires_its_key_and_a_row() -> None:
    names = {rule.name for rule in declared.parse("marts", "t", MINIMAL).rules}
    assert names == {"has rows", "key is unique", "a is present"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colums": ["a"]}, "unknown"),
        ({"key": None}, "missing"),
        ({"rows": [{"name": "key is unique", "description": "x", "holds": "true"}]}, "share a name"),
    ],
)
def test_a_suite_that_is_not_well_formed_is_refused(change: dict[str, Any], words: str) -> None:
    document = {name: value for name, value in (MINIMAL | change).items() if value is not None}
    with pytest.raises(ValueError, match=words):
        declared.parse("marts", "t", document)


def test_there_is_no_other_layer() -> None:
    with pytest.raises(ValueError, match="staging"):
        suites_of("staging")
