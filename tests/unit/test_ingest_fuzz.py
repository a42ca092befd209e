"""Whatever bytes come: a file is read or refused, its counts add up, and good rows around a broken one are loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hostile_files import ROWS, SHEET, STAFF, bombs, laughs, lines, records, with_row, workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_reading import ANNA, SCHOOL, Desk, Reading, post, staff
from person_cards import POST, STUDY, person_card
from terminal import Terminal
from workbooks import HEADER, rewritten

from ingest.contract import contract, feeds
from ingest.readers.header import MOST_COLUMNS

CARDS, SURVEY, PRODUCTS = "ehis_person_cards", "survey_responses", "joint_products"
_TIMES = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_XML_CARD = (
    '<?xml version="1.0"?><a><isik><isikuandmed><isikukood>37605030299</isikukood></isikuandmed><tootamine>'
    "<oppeasutusId>609</oppeasutusId><ametikoht>õpetaja</ametikoht><ametikohtAlgus>2012-08-14</ametikohtAlgus>"
    "<kehtiv>1</kehtiv></tootamine></isik></a>"
).encode()
_WIDE = (
    "token,consent,role,wave,submitdate,trust[q01],trust[q02]\n"
    "t1,1,teacher,w1,2026-03-01 10:00:00,4,мақсат\n"
    "t2,0,mentor,w1,2026-03-01 11:00:00,2,\n"
    't3,1,mentor,w1,2026-03-01 12:00:00,,"a, ""b"""\n'
).encode()
_PRODUCTS = (
    "product_id,cluster_id,kind,created_on,institutions,authors\n"
    f"p1,c1,publication,2025-01-01,{SCHOOL};750140000418,{';'.join(ROWS)}\n"
    f"p2,c1,programme,2025-01-02,{SCHOOL},\n"
).encode()


def _parquet(folder: Path) -> bytes:
    rows = {name: list(values) for name, values in zip(HEADER, zip(*map(post, ROWS), strict=True), strict=True)}
    pl.DataFrame(rows).write_parquet(folder / "a.parquet")
    return (folder / "a.parquet").read_bytes()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, bytes]]:
    """Good files: name, feed and content, in every format."""
    folder = tmp_path_factory.mktemp("seeds")
    cards = json.dumps([person_card(tootamine=[POST], opingud=[STUDY]), person_card()], ensure_ascii=False).encode()
    return [
        ("a.csv", "staff_employment", STAFF),
        ("a.json", "staff_employment", records()),
        ("a.jsonl", "staff_employment", lines(records())),
        ("a.xlsx", "staff_employment", workbook(folder / "a.xlsx").read_bytes()),
        ("a.parquet", "staff_employment", _parquet(folder)),
        ("b.csv", PRODUCTS, _PRODUCTS),
        ("c.csv", SURVEY, _WIDE),
        ("d.json", CARDS, cards),
        ("d.xml", CARDS, _XML_CARD),
    ]


def _is_accounted_for(done: Reading) -> None:
    """Refused with nothing left of it, or read with every row in one place."""
    counts = done.parsed.counts
    if done.parsed.problem:
        assert done.refusal != "reading_failed", done.parsed.problem.facts
        assert (done.landed, done.bad, counts, done.parsed.records_n) == ([], [], {}, 0)
        return
    for count in counts.values():
        assert count.read_n == count.landed_n + count.quarantined_n + count.repeated_n + count.empty_n
        assert min(vars(count).values()) >= 0
    only = next(iter(counts.values()))
    if len(counts) == 1:
        assert (only.landed_n, only.quarantined_n) == (len(done.landed), len({row[:2] for row in done.bad}))


def _read(desk: Desk, name: str, feed: str, content: bytes) -> Reading:
    register, target = ("ee.isikukood", "staff_employment") if feed == CARDS else ("kz.iin", None)
    done = desk.read(content, name, feed, register=register, target=target)
    _is_accounted_for(done)
    return done


def _flipped(content: bytes, flips: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, byte in flips:
        changed[place % len(changed)] = byte
    return bytes(changed)


_PLACES = st.integers(0, 1 << 30)
_BYTES = st.one_of(st.sampled_from(list(b"\0\"'\n\r,;\t|-=&<{[\\\xff\xfe\xd2")), st.integers(0, 255))


@_TIMES
@given(number=st.integers(0, 8), flips=st.lists(st.tuples(_PLACES, _BYTES), min_size=1, max_size=6))
def test_flipped_bytes(
    reading_desk: Desk, seeds: list[tuple[str, str, bytes]], number: int, flips: list[tuple[int, int]]
) -> None:
    name, feed, content = seeds[number]
    _read(reading_desk, name, feed, _flipped(content, flips))


@_TIMES
@given(number=st.integers(0, 8), start=st.integers(0, 40), end=_PLACES)
def test_cut_off(reading_desk: Desk, seeds: list[tuple[str, str, bytes]], number: int, start: int, end: int) -> None:
    name, feed, content = seeds[number]
    _read(reading_desk, name, feed, content[start if start < 20 else 0 : end % len(content)])


@_TIMES
@given(content=st.binary(max_size=400), number=st.integers(0, 8))
def test_any_bytes(reading_desk: Desk, seeds: list[tuple[str, str, bytes]], content: bytes, number: int) -> None:
    """By themselves, and in the middle of a good file."""
    name, feed, good = seeds[number]
    half = len(good) // 2
    _read(reading_desk, name, feed, content)
    _read(reading_desk, name, feed, good[:half] + content + good[half:])


_CELL = st.text(st.sampled_from("ab\"',;\t\n\r=@+- \0\x1f\x85\u2028\ufeffӘ😀?"), max_size=6)


@_TIMES
@given(cells=st.lists(_CELL, min_size=1, max_size=4), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_good_rows_stay_around_any_cell(reading_desk: Desk, cells: list[str], encoding: str) -> None:
    """Quoted as CSV asks for, a text of any letters costs no other row anything, and each row is counted once."""
    rows = [post(), *(post(position=_quoted(cell)) for cell in cells), post(ROWS[2])]
    done = _read(reading_desk, "a.csv", "staff_employment", staff(*rows).decode().encode(encoding))
    assert done.parsed.records_n == len(rows)
    people = [row["person_id"] for row in done.landed]
    assert {reading_desk.pseudonym(ROWS[2]), reading_desk.pseudonym(ANNA)} >= set(people)
    assert reading_desk.pseudonym(ROWS[2]) in people


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1251", "kz1048", "utf-7", "cp500", "utf-32"])
def test_wrong_encodings(reading_desk: Desk, seeds: list[tuple[str, str, bytes]], encoding: str) -> None:
    for name, feed, content in (seeds[0], seeds[1], seeds[6], seeds[7]):
        _read(reading_desk, name, feed, content.decode().encode(encoding, errors="replace"))


_JSON_ODDITIES = [
    *('"x": ' + "[" * depth + "]" * depth for depth in (100, 5_000, 100_000)),
    '"x": ' + '{"a":' * 5_000 + "1" + "}" * 5_000,
    '"position": "again"',
    '"load_fte": NaN',
    '"load_fte": -Infinity',
    '"load_fte": 1e999',
    '"load_fte": ' + "9" * 5_000,
    r'"a\"b' + "'c/~ $.[*]" + r'": 1, "": 2',
    r'"position": "\u0000"',
]


@pytest.mark.parametrize("oddity", range(len(_JSON_ODDITIES)))
def test_odd_json_costs_its_own_record_at_most(reading_desk: Desk, oddity: int) -> None:
    content = records("", _JSON_ODDITIES[oddity])
    for name, written in (("a.json", content), ("a.jsonl", lines(content))):
        done = _read(reading_desk, name, "staff_employment", written)
        assert done.parsed.records_n == 3
        assert {1, 3} <= set(done.rows)
        assert set(done.rows) | set(done.bad_rows) == {1, 2, 3}


@pytest.mark.parametrize("oddity", [r'"x": "\ud800"', r'"a\u0000b": 1'])
def test_json_the_engine_cannot_hold_is_refused_or_costs_its_record(reading_desk: Desk, oddity: str) -> None:
    content = records("", oddity)
    for name, written in (("a.json", content), ("a.jsonl", lines(content))):
        done = _read(reading_desk, name, "staff_employment", written)
        assert done.refusal == "file_unreadable" or {1, 3} <= set(done.rows)


def test_lines_without_end(reading_desk: Desk) -> None:
    """A line of 20 million characters between two rows, and one at the end that never ends."""
    long = b"a" * 20_000_000
    done = _read(
        reading_desk, "a.csv", "staff_employment", STAFF + long + b"\n" + staff(post(start="2021-09-01")) + long
    )
    assert done.rows == [2, 3, 4, 7]
    assert done.bad_rows == [5, 6, 8]


def test_more_columns_than_a_list_has(reading_desk: Desk, tmp_path: Path) -> None:
    """A thousand columns outgrew the memory of a run, and each run after it."""
    names = [*HEADER, *(f"x{n}" for n in range(100_000))]
    row = [*post(), *("" for _ in range(100_000))]
    files = {
        "a.csv": staff(row, header=names),
        "a.json": json.dumps([dict(zip(names[:3_000], row, strict=False))]).encode(),
        "b.json": records(*(", ".join(f'"k{n}{m}": 1' for m in range(250)) for n in "abc")),
        "a.xlsx": rewritten(
            workbook(tmp_path / "a.xlsx"), SHEET, lambda text: text.replace(b'r="D1"', b'r="XFD1"'), "b.xlsx"
        ).read_bytes(),
    }
    pl.DataFrame({name: [value] for name, value in zip(names[:2_000], row, strict=False)}).write_parquet(tmp_path / "p")
    for name, content in (files | {"a.parquet": (tmp_path / "p").read_bytes()}).items():
        assert _read(reading_desk, name, "staff_employment", content).refusal == "too_many_columns"
    assert max(len(contract(feed).columns) for feed in feeds()) < MOST_COLUMNS // 4


def test_a_hundred_thousand_values_in_a_list(reading_desk: Desk) -> None:
    """What it takes to leave out repeats among them must not grow as their square; every value stays once."""
    ids = [f"{n:012d}" for n in range(100_000)]
    common = {"cluster_id": "c1", "kind": "publication", "created_on": "2025-01-01"}
    rows = [
        {"product_id": "p1", "institutions": [*ids, ids[7]], **common},
        {"product_id": "p2", "institutions": SCHOOL, "authors": ids, **common},
        {"product_id": "p3", "institutions": SCHOOL, **common},
    ]
    done = _read(reading_desk, "a.json", PRODUCTS, json.dumps(rows).encode())
    assert [(row, rule) for row, _, rule, _ in done.bad] == [(2, "identifier")]
    assert [row["institutions"].count(";") for row in done.landed] == [99_999, 0]


@pytest.mark.parametrize("index", [b"-1", b"&#45;1", b"7777"])
def test_a_workbook_that_points_astray(reading_desk: Desk, tmp_path: Path, index: bytes) -> None:
    """A shared text that is not there took the engine's whole database with it, and every other file of the run."""
    row = b'<row r="5"><c r="A5" t="s"><v>' + index + b"</v></c></row>"
    path = with_row(workbook(tmp_path / "a.xlsx"), row, "b.xlsx")
    assert _read(reading_desk, "a.xlsx", "staff_employment", path.read_bytes()).refusal == "file_unreadable"
    assert _read(reading_desk, "a.csv", "staff_employment", STAFF).rows == [2, 3, 4]


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_in_any_part_of_a_workbook(reading_desk: Desk, tmp_path: Path, part: str) -> None:
    use = {SHEET: (b">44075<", b">&j;<"), "xl/workbook.xml": (b"Sheet1", b"&j;")}.get(part, (b"teacher", b"&j;"))
    path = rewritten(workbook(tmp_path / "a.xlsx"), part, lambda text: laughs(text.replace(*use)), "b.xlsx")
    done = _read(reading_desk, "a.xlsx", "staff_employment", path.read_bytes())
    assert done.refusal == "file_unreadable" or len(str(done.landed)) < 10_000


@pytest.mark.parametrize("use", [b"&j;", b'<x y="&j;"/>', b"&outside;"])
def test_entities_in_xml(reading_desk: Desk, use: bytes) -> None:
    declared = laughs(_XML_CARD).replace(b"]>", b'<!ENTITY outside SYSTEM "file:///etc/hostname">]>', 1)
    content = declared.replace(b"<kehtiv>1", b"<kehtiv>1" + use)
    assert _read(reading_desk, "a.xml", CARDS, content).refusal == "xml_with_entities"


_MEASURED = """
import resource, sys, tempfile
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
sys.path.insert(0, sys.argv[1])
from ingest_reading import desk
with tempfile.TemporaryDirectory() as folder, desk(Path(folder)) as reading_desk:
    for name in sys.argv[2:]:
        done = reading_desk.read(Path(name), "staff.xlsx")
        assert done.refusal in ("file_unreadable", "workbook_too_large", "too_many_columns", None), done.refusal
        print(Path(name).name, done.refusal or len(done.landed))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_bombs_take_no_memory(tmp_path: Path) -> None:
    """Nine workbooks that unpack to 16 MB are read one after another; at its peak the process has under 350 MB."""
    script = [sys.executable, "-c", _MEASURED, str(Path(__file__).parent), *map(str, bombs(tmp_path))]
    done = subprocess.run(script, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    *told, peak = done.stdout.split("\n")[:-1]
    assert len(told) == 9
    assert int(peak) // 1024 < 350, done.stdout


_ENGINE = ("Traceback", "duckdb", "Error", "lxml", "SELECT", "Binder", "Conversion")


@settings(_TIMES, max_examples=6)
@given(number=st.integers(0, 8), flips=st.lists(st.tuples(_PLACES, _BYTES), max_size=4), cut=_PLACES)
def test_check_says_it_in_words(
    terminal: Terminal, seeds: list[tuple[str, str, bytes]], number: int, flips: list[tuple[int, int]], cut: int
) -> None:
    """It ends with 0 or 2, and says nothing of the machinery and nothing that stands in a cell."""
    name, feed, content = seeds[number]
    changed = _flipped(content, flips)
    path = terminal.root.parent / f"{feed}-{name}"
    path.write_bytes(changed[: cut % len(changed)] if cut % 3 == 0 else changed)
    code, told = terminal.call("check", str(path))
    assert code in (0, 2), told
    assert not [word for word in (*_ENGINE, *ROWS, "37605030299", "õpetaja", "мақсат") if word in told]
