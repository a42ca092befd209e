"""How often the comparison with controls is wrong when networks do nothing.

    PYTHONPATH=tests/oracle .venv/bin/python benchmarks/comparison.py [seeds] [name of a plan ...]

Worlds of tests/oracle/comparison_world.py, one a seed; the limit of balance is lifted, and how many keep it is told. Prints for
each plan and measure, at the workplace: the mean difference and its Monte Carlo error, how often the 95 % interval holds 0, the
mean standard error over the deviation of the differences, and of the log-rank test how often p is under .05 and the
Kolmogorov-Smirnov p of its p against uniform.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from unittest.mock import patch

import numpy as np
import polars as pl
from comparison_world import Plan, drawn
from scipy.stats import kstest

from estimators.balance import LIMIT
from estimators.comparison import retention_comparison

PLANS = {
    "one cluster of 12": Plan(),
    "one cluster of 12, 30 outside": Plan(outside=30),
    "one cluster of 8": Plan(members=8),
    "one cluster of 12, the better ones join": Plan(selected=True),
    "ten clusters of 5": Plan(clusters=10, members=5, outside=400),
    "one cluster of 12, institutions alike": Plan(correlation=1e-6),
}
MEASURES = ("index_12", "index_36", "rmst_12", "rmst_36")


def results(plan: Plan, seeds: int) -> pl.DataFrame:
    """Rows of the level workplace of the cluster, or of all where there are several, one a seed and measure."""
    scope = "all" if plan.clusters > 1 else "c00"
    found = []
    with patch("estimators.comparison.LIMIT", np.inf):
        for seed in range(seeds):
            with drawn(plan, seed) as connection:
                rows = retention_comparison(connection)
            mine = (
                (pl.col("cluster_id") == scope) & (pl.col("level") == "workplace") & pl.col("measure").is_in(MEASURES)
            )
            found.append(rows.filter(mine))
    return pl.concat(found)


def main(seeds: int, names: list[str]) -> None:
    columns = ["plan", "measure", "mean difference", "its error", "coverage", "se ÷ sd", "balanced", "p < .05", "KS p"]
    print(_line(columns), _line(["---"] * len(columns)), sep="\n")
    for name in names or PLANS:
        rows = results(PLANS[name], seeds).filter(pl.col("status") == "ok")
        for measure in MEASURES:
            print(_line([name, measure, *_judged(rows.filter(pl.col("measure") == measure))]), flush=True)


def _judged(rows: pl.DataFrame) -> list[str]:
    difference, p = rows["difference_value"].to_numpy(), rows["log_rank_p_value"].drop_nulls().to_numpy()
    held = (rows["difference_ci_low"] <= 0) & (rows["difference_ci_high"] >= 0)
    return [
        f"{difference.mean():+.4f}",
        f"{difference.std() / rows.height**0.5:.4f}",
        f"{held.to_numpy().mean():.3f}",
        f"{rows['difference_se'].to_numpy().mean() / difference.std():.2f}",
        f"{(rows['balance_smd'].to_numpy() < LIMIT).mean():.2f}",
        f"{(p < 0.05).mean():.3f}",
        f"{kstest(p, 'uniform').pvalue:.3f}",
    ]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, sys.argv[2:])
