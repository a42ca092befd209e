"""Tests that `dbt_project.yml` names: of value added, of what was known a year before, of the network effect. A name that no
result can have would leave every figure without a reason that anybody sees, so nothing is run with one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bilimkoz.settings import PROJECT, Settings
from ingest.contract import contract
from ingest.problems import Refusal

#: Variables that hold several tests, and the one that holds a single one.
LISTS = ("value_added_tests", "network_tests")
SINGLE = "prior_test"


def refuse_unknown_tests(settings: Settings) -> None:
    """Holds the tests of `dbt_project.yml` against the codes of the contract of results.

    Raises:
        Refusal: a variable names no test, or one that no result can have.
    """
    file = settings.dbt_project / "dbt_project.yml"
    told = yaml.load(file.read_bytes(), yaml.CSafeLoader).get("vars") or {}
    known = contract("assessment_results").column("test").enum
    if told.get(SINGLE) not in known:
        raise Refusal("setting_not_one_of", place=_place(file, SINGLE), key=SINGLE, known=known)
    for name in LISTS:
        if not _are_tests(told.get(name), known):
            raise Refusal("setting_not_tests", place=_place(file, name), key=name, known=known)


def _are_tests(value: Any, known: tuple[str, ...]) -> bool:
    return isinstance(value, list) and bool(value) and all(test in known for test in value)


def _place(file: Path, name: str) -> str:
    """The line on which a variable stands."""
    shown = file.relative_to(PROJECT) if file.is_relative_to(PROJECT) else file
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if re.match(rf"\s+{name}\s*:", line):
            return f"{shown}:{number}"
    return str(shown)
