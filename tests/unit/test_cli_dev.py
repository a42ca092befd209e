"""`bilimkoz dev` starts Dagster's server, and nothing warns of what a user can do nothing about."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bilimkoz.cli import console, machine


def test_nothing_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends at once, as its home is not there; by then it would have warned, and without the option it does."""
    started: list[list[str]] = []
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(tmp_path / "data"))
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(os, "execv", lambda _, arguments: started.append(arguments))
    console.settings.cache_clear()
    machine.dev()
    console.settings.cache_clear()
    (command,) = started
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path / "none")}

    def said(*arguments: str) -> str:
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode != 0
        return done.stdout + done.stderr

    assert "Warning" not in said(*command)
    assert "SupersessionWarning" in said(command[0], *command[3:])
