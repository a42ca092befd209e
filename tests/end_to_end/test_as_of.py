"""What was known on an older day, asked for today: the release that was built then, table by table."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from product import Product

from bilimkoz.settings import PROJECT

#: A day on which a delivery was made: a run of that day is as of it by itself.
DAY = "2025-09-26"
#: Two schools of the region were not heard of before 2026, so that on that day gate `coverage` would hold a release back.
REGION = 'region = "990000000"'
HEARD_OF = 'institutions = ["120340402234", "031040934514", "080640128130", "030140149700"]'


@pytest.fixture(scope="module")
def world(done: Product, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The world that has run, then asked as of the older day; its current release is as of 2026-09-15."""
    copy = Product(tmp_path_factory.mktemp("as_of"))
    shutil.copytree(done.folder, copy.folder, dirs_exist_ok=True, symlinks=True)
    _narrow(copy)
    ran = copy.call("run", "--as-of", DAY)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "is kept aside" in " ".join(ran.stdout.split())
    return copy


@pytest.fixture(scope="module")
def then(done: Product, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """An installation of that day: it has the deliveries made by then, and no other."""
    made = Product(tmp_path_factory.mktemp("then"))
    shutil.copy(done.folder / "pseudonym.key", made.folder / "pseudonym.key")
    shutil.copytree(done.data / "senders", made.data / "senders")
    _narrow(made)
    made.know_project_from(done.data)
    left_out = 0
    for manifest in (done.data / "inbox").glob("*/*/manifest.json"):
        if _made_on(manifest) <= date.fromisoformat(DAY):
            shutil.copytree(manifest.parent, made.data / "inbox" / manifest.parent.relative_to(done.data / "inbox"))
        else:
            left_out += 1
    assert left_out > 10
    ran = made.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return made


def _narrow(product: Product) -> None:
    """The sender of the region speaks for the schools heard of by then; its files are those of now on any day."""
    file = product.data / "senders" / "oblast-rest.toml"
    text = file.read_text()
    assert REGION in text
    file.write_text(text.replace(REGION, HEARD_OF))


def _made_on(manifest: Path) -> date:
    created = datetime.fromisoformat(json.loads(manifest.read_text())["created"])
    return created.astimezone(ZoneInfo("Asia/Almaty")).date()


def aside(world: Product) -> dict[str, Any]:
    """`release.json` of the release of the older day."""
    (path,) = (world.data / "published").glob(f"{DAY}-*/release.json")
    record: dict[str, Any] = json.loads(path.read_text())
    return record


def test_it_holds_what_the_release_built_that_day_held(world: Product, then: Product) -> None:
    """The same inputs, so the same id; the same rows in every table of both parts; and today's are others."""
    found, built_then, now = aside(world), then.release(), world.release()
    assert (found["aside"], built_then["aside"]) == (True, False)
    assert (found["release"], found["inputs"]) == (built_then["release"], built_then["inputs"])
    assert found["parts"] == built_then["parts"]
    assert found["feeds"] == built_then["feeds"]
    held, current = (record["parts"]["restricted"]["tables"] for record in (found, now))
    assert held.keys() == current.keys()
    assert len([name for name in held if held[name] != current[name]]) > 20


def test_readers_and_stewards_go_on_with_what_is_current(world: Product, done: Product) -> None:
    assert world.release() == done.release()
    assert world.call("due").stdout == done.call("due").stdout
    listed = world.call("release", "list").stdout
    assert re.search(rf"{aside(world)['release']}.* aside", listed)


def test_the_same_day_again_is_nothing_new(world: Product) -> None:
    before = {path: path.stat().st_mtime_ns for path in (world.data / "published").rglob("*")}
    again = world.call("run", "--as-of", DAY)
    assert again.returncode == 0, again.stdout
    assert f"Nothing new since release {aside(world)['release']}" in " ".join(again.stdout.split())
    assert {path: path.stat().st_mtime_ns for path in (world.data / "published").rglob("*")} == before


def test_nobody_goes_back_to_it(world: Product) -> None:
    back = world.call("release", "rollback", aside(world)["release"])
    assert back.returncode == 2
    assert "never becomes current" in " ".join(back.stdout.split())


def test_the_revision_table_as_the_page_says(world: Product, tmp_path: Path) -> None:
    """Its counts are those of both marts, and they add up."""
    page = (PROJECT / "docs" / "operations.md").read_text()
    (told,) = set(re.findall(r"`\.venv/bin/bilimkoz (release revision [^`]*--csv [^`]*)`", page))
    file = tmp_path / "revision.csv"
    ran = world.call(*told.replace("FILE", str(file)).split())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Why retention figures moved" in ran.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    table = pl.read_csv(file, infer_schema_length=None)
    every_cohort = table.filter(segment="all")
    assert "not_observed_before" in set(every_cohort["reason"])
    for mart, side in ((aside(world), "before"), (world.release(), "after")):
        index = world.python(_INDEX, mart["release"])
        assert index.returncode == 0, index.stderr
        counted = table.select(pl.col(f"hired_{side}_n").sum(), pl.col(f"retained_{side}_n").sum()).row(0)
        assert list(counted) == json.loads(index.stdout)
    hired = pl.col("hired_before_n") + pl.col("entered_n") - pl.col("left_n")
    assert table.filter(hired != pl.col("hired_after_n")).is_empty()
    retained = sum(pl.col(f"retained_{flow}_n") for flow in ("before", "entered", "gained"))
    lost = pl.col("retained_left_n") + pl.col("retained_lost_n")
    assert table.filter(retained - lost != pl.col("retained_after_n")).is_empty()


_INDEX = """
import json, sys
from bilimkoz.settings import Settings
from publish.reading import open_release
with open_release(Settings().root, release=sys.argv[1]) as connection:
    print(json.dumps(connection.execute(
        "select cast(sum(hired_n) as bigint), cast(sum(retained_n) as bigint) from marts.retention_index"
        " where cohort_year <> 'all'"
    ).fetchone()))
"""
