"""One run at a time: an operating-system lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BusyError(RuntimeError):
    """Another run holds the lock."""


@contextmanager
def run_lock(work: Path) -> Iterator[None]:
    """Holds `work/run.lock`.

    Raises:
        BusyError: another process holds it.
    """
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (work / "run.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError from None
        yield
