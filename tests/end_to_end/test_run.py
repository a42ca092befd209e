"""From the inbox to a release, the way `make run` does it, on the tiny profile."""

from __future__ import annotations

import json
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


def test_a_run_leaves_the_unit_tests_of_dbt_out(done: Product) -> None:
    (record,) = (done.data / "work").glob("*/dbt/run_results.json")
    assert json.loads(record.read_text())["args"]["exclude_resource_types"] == ["unit_test"]


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
                + waiting_n + quarantined_n + empty_n + without_consent_n) from intermediate.int_row_balance"""
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
    other.know_project_from(done.data)
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
