"""A suite: what one table must be, as rules that SQL can judge.

Nothing in here needs Great Expectations, so that the names of the gates can be had without the seconds it takes to
load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bilimkoz.sql import identifier, literal


@dataclass(frozen=True)
class Rule:
    """One rule of a suite. Exactly one of `condition` and `query` is set, or none for a rule about the table itself.

    Attributes:
        name: unique in its suite; stands in the gate's `observed` when the rule does not hold.
        description: one sentence that is true when it holds.
        condition: SQL over the table's columns, true for every row; null is not true.
        query: SQL that finds the offenders; none are found when it holds.
        built_in: the Great Expectations class that says the same, with its arguments; None where no class does.
    """

    name: str
    description: str
    condition: str | None = None
    query: str | None = None
    built_in: tuple[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Suite:
    """What the table `layer.table` must be.

    Attributes:
        layer: the database schema, which is also the layer's name.
        table: the table or view.
        columns: that must be there, with their DuckDB type where one is asked for.
        rules: judged only where every column is there with its type.
        hidden: columns that are shown to nobody when a row breaks a rule.
    """

    layer: str
    table: str
    description: str
    columns: Mapping[str, str | None]
    rules: tuple[Rule, ...]
    hidden: frozenset[str] = field(default=frozenset())

    def offenders(self, rule: Rule) -> str | None:
        """SQL that finds the rows that break a rule; None for a rule that is not about rows."""
        if rule.condition is not None:
            return f"select * from {self.asset} where ({rule.condition}) is not true"
        return rule.query

    @property
    def asset(self) -> str:
        """`layer.table`."""
        return f"{self.layer}.{self.table}"

    @property
    def gate(self) -> str:
        """Name of the suite's gate."""
        return gate_of(self.asset)


def gate_of(asset: str) -> str:
    """Name of the gate that the suite of `asset` makes."""
    return f"gx:{asset}"


def columns_are_there(columns: Mapping[str, str | None]) -> Rule:
    """The table has all these columns; their types are not its business."""
    return Rule(
        "columns are there",
        f"columns {', '.join(columns)}",
        built_in=("ExpectTableColumnsToMatchSet", {"column_set": list(columns), "exact_match": False}),
    )


def not_null(column: str) -> Rule:
    """The column has a value in every row."""
    return Rule(
        f"{column} is present",
        f"{column} has a value in every row",
        condition=f"{identifier(column)} is not null",
        built_in=("ExpectColumnValuesToNotBeNull", {"column": column}),
    )


def one_of(column: str, values: tuple[str, ...]) -> Rule:
    """The column holds nothing but these values, or null."""
    name = identifier(column)
    return Rule(
        f"{column} is in its list",
        f"{column} is one of {', '.join(values)}",
        condition=f"{name} is null or {name} in ({', '.join(literal(value) for value in values)})",
        built_in=("ExpectColumnValuesToBeInSet", {"column": column, "value_set": list(values)}),
    )


def between(column: str, low: float | None, high: float | None) -> Rule:
    """The column lies between the bounds, which are allowed themselves, or is null; None is no bound."""
    name = identifier(column)
    ends = [f"{name} {sign} {bound}" for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
    return Rule(
        f"{column} is in range",
        f"{column} lies between {_end(low)} and {_end(high)}",
        condition=f"{name} is null or ({' and '.join(ends)})",
        built_in=("ExpectColumnValuesToBeBetween", {"column": column, "min_value": low, "max_value": high}),
    )


def time_between(column: str, kind: str, low: str | None, high: str | None) -> Rule:
    """As `between`, for days and moments in ISO form; `kind` is `date` or `timestamp`."""
    name = identifier(column)
    ends = [f"{name} {sign} {kind} {literal(day)}" for sign, day in ((">=", low), ("<=", high)) if day is not None]
    return Rule(
        f"{column} is in range",
        f"{column} lies between {_end(low)} and {_end(high)}",
        condition=f"{name} is null or ({' and '.join(ends)})",
    )


def unique(asset: str, columns: tuple[str, ...]) -> Rule:
    """No two rows share these columns; by one aggregate, since a window over the rows is slow on a large table."""
    key = ", ".join(identifier(column) for column in columns)
    return Rule(
        "key is unique",
        f"one row per {', '.join(columns)}",
        query=f"select {key}, count(*) as rows_n from {asset} group by {key} having count(*) > 1",
    )


def row_count(expected_n: int) -> Rule:
    """The table has exactly this many rows."""
    return Rule(
        "row count",
        f"{expected_n} rows, as many as the load log counts",
        built_in=("ExpectTableRowCountToEqual", {"value": expected_n}),
    )


def not_empty() -> Rule:
    """The table has a row."""
    return Rule("has rows", "at least one row", built_in=("ExpectTableRowCountToBeBetween", {"min_value": 1}))


def _end(bound: object) -> str:
    return "any" if bound is None else str(bound)
