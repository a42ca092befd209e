"""Makes cox_people.csv, invented people for the oracle of the Cox model: `python tests/oracle/cox_people.py`.

A row stands for `people` alike. Months are few, so that many leave together; schools differ, so that errors by school differ
from those of the model; nobody in `lasting` ever leaves; `male` is 1 - `female`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

PEOPLE = Path(__file__).with_suffix(".csv")
COLUMNS = ("rural", "small", "college", "female")


def people(rows_n: int = 250, schools_n: int = 30, seed: int = 20) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    school = draw.integers(0, schools_n, rows_n)
    rural, kind = (draw.random(schools_n) < 0.4)[school], draw.choice(3, schools_n, p=(0.5, 0.3, 0.2))[school]
    female, lasting = draw.random(rows_n) < 0.7, draw.random(rows_n) < 0.08
    cohort = draw.integers(2018, 2022, rows_n)
    hazard = 0.09 * np.exp(0.5 * rural + 0.3 * (kind == 1) - 0.4 * female + draw.normal(0, 0.6, schools_n)[school])
    leaves = np.where(lasting, 99, 1 + np.floor(draw.exponential(1 / hazard))).astype(int)
    followed = draw.integers(1, 13, rows_n)
    return pl.DataFrame(
        {
            "cohort": cohort,
            "school": school + 1,
            "last_month": np.minimum(leaves, followed),
            "is_exit": (leaves <= followed).astype(int),
            "people": draw.choice((1, 2, 3), rows_n, p=(0.6, 0.2, 0.2)),
            "rural": rural.astype(int),
            "small": (kind == 1).astype(int),
            "college": (kind == 2).astype(int),
            "female": female.astype(int),
            "male": (~female).astype(int),
            "lasting": lasting.astype(int),
        }
    )


if __name__ == "__main__":
    people().write_csv(PEOPLE)
