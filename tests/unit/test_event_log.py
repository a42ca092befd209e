"""Dagster's history: what is noted through the kept connection is what Dagster's own storage reads."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.test_utils import instance_for_test

from orchestration.event_log import KeptOpenEventLogStorage


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="table")])
def table() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def _settings(folder: Path) -> dict[str, object]:
    return {
        "event_log_storage": {
            "module": "orchestration.event_log",
            "class": "KeptOpenEventLogStorage",
            "config": {"base_dir": str(folder)},
        }
    }


def test_a_run_is_read_by_the_storage_of_dagster(tmp_path: Path) -> None:
    with instance_for_test(overrides=_settings(tmp_path / "kept")) as instance:
        assert isinstance(instance.event_log_storage, KeptOpenEventLogStorage)
        done = dg.materialize([table], instance=instance)
        noted = [event.dagster_event_type for event in instance.all_logs(done.run_id)]
    with_its_own = SqliteEventLogStorage(str(tmp_path / "kept"))
    read = [event.dagster_event_type for event in with_its_own.get_logs_for_run(done.run_id)]
    assert read == noted
    assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in read
    assert with_its_own.all_asset_keys() == [dg.AssetKey("table")]


def test_what_another_process_notes_is_seen(tmp_path: Path) -> None:
    """The web server holds its connection while a run writes through another."""
    page = KeptOpenEventLogStorage(str(tmp_path))
    assert page.all_asset_keys() == []
    with instance_for_test(overrides=_settings(tmp_path)) as instance:
        dg.materialize([table], instance=instance)
        assert page.all_asset_keys() == [dg.AssetKey("table")]


def test_threads_take_turns(tmp_path: Path) -> None:
    storage = KeptOpenEventLogStorage(str(tmp_path))
    faults: list[Exception] = []

    def ask() -> None:
        try:
            # More runs than are kept open.
            for _ in range(12):
                storage.all_asset_keys()
                storage.get_logs_for_run(str(uuid.uuid4()))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
