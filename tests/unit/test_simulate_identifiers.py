"""Identifiers of the simulator: check digits against numbers from outside and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from simulated_files import is_iin, is_isikukood

from ingest.simulate.dates import add_months
from ingest.simulate.identifiers import IIN_WEIGHTS, ISIKUKOOD_WEIGHTS, bins, check_digits, iins, isikukoodid


def _digits(text: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array([[int(letter) for letter in text]])


@pytest.mark.parametrize(
    "number",
    [
        "971240001315",  # BINs of two banks and of the national oil company, from the public register
        "940140000385",
        "020240000555",
    ],
)
def test_check_digit_of_published_bins(number: str) -> None:
    assert check_digits(_digits(number[:11]), IIN_WEIGHTS)[0] == int(number[11])


def test_check_digit_by_hand_in_one_round() -> None:
    """85010130012: 8·1 + 5·2 + 0 + 1·4 + 0 + 1·6 + 3·7 + 0 + 0 + 1·10 + 2·11 = 81 = 7·11 + 4."""
    assert check_digits(_digits("85010130012"), IIN_WEIGHTS)[0] == 4


def test_check_digit_by_hand_in_two_rounds() -> None:
    """90010130080: 9·1 + 1·4 + 1·6 + 3·7 + 8·10 = 120 = 10·11 + 10, so the second round:
    9·3 + 1·6 + 1·8 + 3·9 + 8·1 = 76 = 6·11 + 10 as well: this number is never issued.
    90010132100: 9 + 4 + 6 + 21 + 2·8 + 1·9 = 65 = 5·11 + 10;
    the second round 27 + 6 + 8 + 27 + 2·10 + 1·11 = 99 = 9·11 + 0.
    """
    assert check_digits(_digits("90010130080"), IIN_WEIGHTS)[0] == 10
    assert check_digits(_digits("90010132100"), IIN_WEIGHTS)[0] == 0


def test_check_digit_of_the_published_isikukood() -> None:
    """37605030299 is the worked example of the Estonian personal code: 3 + 14 + 18 + 0 + 25 + 0 + 21 + 0 + 18 + 9 = 108
    = 9·11 + 9."""
    assert check_digits(_digits("3760503029"), ISIKUKOOD_WEIGHTS)[0] == 9


def test_an_iin_tells_birth_century_and_sex_and_keeps_its_zeros() -> None:
    born = np.array(["2003-05-17", "1985-12-01"], dtype="datetime64[D]")
    first, second = iins(born, np.array([False, True]), np.array([12, 9999]))
    assert first.startswith("0305176")
    assert second.startswith("8512013")


def test_all_made_numbers_are_valid_by_the_rule_written_out_again() -> None:
    rng = np.random.default_rng(7)
    born = np.datetime64("1950-01-01", "D") + rng.integers(0, 20_000, 3000).astype("timedelta64[D]")
    is_male = rng.random(3000) < 0.5
    serial = rng.integers(0, 10_000, 3000)
    assert all(map(is_iin, iins(born, is_male, serial)))
    assert all(map(is_iin, bins(born, serial)))
    assert all(map(is_isikukood, isikukoodid(born, is_male, serial)))


def test_months_are_added_to_the_same_day_or_the_last() -> None:
    days = np.array(["2024-02-29", "2023-08-31", "2023-01-15"], dtype="datetime64[D]")
    assert add_months(days, 12).astype(str).tolist() == ["2025-02-28", "2024-08-31", "2024-01-15"]
    assert add_months(days, 6).astype(str).tolist() == ["2024-08-29", "2024-02-29", "2023-07-15"]
