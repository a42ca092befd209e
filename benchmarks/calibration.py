"""Whether effects of schools are what they are said to be, where the truth is known.

    .venv/bin/python benchmarks/calibration.py [seeds [schools]]

Worlds of 300 schools, or as many as are said, a third each with 10 to 19, 20 to 60 and 61 to 150 pupils; true effects of .15
standard deviations. Pupils are drawn, their cross-products summed, and the model of the product fitted to them, effects and
errors as in `value_added_institution`. Scenarios, each a change of `clean` (normal effects, independent of intake; prior
without error): `sorting`, effects with a correlation of .5 with the intake of the school; `noisy_prior`, a prior of
reliability .8, intakes that differ; `heavy_tails`, effects from Student's t of 3 degrees; `missing_not_at_random`, a tenth of
the outcomes missing, the weak ones more often, log-odds -.8 a standard deviation.

Printed by scenario and size, of worlds whose schools were found to differ: slope of true on predicted effects (aim .97 to
1.03 for clean), coverage of the 95 % intervals (aim 94 to 96), mean error in standard deviations of effects; and in how many
worlds sorting is found at 5 % (aim: of clean ones at most 7 %, of `sorting` at least 80).
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from estimators.cross_products import with_column
from estimators.mixed_model import Level, fit_mixed
from estimators.value_added_effects import prediction_error

Floats = NDArray[np.float64]
SPREAD = 0.15
BANDS = {"under 20": (10, 20), "20 to 60": (20, 61), "over 60": (61, 151)}
SCENARIOS = ("clean", "sorting", "noisy_prior", "heavy_tails", "missing_not_at_random")


def world(scenario: str, schools: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Cross-products of constant, prior and outcome of each school, and its true effect."""
    sizes = np.concatenate([random.integers(low, high, schools // 3) for low, high in BANDS.values()])
    intake = random.normal(size=schools)
    effect = random.normal(size=schools)
    if scenario == "heavy_tails":
        effect = random.standard_t(3, schools) / 3**0.5
    if scenario == "sorting":
        effect = 0.5 * intake + 0.75**0.5 * effect
    effect = SPREAD * effect
    school = np.repeat(np.arange(schools), sizes)
    known = 0.4 * intake[school] + random.normal(0, 0.9, len(school))
    prior = known + (random.normal(0, 0.5, len(school)) if scenario == "noisy_prior" else 0)
    outcome = 0.7 * known + effect[school] + random.normal(0, 0.65, len(school))
    if scenario == "missing_not_at_random":
        kept = random.random(len(school)) > 1 / (1 + np.exp(2.5 + 0.8 * outcome))
        school, prior, outcome = school[kept], prior[kept], outcome[kept]
    both = np.column_stack([np.ones(len(school)), prior, outcome])
    grams = np.zeros((schools, 3, 3))
    np.add.at(grams, school, both[:, :, None] * both[:, None, :])
    return grams, effect


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    schools = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    print(
        "| scenario | size | institutions | slope | coverage | mean error | no spread | sorting found |\n"
        + "|---" * 8
        + "|"
    )
    for scenario in SCENARIOS:
        predicted, true, error, pupils, sorted_n, flat_n = [], [], [], [], 0, 0
        for seed in range(seeds):
            grams, effect = world(scenario, schools, np.random.default_rng([2026, SCENARIOS.index(scenario), seed]))
            level = Level((0,), np.arange(schools))
            fit = fit_mixed(grams, [level])
            wider = fit_mixed(with_column(grams, grams[:, 0, 1] / grams[:, 0, 0]), [level])
            sorted_n += 2 * stdtr(schools - 2, -abs(wider.coefficients[-1] / wider.covariance[-1, -1] ** 0.5)) < 0.05
            # Of such a world no effects are told.
            if not fit.variances[0].any():
                flat_n += 1
                continue
            n = grams[:, 0, 0]
            predicted.append(fit.effects().value[:, 0])
            error.append(prediction_error(fit, n))
            # Effects are told against the average school of the world.
            true.append(effect - effect.mean())
            pupils.append(n)
        value, truth, se, size = (np.concatenate(part) for part in (predicted, true, error, pupils))
        for band, (low, high) in BANDS.items():
            own = (size >= low) & (size < high)
            slope = np.polyfit(value[own], truth[own], 1)[0]
            held = np.abs(value[own] - truth[own]) <= 1.959963984540054 * se[own]
            bias = (value[own] - truth[own]).mean() / SPREAD
            print(
                f"| {scenario} | {band} | {own.sum()} | {slope:.3f} | {100 * held.mean():.1f} | {bias:+.3f} | "
                f"{100 * flat_n / seeds:.1f} | {100 * sorted_n / seeds:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
