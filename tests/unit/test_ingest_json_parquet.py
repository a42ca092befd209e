"""JSON and Parquet tables: arrays, lines, types, and files that end too early."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_reading import ANNA, BOLAT, SCHOOL, Desk

GOOD = {"person_id": ANNA, "institution_id": SCHOOL, "position": "teacher", "start_date": "2020-09-01"}
OTHER = GOOD | {"person_id": BOLAT}


def _lines(*records: object) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_array(reading_desk: Desk, indent: int | None, encoding: str, ascii_only: bool) -> None:
    """Escapes as `\\u04b1` and letters as they are; numbers as numbers; an unknown key."""
    records = [
        GOOD | {"position": "ұстаз", "load_fte": 0.61, "cabinet": 5},
        OTHER | {"institution_id": int(SCHOOL), "load_fte": None},
    ]
    text = json.dumps(records, indent=indent, ensure_ascii=ascii_only)
    reading = reading_desk.read(text.encode(encoding), "staff.json")
    assert [(row["_row"], row["position"], str(row["load_fte"])) for row in reading.landed] == [
        (1, "ұстаз", "0.6100"),
        (2, "teacher", "None"),
    ]
    assert reading.parsed.notes["unknown_columns"] == [{"name": "cabinet", "filled_n": 1, "type": "number"}]


@pytest.mark.parametrize("name", ["staff.jsonl", "staff.json", "STAFF.JSONL"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_lines_with_a_broken_one(reading_desk: Desk, name: str, start: bytes) -> None:
    """The broken line costs itself; blank lines are no records and keep the numbers of the others."""
    content = start + _lines(GOOD) + b'{"person_id": "8101\n\n' + _lines([1, 2], OTHER) + b"\n\x01\n" + b'"text"\n'
    reading = reading_desk.read(content, name)
    assert reading.rows == [1, 5]
    assert reading.bad == [(row, "", "structure", None) for row in (2, 4, 7, 8)]
    assert reading.parsed.records_n == 6


def test_lines_longer_than_any_row(reading_desk: Desk) -> None:
    content = _lines(
        GOOD | {"cabinet": "x" * 2_000_000}, OTHER, GOOD | {"position": "x" * 20_000_000}, OTHER | {"position": "b"}
    )
    reading = reading_desk.read(content, "staff.jsonl")
    assert (reading.rows, reading.bad_rows) == ([1, 2, 4], [3])


def test_one_object(reading_desk: Desk) -> None:
    assert reading_desk.read(json.dumps(GOOD, indent=1).encode(), "staff.json").rows == [1]
    assert reading_desk.read(json.dumps(GOOD).encode(), "staff.json").rows == [1]


def test_array_with_what_is_no_record(reading_desk: Desk) -> None:
    reading = reading_desk.read(json.dumps([GOOD, None, 7, [OTHER], OTHER]).encode(), "staff.json")
    assert reading.rows == [1, 5]
    assert reading.bad == [(row, "", "structure", None) for row in (2, 3, 4)]


def test_values_that_are_objects_or_lists_are_no_numbers(reading_desk: Desk) -> None:
    nested = GOOD | {"load_fte": {"amount": 1}, "person_id": [ANNA]}
    reading = reading_desk.read(json.dumps([nested]).encode(), "staff.json")
    assert reading.bad == [(1, "", "type", "load_fte"), (1, "", "type", "person_id")]


def test_keys_with_signs_of_the_pointer_language(reading_desk: Desk) -> None:
    records = [GOOD | {"a/b": 1, "~x": 2, "'q'": "z"}]
    notes = reading_desk.read(json.dumps(records).encode(), "staff.json").parsed.notes
    assert [(item["name"], item["filled_n"]) for item in notes["unknown_columns"]] == [
        ("'q'", 1),
        ("a/b", 1),
        ("~x", 1),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[]", "file_empty"),
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (json.dumps([GOOD, OTHER]).encode()[:-20], "file_unreadable"),
        (json.dumps([GOOD, OTHER]).encode()[:-1] + b",]", "file_unreadable"),
        (b"hello", "file_unreadable"),
        (b"[1, 2]", "file_unreadable"),
        (b"[" * 100_000, "file_unreadable"),
        (b'{"a":' * 100_000 + b"\n", "file_unreadable"),
        (b'[{"position": "teacher"}]', "columns_missing"),
    ],
)
def test_refused(reading_desk: Desk, content: bytes, code: str) -> None:
    assert reading_desk.read(content, "staff.json").refusal == code


def _parquet(path: Path, columns: dict[str, pa.Array]) -> bytes:
    pq.write_table(pa.table(columns), path)
    return path.read_bytes()


def test_parquet_with_types(reading_desk: Desk, tmp_path: Path) -> None:
    """A data frame makes floats of numbers where one is missing, and moments of days; midnight in Almaty is that
    day."""
    midnight = datetime.datetime(2020, 9, 1, tzinfo=ZoneInfo("Asia/Almaty"))
    content = _parquet(
        tmp_path / "a.parquet",
        {
            "person_id": pa.array([float(ANNA), None, float(BOLAT)]),
            "institution_id": pa.array([int(SCHOOL)] * 3, pa.int64()),
            "Должность": pa.array(["teacher", "x", "ұстаз"]).dictionary_encode(),
            "start_date": pa.array([midnight] * 3, pa.timestamp("us", tz="UTC")),
            "end_date": pa.array([datetime.date(2021, 5, 31)] * 3),
            "teaching_since": pa.array([datetime.datetime(2019, 9, 1)] * 3, pa.timestamp("ns")),
            "load_fte": pa.array([0.05, None, 1.0]),
            "birth_year": pa.array([1981, 1981, 1980], pa.int16()),
            "skills": pa.array([["a"], None, []], pa.list_(pa.string())),
        },
    )
    reading = reading_desk.read(content, "staff.parquet")
    found = [
        (
            row["_row"],
            str(row["start_date"]),
            str(row["end_date"]),
            str(row["teaching_since"]),
            str(row["load_fte"]),
            row["birth_year"],
        )
        for row in reading.landed
    ]
    assert found == [
        (1, "2020-09-01", "2021-05-31", "2019-09-01", "0.0500", 1981),
        (3, "2020-09-01", "2021-05-31", "2019-09-01", "1.0000", 1980),
    ]
    assert {row["institution_id"] for row in reading.landed} == {SCHOOL}
    assert reading.bad == [(2, "", "required", "person_id")]


def test_parquet_booleans(reading_desk: Desk, tmp_path: Path) -> None:
    columns = {
        "institution_id": ["1"],
        "name_ru": ["a"],
        "kind": ["school"],
        "status": ["active"],
        "support_school": [True],
    }
    content = _parquet(tmp_path / "a.parquet", {name: pa.array(values) for name, values in columns.items()})
    assert reading_desk.read(content, "i.parquet", "institutions").landed[0]["support_school"] is True


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_parquet_truncated(reading_desk: Desk, tmp_path: Path, share: float) -> None:
    whole = _parquet(tmp_path / "a.parquet", {name: pa.array([value] * 500) for name, value in GOOD.items()})
    expected = "file_empty" if share == 0.0 else "file_unreadable"
    assert reading_desk.read(whole[: int(len(whole) * share)], "staff.parquet").refusal == expected


def test_parquet_damaged_inside(reading_desk: Desk, tmp_path: Path) -> None:
    """The foot is whole, so it opens; the pages are not."""
    values = pa.array([f"{number:012d}" for number in range(5000)])
    whole = bytearray(_parquet(tmp_path / "a.parquet", dict.fromkeys(GOOD, values)))
    whole[100:20000] = b"\xff" * 19900
    assert reading_desk.read(bytes(whole), "staff.parquet").refusal == "file_unreadable"


def test_a_table_sent_under_another_format(reading_desk: Desk) -> None:
    assert reading_desk.read(json.dumps([GOOD]).encode(), "staff.parquet").refusal == "file_unreadable"
    assert reading_desk.read(b"<a/>", "staff.xml").refusal == "format_not_for_feed"


def test_what_is_nested_where_a_value_belongs_is_of_the_wrong_type(reading_desk: Desk, tmp_path: Path) -> None:
    """In JSON and in Parquet; what is in it does not land."""
    good = {"person_id": ANNA, "institution_id": SCHOOL, "position": "teacher", "start_date": "2020-09-01"}
    changes: list[tuple[str, object]] = [
        ("position", {"first_name": "Анна"}),
        ("position", ["Анна"]),
        ("person_id", {"iin": BOLAT}),
        ("start_date", {"year": 2020}),
        ("contract", {"kind": "permanent"}),
    ]
    rows = [good | {column: value} for column, value in changes]
    reading = reading_desk.read(json.dumps(rows, ensure_ascii=False).encode(), "staff.json")
    assert reading.bad == [(number, "", "type", column) for number, (column, _) in enumerate(changes, start=1)]
    pq.write_table(pa.Table.from_pylist([rows[0], good | {"position": {"first_name": None}}]), tmp_path / "a.parquet")
    reading = reading_desk.read(tmp_path / "a.parquet", "staff.parquet")
    assert reading.bad == [(number, "", "type", "position") for number in (1, 2)]
