"""The inbox that most tests of ingest begin with, and the dbt project as those that build know it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_inbox import Inbox

from bilimkoz.settings import Settings


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
