"""The pseudonym key, taken out of the environment as soon as it is read, so that no child process inherits it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bilimkoz.settings import Settings
from ingest import pseudonym
from ingest.problems import Refusal
from ingest.pseudonym import Key

_VARIABLE = "BILIMKOZ_PSEUDONYM_KEY"
_held: list[str] = []


def is_given() -> bool:
    """Whether the environment holds a key, so that none is to be made."""
    return bool(_held or os.environ.get(_VARIABLE))


@contextmanager
def hidden() -> Iterator[None]:
    """The environment without the key, for as long as a child process is being started from it.

    Where nobody has read the key yet it stays in the environment: a process that Dagster starts for a run needs it.
    """
    value = os.environ.pop(_VARIABLE, None)
    try:
        yield
    finally:
        if value is not None:
            os.environ[_VARIABLE] = value


def file(settings: Settings) -> Path:
    """Where the key file is or is to be.

    Raises:
        Refusal: that is inside the data root, so that a copy of the data would hold the key too.
    """
    path = settings.key_file.expanduser()
    if path.resolve().is_relative_to(settings.root):
        raise Refusal("key_in_data_root", path=str(path), root=str(settings.root))
    return path


def key(settings: Settings) -> Key:
    """The key of this installation.

    Raises:
        Refusal: there is none, or its file can be read by others or lies among the data.
    """
    value = os.environ.pop(_VARIABLE, None)
    if value:
        _held[:] = [value]
    if _held:
        return pseudonym.read(settings.key_file, _held[0])
    return pseudonym.read(file(settings), None)
