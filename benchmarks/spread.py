"""How often intervals of the share of variance between schools hold it, and those of its change none where there is none.

    .venv/bin/python benchmarks/spread.py 2000

Worlds are normal: 5 to 59 pupils a school, two years in which effects of a school correlate by .8. The figures are those of
marts.learning_spread, made a second time with numpy; that both agree is tested elsewhere.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def share(
    pupils: Floats, schools: int, pupils_squared: Floats, total: Floats, squares: Floats, between: Floats
) -> Floats:
    msb = (between - total**2 / pupils) / (schools - 1)
    msw = (squares - between) / (pupils - schools)
    n0 = (pupils - pupils_squared / pupils) / (schools - 1)
    told: Floats = (msb - msw) / (msb + (n0 - 1) * msw)
    return told


def spread(n: Floats, sums: Floats, squares: Floats) -> tuple[float, Floats]:
    """The share and the influence of each school."""
    parts = (n, n**2, sums, squares, sums**2 / n)
    pupils, pupils_squared, total, all_squares, between = (np.array(part.sum()) for part in parts)
    whole = share(pupils, len(n), pupils_squared, total, all_squares, between)
    without = share(
        pupils - n, len(n) - 1, pupils_squared - n**2, total - sums, all_squares - squares, between - sums**2 / n
    )
    return float(whole), (without.mean() - without) * (len(n) - 1) / len(n)


def error(influence: Floats) -> float:
    return float(np.sqrt(len(influence) / (len(influence) - 1) * (influence @ influence)))


def world(schools: int, true: float, rng: np.random.Generator) -> tuple[bool, bool]:
    n = rng.integers(5, 60, schools).astype(float)
    kept = rng.normal(0, true**0.5, schools)
    years = []
    for _ in range(2):
        effects = np.sqrt(0.8) * kept + np.sqrt(0.2) * rng.normal(0, true**0.5, schools)
        means = effects + rng.normal(0, 1, schools) * np.sqrt((1 - true) / n)
        years.append(spread(n, n * means, rng.chisquare(n - 1) * (1 - true) + n * means**2))
    t = stats.t.ppf(0.975, schools - 1)
    (first, one), (second, other) = years
    n0 = (n.sum() - (n**2).sum() / n.sum()) / (schools - 1)
    # On the scale of ln F, F = MSB / MSW.
    f = (1 + (n0 - 1) * first) / (1 - first)
    step = t * error(one) * n0 / ((1 + (n0 - 1) * first) * (1 - first))
    low, high = (max(0, (f * np.exp(end) - 1) / (f * np.exp(end) + n0 - 1)) for end in (-step, step))
    return low <= true <= high, abs(second - first) <= t * error(other - one)


if __name__ == "__main__":
    worlds_n = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print("| schools | true share | share held, % | no change held, % |\n|---|---|---|---|")
    for schools in (30, 100, 300):
        for true in (0.0, 0.02, 0.1, 0.3):
            rng = np.random.default_rng([schools, int(100 * true)])
            held = np.mean([world(schools, true, rng) for _ in range(worlds_n)], axis=0)
            print(f"| {schools} | {true} | {100 * held[0]:.1f} | {100 * held[1]:.1f} |", flush=True)
