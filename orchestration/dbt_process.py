"""dbt as a process of its own: what it is told, without the key, and what it says, without what it quotes."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster_dbt import DbtCliInvocation, DbtCliResource
from packaging.version import Version

from bilimkoz import secret
from bilimkoz.settings import Settings
from orchestration import discretion


def executable() -> str:
    return str(Path(sys.executable).parent / "dbt")


def candidate(settings: Settings) -> Path:
    """The folder of the run, under one name for all runs; `reuse_parse` makes it lead there.

    dbt counts the paths of its profile among what a parse depends on, and would parse the project anew for each run.
    """
    return settings.place("work") / "dbt" / ".candidate"


def environment(settings: Settings, warehouse: Path, spill: Path, as_of: date | None = None) -> dict[str, str]:
    """What dbt needs to know of the machine, and of the run: what happened after `as_of` is not known to it."""
    if warehouse.parent.parent == settings.place("work"):
        warehouse, spill = candidate(settings) / warehouse.name, candidate(settings) / spill.name
    return ({"BILIMKOZ_AS_OF": as_of.isoformat()} if as_of else {}) | {
        "BILIMKOZ_WAREHOUSE": str(warehouse),
        "BILIMKOZ_TEMP": str(spill),
        "BILIMKOZ_MEMORY_LIMIT": settings.memory_limit,
        "BILIMKOZ_THREADS": str(settings.threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        # Its log file would quote rows in the words of errors.
        "DBT_LOG_LEVEL_FILE": "none",
    }


def inherited() -> dict[str, str]:
    """The environment of this process as dbt may have it."""
    with secret.hidden():
        return dict(os.environ)


class DiscreetInvocation(DbtCliInvocation):
    """An invocation whose output and record name errors and quote nothing."""

    def _stream_stdout(self) -> Iterator[str | dict[str, Any]]:
        try:
            for told in super()._stream_stdout():
                # A line that is no event is a word of the interpreter or the engine, and may quote.
                if not isinstance(told, str):
                    yield discretion.event(told)
            self.process.wait()
        finally:
            self._error_messages[:] = [discretion.error_class(message) for message in self._error_messages]
            record = self.target_path / "run_results.json"
            if record.exists():
                discretion.results(record)


class DbtProcess(DbtCliResource):
    """The resource `dbt_cli`: dbt without the key and with discretion."""

    @cached_property
    def _cli_version(self) -> Version:
        # The library asks `dbt --version`, which looks for a newer one on the network, and asks it several times a run.
        return Version(importlib.metadata.version("dbt-core"))

    def cli(self, *arguments: Any, **options: Any) -> DbtCliInvocation:
        with secret.hidden():
            started = super().cli(*arguments, **options)
        return DiscreetInvocation(**{at.name: getattr(started, at.name) for at in fields(started) if at.init})


def resource(settings: Settings) -> DbtProcess:
    return DbtProcess(
        project_dir=str(settings.dbt_project), profiles_dir=str(settings.dbt_project), dbt_executable=executable()
    )
