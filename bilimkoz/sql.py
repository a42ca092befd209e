"""Names and texts quoted for SQL, where the engine takes no parameter."""

from __future__ import annotations


def identifier(name: str) -> str:
    """A name of a table or column."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text."""
    return "'" + text.replace("'", "''") + "'"


def unglobbed(path: str) -> str:
    """A path that the engine's readers take for that one file, whatever stands in its name."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
