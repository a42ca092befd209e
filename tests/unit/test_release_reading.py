"""Where a reader's large queries spill: into a folder that nobody else may enter, and that is gone afterwards."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import duckdb
import pytest
from release_world import World, make_world, publish

from publish.reading import open_release


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "root")
    publish(made)
    return made


def spills(connection: duckdb.DuckDBPyConnection) -> Path:
    return Path(connection.execute("select current_setting('temp_directory')").fetchall()[0][0])


@pytest.mark.parametrize("part", ["internal", "restricted"])
def test_each_reader_has_a_folder_of_its_own_that_goes_with_it(
    world: World, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one, other = open_release(world.root, part), open_release(world.root, part)
    folders = [spills(one), spills(other)]
    assert folders[0] != folders[1]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    below = world.root / "work" if part == "restricted" else tmp_path
    assert {folder.parent for folder in folders} == {below}
    del one, other
    assert not [folder for folder in folders if folder.exists()]


def test_a_folder_of_the_callers_is_made_for_nobody_else(world: World, tmp_path: Path) -> None:
    with open_release(world.root, temp_directory=tmp_path / "own"):
        assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_is_refused(world: World, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    with pytest.raises(PermissionError, match="shared"):
        open_release(world.root, temp_directory=shared)


def test_a_link_to_a_folder_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("elsewhere")
    with pytest.raises(PermissionError, match="link"):
        open_release(world.root, temp_directory=tmp_path / "link")
