"""The example of every form, filled into its sheet, passes the judge; and it is nobody."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from filled_forms import TABLES, asked_for, coded, example_of, fill, form_of
from ingest_reading import CODE_MAP

from bilimkoz.form import example
from bilimkoz.texts import say
from ingest.contract import LANGUAGES, contract, feeds
from ingest.examine import Examination, examine
from ingest.sender import Sender

ANYBODY = Sender("", "kz.iin", None, None, feeds(), None, None, None)


def _examined(folder: Path, language: str, with_codes: bool) -> dict[str, Examination]:
    """All forms, each with its example as its only row, judged at once."""
    for feed in TABLES:
        path = folder / f"{feed}.xlsx"
        book = form_of(feed, language, path)
        row = example_of(book, language)
        fill(book, feed, {2: coded(feed, language, row) if with_codes else row}, path)
    files = [(folder / f"{feed}.xlsx", feed) for feed in TABLES]
    return {item.feed: item for item in examine(files, ANYBODY, CODE_MAP, "1GB")}


@pytest.mark.parametrize(
    ("language", "with_codes"),
    [("kk", False), ("ru", False), ("en", False), ("en", True)],
    ids=["kk", "ru", "en", "codes"],
)
def test_no_rule_finds_anything_wrong(tmp_path: Path, language: str, with_codes: bool) -> None:
    """As the form shows it, in labels of the language, and with the codes of the same values."""
    found = _examined(tmp_path, language, with_codes)
    assert set(found) == set(TABLES)
    wrong = {
        feed: item.parsed.problem.code
        if item.parsed.problem
        else [(finding.column, finding.rule) for finding in item.findings]
        for feed, item in found.items()
        if not item.is_clean
    }
    assert wrong == {}
    assert {item.parsed.records_n for item in found.values()} == {1}
    assert not [feed for feed, item in found.items() if item.parsed.notes.get("unknown_columns")]


@pytest.mark.parametrize("feed", TABLES)
def test_what_is_required_is_filled_in(feed: str) -> None:
    row = example.row(contract(feed), "kk")
    assert list(row) == [column.name for column in asked_for(contract(feed))]
    assert not [column.name for column in asked_for(contract(feed)) if column.required and row[column.name] is None]


@pytest.mark.parametrize("feed", TABLES)
def test_its_persons_are_born_on_the_first_day_of_1900_and_differ(feed: str) -> None:
    row = example.row(contract(feed), "en")
    persons = [
        person
        for column in contract(feed).columns
        if column.privacy == "person" and row[column.name]
        for person in row[column.name].split("; ")
    ]
    assert len(set(persons)) == len(persons)
    assert all(person.startswith("0001014") or ":" in person for person in persons)


def test_the_same_contract_gives_the_same_row() -> None:
    assert example.row(contract("mentoring_pairs"), "ru") == example.row(contract("mentoring_pairs"), "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_holds_no_row(tmp_path: Path, language: str) -> None:
    """The example stands on a sheet of its own and is never read."""
    path = tmp_path / "staff_employment.xlsx"
    form_of("staff_employment", language, path)
    (found,) = examine([(path, "staff_employment")], ANYBODY, CODE_MAP, "1GB")
    assert (found.parsed.problem, found.parsed.records_n) == (None, 0)
    note = say(language, "form.sample_note", sheet="staff_employment")
    shown = openpyxl.load_workbook(path)[say(language, "form.sheet_example")]
    assert note in [cell.value for row in shown.iter_rows() for cell in row]
