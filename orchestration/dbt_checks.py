"""What each test of dbt asks, in a sentence, for its check in the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import dagster as dg

_CLAIM = re.compile(r"What it claims:\s*(.+?)\s*(?:When it matters:|\Z)", re.DOTALL)


def described(spec: dg.AssetCheckSpec, test: Mapping[str, Any]) -> dg.AssetCheckSpec:
    """The check of a dbt test with its description."""
    return spec._replace(description=description(test))


def description(test: Mapping[str, Any]) -> str:
    """What the test's node in dbt's manifest says it claims, or what the kind of the test means with its arguments."""
    if test.get("description"):
        return str(test["description"])
    generic: Mapping[str, Any] = test.get("test_metadata") or {}
    arguments = generic.get("kwargs", {})
    column = arguments.get("column_name")
    kinds = {
        "not_null": f"{column} has a value in every row.",
        "unique": f"No two rows share a value of {column}.",
        "unique_grain": f"One row per {', '.join(arguments.get('columns', ()))}.",
        "complete": f"{', '.join(arguments.get('columns', ()))} have a value in every row.",
        "accepted_values": f"{column} is one of {', '.join(map(str, arguments.get('values', ())))}.",
        "relationships": f"Every {column} is in {arguments.get('to')}.",
    }
    if generic.get("name") in kinds:
        return kinds[generic["name"]]
    claim = _CLAIM.search(re.sub(r"^--\s?", "", test.get("raw_code", ""), flags=re.MULTILINE))
    return " ".join(claim[1].split()) if claim else str(test["name"]).replace("_", " ")
