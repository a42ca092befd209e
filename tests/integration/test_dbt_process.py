"""dbt gets no key, is told the limits of the machine, and what it quotes in an error is kept nowhere."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster_dbt import DbtCliResource, dbt_assets

from bilimkoz import secret
from bilimkoz.settings import Settings
from expectations.gate_log import GateResult
from orchestration import dbt, dbt_environment, dbt_parse, dbt_process, discretion
from orchestration.run import Run

KEY = "c0ffee" * 11
QUOTED = "Ақсай ауданы"
WRAPPER = """#!{python}
import os, subprocess, sys
with open({seen!r}, "a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n" + "\\n".join(f"{{k}}={{v}}" for k, v in os.environ.items()) + "\\n")
sys.exit(subprocess.run([{dbt!r}, *sys.argv[1:]]).returncode)
"""
MODELS = {
    # The value comes to be when the statement runs, as one of a row would; the text of a model quotes nobody.
    "broken": "select cast(word as integer) as n from (select 'Ақсай' || ' ' || 'ауданы' as word)",
    "sound": "select 1 as n",
    "after": "select * from {{ ref('broken') }}",
}
MODEL_YML = {
    "version": 2,
    "models": [
        {
            "name": "sound",
            "columns": [{"name": "n", "data_tests": [{"accepted_values": {"arguments": {"values": [2]}}}]}],
        },
        {"name": "after", "columns": [{"name": "n", "data_tests": ["not_null"]}]},
    ],
}
Seen = Callable[[], str]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """dbt behind a wrapper that writes down the environment it gets."""
    wrapper, notes = tmp_path / "dbt", tmp_path / "seen.txt"
    wrapper.write_text(WRAPPER.format(python=sys.executable, seen=str(notes), dbt=dbt.executable()))
    wrapper.chmod(0o755)
    monkeypatch.setattr(dbt_parse, "executable", lambda: str(wrapper))
    monkeypatch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY)
    return notes.read_text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a model whose error quotes a value."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: small\nversion: 1.0.0\nprofile: small\nmodels: {+materialized: table}\n"
    )
    output = {"type": "duckdb", "path": str(tmp_path / "small.duckdb"), "threads": 1, "schema": "marts"}
    (folder / "profiles.yml").write_text(yaml.safe_dump({"small": {"target": "x", "outputs": {"x": output}}}))
    for name, text in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(text)
    (folder / "models" / "models.yml").write_text(yaml.safe_dump(MODEL_YML))
    return folder


def _build(project: Path, run: Run) -> tuple[dg.ExecuteInProcessResult, list[GateResult]]:
    """The project built as an asset, as the main job does it, with Dagster's own record kept on disk."""
    resource = dbt_process.DbtProcess(
        project_dir=str(project), profiles_dir=str(project), dbt_executable=dbt_parse.executable()
    )
    path = resource.cli(["parse"], target_path=run.folder / "parse").wait().target_path / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_text())
    found: list[GateResult] = []

    @dbt_assets(manifest=path, dagster_dbt_translator=dbt.Translator())
    def models(context: dg.AssetExecutionContext, dbt_cli: DbtCliResource) -> Any:
        invocation = dbt_cli.cli(["build"], context=context, target_path=run.dbt_target, raise_on_error=False)
        yield from invocation.stream()
        found.extend(dbt.gates(run, manifest))
        if not invocation.is_successful():
            raise dg.Failure("a model or a test failed")

    home = run.folder / "dagster"
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        done = dg.materialize([models], resources={"dbt_cli": resource}, instance=instance, raise_on_error=False)
    return done, found


def test_an_error_is_kept_without_what_it_quotes(
    project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in dbt_environment.environment(Settings(), tmp_path / "none", tmp_path / "spill").items():
        monkeypatch.setenv(name, value)
    run = Run("run", tmp_path / "run")
    done, found = _build(project, run)
    assert not done.success
    printed = "".join(capfd.readouterr())
    # Dagster takes what a step prints into files of its own.
    kept = "".join(path.read_text() for path in run.folder.rglob("*.out"))
    assert "model.small.broken: " in printed + kept
    assert "Conversion Error" in printed + kept
    forms = [QUOTED.encode(), json.dumps(QUOTED).strip('"').encode(), QUOTED.encode("utf-16-le")]
    assert not [form for form in forms if form in printed.encode()]
    quoting = [
        str(path) for path in tmp_path.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]
    assert not quoting
    gates = {gate.gate.split(".")[2]: gate for gate in found}
    assert gates["broken"].observed == "error: Runtime Error, Conversion Error"
    assert gates["not_null_after_n"].observed == "skipped"
    failed = next(gate for name, gate in gates.items() if name.startswith("accepted_values"))
    assert failed.observed == "1 rows"
    assert not any(gate.passed for gate in found)
    assert [gate.asset for gate in discretion.not_built(found)] == ["marts.broken"]


def test_a_build_gets_no_key(project: Path, tmp_path: Path, seen: Seen) -> None:
    """Also where a step of dbt runs before anybody has read the key; it is there still for who needs it."""
    _build(project, Run("run", tmp_path / "run"))
    text = seen()
    asked = {line.split(" ")[0] for line in text.splitlines()}
    assert {"parse", "build"} <= asked
    # It would look for a newer version on the network.
    assert "--version" not in asked
    assert KEY not in text
    assert os.environ["BILIMKOZ_PSEUDONYM_KEY"] == KEY


def test_what_a_run_starts_gets_no_key(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of the main job itself, whose interpreter writes down what it is told."""
    interpreter, notes = tmp_path / "python", tmp_path / "told.txt"
    interpreter.write_text(f'#!/bin/sh\n{{ echo "$@"; env; }} > "{notes}"\n')
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    monkeypatch.setattr(Settings, "dbt_project", project)
    monkeypatch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY)
    started = dbt_process.resource(Settings()).cli(["build"], target_path=tmp_path / "target", raise_on_error=False)
    started.wait()
    assert notes.read_text().startswith("-m orchestration.dbt_main build")
    assert KEY not in notes.read_text()
    assert os.environ["BILIMKOZ_PSEUDONYM_KEY"] == KEY


def test_a_parse_gets_no_key_and_is_made_once(
    project: Path, tmp_path: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once come to the same; another version of dbt reads anew, and what is half made is nobody's."""
    monkeypatch.setattr(Settings, "dbt_project", project)
    settings = Settings(data_root=tmp_path / "data", threads=3)
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(dbt.manifest_path, [settings, settings])
    assert first == second
    assert json.loads(first.read_text())["nodes"]
    assert first.with_name("partial_parse.msgpack").exists()
    assert KEY not in seen()
    assert "BILIMKOZ_THREADS=3" in seen()
    assert seen().count("--target-path") == 2
    assert dbt.manifest_path(settings) == first
    assert seen().count("--target-path") == 2
    assert [path.name for path in first.parent.parent.iterdir()] == [first.parent.name]
    monkeypatch.setattr("importlib.metadata.version", lambda _: "2.0.0")
    assert dbt.manifest_path(settings) != first
    assert seen().count("--target-path") == 3


def test_a_build_begins_from_the_parse(tmp_path: Path) -> None:
    """In the folder of the run it was last led to, and reads the project no more."""
    settings = Settings(data_root=tmp_path)
    folders = ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    for number in ("0" * 8, "1" * 8):
        run = Run(number, settings.place("work") / number)
        dbt.reuse_parse(settings, run.dbt_target)
        told = dbt.environment(settings, run.warehouse, run.spill, date(2026, 9, 15))
        ran = subprocess.run(
            [sys.executable, "-m", "orchestration.dbt_main", "seed", *folders, "--vars", "{}", "--select", "minimum_n"],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | told | {"DBT_TARGET_PATH": str(run.dbt_target), "DBT_LOG_PATH": str(run.dbt_target)},
        )
        assert "partial parsing" not in ran.stdout
        assert "Found" in ran.stdout
        assert run.warehouse.exists()


def test_the_key_is_hidden_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY)
    with secret.hidden():
        assert "BILIMKOZ_PSEUDONYM_KEY" not in os.environ
    assert os.environ["BILIMKOZ_PSEUDONYM_KEY"] == KEY
    monkeypatch.delenv("BILIMKOZ_PSEUDONYM_KEY")
    with secret.hidden():
        pass
    assert "BILIMKOZ_PSEUDONYM_KEY" not in os.environ
