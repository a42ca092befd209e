"""One run at a time: an operating-system lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: How often the lock is asked for, and seconds between.
_ASKED, _PAUSE = 50, 0.1
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


@contextmanager
def read_lock(work: Path) -> Iterator[None]:
    """Keeps runs from beginning while what the last one left in `work` is read: DuckDB would not open a file for them that
    somebody reads.

    Raises:
        BusyError: a run is under way.
    """
    path = work / "run.lock"
    # Who holds the lock has no need of it, and where no run ever was there is nothing to keep from.
    if _held or not path.exists():
        yield
        return
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError from None
        yield


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
    if not _taken(file):
        file.close()
        raise BusyError
    _held.append(file)


def _taken(file: IO[str]) -> bool:
    """Whether the lock could be had; readers hold it for moments, so it is asked for again a few times."""
    for _ in range(_ASKED):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE)
    return False
