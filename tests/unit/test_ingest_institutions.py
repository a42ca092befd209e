"""The open-data list of institutions as EHIS really answers, in JSON and XML."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ingest_reading import Desk, Reading

from ingest.readers import tables

SCHOOL = {
    "koolId": 609, "regNr": "75016071", "nimetus": "Alavere Põhikool", "tyyp": "põhikool või gümnaasium",
    "staatus": "Registreeritud", "omandivorm": "munitsipaalomand", "oppeKeeled": {"oppeKeel": "eesti keel"},
    "kontaktAndmed": {"telefon": "555 1234", "epost": "a@b.ee"},
}  # fmt: skip


def _institutions(desk: Desk, answer: Any) -> Reading:
    content = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    name = "open.xml" if content.startswith(b"<") else "open.json"
    return desk.read(content, name, "ehis_institutions", register="ee.isikukood", target="institutions")


def _answer(schools: Any, **more: Any) -> dict[str, Any]:
    return {**more, "body": {"oppeasutused": {"oppeasutus": schools}}}


@pytest.mark.parametrize("header", [{}, {"header": {"vastuseLoomiseAeg": "2026-09-15"}}])
@pytest.mark.parametrize("alone", [True, False])
def test_institutions_in_json(reading_desk: Desk, header: dict[str, Any], alone: bool) -> None:
    """One child is an object and several are an array; so are the languages."""
    second = SCHOOL | {
        "koolId": 610,
        "oppeKeeled": {"oppeKeel": ["eesti keel", "vene keel"]},
        "tyyp": "Ülikool",
        "staatus": "Suletud",
    }
    reading = _institutions(reading_desk, _answer(SCHOOL if alone else [SCHOOL, second], **header))
    expected = [
        (1, "609", "Alavere Põhikool", "school", "active", "munitsipaalomand", "eesti keel", None),
        (2, "610", "Alavere Põhikool", "university", "closed", "munitsipaalomand", "eesti keel;vene keel", None),
    ]
    columns = (
        "_row",
        "institution_id",
        "name_local",
        "kind",
        "status",
        "ownership",
        "teaching_languages",
        "region_code",
    )
    assert [tuple(row[name] for name in columns) for row in reading.landed] == expected[: 1 if alone else 2]
    assert "555" not in str(reading.landed)


KINDS = {
    "lasteaed": "kindergarten", "koolieelne lasteasutus": "kindergarten", "lastehoid": "kindergarten",
    "kutseõppeasutus": "college", "rakenduskõrgkool": "university", "huvikool": "hobby_school",
    "noortelaager": "hobby_school", "täienduskoolitusasutus": "pd_centre", "filiaal": "other", "Määramata": "other",
    "kosmosekool": "other", None: "other",
}  # fmt: skip


def test_kinds_of_institutions(reading_desk: Desk) -> None:
    """A label nobody has seen is `other`: loaded, never quarantined."""
    schools = [SCHOOL | {"koolId": number, "tyyp": word} for number, word in enumerate(KINDS)]
    assert [row["kind"] for row in _institutions(reading_desk, _answer(schools)).landed] == list(KINDS.values())


def test_institutions_in_xml(reading_desk: Desk) -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?><avaAndmedResponse><body>
      <oppeasutused><oppeasutus><koolId>609</koolId>
      <nimetus>Alavere Põhikool</nimetus><tyyp>põhikool või gümnaasium</tyyp><staatus>Registreeritud</staatus>
      <oppeKeeled><oppeKeel>eesti keel</oppeKeel><oppeKeel>vene keel</oppeKeel></oppeKeeled>
      <kontaktAndmed><telefon/><epost/></kontaktAndmed></oppeasutus></oppeasutused></body></avaAndmedResponse>"""
    (row,) = _institutions(reading_desk, text.encode()).landed
    assert (row["institution_id"], row["kind"], row["teaching_languages"]) == ("609", "school", "eesti keel;vene keel")


def test_rows_are_numbered_over_all_answers_of_a_file(reading_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three answers, two records a part: the numbers go on, and a row that is wrong is found under its own."""
    monkeypatch.setattr(tables, "_RECORDS_A_PART", 2)
    schools = [SCHOOL | {"koolId": number} for number in range(1, 8)]
    schools[4] = SCHOOL | {"koolId": 5, "staatus": "?"}
    answers = [_answer(schools[:3]), _answer(schools[3]), _answer(schools[4:]), {"header": {}, "body": {}}]
    for content in (
        json.dumps(answers).encode(),
        "".join(json.dumps(answer) + "\n" for answer in answers).encode(),
    ):
        reading = _institutions(reading_desk, content)
        assert [(row["_row"], row["institution_id"]) for row in reading.landed] == [
            (number, str(number)) for number in (1, 2, 3, 4, 6, 7)
        ]
        assert (5, "", "required", "status") in reading.bad
        assert reading.bad_rows == [5, 8]
        assert reading.parsed.counts["institutions"].repeated_n == 0


def test_an_empty_element_is_one_bad_row(reading_desk: Desk) -> None:
    text = """<a><oppeasutus/><oppeasutus><koolId>609</koolId><nimetus>Alavere</nimetus><tyyp>lasteaed</tyyp>
      <staatus>Suletud</staatus></oppeasutus></a>"""
    reading = _institutions(reading_desk, text.encode())
    assert (reading.refusal, reading.rows, reading.bad) == (None, [2], [(1, "", "structure", None)])
