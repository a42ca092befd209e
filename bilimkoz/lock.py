"""One run at a time: an operating-system lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []


class BusyError(RuntimeError):
    """Another run holds the lock."""


@contextmanager
def run_lock(work: Path) -> Iterator[None]:
    """Holds `work/run.lock`.

    Raises:
        BusyError: another process holds it.
    """
    hold(work)
    try:
        yield
    finally:
        _held.pop().close()


def hold(work: Path) -> None:
    """Holds `work/run.lock` until this process ends; nothing to do where it does already.

    For a run that the server of Dagster started: its process lives as long as the run.

    Raises:
        BusyError: another process holds it.
    """
    if _held:
        return
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (work / "run.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise BusyError from None
    _held.append(file)
