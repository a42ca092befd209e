"""Synthetic identifiers with valid check digits, made many at once.

- IIN and BIN (Kazakhstan): 12 digits, the last is the weighted sum of the first eleven modulo 11 with weights
  1..11; where that gives 10 the weights 3..11, 1, 2 are used; where that gives 10 again the number is never issued.
- isikukood (Estonia): 11 digits, the same with weights 1..9, 1 and 3..9, 1, 2, 3; a second 10 gives 0.

Nobody's identifier is looked up: a number may by chance be that of a real person, as any valid number may.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.simulate.dates import Days, Ints, month_of, year_of

IIN_WEIGHTS = (np.arange(1, 12), np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]))
ISIKUKOOD_WEIGHTS = (np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]), np.array([3, 4, 5, 6, 7, 8, 9, 1, 2, 3]))


def check_digits(body: Ints, weights: tuple[Ints, Ints]) -> Ints:
    """Check digit of each row of digits (n × length); 10 where both rounds give 10."""
    first = body @ weights[0] % 11
    second = body @ weights[1] % 11
    digits: Ints = np.where(first < 10, first, second)
    return digits


def iins(born: Days, is_male: NDArray[np.bool_], serial: Ints) -> list[str]:
    """IINs of persons; a serial whose number would not be issued is raised to the next that is.

    Args:
        born: n days of birth between 1900 and 2099.
        is_male: n flags.
        serial: n integers from 0 to 9999.
    """
    return _text(iin_numbers(born, is_male, serial), 12)


def iin_numbers(born: Days, is_male: NDArray[np.bool_], serial: Ints) -> Ints:
    """The same as numbers, without the zeros they begin with."""
    years = year_of(born)
    century = np.where(years < 2000, 3, 5) + np.where(is_male, 0, 1)
    prefix = (_yymmdd(born) * 10 + century) * 10_000
    return _issued(prefix, serial % 10_000, 10_000)


def bins(registered: Days, serial: Ints) -> list[str]:
    """BINs of resident organisations: year and month, 4, 0, five digits of serial, check digit."""
    prefix = ((year_of(registered) % 100 * 100 + month_of(registered)) * 100 + 40) * 100_000
    return _text(_issued(prefix, serial % 100_000, 100_000), 12)


def isikukoodid(born: Days, is_male: NDArray[np.bool_], serial: Ints) -> list[str]:
    """Estonian personal codes; `serial` from 0 to 999."""
    years = year_of(born)
    century = np.where(years < 2000, 3, 5) + np.where(is_male, 0, 1)
    number = (century * 1_000_000 + _yymmdd(born)) * 1000 + serial % 1000
    body = _digits(number, 10)
    check = check_digits(body, ISIKUKOOD_WEIGHTS)
    return _text(number * 10 + np.where(check == 10, 0, check), 11)


def _issued(prefix: Ints, serial: Ints, modulus: int) -> Ints:
    """12-digit numbers from an 11-digit body; serials that have no check digit are moved on by one."""
    while True:
        check = check_digits(_digits(prefix + serial, 11), IIN_WEIGHTS)
        refused = check == 10
        if not refused.any():
            issued: Ints = (prefix + serial) * 10 + check
            return issued
        serial = np.where(refused, (serial + 1) % modulus, serial)


def _yymmdd(days: Days) -> Ints:
    day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    number: Ints = year_of(days) % 100 * 10_000 + month_of(days) * 100 + day
    return number


def _digits(numbers: Ints, length: int) -> Ints:
    powers = 10 ** np.arange(length - 1, -1, -1, dtype=np.int64)
    digits: Ints = numbers[:, None] // powers % 10
    return digits


def _text(numbers: Ints, length: int) -> list[str]:
    padded: list[str] = np.char.zfill(numbers.astype(str), length).tolist()
    return padded
