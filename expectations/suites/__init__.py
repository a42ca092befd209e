"""The suites: those of the raw layer follow from the contracts, those of the marts are declared in YAML."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.suite import Suite
from expectations.suites import declared, raw

LAYERS = ("raw", "marts")


def suites_of(layer: str, row_counts: Mapping[str, int] | None = None) -> tuple[Suite, ...]:
    """The suites of a layer, by table name.

    Args:
        layer: `raw` or `marts`.
        row_counts: rows that a table of the raw layer must have, where the caller has counted them.

    Raises:
        ValueError: no such layer, or a declared suite is not well formed.
    """
    if layer == "raw":
        return raw.suites(row_counts or {})
    if layer == "marts":
        return declared.suites()
    raise ValueError(f"no suites for layer {layer}; there are {', '.join(LAYERS)}")
