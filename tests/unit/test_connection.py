"""DuckDB is opened in one place and in one way."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from bilimkoz.connection import connect
from bilimkoz.settings import Settings
from ingest.problems import Refusal
from orchestration.dbt_environment import environment, executable

PROJECT = Path(__file__).parents[2]


def test_the_session_is_in_utc() -> None:
    with connect(None) as connection:
        zone = connection.execute("select current_setting('TimeZone')").fetchone()
        moment = connection.execute("select timestamptz '2026-01-01 10:00:00+05'").fetchone()
    assert zone == ("UTC",)
    assert moment == (datetime(2026, 1, 1, 5, tzinfo=UTC),)


def test_no_extension_comes_by_itself() -> None:
    with connect(None) as connection:
        settings = connection.execute(
            "select current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
        ).fetchone()
        assert settings == (False, False)
        with pytest.raises(duckdb.Error):
            connection.execute("select * from read_xlsx('none.xlsx')")


def test_the_excel_extension_comes_from_its_package() -> None:
    with connect(None, excel=True) as connection:
        loaded = connection.execute("select loaded from duckdb_extensions() where extension_name = 'excel'").fetchone()
    assert loaded == (True,)


def test_limits_are_set(tmp_path: Path) -> None:
    with connect(None, memory_limit="256MiB", temp_directory=tmp_path / "spills", threads=1) as connection:
        settings = connection.execute(
            "select current_setting('memory_limit'), current_setting('temp_directory'), current_setting('threads')"
        ).fetchone()
    assert settings == ("256.0 MiB", str(tmp_path / "spills"), 1)


def test_threads_are_those_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every connection that does not ask for another number, so that two on one file never differ."""
    asked = "select current_setting('threads')"
    for told in ("1", "3"):
        monkeypatch.setenv("BILIMKOZ_THREADS", told)
        with connect(tmp_path / "there.duckdb") as connection:
            assert connection.execute(asked).fetchone() == (int(told),)
    monkeypatch.setenv("BILIMKOZ_THREADS", "none")
    with pytest.raises(Refusal, match="setting_not_a_number"):
        connect(None)


def test_threads_of_dbt_are_those_of_the_settings(tmp_path: Path) -> None:
    """Its own, for models side by side, and those of its engine: by the profile, whatever the project of that profile."""
    told = environment(Settings(threads=5), tmp_path / "w.duckdb", tmp_path / "spill")
    (tmp_path / "dbt_project.yml").write_text("name: empty\nversion: 1.0.0\nprofile: bilimkoz\n")
    profiles = str(PROJECT / "dbt_project")
    folders = ["--project-dir", tmp_path, "--profiles-dir", profiles, "--target-path", tmp_path, "--log-path", tmp_path]
    ran = subprocess.run(
        [executable(), "--quiet", "--no-use-colors", "show", "--output", "json", "--inline", _ASKED, *folders],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | told,
    )
    assert json.loads(ran.stdout)["show"] == [{"own": 5, "engine": 5}]


_ASKED = "select {{ target.threads }} as own, cast(current_setting('threads') as integer) as engine"


def test_read_only_makes_no_file_and_writes_none(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        connect(tmp_path / "none.duckdb", read_only=True)
    path = tmp_path / "there.duckdb"
    connect(path).close()
    with connect(path, read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("create table t (n integer)")
    assert [entry.name for entry in tmp_path.iterdir()] == ["there.duckdb"]


def test_nobody_else_opens_a_database() -> None:
    packages = ("bilimkoz", "ingest", "expectations", "publish", "orchestration")
    modules = [path for package in packages for path in (PROJECT / package).rglob("*.py")]
    opening = [str(path.relative_to(PROJECT)) for path in modules if re.search(r"duckdb\.connect\(", path.read_text())]
    assert opening == ["bilimkoz/connection.py"]
