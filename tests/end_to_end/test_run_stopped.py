"""What stops a run, and that readers do not see it: killed with -9 between any two steps, or a gate that does not hold."""

from __future__ import annotations

import json
import shutil

import pytest
from product import Product

#: Runs up to each stage that is named, one after another in the same data root, and kills itself there. Every run is a process
#: of its own; what takes long to import was imported before they part.
KILL = """
import json, os, signal, sys
from datetime import UTC, datetime
import dagster_dbt
from bilimkoz.settings import Settings
from bilimkoz.lock import run_lock
import orchestration.assets as assets, orchestration.dbt as dbt
import ingest.landing
from orchestration.launch import Request, launch

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at(stage):
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

def run_up_to(stage):
    settings = Settings()
    die_at(stage)
    with run_lock(settings.place("work")):
        launch(settings, datetime(2026, 11, 21, tzinfo=UTC), Request())

found = {}
for stage in sys.argv[1:]:
    child = os.fork()
    if not child:
        run_up_to(stage)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    found[stage] = [os.waitstatus_to_exitcode(status), (Settings().place("published") / "current").exists()]
print(json.dumps(found))
"""
STAGES = ("landed", "ingested", "opened", "built", "judged", "moved")


@pytest.fixture(scope="module")
def killed(done: Product, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """An installation with the deliveries of `done`, killed at one stage after another and then left alone."""
    product = Product(tmp_path_factory.mktemp("killed"))
    shutil.copy(done.folder / "pseudonym.key", product.folder / "pseudonym.key")
    for name in ("senders", "inbox"):
        shutil.copytree(done.data / name, product.data / name)
    product.know_project_from(done.data)
    ran = product.python(KILL, *STAGES)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found == {stage: [-9, False] for stage in STAGES}, ran.stderr[-2000:]
    ran = product.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return product


def test_killed_at_every_stage_boundary_the_same_content_comes_out(done: Product, killed: Product) -> None:
    """Killed with -9 between any two steps, and run again: the same hashes as a run that nothing disturbed."""
    assert killed.hashes() == done.hashes()
    assert not [path for path in (killed.data / "published").iterdir() if path.name.startswith(".")]


def test_a_failed_gate_publishes_nothing_and_exits_1(killed: Product) -> None:
    """A school that stops sending leaves the oblast under its coverage: the last release stands."""
    before = killed.release()["release"]
    (killed.data / "senders" / "late.toml").write_text(
        'register = "kz.iin"\ninstitutions = ["x1", "x2", "x3"]\nfeeds = ["staff_employment", "institutions"]\n'
    )
    folder = killed.data / "inbox" / "late" / "new"
    folder.mkdir(parents=True)
    rows = "".join(f"x{n},Мектеп x{n},school,,active\n" for n in (1, 2, 3))
    (folder / "institutions.csv").write_text("institution_id,name_kk,kind,region_code,status\n" + rows)
    assert killed.call("manifest", str(folder), "--created", "2026-09-16T08:00:00+05:00").returncode == 0
    ran = killed.call("run")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "coverage" in ran.stdout
    for named in ("x1: sender late", "Ask the institutions that have not delivered for their delivery."):
        assert named in ran.stdout
    assert killed.release()["release"] == before
