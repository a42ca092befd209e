"""The inbox that most tests of ingest begin with, the dbt project as those that build know it, and worlds of indicators."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_inbox import Inbox
from once import Once

from bilimkoz.settings import Settings

if TYPE_CHECKING:
    from indicator_world import Told


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path)
    made.agree("school")
    return made


@pytest.fixture(scope="session")
def dbt(parsed: Settings) -> None:
    """Whoever asks for it can build."""
    import dbt_in_process

    dbt_in_process.know(parsed)


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, dbt: None, once: Once) -> Path:  # noqa: ARG001
    """Where the world that a module names as its SCENE has been built, with all indicators; modules of one scene share it."""
    scene = request.module.SCENE
    return once(f"{scene.__module__} {scene.__name__}", lambda made: scene().build(made))


@pytest.fixture(scope="module")
def told(folder: Path) -> Told:
    """The indicators of it."""
    from indicator_world import Told

    return Told(folder / "warehouse.duckdb")
