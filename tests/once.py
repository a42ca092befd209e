"""Things that take long to make and that a session needs once, whichever worker asks first."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Once:
    """Makes folders below one that all workers of a session share."""

    shared: Path

    def __call__(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder of that name, filled by `make`. Whoever comes meanwhile waits; what failed is tried anew by the next."""
        folder, mark = self.shared / name, self.shared / f"{name}.made"
        with (self.shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not mark.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                mark.touch()
        return folder
