"""The marts hold, to the last person, what a second implementation counts person by person and day by day.

`tests/oracle` shares nothing with the models but the text of the definitions, and is tested by hand-worked careers of its
own. Random worlds hold what people do not think of: overlapping posts, leaves, merged and silent schools, dated clusters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from incidence_oracle import CAUSES
from once import Once
from retention_oracle import CurveRow, IndexRow, Result, Settings, retention
from retention_world import rows
from side_by_side import AS_OF, WORLDS, built_worlds, differences, known_segments, together, value_in_mart

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

COUNTS = (
    "hired_n",
    "retained_n",
    "unknown_n",
    "removed_n",
    "unproved_n",
    "never_started_n",
    "institutions_n",
    "cohorts_n",
)


@pytest.fixture(scope="module")
def oracle() -> Result:
    return retention(together(WORLDS, AS_OF), AS_OF, Settings(quarters_n=8, with_incidence=True))


@pytest.fixture(scope="module")
def marts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(built_worlds(once), read_only=True) as connection:
        yield connection


def _key(row: IndexRow | CurveRow, *more: Any) -> tuple[Any, ...]:
    return row.cohort_year, row.level, row.segment, value_in_mart(row.segment, row.segment_value), *more


def _counts_agree(marts: duckdb.DuckDBPyConnection, oracle: Result, mart: str, when: str) -> int:
    """How many rows of a mart of the index both have; all their counts and shares are the same."""
    wanted = {
        _key(row, row.estimand, row.horizon_months): {name: getattr(row, name) for name in COUNTS}
        | {"index_share": row.index_share}
        for row in oracle.index
        if ("-Q" in row.cohort_year) == (when == "quarter")
    }
    found = {
        tuple(row[name] for name in (when, "level", "segment", "segment_value", "estimand", "horizon_months")): row
        for row in known_segments(rows(marts, f"select * from marts.{mart}"))
    }
    assert differences(found, wanted) == {}
    assert {key for key in found.keys() - wanted.keys() if found[key]["hired_n"]} == set()
    return len(wanted.keys() & found.keys())


def test_every_count_of_the_index(marts: duckdb.DuckDBPyConnection, oracle: Result) -> None:
    assert _counts_agree(marts, oracle, "retention_index", "cohort_year") > 5_000


def test_every_count_of_the_quarters(marts: duckdb.DuckDBPyConnection, oracle: Result) -> None:
    """To the last one that can be read, which is there."""
    assert _counts_agree(marts, oracle, "retention_quarter", "quarter") > 2_000
    last = max(row.cohort_year for row in oracle.index if "-Q" in row.cohort_year)
    (found,) = rows(marts, "select max(quarter) as quarter from marts.retention_quarter")
    assert found["quarter"] == last


def test_every_month_of_the_curve(marts: duckdb.DuckDBPyConnection, oracle: Result) -> None:
    names = ("at_risk_n", "left_n", "censored_n", "survival_share", "survival_se")
    wanted = {_key(row, row.month): {name: getattr(row, name) for name in names} for row in oracle.curve}
    found = {
        tuple(row[name] for name in ("cohort_year", "level", "segment", "segment_value", "month")): row
        for row in known_segments(rows(marts, "select * from marts.retention_curve"))
    }
    assert len(wanted.keys() & found.keys()) > 20_000
    assert differences(found, wanted) == {}


def test_every_cause_of_every_month(marts: duckdb.DuckDBPyConnection, oracle: Result) -> None:
    names = ("at_risk_n", "cause_n", "incidence_share", "incidence_se", "event_free_share")
    wanted = {_key(row, row.month, row.cause): {name: getattr(row, name) for name in names} for row in oracle.incidence}
    found = {
        tuple(row[name] for name in ("cohort_year", "level", "segment", "segment_value", "month", "cause")): row
        for row in known_segments(rows(marts, "select * from marts.retention_incidence"))
    }
    # People in no cluster are a value of the segment here, and none in the marts.
    wanted = {key: told for key, told in wanted.items() if key[2:4] != ("cluster", "none")}
    assert set(wanted) == set(found)
    assert len(wanted) > 50_000
    assert differences(found, wanted) == {}
    causes = {(row.level, row.cause) for row in oracle.incidence if row.cause_n}
    # In these worlds whoever leaves a network for nobody knows where is known to one school only.
    assert causes == {(level, cause) for level, names in CAUSES.items() for cause in names} - {("network", "unknown")}
