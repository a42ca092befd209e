"""What every model of the dbt project owes, read from dbt's own manifest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bilimkoz.settings import PROJECT, Settings
from ingest.dbt_models import render
from orchestration.dbt_parse import manifest_path

LAYERS = ("staging", "intermediate", "indicators", "alerts", "mirror", "marts")
#: What each layer may read. Rows go forward only.
MAY_READ = {
    "staging": {"raw", "log", "staging"},
    "intermediate": {"log", "staging", "intermediate", "seeds"},
    # Indicators are made of facts, the mart of them of indicators, alerts of both, and the mirror of all of these.
    "indicators": {"intermediate", "indicators", "marts", "seeds"},
    "alerts": {"intermediate", "indicators", "alerts", "marts", "seeds"},
    "mirror": {"intermediate", "indicators", "mirror", "marts", "seeds"},
    "marts": {"intermediate", "indicators", "alerts", "mirror", "marts", "seeds", "estimates", "indices"},
}
#: The balance counts the rows of landing itself, or it could not see one that staging lost.
READS_RAW = {"int_row_balance"}
NAMES = {
    "staging": re.compile(r"stg_[a-z_]+"),
    "intermediate": re.compile(r"int_[a-z_]+"),
    "indicators": re.compile(r"ind_[a-z]+[0-9]*|(indicator|scope|survey|review|formalism)_[a-z]+"),
    "alerts": re.compile(r"alert_(w[0-9]{2}|part)"),
    "mirror": re.compile(r"mirror_[a-z]+"),
    "marts": re.compile(
        r"(dim|fct|bridge)_[a-z_]+|(cluster|course|retention|value_added|learning|network|formalism)_[a-z_]+|institution_coverage|national_test"
        r"|school_mirror(_line)?"
    ),
}
PREFIXES = ("int_", "stg_", "dim_", "fct_", "bridge_")
#: A number says its unit; a few are counted in what they name.
UNIT = re.compile(
    r"_(n|share|pct|kzt|minutes|hours|days|weeks|months|se|sd|variance|low|high|fte|year|no|rank|score|value)$"
    r"|^(month|horizon_months|estimate|value|position|score|grade|term|section|rank)$"
    # Of cluster_indicator: in the unit of the indicator, which dim_indicator tells.
    r"|^(numerator|denominator|n|baseline|target)$"
    r"|_(ratio|chi2|smd)$"
)
NUMBER = ("BIGINT", "INTEGER", "INT", "DOUBLE", "DECIMAL", "FLOAT")


@pytest.fixture(scope="module")
def manifest(parsed: Settings) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(manifest_path(parsed).read_text())
    return document


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def test_no_layer_reads_a_later_one(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    wrong = []
    for model in models:
        allowed = MAY_READ[model["schema"]] | ({"raw"} if model["name"] in READS_RAW else set())
        for name in model["depends_on"]["nodes"]:
            parent = manifest["nodes"].get(name) or manifest["sources"][name]
            if parent["schema"] not in allowed:
                wrong.append(f"{model['name']} reads {parent['schema']}.{parent['name']}")
    assert not wrong


def test_models_are_named_after_their_layer(models: list[dict[str, Any]]) -> None:
    assert {model["schema"] for model in models} == set(LAYERS)
    assert not [model["name"] for model in models if not NAMES[model["schema"]].fullmatch(model["name"])]


def test_each_model_says_its_grain_and_tests_it(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    tested = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "unique_grain"
    }
    untested = [model["name"] for model in models if model["unique_id"] not in tested]
    assert not untested
    unsaid = [
        model["name"]
        for model in models
        if not model["description"].startswith("Grain: one row per ")
        or any(f"`{column}`" not in model["description"] for column in tested[model["unique_id"]])
    ]
    assert not unsaid


def test_every_test_is_an_error(manifest: dict[str, Any]) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert tests
    assert not [
        test["name"] for test in tests if test["config"]["severity"].lower() != "error" or not test["config"]["enabled"]
    ]


def test_each_column_is_described(manifest: dict[str, Any]) -> None:
    """Of models, seeds and sources. That these are all columns of what is built: tests/end_to_end/test_columns.py."""
    tables = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    tables += manifest["sources"].values()
    bare = [
        f"{table['name']}.{name}"
        for table in tables
        for name, column in table["columns"].items()
        if not column["description"].strip()
    ]
    assert not bare
    assert not [table["name"] for table in tables if not table["columns"] or not table["description"].strip()]


def test_marts_have_enforced_contracts(models: list[dict[str, Any]]) -> None:
    loose = [
        model["name"] for model in models if model["schema"] == "marts" and not model["config"]["contract"]["enforced"]
    ]
    assert not loose


def test_numbers_of_marts_say_their_unit(models: list[dict[str, Any]]) -> None:
    bare = [
        f"{model['name']}.{name}"
        for model in models
        if model["schema"] == "marts"
        for name, column in model["columns"].items()
        if (column.get("data_type") or "").upper().startswith(NUMBER) and not UNIT.search(name)
    ]
    assert not bare


def test_generated_files_follow_from_the_contracts() -> None:
    """`make generate` would change nothing: a column has one home."""
    for name, content in render().items():
        assert (PROJECT / "dbt_project" / name).read_text(encoding="utf-8") == content, name


def test_files_of_models_are_short() -> None:
    long = [
        path.name
        for path in Path(PROJECT / "dbt_project" / "models").rglob("*")
        # Unit tests of one kind of rule share their rows, and a file cannot lend them to another.
        if path.is_file() and len(path.read_text().splitlines()) > (300 if path.name.startswith("bounds_") else 150)
    ]
    assert not long
