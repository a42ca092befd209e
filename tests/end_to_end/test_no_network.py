"""No step reaches for the network: dbt, Dagster and Great Expectations would each report its use if it were let.

Every process of an installation under test loads `no_network/sitecustomize.py`, so the run that these tests look at is
the one that the others share. Extensions of DuckDB, which has sockets of its own, are tested with the connection.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from product import Product

from bilimkoz.settings import PROJECT

REACHING = {
    "an address": "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
    "a name": "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "a child": "import subprocess, sys; code = 'import socket; socket.gethostbyname(\"example.org\")'; "
    "sys.exit(subprocess.run([sys.executable, '-c', code]).returncode)",
}


@pytest.mark.parametrize("way", REACHING)
def test_the_guard_refuses_and_notes(way: str, tmp_path: Path) -> None:
    product = Product(tmp_path)
    ran = product.python(REACHING[way])
    assert ran.returncode != 0
    assert "no network here" in ran.stderr
    assert product.network_notes.read_text().count("\n") == 1


def test_the_guard_lets_a_machine_talk_to_itself(tmp_path: Path) -> None:
    product = Product(tmp_path)
    script = (
        "import socket; server = socket.create_server(('127.0.0.1', 0)); socket.create_connection(server.getsockname())"
    )
    assert product.python(script).returncode == 0
    assert not product.network_notes.exists()


def test_a_run_reaches_for_no_network(done: Product) -> None:
    assert (done.data / "published" / "current").exists()
    assert not done.network_notes.exists(), done.network_notes.read_text()


def test_dagster_loads_without_network_and_key(tmp_path: Path) -> None:
    """`dagster definitions validate`, as `make dev` would load them: on an installation that has nothing yet."""
    product = Product(tmp_path)
    home = tmp_path / "dagster"
    home.mkdir()
    ran = subprocess.run(
        [Path(sys.executable).parent / "dagster", "definitions", "validate", "-m", "orchestration.definitions"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env=product.environment() | {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not product.network_notes.exists(), product.network_notes.read_text()
