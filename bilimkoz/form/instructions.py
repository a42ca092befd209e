"""The sheet of a form that tells how to fill it in, how to check and send it, and what each column may hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bilimkoz.form import columns
from bilimkoz.texts import say
from ingest.contract import Contract

_WIDTHS = (30, 28, 34, 14, 18, 60, 44)
#: About so many letters stand in a line that runs over all columns.
_LINE_LETTERS = 190
_LINE_HEIGHT = 15


def write(book: Any, feed: Contract, language: str) -> None:
    """Adds the sheet to a workbook."""
    sheet = book.add_worksheet(say(language, "form.sheet_instructions"))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    page = _Page(book, sheet)
    page.line(say(language, "form.title", feed=feed.named(language)), page.title)
    page.line(say(language, "form.purpose", feed=feed.labels[language]), page.text)
    if language == "en" and feed.purpose:
        page.line(feed.purpose, page.text)
    for head, lines in _paragraphs(feed, language):
        page.line(head, page.head)
        for line in lines:
            page.line(f"•  {line}", page.text)
    page.table(say(language, "form.columns_title"), _column_heads(language), _column_rows(feed, language))
    values = _value_rows(feed, language)
    if values:
        heads = [say(language, f"form.{name}") for name in ("label", "value", "code")]
        page.table(say(language, "form.values_title"), heads, values)


class _Page:
    """Lines and tables one below the other."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.sheet, self.row = sheet, 0
        wrapped = {"text_wrap": True, "valign": "top"}
        self.title = book.add_format({**wrapped, "bold": True, "font_size": 14})
        self.head = book.add_format({**wrapped, "bold": True, "font_size": 12})
        self.text = book.add_format(wrapped)
        self.cell = book.add_format({**wrapped, "border": 1})
        self.column_head = book.add_format({**wrapped, "border": 1, "bold": True, "bg_color": "#E7E6E6"})

    def line(self, text: str, style: Any) -> None:
        lines_n = -(-len(text) // _LINE_LETTERS)
        height = max(_LINE_HEIGHT * lines_n, 24 if style in (self.title, self.head) else 0)
        self.sheet.set_row(self.row, height)
        self.sheet.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, text, style)
        self.row += 1

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        self.row += 1
        self.line(title, self.head)
        self.sheet.write_row(self.row, 0, heads, self.column_head)
        self.row += 1
        for row in rows:
            lines_n = max(-(-len(text) // width) for text, width in zip(row, _WIDTHS, strict=False))
            self.sheet.set_row(self.row, _LINE_HEIGHT * max(1, lines_n))
            for place, text in enumerate(row):
                self.sheet.write_string(self.row, place, text, self.cell)
            self.row += 1


def _paragraphs(feed: Contract, language: str) -> Iterable[tuple[str, list[str]]]:
    facts = {"sheet": feed.feed, "example": say(language, "form.sheet_example"), "feed": feed.feed}
    fill = ("fill_sheet", "fill_required", "fill_list", "fill_dates", "fill_paste", "fill_personal")
    yield say(language, "form.fill_title"), [say(language, f"form.{name}", **facts) for name in fill]
    send = ("send_save", "send_check", "send_manifest")
    yield say(language, "form.send_title"), [say(language, f"form.{name}", **facts) for name in send]
    yield (
        say(language, "form.rules_title"),
        [
            say(language, "feeds.key", columns=[feed.column(name).labels[language] for name in feed.key]),
            *(
                say(
                    language,
                    "form.rule",
                    column=feed.column(rule.column).labels[language],
                    rule=say(language, f"rule.{rule.name}"),
                    remedy=say(language, f"remedy.{rule.name}"),
                )
                for rule in feed.rules
                if not feed.column(rule.column).made_from
            ),
            say(language, "feeds.limit", limit=f"{feed.max_bad_share:.0%}"),
        ],
    )


def _column_heads(language: str) -> list[str]:
    names = ("label", "name", "type", "required", "unit", "limits", "meaning")
    return [say(language, f"form.{name}") for name in names]


def _column_rows(feed: Contract, language: str) -> Iterable[list[str]]:
    for column in columns.of_form(feed):
        yield [
            column.labels[language],
            column.name,
            columns.kind(column, language),
            say(language, "feeds.yes") if column.required else "",
            columns.unit(column, language),
            columns.limits(feed, column, language),
            column.description,
        ]


def _value_rows(feed: Contract, language: str) -> list[list[str]]:
    return [
        [column.labels[language], column.enum_labels[value][language], value]
        for column in columns.of_form(feed)
        for value in column.enum
    ]
