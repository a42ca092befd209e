"""Forms through an office program: filled in, opened and saved by LibreOffice, and judged.

What another program makes of a workbook is what a sender sends: it writes days, texts and lists in its own way.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from filled_forms import asked_for, coded, example_of, fill, form_of
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from terminal import Terminal
from test_form_patterns import PATTERNS

from bilimkoz.form.patterns import PLACES, formula
from bilimkoz.texts import say
from ingest.contract import LANGUAGES, contract

FEED = "practicum_journal"
JOURNAL = contract(FEED)
ASKED = [column.name for column in asked_for(JOURNAL)]
SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


@dataclass(frozen=True)
class Office:
    """LibreOffice with a profile of its own, so that nobody's settings matter and none are changed."""

    profile: Path

    def save(self, files: list[Path], kind: str, folder: Path) -> None:
        """Opens files and saves each as another kind."""
        command = [str(SOFFICE), "--headless", f"-env:UserInstallation={self.profile.as_uri()}", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, files)], check=True, capture_output=True, timeout=180
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("profile"))


def _place(column: str) -> str:
    return get_column_letter(ASKED.index(column) + 1)


def _bare(row: list[Any]) -> list[Any]:
    """A row without what may be left out."""
    return [value if column.required else None for column, value in zip(asked_for(JOURNAL), row, strict=True)]


@pytest.fixture(scope="module")
def saved(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the form in each language, saved by the office program: of good rows as the form shows them, of good rows
    with codes and nothing but what is required, and with a wrong cell."""
    written, folder = tmp_path_factory.mktemp("written"), tmp_path_factory.mktemp("saved")
    files = []
    for language in LANGUAGES:
        for kind in ("good", "coded", "wrong"):
            path = written / f"{FEED}-{kind}-{language}.xlsx"
            book = form_of(FEED, language, path)
            first = example_of(book, language)
            second = [f"{first[0]}-2", *first[1:]]
            if kind == "coded":
                first, second = (_bare(coded(FEED, language, row)) for row in (first, second))
            if kind == "wrong":
                second[ASKED.index("lessons_taught")] = 700
            files.append(fill(book, FEED, {2: first, 3: second}, path))
    office.save(files, "xlsx", folder)
    assert {path.name for path in folder.iterdir()} == {path.name for path in files}
    return folder


@pytest.mark.parametrize("kind", ["good", "coded"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_good_rows_are_found_right(saved: Path, terminal: Terminal, language: str, kind: str) -> None:
    code, said = terminal.call("check", str(saved / f"{FEED}-{kind}-{language}.xlsx"), language=language)
    assert say(language, "check.fine", n=2) in said
    assert code == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_cell_is_named_with_its_sheet_and_its_rule(saved: Path, terminal: Terminal, language: str) -> None:
    code, said = terminal.call("check", str(saved / f"{FEED}-wrong-{language}.xlsx"), language=language)
    assert code == 2
    column = JOURNAL.column("lessons_taught")
    for words in (
        f"{FEED}!{_place('lessons_taught')}3",
        column.named(language),
        say(language, "rule.range"),
        say(language, "remedy.range"),
    ):
        assert words in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_header_lists_and_leading_zeros_outlive_it(saved: Path, language: str) -> None:
    book = openpyxl.load_workbook(saved / f"{FEED}-good-{language}.xlsx")
    sheet = book[FEED]
    assert [cell.value for cell in sheet[1]] == [column.labels[language] for column in asked_for(JOURNAL)]
    assert sheet[f"{_place('author_id')}2"].value.startswith("000101")
    assert book["lists"].sheet_state == "hidden"
    lists = {
        str(item.sqref).partition("2:")[0]: item.formula1
        for item in sheet.data_validations.dataValidation
        if item.type == "list"
    }
    assert lists == {_place("kind"): "list_kind", _place("subject"): "list_subject"}


SAMPLES = {
    "[A-Z]{1,2}[0-9]{0,2}": (["R12", "VA", "L1"], ["r12", "R 12", "12", "R1234"]),
    "[0-9]{4}/[0-9]{2}": (["2025/26"], ["2025", "2025/2026", "25/26", "2025-26", "2025/2x"]),
    "[0-9]{4}-(0[1-9]|1[0-2])": (["2026-03", "2026-12"], ["2026-3", "03.2026", "2026-23"]),
    "[a-z]{2}": (["kk"], ["KK", "k", "kaz"]),
    "[0-9a-f]{64}": (["0" * 64, "a1" * 32], ["0" * 32, "G" * 64]),
    "[0-9]{4}/[0-9]{2}-Q[1-4]": (["2025/26-Q3"], ["2025/26-Q5", "2026-Q3", "2025/26-q3"]),
    "[0-9]{9}|EE-[0-9]{2,4}": (["750000000", "EE-37", "EE-1234"], ["75000000", "EE-1", "EE-12345", "ee-37"]),
}


def test_formulas_of_patterns_take_what_they_are_for(office: Office, tmp_path: Path) -> None:
    """As the office program works them out; what a formula lets by that the pattern would not is not among these."""
    assert sorted(SAMPLES) == PATTERNS
    asked = [
        (pattern, text, good)
        for pattern, of in SAMPLES.items()
        for good, texts in zip((True, False), of, strict=True)
        for text in texts
    ]
    path = tmp_path / "formulas.xlsx"
    # Without a value beside it, a formula must be worked out by whoever opens the book.
    book = openpyxl.Workbook()
    sheet, numbers = book.active, book.create_sheet("lists")
    for number in range(1, 65):
        numbers.cell(number, 1).value = number
    for row, (pattern, text, _) in enumerate(asked, start=1):
        told = formula(f"A{row}", pattern) or ""
        sheet.cell(row, 1).value = text
        sheet.cell(row, 1).number_format = "@"
        sheet.cell(row, 2).value = told
        for first, last in re.findall(PLACES, told):
            name = f"places_{first}_{last}"
            book.defined_names[name] = DefinedName(name, attr_text=f"lists!$A${first}:$A${last}")
    book.save(path)
    office.save([path], "csv", tmp_path)
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        found = [(text, answer == "TRUE") for text, answer in csv.reader(file)]
    assert found == [(text, good) for _, text, good in asked]
