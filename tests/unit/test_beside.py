"""Work on many things two at a time comes back in order, and ends where it is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import cast

import pytest

from estimators.beside import beside


def test_what_is_made_comes_in_order() -> None:
    def slow_first(number: int) -> int:
        time.sleep(0.02 if number % 2 == 0 else 0)
        return number * number

    assert list(beside(slow_first, range(20))) == [number * number for number in range(20)]


def test_no_more_than_three_are_held() -> None:
    taken: list[int] = []

    def given() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    for place, _ in enumerate(beside(lambda number: number, given())):
        assert len(taken) <= place + 3


def test_a_fault_reaches_who_asked() -> None:
    def of(number: int) -> int:
        if number == 3:
            raise ArithmeticError("three")
        return number

    made = beside(of, range(10))
    assert [next(made) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ArithmeticError, match="three"):
        next(made)


def test_who_stops_early_leaves_no_thread() -> None:
    before = threading.active_count()
    with closing(cast("Generator[int]", beside(lambda number: number, range(1000)))) as made:
        assert next(made) == 0
    assert threading.active_count() == before
