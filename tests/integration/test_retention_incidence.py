"""Cumulative incidence of what ends a stay: by hand, against statsmodels, and what must hold of it everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, sqrt

import duckdb
import numpy as np
import pytest
from once import Once
from retention_scenes import built_scenes
from retention_world import rows
from statsmodels.duration.survfunc import CumIncidenceRight

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def marts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(built_scenes(once), read_only=True) as connection:
        yield connection


def incidence(marts: duckdb.DuckDBPyConnection, subject: str, level: str, month: int) -> dict[str, tuple[float, float]]:
    """Share and standard error of each cause."""
    found = rows(
        marts,
        """select * from marts.retention_incidence
        where segment = 'subject' and segment_value = ? and level = ? and month = ? and cohort_year = '2018/19'""",
        subject,
        level,
        month,
    )
    return {row["cause"]: (row["incidence_share"], row["incidence_se"]) for row in found}


@pytest.mark.parametrize(
    ("level", "month", "shares"),
    [
        ("workplace", 3, {}),
        ("workplace", 4, {"moved_network": 0.1}),
        ("workplace", 5, {"moved_network": 0.1, "moved_outside": 0.1}),
        ("workplace", 10, {"moved_network": 0.1, "moved_outside": 0.1, "left": 0.1, "retired": 0.1}),
        ("workplace", 12, {"moved_network": 0.1, "moved_outside": 0.1, "left": 0.1, "retired": 0.1, "died": 0.1}),
        ("network", 12, {"moved_outside": 0.1, "left": 0.1, "retired": 0.1, "died": 0.1}),
        ("profession", 12, {"left": 0.1, "retired": 0.1, "died": 0.1}),
    ],
)
def test_ten_people_by_hand(marts: duckdb.DuckDBPyConnection, level: str, month: int, shares: dict[str, float]) -> None:
    """One of ten each. Nobody is lost from sight, so the shares are counts by ten, and their variance is binomial: .09 / 10."""
    for cause, (share, error) in incidence(marts, "ends", level, month).items():
        assert isclose(share, shares.get(cause, 0.0), abs_tol=1e-12), cause
        assert isclose(error, sqrt(0.09 / 10) if cause in shares else 0.0, abs_tol=1e-9), cause


def test_nobody_knows_where_one_went_whom_one_school_knows(marts: duckdb.DuckDBPyConnection) -> None:
    assert incidence(marts, "ends unseen", "workplace", 10)["unknown"] == (1.0, 0.0)
    assert set(incidence(marts, "ends unseen", "network", 1).values()) == {(0.0, 0.0)}


def test_retirement_ends_a_stay_here_and_follows_nobody_in_the_curve(marts: duckdb.DuckDBPyConnection) -> None:
    """Of ten five have had an event. The curve loses the retired one after nine months and falls by 1/10, 1/9 and then 1/7."""
    (free,) = {
        row["event_free_share"]
        for row in rows(
            marts,
            """select event_free_share from marts.retention_incidence where segment_value = 'ends' and level = 'workplace'
            and month = 12 and cohort_year = '2018/19'""",
        )
    }
    (curve,) = rows(
        marts,
        """select survival_share from marts.retention_curve where segment_value = 'ends' and level = 'workplace'
        and month = 12 and cohort_year = '2018/19'""",
    )
    assert isclose(free, 0.5)
    assert isclose(curve["survival_share"], 0.8 * 6 / 7)


@pytest.mark.parametrize("level", ["workplace", "network", "profession"])
def test_statsmodels_says_the_same(marts: duckdb.DuckDBPyConnection, level: str) -> None:
    """Of everybody in the scenes, with who is lost from sight: CumIncidenceRight, to 1e-8."""
    people = rows(
        marts,
        "select last_month, cause from intermediate.int_retention_event where level = ? and last_month > 0",
        level,
    )
    causes = sorted({row["cause"] for row in people} - {None})
    assert len(causes) >= 3
    # A person lost from sight stays at risk through the month, so the month after is that of the loss.
    time = np.array([2 * row["last_month"] + (row["cause"] is None) for row in people])
    status = np.array([causes.index(row["cause"]) + 1 if row["cause"] else 0 for row in people])
    oracle = CumIncidenceRight(time, status)
    found = rows(
        marts,
        """select month, cause, incidence_share, incidence_se from marts.retention_incidence
        where cohort_year = 'all' and segment = 'all' and level = ? and cause_n > 0 order by month""",
        level,
    )
    for row in found:
        place = int(np.searchsorted(oracle.times, 2 * row["month"]))
        assert oracle.times[place] == 2 * row["month"]
        assert isclose(oracle.cinc[causes.index(row["cause"])][place], row["incidence_share"], abs_tol=1e-8)


def test_causes_and_stay_add_up_to_one_in_every_month(marts: duckdb.DuckDBPyConnection) -> None:
    off = rows(
        marts,
        """select cohort_year, level, segment, segment_value, month from marts.retention_incidence
        group by all having abs(sum(incidence_share) + max(event_free_share) - 1) > 1e-12""",
    )
    (counted,) = rows(marts, "select count(*) as n from marts.retention_incidence")
    assert counted["n"] > 10_000
    assert not off
