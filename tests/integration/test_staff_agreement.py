"""Flows, finished school years and turnover hold, to the last person, what a second implementation counts.

As `test_retention_agreement`, over the same random worlds: `tests/oracle` shares nothing with the models but the definitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import duckdb
import pytest
from flow_oracle import FLOWS, FlowRow, flows
from once import Once
from retention_world import Row, World, columns_of, rows
from side_by_side import AS_OF, SEGMENTS, WORLDS, built_worlds, differences, known_segments, together, value_in_mart
from staff_oracle import FinishRow, TurnoverRow, staff
from test_retention_staff import FINISH, TURNOVER
from test_retention_staff import staff as staff_scenes

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


def test_the_second_implementation_tells_the_hand_worked_scenes() -> None:
    """All figures of `test_retention_staff`. The subject stands for the sex, a segment that the second implementation has."""
    world = World("2026-09-15")
    staff_scenes(world)
    unsaid = dict.fromkeys(columns_of("staff_employment"))
    told = [unsaid | row | {"sex": row["subject"]} for row in world.rows["staff_employment"]]
    feeds = world.rows | {"staff_employment": told, "senders": world.rows["sender"]}
    finishes, turnovers = staff(feeds, date(2026, 9, 15), range(2024, 2025))
    by_subject: dict[str, list[FinishRow]] = defaultdict(list)
    for finish in finishes:
        if finish.segment == "sex" and finish.in_post_n:
            by_subject[finish.segment_value].append(finish)
    assert {
        subject: (*counts, tuple(row.finished_n for row in found), tuple(row.unknown_n for row in found))
        for subject, found in by_subject.items()
        for counts in {(row.in_post_n, row.removed_n) for row in found}
    } == FINISH
    left: dict[str, list[TurnoverRow]] = defaultdict(list)
    for turnover in turnovers:
        if turnover.segment == "sex":
            left[turnover.segment_value].append(turnover)
    assert left.keys() == TURNOVER.keys()
    for subject, (months_n, exits, unknown, removed_n, unread_n) in TURNOVER.items():
        assert tuple(row.exits_n for row in left[subject]) == exits, subject
        assert tuple(row.unknown_n for row in left[subject]) == unknown, subject
        assert {(row.headcount_value, row.unread_n) for row in left[subject]} == {(months_n / 12, unread_n)}, subject
        assert [row.removed_n for row in left[subject]] == [removed_n] * 3, subject
