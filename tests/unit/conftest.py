"""Fixtures of the tests that read files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ingest_reading import Desk, desk


@pytest.fixture(scope="session")
def reading_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One workshop for all tests that read a file; every reading is taken back after it."""
    with desk(tmp_path_factory.mktemp("files")) as opened:
        yield opened
