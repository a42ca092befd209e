"""What is wrong with a command as it was typed, in the language of the settings.

Typer keeps the kinds of its errors to itself: `typer.TyperException` is the public one, so the others are told apart by
what they carry. One that is not known is told in general words and never as a fault of the program.
"""

from __future__ import annotations

import re
from typing import Any

import typer
from rich.console import Console

from bilimkoz.cli.console import words


def tell(wrong: typer.TyperException) -> None:
    """Says what is wrong and how the command is written, on the error stream."""
    if is_help(wrong):
        return
    context = getattr(wrong, "ctx", None)
    # What is wrong with the value of an option comes without the command it was meant for.
    how = context.get_usage() if context else words("usage.how", usage="bilimkoz COMMAND [OPTIONS]")
    more = words("usage.more", command=f"{context.command_path if context else 'bilimkoz'} --help")
    console = Console(stderr=True, highlight=False)
    console.print(sentence(wrong), style="red", markup=False)
    for line in (how, more):
        console.print(line, markup=False)


def is_help(wrong: typer.TyperException) -> bool:
    """A group called without a command has shown its help already, and there is nothing to add."""
    return type(wrong).__name__ == "NoArgsIsHelpError"


def sentence(wrong: Any) -> str:
    """What is wrong, in one sentence."""
    kind, context = type(wrong).__name__, getattr(wrong, "ctx", None)
    if kind == "NoSuchOption":
        meant = sorted(wrong.possibilities or ())
        key = "usage.no_such_option_but" if meant else "usage.no_such_option"
        return words(key, what=wrong.option_name, known=meant)
    if kind == "BadOptionUsage":
        takes_none = "does not take" in wrong.message
        return words("usage.takes_no_value" if takes_none else "usage.value_missing", what=wrong.option_name)
    if kind == "MissingParameter":
        return words("usage.missing", what=_name(wrong))
    if kind == "BadParameter":
        return _bad_value(wrong)
    if context is not None and kind == "UsageError":
        commands = getattr(context.command, "commands", None)
        if commands is not None:
            return words("usage.no_such_command", what=_quoted(wrong.message), known=list(commands))
        return words("usage.too_many", what=_quoted(wrong.message))
    return words("usage.wrong")


def _bad_value(wrong: Any) -> str:
    kind = getattr(wrong.param, "type_descriptor", None)
    if kind is not None and kind.is_choice:
        return words("usage.not_one_of", what=_name(wrong), known=[str(choice.value) for choice in kind.choices])
    if kind is not None and kind.annotation is int:
        return words("usage.not_a_whole_number", what=_name(wrong))
    return words("usage.bad_value", what=_name(wrong))


def _name(wrong: Any) -> str:
    """The parameter as it is typed: `--profile`, or `PATH` for an argument."""
    if wrong.param is None:
        return "–"
    if wrong.param.param_type_name == "argument":
        return str(wrong.param.name).upper()
    return str(max(wrong.param.opts, key=len))


def _quoted(message: str) -> str:
    """What the user typed, out of Typer's sentence about it."""
    found = re.search(r"'(.*?)'|\((?!s\))(.+)\)", message)
    return (found.group(1) or found.group(2)) if found else "–"
