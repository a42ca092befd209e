"""What the pages tell a reader to type works, and every path they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from product import Product

from bilimkoz.settings import PROJECT

PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
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


COMMANDS = sorted({command for _, text in _blocks("sh") for command in COMMAND.findall(text)})


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_work(command: str, done: Product) -> None:
    """Exit code 0; `doctor` and `check` may find something to say (2), `key init` finds the key that is there."""
    file = next((done.data / "inbox").glob("school-0000/*/staff.csv"))
    ran = done.call(*command.replace("FILE", str(file)).split())
    may_object = command.startswith(("doctor", "check", "key"))
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
