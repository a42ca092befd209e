"""A second run and a third: nothing new, inputs that come back, days that cannot be built, crashes on the way.

One world that has run is shared. A second release is published from its candidate under other settings, which is what a run
would do, in a second instead of a minute.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from product import Product

from publish.release import STAGES

#: Publishes the candidate under settings of its own and kills itself at a stage, as `kill -9` would.
PUBLISH = """
import os, signal, sys
from datetime import UTC, datetime
import pyarrow.parquet as pq
from bilimkoz.settings import Settings
from expectations.gate_log import RUN_KEY
from orchestration.inputs import release_inputs
from orchestration.run import Run, newest_warehouse
from publish.release import publish_release
settings = Settings()
folder = newest_warehouse(settings).parent
run = Run(pq.read_schema(folder / "gates.parquet").metadata[RUN_KEY].decode(), folder)
published = publish_release(
    settings.root, run.warehouse, as_of=run.as_of, inputs=release_inputs(settings, run.facts["key_id"], run.as_of),
    run_id=run.id, gates_path=run.gates, manifest_json=run.dbt_target / "manifest.json", at=datetime.now(UTC), by="test",
    keep_last=settings.releases_kept,
    on_stage=lambda stage: os.kill(os.getpid(), signal.SIGKILL) if stage == sys.argv[1] else None,
)
print(published.id)
"""
#: Whether a run that finds no new delivery would be done without building.
IS_DONE = """
from datetime import UTC, datetime
from bilimkoz import secret
from bilimkoz.cli import run
from bilimkoz.settings import Settings
from orchestration.launch import Request
print(run._is_done(secret.key(Settings()), Request(), datetime.now(UTC)))
"""
OTHER = "BILIMKOZ_RETENTION__GAP_TOLERANCE_DAYS"


@pytest.fixture(scope="module")
def world(done: Product, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """A copy of the world that has run, for tests that change it."""
    copy = Product(tmp_path_factory.mktemp("again"))
    shutil.copytree(done.folder, copy.folder, dirs_exist_ok=True, symlinks=True)
    return copy


def current(world: Product) -> str:
    return (world.data / "published" / "current").readlink().name


def swaps(world: Product) -> list[tuple[str, str]]:
    lines = map(json.loads, (world.data / "logs" / "releases.jsonl").read_text().splitlines())
    return [(line["event"], line["release"]) for line in lines if line["event"] != "removed"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as-of", "2099-01-01"), "Nothing is known yet of 2099-01-01"),
        (("--as-of", "2015-09-14"), "Nothing was known yet on 2015-09-14"),
        (("--year", "2014/15"), "Nothing was known yet on 2015-08-31"),
        (("--year", "2024/26"), "is no school year"),
        (("--year", "2025/26", "--as-of", "2026-09-15"), "not both"),
    ],
)
def test_a_day_that_cannot_be_built_is_refused_before_anything_starts(
    done: Product, arguments: tuple[str, ...], words: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in (done.data / "dagster").rglob("*.db")}
    ran = done.call("run", *arguments)
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert words in " ".join(ran.stdout.split())
    assert {path: path.stat().st_mtime_ns for path in (done.data / "dagster").rglob("*.db")} == before


def test_a_year_that_is_not_over_is_as_of_the_newest_delivery(done: Product) -> None:
    ran = done.call("run", "--year", "2026/27")
    assert ran.returncode == 0, ran.stdout
    assert "Nothing new" in ran.stdout


def test_killed_on_the_way_to_a_second_release_the_next_run_ends_with_it(world: Product) -> None:
    """At each stage of publishing another release: it becomes current without being built, or it is built again."""
    for number, stage in enumerate(STAGES[1:]):
        environment = {OTHER: str(200 + number)}
        before = current(world)
        killed = world.python(PUBLISH, stage, **environment)
        assert killed.returncode == -9, (stage, killed.stderr[-2000:])
        if stage in ("copied", "hashed", "sealed"):
            assert current(world) == before, stage
            asked = world.python(IS_DONE, **environment)
            assert asked.stdout.split()[-1] == "False", (stage, asked.stdout, asked.stderr[-2000:])
            published = world.python(PUBLISH, "never", **environment)
            assert published.returncode == 0, published.stderr[-2000:]
        ran = world.call("run", **environment)
        assert ran.returncode == 0, (stage, ran.stdout)
        assert ("is current again" if stage == "moved" else "Nothing new") in ran.stdout, (stage, ran.stdout)
        assert current(world) != before, stage
        assert swaps(world)[-1] == ("published", current(world)), stage
    named = [release for _, release in swaps(world)]
    assert len(named) == len(set(named)) == len(STAGES)


def test_settings_that_are_changed_back_bring_the_release_back(world: Product) -> None:
    first = world.python(PUBLISH, "never", **{OTHER: "301"}).stdout.split()[-1]
    second = world.python(PUBLISH, "never", **{OTHER: "302"}).stdout.split()[-1]
    ran = world.call("run", **{OTHER: "301"})
    assert (ran.returncode, current(world)) == (0, first), ran.stdout
    ran = world.call("run", **{OTHER: "302"})
    assert (ran.returncode, current(world)) == (0, second), ran.stdout
    assert world.call("release", "rollback", first).returncode == 0
    ran = world.call("run", **{OTHER: "302"})
    assert "Nothing new" in ran.stdout
    assert current(world) == first


def test_a_link_that_leads_nowhere_stops_no_command(world: Product) -> None:
    good = world.python(PUBLISH, "never", **{OTHER: "401"}).stdout.split()[-1]
    lost = world.python(PUBLISH, "never", **{OTHER: "402"}).stdout.split()[-1]
    shutil.rmtree(world.data / "published" / lost)
    listed = world.call("release", "list")
    assert listed.returncode == 0
    assert lost in listed.stdout
    assert good in listed.stdout
    back = world.call("release", "rollback", good)
    assert (back.returncode, current(world)) == (0, good), back.stdout
    assert lost not in world.call("release", "list").stdout
    (world.data / "published" / "current").unlink()
    (world.data / "published" / "current").symlink_to(lost)
    ran = world.call("run", **{OTHER: "401"})
    assert (ran.returncode, current(world)) == (0, good), ran.stdout


def test_nobody_goes_back_to_a_damaged_release(world: Product) -> None:
    bad = world.python(PUBLISH, "never", **{OTHER: "501"}).stdout.split()[-1]
    good = world.python(PUBLISH, "never", **{OTHER: "502"}).stdout.split()[-1]
    file = Path(world.data / "published" / bad / "internal" / "marts.duckdb")
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-5000])
    back = world.call("release", "rollback", bad)
    assert back.returncode == 2
    assert "does not hold what its release.json says" in " ".join(back.stdout.split())
    assert current(world) == good


def test_what_cannot_be_read_ends_a_run_with_2_until_it_is_gone(done: Product, tmp_path: Path) -> None:
    """Also where nothing else is new: the release stands, and the steward is told each time."""
    other = Product(tmp_path)
    shutil.copytree(done.folder, other.folder, dirs_exist_ok=True, symlinks=True)
    first = next((other.data / "inbox").glob("school-0000/*/manifest.json")).parent
    torn = first.with_name("torn")
    shutil.copytree(first, torn)
    (torn / "manifest.json").write_bytes((first / "manifest.json").read_bytes()[:-9])
    ran = other.call("run")
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert "Nothing new" in ran.stdout
    assert "DID NOT COME IN: 1" in ran.stdout
    assert "school-0000/torn: manifest.json is not valid JSON" in ran.stdout
    assert other.release() == done.release()
    shutil.rmtree(torn)
    assert other.call("run").returncode == 0
