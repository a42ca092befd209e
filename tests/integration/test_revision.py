"""An older day rebuilt from today's landing, and what moved since, counted by hand person by person.

As of 2025-10-01 the window ends on 2025-06-03, as of 2026-02-01 on 2025-10-04. So cohort 2023/24 (first days from 2023-09-01
to 2024-02-01) is observed at 12 months both times, at 24 months only now, at 36 never. At 12 months, `employed_at`:

| who | workplace then | now | profession then | now | |
|---|---|---|---|---|---|
| stays, stays too | retained | retained | retained | retained | |
| leaves | retained | gone | retained | gone | a late exit |
| moves | gone | gone | gone | retained | the next post was not told |
| started | retained | - | retained | - | began a year earlier: cohort 2022/23 |
| hired late | - | retained | - | retained | |
| staffroom:7 | gone | - | unknown | - | is «linked», and no person apart |
| linked | retained | gone | retained | retained | the first post was at another school |
| veteran | retained | - | retained | - | taught before: no first post |
| silent | unknown | retained | unknown | retained | the school sent a list again |
| dies | gone | removed | gone | removed | |
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
import revision_world as world
from staged import Root

from bilimkoz.connection import connect
from publish.release_record import Release
from publish.revision import NotComparableError, revision
from publish.revision_sql import COLUMNS, REASONS

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, dbt: None) -> tuple[Release, Release, Release]:  # noqa: ARG001
    """That of then, that of now, and that of then built now, which has other inputs in name only."""
    root = Root(tmp_path_factory.mktemp("revision"))
    world.deliver_then(root)
    then = world.publish(root, world.THEN, deliveries="1")
    world.deliver_now(root)
    now = world.publish(root, world.NOW, deliveries="2")
    return then, now, world.publish(root, world.THEN, deliveries="1", note="built again")


@pytest.fixture(scope="module")
def table(releases: tuple[Release, Release, Release]) -> pl.DataFrame:
    return revision(releases[0], releases[1], every_segment=True)


def row(table: pl.DataFrame, cohort: str, level: str, months: int, **key: str) -> dict[str, Any]:
    wanted = {"estimand": "employed_at", "segment": "all", "segment_value": "all"} | key
    found = table.filter(cohort_year=cohort, level=level, horizon_months=months, **wanted)
    assert len(found) == 1
    return found.to_dicts()[0]


def told(found: dict[str, Any], *columns: str) -> dict[str, Any]:
    return {column: found[column] for column in columns}


def filled(found: dict[str, Any]) -> dict[str, Any]:
    """The flows of a row that are not 0."""
    flows = COLUMNS[COLUMNS.index("entered_n") :]
    return {column: found[column] for column in flows if found[column] != 0}


def test_the_day_built_again_is_what_was_published_that_day(releases: tuple[Release, Release, Release]) -> None:
    """Every table of both parts, by the hash of its rows; and the two days do differ."""
    then, now, again = releases
    assert (then.is_aside, now.is_aside, again.is_aside) == (False, False, True)
    assert then.tables == again.tables
    differing = {
        name for name, content in now.tables["restricted"].items() if then.tables["restricted"][name] != content
    }
    assert {f"marts.{mart}" for mart in world.MARTS if mart != "dim_institution"} <= differing


def test_nothing_moved_between_a_release_and_itself_built_again(releases: tuple[Release, Release, Release]) -> None:
    found = revision(releases[0], releases[2], every_segment=True)
    assert set(found["reason"]) == {"unchanged"}


def test_at_the_workplace(table: pl.DataFrame) -> None:
    found = row(table, "2023/24", "workplace", 12)
    assert told(found, "hired_before_n", "retained_before_n", "unknown_before_n", "removed_before_n") == {
        "hired_before_n": 10, "retained_before_n": 6, "unknown_before_n": 1, "removed_before_n": 0
    }  # fmt: skip
    assert told(found, "hired_after_n", "retained_after_n", "unknown_after_n", "removed_after_n") == {
        "hired_after_n": 8, "retained_after_n": 4, "unknown_after_n": 0, "removed_after_n": 1
    }  # fmt: skip
    assert (found["index_share_before"], found["index_share_after"]) == (6 / 9, 4 / 7)
    assert filled(found) == {
        "entered_n": 1,
        "left_n": 3,
        "left_moved_n": 1,
        "now_known_n": 1,
        "outcome_changed_n": 3,
        "retained_entered_n": 1,
        "retained_left_n": 2,
        "retained_gained_n": 1,
        "retained_lost_n": 2,
        "unknown_lost_n": 1,
        "removed_gained_n": 1,
        "reason": "people",
    }


def test_in_the_profession(table: pl.DataFrame) -> None:
    found = row(table, "2023/24", "profession", 12)
    assert told(found, "retained_before_n", "unknown_before_n", "retained_after_n", "unknown_after_n") == {
        "retained_before_n": 6, "unknown_before_n": 2, "retained_after_n": 6, "unknown_after_n": 0
    }  # fmt: skip
    assert filled(found) == {
        "entered_n": 1,
        "left_n": 3,
        "left_moved_n": 1,
        "now_known_n": 1,
        "outcome_changed_n": 3,
        "retained_entered_n": 1,
        "retained_left_n": 2,
        "retained_gained_n": 2,
        "retained_lost_n": 1,
        "unknown_left_n": 1,
        "unknown_lost_n": 1,
        "removed_gained_n": 1,
        "reason": "people",
    }


def test_who_began_earlier_comes_to_the_cohort_of_that_year(table: pl.DataFrame) -> None:
    found = row(table, "2022/23", "workplace", 12)
    assert (found["hired_before_n"], found["hired_after_n"]) == (1, 2)
    assert filled(found) == {"entered_n": 1, "entered_moved_n": 1, "retained_entered_n": 1, "reason": "people"}


def test_a_figure_observed_for_the_first_time(table: pl.DataFrame) -> None:
    """Retained at 24 months: stays, stays too, hired late, silent. What became of people then is not asked."""
    found = row(table, "2023/24", "workplace", 24)
    assert (found["status_before"], found["retained_before_n"]) == ("not_yet_observed", None)
    assert (found["retained_after_n"], found["removed_after_n"]) == (4, 1)
    assert (found["entered_n"], found["left_n"], found["outcome_changed_n"]) == (1, 3, None)
    assert found["reason"] == "not_observed_before"


def test_a_figure_that_neither_has_observed_moves_by_its_people(table: pl.DataFrame) -> None:
    found = row(table, "2023/24", "workplace", 36)
    assert (found["hired_before_n"], found["hired_after_n"], found["retained_gained_n"]) == (10, 8, None)
    assert found["reason"] == "people"


def test_another_value_of_a_segment_is_no_other_cohort(table: pl.DataFrame) -> None:
    """«stays too» teaches maths now. Physics loses her and the three who left the cohort."""
    maths = row(table, "2023/24", "workplace", 12, segment="subject", segment_value="mathematics")
    assert (maths["status_before"], maths["hired_before_n"], maths["hired_after_n"]) == (None, 0, 1)
    assert filled(maths) == {"entered_n": 1, "entered_revalued_n": 1, "retained_entered_n": 1, "reason": "people"}
    physics = row(table, "2023/24", "workplace", 12, segment="subject", segment_value="physics")
    assert told(physics, "left_n", "left_moved_n", "left_revalued_n", "hired_before_n", "hired_after_n") == {
        "left_n": 4, "left_moved_n": 1, "left_revalued_n": 1, "hired_before_n": 10, "hired_after_n": 7
    }  # fmt: skip


def test_every_row_adds_up(table: pl.DataFrame) -> None:
    hired = pl.col("hired_before_n") + pl.col("entered_n") - pl.col("left_n")
    assert table.filter(hired != pl.col("hired_after_n")).is_empty()
    both = table.filter(pl.col("retained_gained_n").is_not_null())
    assert len(both) > 100
    for state in ("retained", "unknown", "removed"):
        flows = [pl.col(f"{state}_{flow}_n") for flow in ("entered", "left", "gained", "lost")]
        after = pl.col(f"{state}_before_n") + flows[0] - flows[1] + flows[2] - flows[3]
        assert both.filter(after != pl.col(f"{state}_after_n")).is_empty()
    assert both.filter(pl.col("now_known_n") != pl.col("unknown_lost_n")).is_empty()
    assert both.filter(pl.col("now_unknown_n") != pl.col("unknown_gained_n")).is_empty()
    assert set(table["reason"]) <= set(REASONS)


def test_who_leaves_a_cohort_for_another_enters_it(table: pl.DataFrame) -> None:
    for _, figures in table.filter(segment="all").group_by("level", "estimand", "horizon_months"):
        assert figures["left_moved_n"].sum() == figures["entered_moved_n"].sum() == 1


def test_every_segment_of_the_index_has_its_rows(
    table: pl.DataFrame, releases: tuple[Release, Release, Release]
) -> None:
    """As many as the marts of both have together, without the pool of cohorts."""
    keys = set()
    for release in releases[:2]:
        with connect(release.file("restricted"), read_only=True) as connection:
            keys |= set(
                connection.execute(
                    f"select {', '.join(COLUMNS[:6])} from marts.retention_index where cohort_year <> 'all'"
                ).fetchall()
            )
    assert set(table.select(COLUMNS[:6]).rows()) == keys
    assert len(set(table["segment"])) > 10


def test_without_segments_the_rows_of_all_are_the_same(
    table: pl.DataFrame, releases: tuple[Release, Release, Release]
) -> None:
    assert revision(releases[0], releases[1]).equals(table.filter(segment="all"))


def test_the_other_way_round_everything_is_undone(
    table: pl.DataFrame, releases: tuple[Release, Release, Release]
) -> None:
    back = revision(releases[1], releases[0], every_segment=True)
    swapped = {"entered_n": "left_n", "now_known_n": "now_unknown_n", "retained_gained_n": "retained_lost_n"}
    for one, other in swapped.items():
        assert back[one].equals(table[other])
        assert back[other].equals(table[one])
    assert row(back, "2023/24", "workplace", 24)["reason"] == "not_observed_now"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("code", "other_rules"), ("settings", "other_rules"), ("senders", "other_rules"), ("deliveries", "people")],
)
def test_where_rules_differ_too_the_reason_says_so(
    releases: tuple[Release, Release, Release], name: str, reason: str
) -> None:
    other = replace(releases[1], inputs={**releases[1].inputs, name: "other"})
    found = revision(releases[0], other)
    assert row(found, "2023/24", "workplace", 12)["reason"] == reason
    assert row(found, "2023/24", "workplace", 24)["reason"] == "not_observed_before"


def test_with_another_key_nobody_is_met(releases: tuple[Release, Release, Release]) -> None:
    other = replace(releases[1], inputs={**releases[1].inputs, "key": "other"})
    with pytest.raises(NotComparableError, match="other_key"):
        revision(releases[0], other)


def test_nothing_of_a_person_is_in_the_table(table: pl.DataFrame) -> None:
    assert not [column for column in table.columns if "person" in column or column.endswith("_on")]


def test_what_members_are_split_by_stands_once(releases: tuple[Release, Release, Release]) -> None:
    with connect(releases[1].file("restricted"), read_only=True) as connection:
        names = connection.execute(
            "select column_name from duckdb_columns() where table_name = 'int_retention_outcome' order by column_index"
        ).fetchall()
    assert [name for (name,) in names] == [
        "member_no", "horizon_months", "is_cohort_observed", "employed_at_workplace", "employed_at_network",
        "employed_at_profession", "continuous_workplace", "continuous_network", "continuous_profession",
    ]  # fmt: skip


def test_exact_days_of_members_stay_in_the_candidate(releases: tuple[Release, Release, Release]) -> None:
    with connect(releases[1].file("restricted"), read_only=True) as connection:
        days = connection.execute("select distinct day(t0_on) from intermediate.int_retention_member").fetchall()
    assert days == [(1,)]
