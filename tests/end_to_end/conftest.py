"""One installation that has run, shared by the tests that only look at it."""

from __future__ import annotations

import pytest
from product import Product


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """An installation that has run once."""
    product = Product(tmp_path_factory.mktemp("product"))
    assert product.call("key", "init").returncode == 0
    assert product.call("simulate", "--profile", "tiny").returncode == 0
    ran = product.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "gates held" in ran.stdout or " held" in ran.stdout
    return product
