"""How far a run is, for whoever started it in this process. Nobody listens when Dagster's own server runs the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]
_listeners: list[Listener] = []


def tell(step: str, done: int, total: int) -> None:
    """Step `step` has done so many of so many pieces."""
    for listener in _listeners:
        listener(step, done, total)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Tells `listener(step, done, total)` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
