"""What tests of every kind share."""

from __future__ import annotations

import os

import pytest
from once import Once

from bilimkoz.settings import Settings
from orchestration.dbt_parse import manifest_path


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Each worker has a folder of its own below that of the session."""
    base = tmp_path_factory.getbasetemp()
    return Once(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(scope="session")
def parsed(once: Once) -> Settings:
    """Settings of a data root that holds nothing but a parse of the dbt project."""
    return Settings(data_root=once("parsed", lambda folder: manifest_path(Settings(data_root=folder))))
