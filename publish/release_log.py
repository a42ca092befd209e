"""The log of releases: what was published, rolled back or removed, when and by whom. Lines are only ever added."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

FILE = Path("logs") / "releases.jsonl"


def note(root: Path, event: str, release: str, *, before: str | None, at: datetime, by: str) -> None:
    """Add a line.

    Args:
        root: the data root.
        event: `published`, `rolled_back` or `removed`.
        release: the release it is about.
        before: the release that was current before, where that changed.
        at: when, with a time zone.
        by: who.
    """
    line = {"at": at.isoformat(), "by": by, "event": event, "release": release, "before": before}
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write to a file opened for appending: a line is in the log or not, never a part of it among others' lines.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
