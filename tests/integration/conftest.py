"""The inbox that most tests of ingest begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_inbox import Inbox


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path)
    made.agree("school")
    return made
