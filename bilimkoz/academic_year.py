"""A school year: 1 September to 31 August."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_LABEL = re.compile(r"(\d{4})/(\d{2})")


@dataclass(frozen=True, order=True)
class AcademicYear:
    """The school year that begins in September of `start`."""

    start: int

    @classmethod
    def parse(cls, label: str) -> AcademicYear:
        """The year of a label such as `2025/26`.

        Raises:
            ValueError: it is none, or its two halves do not follow one another.
        """
        found = _LABEL.fullmatch(label)
        if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError(label)
        return cls(int(found[1]))

    @property
    def label(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}"

    @property
    def last_day(self) -> date:
        return date(self.start + 1, 8, 31)
