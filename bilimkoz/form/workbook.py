"""The workbook of a form: the sheet to fill in, an example, instructions, and the lists behind the drop-downs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from bilimkoz.durable import write_whole
from bilimkoz.form import columns, example, instructions, patterns
from bilimkoz.texts import say
from ingest.contract import Column, Contract
from ingest.problems import Refusal

#: Hidden, so that no reader and no person takes it for a list.
LISTS = "lists"
_LAST_ROW = 1_048_575
_NARROWEST, _WIDEST = 14, 38
#: The same contract gives the same bytes, on any day.
_MADE = datetime(2026, 1, 1)


def write(feed: Contract, language: str, path: Path) -> None:
    """Writes the form of a feed.

    Raises:
        Refusal: the feed is nested, the name is not of a workbook, its folder is not there, or a file is there already.
    """
    if feed.sections:
        raise Refusal("form_nested", feed=feed.feed, targets=list(feed.targets))
    if path.suffix.lower() != ".xlsx":
        raise Refusal("form_name_wrong", path=path)
    if not path.parent.is_dir():
        raise Refusal("not_there", path=path.parent)
    if path.exists():
        raise Refusal("form_exists", path=path)
    write_whole(path, make(feed, language))


def make(feed: Contract, language: str) -> bytes:
    """The bytes of the form of a feed."""
    content = BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": say(language, "form.title", feed=feed.labels[language]), "created": _MADE})
        _Form(book, feed, language).write()
    return content.getvalue()


class _Form:
    """A workbook while it is written."""

    def __init__(self, book: Any, feed: Contract, language: str) -> None:
        self.book, self.feed, self.language = book, feed, language
        self.columns = columns.of_form(feed)
        frame = {"border": 1, "text_wrap": True, "valign": "vcenter"}
        self.heads = {
            True: book.add_format({**frame, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3864", "bottom": 5}),
            False: book.add_format({**frame, "bg_color": "#E7E6E6"}),
        }
        kinds = dict.fromkeys(columns.number_format(column) for column in self.columns)
        self.formats = {kind: book.add_format({"num_format": kind}) for kind in kinds}
        self.formats_of_text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def write(self) -> None:
        data = self._table(self.feed.feed, {})
        self._validations(data)
        self._example()
        instructions.write(self.book, self.feed, self.language)
        self._lists()
        data.activate()

    def _table(self, name: str, row: dict[str, Any]) -> Any:
        """A sheet with the header and the formats of its columns, as wide as a row of it needs."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 48)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, column in enumerate(self.columns):
            label = column.labels[self.language]
            longest = max(len(label) + 4, len(str(row.get(column.name, ""))) + 2)
            width = _WIDEST if column.privacy == "text" else min(max(_NARROWEST, longest), _WIDEST)
            sheet.set_column(place, place, width, self._format(column))
            sheet.write_string(0, place, label, self.heads[column.required])
        return sheet

    def _format(self, column: Column) -> Any:
        return self.formats_of_text if column.privacy == "text" else self.formats[columns.number_format(column)]

    def _validations(self, sheet: Any) -> None:
        for place, column in enumerate(self.columns):
            cell = f"{xl_col_to_name(place)}2"
            sheet.data_validation(
                1, place, _LAST_ROW, place, columns.validation(self.feed, column, self.language, cell)
            )
            text = f"{column.named(self.language)}\n{columns.prompt(self.feed, column, self.language)}"
            sheet.write_comment(0, place, text, {"x_scale": 2.4, "y_scale": 1.6, "author": "Bilimkoz"})

    def _example(self) -> None:
        row = {
            column.name: columns.shown(column, value, self.language)
            for column, value in zip(self.columns, example.row(self.feed, self.language).values(), strict=True)
        }
        sheet = self._table(say(self.language, "form.sheet_example"), row)
        for place, column in enumerate(self.columns):
            value = row[column.name]
            if isinstance(value, str):
                sheet.write_string(1, place, value, self._format(column))
            elif isinstance(value, date):
                sheet.write_datetime(1, place, value, self._format(column))
            elif value is not None:
                sheet.write_number(1, place, value, self._format(column))
        note = self.book.add_format({"italic": True})
        sheet.write_string(3, 0, say(self.language, "form.sample_note", sheet=self.feed.feed), note)

    def _lists(self) -> None:
        """Lists as names of the workbook: what stands in a validation itself may not be longer than 255 letters."""
        sheet = self.book.add_worksheet(LISTS)
        sheet.hide()
        lists = {
            columns.list_name(column): values
            for column in self.columns
            if (values := columns.choices(column, self.language))
        }
        for place, (name, values) in enumerate(lists.items(), start=1):
            sheet.write_string(0, place, name)
            sheet.write_column(1, place, values)
            letter = xl_col_to_name(place)
            self.book.define_name(name, f"={LISTS}!${letter}$2:${letter}${len(values) + 1}")
        spans = set(self._spans())
        for number in range(1, max((last for _, last in spans), default=0) + 1):
            sheet.write_number(number - 1, 0, number)
        for first, last in sorted(spans):
            self.book.define_name(f"places_{first}_{last}", f"={LISTS}!$A${first}:$A${last}")

    def _spans(self) -> Iterable[tuple[int, int]]:
        """The runs of numbers that the formulas of the patterns ask for."""
        for place, column in enumerate(self.columns):
            asked = columns.validation(self.feed, column, self.language, f"{xl_col_to_name(place)}2").get("value", "")
            yield from ((int(first), int(last)) for first, last in re.findall(patterns.PLACES, asked or ""))
