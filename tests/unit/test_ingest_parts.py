"""A file read in many small parts gives what it gives in one, and a long one is never held whole."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from ingest_reading import ANNA, BOLAT, CHINGIZ, SCHOOL, Desk, Reading

from ingest.contract import contract
from ingest.readers import csv, tables, text, xml

HEADER = "person_id,institution_id,position,start_date\n"


def _posts(*positions: str) -> str:
    """Posts of three people on as many days as there are positions, so that no key stands twice."""
    people = (ANNA, BOLAT, CHINGIZ)
    return "".join(
        f"{people[number % 3]},{SCHOOL},{position},{1990 + number % 30}-09-{1 + number // 30:02d}\n"
        for number, position in enumerate(positions)
    )


def _seen(reading: Reading) -> tuple[object, ...]:
    rows = [(row["_row"], row["_item"], row["person_id"], row["position"], row["start_date"]) for row in reading.landed]
    return rows, reading.bad, reading.parsed.counts, reading.parsed.records_n, reading.refusal


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes at which a file of a few hundred bytes falls into several parts."""
    monkeypatch.setattr(text, "_BLOCK_BYTES", 211)
    monkeypatch.setattr(tables, "_RECORDS_A_PART", 2)
    monkeypatch.setattr(xml, "_BATCH", 2)


PLAIN = HEADER + _posts(*["teacher", "мұғалім", "директор"] * 5) + "broken\n"
QUOTED = HEADER + _posts(*['"a, b"', '"first\nsecond ""line""\n\nfourth"', "plain", '"x"y'] * 4) + "broken\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_do_not_depend_on_where_blocks_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, encoding: str, end: str
) -> None:
    lines = ["ә,ғ", "", "қң", '"ө', 'ұ"', "last"]
    path = tmp_path / "text.csv"
    path.write_bytes(end.join(lines).encode(encoding))
    monkeypatch.setattr(text, "_BLOCK_BYTES", size)
    blocks = [block.lines() for block in text.blocks(path, text.fingerprint(path))]
    assert [line for block in blocks for line in block["l"].to_pylist()] == lines
    assert [number for block in blocks for number in block["line_no"].to_pylist()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN.replace("\n", "\r\n"), "utf-8"),
        (PLAIN, "kz1048"),
        (QUOTED, "utf-8"),
        (QUOTED.replace("\n", "\r\n"), "utf-16"),
    ],
)
def test_a_table_in_parts(reading_desk: Desk, content: str, encoding: str) -> None:
    """The first line of each record and the reason of each bad one, counted by hand from how the text is made."""
    reading = reading_desk.read(content.encode(encoding))
    quoted = content.startswith(QUOTED[:200].partition("\n")[0]) and '"' in content
    if quoted:
        # Records of 1, 4, 1, 1 lines, four times over, from line 2; the fourth of each has letters after its quote.
        firsts = [2 + 7 * turn + offset for turn in range(4) for offset in (0, 1, 5)]
        bad = [8 + 7 * turn for turn in range(4)] + [30]
        assert {row["position"] for row in reading.landed} == {"a, b", 'first\nsecond "line"\n\nfourth', "plain"}
    else:
        firsts, bad = list(range(2, 17)), [17]
        assert {row["position"] for row in reading.landed} == {"teacher", "мұғалім", "директор"}
    assert (reading.rows, reading.bad_rows) == (firsts, bad)
    assert reading.parsed.records_n == len(firsts) + len(bad)


@pytest.mark.usefixtures("small")
def test_a_repeat_and_a_conflict_far_from_what_they_repeat(reading_desk: Desk) -> None:
    """15 posts; line 17 is line 2 again, line 18 is line 3 with another load: one repeat, one conflict of two rows."""
    lines = [line + ",1" for line in _posts(*["teacher"] * 15).splitlines()]
    content = "\n".join([HEADER.strip() + ",load_fte", *lines, lines[0], lines[1][:-1] + "0.5"])
    reading = reading_desk.read(content.encode())
    counts = reading.parsed.counts["staff_employment"]
    assert (counts.read_n, counts.landed_n, counts.repeated_n, counts.quarantined_n) == (17, 14, 1, 2)
    assert reading.bad == [(3, "", "conflict", "person_id"), (18, "", "conflict", "person_id")]
    assert 17 not in reading.rows


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("form", ["array", "lines"])
def test_json_in_parts(reading_desk: Desk, form: str) -> None:
    records = [
        {"person_id": ANNA, "institution_id": SCHOOL, "position": "teacher", "start_date": f"{1990 + year}-09-01"}
        for year in range(7)
    ]
    # The last record has a key that no record of the first parts has.
    records[-1]["load_fte"] = "0.5"
    if form == "array":
        reading = reading_desk.read(json.dumps(records).encode(), "staff.json")
    else:
        reading = reading_desk.read("\n".join(map(json.dumps, records)).encode(), "staff.jsonl")
    assert reading.rows == [1, 2, 3, 4, 5, 6, 7]
    assert [row["load_fte"] is not None for row in reading.landed] == [False] * 6 + [True]


@pytest.mark.usefixtures("small")
def test_xml_cards_in_parts(reading_desk: Desk) -> None:
    """Five cards, the third without a person: rows keep the numbers of their cards over three parts."""
    post = (
        f"<tootamine><oppeasutusId>{SCHOOL}</oppeasutusId><ametikoht>õpetaja</ametikoht>"
        "<ametikohtAlgus>2012-08-14</ametikohtAlgus><kehtiv>1</kehtiv></tootamine>"
    )
    element = contract("ehis_person_cards").nested["xmlElement"]
    cards = [
        f"<{element}><isikuandmed><isikukood>{code}</isikukood></isikuandmed>{post}</{element}>"
        for code in (f"kz.iin:{ANNA}", f"kz.iin:{BOLAT}", "", f"kz.iin:{CHINGIZ}", "kz.iin:1")
    ]
    content = f"<all>{''.join(cards)}</all>".encode()
    reading = reading_desk.read(content, "cards.xml", "ehis_person_cards", target="staff_employment")
    assert reading.parsed.records_n == 5
    assert reading.rows == [1, 2, 4]
    assert reading.bad_rows == [3, 5]


def test_a_stray_quote_is_found_without_reading_on(reading_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_BLOCK_BYTES", 500)
    monkeypatch.setattr(csv, "_LARGEST_RECORD_BYTES", 2000)
    content = HEADER + _posts(*["teacher"] * 5) + '"open' + _posts(*["x"] * 200)
    reading = reading_desk.read(content.encode())
    assert reading.refusal == "quote_never_closed"
    assert reading.parsed.problem is not None
    assert reading.parsed.problem.facts["line"] == 7
    assert reading.landed == []


def test_lines_of_a_long_file_are_held_a_block_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20 MB in one line, and of 20 MB in short lines, Python holds less than a tenth at once."""
    monkeypatch.setattr(text, "_BLOCK_BYTES", 1 << 16)
    for name, content in (("one", b"x" * 20_000_000 + b"\nlast"), ("many", b"x" * 99 + b"\n")):
        path = tmp_path / name
        path.write_bytes(content if name == "one" else content * 200_000)
        print_ = text.fingerprint(path)
        tracemalloc.start()
        blocks = (block.lines(10_000) for block in text.blocks(path, print_, 10_000))
        lines = [(len(block), block["l"][-1].as_py()) for block in blocks]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2_000_000
        assert sum(count for count, _ in lines) == (2 if name == "one" else 200_000)
        assert lines[-1][1] == ("last" if name == "one" else "x" * 99)
