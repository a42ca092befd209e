"""What a sender of a region says of an institution elsewhere is quarantined, and takes nothing from the rightful sender.

Region 75 holds school s1, region 76 schools s2 and s3; 761 lies in 76. All scenes are built once; each has a school or a
position of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import iin
from staged import Root, table

from bilimkoz.connection import connect
from ingest import quarantine

pytestmark = pytest.mark.usefixtures("dbt")
NATIONAL, ESTONIAN = 'register = "kz.iin"\n', 'register = "ee.isikukood"\n'
ANNA, BOLAT, CAMILA = (iin(f"9001014000{n}") for n in (1, 2, 3))
Row = dict[str, Any]


def region(code: str, level: str = "oblast", parent: str = "") -> Row:
    return {
        "region_code": code, "name_kk": code, "name_ru": code, "name_en": code, "level": level,
        "parent_code": parent, "urban_rural": "rural" if level == "settlement" else "",
    }  # fmt: skip


def school(institution: str, region_code: str) -> Row:
    given = {"institution_id": institution, "name_kk": institution, "kind": "school", "status": "active"}
    return given | {"region_code": region_code}


def post(person: str, institution: str, load: str, position: str = "teacher") -> Row:
    row = {"person_id": person, "institution_id": institution, "position": position, "start_date": "2020-09-01"}
    return row | {"end_date": "", "load_fte": load}


def card(*posts: tuple[str, str]) -> bytes:
    """The card of one person, with the load of each post by its school; asked on 1 October 2025."""
    held = [
        {
            "liik": "POHIKOOL", "oppeasutusId": institution, "ametikoht": "õpetaja", "ametikohtAlgus": "2012-08-14",
            "ametikohtLopp": None, "kehtiv": 1, "ametikohtKoormus": load,
        }
        for institution, load in posts
    ]  # fmt: skip
    value = {"isikuandmed": {"isikukood": "37605030299", "synniKp": "1976-05-03"}, "tootamine": held}
    return json.dumps({"request_timestamp": 1759276800, "value": value}).encode()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Root, Path]:
    root = Root(tmp_path_factory.mktemp("foreign"))
    root.sender("registry", NATIONAL)
    root.sender("school2", NATIONAL + 'institutions = ["s2"]\n')
    root.sender("oblast75", NATIONAL + 'region = "750000000"\n')
    root.sender("oblast76", NATIONAL + 'region = "760000000"\n')
    root.sender("ehis", ESTONIAN)
    root.sender("ehis75", ESTONIAN + 'region = "750000000"\n')
    regions = [region("750000000"), region("760000000"), region("761000000", "settlement", "760000000")]
    schools = [school("s1", "750000000"), school("s2", "760000000"), school("s3", "761000000")]
    base = {"regions.csv": table(regions), "institutions.csv": table(schools)}
    root.deliver("registry", "base", "2025-01-01T00:00:00Z", base, period=None)

    # The school tells of Anna; oblast 75, later, of Anna at that school and of Bolat at its own, and then of Bolat alone.
    root.deliver("school2", "a", "2025-09-10T00:00:00Z", {"staff_employment.csv": table([post(ANNA, "s2", "1")])})
    rows = [post(ANNA, "s2", "0.5"), post(BOLAT, "s1", "1"), post(BOLAT, "s2", "1", "mentor")]
    for name, day, told in (("a", "10", rows), ("b", "20", rows[:2])):
        files = {"staff_employment.csv": table(told)}
        root.deliver("oblast75", name, f"2025-10-{day}T00:00:00Z", files, full=True)
    # Oblast 76 may speak for a village school of its own, and the newest word on it is its.
    root.deliver("registry", "c", "2025-09-10T00:00:00Z", {"staff_employment.csv": table([post(CAMILA, "s3", "1")])})
    root.deliver("oblast76", "c", "2025-09-11T00:00:00Z", {"staff_employment.csv": table([post(CAMILA, "s3", "0.5")])})
    # One person's card from the register, and later a card from a sender that may speak for region 75 only.
    first, second = card(("s1", "1"), ("s2", "1"), ("s3", "1")), card(("s2", "0.25"))
    for sender, day, content in (("ehis", "01", first), ("ehis75", "02", second)):
        files = {"ehis_person_cards.json": content}
        root.deliver(sender, day, f"2025-10-{day}T00:00:00Z", files, rows={"ehis_person_cards.json": 1})
    return root, root.build(as_of="2025-12-01", select="+int_row_balance +int_staff_employment__accepted")


HELD = """select institution_id, position, cast(load_fte as double), _sender
    from intermediate.int_staff_employment__accepted where _source_feed = '{}' order by all"""


def test_the_rightful_senders_older_row_stays(built: tuple[Root, Path]) -> None:
    """Anna: the school's load 1 of September, not the stranger's 0.5 of October. Bolat at s1 is of oblast 75's own region.
    Camila: the oblast's 0.5 supersedes the registry's 1, since s3 lies in a settlement of region 76."""
    root, warehouse = built
    assert root.rows(warehouse, HELD.format("staff_employment")) == [
        ("s1", "teacher", 1.0, "oblast75"),
        ("s2", "teacher", 1.0, "school2"),
        ("s3", "teacher", 0.5, "oblast76"),
    ]


def test_a_strangers_card_withdraws_only_in_its_region(built: tuple[Root, Path]) -> None:
    """The newer card drops the posts at s1 and s3 and tells s2 otherwise. It is whole for its person in region 75, so s1
    goes; of s2 and s3 in region 76 it may not speak, so both stay as the older card has them."""
    root, warehouse = built
    assert root.rows(warehouse, HELD.format("ehis_person_cards")) == [
        ("s2", "õpetaja", 1.0, "ehis"),
        ("s3", "õpetaja", 1.0, "ehis"),
    ]


def test_the_claim_is_quarantined_with_its_line(built: tuple[Root, Path]) -> None:
    """Of the two lists of oblast 75 the newer one's claim, on line 2; that on line 4 of the older is withdrawn by it."""
    _, warehouse = built
    with connect(warehouse, read_only=True) as connection:
        told = quarantine.judged_later(connection).select("file", "row_no", "rule").rows()
    assert told == [
        ("ehis75/02/ehis_person_cards.json", 1, "not_your_institution"),
        ("oblast75/b/staff_employment.csv", 2, "not_your_institution"),
    ]


def test_every_row_has_one_fate(built: tuple[Root, Path]) -> None:
    """By file: read, accepted, superseded, withdrawn, quarantined. Oblast 75's first list of three rows: two are told again
    in the second (superseded), one is dropped (withdrawn). Of the second, Anna's is quarantined. Of the first card's
    three posts one is withdrawn."""
    root, warehouse = built
    query = """select file, read_n, accepted_n, superseded_n, withdrawn_n, quarantined_n
        from intermediate.int_row_balance where file not like 'registry/base/%' order by file"""
    assert root.rows(warehouse, query) == [
        ("ehis/01/ehis_person_cards.json", 3, 2, 0, 1, 0),
        ("ehis75/02/ehis_person_cards.json", 1, 0, 0, 0, 1),
        ("oblast75/a/staff_employment.csv", 3, 0, 2, 1, 0),
        ("oblast75/b/staff_employment.csv", 2, 1, 0, 0, 1),
        ("oblast76/c/staff_employment.csv", 1, 1, 0, 0, 0),
        ("registry/c/staff_employment.csv", 1, 0, 1, 0, 0),
        ("school2/a/staff_employment.csv", 1, 1, 0, 0, 0),
    ]
