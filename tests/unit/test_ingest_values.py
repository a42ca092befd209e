"""What a cell may hold beside one plain value: lists, moments, words for a code, free text, names of a tool's own."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest
from ingest_reading import ANNA, BOLAT, SCHOOL, SECRET, Desk, Reading

from ingest.contract import LANGUAGES, contract, target_feeds


def _pseudonym(domain: str, person: str) -> str:
    """By the standard library, after the design: HMAC of domain, unit separator and id, cut to 128 bits."""
    return hmac.digest(SECRET, f"{domain}\x1f{person}".encode(), "sha256").hex()[:32]


def _read(desk: Desk, feed: str, *rows: dict[str, str], name: str = "rows.csv") -> Reading:
    names = list(dict.fromkeys(column for row in rows for column in row))
    lines = ["\t".join(names), *("\t".join(row.get(column, "") for column in names) for row in rows)]
    return desk.read("\n".join(lines).encode(), name, feed)


CARD = {"card_id": "c1", "kind": "request", "opened_at": "2026-03-01 10:00"}
PRODUCT = {
    **{"product_id": "p1", "cluster_id": "k1", "kind": "publication", "created_on": "2026-03-01"},
    **{"institutions": SCHOOL, "authors": ""},
}
ENTRY = {"entry_id": "e1", "placement_id": "p1", "entry_date": "2026-03-01", "kind": "lesson_plan"}
ANSWER = {
    **{"instrument": "trust", "wave": "w1", "respondent_id": "r1", "item": "T1", "value": "4", "role": "teacher"},
    **{"answered_at": "2026-03-01T10:00:00+05:00", "consent": "true"},
}
CHECK = {
    **{"checklist_id": "h1", "item": "C2", "cluster_id": "k1", "quarter": "2025/26-Q3", "rater": "self"},
    **{"value": "high"},
}


@pytest.mark.parametrize(
    ("feed", "column", "value"),
    [
        (feed, column.name, value)
        for feed in target_feeds()
        for column in contract(feed).columns
        for value in column.enum
    ],
)
def test_a_value_may_be_given_by_any_of_its_labels(reading_desk: Desk, feed: str, column: str, value: str) -> None:
    """The expression is asked itself, since most feeds have rules that bind one column to another."""
    from ingest import cells

    labels = contract(feed).column(column).enum_labels[value]
    sql = cells.typed(contract(feed).column(column)).replace(f'"_text_{column}"', "t")
    spellings = [value, value.upper(), *labels.values(), f" {labels['kk'].upper()} "]
    for spelling in spellings:
        assert reading_desk.workshop.connection.execute(
            f"select {sql} from (select ? as t)", [spelling]
        ).fetchall() == [(value,)], spelling


def test_the_label_of_one_value_is_none_of_another() -> None:
    for feed in target_feeds():
        for column in contract(feed).columns:
            meant: dict[str, str] = {}
            for value in column.enum:
                for word in {value.lower(), *(column.enum_labels[value][name].lower() for name in LANGUAGES)}:
                    assert meant.setdefault(word, value) == value, (feed, column.name, word)


def test_a_value_in_capitals_and_one_that_is_none(reading_desk: Desk) -> None:
    done = _read(
        reading_desk, "quality_checklists", CHECK | {"item": "c2"}, CHECK | {"checklist_id": "h2", "item": "C7"}
    )
    assert [row["item"] for row in done.landed] == ["C2"]
    assert done.bad == [(3, "", "enum", "item")]


@pytest.mark.parametrize(
    ("told", "utc"),
    [
        ("2026-03-01T10:00:00+05:00", datetime(2026, 3, 1, 5)),
        ("2026-03-01T10:00:00.250Z", datetime(2026, 3, 1, 10, 0, 0, 250_000)),
        ("2026-03-01T10:00+0500", datetime(2026, 3, 1, 5)),
        # Without a zone it is the hour of Almaty, which was UTC+6 until 1 March 2024.
        ("2026-03-01 10:00", datetime(2026, 3, 1, 5)),
        ("2024-02-29 10:00:00", datetime(2024, 2, 29, 4)),
        ("01.03.2026 10:00", datetime(2026, 3, 1, 5)),
        ("1.3.2026 10:00:30", datetime(2026, 3, 1, 5, 0, 30)),
        # A spreadsheet's day and part of the day.
        ("46082.5", datetime(2026, 3, 1, 7)),
    ],
)
def test_moments(reading_desk: Desk, told: str, utc: datetime) -> None:
    done = _read(reading_desk, "platform_cards", CARD | {"opened_at": told})
    assert [row["opened_at"] for row in done.landed] == [utc]


@pytest.mark.parametrize("told", ["2026-02-30 10:00", "2026-03-01 25:00", "03/01/2026 10:00", "10:00", "yesterday"])
def test_no_moments(reading_desk: Desk, told: str) -> None:
    assert _read(reading_desk, "platform_cards", CARD | {"opened_at": told}).bad == [(2, "", "type", "opened_at")]


def test_a_list_of_institutions(reading_desk: Desk) -> None:
    """Blanks, empty places and repeats go; a BIN gets back the zeros a spreadsheet cut off."""
    whole = "050140000418"
    done = _read(reading_desk, "joint_products", PRODUCT | {"institutions": f" {SCHOOL} ;{whole[1:]};; {SCHOOL};x-1"})
    assert [row["institutions"] for row in done.landed] == [f"{SCHOOL};{whole};x-1"]


def test_a_list_of_persons_is_replaced_one_by_one(reading_desk: Desk) -> None:
    done = _read(reading_desk, "joint_products", PRODUCT | {"authors": f"{ANNA}; {BOLAT}"})
    expected = ";".join(_pseudonym("person", f"kz.iin:{person}") for person in (ANNA, BOLAT))
    assert [row["authors"] for row in done.landed] == [expected]


def test_one_wrong_person_in_a_list(reading_desk: Desk) -> None:
    done = _read(reading_desk, "joint_products", PRODUCT | {"authors": f"{ANNA}; 810101300019"})
    assert done.bad == [(2, "", "identifier", "authors")]


def test_lists_of_json_and_parquet(reading_desk: Desk) -> None:
    record = PRODUCT | {"institutions": [SCHOOL, "x-1"], "authors": [ANNA]}
    done = reading_desk.read(json.dumps([record]).encode(), "rows.json", "joint_products")
    assert [row["institutions"] for row in done.landed] == [f"{SCHOOL};x-1"]
    assert [row["authors"] for row in done.landed] == [_pseudonym("person", f"kz.iin:{ANNA}")]


def test_an_object_in_a_list_of_json(reading_desk: Desk) -> None:
    record = PRODUCT | {"institutions": [SCHOOL, {"bin": "x"}], "authors": []}
    done = reading_desk.read(json.dumps([record]).encode(), "rows.json", "joint_products")
    assert [rule for _, _, rule, _ in done.bad] == ["type"]


@pytest.mark.parametrize("told", ["algebra", "Алгебра", " алгебра", "Algebra"])
def test_a_subject_by_code_or_name(reading_desk: Desk, told: str) -> None:
    assert [row["subject"] for row in _read(reading_desk, "practicum_journal", ENTRY | {"subject": told}).landed] == [
        "algebra"
    ]


def test_a_subject_that_nobody_knows(reading_desk: Desk) -> None:
    assert _read(reading_desk, "practicum_journal", ENTRY | {"subject": "алхимия"}).bad == [(2, "", "code", "subject")]


def test_codes_in_a_list(reading_desk: Desk) -> None:
    row = {
        **{"cluster_id": "k", "name_kk": "Кластер", "kind": "pedagogical_network", "region_code": "750000000"},
        **{"founded_on": "2020-09-01", "stage": "pilot"},
    }
    done = _read(
        reading_desk,
        "clusters",
        row | {"monitoring_kpis": "r12; P1"},
        row | {"cluster_id": "l", "monitoring_kpis": "R12;Z9"},
    )
    assert [row["monitoring_kpis"] for row in done.landed] == ["R12;P1"]
    assert done.bad == [(3, "", "code", "monitoring_kpis")]


TEXT = "Сәлем! Тел. 8 701 123-45-67, пошта a.b@mail.kz, ЖСН 810101 300 018. Сабақ 01.03.2026 күні, 24 оқушы."


def test_free_text_is_masked_and_stands_in_no_table_of_its_feed(reading_desk: Desk) -> None:
    done = _read(reading_desk, "practicum_journal", ENTRY | {"text": TEXT})
    assert "text" not in done.landed[0]
    masked = "Сәлем! Тел. [№], пошта [e-mail], ЖСН [№]. Сабақ 01.03.2026 күні, 24 оқушы."
    assert reading_desk.texts == [(2, "text", masked)]


def test_the_hash_of_a_text_is_that_of_its_letters(reading_desk: Desk) -> None:
    """Whether the text comes or the hash a sender made of it, the table holds the same, under our key."""
    letters = "сәлем тел пошта abmailkz жсн сабақ күні оқушы"
    made = hashlib.sha256(letters.encode()).hexdigest()
    sent = {"text_hash": made, "text_len_n": str(len(letters))}
    for cells in ({"text": TEXT}, {"text": f"  {TEXT.upper()}\u00a0"}, sent, sent | {"text_hash": made.upper()}):
        (row,) = _read(reading_desk, "practicum_journal", ENTRY | cells).landed
        assert (row["text_hash"], row["text_len_n"]) == (_pseudonym("text", made), len(letters)), cells


def test_a_hash_without_its_length(reading_desk: Desk) -> None:
    done = _read(reading_desk, "practicum_journal", ENTRY | {"text_hash": "0" * 64})
    assert done.bad == [(2, "", "hash_with_length", "text_len_n")]


def test_a_rule_may_ask_whether_there_is_a_text(reading_desk: Desk) -> None:
    row = {"cluster_id": "k1", "section": "1", "version_on": "2026-03-01"}
    done = _read(reading_desk, "cluster_passport", row | {"text_ru": "Цель"}, row | {"section": "2"})
    assert done.rows == [2]
    assert done.bad == [(3, "", "has_a_text", "text_kk")]


@pytest.mark.parametrize(
    ("told", "canonical"), [("R-17", "someone:r-17"), (ANNA, f"kz.iin:{ANNA}"), ("12", "someone:12")]
)
def test_a_respondent_has_a_pseudonym_of_the_questionnaire(reading_desk: Desk, told: str, canonical: str) -> None:
    """Waves of one questionnaire can be joined, two questionnaires cannot, nor answers and posts."""
    rows = [ANSWER | {"respondent_id": told}, ANSWER | {"respondent_id": told, "wave": "w2"}]
    rows.append(ANSWER | {"respondent_id": told, "instrument": "pulse"})
    found = [row["respondent_id"] for row in _read(reading_desk, "survey_responses", *rows).landed]
    trust, pulse = (_pseudonym(f"survey:{name}", canonical) for name in ("trust", "pulse"))
    assert found == [trust, trust, pulse]
    assert _pseudonym("person", canonical) not in found


def test_pupils_and_users_have_domains_of_their_own(reading_desk: Desk) -> None:
    event = {"user_id": "Aigul", "occurred_at": "2026-03-01 10:00", "action": "login"}
    assert [row["user_id"] for row in _read(reading_desk, "platform_events", event).landed] == [
        _pseudonym("platform", "someone:aigul")
    ]
    lessons = {"institution_id": SCHOOL, "month": "2026-03", "pupil_id": ANNA, "lessons_held": "5"}
    done = _read(reading_desk, "attendance", lessons | {"lessons_attended": "4"})
    assert [row["pupil_id"] for row in done.landed] == [_pseudonym("pupil", f"kz.iin:{ANNA}")]


def test_of_an_answer_without_consent_only_the_key_is_kept(reading_desk: Desk) -> None:
    no = ANSWER | {"consent": "жоқ", "item": "T2", "text_value": "Мен келіспеймін", "value": "1"}
    done = _read(reading_desk, "survey_responses", ANSWER | {"text_value": "Иә"}, no)
    kept: dict[str, Any] = {name: value for name, value in done.landed[1].items() if not name.startswith("_")}
    assert {name for name, value in kept.items() if value is not None} == {
        *("instrument", "wave", "respondent_id", "item", "consent", "person_is_local")
    }
    assert kept["consent"] is False
    assert done.parsed.counts["survey_responses"].without_consent_n == 1
    assert reading_desk.texts == [(2, "text_value", "Иә")]


def test_a_file_with_diagnostics_of_pupils_is_refused_whole(reading_desk: Desk) -> None:
    done = _read(reading_desk, "survey_responses", ANSWER, ANSWER | {"instrument": "Social_Climate", "item": "T2"})
    assert done.refusal == "value_refused"
    assert done.parsed.problem is not None
    assert done.parsed.problem.facts == {"column": "instrument", "value": "social_climate"}
    assert (done.landed, done.bad, reading_desk.texts) == ([], [], [])


def test_a_key_may_lack_a_column_whose_absence_is_a_value(reading_desk: Desk) -> None:
    """The row of a whole class stands beside those of its pupils; the same twice is one row, and two that differ are none."""
    lessons = {"institution_id": SCHOOL, "month": "2026-03", "class_code": "5A", "lessons_held": "5"}
    rows = [lessons | {"lessons_attended": "4"}, lessons | {"lessons_attended": "3", "pupil_id": ANNA}]
    done = _read(reading_desk, "attendance", *rows, rows[0])
    assert done.rows == [2, 3]
    assert done.parsed.counts["attendance"].repeated_n == 1
    done = _read(reading_desk, "attendance", *rows, lessons | {"lessons_attended": "5"})
    assert done.bad == [(2, "", "conflict", "institution_id"), (4, "", "conflict", "institution_id")]
