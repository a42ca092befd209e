"""Whether effects of schools are what they are said to be, where the truth is known.

    .venv/bin/python benchmarks/calibration.py [seeds [schools]]

Worlds of 300 schools, or as many as are said, a third each with 10 to 19, 20 to 60 and 61 to 150 pupils; true effects of .15
standard deviations. Pupils are drawn, a tenth of them newcomers, their cross-products summed, and the model of the product
fitted to them, effects, errors and tests as in `value_added_institution` and `value_added_model`. Scenarios, each a change of
`clean` (normal effects, independent of intake; prior without error; schools that take pupils in by what they know):
`sorting`, effects with a correlation of .5 with the intake of the school; `noisy_prior`, scores of reliability .8 a year and
two before, intakes that differ; `newcomers`, the same where half of the pupils are; `hidden_sorting`, schools that differ in
pupils on the rise, who knew less two years before than their prior tells and will know more; `heavy_tails`, effects from
Student's t of 3 degrees; `missing_not_at_random`, a tenth of the outcomes missing, the weak ones more often, log-odds
-.8 a standard deviation; `curved`, outcomes that bend by .05 of the prior squared; `drift`, four years and two grades of a
school, whose effects have a correlation of .7 with those of the year before: residual means as `value_added_pooled` takes
them, and the forecast of the last year.

Printed by scenario and size, of worlds whose schools were found to differ: slope of true on predicted effects (aim .97 to
1.03 for clean), coverage of the 95 % intervals (aim 94 to 96), mean error in standard deviations of effects; and in how many
worlds each test finds something at 5 % (aim: of clean ones at most 7 %, of the others at least 80 by the test that is to).
"""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr

from estimators.cross_products import DECILES, Model
from estimators.mixed_model import Level, fit_mixed
from estimators.value_added_checks import curvature, placebo, sorting
from estimators.value_added_effects import prediction_error
from estimators.value_added_pooled import CELLS, pooled

Floats = NDArray[np.float64]
SPREAD = 0.15
KEPT = 0.7
BANDS = {"under 20": (10, 20), "20 to 60": (20, 61), "over 60": (61, 151)}
#: New ones at the end, so that the worlds of the others stay what they were.
SCENARIOS = (
    "clean", "sorting", "noisy_prior", "heavy_tails", "missing_not_at_random", "newcomers", "hidden_sorting", "curved", "drift",
)  # fmt: skip
TESTS = ("sorting", "placebo", "curvature", "forecast")
YEARS, GRADES = range(2022, 2026), (5, 7)


def world(scenario: str, schools: int, random: np.random.Generator) -> tuple[Model, Floats]:
    """The model of a constant, prior and outcome, and the true effect of each school."""
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
    is_noisy = scenario in ("noisy_prior", "newcomers")
    prior = known + (random.normal(0, 0.5, len(school)) if is_noisy else 0)
    outcome = 0.7 * known + effect[school] + random.normal(0, 0.65, len(school))
    earlier = 0.7 * known + random.normal(0, 0.7, len(school)) + random.normal(0, 0.5, len(school)) * is_noisy
    if scenario == "curved":
        outcome += 0.05 * known**2
    if scenario == "hidden_sorting":
        rise = 0.4 * random.normal(size=schools)[school] + random.normal(0, 0.9, len(school))
        outcome, earlier = outcome + 0.3 * rise, earlier - 0.5 * rise
    is_kept = np.full(len(school), True)
    if scenario == "missing_not_at_random":
        is_kept = random.random(len(school)) > 1 / (1 + np.exp(2.5 + 0.8 * outcome))
    is_newcomer = random.random(len(school)) < (0.5 if scenario == "newcomers" else 0.1)
    columns = np.column_stack([np.ones(len(school)), prior, outcome, earlier])[is_kept]
    return model_of(columns, school[is_kept], is_newcomer[is_kept], schools), effect


def model_of(columns: Floats, school: NDArray[np.int64], is_newcomer: NDArray[np.bool_], schools: int) -> Model:
    def grams(rows: NDArray[np.bool_] | slice, of: Floats) -> Floats:
        summed = np.zeros((schools, of.shape[1], of.shape[1]))
        np.add.at(summed, school[rows], of[rows][:, :, None] * of[rows][:, None, :])
        return summed

    terms = columns[:, :-1]
    decile = np.argsort(np.argsort(columns[:, 1])) * DECILES // len(columns)
    deciles_n, sums = np.zeros((schools, DECILES), dtype=np.int64), np.zeros((DECILES, terms.shape[1]))
    np.add.at(deciles_n, (school, decile), 1)
    np.add.at(sums, decile, terms)
    n = np.bincount(school, minlength=schools)
    own = grams(slice(None), terms)
    return Model(
        key=(2025, 6, "mathematics", "modo"),
        institutions=[str(number) for number in range(schools)],
        pupils_n=n,
        with_prior_n=n,
        at_ceiling_n=0 * n,
        terms=("constant", "prior", "outcome"),
        grams=own,
        complete=own,
        newcomers=grams(is_newcomer, columns),
        deciles_n=deciles_n,
        deciles=sums,
        sd_score=1.0,
    )


def of_a_year(scenario: str, schools: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """(schools, predicted, true, error, pupils), none where no effects are told, and whether each test found something."""
    model, effect = world(scenario, schools, random)
    fit = fit_mixed(model.grams, [Level((0,), np.arange(schools))])
    told = sorting(model) | placebo(model, fit, 30) | curvature(model, fit, 10)
    found = np.array([told.get(f"{test}_p_value", np.nan) for test in TESTS], dtype=float)
    if not fit.variances[0].any():
        return np.zeros((0, 4)), found
    n = model.grams[:, 0, 0]
    value, error = fit.effects().value[:, 0], prediction_error(fit, n)
    # Effects are told against the average school of the world.
    return np.column_stack([value, effect - effect.mean(), error, n]), found


def of_years(schools: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """The same of the last of several years, by forecasts from the others; the test is of their slope."""
    effect = np.zeros((len(YEARS), schools))
    effect[0] = random.normal(0, SPREAD, schools)
    for year in range(1, len(YEARS)):
        effect[year] = KEPT * effect[year - 1] + (1 - KEPT**2) ** 0.5 * random.normal(0, SPREAD, schools)
    pupils = np.concatenate([random.integers(low, high, schools // 3) for low, high in BANDS.values()])
    cells = pl.concat(
        pl.DataFrame(
            {"subject": "mathematics", "test": "modo", "start_year": year, "grade": grade}
            | {"institution_id": [f"S{school:04}" for school in range(schools)], "pupils_n": pupils}
            | {"mean": of_year + random.normal(0, 0.65 / pupils**0.5), "noise": 0.65**2 / pupils}
        ).cast(CELLS)
        for year, of_year in zip(YEARS, effect, strict=True)
        for grade in GRADES
    )
    tables = pooled(cells, 10, 30)
    slope = tables["value_added_drift"].filter(term="forecast_slope")
    rows = tables["value_added_pooled"].filter(school_year="2025/26").sort("institution_id")
    if rows["forecast_sd"].null_count():
        return np.zeros((0, 4)), np.full(len(TESTS), np.nan)
    told = [rows["forecast_sd"], effect[-1] - effect[-1].mean(), rows["forecast_se"], pupils]
    p_value = 2 * ndtr(-abs(slope["estimate"][0] - 1) / slope["estimate_se"][0])
    return np.column_stack(told), np.array([np.nan, np.nan, np.nan, p_value])


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    schools = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    names = ("scenario", "size", "institutions", "slope", "coverage", "mean error", "no spread", *TESTS)
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for number, scenario in enumerate(SCENARIOS):
        worlds = []
        for seed in range(seeds):
            random = np.random.default_rng([2026, number, seed])
            worlds.append(of_years(schools, random) if scenario == "drift" else of_a_year(scenario, schools, random))
        p_values = np.array([found for _, found in worlds])
        flagged = ["" if np.isnan(p).all() else f"{100 * (p < 0.05).mean():.1f}" for p in p_values.T]
        flat = sum(not len(effects) for effects, _ in worlds)
        value, truth, se, size = np.concatenate([effects for effects, _ in worlds]).T
        for band, (low, high) in BANDS.items():
            own = (size >= low) & (size < high)
            slope = np.polyfit(value[own], truth[own], 1)[0]
            held = np.abs(value[own] - truth[own]) <= 1.959963984540054 * se[own]
            bias = (value[own] - truth[own]).mean() / SPREAD
            row = (scenario, band, own.sum(), f"{slope:.3f}", f"{100 * held.mean():.1f}", f"{bias:+.3f}")
            print("| " + " | ".join(map(str, (*row, f"{100 * flat / seeds:.1f}", *flagged))) + " |", flush=True)


if __name__ == "__main__":
    main()
