"""What is a card and what is none: answers in every shape, errors, XML, values that are empty or no values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ingest_reading import Desk
from person_cards import ASKED, KADRI, MART, POST, STUDY, person_card, read_cards, read_posts


@pytest.mark.parametrize(
    ("given", "count"), [(None, 0), ([], 0), (POST, 1), ([POST], 1), ([POST, POST | {"ametikoht": "x"}], 2)]
)
def test_lists_in_every_shape(reading_desk: Desk, given: object, count: int) -> None:
    reading = read_cards(reading_desk, person_card(tootamine=given, oping=given and None))
    assert len(reading.landed) == count
    assert reading.parsed.records_n == 1
    assert reading.parsed.counts["staff_employment"].read_n == count


def test_a_card_without_any_list(reading_desk: Desk) -> None:
    reading = read_cards(reading_desk, person_card())
    assert (reading.parsed.records_n, reading.landed, reading.bad) == (1, [], [])


@pytest.mark.parametrize("shape", ["array", "lines", "one"])
def test_answers_that_are_errors_are_counted_empty(reading_desk: Desk, shape: str) -> None:
    error = {"error": {"message_type": "ERROR", "message_text": {"et": "Isiku kohta andmeid ei leitud."}}}
    good = person_card(tootamine=[POST]) | {"error": None}
    cards = {
        "array": json.dumps([error, good]).encode(),
        "lines": (json.dumps(error) + "\n" + json.dumps(good) + "\n").encode(),
        "one": json.dumps(error).encode(),
    }[shape]
    reading = read_cards(reading_desk, cards)
    counts = reading.parsed.counts["staff_employment"]
    assert (counts.empty_n, counts.landed_n, counts.quarantined_n) == (1, 0 if shape == "one" else 1, 0)
    assert reading.parsed.records_n == (1 if shape == "one" else 2)


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
    reading = read_cards(reading_desk, text.encode(), name="cards.XML")
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
    reading = read_cards(reading_desk, person_card("37605030298", tootamine=[POST], oping=[STUDY]))
    assert reading.bad == [(1, "oping[1]", "identifier", "person_id"), (1, "tootamine[1]", "identifier", "person_id")]


def test_records_that_are_no_cards(reading_desk: Desk) -> None:
    reading = read_cards(reading_desk, [person_card(tootamine=[POST]), 5, None, "x"])
    assert reading.bad == [(row, "", "structure", None) for row in (2, 3, 4)]
    counts = reading.parsed.counts
    assert (counts["staff_employment"].read_n, counts["studies"].read_n, reading.parsed.records_n) == (4, 0, 4)


def test_cards_in_a_table_format(reading_desk: Desk) -> None:
    assert read_cards(reading_desk, b"person_id\n1\n", name="cards.csv").refusal == "format_not_for_feed"


@pytest.mark.parametrize(
    "wrong",
    [{"foo": 1}, {"value": None}, {"value": "x"}, {"value": []}, {"value": {"tootamine": [POST]}}, {"error": False},
     {"error": "no such person"}, {"error": {}, "value": {"isikuandmed": None}}],
)  # fmt: skip
def test_answers_that_tell_of_nobody_are_no_cards(reading_desk: Desk, wrong: dict[str, Any]) -> None:
    """Neither read nor quarantined, they would pass in silence."""
    reading = read_cards(reading_desk, [wrong, person_card(tootamine=[POST])])
    assert reading.bad == [(1, "", "structure", None)]
    counts = reading.parsed.counts["staff_employment"]
    assert (counts.read_n, counts.landed_n, counts.empty_n, reading.parsed.records_n) == (2, 1, 0, 2)


@pytest.mark.parametrize("error", [False, "", [], {"message_type": "ERROR"}])
def test_a_full_value_beside_an_error_is_a_card(reading_desk: Desk, error: object) -> None:
    reading = read_cards(reading_desk, person_card(tootamine=[POST]) | {"error": error})
    assert (len(reading.landed), reading.parsed.counts["staff_employment"].empty_n) == (1, 0)


def test_an_empty_text_is_no_value(reading_desk: Desk) -> None:
    """Flags and fills look at what is left when spaces are gone."""
    reading = read_cards(reading_desk, person_card(tootamine=[POST | {"ametikohtLopp": " ", "kehtiv": 0}]))
    assert reading.bad == [(1, "tootamine[1]", "open_post_is_valid", "end_date")]
    (post,) = read_posts(reading_desk, ametikohtLopp="", kehtiv=1, lapsehooldusPuhkus=" jah ", ametijark="", liik="")
    assert (post["end_date"], post["end_reason"], post["on_leave"]) == (None, None, "parental")
    assert post["qualification_category"] is None
    studies = [
        STUDY | {"oppLopp": "", "staatus": "Õpib", "oppekava": {"oppekavaKood": ""}},
        STUDY | {"oppeasutus": "  "},
    ]
    reading = read_cards(reading_desk, person_card(oping=studies), "studies")
    assert [(row["status"], row["programme_code"]) for row in reading.landed] == [("studying", "none")]
    assert reading.bad == [(1, "oping[2]", "required", "institution_id")]
    degree = {"kvalVastavus": "", "oppeasutus": "", "lopetanud": "2016-06-01", "dokument": " "}
    (row,) = read_cards(reading_desk, person_card(tasemeharidus=degree), "qualifications").landed
    assert (row["document"], row["level"], row["institution_id"]) == ("none", "unknown", None)


def test_what_is_nested_where_a_value_belongs_is_not_kept(reading_desk: Desk) -> None:
    """An object may hold anything, a name too."""
    inside = {"eesnimi": "Mart"}
    reading = read_cards(
        reading_desk, person_card(tootamine=[POST | {"ametikoht": inside}], oping=[STUDY | {"oppeasutus": inside}])
    )
    assert reading.bad == [(1, "oping[1]", "type", "institution_id"), (1, "tootamine[1]", "type", "position")]
    (row,) = read_posts(reading_desk, oppeaine=[{"oppeaine": inside}, {"oppeaine": ["Mart"]}, {"oppeaine": "Kunst"}])
    assert row["subject"] == "Kunst"
    reading = read_cards(reading_desk, person_card({"isikukood": MART}, tootamine=[POST]))  # type: ignore[arg-type]
    assert reading.bad == [(1, "tootamine[1]", "type", "person_id")]
