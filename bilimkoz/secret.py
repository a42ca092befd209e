"""The pseudonym key, taken out of the environment as soon as it is read, so that no child process inherits it."""

from __future__ import annotations

import os

from bilimkoz.settings import Settings
from ingest import pseudonym
from ingest.pseudonym import Key

_VARIABLE = "BILIMKOZ_PSEUDONYM_KEY"
_held: list[str] = []


def is_given() -> bool:
    """Whether the environment holds a key, so that none is to be made."""
    return bool(_held or os.environ.get(_VARIABLE))


def key(settings: Settings) -> Key:
    """The key of this installation.

    Raises:
        Refusal: there is none, or its file can be read by others.
    """
    value = os.environ.pop(_VARIABLE, None)
    if value:
        _held[:] = [value]
    return pseudonym.read(settings.key_file.expanduser(), _held[0] if _held else None)
