"""Whether intervals of effects told from several years hold the true effect, where few schools tell the covariances.

    .venv/bin/python benchmarks/pooled.py 1000 [30 60 99 300]

Worlds of so many schools, a third each with 10 to 19, 20 to 60 and 61 to 150 pupils a grade, whose true effects have a standard
deviation of .15 in each year and correlate from year to year; pupils scatter by .65. Residual means of grades and years are taken
as the product takes them, less the constant of their model, then covariances are fitted and the last year is told from all
years (pooled) and from the others alone (forecast). Three intervals of 95 %: by covariances as they are estimated, taken as
known; by those drawn in to what covariances can be, taken as known; and by these with the error that they have, as the product
tells it. The true effect is that beside the mean of the schools there are, as in `calibration.py`; in the last column beside the
mean of all there might be, of which the schools are drawn. `error` is the root of the mean square of what is told less the true
effect, in standard deviations of effects, by covariances as estimated and drawn in.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from estimators import drift
from estimators.drift import Cells, fit_drift, predict
from estimators.value_added_pooled import standard_error

Floats = NDArray[np.float64]
SPREAD, SCATTER, Z = 0.15, 0.65, 1.959963984540054
SIZES = ((10, 20), (20, 61), (61, 151))


@dataclass(frozen=True)
class Years:
    """Years and grades that are tested, the correlation of a year with the next, and variances of cohorts and of grades."""

    years: int
    grades: tuple[int, ...]
    kept: float
    cohort: float = 0.0
    own: float = 0.0

    def __str__(self) -> str:
        also = ", cohorts and grades differ" if self.cohort else ""
        return f"{self.years} years, {len(self.grades)} grades, {self.kept:g}{also}"


SCENARIOS = (
    Years(2, (5, 7), 0.7),
    Years(4, (5, 7), 0.7),
    Years(5, (5, 6, 7, 8), 0.8, cohort=0.01, own=0.005),
    Years(3, (5, 6), 0.9, cohort=0.005, own=0.005),
    Years(8, (5, 6, 7), 0.9, cohort=0.005, own=0.005),
    Years(5, (5, 7), 1.0),
)


def world(scenario: Years, schools: int, random: np.random.Generator) -> tuple[Cells, Floats]:
    """Cells, and the (schools,) true effects of the last year."""
    effect = random.normal(0, SPREAD, (schools, scenario.years))
    for year in range(1, scenario.years):
        effect[:, year] = scenario.kept * effect[:, year - 1] + (1 - scenario.kept**2) ** 0.5 * effect[:, year]
    pupils = np.concatenate([random.integers(low, high, schools // 3) for low, high in SIZES])
    year, grade = np.repeat(np.arange(scenario.years), len(scenario.grades)), np.tile(scenario.grades, scenario.years)
    cohort = np.unique(year - grade, return_inverse=True)[1]
    kept = random.normal(0, scenario.cohort**0.5, (schools, cohort.max() + 1))
    noise = np.repeat(SCATTER**2 / pupils[:, None], len(year), axis=1)
    mean = effect[:, year] + kept[:, cohort] + random.normal(0, scenario.own**0.5, noise.shape)
    mean += random.normal(size=noise.shape) * noise**0.5
    # The constant of each model, by generalised least squares.
    weight = 1 / (SPREAD**2 + scenario.cohort + scenario.own + noise)
    return Cells(year, grade, mean - (weight * mean).sum(axis=0) / weight.sum(axis=0), noise), effect[:, -1]


def of_world(scenario: Years, schools: int, seed: int) -> Floats | None:
    """(pooled and forecast, 6) means over schools: whether the three intervals hold, and the last the effect beside all schools
    there might be; squares of errors. None where grades of a year have nothing in common."""
    cells, effect = world(scenario, schools, np.random.default_rng([2026, schools, seed]))
    with patch.object(drift, "drawn_in", lambda by_lag: by_lag):
        estimated = fit_drift(cells)
    fitted = fit_drift(cells)
    if not fitted.by_lag[0] > 0:
        return None
    known, truth = np.zeros_like(fitted.uncertainty), effect - effect.mean()
    made = []
    for without_year in (False, True):
        held, errors = [], []
        for by in (replace(estimated, uncertainty=known), replace(fitted, uncertainty=known), fitted):
            told = predict(cells, by, int(cells.year.max()), without_year=without_year)
            half = Z * standard_error(by, told)
            held.append(np.abs(told.value - truth) <= half)
            errors.append((told.value - truth) ** 2)
        held.append(np.abs(told.value - effect) <= half)
        made.append([part.mean() for part in (*held, *errors[:2])])
    return np.array(made)


def main() -> None:
    worlds_n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    names = ("schools", "years, grades, correlation", "", "error: estimated", "drawn in")
    names += ("held, %: estimated", "drawn in", "with their error", "beside all there might be")
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for schools in [int(number) for number in sys.argv[2:]] or [30, 60, 99, 300]:
        for scenario in SCENARIOS:
            worlds = [of_world(scenario, schools, seed) for seed in range(worlds_n)]
            means = np.mean([one for one in worlds if one is not None], axis=0)
            for name, row in zip(("pooled", "forecast"), means, strict=True):
                told = [f"{error**0.5 / SPREAD:.2f}" for error in row[4:]] + [f"{100 * held:.1f}" for held in row[:4]]
                print("| " + " | ".join((str(schools), str(scenario), name, *told)) + " |", flush=True)


if __name__ == "__main__":
    main()
