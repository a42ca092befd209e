"""dbt as a run starts it: its exit codes, and which of its events are made."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import Formatting, Note

from bilimkoz.settings import Settings
from orchestration import dbt_main
from orchestration.dbt_environment import environment
from orchestration.dbt_parse import reuse_parse


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["seed", "--select", "minimum_n"], 0),
        # There is no table of the load log to read from.
        (["build", "--select", "stg_delivered_file"], 1),
        (["build", "--no-such-option"], 2),
    ],
)
def test_the_exit_code_is_that_of_dbt(parsed: Settings, tmp_path: Path, arguments: list[str], code: int) -> None:
    target = tmp_path / "target"
    reuse_parse(parsed, target)
    told = environment(parsed, tmp_path / "warehouse.duckdb", tmp_path / "spill", date(2026, 9, 15))
    project = str(parsed.dbt_project)
    places = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
    places |= {"DBT_PROJECT_DIR": project, "DBT_PROFILES_DIR": project}
    ran = subprocess.run(
        [sys.executable, "-m", "orchestration.dbt_main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | told | places,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("level", "told", "is_heard"),
    [
        (EventLevel.INFO, EventLevel.DEBUG, False),
        (EventLevel.INFO, EventLevel.INFO, True),
        (EventLevel.ERROR, EventLevel.WARN, True),
        (EventLevel.DEBUG, EventLevel.DEBUG, True),
    ],
)
def test_what_is_for_debugging_is_made_where_somebody_listens(
    level: EventLevel, told: EventLevel, is_heard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventManager, "fire_event", dbt_main._fire_what_is_heard)
    manager, heard = EventManager(), list[object]()
    manager.add_logger(LoggerConfig(name="told", level=level))
    manager.add_callback(heard.append)
    event: BaseEvent = Note(msg="word") if told is not EventLevel.DEBUG else Formatting(msg="word")
    manager.fire_event(event, told)
    assert bool(heard) == is_heard
