"""Bounds from the seed `thresholds.csv`, the one place where they stand."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ingest.contract import LANGUAGES


@dataclass(frozen=True)
class Threshold:
    """One bound.

    Attributes:
        code: what it bounds.
        bound: in `unit`.
        inclusive: whether the bound itself still passes.
        unit: such as `share`.
        reactions: what to do where it does not hold, by language.
    """

    code: str
    bound: Decimal
    inclusive: bool
    unit: str
    reactions: Mapping[str, str] = field(default_factory=dict, compare=False)

    def at_least(self, value: Decimal) -> bool:
        """Whether `value` is not below the bound."""
        return value > self.bound or (self.inclusive and value == self.bound)

    def at_most(self, value: Decimal) -> bool:
        """Whether `value` is not above the bound."""
        return value < self.bound or (self.inclusive and value == self.bound)


def read_thresholds(seed: Path) -> dict[str, Threshold]:
    """The bounds of a seed file by their code.

    Raises:
        OSError: it cannot be read.
        ValueError: a code stands twice, or a cell is not of its type.
    """
    with seed.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len({row["code"] for row in rows}) != len(rows):
        raise ValueError(f"{seed.name}: a code stands twice")
    return {row["code"]: _threshold(row) for row in rows}


def _threshold(row: dict[str, str]) -> Threshold:
    if row["inclusive"] not in ("true", "false"):
        raise ValueError(f"threshold {row['code']}: inclusive is true or false")
    reactions = {language: row[f"reaction_{language}"] for language in LANGUAGES}
    return Threshold(row["code"], Decimal(row["bound"]), row["inclusive"] == "true", row["unit"], reactions)
