"""How often other forms of the model of value added are said to fit better, where they do and where they do not.

    .venv/bin/python benchmarks/value_added_forms.py 500 [30 100 300]

Worlds as in `calibration.py`: so many schools, a third each with 10 to 19, 20 to 60 and 61 to 150 pupils, who scatter by .65;
effects of .15 standard deviations, intakes that differ by .4, five schools a district. Scenarios, each a change of `none`, in
which no form has anything to add: `alike`, schools without effects; `heavy_tails`, effects and pupils from Student's t of 5
degrees; `uneven`, pupils who scatter by half as much again where the prior is over its mean; `curved`, outcomes that bend by .05
of the prior squared in every school; `district`, effects of districts; `slope`, what a school adds more for a standard deviation
of the prior; `intake`, effects that correlate with the intake of the school; each as large as is said.

Printed: in how many worlds the p-value is under .05, form_p_value of `district` and `slope` as the product tells it, and
sorting_p_value, which tests the columns of `intake`; and in how many the further variance is at its edge: that of districts at
nought, that of slopes such that effects and slopes are of one piece.
"""

from __future__ import annotations

import sys

import numpy as np
from calibration import BANDS, SPREAD, model_of
from numpy.typing import NDArray

from estimators.cross_products import Model
from estimators.value_added_checks import sorting
from estimators.value_added_forms import of_model
from estimators.value_added_tables import Rules

Floats = NDArray[np.float64]
RULES = Rules(pupils=10, institutions=30, coverage=0.5, reliability=0.7, districts=5, units=10, teachers=5)
IN_DISTRICT = 5
#: The scenario, and how much of it there is.
SCENARIOS = (
    ("none", 0.0), ("alike", 0.0), ("heavy_tails", 0.0), ("uneven", 0.0), ("curved", 0.0), ("district", 0.05), ("district", 0.1),
    ("slope", 0.03), ("slope", 0.05), ("slope", 0.1), ("intake", 0.2), ("intake", 0.5),
)  # fmt: skip


def world(scenario: str, much: float, schools: int, random: np.random.Generator) -> Model:
    """The model of a constant, prior and outcome."""
    sizes = np.concatenate([random.integers(low, high, schools // 3) for low, high in BANDS.values()])
    school = random.permutation(len(sizes)).repeat(sizes)
    schools = len(sizes)
    intake, effect, slope = random.normal(size=(3, schools))
    district = random.normal(size=schools // IN_DISTRICT + 1)[np.arange(schools) // IN_DISTRICT]
    scatter = random.normal(size=len(school))
    if scenario == "heavy_tails":
        effect, scatter = (random.standard_t(5, len(of)) * 0.6**0.5 for of in (effect, scatter))
    if scenario == "intake":
        effect = much * intake + (1 - much**2) ** 0.5 * effect
    prior = 0.4 * intake[school] + random.normal(0, 0.9, len(school))
    if scenario == "uneven":
        scatter = scatter * np.where(prior > 0, 1.5, 1.0)
    outcome = 0.7 * prior + SPREAD * effect[school] * (scenario != "alike") + 0.65 * scatter
    outcome += much * district[school] * (scenario == "district") + much * (slope[school] * prior) * (
        scenario == "slope"
    )
    outcome += 0.05 * prior**2 * (scenario == "curved")
    columns = np.column_stack([np.ones(len(school)), prior, outcome, prior])
    return model_of(columns, school, np.zeros(len(school), dtype=bool), schools)


def found(model: Model) -> Floats:
    """p-values of district, slope and intake; and whether the variances of the first two are at the edge."""
    districts = {name: str(int(name) // IN_DISTRICT) for name in model.institutions}
    (district, slope) = (table.to_dicts()[0] for table, _ in of_model(model, RULES, ["district", "slope"], districts))
    told = district["form_p_value"], slope["form_p_value"], sorting(model)["sorting_p_value"]
    correlation = slope["slope_correlation_value"]
    is_of_one_piece = correlation is None or abs(correlation) > 1 - 1e-9
    return np.array([*told, district["district_variance"] == 0, is_of_one_piece], dtype=float)


def main() -> None:
    worlds_n = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    names = ("schools", "scenario", "", "district", "slope", "intake", "district at its edge", "slope at its edge")
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for schools in [int(number) for number in sys.argv[2:]] or [30, 100, 300]:
        for number, (scenario, much) in enumerate(SCENARIOS):
            worlds = [
                found(world(scenario, much, schools, np.random.default_rng([2026, number, schools, seed])))
                for seed in range(worlds_n)
            ]
            p_values, edges = np.array(worlds)[:, :3], np.array(worlds)[:, 3:]
            shares = [f"{100 * share:.1f}" for share in (*(p_values < 0.05).mean(axis=0), *edges.mean(axis=0))]
            print("| " + " | ".join((str(schools), scenario, f"{much:g}" * (much > 0), *shares)) + " |", flush=True)


if __name__ == "__main__":
    main()
