"""Help speaks the language of the settings: every command and option has a text, and no text is for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bilimkoz.cli.app import app
from bilimkoz.cli.help import localised
from bilimkoz.texts import catalogue

FRAME = {"arguments", "options", "commands", "default", "required", "help"}


def _keys(command: Any, path: str = "") -> Iterator[str]:
    if path:
        yield path
    for parameter in command.params:
        yield f"{path}_{parameter.name}"
    for name, below in getattr(command, "commands", {}).items():
        yield from _keys(below, f"{path}_{name}".lstrip("_"))


def test_commands_options_and_texts_are_the_same() -> None:
    told = {key.removeprefix("help.") for key in catalogue("en") if key.startswith("help.")}
    assert set(_keys(get_command(app))) == told - FRAME


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_help_is_in_the_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", language)

    def helps(command: Any) -> Iterator[str]:
        yield command.help
        yield from (parameter.help for parameter in command.params)
        for below in getattr(command, "commands", {}).values():
            yield from helps(below)

    texts = {text for key, text in catalogue(language).items() if key.startswith("help.")}
    assert set(helps(localised(app))) - texts == {"БілімКөз · Bilimkoz"}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("kk", ["Жазылуы: bilimkoz run", "Параметрлер", "Жаңа ештеңе болмаса да", "Осы анықтаманы көрсету"]),
        ("ru", ["Как писать: bilimkoz run", "Параметры", "даже если нового нет", "Показать эту справку"]),
        ("en", ["Usage: bilimkoz run", "Options", "even where nothing is new", "Show this and end"]),
    ],
)
def test_help_as_it_is_shown(language: str, shown: list[str]) -> None:
    ran = subprocess.run(
        [Path(sys.executable).parent / "bilimkoz", "run", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"BILIMKOZ_LANGUAGE": language, "COLUMNS": "160"},
    )
    assert not [text for text in shown if text not in ran.stdout], ran.stdout
    if language != "en":
        assert not [word for word in ("Usage", "Options", "Show this", "default") if word in ran.stdout]
