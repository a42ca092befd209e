"""Flows, finished school years and turnover hold, to the last person, what a second implementation counts.

As `test_retention_agreement`, over the same random worlds: `tests/oracle` shares nothing with the models but the definitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import duckdb
import pytest
from flow_oracle import FLOWS, FlowRow, flows
from once import Once
from retention_world import Row, rows
from side_by_side import AS_OF, SEGMENTS, WORLDS, built_worlds, differences, known_segments, together, value_in_mart
from staff_oracle import FinishRow, TurnoverRow, staff

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

FLOW_KEY = ("cohort_year", "segment", "segment_value", "horizon_months", "flow")
STAFF_KEY = ("school_year", "level", "segment", "segment_value")
#: Ten school years, the last of them the one in which the as-of date lies.
YEARS = range(2016, 2026)


@pytest.fixture(scope="module")
def marts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(built_worlds(once), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def staff_rows() -> tuple[list[FinishRow], list[TurnoverRow]]:
    return staff(together(WORLDS, AS_OF), AS_OF, YEARS)


def _by_key(found: list[Row], key: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[name] for name in key): row for row in found}


def _told(
    found: list[FlowRow] | list[FinishRow] | list[TurnoverRow], key: tuple[str, ...]
) -> dict[tuple[Any, ...], Row]:
    """What the second implementation tells, by key, in the words of the marts."""
    named = [asdict(row) for row in found]
    for row in named:
        row["segment_value"] = value_in_mart(row["segment"], row["segment_value"])
    return {by: {name: row[name] for name in row.keys() - set(key)} for by, row in _by_key(named, key).items()}


def test_every_flow(marts: duckdb.DuckDBPyConnection) -> None:
    wanted = _told(flows(together(WORLDS, AS_OF), AS_OF), FLOW_KEY)
    found = _by_key(known_segments(rows(marts, "select * from marts.retention_flow where hired_n > 0")), FLOW_KEY)
    wanted = {key: row for key, row in wanted.items() if key[1:3] != ("cluster", "none")}
    assert differences(found, wanted) == {}
    assert wanted.keys() == found.keys()
    assert len(wanted) > 5_000
    # Every flow is met often enough to be told from the others.
    assert all(sum(row["flow_n"] or 0 for key, row in wanted.items() if key[4] == flow) > 200 for flow in FLOWS)


def _staff_in_mart(marts: duckdb.DuckDBPyConnection, mart: str) -> dict[tuple[Any, ...], Row]:
    found = rows(marts, f"select * from marts.{mart}")
    return _by_key([row for row in found if row["segment"] in SEGMENTS], STAFF_KEY)


def test_every_school_year_that_was_finished(
    marts: duckdb.DuckDBPyConnection, staff_rows: tuple[list[FinishRow], list[TurnoverRow]]
) -> None:
    wanted = _told([row for row in staff_rows[0] if row.in_post_n], STAFF_KEY)
    found = _staff_in_mart(marts, "retention_finish")
    assert len(wanted) > 1_000
    assert differences(found, wanted) == {}
    assert wanted.keys() == found.keys()


def test_every_exit_of_a_school_year(
    marts: duckdb.DuckDBPyConnection, staff_rows: tuple[list[FinishRow], list[TurnoverRow]]
) -> None:
    wanted = _told(staff_rows[1], STAFF_KEY)
    found = _staff_in_mart(marts, "retention_turnover")
    assert len(wanted) > 1_000
    assert differences(found, wanted) == {}
    assert wanted.keys() == found.keys()
