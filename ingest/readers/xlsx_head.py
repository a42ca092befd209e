"""The first rows of a sheet, told from its marks one after another: nothing of the sheet is kept while it is looked through.

A tree of it would be as large as its sender likes: a single row may hold a gigabyte of cells, and pack into some kilobytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The last row and the last column that a sheet can have.
LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
#: Above the header a title may stand, and who made the list, and when.
_HEAD_ROWS = 20
#: Columns that are looked at beside the last that has a name.
_NAMELESS_COLUMNS = 20


class Head:
    """What a parser tells of the sheet. `widths` says by the number of a row that holds something how many columns it has.

    `is_done` once no row of the head can follow.
    """

    def __init__(self) -> None:
        self.widths: dict[int, int] = {}
        self.is_done = False
        self._row = self._rows_n = self._cells_n = self._filled = self._widest = 0
        #: Where the cell stands that is open, by its letters or else by its place; 0 outside of cells.
        self._cell = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.is_done:
            return
        name = tag.rpartition("}")[2]
        if name in ("v", "is") and self._cell:
            self._filled = self._cell
        elif name == "c":
            self._cells_n += 1
            self._cell = _number(attributes.get("r", "")) or self._cells_n
            if self._cells_n > _LAST_COLUMN:
                raise ValueError("more cells than a row can have")
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "dimension":
            self._widest = _number(attributes.get("ref", "").rpartition(":")[2])

    def _begin_row(self, number: str | None) -> None:
        self._row = int(number or self._row + 1)
        # Rows that all bear one number never come to the end of the head by it.
        self._rows_n += 1
        self._cells_n = self._filled = 0
        if self._rows_n > LAST_ROW:
            raise ValueError("more rows than a sheet can have")
        if self.widths:
            self.is_done = self._row >= min(self.widths) + _HEAD_ROWS

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._cell = 0
        elif name == "row" and self._filled and not self.is_done:
            # Cells beside the last name are columns too, if nameless ones; a sheet may claim to be as wide as can be.
            self.widths[self._row] = max(self._filled, min(self._widest, self._filled + _NAMELESS_COLUMNS))

    def close(self) -> None:
        """What a parser asks of whom it tells; there is nothing to give."""


def _number(cell: str) -> int:
    """Number of the column of a cell: A1 is 1, AA7 is 27; 0 for no cell."""
    number = 0
    for letter in re.match("[A-Z]{0,8}", cell)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number
