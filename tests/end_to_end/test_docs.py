"""What the pages tell a reader to type works, and every path they name is there."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from product import Product
from typer.main import get_command

from bilimkoz import wrong_settings
from bilimkoz.cli.app import app
from bilimkoz.settings import PROJECT, Settings

PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPARK_BUILD = (
    ".venv-spark/bin/python -m orchestration.spark_build data/work/spark/sources.json data/work/spark/warehouse "
    "build --select staging --project-dir dbt_project --profiles-dir dbt_project"
)
#: Lines of the pages that no test here types, and why.
NOT_TYPED = {
    "make run": "test_make_run_is_what_these_tests_run",
    "make test": "it is what runs this",
    "make setup": "it makes the environment that runs this",
    "make spark": "tests/integration/test_spark.py is what it runs",
    ".venv/bin/python -m orchestration.spark_landing": "test_spark.py calls what it calls",
    "export PYTHONPATH=. BILIMKOZ_AS_OF=2026-09-15": "test_spark.py sets both",
    SPARK_BUILD: "test_spark.py types it with folders of its own",
    "make dev": "it does not end; test_no_network.py loads what it would serve",
}
COMMAND = re.compile(r"^\.venv/bin/bilimkoz (.+?)(?:\s+#.*)?$", re.MULTILINE)
TARGET = re.compile(r"^make (\w+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!http)([^)#]+)\)")


def _blocks(kind: str) -> list[tuple[str, str]]:
    return [(page.name, text) for page in PAGES for found, text in BLOCK.findall(page.read_text()) if found == kind]


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = {target for _, text in _blocks("sh") for target in TARGET.findall(text)}
    assert named
    assert named <= targets


def test_every_line_is_typed_or_has_a_reason() -> None:
    lines = {
        line.split("#")[0].strip()
        for _, text in _blocks("sh")
        for line in text.splitlines()
        if not line.startswith("#")
    }
    typed = {f".venv/bin/bilimkoz {command}" for command in COMMANDS}
    assert lines - {""} - typed == set(NOT_TYPED)


def test_make_run_is_what_these_tests_run() -> None:
    """The fixture `done` goes through the same three commands."""
    recipe = re.search(r"^run: setup\n((?:\t.+\n)+)", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    commands = re.findall(r"bilimkoz (\w+(?: init)?)", recipe.group(1))
    assert commands == ["key init", "simulate", "run"]


def test_settings_of_the_pages_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = [text for page in PAGES for text in re.findall(r"^```toml\n(.*?)^```", page.read_text(), BLOCK.flags)]
    assert blocks
    for text in blocks:
        Path("bilimkoz.toml").write_text(text, encoding="utf-8")
        told = tomllib.loads(text)
        assert set(told) <= set(wrong_settings.load().model_dump())
    assert set(told) == set(Settings.model_fields)


def test_commands_named_in_sentences_are_there() -> None:
    """With their options; what is put into them is the reader's."""
    named = {
        text for page in PAGES for text in re.findall(r"`(?:\.venv/bin/)?bilimkoz ([a-z][^`]*)`", page.read_text())
    }
    assert len(named) > 5
    for text in named:
        command, options = get_command(app), set(re.findall(r"--[a-z-]+", text))
        for word in text.split():
            command = getattr(command, "commands", {}).get(word, command)
        assert command.name != "bilimkoz", text
        assert options <= {name for parameter in command.params for name in parameter.opts}, text


@pytest.fixture
def folder(done: Product, tmp_path: Path) -> Path:
    """A delivery without a manifest in a sender's folder; the name of its file begins with that of its feed."""
    made = tmp_path / "school-0000" / "again"
    made.mkdir(parents=True)
    shutil.copy(next((done.data / "inbox").glob("school-0000/*/staff.csv")), made / "staff_employment.csv")
    return made


def test_a_delivery_without_manifest_as_the_pages_say(done: Product, folder: Path) -> None:
    """`manifest FOLDER`, then `check FOLDER`."""
    page = (PROJECT / "docs" / "operations.md").read_text()
    (told,) = set(re.findall(r"`\.venv/bin/bilimkoz (manifest FOLDER [^`]+)`", page))
    written = done.call(*told.replace("FOLDER", str(folder)).split())
    assert written.returncode == 0, written.stdout
    assert (folder / "manifest.json").exists()
    judged = done.call("check", str(folder))
    assert re.search("Everything is right|rows read", judged.stdout), judged.stdout


COMMANDS = sorted({command for _, text in _blocks("sh") for command in COMMAND.findall(text)})


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_work(command: str, done: Product, folder: Path) -> None:
    """Exit code 0; `doctor` and `check` may find something to say (2), `key init` finds the key that is there, and a first
    release has none before it."""
    ran = done.call(*command.replace("FILE", str(folder / "staff_employment.csv")).split())
    may_object = command.startswith(("doctor", "check", "key", "release revision"))
    assert ran.returncode in ((0, 2) if may_object else (0,)), ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(("page", "text"), _blocks("python"))
def test_python_works(page: str, text: str, done: Product) -> None:
    ran = done.python(text.replace('Path("data")', f"Path({str(done.data)!r})"))
    assert ran.returncode == 0, (page, ran.stderr)
    assert ran.stdout.strip()


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {link}"
        for page in PAGES
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]
    assert not broken


def test_paths_named_in_the_pages_are_there() -> None:
    pattern = re.compile(
        r"`((?:ingest|bilimkoz|dbt_project|expectations|publish|orchestration|tests|docs|benchmarks|notebooks)/[\w./]*)`"
    )
    missing = [
        f"{page.name}: {path}"
        for page in PAGES
        for path in pattern.findall(page.read_text())
        if not Path(PROJECT / path).exists()
    ]
    assert not missing
