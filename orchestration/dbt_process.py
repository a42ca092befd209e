"""dbt as a process of its own: what it is told, without the key, and what it says, without what it quotes."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from typing import Any

from dagster_dbt import DbtCliInvocation, DbtCliResource
from packaging.version import Version

from bilimkoz import secret
from bilimkoz.settings import Settings
from orchestration import discretion


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

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:  # noqa: ARG002
        # The library would load dbt and read its project here too, to ask the warehouse about rows and columns while dbt
        # has it open. The rows are counted afterwards.
        return None

    def cli(self, *arguments: Any, **options: Any) -> DbtCliInvocation:
        with secret.hidden():
            started = super().cli(*arguments, **options)
        return DiscreetInvocation(**{at.name: getattr(started, at.name) for at in fields(started) if at.init})


def resource(settings: Settings) -> DbtProcess:
    """dbt on a parse that is there, which is all the main job asks of it."""
    return DbtProcess(
        project_dir=str(settings.dbt_project),
        profiles_dir=str(settings.dbt_project),
        dbt_executable=sys.executable,
        global_config_flags=["-m", "orchestration.dbt_main"],
    )
