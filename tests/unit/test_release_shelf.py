"""Which releases stay, going back to one, what changed between two, and the log of it all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from release_world import AT, World, make_world, publish

from bilimkoz.connection import connect
from publish.difference import diff, write_figures
from publish.release import resume
from publish.release_log import FILE
from publish.release_record import Release, UnknownReleaseError, list_releases
from publish.shelf import prune, rollback


def publish_days(world: World, *days: date, keep_last: int = 3) -> list[Release]:
    return [publish(world, as_of=day, inputs={"day": str(day)}, keep_last=keep_last) for day in days]


def days_kept(world: World) -> list[date]:
    return [release.as_of for release in list_releases(world.root)]


def test_the_last_three_and_the_last_of_each_year_stay(tmp_path: Path) -> None:
    """Of 2024 only November stays, of 2025 only December; of 2026 the last three."""
    world = make_world(tmp_path)
    days = [(2024, 3), (2024, 11), (2025, 2), (2025, 12), (2026, 1), (2026, 2), (2026, 3), (2026, 4)]
    publish_days(world, *(date(year, month, 1) for year, month in days))
    assert days_kept(world) == [
        date(2024, 11, 1), date(2025, 12, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
    ]  # fmt: skip


def test_the_last_of_a_year_is_told_by_its_as_of_date_then_by_order(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first, second = (publish(world, inputs={"n": n}, keep_last=1) for n in ("1", "2"))
    assert first.as_of == second.as_of
    assert [release.id for release in list_releases(world.root)] == [second.id]


def test_the_current_release_stays_however_old(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first, second, third = publish_days(world, date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    rollback(world.root, first.id, at=AT, by="steward")
    assert prune(world.root, 1) == [second.id]
    assert [release.id for release in list_releases(world.root)] == [first.id, third.id]
    assert world.current == first.id


def publish_numbers(world: World, *numbers: int, keep_last: int = 3) -> list[Release]:
    return [publish(world, inputs={"n": str(number)}, keep_last=keep_last) for number in numbers]


def ids_kept(world: World) -> list[str]:
    return [release.id for release in list_releases(world.root)]


@pytest.mark.parametrize("keep_last", [1, 2, 3, 5])
def test_of_one_year_as_many_stay_as_are_to_stay(tmp_path: Path, keep_last: int) -> None:
    """Of six of one day; the last of the year and the current one are among them and add none."""
    world = make_world(tmp_path)
    made = publish_numbers(world, *range(6), keep_last=keep_last)
    assert ids_kept(world) == [release.id for release in made[-keep_last:]]


def test_a_smaller_number_holds_from_the_next_run_on(tmp_path: Path) -> None:
    """Also where that run finds nothing new."""
    world = make_world(tmp_path)
    *_, third, fourth = publish_numbers(world, 1, 2, 3, 4, keep_last=4)
    assert resume(world.root, fourth.id, at=AT, by="steward", keep_last=2)
    assert ids_kept(world) == [third.id, fourth.id]


def test_what_a_run_that_died_did_not_remove_goes_with_the_next(tmp_path: Path) -> None:
    """It had swapped and noted the fourth, and did not get to the first."""
    world = make_world(tmp_path)
    _, second, third, fourth = publish_numbers(world, 1, 2, 3, 4, keep_last=10)
    for _ in range(2):
        assert resume(world.root, fourth.id, at=AT, by="steward", keep_last=3)
        assert ids_kept(world) == [second.id, third.id, fourth.id]
    lines = [json.loads(line) for line in (world.root / FILE).read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["published"] * 4 + ["removed"]


def test_a_release_a_person_went_back_to_stays_beside_the_last(tmp_path: Path) -> None:
    """It is one more than the number, and the only one: also where the run had its release built already."""
    world = make_world(tmp_path)
    first, _, third, fourth = publish_numbers(world, 1, 2, 3, 4, keep_last=10)
    rollback(world.root, first.id, at=AT, by="steward")
    assert publish(world, inputs={"n": "4"}, keep_last=2).id == first.id
    assert ids_kept(world) == [first.id, third.id, fourth.id]
    assert world.current == first.id


@pytest.mark.parametrize("keep_last", [0, -1])
def test_to_keep_none_is_refused(tmp_path: Path, keep_last: int) -> None:
    world = make_world(tmp_path)
    release = publish(world)
    with pytest.raises(ValueError, match="at least one"):
        prune(world.root, keep_last)
    assert [kept.id for kept in list_releases(world.root)] == [release.id]


def test_rollback_swaps_and_removes_nothing(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    old, new = publish_days(world, date(2026, 1, 1), date(2026, 2, 1))
    assert rollback(world.root, old.id, at=AT, by="steward").id == old.id
    assert world.current == old.id
    assert [release.id for release in list_releases(world.root)] == [old.id, new.id]


def test_rollback_is_not_stopped_by_one_that_was(tmp_path: Path) -> None:
    """A process that died between making the new link and putting it in place leaves that link."""
    world = make_world(tmp_path)
    old, _ = publish_days(world, date(2026, 1, 1), date(2026, 2, 1))
    (world.published / f".current-{old.id}").symlink_to("nowhere")
    rollback(world.root, old.id, at=AT, by="steward")
    assert world.current == old.id


@pytest.mark.parametrize("name", ["2026-01-01-00000000", "../work", "current"])
def test_rollback_to_what_is_no_release(tmp_path: Path, name: str) -> None:
    world = make_world(tmp_path)
    release = publish(world)
    with pytest.raises(UnknownReleaseError):
        rollback(world.root, name, at=AT, by="steward")
    assert world.current == release.id


def test_the_log_says_what_happened_in_order(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first, second = publish_days(world, date(2026, 1, 1), date(2026, 2, 1))
    rollback(world.root, first.id, at=datetime(2026, 9, 17, tzinfo=UTC), by="Анна")
    lines = [json.loads(line) for line in (world.root / FILE).read_text(encoding="utf-8").splitlines()]
    assert [(line["event"], line["release"], line["before"], line["by"]) for line in lines] == [
        ("published", first.id, None, "steward"),
        ("published", second.id, first.id, "steward"),
        ("rolled_back", first.id, second.id, "Анна"),
    ]
    assert lines[2]["at"] == "2026-09-17T00:00:00+00:00"


def test_diff_names_the_tables_and_the_figures_that_changed(tmp_path: Path) -> None:
    """2019/20 goes from 31 to 30 of 40, 2020/21 stays, 2018/19 is gone and 2021/22 is new."""
    old = publish(make_world(tmp_path, figures=(("2018/19", 20), ("2019/20", 31), ("2020/21", 33))))
    world = make_world(tmp_path, figures=(("2019/20", 30), ("2020/21", 33), ("2021/22", 40)))
    new = publish(world, inputs={"deliveries": "newer"})
    found = diff(world.root, old.id, new.id)
    assert [(table.table, table.is_same) for table in found.tables] == [
        ("export.cells", True),
        ("marts.dim_person", True),
        ("marts.dim_region", True),
        ("marts.fct_employment_spell", True),
        ("marts.retention_index", False),
    ]
    assert [
        (
            figure.key["cohort_year"],
            figure.old and (figure.old["retained_n"], figure.old["index_share"]),
            figure.new and (figure.new["retained_n"], figure.new["index_share"]),
        )
        for figure in found.figures
    ] == [("2018/19", (20, 0.5), None), ("2019/20", (31, 0.775), (30, 0.75)), ("2021/22", None, (40, 1.0))]


def test_a_figure_that_was_not_observed_has_not_moved(tmp_path: Path) -> None:
    """2019/20 was observed and moves, 2020/21 is observed for the first time, 2021/22 is new."""
    world = make_world(tmp_path, figures=(("2019/20", 31), ("2020/21", 0)))
    with connect(world.candidate) as connection:
        connection.execute(
            "update marts.retention_index set retained_n = null, index_share = null, status = 'not_yet_observed'"
            " where cohort_year = '2020/21'"
        )
    old = publish(world)
    make_world(tmp_path, figures=(("2019/20", 30), ("2020/21", 33), ("2021/22", 40)))
    new = publish(world, inputs={"deliveries": "newer"})
    figures = diff(world.root, old.id, new.id).figures
    assert [(figure.key["cohort_year"], figure.was_closed) for figure in figures] == [
        ("2019/20", True), ("2020/21", False), ("2021/22", False)
    ]  # fmt: skip
    headings = {name: name.upper() for name in ("closed", *figures[0].key, "was", "now")}
    write_figures(tmp_path / "figures.csv", figures, headings)
    assert (tmp_path / "figures.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "CLOSED,COHORT_YEAR,LEVEL,ESTIMAND,SEGMENT,SEGMENT_VALUE,HORIZON_MONTHS,"
        "WAS hired_n,WAS retained_n,WAS index_share,WAS status,WAS unknown_n,WAS removed_n,"
        "NOW hired_n,NOW retained_n,NOW index_share,NOW status,NOW unknown_n,NOW removed_n",
        "1,2019/20,workplace,employed_at,all,all,12,40,31,0.775,ok,0,0,40,30,0.75,ok,0,0",
        "0,2020/21,workplace,employed_at,all,all,12,40,,,not_yet_observed,0,0,40,33,0.825,ok,0,0",
        "0,2021/22,workplace,employed_at,all,all,12,,,,,,,40,40,1.0,ok,0,0",
    ]


def test_diff_of_a_release_with_itself_is_empty(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    release = publish(world)
    found = diff(world.root, release.id, release.id)
    assert all(table.is_same for table in found.tables)
    assert found.figures == ()
