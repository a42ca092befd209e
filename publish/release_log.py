"""The log of releases: what was published, rolled back or removed, when and by whom. Lines are only ever added."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path

FILE = Path("logs") / "releases.jsonl"
# Events after which readers get another release.
_SWAPS = ("published", "rolled_back")


def note(
    root: Path, event: str, release: str, *, before: str | None, at: datetime, by: str, is_late: bool = False
) -> None:
    """Add a line.

    Args:
        root: the data root.
        event: `published`, `set_aside`, `rolled_back` or `removed`.
        release: the release it is about.
        before: the release that was current before, where that changed.
        at: when, with a time zone.
        by: who.
        is_late: whether it happened earlier, and only its line was lost.
    """
    line: dict[str, object] = {"at": at.isoformat(), "by": by, "event": event, "release": release, "before": before}
    if is_late:
        line["late"] = True
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write to a file opened for appending: a line is in the log or not, never a part of it among others' lines.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        size = os.fstat(descriptor).st_size
        torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, (("\n" if torn else "") + json.dumps(line, ensure_ascii=False) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mend(root: Path, current: str, planned: str | None, *, at: datetime, by: str) -> None:
    """Add the line that was lost where a process died between replacing the link and noting it.

    A release that no line names was published; one that came back was published again if the inputs of now make it, and
    otherwise a person went back to it.

    Args:
        root: the data root.
        current: the release that readers get.
        planned: the release that the inputs of now make; None where nobody asked.
        at, by: when and by whom it is noted.
    """
    swaps = _swaps(root)
    last = swaps[-1]["release"] if swaps else None
    if last == current:
        return
    is_known = any(line["release"] == current for line in swaps)
    event = "rolled_back" if is_known and current != planned else "published"
    note(root, event, current, before=last, at=at, by=by, is_late=True)


def last_event(root: Path, release: str) -> str | None:
    """What happened last to a release; None where no line names it."""
    return next((line["event"] for line in reversed(_lines(root)) if line["release"] == release), None)


def is_chosen_over(root: Path, current: str, planned: str) -> bool:
    """Whether a person went back to `current` from `planned`, in one step or several, and nothing was published since."""
    swaps = _swaps(root)
    if not swaps or swaps[-1]["release"] != current:
        return False
    for line in reversed(swaps):
        if line["event"] != "rolled_back":
            return False
        if line["before"] == planned:
            return True
    return False


def _swaps(root: Path) -> list[dict[str, str | None]]:
    return [line for line in _lines(root) if line["event"] in _SWAPS]


def _lines(root: Path) -> list[dict[str, str | None]]:
    path = root / FILE
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        # A power cut can leave a last line that is no line.
        with contextlib.suppress(json.JSONDecodeError):
            lines.append(json.loads(text))
    return lines
