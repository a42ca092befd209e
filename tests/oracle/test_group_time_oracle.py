"""Group-time effects beside two libraries: diff-diff (Callaway and Sant'Anna), and pyfixest's saturated regression, whose results
tests/oracle/network_saturated.py has written down."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from diff_diff import CallawaySantAnna
from numpy.typing import NDArray

from estimators.group_time import NEVER, Panel, average, cells

HERE = Path(__file__).parent
YEARS = np.arange(2018, 2024)
KNOWN = pl.read_csv(HERE / "network_panel.csv").sort("unit", "year")


def known() -> tuple[Panel, NDArray[np.int64]]:
    values = KNOWN["value"].to_numpy().reshape(-1, len(YEARS))
    first = KNOWN.group_by("unit", maintain_order=True).first()["first"].to_numpy()
    first = np.where(first == 0, NEVER, first)
    cluster = KNOWN.group_by("unit", maintain_order=True).first()["cluster"].to_numpy()
    return Panel(0, YEARS, values, np.ones_like(values), first, first), cluster.astype(np.int64)


def invented(seed: int) -> tuple[Panel, NDArray[np.int64]]:
    """Networks of unequal sizes that join in 2019 to 2022, and others."""
    random = np.random.default_rng(seed)
    cluster = np.concatenate([random.integers(0, 15, 60), 15 + np.arange(50)])
    _, cluster = np.unique(cluster, return_inverse=True)
    joined = random.integers(2019, 2023, cluster.max() + 1)
    first = np.where(np.arange(110) < 60, joined[cluster], NEVER)
    values = random.normal(size=(110, 1)) + 0.4 * random.normal(size=(cluster.max() + 1, len(YEARS)))[cluster]
    values = values + 0.5 * random.normal(size=(110, len(YEARS))) + 0.3 * (first[:, None] <= YEARS)
    return Panel(0, YEARS, values, np.ones_like(values), first, first), cluster.astype(np.int64)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("never_only", [True, False])
@pytest.mark.parametrize("anticipation", [0, 1])
def test_as_diff_diff_has_it(seed: int, never_only: bool, anticipation: int) -> None:
    """Each cell before and after joining. Where nobody anticipates, the average too (diff-diff counts years of anticipation as
    joined), and its error with all networks and institutions alike, as there."""
    panel, cluster = invented(seed)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(len(cluster)), len(YEARS)),
            "year": np.tile(YEARS, len(cluster)),
            "value": panel.values.ravel(),
            "first": np.repeat(np.where(panel.first_year == NEVER, 0, panel.first_year), len(YEARS)),
            "cluster": np.repeat(cluster, len(YEARS)),
        }
    )
    model = CallawaySantAnna(
        control_group="never_treated" if never_only else "not_yet_treated",
        anticipation=anticipation,
        estimation_method="reg",
        base_period="universal",
        cluster="cluster",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.fit(frame, outcome="value", unit="unit", time="year", first_treat="first")
    ours = [cell for cell in cells(panel, anticipation, never_only) if len(cell.controls)]
    assert len(ours) >= 14
    for cell in ours:
        expected = theirs.group_time_effects[(cell.group, cell.year)]["effect"]
        assert float(cell.changes.mean()) == pytest.approx(expected, abs=1e-12)
    if anticipation:
        return
    found = average([cell for cell in ours if cell.since >= 0], cluster)
    assert found.effect == pytest.approx(theirs.overall_att, abs=1e-12)
    n = cluster.max() + 1
    influence = found.members + found.controls
    assert np.sqrt((influence**2).sum() * n / (n - 1)) == pytest.approx(theirs.overall_se, rel=1e-9)


def test_as_a_saturated_regression_has_it_after_joining() -> None:
    """With never-members as controls the two are the same after joining (Sun and Abraham 2021); before it the regression measures
    from more than one year."""
    panel, _ = known()
    told = pl.read_csv(HERE / "network_saturated.csv")
    expected = {}
    for name, estimate in told.iter_rows():
        found = re.fullmatch(r"rel_time::(-?\d+)\.0:first_treated_period::(\d+)", name)
        assert found, name
        if int(found[1]) >= 0:
            expected[(int(found[2]), int(found[1]))] = estimate
    ours = {
        (cell.group, cell.since): float(cell.changes.mean())
        for cell in cells(panel, never_only=True)
        if cell.since >= 0
    }
    assert len(expected) == 9
    assert ours == pytest.approx(expected, abs=1e-9)
