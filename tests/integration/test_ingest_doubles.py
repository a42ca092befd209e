"""Rows that stand twice: in two files of a delivery, in a file that waits, on two cards of a person."""

from __future__ import annotations

import json
from typing import Any

from ingest_inbox import ANNA, BOLAT, CHINGIZ, KEY, SCHOOL, Inbox, staff

from bilimkoz.connection import connect
from ingest.expose import expose
from ingest.sender import read_all


def _doubles(inbox: Inbox) -> list[tuple[Any, ...]]:
    """What an exposed warehouse says of rows that two files of a delivery share: delivery, path, row, fate."""
    with connect(None) as connection:
        expose(connection, inbox.places.landing, read_all(inbox.places.senders), KEY.id, inbox.places.code_map)
        return connection.execute(
            """select f.folder, f.path, d.row_no, d.fate from log.doubles as d
            join log.files as f on d.delivery_id = f.delivery_id and d.parse_id = f.parse_id order by all"""
        ).fetchall()


def test_rows_that_two_files_of_a_delivery_share(inbox: Inbox) -> None:
    """Anna stands in both alike: one counts. Bolat stands in both with another load: neither counts."""
    files = {"a.csv": staff((ANNA, "1"), (BOLAT, "1"), (CHINGIZ, "1")), "b.csv": staff((BOLAT, "0.5"), (ANNA, "1.0"))}
    inbox.deliver("school", "1", files)
    inbox.ingest()
    found = _doubles(inbox)
    assert [row for row in found if row[3] == "conflict"] == [
        ("1", "a.csv", 3, "conflict"),
        ("1", "b.csv", 2, "conflict"),
    ]
    assert len([row for row in found if row[3] == "repeated"]) == 1
    # Judged anew under another agreement, they are the same rows and no others.
    inbox.agree("school", f'register = "kz.iin"\ninstitutions = ["{SCHOOL}"]')
    assert len(inbox.ingest().parses) == 2
    assert [row[1:] for row in _doubles(inbox) if row[3] == "conflict"] == [
        row[1:] for row in found if row[3] == "conflict"
    ]
    assert len(_doubles(inbox)) == 3


def test_a_file_that_waits_takes_no_row_from_one_that_holds(inbox: Inbox) -> None:
    """Until a steward takes it in, what it says of Anna neither repeats nor contradicts the other file."""
    from ingest.quarantine import accept

    files = {"a.csv": staff((ANNA, "0.5"), (BOLAT, "many")), "b.csv": staff((ANNA, "1"))}
    inbox.deliver("school", "1", files)
    inbox.ingest()
    assert inbox.states() == {"1/a.csv": "waiting", "1/b.csv": "accepted"}
    assert _doubles(inbox) == []
    accept(inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map, "school/1/a.csv", "known", "me")
    assert _doubles(inbox) == [("1", "a.csv", 2, "conflict"), ("1", "b.csv", 2, "conflict")]


def test_a_conflict_within_a_file_is_one_across_files_too(inbox: Inbox) -> None:
    """Two rows of a.csv disagree about Anna and are in quarantine; the third, alone in b.csv, does not win by that."""
    many = staff(*((person, "1") for person in (BOLAT, CHINGIZ)))
    many += staff((ANNA, "1"), (ANNA, "0.5")).split(b"\n", 1)[1]
    inbox.deliver("school", "1", {"a.csv": many, "b.csv": staff((ANNA, "0.5"))})
    inbox.ingest()
    from ingest.quarantine import accept

    accept(inbox.places.landing, inbox.places.senders, KEY.id, inbox.places.code_map, "school/1/a.csv", "known", "me")
    assert _doubles(inbox) == [("1", "b.csv", 2, "conflict")]


def test_of_two_cards_of_a_person_the_newer_answer_holds(inbox: Inbox) -> None:
    """In one file and in two; the older rows are left out, and their difference is no conflict."""
    inbox.agree("ehis", 'register = "ee.isikukood"')
    post = {"oppeasutusId": 609, "ametikoht": "õpetaja", "kehtiv": 1}

    def card(moment: int, start: str, load: float) -> dict[str, Any]:
        posts = [post | {"ametikohtAlgus": start, "amtikohtKoormus": load}]
        about = {"isikukood": "37605030299"}
        return {"request_timestamp": moment, "value": {"isikuandmed": about, "tootamine": posts}}

    old, middle, new = (
        card(1537278831, "2012-08-14", 1),
        card(1537278832, "2012-08-15", 1),
        card(1537278833, "2012-08-14", 0.5),
    )
    files = {"a.json": json.dumps([middle, old]).encode(), "b.json": json.dumps([new]).encode()}
    inbox.deliver("ehis", "1", {"a.json": files["a.json"]}, rows=2, feed="ehis_person_cards")
    inbox.deliver(
        "ehis", "2", {"a.json": files["b.json"], "b.json": files["a.json"]}, feed="ehis_person_cards", rows=None
    )
    manifest_path = inbox.places.inbox / "ehis" / "2" / "manifest.json"
    facts = json.loads(manifest_path.read_text())
    facts["files"][0]["rows"], facts["files"][1]["rows"] = 1, 2
    manifest_path.write_text(json.dumps(facts))
    inbox.ingest()
    counts = [entry["counts"]["staff_employment"] for entry in inbox.log().of("parse")]
    assert sorted((count["read_n"], count["landed_n"], count["repeated_n"]) for count in counts) == [
        (1, 1, 0),
        (2, 1, 1),
    ]
    assert sorted(str(row[3]) for row in inbox.landed()) == ["2012-08-14", "2012-08-15"]
    assert _doubles(inbox) == [("2", "b.json", 1, "repeated")]
