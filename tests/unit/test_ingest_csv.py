"""CSV as it comes: encodings, delimiters, quotes, and the line a person would look for."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_reading import ANNA, BOLAT, CHINGIZ, SCHOOL, Desk, post, staff

HEADER = "person_id,institution_id,position,start_date"
ROW = f"{ANNA},{SCHOOL},teacher,2020-09-01"
OTHER = f"{BOLAT},{SCHOOL},teacher,2020-09-01"
THIRD = f"{CHINGIZ},{SCHOOL},teacher,2020-09-01"
SHORT = f"{ANNA},{SCHOOL}"


def _places(desk: Desk, content: str | bytes) -> tuple[list[int], list[int]]:
    """Lines that landed and lines that did not."""
    reading = desk.read(content.encode() if isinstance(content, str) else content)
    assert reading.refusal is None
    counts = reading.parsed.counts["staff_employment"]
    assert reading.parsed.records_n == counts.read_n == counts.landed_n + counts.quarantined_n + counts.repeated_n
    return reading.rows, reading.bad_rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "kz1048"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_encodings(reading_desk: Desk, delimiter: str, encoding: str, end: str) -> None:
    """All nine letters that Windows-1251 or plain Cyrillic would lose."""
    position = "ұстаз ә ғ қ ң ө ү һ і Ә Ғ Қ Ң Ө Ұ Ү Һ І"
    lines = [
        delimiter.join(("ЖСН", "Ұйым БСН", "Лауазымы", "Жұмысқа кірген күні")),
        delimiter.join((ANNA, SCHOOL, position, "01.09.2020")),
        delimiter.join((BOLAT, SCHOOL, position)),
    ]
    reading = reading_desk.read((end.join(lines) + end).encode(encoding))
    assert [(row["_row"], row["position"], str(row["start_date"])) for row in reading.landed] == [
        (2, position, "2020-09-01")
    ]
    assert reading.bad == [(3, "", "structure", None)]
    plain = encoding.startswith("utf-8")
    assert reading.parsed.notes.get("encoding") == (None if plain else "utf-16" if encoding == "utf-16" else encoding)


def test_russian_in_windows_1251(reading_desk: Desk) -> None:
    reading = reading_desk.read(staff(post(position="учитель русского языка")).decode().encode("cp1251"))
    assert [row["position"] for row in reading.landed] == ["учитель русского языка"]


def test_letters_that_an_encoding_ate_are_a_warning(reading_desk: Desk) -> None:
    reading = reading_desk.read(staff(post(position="?аза? тілі м??алімі"), post(BOLAT, position="что?")))
    assert reading.parsed.notes["letters_lost"] == 1
    assert len(reading.landed) == 2


@pytest.mark.parametrize(
    ("name", "text", "landed", "bad"),
    [
        ("quoted newline", f'{HEADER}\n{ANNA},{SCHOOL},"a\nb",2020-09-01\n{OTHER}\n{SHORT}\n', [2, 4], [5]),
        ("quoted newline in a bad row", f'{HEADER}\n{ANNA},"a\n\nb"\n{OTHER}\n{SHORT}\n', [5], [2, 6]),
        ("quoted CRLF", f'{HEADER}\r\n{ANNA},{SCHOOL},"a\r\nb",2020-09-01\r\n{OTHER}\r\n', [2, 4], []),
        (
            "LF in a cell, CRLF between",
            f'{HEADER}\r\n{ANNA},{SCHOOL},"a\nb",2020-09-01\r\n{OTHER}\r\n{SHORT}\r\n',
            [2, 4],
            [5],
        ),
        ("blank lines", f"{HEADER}\n\n{ROW}\n\n\n{SHORT}\n   \n{OTHER}\n\n", [3, 8], [6]),
        ("blank lines before the header", f"\n\n{HEADER}\n{ROW}\n{SHORT}\n", [4], [5]),
        ("rows of delimiters only", f'{HEADER}\n{ROW}\n,,,\n"","",,\n , ,,\n{OTHER}\n', [2, 6], []),
        ("too few and too many", f"{HEADER}\n{SHORT}\n{ROW}\n{OTHER},more\n{OTHER}\n", [3, 5], [2, 4]),
        ("stray quote in a field", f'{HEADER}\n{ANNA},{SCHOOL},5"x,2020-09-01\n\n{SHORT}\n{OTHER}\n', [2, 5], [4]),
        (
            "stray quotes and a newline",
            f'{HEADER}\n{ANNA},{SCHOOL},a"b,2020-09-01\n{BOLAT},{SCHOOL},"a\nb",2020-09-01\n{THIRD}\n',
            [2, 3, 5],
            [],
        ),
        (
            "letters after a closing quote",
            f'{HEADER}\n{ANNA},{SCHOOL},"a"b,2020-09-01\n{OTHER}\n{THIRD}\n',
            [3, 4],
            [2],
        ),
        ("the same on the last line", f'{HEADER}\n{OTHER}\n{ANNA},{SCHOOL},"a"b,2020-09-01\n', [2], [3]),
        ("spaces around quotes", f'{HEADER}\n{ANNA}, "{SCHOOL}" ,"a, ""b""",2020-09-01\n', [2], []),
        ("no newline at the end", f"{HEADER}\n{ROW}\n{OTHER}", [2, 3], []),
        ("short last row without newline", f"{HEADER}\n{ROW}\n{SHORT}", [2], [3]),
        ("header only", f"{HEADER}\n", [], []),
        ("header only, no newline", HEADER, [], []),
        ("header over two lines", f'{HEADER},"Нагрузка\n(ставка)"\n{ROW},1\n{SHORT}\n', [3], [4]),
        ("line ends mixed", f"{HEADER}\r\n{ROW}\n{SHORT}\r\n{OTHER}\n", [2, 4], [3]),
        ("line ends of an old Macintosh", f"{HEADER}\r{ROW}\r{SHORT}\r{OTHER}\r", [2, 4], [3]),
        ("NUL bytes", f"{HEADER}\n{ROW}\n\0\0\0\n{BOLAT},{SCHOOL},a\0b,2020-09-01\n", [2, 4], [3]),
        ("control characters", f"{HEADER}\n{ROW}\n\x01\x02,\x1f\n{OTHER}\n", [2, 4], [3]),
        ("separator line", f"sep=,\n{HEADER}\n{ROW}\n{SHORT}\n", [3], [4]),
        (
            "semicolon told by the separator line",
            f"sep=;\r\n{HEADER.replace(',', ';')}\r\n{ROW.replace(',', ';')}\r\n",
            [3],
            [],
        ),
    ],
)
def test_lines(reading_desk: Desk, name: str, text: str, landed: list[int], bad: list[int]) -> None:
    assert _places(reading_desk, text) == (landed, bad), name


def test_quotes_are_taken_off(reading_desk: Desk) -> None:
    text = f'{HEADER}\n{ANNA},{SCHOOL}, "a, ""b""\nc" ,2020-09-01\n{BOLAT},{SCHOOL},5"x,2020-09-01\n'
    assert sorted(row["position"] for row in reading_desk.read(text.encode()).landed) == ['5"x', 'a, "b"\nc']


@pytest.mark.parametrize("length", [900_000, 1_500_000, 5_000_000, 70_000_000])
def test_one_enormous_line_costs_no_other(reading_desk: Desk, length: int) -> None:
    """A row of one field, however long, is one bad row on its own line."""
    places = _places(reading_desk, f"{HEADER}\n{ROW}\n{'x' * length}\n{OTHER}\n\n{SHORT}\n")
    assert places == ([2, 4], [3, 6])


def test_a_file_of_one_enormous_line(reading_desk: Desk) -> None:
    assert reading_desk.read(b"x" * 3_000_000).refusal == "header_missing"


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"  \n \n"])
def test_empty_file(reading_desk: Desk, content: bytes) -> None:
    assert reading_desk.read(content).refusal == "file_empty"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'{HEADER}\n{ROW}\n{ANNA},{SCHOOL},"teacher,2020-09-01\n{OTHER}\n', 3),
        (f'{HEADER}\n\n"{ROW}', 3),
        (f'{HEADER}\n{ANNA},{SCHOOL},"a\nb",2020-09-01\n{BOLAT},{SCHOOL},"teacher,2020-09-01\n', 4),
    ],
)
def test_quote_that_never_closes(reading_desk: Desk, text: str, line: int) -> None:
    reading = reading_desk.read(text.encode())
    assert reading.refusal == "quote_never_closed"
    assert reading.parsed.problem is not None
    assert reading.parsed.problem.facts == {"line": line}
    assert not reading.landed


@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"PK\x03\x04" + bytes(300), b"\x00" * 5000, b"\xff" * 100])
def test_not_a_table_at_all(reading_desk: Desk, content: bytes) -> None:
    assert reading_desk.read(content).refusal in ("columns_missing", "header_missing", "file_empty")


_CELL = st.text(alphabet='ab ",;\n0ә', max_size=5)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.one_of(st.just([]), st.lists(_CELL, min_size=1, max_size=6)), max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from([",", ";"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "kz1048"]),
    all_quoted=st.booleans(),
)
def test_lines_agree_with_an_independent_reader(
    reading_desk: Desk, rows: list[list[str]], end: str, delimiter: str, encoding: str, all_quoted: bool
) -> None:
    """Python's csv module says on which line a record ends; it begins on the line after the one before it ended.

    Random rows are blank, short, long and full of quoted newlines; a good row follows each. A line with nothing on it
    but
    delimiters, quotes and spaces is no row.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    )
    writer.writerow(HEADER.split(","))
    for number, row in enumerate(rows):
        writer.writerow(row)
        writer.writerow([ANNA, SCHOOL, f"teacher {number}", "2020-09-01"])
    text = buffer.getvalue()
    good, bad, begins, lines = [], [], 2, list(io.StringIO(text, newline=""))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(reader)
    for record in reader:
        if len(record) == 4 and record[0] == ANNA:
            good.append(begins)
        elif reader.line_num > begins or lines[begins - 1].strip(f'" \r\n{delimiter}'):
            bad.append(begins)
        begins = reader.line_num + 1
    reading = reading_desk.read(text.encode(encoding))
    assert (reading.rows, reading.bad_rows) == (good, bad)


@pytest.mark.parametrize(
    ("name", "lost"),
    [("?сем мектебі", 1), ("Мектеп?", 1), ("Ж?? ?", 1), ("М?ктеп", 1), ("Мектеп", 0), ("№ ?", 0)],
)
def test_letters_lost_at_either_end_of_a_name(reading_desk: Desk, name: str, lost: int) -> None:
    content = f"institution_id,name_kk,kind,status\n1,{name},school,active\n".encode()
    reading = reading_desk.read(content, "institutions.csv", "institutions")
    assert reading.parsed.notes.get("letters_lost", 0) == lost


@pytest.mark.parametrize(("goals", "lost"), [("Не істейміз? Оқимыз.", 0), ("Не істейміз?", 0), ("?атысу", 1)])
def test_a_sentence_may_ask(reading_desk: Desk, goals: str, lost: int) -> None:
    header = "cluster_id,name_kk,kind,region_code,founded_on,stage,goals"
    content = f"{header}\nc,Желі,pedagogical_network,750000000,2020-09-01,pilot,{goals}\n".encode()
    assert reading_desk.read(content, "clusters.csv", "clusters").parsed.notes.get("letters_lost", 0) == lost
