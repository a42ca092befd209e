"""School years by their labels."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bilimkoz.academic_year import AcademicYear


@pytest.mark.parametrize(("label", "last"), [("2025/26", date(2026, 8, 31)), ("1999/00", date(2000, 8, 31))])
def test_a_year_ends_on_the_last_of_august(label: str, last: date) -> None:
    assert AcademicYear.parse(label).last_day == last
    assert AcademicYear.parse(label).label == label


@pytest.mark.parametrize("label", ["2025", "2025/2026", "2025/27", "2025-26", "", " 2025/26", "2025/26\n"])
def test_what_is_no_label(label: str) -> None:
    with pytest.raises(ValueError, match=re.escape(label)):
        AcademicYear.parse(label)
