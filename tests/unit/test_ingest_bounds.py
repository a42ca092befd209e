"""What a file may not do to another, to memory, or to what is kept of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_reading import ANNA, BOLAT, CHINGIZ, SCHOOL, Desk, desk

from ingest import parse as parse_module
from ingest.contract import feeds
from ingest.parse import parse
from ingest.parsed import File, Parsed
from ingest.readers import text
from ingest.readers.text import fingerprint
from ingest.sender import Sender


@pytest.fixture
def reading_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own, since rows of files that are read together stay on it."""
    with desk(tmp_path) as opened:
        yield opened


HEADER = "person_id,institution_id,position,start_date\n"
LIME = (
    '"id","submitdate","token","consent","role","wave","trust[T1]","trust[T2]"\n'
    '"1","2026-03-01 10:00:00","tok-a","1","teacher","w1","4","5"\n'
    '"3","2026-03-01 12:00:00","tok-c","1","mentor","w1","",""\n'
)
LIME_WITHOUT_ANSWERS = '"id","submitdate","ip","token","consent","role","wave","trust[T1]"\n'


def _together(desk: Desk, feed: str, *contents: str) -> list[Parsed]:
    sender = Sender("someone", "kz.iin", None, None, feeds(), None, None, None)
    files = []
    for number, content in enumerate(contents):
        path = desk.folder / f"{number}.csv"
        path.write_text(content, encoding="utf-8")
        moment = datetime(2026, 9, 15, tzinfo=UTC)
        files.append(File(path, feed, sender, fingerprint(path), f"{number:016d}", "d" * 16, moment))
    parsed = parse(desk.workshop, files)
    return [parsed[file.parse_id] for file in files]


def test_an_export_without_answers_does_not_cost_another_its_count(reading_desk: Desk) -> None:
    """Two records, one of them empty, whatever is read beside them."""
    first, _ = _together(reading_desk, "survey_responses", LIME, LIME_WITHOUT_ANSWERS)
    counts = first.counts["survey_responses"]
    assert (first.records_n, counts.read_n, counts.empty_n) == (2, 3, 1)


@pytest.mark.parametrize(
    ("feed", "content"),
    [
        (
            "enrolments",
            "pupil_id,institution_id,school_year,grade,birth_year\n"
            f"{ANNA},{SCHOOL},2025/26,5,2012\n{BOLAT},{SCHOOL},2025/26,5,-2147483648\n",
        ),
        (
            "finance",
            "line_id,cluster_id,budget_year,kind,planned_kzt,due_on\n"
            "l1,c1,2026,seminar,100,2026-03-01\nl2,c1,2147483647,seminar,100,2026-03-01\n",
        ),
    ],
)
def test_one_number_too_large_costs_its_row_only(reading_desk: Desk, feed: str, content: str) -> None:
    reading = reading_desk.read(content.encode(), f"{feed}.csv", feed)
    assert reading.refusal is None
    assert reading.bad_rows == [3]


def test_a_quote_elsewhere_does_not_change_whose_a_broken_line_is(reading_desk: Desk) -> None:
    lines = f"{ANNA},{SCHOOL},teacher,2020-09-01\n{BOLAT},{SCHOOL},teacher\n"
    reading_desk.read((HEADER + lines).encode())
    bare = reading_desk.meant
    reading_desk.read((HEADER + lines + f'"{CHINGIZ}",{SCHOOL},teacher,2020-09-01\n').encode())
    assert bare == reading_desk.meant


def test_whose_a_bad_row_is_does_not_depend_on_where_parts_end(
    reading_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = f"{ANNA},{SCHOOL},teacher,2020-09-01\n"
    content = (HEADER + good + f"000000000000,{SCHOOL},teacher,2020-09-01\n").encode()
    monkeypatch.setattr(parse_module, "_SMALL_BYTES", 0)
    reading_desk.read(content)
    whole = reading_desk.meant
    monkeypatch.setattr(text, "_BLOCK_BYTES", len(good))
    reading_desk.read(content)
    assert reading_desk.meant == whole


def test_a_small_parquet_of_many_rows_is_read_in_parts(reading_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million equal rows pack into 15 kB; what is judged at once stays within bounds all the same."""
    cells = {"person_id": ANNA, "institution_id": SCHOOL, "position": "teacher", "start_date": "2020-09-01"}
    rows = pa.table({name: pa.array([value] * 1_000_000).dictionary_encode() for name, value in cells.items()})
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    largest = 0
    part = parse_module.divide.part

    def seen(workshop: object, readings: object, told: pa.Table) -> None:
        nonlocal largest
        largest = max(largest, told.nbytes)
        part(workshop, readings, told)  # type: ignore[arg-type]

    monkeypatch.setattr(parse_module.divide, "part", seen)
    reading_desk.read(buffer.getvalue(), "staff.parquet")
    assert largest < 3 * parse_module._TOGETHER_BYTES


def test_a_damaged_parquet_is_unreadable_and_no_fault_of_ours(reading_desk: Desk) -> None:
    n = 30_000
    columns = {
        "person_id": [ANNA] * n,
        "institution_id": [SCHOOL] * n,
        "position": [f"teacher{number}" for number in range(n)],
        "start_date": ["2020-09-01"] * n,
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="snappy", row_group_size=5000, use_dictionary=False)
    content = bytearray(buffer.getvalue())
    middle = len(content) // 2
    content[middle : middle + 60] = bytes(range(190, 250))
    assert reading_desk.read(bytes(content), "staff.parquet").refusal == "file_unreadable"


def test_a_delimiter_of_another_alphabet(reading_desk: Desk) -> None:
    line = f"{ANNA},{SCHOOL},teacher,2020-09-01\n"
    assert reading_desk.read(("sep=§\n" + (HEADER + line).replace(",", "§")).encode()).rows == [3]


def test_nothing_that_was_read_outlives_its_judging(reading_desk: Desk) -> None:
    quoted = HEADER + f'{ANNA},{SCHOOL},"tea\ncher",2020-09-01\n'
    _together(reading_desk, "staff_employment", quoted)
    spoken = f"protocol_id,institution_id,teacher_id,lesson_on,depth,text\np1,{SCHOOL},{ANNA},2026-01-01,deep,call 87011234567\n"
    _together(reading_desk, "lesson_analyses", spoken)
    connection = reading_desk.workshop.connection
    names = [name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()]
    held = []
    for name in set(names) - {"csv_rows"}:
        told = str(connection.execute(f'from "{name}"').fetchall())
        held += [name for value in (ANNA, "87011234567") if value in told]
    assert held == []


def test_what_is_told_many_times_is_the_same_in_each_row(reading_desk: Desk) -> None:
    """Values of every kind, each in a hundred rows and more, beside a number that is wrong in every tenth."""
    told = (("0.5", "2020-09-01", "0.5000"), ("1,25", "01.10.2021", "1.2500"), ("many", "2022-09-01", None))
    lines, expected = [], {}
    for row in range(2, 302):
        load, day, value = told[2] if row % 10 == 0 else told[row % 2]
        lines.append(f"local:p{row},{SCHOOL},teacher,{day},{load}\n".replace("1,25", "1.25"))
        if value:
            expected[row] = (value, {"2020-09-01": "2020-09-01", "01.10.2021": "2021-10-01"}[day])
    reading = reading_desk.read((HEADER.strip() + ",load_fte\n" + "".join(lines)).encode(), register="local")
    assert {row["_row"]: (str(row["load_fte"]), str(row["start_date"])) for row in reading.landed} == expected
    assert reading.bad == [(row, "", "type", "load_fte") for row in range(10, 302, 10)]


@pytest.mark.parametrize("instrument", ["social_climate", "Social Climate", "SOCIAL-CLIMATE", " social_climate "])
def test_diagnostics_of_pupils_are_refused_however_they_are_written(reading_desk: Desk, instrument: str) -> None:
    names = "respondent_id,instrument,item,value,answered_at,wave,role,consent"
    content = f"{names}\nr,{instrument},K1,3,2026-03-01 10:00,w,pupil,да\n"
    reading = reading_desk.read(content.encode(), "survey_responses.csv", "survey_responses")
    assert (reading.refusal, reading.landed) == ("value_refused", [])


def test_a_column_for_them_is_refused_though_it_is_empty(reading_desk: Desk) -> None:
    content = LIME.replace("trust[T2]", "social_climate[K1]").replace('"4","5"', '"4",""')
    reading = reading_desk.read(content.encode(), "survey_responses.csv", "survey_responses")
    assert (reading.refusal, reading.landed) == ("value_refused", [])
