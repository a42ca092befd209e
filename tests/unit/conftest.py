"""Fixtures of the tests that read files and of those that type commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_reading import Desk, desk
from terminal import Terminal

from bilimkoz import secret


@pytest.fixture(scope="session")
def reading_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One workshop for all tests that read a file; every reading is taken back after it."""
    with desk(tmp_path_factory.mktemp("files")) as opened:
        yield opened


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal whose data root is there and empty; its key lies beside it."""
    root = tmp_path / "data"
    root.mkdir()
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(root))
    # A key that a command has read from the environment is held for as long as its process lives.
    monkeypatch.setattr(secret, "_held", [])
    monkeypatch.setenv("BILIMKOZ_KEY_FILE", str(tmp_path / "pseudonym.key"))
    return Terminal(root, monkeypatch, capsys)
