"""Exports of LimeSurvey, KoBoToolbox and Google Forms become one row an answer."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
import xlsxwriter
from ingest_reading import Desk, Reading

from ingest.contract import contract

LIME = (
    '"id","submitdate","lastpage","startlanguage","token","consent","role","wave","trust[T1]","trust[T2]","trust[T3]"\n'
    '"1","2026-03-01 10:00:00","3","kk","tok-a","1","teacher","w1","4","A5",""\n'
    '"2","2026-03-01 11:30:00","3","ru","tok-b","1","mentor","w1","2","","Қолдау керек, 87011234567"\n'
    '"3","2026-03-01 12:00:00","1","ru","tok-c","1","mentor","w1","","",""\n'
    '"4","2026-03-01 12:00:00","1","ru","tok-d","0","mentor","w1","1","1",""\n'
)


def _answers(done: Reading) -> list[tuple[object, ...]]:
    return [
        tuple(row[name] for name in ("_row", "_item", "instrument", "item", "value", "role", "wave", "consent"))
        for row in done.landed
    ]


def test_limesurvey(reading_desk: Desk) -> None:
    done = reading_desk.read(LIME.encode(), "survey_responses.csv", "survey_responses")
    assert _answers(done) == [
        (2, "trust/T1", "trust", "T1", 4, "teacher", "w1", True),
        (2, "trust/T2", "trust", "T2", 5, "teacher", "w1", True),
        (3, "trust/T1", "trust", "T1", 2, "mentor", "w1", True),
        (3, "trust/T3", "trust", "T3", None, "mentor", "w1", True),
        (5, "trust/T1", "trust", "T1", None, None, "w1", False),
        (5, "trust/T2", "trust", "T2", None, None, "w1", False),
    ]
    assert reading_desk.texts == [(3, "text_value", "Қолдау керек, [№]")]
    # 10:00 in Almaty, as the tool's server is told to write.
    assert done.landed[0]["answered_at"] == datetime(2026, 3, 1, 5)
    counts = done.parsed.counts["survey_responses"]
    # Four records; six answers and one record that holds none; two of the answers without consent.
    assert (done.parsed.records_n, counts.read_n, counts.landed_n, counts.empty_n, counts.without_consent_n) == (
        *(4, 7, 6, 1),
        2,
    )
    assert [column["name"] for column in done.parsed.notes["unknown_columns"]] == ["id", "lastpage", "startlanguage"]


def test_one_person_has_one_pseudonym_in_all_answers(reading_desk: Desk) -> None:
    done = reading_desk.read(LIME.encode(), "survey_responses.csv", "survey_responses")
    assert len({row["respondent_id"] for row in done.landed}) == 3
    assert len({row["respondent_id"] for row in done.landed if row["_row"] == 2}) == 1


def test_kobo_workbook_with_what_holds_of_all_rows_in_its_name(reading_desk: Desk) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("kobo")
        names = ["start", "end", "consent", "technostress/S1", "technostress/S2", "_id", "_uuid", "_submission_time"]
        sheet.write_row(0, 0, names)
        for row, consent in enumerate(("perhaps", "да", "Yes", "Нет, не согласен"), start=1):
            told = ["", "2026-03-01T10:00:00.000+05:00", consent, 3, 5, 1, f"u-{row}", "2026-03-01T10:01:00"]
            sheet.write_row(row, 0, told)
    name = "survey_responses__wave=2026-spring__role=student.xlsx"
    done = reading_desk.read(buffer.getvalue(), name, "survey_responses")
    assert [(row["_row"], row["item"], row["value"], row["wave"], row["role"]) for row in done.landed] == [
        (3, "S1", 3, "2026-spring", "student"),
        (3, "S2", 5, "2026-spring", "student"),
        (4, "S1", 3, "2026-spring", "student"),
        (4, "S2", 5, "2026-spring", "student"),
        # Of one who did not agree there is no more than that.
        (5, "S1", None, "2026-spring", None),
        (5, "S2", None, "2026-spring", None),
    ]
    # What is neither a yes nor a no: each answer of that record says so.
    assert done.bad == [(2, "technostress/S1", "type", "consent"), (2, "technostress/S2", "type", "consent")]


def _google(instrument: str, language: str) -> tuple[list[str], list[str]]:
    items = contract("survey_responses").item_map[instrument]
    return list(items), [wordings[language] for wordings in items.values()]


@pytest.mark.parametrize(
    ("language", "stamp", "told"),
    [
        ("en", "Timestamp", "2026/03/01 10:00:00 AM GMT+5"),
        ("en", "Timestamp", "3/1/2026 10:00:00"),
        ("ru", "Отметка времени", "01.03.2026 10:00:00"),
        ("kk", "Уақыт белгісі", "2026-03-01 10:00:00"),
    ],
)
def test_google_forms_asks_in_words(reading_desk: Desk, language: str, stamp: str, told: str) -> None:
    codes, wordings = _google("pulse", language)
    consent, role = (contract("survey_responses").column(name).labels[language] for name in ("consent", "role"))
    # A grid puts the question in brackets after the title of the grid.
    asked = [wordings[0], *(f"Бөлім [{wording}]" for wording in wordings[1:])]
    lines = [
        ",".join(f'"{cell}"' for cell in cells)
        for cells in (
            [stamp, consent, role, *asked],
            [told, "true", "teacher", *["4"] * len(codes)],
            [told, "true", "teacher", *["5"] * len(codes)],
        )
    ]
    done = reading_desk.read("\n".join(lines).encode(), "survey_responses__wave=w1.csv", "survey_responses")
    assert done.bad == []
    assert sorted((row["_row"], row["item"]) for row in done.landed) == sorted(
        (row, code) for row in (2, 3) for code in codes
    )
    assert {row["answered_at"] for row in done.landed} == {datetime(2026, 3, 1, 5)}
    # Two people of one moment are two; each is one in all of their answers.
    assert len({row["respondent_id"] for row in done.landed}) == 2


def test_an_export_that_does_not_say_its_wave(reading_desk: Desk) -> None:
    done = reading_desk.read(LIME.replace('"wave"', '"x"').encode(), "survey_responses.csv", "survey_responses")
    assert done.refusal == "answers_lack"
    assert done.parsed.problem is not None
    assert done.parsed.problem.facts["columns"] == ["wave"]


def test_diagnostics_of_pupils_in_a_wide_export(reading_desk: Desk) -> None:
    text = LIME.replace("trust[T1]", "social_climate[K1]")
    assert reading_desk.read(text.encode(), "survey_responses.csv", "survey_responses").refusal == "value_refused"


def test_a_record_that_cannot_be_parted_is_one_row(reading_desk: Desk) -> None:
    text = LIME + '"5","2026-03-01 12:00:00"\n'
    done = reading_desk.read(text.encode(), "survey_responses.csv", "survey_responses")
    assert [row for row in done.bad if row[0] == 6] == [(6, "", "structure", None)]


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("consent=да", "Я даю согласие,Timestamp,trust[T1]\nНет,2026-03-01 10:00:00,4\n"),
        ("answered_at=2026-03-01", "consent,trust[T1]\nда,4\n"),
    ],
)
def test_nobody_agrees_for_all_in_the_name_of_a_file(reading_desk: Desk, said: str, content: str) -> None:
    """What each says for himself must stand in a column, also where the question for it is called otherwise."""
    name = f"survey_responses__wave=w1__role=teacher__{said}.csv"
    done = reading_desk.read(content.encode(), name, "survey_responses")
    assert (done.refusal, done.landed) == ("answers_lack_own", [])


def test_answers_in_words_are_counted(reading_desk: Desk) -> None:
    """Two of four answers are no numbers; a record without an answer has none in words."""
    content = (
        "submitdate,token,consent,role,wave,trust[T1],trust[T2]\n"
        "2026-03-01 10:00:00,a,да,teacher,w1,Полностью согласен,4\n"
        "2026-03-01 10:00:00,b,да,teacher,w1,A3,согласен\n"
        "2026-03-01 10:00:00,c,да,teacher,w1,,\n"
    )
    done = reading_desk.read(content.encode(), "survey_responses.csv", "survey_responses")
    assert done.parsed.notes["in_words"] == 2
    assert sum(row["value"] is None for row in done.landed) == 2
