"""What a person card says of posts, studies, training and qualifications."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest
from ingest_reading import SECRET, Desk
from person_cards import MART, POST, STUDY, person_card, read_cards, read_posts


def test_a_post(reading_desk: Desk) -> None:
    (row,) = read_posts(reading_desk)
    expected = {
        "person_id": hmac.digest(SECRET, f"person\x1fee.isikukood:{MART}".encode(), "sha256").hex()[:32],
        "institution_id": "609", "position": "õpetaja", "position_group": "teacher", "start_date": "2012-08-14",
        "end_date": "2013-06-13", "load_fte": "0.6100", "end_reason": "unknown", "subject": "Kunstiõpetus",
        "on_leave": "none", "confirmed_on": "2018-09-18", "birth_year": "1976", "sex": "m", "_item": "tootamine[1]",
        "_row": "1", "_source_feed": "ehis_person_cards", "person_is_local": "False", "qualification_category": "None",
    }  # fmt: skip
    assert {name: str(row[name]) for name in expected} == expected


def test_load_in_either_spelling(reading_desk: Desk) -> None:
    assert [str(row["load_fte"]) for row in read_posts(reading_desk, amtikohtKoormus=None, ametikohtKoormus=0.5)] == [
        "0.5000"
    ]
    assert [row["load_fte"] for row in read_posts(reading_desk, amtikohtKoormus=None)] == [None]


def test_running_posts_and_those_that_are_neither(reading_desk: Desk) -> None:
    """Without an end a post runs if `kehtiv` is 1; with 0 it is bad data, and so it is when nothing is said."""
    posts = [
        POST | {"ametikohtLopp": None, "kehtiv": 1},
        POST | {"ametikohtLopp": None, "kehtiv": 0, "ametikoht": "ringijuht"},
        POST | {"ametikohtLopp": None, "kehtiv": None, "ametikoht": "direktor"},
    ]
    reading = read_cards(reading_desk, person_card(tootamine=posts))
    assert [(row["_item"], row["end_date"], row["end_reason"]) for row in reading.landed] == [
        ("tootamine[1]", None, None)
    ]
    assert reading.bad == [
        (1, "tootamine[2]", "open_post_is_valid", "end_date"),
        (1, "tootamine[3]", "open_post_is_valid", "end_date"),
    ]


def test_leave_holds_on_the_day_of_the_answer(reading_desk: Desk) -> None:
    (row,) = read_posts(reading_desk, ametikohtLopp=None, kehtiv=1, lapsehooldusPuhkus="Jah")
    assert (row["on_leave"], str(row["on_leave_from"])) == ("parental", "2018-09-18")
    (ended,) = read_posts(reading_desk, lapsehooldusPuhkus="Jah")
    assert (ended["on_leave"], ended["on_leave_from"]) == ("none", None)


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        (1537278831, "2018-09-18"),
        (1537278831000, "2018-09-18"),
        ("1537278831", "2018-09-18"),
        # 19:30 in Greenwich is half past midnight or later of the next day in Almaty (+06 in 2018).
        (1537299000, "2018-09-19"),
        ("2018-09-18T10:00:00Z", "2018-09-18"),
        (None, "None"),
    ],
)
def test_day_of_the_answer(reading_desk: Desk, asked: object, day: str) -> None:
    reading = read_cards(reading_desk, person_card(tootamine=[POST]) | {"request_timestamp": asked})
    assert [str(row["confirmed_on"]) for row in reading.landed] == [day]


GROUPS: list[tuple[dict[str, Any], str]] = [
    ({"ametikoht": "õpetaja"}, "teacher"),
    ({"ametikoht": "  Klassiõpetaja "}, "teacher"),
    ({"ametikoht": "aineõpetaja"}, "teacher"),
    ({"ametikoht": "direktor"}, "school_leader"),
    ({"ametikoht": "õppealajuhataja"}, "school_leader"),
    ({"ametikoht": "lektor", "onOppejoud": 1}, "university_lecturer"),
    ({"ametikoht": "lektor", "onOppejoud": 0}, "other"),
    ({"ametikoht": "dotsent", "onOppejoud": 1}, "university_lecturer"),
    ({"ametikoht": "õppejõud", "onOppejoud": 1}, "university_lecturer"),
    ({"ametikoht": "õpetaja", "onOppejoud": 1}, "teacher"),
    ({"ametikoht": "kutseõpetaja"}, "college_lecturer"),
    ({"ametikoht": "õpetaja", "liik": "KUTSEKOOL"}, "college_lecturer"),
    ({"ametikoht": "õpetaja", "liik": "KUTSEOPPEASUTUS", "onOppejoud": 1}, "college_lecturer"),
    ({"ametikoht": "lektor", "liik": "KUTSEKOOL", "onOppejoud": 1}, "university_lecturer"),
    ({"ametikoht": "kokk", "liik": "KUTSEKOOL"}, "other"),
    ({"ametikoht": "koolipsühholoog"}, "psychologist"),
    ({"ametikoht": "sotsiaalpedagoog"}, "social_pedagogue"),
    ({"ametikoht": "ringijuht"}, "other"),
    ({"ametikoht": "kokk"}, "other"),
]
GRADES = {
    "noorempedagoog": "pedagogue", "pedagoog": "moderator", "vanempedagoog": "expert",
    "pedagoog-metoodik": "researcher", None: None,
}  # fmt: skip


def test_position_groups(reading_desk: Desk) -> None:
    posts = [POST | {"oppeasutusId": number} | changes for number, (changes, _) in enumerate(GROUPS)]
    landed = read_cards(reading_desk, person_card(tootamine=posts)).landed
    found = {int(row["institution_id"]): row["position_group"] for row in landed}
    assert found == {number: group for number, (_, group) in enumerate(GROUPS)}


def test_career_grades(reading_desk: Desk) -> None:
    posts = [POST | {"oppeasutusId": number, "ametijark": grade} for number, grade in enumerate(GRADES)]
    landed = read_cards(reading_desk, person_card(tootamine=posts)).landed
    assert [row["qualification_category"] for row in landed] == list(GRADES.values())


def test_several_posts_at_one_school_and_at_several(reading_desk: Desk) -> None:
    posts = [
        POST,
        POST | {"ametikoht": "ringijuht"},
        POST | {"oppeasutusId": 610},
        POST | {"ametikohtAlgus": "2013-08-20"},
    ]
    assert len(read_cards(reading_desk, person_card(tootamine=posts[:3])).landed) == 3
    reading = read_cards(reading_desk, person_card(tootamine=[*posts[:3], posts[3] | {"ametikohtLopp": "2014-06-13"}]))
    assert len(reading.landed) == 4


def test_studies(reading_desk: Desk) -> None:
    """Dates are dd.mm.yyyy here. Several programmes give several rows, none gives `none`."""
    studies = [
        STUDY,
        STUDY | {"oppekava": [{"oppekavaKood": "1"}, {"oppekavaKood": "2"}], "staatus": "Katkestanud"},
        STUDY | {"oppekava": None, "oppLopp": None, "staatus": "Õpib", "haridustase": "DOKTOR"},
        STUDY | {"oppekava": {"oppekavaKood": "3"}, "oppevorm": {"nimetus": "päevane"}},
    ]
    reading = read_cards(reading_desk, person_card(oping=studies), "studies")
    columns = ("_item", "programme_code", "level", "status", "start_date", "end_date", "study_form", "institution_id")
    school = "name:tallinna-ülikool"
    assert sorted(tuple(str(row[name]) for name in columns) for row in reading.landed) == [
        ("oping[1]", "1606", "higher", "graduated", "2009-08-24", "2013-06-05", "kaugõpe", school),
        ("oping[2].oppekava[1]", "1", "higher", "withdrawn", "2009-08-24", "2013-06-05", "kaugõpe", school),
        ("oping[2].oppekava[2]", "2", "higher", "withdrawn", "2009-08-24", "2013-06-05", "kaugõpe", school),
        ("oping[3]", "none", "other", "studying", "2009-08-24", "None", "kaugõpe", school),
        ("oping[4]", "3", "higher", "graduated", "2009-08-24", "2013-06-05", "päevane", school),
    ]


def test_training_and_qualifications(reading_desk: Desk) -> None:
    course = {
        "oppeasutus": "AS “Kursus”",
        "nimetus": '  Kuidas "hinnata"? ',
        "liik": "x",
        "loppKp": "2012-05-02",
        "maht": 4,
    }
    degree = {"kvalDokument": "x", "kvalVastavus": "Magistrikraad", "oppeasutus": "TLÜ", "erialaOppekava": "Kunst",
              "lopetanud": "2016-06-01", "dokument": "AB 1"}  # fmt: skip
    other = {
        "oppeasutus": "TLÜ",
        "dokument": None,
        "nimetus": "Treener",
        "vastavus": None,
        "aasta": 2004,
        "riik": "Eesti",
    }
    card = person_card(taiendkoolitus=course, tasemeharidus=[degree], kvalifikatsioon=[other])
    (row,) = read_cards(reading_desk, card, "training").landed
    assert (row["course"], row["course_title"], str(row["completed_on"]), str(row["hours"]), row["provider_id"]) == (
        "kuidas-hinnata", 'Kuidas "hinnata"?', "2012-05-02", "4.0000", "name:as-kursus",
    )  # fmt: skip
    found = read_cards(reading_desk, card, "qualifications").landed
    assert sorted(
        (row["_item"], row["document"], row["awarded_year"], row["level"], str(row["awarded_on"])) for row in found
    ) == [
        ("kvalifikatsioon[1]", "none", 2004, "unknown", "None"),
        ("tasemeharidus[1]", "AB 1", 2016, "Magistrikraad", "2016-06-01"),
    ]


@pytest.mark.parametrize(
    ("ends", "valid", "leave", "reason"),
    [
        (None, 1, "parental", None),
        ("2018-09-19", 1, "parental", None),
        # On its last day, and after it, nobody is on leave; a post that does not hold has no leave either.
        ("2018-09-18", 1, "none", "unknown"),
        ("2013-06-13", 1, "none", "unknown"),
        ("2018-09-19", 0, "none", "unknown"),
    ],
)
def test_leave_is_of_a_post_that_runs(
    reading_desk: Desk, ends: str | None, valid: int, leave: str, reason: str | None
) -> None:
    """The answer is of 18 September 2018."""
    (row,) = read_posts(reading_desk, ametikohtLopp=ends, kehtiv=valid, lapsehooldusPuhkus="Jah")
    assert (row["on_leave"], row["end_reason"]) == (leave, reason)


def test_posts_of_a_sender_that_speaks_for_one_school(reading_desk: Desk) -> None:
    """Where somebody studied is told by name and is the person's own; a post elsewhere is not the sender's to tell."""
    card = person_card(tootamine=[POST, POST | {"oppeasutusId": 610}], oping=[STUDY])
    content = json.dumps(card).encode()
    reading = reading_desk.read(
        content, "cards.json", "ehis_person_cards", "ee.isikukood", institutions=["609"], target="staff_employment"
    )
    assert [row["institution_id"] for row in reading.landed] == ["609"]
    assert reading.bad == [(1, "tootamine[2]", "not_your_institution", "institution_id")]
