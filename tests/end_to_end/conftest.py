"""One installation that has run: built once a session, and each worker has a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from once import Once
from product import Product


def _run_once(folder: Path) -> None:
    """The three commands of `make run`."""
    product = Product(folder)
    assert product.call("key", "init").returncode == 0
    assert product.call("simulate", "--profile", "tiny").returncode == 0
    ran = product.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "gates held" in ran.stdout or " held" in ran.stdout


@pytest.fixture(scope="session")
def done(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """An installation that has run once, for tests that only look at it or run again with nothing new."""
    copy = Product(tmp_path_factory.mktemp("product"))
    shutil.copytree(once("product", _run_once), copy.folder, dirs_exist_ok=True, symlinks=True)
    return copy
