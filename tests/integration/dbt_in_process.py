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
from orchestration.dbt_environment import WITHOUT_UNIT_TESTS, environment
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
    # An option without a word after it is refused.
    excluded = ["--exclude", *without] if without else []
    kinds = [*WITHOUT_UNIT_TESTS, *([] if tests else ["test"])]
    _invoke(warehouse, date.fromisoformat(as_of), ["build", "--select", *select, *excluded, *kinds])


def unit_test(warehouse: Path) -> list[str]:
    """Runs dbt's unit tests beside a warehouse, of which they read which columns its tables have; returns their names.

    Raises AssertionError with how what came differs from what was expected.
    """
    return _invoke(warehouse, None, ["test", "--select", "test_type:unit"])


def _invoke(warehouse: Path, as_of: date | None, command: Sequence[str]) -> list[str]:
    settings = Settings(data_root=warehouse.parent)
    told = environment(settings, warehouse, warehouse.parent / "spill", as_of)
    arguments = [*_places(settings, warehouse.parent / "target"), "--no-write-json"]
    with patch.dict(os.environ, told):
        done = dbtRunner(manifest=_manifest[0]).invoke(["--quiet", *command, *arguments])
        # The adapter keeps its handle on the database; the next reader in this process would find it open otherwise.
        DuckDBConnectionManager.close_all_connections()
        reset_adapters()
    failed = [item for item in done.result or [] if item.status not in ("success", "pass")]
    said = "\n".join(f"{item.node.name}: {item.message}" for item in failed)
    assert done.success, said or done.exception
    return [item.node.name for item in done.result]


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
