"""Work on many small things, two at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import threadpool_limits

Given = TypeVar("Given")
Made = TypeVar("Made")
#: No more, since each may hold the draws of all its institutions.
_THREADS = 2


def beside(of: Callable[[Given], Made], given: Iterable[Given]) -> Iterator[Made]:
    """What `of` makes of each, in order; of no more than three is anything held at once.

    Most of the time goes into numpy, which lets another thread work meanwhile. Its own threads are put to rest: matrices of ten
    columns are too small to share, and waiting for a share costs half as much again as the work.
    """
    with threadpool_limits(1), ThreadPoolExecutor(_THREADS) as threads:
        waiting: deque[Future[Made]] = deque()
        for one in given:
            waiting.append(threads.submit(of, one))
            if len(waiting) > _THREADS:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()
