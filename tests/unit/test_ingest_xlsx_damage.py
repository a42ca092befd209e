"""Workbooks that are none: cut off, written over, blown up, hostile; each costs its own file and no more."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from ingest_reading import ANNA, SCHOOL, Desk
from workbooks import HEADER, book_of, rewritten


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated(reading_desk: Desk, tmp_path: Path, share: float) -> None:
    rows = {number: [ANNA, SCHOOL, f"teacher {number}", 44075] for number in range(2, 200)}
    whole = book_of(tmp_path / "a.xlsx", {1: HEADER, **rows}).read_bytes()
    reading = reading_desk.read(whole[: int(len(whole) * share)], "staff.xlsx")
    assert reading.refusal == "file_unreadable"
    assert not reading.landed


def test_damaged_in_the_middle(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {number: [ANNA, SCHOOL, f"teacher {number}", 44075] for number in range(2, 3000)}
    whole = bytearray(book_of(tmp_path / "a.xlsx", {1: HEADER, **rows}).read_bytes())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        start = book.getinfo("xl/worksheets/sheet1.xml").header_offset
    whole[start + 5000 : start + 5200] = bytes(200)
    assert reading_desk.read(bytes(whole), "staff.xlsx").refusal == "file_unreadable"


def _with_sheet(path: Path, sheet: bytes, workbook: bytes | None = None) -> Path:
    source = book_of(path.with_name("plain.xlsx"), {1: HEADER})
    with zipfile.ZipFile(source) as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = sheet
            if name == "xl/workbook.xml" and workbook:
                content = workbook
            made.writestr(name, content)
    return path


def test_zip_bomb(reading_desk: Desk, tmp_path: Path) -> None:
    """64 MB of spaces pack into 64 kB: a thousandfold, and nothing of it is unpacked."""
    path = _with_sheet(tmp_path / "bomb.xlsx", b"<worksheet><sheetData>" + b" " * (64 << 20))
    assert path.stat().st_size < 200_000
    assert reading_desk.read(path, "staff.xlsx").refusal == "workbook_too_large"


@pytest.mark.parametrize("content", [b"not a zip", b"PK\x03\x04" + bytes(100), b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_no_zip_at_all(reading_desk: Desk, content: bytes) -> None:
    assert reading_desk.read(content, "staff.xlsx").refusal == "file_unreadable"


def test_a_zip_that_is_no_workbook(reading_desk: Desk, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made:
        made.writestr("readme.txt", "hello")
    assert reading_desk.read(tmp_path / "a.xlsx", "staff.xlsx").refusal == "file_unreadable"


def test_without_sheets_and_without_rows(reading_desk: Desk, tmp_path: Path) -> None:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    none = _with_sheet(tmp_path / "a.xlsx", b"<worksheet/>", b"<workbook " + space + b"><sheets/></workbook>")
    assert reading_desk.read(none, "staff.xlsx").refusal == "file_unreadable"
    assert reading_desk.read(book_of(tmp_path / "b.xlsx", {}), "staff.xlsx").refusal == "file_empty"
    only = reading_desk.read(book_of(tmp_path / "c.xlsx", {1: HEADER}), "staff.xlsx")
    assert (only.refusal, only.parsed.records_n) == (None, 0)


def test_entities_in_a_workbook_stay_closed(reading_desk: Desk, tmp_path: Path) -> None:
    """A workbook whose description declares an entity over a file of this machine does not read that file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("staff_employment")
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    hostile = f'{entity}<workbook><sheets><sheet name="&x;"/></sheets></workbook>'
    path = _with_sheet(tmp_path / "a.xlsx", b"<worksheet/>", hostile.encode())
    assert reading_desk.read(path, "staff.xlsx").refusal == "file_unreadable"


def test_damage_inside_a_workbook_costs_that_file(reading_desk: Desk, tmp_path: Path) -> None:
    """A damaged deflate stream raises zlib.error, a row that is numbered in letters ValueError."""
    rows = {1: HEADER, **{number: [ANNA, SCHOOL, "teacher", 44075] for number in range(2, 400)}}
    good = book_of(tmp_path / "a.xlsx", rows)
    sheet = "xl/worksheets/sheet1.xml"
    lettered = rewritten(good, sheet, lambda text: text.replace(b'r="1"', b'r="zz"', 1), "b.xlsx")
    assert reading_desk.read(lettered, "staff.xlsx").refusal == "file_unreadable"
    found = set()
    for name in (sheet, "xl/workbook.xml"):
        with zipfile.ZipFile(good) as book:
            place = book.getinfo(name).header_offset + 30 + len(name)
        for offset in (0, 2, 20):
            damaged = bytearray(good.read_bytes())
            damaged[place + offset : place + offset + 8] = b"\xff" * 8
            found.add(reading_desk.read(bytes(damaged), "staff.xlsx").refusal)
    assert found == {"file_unreadable"}
