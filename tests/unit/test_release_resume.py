"""Which release readers get where the one that the inputs make is there already: nothing new, finished, or brought back."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from release_world import AS_OF, AT, FIGURES, INPUTS, World, make_world, publish

from bilimkoz.connection import connect
from publish.build import DamagedReleaseError
from publish.release import resume
from publish.release_log import FILE
from publish.release_record import Release, current_release, list_releases, lost_release
from publish.shelf import make_current, rollback

OTHER = {**INPUTS, "settings": "other"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def two(world: World) -> tuple[Release, Release]:
    """A release, and one of other inputs, which is current."""
    return publish(world), publish(world, inputs=OTHER)


def resumed(world: World, planned: Release) -> str | None:
    found = resume(world.root, planned.id, at=AT, by="steward")
    return found.id if found else None


def events(world: World) -> list[tuple[str, str, bool]]:
    lines = (json.loads(line) for line in (world.root / FILE).read_text(encoding="utf-8").splitlines())
    return [(line["event"], line["release"], line.get("late", False)) for line in lines]


def damage(release: Release, part: str = "internal") -> None:
    """A file as a careless hand leaves it: whole, and with a row less."""
    release.file(part).chmod(0o600)
    with connect(release.file(part)) as connection:
        connection.execute(f"delete from {'main' if part == 'internal' else 'marts'}.retention_index")


def test_the_current_release_is_nothing_new(world: World) -> None:
    _, second = two(world)
    before = (world.root / FILE).read_bytes()
    assert resumed(world, second) == second.id
    assert (world.root / FILE).read_bytes() == before


def test_inputs_that_come_back_bring_their_release_back(world: World) -> None:
    first, second = two(world)
    assert resumed(world, first) == first.id == world.current
    assert resumed(world, second) == second.id == world.current
    assert [event for event, *_ in events(world)] == ["published"] * 4


def test_a_release_that_was_not_swapped_in_is(world: World) -> None:
    """As a run leaves it that died after the folder had its name."""
    first, second = two(world)
    make_current(world.root, first.id)
    lines = (world.root / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (world.root / FILE).write_text("".join(lines[:1]), encoding="utf-8")
    assert resumed(world, second) == second.id == world.current
    assert events(world) == [("published", first.id, False), ("published", second.id, False)]


def test_a_rollback_stands_until_there_is_something_new(world: World) -> None:
    first, second = two(world)
    rollback(world.root, first.id, at=AT, by="steward")
    assert resumed(world, second) == first.id == world.current
    assert publish(world, inputs=OTHER).id == first.id == world.current
    third = publish(world, inputs={**INPUTS, "settings": "third"})
    assert world.current == third.id


def test_a_rollback_in_two_steps_stands(world: World) -> None:
    first, second = two(world)
    third = publish(world, inputs={**INPUTS, "settings": "third"})
    rollback(world.root, second.id, at=AT, by="steward")
    rollback(world.root, first.id, at=AT, by="steward")
    assert resumed(world, third) == first.id


def test_a_rollback_says_nothing_of_inputs_of_before(world: World) -> None:
    """Back from the third to the second; then the inputs of the first come back."""
    first, second = two(world)
    publish(world, inputs={**INPUTS, "settings": "third"})
    rollback(world.root, second.id, at=AT, by="steward")
    assert resumed(world, first) == first.id == world.current


def test_a_rollback_whose_line_was_lost_stands(world: World) -> None:
    first, second = two(world)
    make_current(world.root, first.id)
    assert resumed(world, second) == first.id == world.current
    assert events(world)[-1] == ("rolled_back", first.id, True)


def test_a_publication_whose_line_was_lost_is_noted_later(world: World) -> None:
    first, second = two(world)
    lines = (world.root / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (world.root / FILE).write_text("".join(lines[:1]) + '{"at": "20', encoding="utf-8")
    assert resumed(world, second) == second.id
    torn = (world.root / FILE).read_text(encoding="utf-8").splitlines()
    assert torn[1] == '{"at": "20'
    late = json.loads(torn[2])
    assert (late["event"], late["release"], late["before"], late["late"]) == ("published", second.id, first.id, True)
    assert resumed(world, second) == second.id
    assert (world.root / FILE).read_text(encoding="utf-8").splitlines() == torn


def test_an_older_day_is_there_and_not_brought_back(world: World) -> None:
    first = publish(world, as_of=date(2026, 9, 1))
    second = publish(world)
    before = (world.root / FILE).read_bytes()
    assert resumed(world, first) == first.id
    assert world.current == second.id
    assert (world.root / FILE).read_bytes() == before


@pytest.mark.parametrize("part", ["restricted", "internal"])
def test_a_damaged_release_is_not_brought_back_and_is_built_anew(world: World, part: str) -> None:
    first, second = two(world)
    damage(first, part)
    assert resumed(world, first) is None
    assert world.current == second.id
    assert publish(world).id == first.id == world.current
    with connect(first.file("internal"), read_only=True) as connection:
        assert connection.execute("select count(*) from main.retention_index").fetchall() == [(len(FIGURES),)]
    assert {path.name for path in world.published.iterdir()} == {first.id, second.id, "current"}


@pytest.mark.parametrize("part", ["restricted", "internal"])
def test_nobody_goes_back_to_a_damaged_release(world: World, part: str) -> None:
    first, second = two(world)
    damage(first, part)
    before = events(world)
    with pytest.raises(DamagedReleaseError, match=first.id):
        rollback(world.root, first.id, at=AT, by="steward")
    assert world.current == second.id
    assert events(world) == before


def test_a_file_that_is_gone_or_no_database_is_damage(world: World) -> None:
    first, _ = two(world)
    first.file("internal").unlink()
    with pytest.raises(DamagedReleaseError):
        rollback(world.root, first.id, at=AT, by="steward")
    first.file("internal").write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(DamagedReleaseError):
        rollback(world.root, first.id, at=AT, by="steward")


def test_a_link_that_leads_nowhere_is_no_release(world: World) -> None:
    first, second = two(world)
    shutil.rmtree(second.path)
    assert current_release(world.root) is None
    assert lost_release(world.root) == second.id
    assert list_releases(world.root) == [first]
    assert resumed(world, second) is None
    assert rollback(world.root, first.id, at=AT, by="steward").id == first.id == world.current
    assert lost_release(world.root) is None


def test_a_run_goes_on_where_the_link_leads_nowhere(world: World) -> None:
    _, second = two(world)
    shutil.rmtree(second.path)
    assert publish(world, as_of=AS_OF, inputs=OTHER).id == second.id == world.current


def test_the_same_release_again_writes_no_line(world: World) -> None:
    first = publish(world)
    before = (world.root / FILE).read_bytes()
    assert publish(world).id == first.id
    assert (world.root / FILE).read_bytes() == before
