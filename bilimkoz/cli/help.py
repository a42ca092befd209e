"""The help of the commands in the language of the settings.

A command or an option has the text `help.<command>` or `help.<command>_<option>`. What stands in the code beside an
option is for whoever reads the code; a test asks that each has its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer import rich_utils
from typer.main import get_command

from bilimkoz import texts
from bilimkoz.cli.console import words

_TITLES = {
    "ARGUMENTS_PANEL_TITLE": "help.arguments",
    "OPTIONS_PANEL_TITLE": "help.options",
    "COMMANDS_PANEL_TITLE": "help.commands",
    "DEFAULT_STRING": "help.default",
    "REQUIRED_LONG_STRING": "help.required",
}


def localised(app: typer.Typer) -> Any:
    """The command of an application, with all its helps in the user's language."""
    for name, key in _TITLES.items():
        setattr(rich_utils, name, words(key))
    command = get_command(app)
    for key, told in _told(command, ""):
        if texts.has(key):
            told.help = words(key)
    return command


def _told(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command and parameter with the key of its text."""
    _speak(command)
    if path:
        yield f"help.{path}", command
    for parameter in command.params:
        yield f"help.{path}_{parameter.name}", parameter
    for name, below in getattr(command, "commands", {}).items():
        yield from _told(below, f"{path}_{name}".lstrip("_"))


def _speak(command: Any) -> None:
    """The two things Typer makes anew each time: the line of usage and the option `--help`."""
    usage, help_option = command.get_usage, command.get_help_option

    def told_usage(context: Any) -> str:
        return words("usage.how", usage=usage(context).removeprefix("Usage:").strip())

    def told_option(context: Any) -> Any:
        option = help_option(context)
        if option is not None:
            option.help = words("help.help")
        return option

    command.get_usage, command.get_help_option = told_usage, told_option
