"""Workbooks: cells as people leave them, rows under their own numbers, and files that are no workbooks."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from ingest_reading import ANNA, BOLAT, SCHOOL, Desk, iin

HEADER = ["person_id", "institution_id", "position", "start_date"]


def _book(
    path: Path,
    rows: Mapping[int, Sequence[Any]],
    sheet: str = "Sheet1",
    before: str | None = None,
    from_1904: bool = False,
) -> Path:
    """A workbook with rows under their numbers (from 1); dates are date cells."""
    with xlsxwriter.Workbook(path, {"date_1904": from_1904}) as book:
        if before:
            book.add_worksheet(before).write(0, 0, "a cover")
        table = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in rows.items():
            for place, value in enumerate(row):
                if isinstance(value, datetime.date):
                    table.write_datetime(number - 1, place, datetime.datetime.combine(value, datetime.time()), day)
                elif isinstance(value, str) and value.startswith("="):
                    table.write_formula(number - 1, place, value, None, "teacher")
                elif value is not None:
                    table.write(number - 1, place, value)
    return path


def test_cells_of_every_kind(reading_desk: Desk, tmp_path: Path) -> None:
    """1 September 2020 is day 44075 of the 1900 system: 43831 is 1 January 2020, and 244 days follow in a leap year."""
    header = [*HEADER, "load_fte", "end_date"]
    rows = {
        1: header,
        2: [int(ANNA), int(SCHOOL), "teacher", datetime.date(2020, 9, 1), 0.05, 44075],
        3: [ANNA, SCHOOL, "директор", "01.09.2020", "0,5", "2021-05-31"],
        4: [int(iin("02031450012")), SCHOOL, "=B1", 44075, 1, None],
    }
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx")
    found = [(row["_row"], row["position"], str(row["start_date"]), str(row["load_fte"])) for row in reading.landed]
    assert found == [
        (2, "teacher", "2020-09-01", "0.0500"),
        (3, "директор", "2020-09-01", "0.5000"),
        (4, "teacher", "2020-09-01", "1.0000"),
    ]
    assert [str(row["end_date"]) for row in reading.landed] == ["2020-09-01", "2021-05-31", "None"]
    assert reading.landed[0]["person_id"] == reading.landed[1]["person_id"]
    assert reading.parsed.counts["staff_employment"].repaired_n == 1


def test_small_decimals_as_excel_writes_them(reading_desk: Desk, tmp_path: Path) -> None:
    """Excel stores 0.05 as 5.0000000000000003E-2."""
    path = _book(tmp_path / "a.xlsx", {1: [*HEADER, "load_fte"], 2: [ANNA, SCHOOL, "teacher", 44075, 0.05]})
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>0.05</v>", b"<v>5.0000000000000003E-2</v>"))
    assert other.read_bytes() != path.read_bytes()
    assert [str(row["load_fte"]) for row in reading_desk.read(other, "staff.xlsx").landed] == ["0.0500"]


def test_booleans(reading_desk: Desk, tmp_path: Path) -> None:
    header = ["institution_id", "name_ru", "kind", "status", "support_school", "target_school"]
    rows = {
        1: header,
        2: ["1", "Первая", "school", "active", True, False],
        3: ["2", "Вторая", "school", "active", "иә", "нет"],
    }
    path = _book(tmp_path / "a.xlsx", rows)
    landed = reading_desk.read(path, "institutions.xlsx", "institutions").landed
    assert [(row["support_school"], row["target_school"]) for row in landed] == [(True, False), (True, False)]


def test_days_of_the_1904_system(reading_desk: Desk, tmp_path: Path) -> None:
    """A Macintosh counts from 1 January 1904: the same day has a number lower by 1462."""
    rows = {
        1: HEADER,
        2: [ANNA, SCHOOL, "43344", datetime.date(2020, 9, 1)],
        3: [BOLAT, SCHOOL, "teacher", "2020-09-01"],
    }
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows, from_1904=True), "staff.xlsx")
    assert [(row["position"], str(row["start_date"])) for row in reading.landed] == [
        ("43344", "2020-09-01"),
        ("teacher", "2020-09-01"),
    ]


@pytest.mark.parametrize("first", [1, 2, 4, 30])
def test_rows_keep_their_numbers(reading_desk: Desk, tmp_path: Path, first: int) -> None:
    rows = {
        first: HEADER,
        first + 1: [ANNA, SCHOOL, "teacher", 44075],
        first + 3: [BOLAT, SCHOOL, "teacher", "yesterday"],
        first + 40: [BOLAT, SCHOOL, "teacher", 44075],
    }
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert (reading.rows, reading.bad_rows) == ([first + 1, first + 41 - 1], [first + 3])


def test_columns_beside_the_table_and_gaps_in_the_header(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {1: [None, *HEADER, None, "Кабинет"], 2: [None, ANNA, SCHOOL, "teacher", 44075, None, 12], 3: ["7"]}
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert reading.rows == [2]
    assert reading.bad_rows == [3]
    assert {"name": "Кабинет", "filled_n": 1, "type": "number"} in reading.parsed.notes["unknown_columns"]


def test_sheet_named_as_the_feed_else_the_first(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075]}
    named = _book(tmp_path / "a.xlsx", rows, sheet="staff_employment", before="Мұқаба")
    assert reading_desk.read(named, "staff.xlsx").rows == [2]
    assert reading_desk.read(_book(tmp_path / "b.xlsx", rows, sheet="Лист 'один' 1"), "staff.xlsx").rows == [2]
    other = _book(tmp_path / "c.xlsx", rows, sheet="data", before="Мұқаба")
    assert reading_desk.read(other, "staff.xlsx").refusal == "sheet_without_header"


def test_a_sheet_named_in_capitals_and_one_that_is_hidden(reading_desk: Desk, tmp_path: Path) -> None:
    """A person calls the first sheet what is shown first; lists to choose from lie hidden before it."""
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075]}
    named = _book(tmp_path / "a.xlsx", rows, sheet=" Staff_Employment", before="Мұқаба")
    assert reading_desk.read(named, "staff.xlsx").rows == [2]
    plain = _book(tmp_path / "b.xlsx", rows, sheet="data", before="Тізімдер")
    assert reading_desk.read(plain, "staff.xlsx").refusal == "sheet_without_header"
    hidden = _rewritten(
        plain, "xl/workbook.xml", lambda text: text.replace(b'sheetId="1"', b'sheetId="1" state="hidden"'), "c.xlsx"
    )
    assert reading_desk.read(hidden, "staff.xlsx").rows == [2]


def test_a_title_above_the_header(reading_desk: Desk, tmp_path: Path) -> None:
    """What the list is, who made it, a gap: rows keep their numbers, and nothing above the header is data."""
    rows = {
        1: ["Мектеп қызметкерлерінің тізімі"],
        2: ["2026-09-01", None, None, None, None, None, "бекітемін"],
        4: HEADER,
        5: [ANNA, SCHOOL, "teacher", 44075],
        6: [BOLAT, SCHOOL, "teacher", "yesterday"],
    }
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert (reading.rows, reading.bad_rows, reading.parsed.records_n) == ([5], [6], 2)


@pytest.mark.parametrize(("header_row", "refusal"), [(20, None), (21, "sheet_without_header")])
def test_a_header_is_looked_for_near_the_top(
    reading_desk: Desk, tmp_path: Path, header_row: int, refusal: str | None
) -> None:
    rows = {1: ["a title"], header_row: HEADER, header_row + 1: [ANNA, SCHOOL, "teacher", 44075]}
    assert reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx").refusal == refusal


def test_below_a_title_the_header_that_lacks_a_column_is_told_of(reading_desk: Desk, tmp_path: Path) -> None:
    """And not the title, in which by chance one name of a column stands."""
    rows = {1: ["position"], 2: HEADER[:3], 3: [ANNA, SCHOOL, "teacher"]}
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert reading.parsed.problem is not None
    assert (reading.refusal, reading.parsed.problem.facts["columns"]) == ("columns_missing", ["start_date"])


def test_numbers_as_other_programs_write_them(reading_desk: Desk, tmp_path: Path) -> None:
    """Java writes the number 750140000417 as 7.50140000417E11 and 17 as 17.0; all digits are there.

    With a plus it is what a spreadsheet shows of a number, copied as text: five digits are left of twelve.
    """
    rows = {
        1: [*HEADER, "subject"],
        2: [1001, 1002, "teacher", 44075, 1003],
        3: [BOLAT, SCHOOL, "teacher", 44075, "7.50140E+11"],
        4: ["8.10101E+11", SCHOOL, "teacher", 44075, "E11"],
    }
    written = {1001: b"8.10101300018E11", 1002: b"7.50140000417E11", 1003: b"17.0"}

    def as_java(sheet: bytes) -> bytes:
        for number, text in written.items():
            sheet = sheet.replace(b"<v>%d</v>" % number, b"<v>%s</v>" % text)
        return sheet

    path = _rewritten(_book(tmp_path / "a.xlsx", rows), "xl/worksheets/sheet1.xml", as_java, "b.xlsx")
    reading = reading_desk.read(path, "staff.xlsx")
    assert [(row["institution_id"], row["subject"]) for row in reading.landed] == [
        (SCHOOL, "17"),
        (SCHOOL, "7.50140E+11"),
    ]
    assert reading.landed[0]["person_id"] == reading_desk.pseudonym(ANNA)
    assert reading.bad == [(4, "", "identifier", "person_id")]


def test_a_bin_that_lost_its_zero(reading_desk: Desk, tmp_path: Path) -> None:
    """05014000041: 5·2 + 1·4 + 4·5 + 4·10 + 1·11 = 85 = 7·11 + 8: 050140000418 is a BIN of January 2005."""
    rows = {1: HEADER, 2: [ANNA, 50140000418, "teacher", 44075], 3: [BOLAT, "050140000418", "teacher", 44075]}
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx", institutions=["050140000418"])
    assert [row["institution_id"] for row in reading.landed] == ["050140000418"] * 2
    assert reading.parsed.counts["staff_employment"].repaired_n == 1


def test_written_by_openpyxl(reading_desk: Desk, tmp_path: Path) -> None:
    """Another writer: shared strings in another order, formulas without a stored value, dates as date cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ЖСН", "Ұйым БСН", "Лауазымы", "Жұмысқа кірген күні", "Пәні"])
    sheet.append([ANNA, SCHOOL, "мұғалім", datetime.date(2020, 9, 1), "=1+1"])
    book.save(tmp_path / "a.xlsx")
    (row,) = reading_desk.read(tmp_path / "a.xlsx", "staff.xlsx").landed
    assert (row["position"], str(row["start_date"]), row["subject"]) == ("мұғалім", "2020-09-01", None)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated(reading_desk: Desk, tmp_path: Path, share: float) -> None:
    rows = {number: [ANNA, SCHOOL, f"teacher {number}", 44075] for number in range(2, 200)}
    whole = _book(tmp_path / "a.xlsx", {1: HEADER, **rows}).read_bytes()
    reading = reading_desk.read(whole[: int(len(whole) * share)], "staff.xlsx")
    assert reading.refusal == "file_unreadable"
    assert not reading.landed


def test_damaged_in_the_middle(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {number: [ANNA, SCHOOL, f"teacher {number}", 44075] for number in range(2, 3000)}
    whole = bytearray(_book(tmp_path / "a.xlsx", {1: HEADER, **rows}).read_bytes())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        start = book.getinfo("xl/worksheets/sheet1.xml").header_offset
    whole[start + 5000 : start + 5200] = bytes(200)
    assert reading_desk.read(bytes(whole), "staff.xlsx").refusal == "file_unreadable"


def _with_sheet(path: Path, sheet: bytes, workbook: bytes | None = None) -> Path:
    source = _book(path.with_name("plain.xlsx"), {1: HEADER})
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
    assert reading_desk.read(_book(tmp_path / "b.xlsx", {}), "staff.xlsx").refusal == "file_empty"
    only = reading_desk.read(_book(tmp_path / "c.xlsx", {1: HEADER}), "staff.xlsx")
    assert (only.refusal, only.parsed.records_n) == (None, 0)


def test_entities_in_a_workbook_stay_closed(reading_desk: Desk, tmp_path: Path) -> None:
    """A workbook whose description declares an entity over a file of this machine does not read that file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("staff_employment")
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    hostile = f'{entity}<workbook><sheets><sheet name="&x;"/></sheets></workbook>'
    path = _with_sheet(tmp_path / "a.xlsx", b"<worksheet/>", hostile.encode())
    assert reading_desk.read(path, "staff.xlsx").refusal == "file_unreadable"


def _rewritten(path: Path, part: str, change: Callable[[bytes], bytes], name: str) -> Path:
    """The same workbook with one part changed."""
    other = path.with_name(name)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.namelist():
            content = source.read(item)
            target.writestr(item, change(content) if item == part else content)
    return other


def test_damage_inside_a_workbook_costs_that_file(reading_desk: Desk, tmp_path: Path) -> None:
    """A damaged deflate stream raises zlib.error, a row that is numbered in letters ValueError."""
    rows = {1: HEADER, **{number: [ANNA, SCHOOL, "teacher", 44075] for number in range(2, 400)}}
    good = _book(tmp_path / "a.xlsx", rows)
    sheet = "xl/worksheets/sheet1.xml"
    lettered = _rewritten(good, sheet, lambda text: text.replace(b'r="1"', b'r="zz"', 1), "b.xlsx")
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


def test_a_moment_of_the_1904_system(reading_desk: Desk, tmp_path: Path) -> None:
    """Half a day past the first day of September 2020, which is day 42613 there."""
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 42613.5]}
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows, from_1904=True), "staff.xlsx")
    assert [str(row["start_date"]) for row in reading.landed] == ["2020-09-01"]


def test_cells_right_of_the_last_name_are_told_of(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075, None, "beside"], 3: [BOLAT, SCHOOL, "teacher", 44075]}
    reading = reading_desk.read(_book(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert reading.rows == [2, 3]
    unknown = reading.parsed.notes["unknown_columns"]
    assert [(column["name"], column["filled_n"]) for column in unknown if column["filled_n"]] == [("", 1)]


def test_the_last_row_is_found_however_the_sheet_tells_it(reading_desk: Desk, tmp_path: Path) -> None:
    """Over a million bytes of rows, the last far below the others; and rows that do not say their numbers at all."""
    rows = {1: HEADER, **{number: [ANNA, SCHOOL, "teacher", 30000 + number] for number in range(2, 9_000)}}
    far = _book(tmp_path / "a.xlsx", rows | {20_000: [BOLAT, SCHOOL, "teacher", 44075]})
    with zipfile.ZipFile(far) as book:
        assert book.getinfo("xl/worksheets/sheet1.xml").file_size > 1 << 20
    found = reading_desk.read(far, "staff.xlsx")
    assert (len(found.rows), found.rows[-1]) == (8_999, 20_000)
    few = _book(tmp_path / "b.xlsx", {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075]})
    silent = _rewritten(few, "xl/worksheets/sheet1.xml", lambda text: text.replace(b'<row r="2"', b"<row"), "c.xlsx")
    assert reading_desk.read(silent, "staff.xlsx").rows == [2]
