"""From the inbox to a release, the way `make run` does it, on the tiny profile."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from product import Product, quarantined

from bilimkoz.connection import connect


def test_a_release_comes_out_with_its_modes(done: Product) -> None:
    current = (done.data / "published" / "current").resolve()
    modes = {
        str(path.relative_to(current)): stat.S_IMODE(path.stat().st_mode)
        for path in current.rglob("*")
        if path.is_file()
    }
    assert modes.pop("release.json") == 0o444
    assert modes == {"restricted/warehouse.duckdb": 0o400, "internal/marts.duckdb": 0o440}


def test_nothing_new_says_so_and_does_not_start_dagster(done: Product) -> None:
    before = sorted((done.data / "dagster").rglob("*.db"))
    again = done.call("run")
    assert again.returncode == 0
    assert "Nothing new" in again.stdout
    assert sorted((done.data / "dagster").rglob("*.db")) == before


def test_quarantine_holds_exactly_what_was_planted(done: Product) -> None:
    """By file, line, part, column and rule: no more and no fewer."""
    planted, found = quarantined(done)
    assert planted
    assert found == planted


def test_every_row_of_every_file_is_accounted_for(done: Product) -> None:
    work = next((done.data / "work").glob("*/warehouse.duckdb"))
    with connect(work, read_only=True) as connection:
        files, off = connection.execute(
            """select count(*), count(*) filter (where read_n <> accepted_n + superseded_n + withdrawn_n + repeated_n
                + waiting_n + quarantined_n + empty_n) from intermediate.int_row_balance"""
        ).fetchall()[0]
    delivered = len(list((done.data / "inbox").glob("*/*/manifest.json")))
    assert files >= delivered - 1
    assert off == 0


def test_another_key_reads_nothing(done: Product) -> None:
    other = done.call("run", BILIMKOZ_PSEUDONYM_KEY="ab" * 32)
    assert other.returncode == 2
    assert "not the key" in other.stdout


def test_two_orders_and_a_second_folder_give_the_same_content(done: Product, tmp_path: Path) -> None:
    """Deliveries taken in one by one, the newest first, each also under a second folder name: the same hashes."""
    other = Product(tmp_path)
    shutil.copy(done.folder / "pseudonym.key", other.folder / "pseudonym.key")
    shutil.copytree(done.data / "senders", other.data / "senders")
    deliveries = sorted((path.parent for path in (done.data / "inbox").glob("*/*/manifest.json")), reverse=True)
    for number, delivery in enumerate(deliveries):
        for name in (f"{number}", f"{number} again"):
            shutil.copytree(delivery, other.data / "inbox" / delivery.parent.name / name)
        if number == len(deliveries) // 2:
            first = other.python(_INGEST)
            assert first.returncode == 0, first.stderr
    ran = other.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert other.hashes() == done.hashes()


_INGEST = """
from bilimkoz import secret
from bilimkoz.settings import Settings
from ingest.deliveries import ingest
from orchestration.run import places
settings = Settings()
ingest(places(settings), secret.key(settings), None, "1GB")
"""


def test_a_failed_gate_publishes_nothing_and_exits_1(done: Product, tmp_path: Path) -> None:
    """A school that stops sending leaves the oblast under its coverage: the last release stands."""
    other = Product(tmp_path)
    shutil.copytree(done.folder, other.folder, dirs_exist_ok=True, symlinks=True)
    before = other.release()["release"]
    (other.data / "senders" / "late.toml").write_text(
        'register = "kz.iin"\ninstitutions = ["x1", "x2", "x3"]\nfeeds = ["staff_employment", "institutions"]\n'
    )
    folder = other.data / "inbox" / "late" / "new"
    folder.mkdir(parents=True)
    rows = "".join(f"x{n},Мектеп x{n},school,,active\n" for n in (1, 2, 3))
    (folder / "institutions.csv").write_text("institution_id,name_kk,kind,region_code,status\n" + rows)
    assert other.call("manifest", str(folder), "--created", "2026-09-16T08:00:00+05:00").returncode == 0
    ran = other.call("run")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "coverage" in ran.stdout
    for named in ("x1: sender late", "Ask the institutions that have not delivered for their delivery."):
        assert named in ran.stdout
    assert other.release()["release"] == before


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


KILL = """
import os, signal, sys
from datetime import UTC, datetime
from bilimkoz.settings import Settings
from bilimkoz.lock import run_lock

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

stage = sys.argv[1]
import orchestration.assets as assets, orchestration.dbt as dbt
import ingest.landing
if stage == "landed":
    ingest.landing.Landing.commit = die
elif stage == "ingested":
    assets.release_inputs = die
elif stage == "opened":
    assets.expose = die
elif stage == "built":
    dbt.gates = die
elif stage == "judged":
    assets.publish_release = die
else:
    publish = assets.publish_release
    killing = {"on_stage": lambda name: die() if name == stage else None}
    assets.publish_release = lambda *a, **k: publish(*a, **k | killing)
from orchestration.launch import Request, launch
settings = Settings()
with run_lock(settings.place("work")):
    launch(settings, datetime(2026, 11, 21, tzinfo=UTC), Request())
"""


def test_killed_at_every_stage_boundary_the_same_content_comes_out(done: Product, tmp_path: Path) -> None:
    """Killed with -9 between any two steps, and run again: the same hashes as a run that nothing disturbed."""
    other = Product(tmp_path)
    shutil.copy(done.folder / "pseudonym.key", other.folder / "pseudonym.key")
    for name in ("senders", "inbox"):
        shutil.copytree(done.data / name, other.data / name)
    for stage in ("landed", "ingested", "opened", "built", "judged", "moved"):
        killed = other.python(KILL, stage)
        assert killed.returncode == -9, (stage, killed.stdout[-2000:], killed.stderr[-2000:])
        assert not (other.data / "published" / "current").exists(), stage
    ran = other.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert other.hashes() == done.hashes()
    assert not [path for path in (other.data / "published").iterdir() if path.name.startswith(".")]
