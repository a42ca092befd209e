"""How often value added of programmes errs, with and without an intercept of the teacher.

    PYTHONPATH=tests/oracle .venv/bin/python benchmarks/value_added_terms.py [worlds]

Pupils of 25 a teacher, four teachers a school, of whom each was prepared by one programme. What is told apart: programmes that
differ in nothing, in little (.05 standard deviations of pupils) and in much (.2); few and many; teachers of a programme at many
schools, or mostly at a few (`gathered`). Beside each, the same without an intercept of the teacher.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from crossed_world import without_cells
from numpy.typing import NDArray
from scipy import sparse

from estimators.crossed_model import Sums, Units, fit_crossed
from estimators.unit_errors import unit_errors

Floats = NDArray[np.float64]
TEACHERS, PUPILS = 4, 25
#: Spreads of schools, teachers in a school, and pupils, given what they knew before.
SCHOOL, TEACHER, PUPIL = 0.2, 0.2, 0.7


@dataclass(frozen=True)
class Scenario:
    programmes: int
    schools: int
    spread: float
    is_gathered: bool = False

    def name(self) -> str:
        where = ", gathered" if self.is_gathered else ""
        return f"{self.programmes} programmes, {self.schools} schools{where} | {self.spread:.2f}"


SCENARIOS = [
    *(Scenario(n, schools, spread) for n, schools in ((10, 50), (30, 150), (100, 500)) for spread in (0.0, 0.05, 0.2)),
    *(Scenario(30, 150, spread, True) for spread in (0.0, 0.05, 0.2)),
]


def world(scenario: Scenario, seed: int) -> tuple[Sums, Floats]:
    """Sums of one world, and the true effects of its programmes."""
    random = np.random.default_rng([seed, scenario.programmes, round(100 * scenario.spread), scenario.is_gathered])
    group = np.repeat(np.arange(scenario.schools), TEACHERS)
    cells = len(group)
    programme = random.choice(scenario.programmes, cells, p=random.dirichlet(np.full(scenario.programmes, 3.0)))
    if scenario.is_gathered:
        # Of three teachers in four, the programme is that of the school's neighbourhood.
        own = random.choice(scenario.programmes, scenario.schools)
        programme = np.where(random.random(cells) < 0.75, own[group], programme)
    true = random.normal(0, 1, scenario.programmes) * scenario.spread
    n = random.poisson(PUPILS, cells) + 1
    cell = np.repeat(np.arange(cells), n)
    prior = random.normal(size=len(cell))
    y = 0.6 * prior + random.normal(0, PUPIL, len(cell)) + true[programme][cell]
    y += random.normal(0, TEACHER, cells)[cell] + random.normal(0, SCHOOL, scenario.schools)[group][cell]
    rows = np.column_stack([np.ones(len(cell)), prior, y])
    sums = np.column_stack([np.bincount(cell, column) for column in rows.T])
    weights = sparse.csr_array((np.ones(cells), (np.arange(cells), programme)), shape=(cells, scenario.programmes))
    return Sums(rows.T @ rows, sparse.csr_array(sums), n.astype(float), (weights,), group), true


def judged(units: Units, true: Floats, seed: int) -> tuple[bool, bool, float, float]:
    """Whether any interval leaves out nought; whether all hold the truth; and the products of the slope of truth on effects."""
    if units.variance <= 0:
        return False, not true.any(), np.nan, np.nan
    errors = unit_errors(units, np.ones(len(true), dtype=bool), seed)
    far = errors.far * errors.se
    is_flagged = bool(np.any(np.abs(units.value) > far))
    holds = bool(np.all(np.abs(units.value - true) <= far))
    return is_flagged, holds, float(units.value @ true), float(units.value @ units.value)


def main(worlds: int) -> None:
    print("| programmes, schools | spread | no spread found | all held | slope | any flagged | without teachers |")
    print("|---|---|---|---|---|---|---|")
    for scenario in SCENARIOS:
        told, naive = [], []
        for seed in range(worlds):
            sums, true = world(scenario, seed)
            told.append(judged(fit_crossed(sums).terms[0], true, seed))
            naive.append(judged(without_cells(sums), true, seed)[0])
        flagged, held, product, square = np.array(told, dtype=float).T
        is_told = np.isfinite(square)
        all_held = f"{100 * held[is_told].mean():.1f}" if is_told.any() else ""
        slope = f"{product[is_told].sum() / square[is_told].sum():.2f}" if scenario.spread else ""
        none = f"{100 * (1 - is_told.mean()):.1f}"
        shares = f"{none} | {all_held} | {slope} | {100 * flagged.mean():.1f} | {100 * np.mean(naive):.1f}"
        print(f"| {scenario.name()} | {shares} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
