"""Invented pupils of teachers in schools, prepared by programmes and trained by courses, and the sums that a crossed model takes
of them. `python tests/oracle/crossed_world.py` writes the pupils that R's lme4 is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from estimators.crossed_model import Solver, Sums, Units

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ROWS = Path(__file__).parent / "crossed_rows.csv"
COURSES = ("course_1", "course_2", "course_3", "course_4", "course_5", "course_6")


@dataclass(frozen=True)
class Taught:
    """Rows of pupils: fixed columns with the constant first, outcome, cell; the group and the weights of each cell; and, where
    they are invented, the true effects of cells, groups and the units of each term."""

    x: Floats
    y: Floats
    cell: Integers
    group: Integers
    weights: tuple[Floats, ...]
    truth: tuple[Floats, ...] = ()

    def sums(self) -> Sums:
        both = np.column_stack([self.x, self.y])
        of_cell = np.zeros((len(self.group), both.shape[1]))
        np.add.at(of_cell, self.cell, both)
        weights = tuple(sparse.csr_array(told) for told in self.weights)
        n = np.bincount(self.cell, minlength=len(self.group)).astype(float)
        return Sums(both.T @ both, sparse.csr_array(of_cell), n, weights, self.group)

    def loadings(self) -> list[Floats]:
        """What each row has of cells, of groups, and of the units of each term."""
        cells = np.eye(len(self.group))[self.cell]
        groups = np.eye(self.group.max() + 1)[self.group][self.cell]
        return [cells, groups, *(told[self.cell] for told in self.weights)]


def invented(
    seed: int,
    *,
    groups: int = 15,
    cells: int = 4,
    rows: int = 8,
    units: tuple[int, int] = (6, 5),
    spreads: tuple[float, float, float, float] = (0.4, 0.3, 0.4, 0.3),
) -> Taught:
    """Cells of unequal size; of the units of the first term each cell has one, of the second up to two. Spreads of cells, groups
    and units."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), cells)
    n = random.integers(1, 2 * rows, groups * cells)
    cell = np.repeat(np.arange(len(group)), n)
    one = np.eye(units[0])[random.integers(units[0], size=len(group))]
    chosen = random.random((len(group), units[1])).argsort(axis=1)
    taken = random.integers(0, 3, len(group))
    several = np.zeros((len(group), units[1]))
    for place, many in enumerate(taken):
        several[place, chosen[place, :many]] = 1 / max(many, 1)
    x = np.column_stack([np.ones(len(cell)), random.normal(size=len(cell)), (taken > 0)[cell].astype(float)])
    parts = [np.eye(len(group))[cell], np.eye(groups)[group][cell], one[cell], several[cell]]
    y = x @ [1.0, 0.6, 0.1] + random.normal(0, 0.7, len(cell))
    truth = []
    for spread, loading in zip(spreads, parts, strict=True):
        truth.append(random.normal(0, spread, loading.shape[1]))
        y = y + loading @ truth[-1]
    return Taught(x, y, cell, group, (one, several), tuple(truth))


def without_cells(sums: Sums) -> Units:
    """Units of the one term of a model that knows of groups and rows alone: what comes of it where cells differ."""
    at = Solver(sums)

    def height(theta: Floats) -> tuple[float, Floats]:
        told = at(np.append(0.0, theta))
        return told.height, told.slope()[1:]

    starts = (np.array([0.3, beside]) for beside in (0.1, 0.0))
    found: Any = [minimize(height, start, jac=True, bounds=[(0, None)] * 2, method="L-BFGS-B") for start in starts]
    told = at(np.append(0.0, min(found, key=lambda one: one.fun).x))
    ratio, variance = told.scale[-1] ** 2, told.squares / told.freedom
    units = slice(sums.columns_n, None)
    return Units(
        variance * ratio, told.scale[units] * told.solved[units], variance * ratio * told.inverse[units, units]
    )


def write() -> None:
    """Rows with all that R needs of them, numbers in as many digits as tell them apart."""
    world = invented(11, groups=30, units=(8, 6))
    one, several = world.weights
    columns = {
        "y": world.y,
        "prior": world.x[:, 1],
        "trained": world.x[:, 2].astype(int),
        "teacher": world.cell,
        "school": world.group[world.cell],
        "programme": one.argmax(axis=1)[world.cell],
        **dict(zip(COURSES, several[world.cell].T, strict=True)),
    }
    pl.DataFrame(columns).write_csv(ROWS)


def read() -> Taught:
    rows = pl.read_csv(ROWS)
    cells = rows.unique("teacher", keep="first").sort("teacher")
    x = rows.select(pl.lit(1.0), "prior", pl.col("trained").cast(pl.Float64)).to_numpy()
    one = np.eye(rows["programme"].n_unique())[cells["programme"].to_numpy()]
    several = cells.select(COURSES).to_numpy()
    return Taught(x, rows["y"].to_numpy(), rows["teacher"].to_numpy(), cells["school"].to_numpy(), (one, several))


if __name__ == "__main__":
    write()
