"""Person cards as EHIS really answers."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest
from ingest_reading import SECRET, Desk, Reading

#: The published example of a valid isikukood, and one more: 4·1+6·2+5·3+0+1·5+2·6+3·7+0+2·9+6·1 = 93 = 8·11 + 5.
MART, KADRI = "37605030299", "46501230265"
#: 18 September 2018 13:53:51 UTC, the same day in Almaty.
ASKED = 1537278831
POST: dict[str, Any] = {
    "liik": "POHIKOOL", "oppeasutus": "Alavere Põhikool", "oppeasutusId": 609, "ametikoht": "õpetaja",
    "ametikohtAlgus": "2012-08-14", "ametikohtLopp": "2013-06-13", "onTunniandja": 1, "onOppejoud": 0, "kehtiv": 0,
    "amtikohtKoormus": 0.61, "ametijark": None, "lapsehooldusPuhkus": "Ei",
    "oppeaine": [{"oppeaine": "Kunstiõpetus", "maht": 1}, {"oppeaine": "Muusika", "maht": 1}],
}  # fmt: skip
STUDY: dict[str, Any] = {
    "haridustase": "YLIKOOL", "oppeasutus": "Tallinna  “Ülikool”", "oppAlgus": "24.08.2009", "oppLopp": "05.06.2013",
    "oppekava": [{"oppekavaKood": "1606"}], "oppevorm": [{"nimetus": "kaugõpe"}], "staatus": "Lõpetanud",
}  # fmt: skip


def _card(person: str = MART, **lists: Any) -> dict[str, Any]:
    about = {"isikukood": person, "synniKp": "1976-05-03", "eesnimi": "Mart", "perenimi": "Tamm"}
    return {"request_timestamp": ASKED, "key": f"eeisikukaart_{person}", "value": {"isikuandmed": about, **lists}}


def _read(desk: Desk, cards: Any, target: str = "staff_employment", name: str = "cards.json") -> Reading:
    content = cards if isinstance(cards, bytes) else json.dumps(cards, ensure_ascii=False).encode()
    return desk.read(content, name, "ehis_person_cards", register="ee.isikukood", target=target)


def _posts(desk: Desk, **changes: Any) -> list[dict[str, Any]]:
    return _read(desk, _card(tootamine=[POST | changes])).landed


def test_a_post(reading_desk: Desk) -> None:
    (row,) = _posts(reading_desk)
    expected = {
        "person_id": hmac.digest(SECRET, f"person\x1fee.isikukood:{MART}".encode(), "sha256").hex()[:32],
        "institution_id": "609", "position": "õpetaja", "position_group": "teacher", "start_date": "2012-08-14",
        "end_date": "2013-06-13", "load_fte": "0.6100", "end_reason": "unknown", "subject": "Kunstiõpetus",
        "on_leave": "none", "confirmed_on": "2018-09-18", "birth_year": "1976", "sex": "m", "_item": "tootamine[1]",
        "_row": "1", "_source_feed": "ehis_person_cards", "person_is_local": "False", "qualification_category": "None",
    }  # fmt: skip
    assert {name: str(row[name]) for name in expected} == expected


def test_load_in_either_spelling(reading_desk: Desk) -> None:
    assert [str(row["load_fte"]) for row in _posts(reading_desk, amtikohtKoormus=None, ametikohtKoormus=0.5)] == [
        "0.5000"
    ]
    assert [row["load_fte"] for row in _posts(reading_desk, amtikohtKoormus=None)] == [None]


def test_running_posts_and_those_that_are_neither(reading_desk: Desk) -> None:
    """Without an end a post runs if `kehtiv` is 1; with 0 it is bad data, and so it is when nothing is said."""
    posts = [
        POST | {"ametikohtLopp": None, "kehtiv": 1},
        POST | {"ametikohtLopp": None, "kehtiv": 0, "ametikoht": "ringijuht"},
        POST | {"ametikohtLopp": None, "kehtiv": None, "ametikoht": "direktor"},
    ]
    reading = _read(reading_desk, _card(tootamine=posts))
    assert [(row["_item"], row["end_date"], row["end_reason"]) for row in reading.landed] == [
        ("tootamine[1]", None, None)
    ]
    assert reading.bad == [
        (1, "tootamine[2]", "open_post_is_valid", "end_date"),
        (1, "tootamine[3]", "open_post_is_valid", "end_date"),
    ]


def test_leave_holds_on_the_day_of_the_answer(reading_desk: Desk) -> None:
    (row,) = _posts(reading_desk, ametikohtLopp=None, kehtiv=1, lapsehooldusPuhkus="Jah")
    assert (row["on_leave"], str(row["on_leave_from"])) == ("parental", "2018-09-18")
    (ended,) = _posts(reading_desk, lapsehooldusPuhkus="Jah")
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
    reading = _read(reading_desk, _card(tootamine=[POST]) | {"request_timestamp": asked})
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
    landed = _read(reading_desk, _card(tootamine=posts)).landed
    found = {int(row["institution_id"]): row["position_group"] for row in landed}
    assert found == {number: group for number, (_, group) in enumerate(GROUPS)}


def test_career_grades(reading_desk: Desk) -> None:
    posts = [POST | {"oppeasutusId": number, "ametijark": grade} for number, grade in enumerate(GRADES)]
    landed = _read(reading_desk, _card(tootamine=posts)).landed
    assert [row["qualification_category"] for row in landed] == list(GRADES.values())


@pytest.mark.parametrize(
    ("given", "count"), [(None, 0), ([], 0), (POST, 1), ([POST], 1), ([POST, POST | {"ametikoht": "x"}], 2)]
)
def test_lists_in_every_shape(reading_desk: Desk, given: object, count: int) -> None:
    reading = _read(reading_desk, _card(tootamine=given, oping=given and None))
    assert len(reading.landed) == count
    assert reading.parsed.records_n == 1
    assert reading.parsed.counts["staff_employment"].read_n == count


def test_a_card_without_any_list(reading_desk: Desk) -> None:
    reading = _read(reading_desk, _card())
    assert (reading.parsed.records_n, reading.landed, reading.bad) == (1, [], [])


@pytest.mark.parametrize("shape", ["array", "lines", "one"])
def test_answers_that_are_errors_are_counted_empty(reading_desk: Desk, shape: str) -> None:
    error = {"error": {"message_type": "ERROR", "message_text": {"et": "Isiku kohta andmeid ei leitud."}}}
    good = _card(tootamine=[POST]) | {"error": None}
    cards = {
        "array": json.dumps([error, good]).encode(),
        "lines": (json.dumps(error) + "\n" + json.dumps(good) + "\n").encode(),
        "one": json.dumps(error).encode(),
    }[shape]
    reading = _read(reading_desk, cards)
    counts = reading.parsed.counts["staff_employment"]
    assert (counts.empty_n, counts.landed_n, counts.quarantined_n) == (1, 0 if shape == "one" else 1, 0)
    assert reading.parsed.records_n == (1 if shape == "one" else 2)


def test_several_posts_at_one_school_and_at_several(reading_desk: Desk) -> None:
    posts = [
        POST,
        POST | {"ametikoht": "ringijuht"},
        POST | {"oppeasutusId": 610},
        POST | {"ametikohtAlgus": "2013-08-20"},
    ]
    assert len(_read(reading_desk, _card(tootamine=posts[:3])).landed) == 3
    reading = _read(reading_desk, _card(tootamine=[*posts[:3], posts[3] | {"ametikohtLopp": "2014-06-13"}]))
    assert len(reading.landed) == 4


def test_studies(reading_desk: Desk) -> None:
    """Dates are dd.mm.yyyy here. Several programmes give several rows, none gives `none`."""
    studies = [
        STUDY,
        STUDY | {"oppekava": [{"oppekavaKood": "1"}, {"oppekavaKood": "2"}], "staatus": "Katkestanud"},
        STUDY | {"oppekava": None, "oppLopp": None, "staatus": "Õpib", "haridustase": "DOKTOR"},
        STUDY | {"oppekava": {"oppekavaKood": "3"}, "oppevorm": {"nimetus": "päevane"}},
    ]
    reading = _read(reading_desk, _card(oping=studies), "studies")
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
    card = _card(taiendkoolitus=course, tasemeharidus=[degree], kvalifikatsioon=[other])
    (row,) = _read(reading_desk, card, "training").landed
    assert (row["course"], row["course_title"], str(row["completed_on"]), str(row["hours"]), row["provider_id"]) == (
        "kuidas-hinnata", 'Kuidas "hinnata"?', "2012-05-02", "4.0000", "name:as-kursus",
    )  # fmt: skip
    found = _read(reading_desk, card, "qualifications").landed
    assert sorted(
        (row["_item"], row["document"], row["awarded_year"], row["level"], str(row["awarded_on"])) for row in found
    ) == [
        ("kvalifikatsioon[1]", "none", 2004, "unknown", "None"),
        ("tasemeharidus[1]", "AB 1", 2016, "Magistrikraad", "2016-06-01"),
    ]


def test_xml_is_the_same_card(reading_desk: Desk) -> None:
    """A date with a zone is the day it names; a list of one is one element; an empty element is nothing."""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
    <s:Envelope xmlns:s="urn:s" xmlns:e="urn:e" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>
    <e:isikukaart><request_timestamp>{ASKED}</request_timestamp>
      <isikuandmed><isikukood>{MART}</isikukood><synniKp>1976-05-03+03:00</synniKp></isikuandmed>
      <tootamine><oppeasutusId>609</oppeasutusId><ametikoht>õpetaja</ametikoht><ametikohtAlgus>2012-08-14+03:00</ametikohtAlgus>
        <ametikohtLopp xsi:nil="true"/><kehtiv>1</kehtiv><ametikohtKoormus>0.61</ametikohtKoormus>
        <oppeaine><oppeaine>Kunst</oppeaine></oppeaine></tootamine>
      <oping/></e:isikukaart>
    <e:isikukaart><request_timestamp>{ASKED}</request_timestamp><value>
      <isikuandmed><isikukood>{KADRI}</isikukood></isikuandmed>
      <tootamine><oppeasutusId>609</oppeasutusId><ametikoht>direktor</ametikoht><ametikohtAlgus>2012-08-14Z</ametikohtAlgus>
        <kehtiv>0</kehtiv></tootamine>
      <tootamine><oppeasutusId>609</oppeasutusId><ametikoht>kokk</ametikoht><ametikohtAlgus>2012-08-14</ametikohtAlgus>
        <ametikohtLopp>2013-06-13+02:00</ametikohtLopp></tootamine></value></e:isikukaart>
    <e:isikukaart><error><message_type>ERROR</message_type></error></e:isikukaart>
    </s:Body></s:Envelope>"""
    reading = _read(reading_desk, text.encode(), name="cards.XML")
    found = [
        (row["_row"], row["_item"], str(row["start_date"]), str(row["end_date"]), row["birth_year"])
        for row in reading.landed
    ]
    assert found == [
        (1, "tootamine[1]", "2012-08-14", "None", 1976),
        (2, "tootamine[2]", "2012-08-14", "2013-06-13", 1965),
    ]
    assert (str(reading.landed[0]["load_fte"]), reading.landed[0]["subject"]) == ("0.6100", "Kunst")
    assert reading.bad == [(2, "tootamine[1]", "open_post_is_valid", "end_date")]
    assert (reading.parsed.records_n, reading.parsed.counts["staff_employment"].empty_n) == (3, 1)


def test_a_person_whose_number_is_wrong(reading_desk: Desk) -> None:
    """Each leaf of the card is a bad row; a card that answers about nobody confirms nobody."""
    reading = _read(reading_desk, _card("37605030298", tootamine=[POST], oping=[STUDY]))
    assert reading.bad == [(1, "oping[1]", "identifier", "person_id"), (1, "tootamine[1]", "identifier", "person_id")]


def test_records_that_are_no_cards(reading_desk: Desk) -> None:
    reading = _read(reading_desk, [_card(tootamine=[POST]), 5, None, "x"])
    assert reading.bad == [(row, "", "structure", None) for row in (2, 3, 4)]
    counts = reading.parsed.counts
    assert (counts["staff_employment"].read_n, counts["studies"].read_n, reading.parsed.records_n) == (4, 0, 4)


def test_cards_in_a_table_format(reading_desk: Desk) -> None:
    assert _read(reading_desk, b"person_id\n1\n", name="cards.csv").refusal == "format_not_for_feed"


@pytest.mark.parametrize(
    "wrong",
    [{"foo": 1}, {"value": None}, {"value": "x"}, {"value": []}, {"value": {"tootamine": [POST]}}, {"error": False},
     {"error": "no such person"}, {"error": {}, "value": {"isikuandmed": None}}],
)  # fmt: skip
def test_answers_that_tell_of_nobody_are_no_cards(reading_desk: Desk, wrong: dict[str, Any]) -> None:
    """Neither read nor quarantined, they would pass in silence."""
    reading = _read(reading_desk, [wrong, _card(tootamine=[POST])])
    assert reading.bad == [(1, "", "structure", None)]
    counts = reading.parsed.counts["staff_employment"]
    assert (counts.read_n, counts.landed_n, counts.empty_n, reading.parsed.records_n) == (2, 1, 0, 2)


@pytest.mark.parametrize("error", [False, "", [], {"message_type": "ERROR"}])
def test_a_full_value_beside_an_error_is_a_card(reading_desk: Desk, error: object) -> None:
    reading = _read(reading_desk, _card(tootamine=[POST]) | {"error": error})
    assert (len(reading.landed), reading.parsed.counts["staff_employment"].empty_n) == (1, 0)


def test_an_empty_text_is_no_value(reading_desk: Desk) -> None:
    """Flags and fills look at what is left when spaces are gone."""
    reading = _read(reading_desk, _card(tootamine=[POST | {"ametikohtLopp": " ", "kehtiv": 0}]))
    assert reading.bad == [(1, "tootamine[1]", "open_post_is_valid", "end_date")]
    (post,) = _posts(reading_desk, ametikohtLopp="", kehtiv=1, lapsehooldusPuhkus=" jah ", ametijark="", liik="")
    assert (post["end_date"], post["end_reason"], post["on_leave"]) == (None, None, "parental")
    assert post["qualification_category"] is None
    studies = [
        STUDY | {"oppLopp": "", "staatus": "Õpib", "oppekava": {"oppekavaKood": ""}},
        STUDY | {"oppeasutus": "  "},
    ]
    reading = _read(reading_desk, _card(oping=studies), "studies")
    assert [(row["status"], row["programme_code"]) for row in reading.landed] == [("studying", "none")]
    assert reading.bad == [(1, "oping[2]", "required", "institution_id")]
    degree = {"kvalVastavus": "", "oppeasutus": "", "lopetanud": "2016-06-01", "dokument": " "}
    (row,) = _read(reading_desk, _card(tasemeharidus=degree), "qualifications").landed
    assert (row["document"], row["level"], row["institution_id"]) == ("none", "unknown", None)


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
    (row,) = _posts(reading_desk, ametikohtLopp=ends, kehtiv=valid, lapsehooldusPuhkus="Jah")
    assert (row["on_leave"], row["end_reason"]) == (leave, reason)


def test_what_is_nested_where_a_value_belongs_is_not_kept(reading_desk: Desk) -> None:
    """An object may hold anything, a name too."""
    inside = {"eesnimi": "Mart"}
    reading = _read(
        reading_desk, _card(tootamine=[POST | {"ametikoht": inside}], oping=[STUDY | {"oppeasutus": inside}])
    )
    assert reading.bad == [(1, "oping[1]", "type", "institution_id"), (1, "tootamine[1]", "type", "position")]
    (row,) = _posts(reading_desk, oppeaine=[{"oppeaine": inside}, {"oppeaine": ["Mart"]}, {"oppeaine": "Kunst"}])
    assert row["subject"] == "Kunst"
    reading = _read(reading_desk, _card({"isikukood": MART}, tootamine=[POST]))  # type: ignore[arg-type]
    assert reading.bad == [(1, "tootamine[1]", "type", "person_id")]


def test_posts_of_a_sender_that_speaks_for_one_school(reading_desk: Desk) -> None:
    """Where somebody studied is told by name and is the person's own; a post elsewhere is not the sender's to tell."""
    card = _card(tootamine=[POST, POST | {"oppeasutusId": 610}], oping=[STUDY])
    content = json.dumps(card).encode()
    reading = reading_desk.read(
        content, "cards.json", "ehis_person_cards", "ee.isikukood", institutions=["609"], target="staff_employment"
    )
    assert [row["institution_id"] for row in reading.landed] == ["609"]
    assert reading.bad == [(1, "tootamine[2]", "not_your_institution", "institution_id")]
