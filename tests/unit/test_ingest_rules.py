"""Rows against their contract: every rule once, doubles, and counts that add up whatever comes."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_reading import ANNA, BOLAT, CHINGIZ, SCHOOL, Desk, Reading

from ingest.contract import contract

STAFF = {"person_id": ANNA, "institution_id": SCHOOL, "position": "teacher", "start_date": "2020-09-01"}
INSTITUTION = {"institution_id": "1", "name_ru": "Школа", "kind": "school", "status": "active"}
COURSE = {"person_id": ANNA, "provider_id": "1", "course": "c", "completed_on": "2020-09-01", "hours": "8"}


def _read(
    desk: Desk, *rows: dict[str, str], feed: str = "staff_employment", institutions: list[str] | None = None
) -> Reading:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["\t".join(names), *("\t".join(row.get(name, "") for name in names) for row in rows)]
    return desk.read("\n".join(lines).encode(), "rows.csv", feed, institutions=institutions)


RULES: list[tuple[str, dict[str, str], dict[str, str], str, str]] = [
    ("staff_employment", STAFF, {"person_id": ""}, "required", "person_id"),
    ("staff_employment", STAFF, {"position": "  \u00a0 "}, "required", "position"),
    ("staff_employment", STAFF, {"start_date": "2020-02-30"}, "type", "start_date"),
    ("staff_employment", STAFF, {"start_date": "31.04.2020"}, "type", "start_date"),
    ("staff_employment", STAFF, {"start_date": "09/01/2020"}, "type", "start_date"),
    ("staff_employment", STAFF, {"start_date": "2020"}, "type", "start_date"),
    ("staff_employment", STAFF, {"load_fte": "полторы"}, "type", "load_fte"),
    ("staff_employment", STAFF, {"load_fte": "1,5,5"}, "type", "load_fte"),
    ("staff_employment", STAFF, {"birth_year": "1981.5"}, "type", "birth_year"),
    ("staff_employment", STAFF, {"birth_year": "99999999999999999999"}, "type", "birth_year"),
    ("staff_employment", STAFF, {"contract": "forever"}, "enum", "contract"),
    ("staff_employment", STAFF, {"load_fte": "3.0001"}, "range", "load_fte"),
    ("staff_employment", STAFF, {"load_fte": "-0.5"}, "range", "load_fte"),
    ("staff_employment", STAFF, {"start_date": "1939-12-31"}, "range", "start_date"),
    ("staff_employment", STAFF, {"end_date": "2101-01-01"}, "range", "end_date"),
    ("staff_employment", STAFF, {"birth_year": "1899"}, "range", "birth_year"),
    ("staff_employment", STAFF, {"person_id": "810101300019"}, "identifier", "person_id"),
    ("staff_employment", STAFF, {"end_date": "2020-08-31"}, "dates_in_order", "end_date"),
    (
        "staff_employment",
        STAFF,
        {"on_leave_from": "2020-10-02", "on_leave_until": "2020-10-01"},
        "leave_dates_in_order",
        "on_leave_until",
    ),
    ("institutions", INSTITUTION, {"support_school": "maybe"}, "type", "support_school"),
    ("institutions", INSTITUTION, {"name_ru": ""}, "has_a_name", "name_kk"),
    (
        "institutions",
        INSTITUTION,
        {"opened_on": "2020-01-02", "closed_on": "2020-01-01"},
        "dates_in_order",
        "closed_on",
    ),
    ("institutions", INSTITUTION, {"kind": "castle"}, "enum", "kind"),
    ("training", COURSE, {"hours": "5001"}, "range", "hours"),
    ("training", COURSE, {"reaction_score": "0.9"}, "range", "reaction_score"),
]


@pytest.mark.parametrize("feed", ["staff_employment", "institutions", "training"])
def test_each_rule_once(reading_desk: Desk, feed: str) -> None:
    """One file: a good row first, then one bad row a rule; each breaks that rule and no other."""
    cases = [case for case in RULES if case[0] == feed]
    reading = _read(reading_desk, cases[0][1], *(good | broken for _, good, broken, _, _ in cases), feed=feed)
    assert reading.rows == [2]
    assert reading.bad == [(number, "", rule, column) for number, (_, _, _, rule, column) in enumerate(cases, start=3)]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("start_date", "2020-09-01T00:00:00", "2020-09-01"),
        ("start_date", "2020-09-01 00:00:00+05:00", "2020-09-01"),
        ("start_date", "1.9.2020", "2020-09-01"),
        ("start_date", "01.09.2020 0:00:00", "2020-09-01"),
        ("start_date", "44075", "2020-09-01"),
        ("start_date", "44075.75", "2020-09-01"),
        ("start_date", "29.02.2020", "2020-02-29"),
        ("load_fte", "1,5", "1.5000"),
        ("load_fte", "+0.5", "0.5000"),
        ("load_fte", "3", "3.0000"),
        ("load_fte", "\u00a01,5\u00a0", "1.5000"),
        ("birth_year", "1981.0", "1981"),
        ("birth_year", "1 981", "1981"),
        ("birth_year", "1\u202f981", "1981"),
        ("contract", "Permanent", "permanent"),
        ("subject", "  математика \t", "математика"),
        ("position_group", "", "teacher"),
        ("on_leave", "NONE", "none"),
    ],
)
def test_texts_that_mean_a_value(reading_desk: Desk, column: str, text: str, value: str) -> None:
    content = f"{chr(59).join([*STAFF, *([column] if column not in STAFF else [])])}\n"
    content += chr(59).join((STAFF | {column: text}).values()) + "\n"
    reading = reading_desk.read(content.encode(), "rows.csv")
    assert reading.bad == []
    assert [str(row[column]) for row in reading.landed] == [value]


def test_an_institution_of_others(reading_desk: Desk) -> None:
    rows = [STAFF, STAFF | {"institution_id": "750140000418"}, STAFF | {"institution_id": ""}]
    reading = _read(reading_desk, *rows, institutions=[SCHOOL])
    assert reading.rows == [2]
    assert reading.bad == [(3, "", "not_your_institution", "institution_id"), (4, "", "required", "institution_id")]
    assert _read(reading_desk, *rows[:2], institutions=None).rows == [2, 3]
    assert _read(reading_desk, *rows[:2], institutions=[]).bad_rows == [2, 3]


def test_a_row_with_several_faults_is_one_bad_row(reading_desk: Desk) -> None:
    reading = _read(reading_desk, STAFF | {"person_id": "", "start_date": "x", "load_fte": "9"})
    assert [rule for _, _, rule, _ in reading.bad] == ["range", "required", "type"]
    assert reading.parsed.counts["staff_employment"].quarantined_n == 1


def test_identical_rows_and_rows_that_disagree(reading_desk: Desk) -> None:
    """Of the same row the first counts. Of rows with one key and different content none does. A bad row makes no
    conflict."""
    anna, bolat, chingiz = (STAFF | {"person_id": person, "load_fte": "1"} for person in (ANNA, BOLAT, CHINGIZ))
    reading = _read(
        reading_desk,
        anna,
        bolat,
        anna | {"position": " teacher "},
        bolat | {"load_fte": "0.5"},
        chingiz,
        chingiz | {"load_fte": "7"},
        anna | {"load_fte": "1,0"},
        bolat,
    )
    assert reading.rows == [2, 6]
    assert reading.bad == [
        (3, "", "conflict", "person_id"), (5, "", "conflict", "person_id"), (7, "", "range", "load_fte"),
        (9, "", "conflict", "person_id"),
    ]  # fmt: skip
    counts = reading.parsed.counts["staff_employment"]
    assert (counts.read_n, counts.landed_n, counts.repeated_n, counts.quarantined_n) == (8, 2, 2, 4)


def test_quarantine_keeps_no_value(reading_desk: Desk) -> None:
    """Columns that slid by one put a name or a number where a code should stand, so no cell is kept at all."""
    _read(reading_desk, STAFF | {"contract": ANNA}, STAFF | {"load_fte": "Ivanova"}, institutions=[SCHOOL])
    columns = reading_desk.workshop.connection.execute("describe quarantined").fetchall()
    assert [row[0] for row in columns] == [
        "parse_id", "file_sha256", "feed", "row_no", "item", "rule", "column_name", "key_hash", "meant_id",
    ]  # fmt: skip


def test_a_bad_row_says_which_row_it_is(reading_desk: Desk) -> None:
    """A typo beside the key leaves the key's hash; in the key, the person; in the person, an institution that good rows
    name. What stands in a cell of the key is told in no other way, and a feed without persons tells nothing."""
    _read(
        reading_desk,
        STAFF,
        STAFF | {"load_fte": "x"},
        STAFF | {"start_date": "soon", "person_id": BOLAT},
        STAFF | {"person_id": "1234"},
        STAFF | {"person_id": "1234", "institution_id": "Ivanova"},
        STAFF | {"institution_id": "Ivanova"},
        institutions=[SCHOOL],
    )
    anna, bolat = (reading_desk.pseudonym(person) for person in (ANNA, BOLAT))
    key = "\x1f".join((anna, SCHOOL, "teacher", "2020-09-01"))
    assert reading_desk.meant == [
        (3, hashlib.sha256(key.encode()).hexdigest(), None), (4, None, bolat), (5, None, SCHOOL), (6, None, None),
        (7, None, anna),
    ]  # fmt: skip
    _read(reading_desk, INSTITUTION, INSTITUTION | {"kind": "x"}, feed="institutions")
    assert reading_desk.meant == [(3, None, None)]


def test_share_of_bad_rows(reading_desk: Desk) -> None:
    """The contract lets 5 % pass: 1 of 20 does, 2 of 20 do not."""
    good = [STAFF | {"position": f"teacher {number}"} for number in range(20)]
    limit = contract("staff_employment").max_bad_share
    assert limit == 0.05
    assert _read(reading_desk, *good[:19], STAFF | {"load_fte": "x"}).parsed.bad_share == pytest.approx(0.05)
    assert _read(reading_desk, *good[:18], *[STAFF | {"load_fte": "x"}] * 2).parsed.bad_share == pytest.approx(0.1)


_PERSON = st.sampled_from([ANNA, BOLAT, "810101300019", "", "8.1E+11"])
_DATE = st.sampled_from(["2020-09-01", "01.09.2020", "", "never"])
_ROW = st.tuples(_PERSON, st.sampled_from([SCHOOL, "1", ""]), st.sampled_from(["teacher", "a;b", ""]), _DATE)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.one_of(_ROW, st.lists(st.sampled_from(["x", ""]), max_size=6).map(tuple)), max_size=12))
def test_counts_always_add_up(reading_desk: Desk, rows: list[tuple[str, ...]]) -> None:
    content = "person_id,institution_id,position,start_date\n" + "".join(",".join(row) + "\n" for row in rows)
    reading = reading_desk.read(content.encode(), institutions=[SCHOOL])
    counts = reading.parsed.counts["staff_employment"]
    filled = [row for row in rows if any(row)]
    assert reading.parsed.records_n == counts.read_n == len(filled)
    assert counts.read_n == counts.landed_n + counts.quarantined_n + counts.repeated_n + counts.empty_n, asdict(counts)
    assert (len(reading.landed), len(reading.bad_rows)) == (counts.landed_n, counts.quarantined_n)


def test_a_link_leads_from_a_local_id_to_a_national_one(reading_desk: Desk) -> None:
    """Swapped, or from one national number to another, it would make one person of two."""
    rows = [
        f"school-0417:1023,{ANNA}",
        f"{BOLAT},school-0417:1024",
        f"{CHINGIZ},{BOLAT}",
        "school-0417:1025,school-0417:1026",
        f"school-0417:1027,KZ.IIN:{BOLAT}",
        f"kz.iin:{CHINGIZ},{ANNA}",
    ]
    reading = reading_desk.read("\n".join(["local_id,person_id", *rows]).encode(), "links.csv", "person_links")
    assert reading.rows == [2, 6]
    assert [(row, rule) for row, _, rule, _ in reading.bad] == [
        (3, "local_id_is_local"),
        (3, "person_id_is_national"),
        (4, "local_id_is_local"),
        (5, "person_id_is_national"),
        (7, "local_id_is_local"),
    ]


@pytest.mark.parametrize(
    ("feed", "header", "own", "foreign"),
    [
        ("institutions", "institution_id,name_ru,kind,status", f"{SCHOOL},А,school,active", "1,Б,school,active"),
        ("cluster_members", "cluster_id,institution_id,joined_on,role", f"c,{SCHOOL},2020-09-01,lead", "c,1,2020-09-01,lead"),
        ("institution_successions", "old_id,new_id,on,kind", f"1,{SCHOOL},2020-09-01,merger", "2,1,2020-09-01,merger"),
        ("studies", "person_id,institution_id,programme_code,start_date,level,status",
         f"{ANNA},{SCHOOL},p,2020-09-01,bachelor,studying", f"{BOLAT},1,p,2020-09-01,bachelor,studying"),
    ],
)  # fmt: skip
def test_a_row_about_another_institution(reading_desk: Desk, feed: str, header: str, own: str, foreign: str) -> None:
    content = f"{header}\n{own}\n{foreign}\n".encode()
    column = contract(feed).sender_scope
    reading = reading_desk.read(content, "rows.csv", feed, institutions=[SCHOOL])
    assert (reading.rows, reading.bad) == ([2], [(3, "", "not_your_institution", column)])
    assert reading_desk.read(content, "rows.csv", feed).bad == []
