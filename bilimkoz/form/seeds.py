"""The codes that a column may hold where a seed lists them, as a person chooses among them."""

from __future__ import annotations

import csv
from functools import cache

from bilimkoz.settings import PROJECT
from ingest.contract import Column


def values(column: Column, language: str) -> tuple[str, ...]:
    """Names in a language; the codes themselves where the column has a form of its own that no name has.

    None where the column is bound to no seed, or the seed is not there.
    """
    if not column.codes:
        return ()
    return tuple(code if column.pattern else names.get(language) or code for code, names in _seed(column.codes))


@cache
def _seed(name: str) -> tuple[tuple[str, dict[str, str]], ...]:
    path = PROJECT / "dbt_project" / "seeds" / f"{name}.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            (line["code"], {key.removeprefix("name_"): text for key, text in line.items() if key.startswith("name_")})
            for line in csv.DictReader(file)
        )
