"""Invented classes of schools, what dbt makes of their pupils, and the same pupils as rows of least squares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from project_seeds import write_seeds

from bilimkoz.connection import connect, registered
from estimators.class_exposure import class_exposure
from estimators.cross_products import COLUMNS

Floats = NDArray[np.float64]
ONE = 10_000_000
SIDES = np.array(["without", "with", "unknown"])
KEY = (2024, 6, "mathematics", "modo")


@dataclass
class Classes:
    """Classes of schools, and their pupils; `kind` of a class: 0 without a practicant, 1 with, 2 unknown; `young` the same of a
    young main teacher, of whom nothing is known unless it is said."""

    school: NDArray[np.int64]
    kind: NDArray[np.int64]
    of_class: NDArray[np.int64]
    columns: dict[str, NDArray[np.int64]]
    key: tuple[int, int, str, str] = KEY
    young: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        self.columns = {name: self.columns.get(name, np.zeros(len(self.of_class), dtype=np.int64)) for name in COLUMNS}


def invented(
    kinds: Sequence[Sequence[int]],
    seed: int,
    difference: float = 0.0,
    *,
    size: int = 12,
    of_school: float = 0.0,
    of_prior: float = 0.0,
    key: tuple[int, int, str, str] = KEY,
) -> Classes:
    """Schools by the kinds of their classes. Schools that have a class with are better by `of_school`; pupils of such classes
    knew more by `of_prior`."""
    random = np.random.default_rng(seed)
    school = np.repeat(np.arange(len(kinds)), [len(own) for own in kinds])
    kind = np.concatenate([np.array(own) for own in kinds])
    of_class = np.repeat(np.arange(len(kind)), random.integers(size // 2, 2 * size, len(kind)))
    has = np.array([1 in own for own in kinds])
    effect = random.normal(0, 0.3, len(kinds)) + of_school * has
    girl = random.random(len(of_class)) < 0.5
    missing = random.random(len(of_class)) < 0.1
    is_with = kind[of_class] == 1
    prior = np.where(missing, 0.0, random.normal(size=len(of_class)) + of_prior * is_with)
    outcome = 0.6 * prior - 0.2 * missing + 0.1 * girl + effect[school[of_class]] + difference * is_with
    outcome += random.normal(0, 0.15, len(kind))[of_class] + random.normal(0, 0.6, len(of_class))
    told = {"prior": prior * ONE, "prior_missing": missing, "is_female": girl, "outcome": outcome * ONE}
    return Classes(school, kind, of_class, {k: np.rint(v).astype(np.int64) for k, v in told.items()}, key)


def kind_of(model: Classes, exposure: str) -> NDArray[np.int64]:
    """Of each class, by the exposure."""
    if exposure == "practicant":
        return model.kind
    return np.full(len(model.kind), 2) if model.young is None else model.young


@contextmanager
def summed(*models: Classes) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with what dbt makes of the pupils."""
    rows = []
    for model in models:
        both = np.column_stack(
            [np.ones(len(model.of_class), dtype=object), *(c.astype(object) for c in model.columns.values())]
        )
        cells = np.column_stack([model.school, model.kind, kind_of(model, "young_main")])
        for school, kind, young in np.unique(cells, axis=0):
            classes = np.flatnonzero((cells == (school, kind, young)).all(axis=1))
            own = both[np.isin(model.of_class, classes)]
            products = own.T @ own
            rows.append(
                dict(zip(("start_year", "grade", "subject", "test"), model.key, strict=True))
                | {"institution_id": f"S{school:03}", "practicant": SIDES[kind], "young_main": SIDES[young]}
                | {"pupils_n": len(own), "classes_n": len(classes)}
                | {f"sum_{i}_{j}": float(products[i, j]) for i in range(10) for j in range(max(i, 1), 10)}
            )
    with connect(None) as connection:
        connection.execute("create schema intermediate; create schema seeds")
        write_seeds(connection)
        with registered(connection, "given", pl.DataFrame(rows, infer_schema_length=None)):
            connection.execute("create table intermediate.int_value_added_exposure as select * from given")
        yield connection


def estimated(*models: Classes) -> pl.DataFrame:
    with summed(*models) as connection:
        return class_exposure(connection)


def rows_of(*models: Classes, exposure: str = "practicant") -> tuple[Floats, Floats, NDArray[np.int64]]:
    """y, columns (D first, then x of each model, then schools of each model, the unknown apart), and schools as clusters."""
    ys, blocks, clusters = [], [], []
    d = np.concatenate([(kind_of(m, exposure)[m.of_class] == 1).astype(float) for m in models])
    for model in models:
        x = np.column_stack([model.columns[name] / unit for name, unit in COLUMNS.items() if name != "outcome"])
        x = x[:, x.any(axis=0)]
        group = 2 * model.school[model.of_class] + (kind_of(model, exposure)[model.of_class] == 2)
        dummies = (group[:, None] == np.unique(group)).astype(float)
        blocks.append(np.column_stack([x, dummies]))
        ys.append(model.columns["outcome"] / ONE)
        clusters.append(model.school[model.of_class])
    wide = np.zeros((len(d), sum(block.shape[1] for block in blocks)))
    row = column = 0
    for block in blocks:
        wide[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return np.concatenate(ys), np.column_stack([d, wide]), np.concatenate(clusters)
