"""Names and texts quoted for SQL, where the engine takes no parameter."""

from __future__ import annotations


def identifier(name: str) -> str:
    """A name of a table or column."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text."""
    return "'" + text.replace("'", "''") + "'"
