"""What keeps oblasts apart: a random stream for each thing drawn in each, and serial numbers that do not meet.

So no oblast hangs on another, or on how many are made at once.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from ingest.simulate.dates import Days, Ints

#: Serial numbers in IINs of a day of birth and sex that one oblast has for one kind of people.
PERSON_SERIALS = 190


def stream(seed: int, what: str, *place: int) -> np.random.Generator:
    """The numbers for one thing (`what`, by name) in one place (an oblast, a year)."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, zlib.crc32(what.encode()), *place])))


def ranks(born: Days, is_male: NDArray[np.bool_], room: int = PERSON_SERIALS) -> Ints:
    """The place of each among those of one birthday and sex, from 0.

    Raises:
        ValueError: there are more than half of `room`; half, since a serial number without a check digit is moved on by one.
    """
    day = born.astype(np.int64) * 2 + is_male
    order = np.argsort(day, kind="stable")
    sorted_ = day[order]
    rank = np.empty(len(day), np.int64)
    rank[order] = np.arange(len(day)) - np.searchsorted(sorted_, sorted_)
    if len(rank) and rank.max() * 2 >= room:
        raise ValueError("more births a day than numbers")
    return rank
