"""`check` on files that hurt: in each language where it is, which rule, and what to do; never a traceback."""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from ingest_reading import ANNA, BOLAT, SCHOOL, iin, post, staff

from bilimkoz.cli import app, console
from bilimkoz.texts import refusal, say
from ingest.contract import LANGUAGES
from ingest.problems import Refusal

HEADER = ["person_id", "institution_id", "position", "start_date"]
LOST_ZERO = iin("02031450012")[1:]
CARDS, STAFF = "ehis_person_cards", "staff_employment"
BILLION = b'<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r><isik>&b;</isik></r>'
TITLE = [["List of teachers"], [], HEADER, [ANNA, SCHOOL, "teacher", "44075"], [BOLAT, SCHOOL, "teacher", "2020"]]


@dataclass(frozen=True)
class Case:
    """What a file holds, which texts `check` answers with (with their facts), and which words stand in all languages."""

    content: bytes
    says: dict[str, dict[str, object]]
    words: tuple[str, ...] = ()


def _row(place: str, number: int, rule: str, column: str) -> Any:
    return {place: {"row": number}, f"rule.{rule}": {}, f"remedy.{rule}": {}}, (column,)


def _refused(code: str, **facts: object) -> dict[str, dict[str, object]]:
    return {f"refusal.{code}": facts}


def _json(**cells: str) -> bytes:
    return json.dumps([dict(zip(HEADER, post(**cells), strict=True))]).encode()


OTHER_NAMES = staff(post(), header=("person_id", "institution", "position", "start_date"))
DATE = "start_date"
FILES = {
    f"{STAFF}-bom.csv": Case(
        "\ufeff".encode() + staff(post(), post(BOLAT, start="x")), *_row("check.place", 3, "type", DATE)
    ),
    f"{STAFF}-newline.csv": Case(
        staff(post(position='"teacher\nof mathematics"'), post(BOLAT, start="x")), *_row("check.place", 4, "type", DATE)
    ),
    f"{STAFF}-kz1048.csv": Case(
        staff(post(position="мұғалім ӘҒҚҢӨҰҮҺ"), post(BOLAT, start="31.02.2020")).decode().encode("kz1048"),
        *_row("check.place", 3, "type", DATE),
    ),
    f"{STAFF}-zero.csv": Case(
        staff(post(LOST_ZERO), post("8.10101E+11")), *_row("check.place", 3, "identifier", "person_id")
    ),
    f"{STAFF}-fields.csv": Case(staff(post(), post(BOLAT)[:3]), *_row("check.place", 3, "structure", "")),
    f"{STAFF}-quote.csv": Case(staff(post(position='"teacher')), _refused("quote_never_closed", line=2)),
    f"{STAFF}-empty.csv": Case(b"", _refused("file_empty")),
    f"{STAFF}-empty.xlsx": Case(b"", _refused("file_empty")),
    f"{STAFF}-header.csv": Case(staff(), {"check.no_rows": {}}),
    f"{STAFF}-names.csv": Case(OTHER_NAMES, {}, ("(institution_id) ← institution",)),
    f"{STAFF}-data.csv": Case(staff(header=post()), _refused("header_missing", columns=HEADER)),
    f"{STAFF}-cut.json": Case(_json()[:-4], _refused("file_unreadable", format="JSON")),
    f"{STAFF}-record.json": Case(_json(start="x"), *_row("check.place_record", 1, "type", DATE)),
    f"{STAFF}.xls": Case(b"\xd0\xcf\x11\xe0", _refused("format_not_for_feed", feed=STAFF, format="XLS")),
    f"{CARDS}-entities.xml": Case(BILLION, _refused("xml_with_entities")),
    f"{CARDS}-outside.xml": Case(
        BILLION.replace(b'"x"', b'SYSTEM "file:///etc/hostname"'), _refused("xml_with_entities")
    ),
    f"{CARDS}-cut.xml": Case(b"<r><isik>", _refused("file_unreadable", format="XML")),
    "list.csv": Case(staff(post()), _refused("feed_not_told", file="list.csv")),
}


def _sheets(path: Path, sheets: dict[str, list[list[str]]]) -> bytes:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path.read_bytes()


def _workbooks(folder: Path) -> dict[str, Case]:
    serial = _sheets(folder / "a.xlsx", {"list": TITLE})
    second = _sheets(folder / "b.xlsx", {"cover": TITLE[:1], "list": TITLE[2:]})
    with (
        zipfile.ZipFile(folder / "a.xlsx") as source,
        zipfile.ZipFile(folder / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in source.namelist():
            bomb.writestr(name, b" " * (64 << 20) if name.endswith("sheet1.xml") else source.read(name))
    with zipfile.ZipFile(folder / "c.xlsx") as bomb:
        unpacked = sum(item.file_size for item in bomb.infolist())
    return {
        # 44075 is 1 September 2020; 2020 is a year and no day.
        f"{STAFF}-serial.xlsx": Case(serial, {"rule.type": {}, "remedy.type": {}}, (DATE, "list!D5")),
        f"{STAFF}-second.xlsx": Case(
            second, _refused("sheet_without_header", sheet=STAFF, columns=HEADER), (f"«{STAFF}»",)
        ),
        f"{STAFF}-cut.xlsx": Case(serial[: len(serial) // 2], _refused("file_unreadable", format="XLSX")),
        f"{STAFF}-bomb.xlsx": Case(
            (folder / "c.xlsx").read_bytes(), _refused("workbook_too_large", unpacked_bytes=unpacked)
        ),
    }


def _text(language: str, key: str, facts: dict[str, object]) -> str:
    """The whole text; of a refusal, with columns as people call them."""
    section, _, code = key.partition(".")
    return refusal(language, Refusal(code, **facts), STAFF) if section == "refusal" else say(language, key, **facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_told_where_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", language)
    monkeypatch.setattr(console.console, "_file", None)
    monkeypatch.setattr(console.console, "_width", 400)
    console.settings.cache_clear()
    for name, case in (FILES | _workbooks(tmp_path)).items():
        path = tmp_path / name
        path.write_bytes(case.content)
        monkeypatch.setattr(sys, "argv", ["bilimkoz", "check", str(path)])
        with pytest.raises(SystemExit) as left:
            app.main()
        told = " ".join("".join(capsys.readouterr()).split())
        assert left.value.code == (0 if "check.no_rows" in case.says else 2), told
        expected = [name, *case.words, *(_text(language, key, facts) for key, facts in case.says.items())]
        assert not [text for text in expected if text not in told], told
        assert "Traceback" not in told
        assert not [number for number in (ANNA, BOLAT, LOST_ZERO) if number in told], told
    console.settings.cache_clear()
