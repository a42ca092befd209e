"""Invented pupils and schools, and what value added makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from project_seeds import write_seeds

from bilimkoz.connection import connect, registered
from estimators.cross_products import COLUMNS
from estimators.value_added import value_added

Floats = NDArray[np.float64]
ONE = 10_000_000
#: Points of the test in a standard deviation of the baseline year.
SD = 12.5
#: Pupils of thirty schools, a third of them too few for a figure or for a rank.
SIZES = [5, 9, 10, 30, 60, 100] * 5


@dataclass(frozen=True)
class Pupils:
    """Columns of int_value_added_row as whole numbers, and the school of each; nobody is a newcomer unless it is said."""

    columns: dict[str, NDArray[np.int64]]
    school: NDArray[np.int64]
    earlier: NDArray[np.int64] | None = None
    is_newcomer: NDArray[np.bool_] | None = None
    key: tuple[int, int, str, str] = (2024, 6, "mathematics", "modo")

    @property
    def x(self) -> Floats:
        """Constant, prior, and whether it is missing; the other columns say nothing."""
        return np.column_stack(
            [np.ones(len(self.school)), self.columns["prior"] / ONE, self.columns["prior_missing"]]
        ).astype(float)

    @property
    def y(self) -> Floats:
        return self.columns["outcome"] / ONE


def invented(sizes: list[int], seed: int, spread: float = 0.3, missing: float = 0.1, **values: Any) -> Pupils:
    random = np.random.default_rng(seed)
    school = np.repeat(np.arange(len(sizes)), sizes)
    is_missing = random.random(len(school)) < missing
    prior = np.where(is_missing, 0.0, random.normal(size=len(school)))
    effect = random.normal(0, spread, len(sizes))
    outcome = 0.1 + 0.6 * prior - 0.2 * is_missing + effect[school] + random.normal(0, 0.7, len(school))
    told = {"prior": prior * ONE, "prior_missing": is_missing, "outcome": outcome * ONE}
    columns = {name: np.rint(told.get(name, np.zeros(len(school)))).astype(np.int64) for name in COLUMNS}
    return Pupils(columns, school, **values)


def estimated(*models: Pupils) -> dict[str, pl.DataFrame]:
    with summed(*models) as connection:
        return value_added(connection)


@contextmanager
def summed(*models: Pupils) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with what dbt makes of the pupils, and the seeds."""
    tables: dict[str, list[dict[str, Any]]] = {"gram": [], "newcomer": [], "decile": []}
    for pupils in models:
        none = np.zeros(len(pupils.school), dtype=np.int64)
        columns = np.column_stack([c.astype(object) for c in pupils.columns.values()])
        both = np.column_stack([np.ones(len(pupils.school), dtype=object), columns])
        with_earlier = np.column_stack([both, none if pupils.earlier is None else pupils.earlier.astype(object)])
        is_newcomer = none > 0 if pupils.is_newcomer is None else pupils.is_newcomer
        decile = _decile(pupils)
        for number in np.unique(pupils.school):
            here = pupils.school == number
            key = dict(zip(("start_year", "grade", "subject", "test"), pupils.key, strict=True))
            key["institution_id"] = f"S{number:03}"
            for is_complete in (False, True):
                own = both[here & ((pupils.columns["prior_missing"] == 0) == is_complete)]
                counted = {"with_prior_n": int(sum(1 - own[:, 2])), "at_ceiling_n": len(own) // 7}
                tables["gram"].append(key | {"is_complete": is_complete} | counted | _sums(own))
            tables["newcomer"].append(key | _sums(with_earlier[here & is_newcomer]))
            for place in range(1, 11):
                tables["decile"].append(key | {"decile": place} | _sums(both[here & (decile == place)]))
    with connect(None) as connection:
        _seeds(connection)
        for name, rows in tables.items():
            with registered(connection, "given", pl.DataFrame(rows)):
                connection.execute(
                    f"create table intermediate.int_value_added_{name} as select * from given where pupils_n > 0"
                )
        yield connection


def _sums(own: NDArray[np.object_]) -> dict[str, float]:
    """Pupils, and sums of products of their columns."""
    products = own.T @ own if len(own) else np.zeros((own.shape[1],) * 2)
    return {"pupils_n": len(own)} | {
        f"sum_{row}_{column}": float(products[row, column])
        for row in range(own.shape[1])
        for column in range(max(row, 1), own.shape[1])
    }


def _decile(pupils: Pupils) -> NDArray[np.int64]:
    """Tenth by prior of those who have one, 1 to 10; by how many have a lower one. 0 of the others."""
    has_prior = pupils.columns["prior_missing"] == 0
    prior = pupils.columns["prior"]
    lower = np.searchsorted(np.sort(prior[has_prior]), prior)
    return np.where(has_prior, lower * 10 // max(has_prior.sum(), 1) + 1, 0)


def _seeds(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema intermediate; create schema seeds")
    connection.execute(
        f"""create table intermediate.int_score_scale as select *, {SD}::double as sd_score from
        (values (6, 'mathematics', 'modo'), (5, 'physics', 'modo')) as v(grade, subject, test)"""
    )
    write_seeds(connection)
