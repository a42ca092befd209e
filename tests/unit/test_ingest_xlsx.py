"""Workbooks: cells as people leave them, rows under their own numbers, and where in a book the list is."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest
from ingest_reading import ANNA, BOLAT, SCHOOL, Desk, iin
from workbooks import HEADER, book_of, rewritten


def test_cells_of_every_kind(reading_desk: Desk, tmp_path: Path) -> None:
    """1 September 2020 is day 44075 of the 1900 system: 43831 is 1 January 2020, and 244 days follow in a leap year."""
    header = [*HEADER, "load_fte", "end_date"]
    rows = {
        1: header,
        2: [int(ANNA), int(SCHOOL), "teacher", datetime.date(2020, 9, 1), 0.05, 44075],
        3: [ANNA, SCHOOL, "директор", "01.09.2020", "0,5", "2021-05-31"],
        4: [int(iin("02031450012")), SCHOOL, "=B1", 44075, 1, None],
    }
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx")
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
    path = book_of(tmp_path / "a.xlsx", {1: [*HEADER, "load_fte"], 2: [ANNA, SCHOOL, "teacher", 44075, 0.05]})
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
    path = book_of(tmp_path / "a.xlsx", rows)
    landed = reading_desk.read(path, "institutions.xlsx", "institutions").landed
    assert [(row["support_school"], row["target_school"]) for row in landed] == [(True, False), (True, False)]


def test_days_of_the_1904_system(reading_desk: Desk, tmp_path: Path) -> None:
    """A Macintosh counts from 1 January 1904: the same day has a number lower by 1462."""
    rows = {
        1: HEADER,
        2: [ANNA, SCHOOL, "43344", datetime.date(2020, 9, 1)],
        3: [BOLAT, SCHOOL, "teacher", "2020-09-01"],
    }
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows, from_1904=True), "staff.xlsx")
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
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert (reading.rows, reading.bad_rows) == ([first + 1, first + 41 - 1], [first + 3])


def test_columns_beside_the_table_and_gaps_in_the_header(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {1: [None, *HEADER, None, "Кабинет"], 2: [None, ANNA, SCHOOL, "teacher", 44075, None, 12], 3: ["7"]}
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert reading.rows == [2]
    assert reading.bad_rows == [3]
    assert {"name": "Кабинет", "filled_n": 1, "type": "number"} in reading.parsed.notes["unknown_columns"]


def test_sheet_named_as_the_feed_else_the_first(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075]}
    named = book_of(tmp_path / "a.xlsx", rows, sheet="staff_employment", before="Мұқаба")
    assert reading_desk.read(named, "staff.xlsx").rows == [2]
    assert reading_desk.read(book_of(tmp_path / "b.xlsx", rows, sheet="Лист 'один' 1"), "staff.xlsx").rows == [2]
    other = book_of(tmp_path / "c.xlsx", rows, sheet="data", before="Мұқаба")
    assert reading_desk.read(other, "staff.xlsx").refusal == "sheet_without_header"


def test_a_sheet_named_in_capitals_and_one_that_is_hidden(reading_desk: Desk, tmp_path: Path) -> None:
    """A person calls the first sheet what is shown first; lists to choose from lie hidden before it."""
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075]}
    named = book_of(tmp_path / "a.xlsx", rows, sheet=" Staff_Employment", before="Мұқаба")
    assert reading_desk.read(named, "staff.xlsx").rows == [2]
    plain = book_of(tmp_path / "b.xlsx", rows, sheet="data", before="Тізімдер")
    assert reading_desk.read(plain, "staff.xlsx").refusal == "sheet_without_header"
    hidden = rewritten(
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
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert (reading.rows, reading.bad_rows, reading.parsed.records_n) == ([5], [6], 2)


@pytest.mark.parametrize(("header_row", "refusal"), [(20, None), (21, "sheet_without_header")])
def test_a_header_is_looked_for_near_the_top(
    reading_desk: Desk, tmp_path: Path, header_row: int, refusal: str | None
) -> None:
    rows = {1: ["a title"], header_row: HEADER, header_row + 1: [ANNA, SCHOOL, "teacher", 44075]}
    assert reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx").refusal == refusal


def test_below_a_title_the_header_that_lacks_a_column_is_told_of(reading_desk: Desk, tmp_path: Path) -> None:
    """And not the title, in which by chance one name of a column stands."""
    rows = {1: ["position"], 2: HEADER[:3], 3: [ANNA, SCHOOL, "teacher"]}
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx")
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

    path = rewritten(book_of(tmp_path / "a.xlsx", rows), "xl/worksheets/sheet1.xml", as_java, "b.xlsx")
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
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx", institutions=["050140000418"])
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


def test_a_moment_of_the_1904_system(reading_desk: Desk, tmp_path: Path) -> None:
    """Half a day past the first day of September 2020, which is day 42613 there."""
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 42613.5]}
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows, from_1904=True), "staff.xlsx")
    assert [str(row["start_date"]) for row in reading.landed] == ["2020-09-01"]


def test_cells_right_of_the_last_name_are_told_of(reading_desk: Desk, tmp_path: Path) -> None:
    rows = {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075, None, "beside"], 3: [BOLAT, SCHOOL, "teacher", 44075]}
    reading = reading_desk.read(book_of(tmp_path / "a.xlsx", rows), "staff.xlsx")
    assert reading.rows == [2, 3]
    unknown = reading.parsed.notes["unknown_columns"]
    assert [(column["name"], column["filled_n"]) for column in unknown if column["filled_n"]] == [("", 1)]


def test_the_last_row_is_found_however_the_sheet_tells_it(reading_desk: Desk, tmp_path: Path) -> None:
    """Over a million bytes of rows, the last far below the others; and rows that do not say their numbers at all."""
    rows = {1: HEADER, **{number: [ANNA, SCHOOL, "teacher", 30000 + number] for number in range(2, 9_000)}}
    far = book_of(tmp_path / "a.xlsx", rows | {20_000: [BOLAT, SCHOOL, "teacher", 44075]})
    with zipfile.ZipFile(far) as book:
        assert book.getinfo("xl/worksheets/sheet1.xml").file_size > 1 << 20
    found = reading_desk.read(far, "staff.xlsx")
    assert (len(found.rows), found.rows[-1]) == (8_999, 20_000)
    few = book_of(tmp_path / "b.xlsx", {1: HEADER, 2: [ANNA, SCHOOL, "teacher", 44075]})
    silent = rewritten(few, "xl/worksheets/sheet1.xml", lambda text: text.replace(b'<row r="2"', b"<row"), "c.xlsx")
    assert reading_desk.read(silent, "staff.xlsx").rows == [2]
