"""Which version of a row holds: order of arrival, corrections, full lists, cards, orphans, two sources of one table."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from staged import Root, table

from bilimkoz.connection import connect
from ingest import quarantine

pytestmark = pytest.mark.usefixtures("dbt")

# Synthetic numbers with valid check digits. Weights 1..11 over 90010140001 give 9+0+0+4+0+6+28+0+0+0+11 = 58, that is 3
# mod 11; over 85020250002 they give 8+10+0+8+0+12+35+0+0+0+22 = 95, which is 7.
ANNA, BOLAT = "900101400013", "850202500027"
NATIONAL = 'register = "kz.iin"\n'
REGIONS = [
    {"region_code": "750000000", "name_kk": "А", "name_ru": "А", "name_en": "A", "level": "oblast", "parent_code": ""},
    {"region_code": "760000000", "name_kk": "Б", "name_ru": "Б", "name_en": "B", "level": "oblast", "parent_code": ""},
]


def school(institution_id: str, region: str = "750000000", name: str | None = None) -> dict[str, Any]:
    return {
        "institution_id": institution_id,
        "name_kk": name or f"Мектеп {institution_id}",
        "kind": "school",
        "region_code": region,
        "status": "active",
    }


def post(person: str, institution: str = "s1", start: str = "2020-09-01", **more: Any) -> dict[str, Any]:
    row = {"person_id": person, "institution_id": institution, "position": "мұғалім", "start_date": start}
    return row | {"end_date": "", "load_fte": "1"} | more


@pytest.fixture
def root(tmp_path: Path) -> Root:
    root = Root(tmp_path)
    root.sender("registry", NATIONAL)
    root.sender("school", NATIONAL + 'institutions = ["s1"]\n')
    files = {"regions.csv": table(REGIONS), "institutions.csv": table([school("s1"), school("s2", "760000000")])}
    root.deliver("registry", "base", "2024-01-01T00:00:00Z", files, period=None)
    return root


STAFF = "select load_fte, end_date, _delivery from staging.stg_staff_employment order by all"
BALANCE = """select file from intermediate.int_row_balance
    where read_n <> accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n
        + without_consent_n"""


def test_any_order_of_arrival_gives_the_same_rows(tmp_path: Path) -> None:
    """Three lists: load 1, corrected to 0.5, corrected back by the very bytes of the first. The last made holds."""
    found = []
    for order in itertools.permutations(range(3)):
        root = Root(tmp_path / "".join(map(str, order)))
        root.sender("registry", NATIONAL)
        root.sender("school", NATIONAL)
        base = {"regions.csv": table(REGIONS), "institutions.csv": table([school("s1")])}
        root.deliver("registry", "base", "2024-01-01T00:00:00Z", base, period=None)
        for number in order:
            content = {"staff_employment.csv": table([post(ANNA, load_fte="0.5" if number == 1 else "1")])}
            root.deliver("school", f"d{number}", f"2025-0{number + 1}-01T00:00:00Z", content)
            root.ingest()
        warehouse = root.build(select="+stg_staff_employment")
        found.append(root.rows(warehouse, "select * exclude (_parse) from staging.stg_staff_employment"))
    assert len(found[0]) == 1
    assert [float(row[6]) for row in found[0]] == [1.0]
    assert all(rows == found[0] for rows in found)


def test_a_full_list_withdraws_what_it_no_longer_holds(root: Root) -> None:
    """A partial list of the same period withdraws nothing; nor does a full list of another period."""
    both, one = [post(ANNA), post(BOLAT)], [post(ANNA)]
    root.deliver("school", "a", "2025-01-01T00:00:00Z", {"staff_employment.csv": table(both)}, full=True)
    root.deliver("school", "b", "2025-02-01T00:00:00Z", {"staff_employment.csv": table(one)}, full=False)
    root.deliver(
        "school", "c", "2025-03-01T00:00:00Z", {"staff_employment.csv": table(one)}, full=True, period="2026/27"
    )
    assert len(root.rows(root.build(), STAFF)) == 2
    root.deliver("school", "d", "2025-04-01T00:00:00Z", {"staff_employment.csv": table(one)}, full=True)
    warehouse = root.build()
    assert len(root.rows(warehouse, STAFF)) == 1
    fates = """select path, accepted_n, superseded_n, withdrawn_n from intermediate.int_row_balance
        where read_n = 2 and file like 'school%'"""
    assert root.rows(warehouse, fates) == [("staff_employment.csv", 0, 1, 1)]
    assert root.rows(warehouse, BALANCE) == []
    # Known only up to March, the withdrawal has not happened.
    assert len(root.rows(root.build("2025-03-31"), STAFF)) == 2


def test_an_orphan_waits_and_loads_by_itself(root: Root) -> None:
    root.sender("other", NATIONAL)
    root.deliver("other", "a", "2025-01-01T00:00:00Z", {"staff_employment.csv": table([post(ANNA, "s9")])})
    waiting = "select reason from intermediate.int_waiting_row where feed = 'staff_employment'"
    warehouse = root.build()
    assert root.rows(warehouse, waiting) == [("waiting for institutions",)]
    assert root.rows(warehouse, "select waiting_n from intermediate.int_row_balance where file like 'other%'") == [(1,)]
    root.deliver("registry", "more", "2025-02-01T00:00:00Z", {"institutions.csv": table([school("s9")])}, period=None)
    warehouse = root.build(select="+int_row_balance int_staff_employment__accepted +int_staff_employment__accepted")
    assert root.rows(warehouse, waiting) == []
    assert root.rows(warehouse, "select count(*) from intermediate.int_staff_employment__accepted") == [(1,)]


def test_a_sender_of_a_region_speaks_for_that_region_only(root: Root) -> None:
    root.sender("oblast", NATIONAL + 'region = "750000000"\n')
    rows = [post(ANNA, "s1"), post(BOLAT, "s2")]
    root.deliver("oblast", "a", "2025-01-01T00:00:00Z", {"staff_employment.csv": table(rows)})
    warehouse = root.build()
    held = """select s.institution_id, w.reason from intermediate.int_waiting_row as w
        join staging.stg_staff_employment as s using (_delivery, _parse, _row, _item)"""
    assert root.rows(warehouse, held) == [("s2", "not_your_institution")]
    balance = "select accepted_n, quarantined_n from intermediate.int_row_balance where file like 'oblast%'"
    assert root.rows(warehouse, balance) == [(1, 1)]
    with connect(warehouse, read_only=True) as connection:
        told = quarantine.judged_later(connection).select("file", "row_no", "rule", "column_name").rows()
    assert told == [("oblast/a/staff_employment.csv", 3, "not_your_institution", "institution_id")]


def test_what_is_judged_after_reading_is_told_with_its_line(root: Root) -> None:
    """A row that waits, and one that two files of a delivery tell otherwise, by file, line and column."""
    root.sender("other", NATIONAL)
    files = {
        "staff_employment_1.csv": table([post(ANNA, "s9"), post(BOLAT)]),
        "staff_employment_2.csv": table([post(BOLAT, load_fte="0.5")]),
    }
    root.deliver("other", "a", "2025-01-01T00:00:00Z", files)
    warehouse = root.build(select="+int_row_balance")
    with connect(warehouse, read_only=True) as connection:
        found = (
            quarantine.judged_later(connection, "other").select("path", "row_no", "rule", "column_name", "state").rows()
        )
        assert quarantine.judged_later(connection, "school").height == 0
    assert found == [
        ("staff_employment_1.csv", 2, "waiting for institutions", "institution_id", "accepted"),
        ("staff_employment_1.csv", 3, "conflict", "person_id", "accepted"),
        ("staff_employment_2.csv", 2, "conflict", "person_id", "accepted"),
    ]
    assert root.rows(warehouse, BALANCE) == []


def _card(posts: list[dict[str, Any]], moment: int) -> bytes:
    card = {"isikuandmed": {"isikukood": "37605030299", "synniKp": "1976-05-03"}, "tootamine": posts}
    return json.dumps({"request_timestamp": moment, "value": card}).encode()


def test_a_card_is_always_full_for_its_person(root: Root) -> None:
    """A corrected first day would otherwise make a second career. The moments are 1 January and 1 February 2025."""
    root.sender("ehis", 'register = "ee.isikukood"\n')
    entry = {"oppeasutusId": "s1", "ametikoht": "õpetaja", "kehtiv": 1, "ametikohtLopp": None}
    for name, start, moment in (("a", "2012-08-14", 1735689600), ("b", "2012-09-01", 1738368000)):
        files = {"ehis_person_cards.json": _card([{**entry, "ametikohtAlgus": start}], moment)}
        root.deliver(
            "ehis", name, f"2025-0{1 if name == 'a' else 2}-01T00:00:00Z", files, rows={"ehis_person_cards.json": 1}
        )
    warehouse = root.build()
    query = "select start_date::varchar, confirmed_on::varchar, position_group from staging.stg_staff_employment"
    assert root.rows(warehouse, query) == [("2012-09-01", "2025-02-01", "teacher")]
    assert root.rows(warehouse, BALANCE) == []
    # A sender that left takes nothing back: the older card stays withdrawn.
    (root.places.senders / "ehis.toml").unlink()
    assert root.rows(root.build(), query) == [("2012-09-01", "2025-02-01", "teacher")]


def test_two_sources_of_one_table_never_empty_each_other(root: Root) -> None:
    """EHIS gives no region and a newer name in its own column: the region of the older list stays."""
    root.sender("ehis", 'register = "ee.isikukood"\n')
    answer = {
        "body": {
            "oppeasutused": {
                "oppeasutus": {
                    "koolId": "s1",
                    "nimetus": "Uus Kool",
                    "tyyp": "põhikool või gümnaasium",
                    "staatus": "Suletud",
                }
            }
        }
    }
    files = {"ehis_institutions.json": json.dumps(answer).encode()}
    root.deliver("ehis", "a", "2025-01-01T00:00:00Z", files, rows={"ehis_institutions.json": 1}, period=None)
    warehouse = root.build()
    query = """select name_kk, name_local, region_code, status from intermediate.int_institutions__accepted
        where institution_id = 's1'"""
    assert root.rows(warehouse, query) == [("Мектеп s1", "Uus Kool", "750000000", "closed")]
    assert root.rows(warehouse, BALANCE) == []


def test_a_name_becomes_an_id_only_where_one_institution_bears_it(root: Root) -> None:
    root.sender("ehis", 'register = "ee.isikukood"\n')
    named = [school("t1", name="«Tallinna Ülikool»"), school("t2", name="Kool nr 1"), school("t3", name="KOOL  nr 1")]
    root.deliver("registry", "more", "2024-06-01T00:00:00Z", {"institutions.csv": table(named)}, period=None)
    studies = [
        {"oppeasutus": name, "oppAlgus": "24.08.2009", "staatus": "Lõpetanud"}
        for name in ("Tallinna ülikool", "Kool nr. 1")
    ]
    card = {"request_timestamp": 1735689600, "value": {"isikuandmed": {"isikukood": "37605030299"}, "oping": studies}}
    files = {"ehis_person_cards.json": json.dumps(card).encode()}
    root.deliver("ehis", "a", "2025-01-01T00:00:00Z", files, rows={"ehis_person_cards.json": 1}, period=None)
    warehouse = root.build(select="+int_studies__accepted")
    query = "select institution_id from intermediate.int_studies__accepted order by 1"
    assert root.rows(warehouse, query) == [("name:kool-nr-1",), ("t1",)]
