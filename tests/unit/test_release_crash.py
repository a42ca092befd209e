"""Whatever stops a release on its way, readers keep the last good one, whole, and the next run is not in its way."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from release_world import AS_OF, AT, FIGURES, World, everything_below, make_world, publish

from publish import build, shelf
from publish.reading import open_release
from publish.release import STAGES, release_id, resume
from publish.release_log import FILE
from publish.release_record import current_release, list_releases

NEWER = (("2019/20", 30), ("2020/21", 33))
NEWER_INPUTS = {"deliveries": "newer"}
# Publishes the run of a data root and kills itself, as `kill -9` would, when it has reached a stage.
KILLED = """
import os, signal, sys
from datetime import UTC, date, datetime
from pathlib import Path
from publish.release import publish_release
root, stage = Path(sys.argv[1]), sys.argv[2]
run = root / "work" / "run-1"
publish_release(
    root, run / "warehouse.duckdb", as_of=date(2026, 9, 15), inputs={"deliveries": "newer"}, run_id="run-1",
    gates_path=run / "gates.parquet", manifest_json=run / "manifest.json", at=datetime(2026, 9, 16, tzinfo=UTC),
    by="steward", on_stage=lambda reached: os.kill(os.getpid(), signal.SIGKILL) if reached == stage else None,
)
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One release is out, and a run with another figure is ready."""
    made = make_world(tmp_path)
    publish(made)
    return make_world(tmp_path, figures=NEWER)


def logged(world: World) -> list[tuple[str, str, str | None]]:
    lines = (json.loads(line) for line in (world.root / FILE).read_text(encoding="utf-8").splitlines())
    return [(line["event"], line["release"], line["before"]) for line in lines]


def retained(world: World) -> list[tuple[str, int]]:
    with open_release(world.root) as connection:
        return connection.execute("select cohort_year, retained_n from marts.retention_index order by all").fetchall()


def assert_next_run_is_fine(world: World) -> None:
    newer = publish(world, inputs=NEWER_INPUTS)
    assert world.current == newer.id
    assert retained(world) == list(NEWER)
    assert {path.name for path in world.published.iterdir()} == {
        "current",
        *(release.id for release in list_releases(world.root)),
    }


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_a_stage(world: World, stage: str) -> None:
    old = current_release(world.root)
    assert old is not None
    before = everything_below(old.path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(world.root), stage], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert everything_below(old.path) == before
    is_out = STAGES.index(stage) >= STAGES.index("swapped")
    assert (world.current != old.id) == is_out
    assert retained(world) == list(NEWER if is_out else FIGURES)
    planned = release_id(AS_OF, NEWER_INPUTS)
    resumed = resume(world.root, planned, at=AT, by="steward")
    assert (resumed is not None) == (STAGES.index(stage) >= STAGES.index("moved"))
    if resumed is not None:
        assert (resumed.id, world.current) == (planned, planned)
        assert retained(world) == list(NEWER)
        assert logged(world) == [("published", old.id, None), ("published", planned, old.id)]
    assert_next_run_is_fine(world)
    assert logged(world) == [("published", old.id, None), ("published", planned, old.id)]


def disk_full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def fails_in(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Callable[[], None]:
    monkeypatch.setattr(module, name, disk_full)
    return monkeypatch.undo


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (build, "release_tables"),
        (build, "_copy_part"),
        (build, "table_content"),
        (build, "write_whole"),
        (build, "sync"),
        (Path, "rename"),
        (shelf, "sync"),
        (shelf, "note"),
        (Path, "symlink_to"),
        (Path, "replace"),
        (shelf, "make_current"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", ""),
)
def test_an_error_on_the_way(world: World, monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """As a full disk would at each call that writes.

    `sync` and `note` of the shelf fail after the link was replaced: then it is out.
    """
    old = current_release(world.root)
    assert old is not None
    before = everything_below(old.path)
    undo = fails_in(monkeypatch, module, name)
    with pytest.raises(OSError, match="No space left"):
        publish(world, inputs=NEWER_INPUTS)
    undo()
    assert everything_below(old.path) == before
    assert retained(world) == list(NEWER if name in ("sync", "note") and module is shelf else FIGURES)
    assert not list(world.published.glob(".building-*"))
    assert_next_run_is_fine(world)


def test_a_removal_that_was_stopped_leaves_no_half_release(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = current_release(world.root)
    assert first is not None
    publish(world, inputs=NEWER_INPUTS)
    monkeypatch.setattr(shutil, "rmtree", disk_full)
    with pytest.raises(OSError, match="No space left"):
        shelf.prune(world.root, 1)
    monkeypatch.undo()
    assert [release.id for release in list_releases(world.root)] == [world.current]
    shelf.sweep(world.root)
    assert {path.name for path in world.published.iterdir()} == {"current", world.current}


def test_readers_stay_on_the_release_they_opened(world: World) -> None:
    """Also when it is removed meanwhile; the next one they open is the new one."""
    reader = open_release(world.root)
    newer = publish(world, inputs=NEWER_INPUTS, keep_last=1)
    assert [release.id for release in list_releases(world.root)] == [newer.id]
    query = "select cohort_year, retained_n from marts.retention_index order by all"
    assert reader.execute(query).fetchall() == list(FIGURES)
    reader.close()
    assert retained(world) == list(NEWER)
