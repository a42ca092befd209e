"""`dbt build` in the process of the tests, of a project that was parsed before: most of what a process of its own does
is to start and to parse."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner

from bilimkoz.settings import Settings
from orchestration import dbt_main
from orchestration.dbt_environment import environment
from orchestration.dbt_parse import manifest_path

#: The project as this process knows it.
_manifest: list[Any] = []


def know(parsed: Settings) -> None:
    """Takes over the parse of a data root. Whatever is built later is built from it, wherever its warehouse lies."""
    _manifest[:] = [dbt_main.read_parse(manifest_path(parsed).parent)]


def build(
    warehouse: Path, as_of: str, select: Iterable[str], *, without: Sequence[str] = (), tests: bool = True
) -> None:
    """Builds what is selected and not taken out, with its tests or without. Raises AssertionError with dbt's words."""
    settings = Settings(data_root=warehouse.parent)
    told = environment(settings, warehouse, warehouse.parent / "spill", date.fromisoformat(as_of))
    arguments = [
        *_places(settings, warehouse.parent / "target"),
        "--no-write-json",
        "--select",
        *select,
        # An option without a word after it is refused.
        *(["--exclude", *without] if without else []),
    ]
    with patch.dict(os.environ, told):
        done = dbtRunner(manifest=_manifest[0]).invoke(
            ["--quiet", "build", *arguments, *([] if tests else ["--exclude-resource-type", "test"])]
        )
        # The adapter keeps its handle on the database; the next reader in this process would find it open otherwise.
        DuckDBConnectionManager.close_all_connections()
        reset_adapters()
    failed = [item for item in done.result or [] if item.status not in ("success", "pass")]
    assert done.success, (done.exception, [f"{item.node.name}: {item.message}" for item in failed])


def _places(settings: Settings, target: Path) -> list[str]:
    project = str(settings.dbt_project)
    return [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        str(target),
        "--log-path",
        str(target),
    ]
