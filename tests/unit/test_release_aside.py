"""A release as of an older day than the current one: built like any, never given to readers, and kept for a while."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from release_world import AT, World, log_passed, make_world, publish
from test_release_crash import KILLED

from publish.release import GateFailed, resume
from publish.release_log import FILE
from publish.release_record import Release, list_releases, read_release, release_before
from publish.shelf import AsideReleaseError, make_current, rollback

OLDER = date(2026, 3, 31)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def publish_aside(world: World, *names: str, keep_last: int = 3) -> list[Release]:
    return [publish(world, as_of=OLDER, inputs={"code": name}, keep_last=keep_last) for name in names]


def kept(world: World) -> list[str]:
    return [release.id for release in list_releases(world.root)]


def events(world: World) -> list[tuple[str, str]]:
    lines = (json.loads(line) for line in (world.root / FILE).read_text(encoding="utf-8").splitlines())
    return [(line["event"], line["release"]) for line in lines]


def test_an_older_as_of_never_becomes_current(world: World) -> None:
    newer = publish(world)
    (aside,) = publish_aside(world, "a")
    assert (newer.is_aside, aside.is_aside) == (False, True)
    assert read_release(world.root, aside.id).is_aside
    assert world.current == newer.id
    assert kept(world) == [newer.id, aside.id]
    assert events(world) == [("published", newer.id), ("set_aside", aside.id)]


def test_its_content_is_that_of_any_release_and_its_files_are_the_stewards(world: World) -> None:
    newer = publish(world)
    (aside,) = publish_aside(world, "a")
    assert aside.tables == newer.tables
    modes = {str(path.relative_to(aside.path)): stat.S_IMODE(path.stat().st_mode) for path in aside.path.rglob("*")}
    assert modes == {
        "restricted": 0o700,
        "restricted/warehouse.duckdb": 0o400,
        "internal": 0o700,
        "internal/marts.duckdb": 0o400,
        "release.json": 0o444,
    }


def test_it_passes_the_same_gates(world: World) -> None:
    newer = publish(world)
    log_passed(world, failed="coverage")
    with pytest.raises(GateFailed):
        publish_aside(world, "a")
    assert kept(world) == [newer.id]


def test_the_same_inputs_are_nothing_new(world: World) -> None:
    newer = publish(world)
    (aside,) = publish_aside(world, "a")
    before = (world.root / FILE).read_bytes()
    assert resume(world.root, aside.id, at=AT, by="steward") == aside
    assert publish_aside(world, "a") == [aside]
    assert (world.root / FILE).read_bytes() == before
    assert world.current == newer.id


def test_a_release_that_was_current_once_is_not_made_an_aside(world: World) -> None:
    first = publish(world, as_of=OLDER, inputs={"code": "a"})
    publish(world)
    assert publish_aside(world, "a") == [first]
    assert not read_release(world.root, first.id).is_aside


def test_asides_and_the_others_do_not_push_each_other_out(world: World) -> None:
    """Of five asides the last two stay, beside the last two of the others, which were there before them."""
    one, two, three = (publish(world, inputs={"n": name}, keep_last=2) for name in "123")
    asides = publish_aside(world, *"abcde", keep_last=2)
    assert kept(world) == [two.id, three.id, asides[3].id, asides[4].id]
    four = publish(world, inputs={"n": "4"}, keep_last=2)
    assert kept(world) == [three.id, asides[3].id, asides[4].id, four.id]
    assert one.id not in kept(world)


def test_an_aside_is_not_the_last_of_its_year(world: World) -> None:
    """Of 2025 the release of March stays, though an aside of December is newer by its day and goes."""
    march = publish(world, as_of=date(2025, 3, 1), inputs={"n": "1"}, keep_last=1)
    newer = publish(world, keep_last=1)
    publish(world, as_of=date(2025, 12, 1), inputs={"n": "2"}, keep_last=1)
    (aside,) = publish_aside(world, "a", keep_last=1)
    assert kept(world) == [march.id, newer.id, aside.id]


def test_one_that_went_is_noted_anew_when_it_is_built_again(world: World) -> None:
    newer = publish(world, keep_last=1)
    first, second = publish_aside(world, "a", "b", keep_last=1)
    assert resume(world.root, first.id, at=AT, by="steward", keep_last=1) is None
    publish_aside(world, "a", keep_last=1)
    assert events(world) == [
        ("published", newer.id),
        ("set_aside", first.id),
        ("set_aside", second.id),
        ("removed", first.id),
        ("set_aside", first.id),
        ("removed", second.id),
    ]


def test_nobody_goes_back_to_an_aside(world: World) -> None:
    newer = publish(world)
    (aside,) = publish_aside(world, "a")
    before = (world.root / FILE).read_bytes()
    with pytest.raises(AsideReleaseError, match=aside.id):
        rollback(world.root, aside.id, at=AT, by="steward")
    assert world.current == newer.id
    assert (world.root / FILE).read_bytes() == before


def test_after_going_back_further_the_day_is_built_for_readers(world: World) -> None:
    """Then the older day is the newest: the aside is built again, and its files are for analysts too."""
    oldest = publish(world, as_of=date(2026, 1, 1), inputs={"n": "1"})
    publish(world)
    (aside,) = publish_aside(world, "a")
    rollback(world.root, oldest.id, at=AT, by="steward")
    assert resume(world.root, aside.id, at=AT, by="steward") is None
    (again,) = publish_aside(world, "a")
    assert (again.id, again.is_aside, world.current) == (aside.id, False, aside.id)
    assert stat.S_IMODE(again.file("internal").stat().st_mode) == 0o440


def test_a_lost_line_of_another_swap_is_not_told_by_an_aside(world: World) -> None:
    """`first` came back and its line was lost. Which inputs made it is known to the next run of now only."""
    first, second = publish(world), publish(world, inputs={"n": "2"})
    make_current(world.root, first.id)
    (aside,) = publish_aside(world, "a")
    assert resume(world.root, aside.id, at=AT, by="steward") == aside
    assert events(world) == [("published", first.id), ("published", second.id), ("set_aside", aside.id)]
    assert resume(world.root, first.id, at=AT, by="steward") == first
    assert events(world)[-1] == ("published", first.id)


def test_killed_once_it_has_its_name_it_is_noted_by_the_next_run(world: World) -> None:
    newer = publish(world, as_of=date(2027, 1, 1))
    done = subprocess.run([sys.executable, "-c", KILLED, str(world.root), "moved"], check=False, timeout=120)
    assert done.returncode == -9
    assert events(world) == [("published", newer.id)]
    (aside,) = (release for release in list_releases(world.root) if release.id != newer.id)
    assert aside.is_aside
    assert resume(world.root, aside.id, at=AT, by="steward") == aside
    assert events(world) == [("published", newer.id), ("set_aside", aside.id)]
    assert world.current == newer.id


def test_a_run_is_held_against_what_was_known_by_its_day(world: World) -> None:
    """March against January, which is the newest of no later day; a day before every release against none."""
    january = publish(world, as_of=date(2026, 1, 1), inputs={"n": "1"})
    publish(world, as_of=date(2026, 6, 1), inputs={"n": "2"})
    newer = publish(world)
    assert release_before(world.root, newer.as_of) == newer
    assert release_before(world.root, date(2026, 12, 1)) == newer
    assert release_before(world.root, OLDER) == january
    assert release_before(world.root, date(2025, 12, 31)) is None
    (aside,) = publish_aside(world, "a")
    assert release_before(world.root, date(2026, 4, 1)) == aside
