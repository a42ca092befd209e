"""Suites declared in YAML, one file a mart, in the folder of their layer; of the other marts, what dbt's own files say.

A file has `description`, `columns` (a list), `key`, and any of `may_be_empty`, `not_null` (a list; the key is always
in), `one_of` (column: values), `segments` (the variable of dbt_project.yml that lists the segments of people), `between`
(column: [low, high], null for none), `rows` (name, description, holds: SQL over the columns) and `queries` (name,
description, finds_nothing: SQL). Anything else in it is refused, since a misspelt rule would be no rule. A mart whose rows keep
the rules of another has `same_as` (that mart) and `words` (word of that file: what stands for it here), and what it has of
its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bilimkoz.settings import PROJECT
from expectations.suite import Rule, Suite, between, not_empty, not_null, one_of, unique
from expectations.suites.raw import hidden_columns

FOLDER = Path(__file__).parent
MODELS = PROJECT / "dbt_project" / "models"
_KEYS = {
    "description",
    "columns",
    "key",
    "may_be_empty",
    "not_null",
    "one_of",
    "segments",
    "between",
    "rows",
    "queries",
}


@cache
def suites(layer: str = "marts") -> tuple[Suite, ...]:
    """The suites of a layer, by table name: declared ones, and of models without one their columns and their grain.

    Raises:
        ValueError: a file has a key that is not known or lacks one that is needed.
    """
    declared = {path.stem: path for path in (FOLDER / layer).glob("*.yaml")}
    models = {path.stem: path for path in (MODELS / layer).glob("*.yml")}
    return tuple(
        parse(layer, name, _read(declared[name])) if name in declared else _of_model(layer, name, _read(models[name]))
        for name in sorted({*declared, *models})
    )


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    if "same_as" not in document:
        return document
    other = document.pop("same_as")
    text = path.with_name(f"{other}.yaml").read_text(encoding="utf-8")
    for word, instead in {other: path.stem, **document.pop("words", {})}.items():
        text = re.sub(rf"\b{re.escape(word)}\b", instead, text)
    return {**yaml.load(text, yaml.CSafeLoader), **document}


def _of_model(layer: str, table: str, document: dict[str, Any]) -> Suite:
    """The suite of a table that has no rules beside what dbt's file on its model says."""
    (model,) = document["models"]
    grain = next(test["unique_grain"] for test in model["data_tests"] if "unique_grain" in test)
    return Suite(
        layer=layer,
        table=table,
        description=model["description"],
        columns=dict.fromkeys(column["name"] for column in model["columns"]),
        rules=(unique(f"{layer}.{table}", tuple(grain["arguments"]["columns"])),),
        hidden=hidden_columns(),
    )


def parse(layer: str, table: str, document: dict[str, Any]) -> Suite:
    """A suite from the content of its file.

    Raises:
        ValueError: a key is not known, or one that is needed is missing.
    """
    unknown = sorted(set(document) - _KEYS)
    missing = sorted({"description", "columns", "key"} - set(document))
    if unknown or missing:
        raise ValueError(f"suite {layer}.{table}: unknown {unknown}, missing {missing}")
    rules = tuple(_rules(f"{layer}.{table}", document))
    names = [rule.name for rule in rules]
    if len(names) != len(set(names)):
        raise ValueError(f"suite {layer}.{table}: two rules share a name")
    return Suite(
        layer=layer,
        table=table,
        description=document["description"],
        columns=dict.fromkeys(document["columns"]),
        rules=rules,
        hidden=hidden_columns(),
    )


def _rules(asset: str, document: dict[str, Any]) -> Iterator[Rule]:
    if not document.get("may_be_empty", False):
        yield not_empty()
    key = tuple(document["key"])
    yield unique(asset, key)
    for column in dict.fromkeys((*key, *document.get("not_null", ()))):
        yield not_null(column)
    for column, values in document.get("one_of", {}).items():
        yield one_of(column, tuple(values))
    if "segments" in document:
        yield _segments(document["segments"])
    for column, (low, high) in document.get("between", {}).items():
        yield between(column, low, high)
    for entry in document.get("rows", ()):
        yield Rule(entry["name"], entry["description"], condition=entry["holds"])
    for entry in document.get("queries", ()):
        yield Rule(entry["name"], entry["description"], query=entry["finds_nothing"])


def _segments(people: str) -> Rule:
    """Column `segment`: all, a segment of the place, the network or the people, or a pair of them."""
    variables = yaml.load((PROJECT / "dbt_project" / "dbt_project.yml").read_bytes(), yaml.CSafeLoader)["vars"]
    known = "|".join((*variables["place_segments"], *variables["network_segments"], *variables[people]))
    return Rule(
        "segment is known",
        "segment is all, one that dbt_project.yml lists, or a pair of those",
        condition=f"regexp_full_match(segment, 'all|({known})([+]({known}))?')",
    )
