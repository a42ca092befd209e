"""Every form in every language, opened with another library: what stands in it is what its contract says."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest
from filled_forms import TABLES, asked_for
from openpyxl.utils import get_column_letter

from bilimkoz.form import columns, workbook
from bilimkoz.texts import catalogue, say
from ingest.contract import LANGUAGES, Column, contract, feeds
from ingest.readers import header

YES_NO = {"kk": ["иә", "жоқ"], "ru": ["да", "нет"], "en": ["true", "false"]}
KINDS = {"date": "date", "timestamp": "date", "int": "whole", "bigint": "whole", "decimal": "decimal"}
FORMATS = {"date": "dd.mm.yyyy", "timestamp": "dd.mm.yyyy hh:mm", "int": "0", "decimal": "General"}
TABLE = [(feed, language) for feed in TABLES for language in LANGUAGES]


def _opened(feed: str, language: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.make(contract(feed), language)))


def _listed(book: openpyxl.Workbook, formula: str) -> list[Any]:
    """The values of the list that a validation names, out of the hidden sheet."""
    (place,) = book.defined_names[formula.removeprefix("=")].destinations
    return [cell.value for row in book[place[0]][place[1].replace("$", "")] for cell in row]


def _format(sheet: Any, place: int) -> str:
    """The number format of a column; neighbours that look the same stand as one."""
    return next(item.number_format for item in sheet.column_dimensions.values() if item.min <= place <= item.max)


def _labels(column: Column, language: str) -> list[str]:
    if column.type == "boolean":
        return YES_NO[language]
    return [column.enum_labels[value][language] for value in column.enum]


@pytest.mark.parametrize(("feed", "language"), TABLE)
def test_it_is_what_the_contract_says(feed: str, language: str) -> None:
    book, asked = _opened(feed, language), asked_for(contract(feed))
    sheet = book[feed]
    assert book.sheetnames[0] == feed
    assert [name for name in book.sheetnames if book[name].sheet_state != "visible"] == ["lists"]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 1
    names = [cell.value for cell in sheet[1]]
    assert names == [column.labels[language] for column in asked]
    matched = header.match(names, contract(feed))
    assert matched.positions == {column.name: place for place, column in enumerate(asked)}
    validations = {str(item.sqref): item for item in sheet.data_validations.dataValidation}
    for place, column in enumerate(asked, start=1):
        letter = get_column_letter(place)
        rule = validations.pop(f"{letter}2:{letter}1048576")
        assert 0 < len(rule.prompt) <= 255, column.name
        assert 0 < len(rule.promptTitle) <= 32, column.name
        assert len(rule.formula1 or "") <= 255, column.name
        labels = _labels(column, language)
        if labels:
            assert rule.type == "list", column.name
            assert _listed(book, rule.formula1) == labels, column.name
        elif column.type == "string":
            listed = columns.choices(column, language)
            assert rule.type == ("list" if listed else "custom" if column.pattern else None), column.name
        else:
            assert (rule.type, rule.operator or "between") == (KINDS[column.type], "between"), column.name
        head, form = sheet.cell(1, place), _format(sheet, place)
        assert form == FORMATS.get(column.type, "@") if not column.enum else form == "@", column.name
        assert (bool(head.font.bold), head.fill.fgColor.rgb == "FF1F3864") == (column.required, column.required)
        assert column.named(language) in head.comment.text
    assert validations == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_numbers_are_bounded_as_in_the_contract(language: str) -> None:
    sheet = _opened("practicum_journal", language)["practicum_journal"]
    bounds = {}
    for item in sheet.data_validations.dataValidation:
        label = sheet[f"{str(item.sqref).partition(':')[0].rstrip('2')}1"].value
        bounds[label] = (item.formula1, item.formula2)
    labels = {column.name: column.labels[language] for column in contract("practicum_journal").columns}
    first, last = (
        str((datetime.date(*day) - datetime.date(1899, 12, 30)).days) for day in ((2000, 1, 1), (2100, 12, 31))
    )
    assert bounds[labels["entry_date"]] == (first, last)
    assert bounds[labels["lessons_taught"]] == ("0", "50")
    assert bounds[labels["mentor_mark"]] == ("0", "100")


@pytest.mark.parametrize(("feed", "language"), TABLE)
def test_instructions_name_every_column_value_and_rule(feed: str, language: str) -> None:
    book = _opened(feed, language)
    sheet = book[say(language, "form.sheet_instructions")]
    told = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    text = "\n".join(told)
    for column in asked_for(contract(feed)):
        assert {column.labels[language], column.name} <= set(told)
        assert all({value, column.enum_labels[value][language]} <= set(told) for value in column.enum)
        if column.unit:
            assert say(language, f"unit.{column.unit}") in told
    for rule in [rule for rule in contract(feed).rules if not contract(feed).column(rule.column).made_from]:
        assert say(language, f"rule.{rule.name}") in text
        assert say(language, f"remedy.{rule.name}") in text
    for command in (f"bilimkoz check {feed}.xlsx --html", "bilimkoz manifest"):
        assert command in text
    assert contract(feed).named(language) in text


def test_every_unit_has_words_and_no_words_are_left_over() -> None:
    units = {column.unit for feed in feeds() for column in contract(feed).columns if column.unit}
    assert units == {key.removeprefix("unit.") for key in catalogue("en") if key.startswith("unit.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_codes_shows_their_names_and_only_warns(language: str) -> None:
    """Any name that the seed knows is read, so another one may be written."""
    asked = columns.validation(contract("portfolios"), contract("portfolios").column("subject"), language, "E2")
    assert (asked["validate"], asked["error_type"]) == ("list", "information")
    names = {"kk": "Қазақ тілі", "ru": "Казахский язык", "en": "Kazakh language"}
    assert names[language] in columns.choices(contract("portfolios").column("subject"), language)


def test_no_column_that_is_never_loaded_is_asked_for() -> None:
    dropped = {column.labels["ru"] for column in contract("practicum_journal").columns if column.privacy == "drop"}
    assert dropped
    assert not dropped.intersection(cell.value for cell in _opened("practicum_journal", "ru")["practicum_journal"][1])


def test_the_same_contract_gives_the_same_bytes() -> None:
    assert workbook.make(contract("regions"), "kk") == workbook.make(contract("regions"), "kk")
