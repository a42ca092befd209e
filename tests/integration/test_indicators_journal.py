"""Journals, portfolios and surveys in the table of indicators, worked out by hand from the rows of `indicator_world`."""

from __future__ import annotations

from pathlib import Path

import pytest
from indicator_world import IndicatorWorld, Told, duckdb_file, network

YEAR, S1, S2 = "2025/26", "2025/26-S1", "2025/26-S2"
OCTOBER, NOVEMBER = "2025-10", "2025-11"
Part = tuple[float | None, float | None, str]


def journal() -> IndicatorWorld:
    w = network()
    for placement, student, school, mentor, cluster in (
        ("j1", "s1", "A", "t1", None),
        ("j2", "s2", "B", "t3", None),
        # At a school of K, but of cluster M: it says so.
        ("j3", "s3", "A", "t2", "M"),
        ("j4", "s4", "E", "t6", None),
        ("j7", "s7", "A", "t1", None),
        ("j8", "s8", "A", "t1", None),
        ("j9", "s8", "B", "t3", None),
    ):
        days = ("2025-11-03", "2025-11-28") if placement == "j4" else ("2025-10-06", "2025-10-31")
        if placement > "j4":
            days = ("2025-12-01", "2026-01-30")
        w.add(
            "practicum_placements",
            {"placement_id": placement, "student_id": student, "school_id": school, "mentor_id": mentor}
            | {"supervisor_id": "v", "cluster_id": cluster, "sending_id": "C", "kind": "teaching"}
            | {"starts_on": days[0], "ends_on": days[1], "plan_approved": True},
        )
    _entries(w)
    _portfolios(w)
    _satisfaction(w)
    _weeks(w)
    return w


def _entries(w: IndicatorWorld) -> None:
    for entry, placement, author, day, handed_in, text, length in (
        # On the third day, on the fourth, and on the minute of a due moment.
        ("e1", "j1", "s1", "2025-10-07", "2025-10-10", "one", 100),
        ("e2", "j1", "s1", "2025-10-14", "2025-10-18", "two", 100),
        ("e3", "j1", "s1", "2025-10-21", "2025-10-25", "one", 100),
        ("e4", "j2", "s2", "2025-10-22", "2025-10-22", "one", 100),
        # The same text in another cluster, and outside of any, is not known there.
        ("e5", "j3", "s3", "2025-10-23", "2025-10-23", "one", 100),
        ("e6", "j4", "s4", "2025-11-04", "2025-11-04", "one", 100),
        # Of 39 characters nothing is said, of 40 it is.
        ("e7", "j2", "s2", "2025-10-28", None, "short", 39),
        ("e8", "j2", "s2", "2025-10-29", "2025-10-29", "short", 39),
        ("e9", "j1", "s1", "2025-10-30", "2025-10-30", "long", 40),
        ("e10", "j2", "s2", "2025-10-31", "2025-10-31", "long", 40),
        # On a Saturday: of November, but of a week of October.
        ("e11", "j1", "s1", "2025-11-01", "2025-11-01", None, None),
    ):
        w.add(
            "practicum_journal",
            {"entry_id": entry, "placement_id": placement, "author_id": author, "entry_date": day}
            | {"kind": "lesson_report", "text_hash": text, "text_len_n": length}
            | {"submitted_at": handed_in and f"{handed_in}T12:00:00"}
            | {"due_at": "2025-10-25T12:00:00" if entry == "e3" else None},
        )
    comment = {"placement_id": "j1", "entry_date": "2025-10-24", "kind": "mentor_comment", "text_len_n": 100}
    w.add(
        "practicum_journal",
        comment | {"entry_id": "c1", "author_id": "t1", "reply_to": "e1", "text_hash": "good"},
        # A comment of a mentor without an author, an answer of a mentor that is not called a comment; and none.
        comment | {"entry_id": "c2", "reply_to": "e2", "text_hash": "good"},
        comment | {"entry_id": "c3", "placement_id": "j2", "author_id": "t3", "kind": "observation", "reply_to": "e4"},
        comment | {"entry_id": "c4", "author_id": "v", "kind": "supervisor_comment", "reply_to": "e3"},
        comment | {"entry_id": "c5", "author_id": "t1"},
    )


def _portfolios(w: IndicatorWorld) -> None:
    for person, number, kind, day, score, assessed_on in (
        ("s7", 1, "lesson_plan", "2025-09-10", "4", "2025-12-31"),
        ("s7", 2, "ls_protocol", "2025-10-10", "2", "2026-01-01"),
        ("s7", 3, "reflection", "2025-12-31", None, None),
        ("s7", 4, "feedback", "2026-01-01", None, None),
        ("s7", 5, "certificate", "2025-09-10", None, None),
        # Of the year before; s8 is at A and at B.
        ("s8", 1, "lesson_plan", "2025-08-31", "3", None),
        ("s1", 1, "reflection", "2025-10-20", None, None),
        ("s1", 2, "reflection", "2025-10-21", None, None),
        # Not in practicum.
        ("t1", 1, "reflection", "2025-10-20", "4", None),
    ):
        w.add(
            "portfolios",
            {"person_id": person, "artefact_id": str(number), "kind": kind, "created_on": day, "consent": True}
            | {"rubric_score": score, "assessed_on": assessed_on},
        )


def _satisfaction(w: IndicatorWorld) -> None:
    for name in ("mentor", "school", "student"):
        item = {"instrument": f"{name}_satisfaction", "scale_min": "1", "scale_max": "5", "reverse": False}
        w.add("survey_instruments", item | {"item": "q1"}, item | {"item": "q2"})
        wave = {"instrument": f"{name}_satisfaction", "phase": "single", "opened_on": "2025-11-01"}
        w.add("survey_waves", wave | {"wave": "w1", "closed_on": "2025-11-30"})
        w.add("survey_waves", wave | {"wave": "w2", "closed_on": "2025-12-20"})
    # In both waves; from a mean of 4 on a mentor is satisfied.
    scores = [(4, 4)] * 4 + [(3, 4), (3, 4), (5, 3), (5, 2)]
    for number, (first, second) in enumerate(scores):
        _answer(w, "mentor_satisfaction", "w1", f"m{number}", "mentor", first)
        _answer(w, "mentor_satisfaction", "w2", f"m{number}", "mentor", second)
        _answer(w, "school_satisfaction", "w1", f"a{number}", "school_admin", 3)
        _answer(w, "student_satisfaction", "w1", f"p{number}", "student", 5)
    _answer(w, "mentor_satisfaction", "w1", "m9", "mentor", 5, institution_id="D")


def _answer(w: IndicatorWorld, instrument: str, wave: str, who: str, role: str, value: int, **values: object) -> None:
    given = {"institution_id": "A", "answered_at": "2025-11-20T06:00:00", "consent": True}
    answer = {"instrument": instrument, "wave": wave, "respondent_id": who, "role": role, "value": str(value)}
    for item in ("q1", "q2"):
        w.add("survey_responses", given | answer | {"item": item} | values)


def _weeks(w: IndicatorWorld) -> None:
    """The weekly questions were asked in the weeks of 6, 13 and 20 October, the last of which has no wave on file."""
    item = {"instrument": "weekly_practicum", "scale_min": "0", "scale_max": "5", "reverse": False}
    w.add("survey_instruments", item | {"item": "q1", "subscale": "done"}, item | {"item": "q2", "subscale": "help"})
    wave = {"instrument": "weekly_practicum", "phase": "single", "opened_on": "2025-10-06"}
    w.add("survey_waves", wave | {"wave": "41", "closed_on": "2025-10-10"})
    w.add("survey_waves", wave | {"wave": "42", "closed_on": "2025-10-17"})
    # Of the week of 29 December, whose Wednesday is the last day of the year.
    w.add("survey_waves", wave | {"wave": "01", "opened_on": "2025-12-29", "closed_on": "2026-01-02"})
    # And of one in which nobody is in practicum at A or B, but s4 is at E.
    w.add("survey_waves", wave | {"wave": "47", "opened_on": "2025-11-17", "closed_on": "2025-11-21"})
    # Above the middle of the scale, 2.5, is help.
    for who, label, day, value in (
        ("r1", "41", "2025-10-10", 3),
        ("r1", "42", "2025-10-17", 2),
        ("r1", "no wave", "2025-10-23", 0),
        ("r2", "41", "2025-10-10", 2),
        ("r1", "47", "2025-11-20", 2),
        ("r1", "01", "2026-01-02", 2),
        ("r2", "01", "2026-01-01", 2),
    ):
        school = "A" if who == "r1" else "B"
        _answer(
            w, "weekly_practicum", label, who, "student", value, institution_id=school, answered_at=f"{day}T06:00:00"
        )


SCENE = journal


def _hidden(folder: Path, indicator: str, measure: str, period: str, scope_id: str = "K") -> tuple[float, float]:
    """Numerator and denominator of what is of too few people to be told."""
    with duckdb_file(folder) as connection:
        found = connection.execute(
            "select numerator, denominator from indicators.indicator_part "
            "where indicator = ? and measure = ? and period = ? and scope_id = ?",
            [indicator, measure, period, scope_id],
        ).fetchall()
    ((numerator, denominator),) = found
    return numerator, denominator


@pytest.mark.parametrize(
    ("measure", "period", "scope_id", "expected"),
    [
        # Not e2, late by a day, nor e7, which never came.
        ("main", OCTOBER, "K", (6, 8, "ok")),
        ("main", NOVEMBER, "K", (1, 1, "ok")),
        ("main", YEAR, "K", (7, 9, "ok")),
        ("main", OCTOBER, "M", (1, 1, "ok")),
        # e1, e2, e3, e9, and e5, which is of M.
        ("main", OCTOBER, "A", (4, 5, "ok")),
        ("main", S2, "K", (None, None, "not_applicable")),
        ("main", "2024/25", "K", (None, None, "not_collected")),
        # Two students for four weeks; e11 falls into the week of 29 October.
        ("per_week", OCTOBER, "K", (9, 8, "ok")),
        ("per_week", NOVEMBER, "K", (None, None, "not_applicable")),
        ("per_week", OCTOBER, "M", (1, 4, "ok")),
        ("per_week", NOVEMBER, "all", (1, 4, "ok")),
        # e1, e2 and e4; what the supervisor says is not the mentor's.
        ("mentor_comment", OCTOBER, "K", (3, 8, "ok")),
        ("mentor_comment", OCTOBER, "M", (0, 1, "ok")),
        # e3 is the student's own, e4 and e10 another's of the cluster; e7 and e8 are too short.
        ("copied", OCTOBER, "K", (3, 6, "ok")),
        ("copied", OCTOBER, "M", (0, 1, "ok")),
        ("copied", YEAR, "all", (3, 8, "ok")),
    ],
)
def test_the_journal(told: Told, measure: str, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("P9", period, scope_id, measure=measure) == expected


def test_portfolios_are_complete(told: Told) -> None:
    """Four kinds are required: s7 has three by 31 December, s8 at two schools one, s1 one, twice."""
    row = told("P12", S1)
    assert (row["numerator"], row["denominator"], row["n"], row["status"]) == (5, 12, 3, "too_few")
    assert row["value"] == pytest.approx(5 / 12, abs=1e-15)
    # s7 has all four on 1 January, and s1 is no longer in practicum.
    assert told.part("P12", S2) == (5, 8, "too_few")
    # The portfolio of s8 is one of the year before, and nobody at B told anything in this.
    assert told.part("P12", S1, "B") == (None, None, "not_collected")
    assert told.part("P12", S1, "M") == (None, None, "not_collected")


def test_portfolios_are_kept(told: Told, folder: Path) -> None:
    assert told.part("P12", S1, measure="updated") == (2, 3, "too_few")  # s7 on the last day, s1; not s8
    assert told.part("P12", S2, measure="updated") == (1, 2, "too_few")
    assert told.part("P12", YEAR, measure="updated") == (2, 3, "too_few")
    # s7 has 4, and from 1 January 4 and 2; s8 has 3, on a day that is not told.
    assert told.part("P12", S1, measure="rubric") == (None, None, "too_few")
    assert _hidden(folder, "P12", "rubric", S1) == (7, 2)
    assert _hidden(folder, "P12", "rubric", S2) == (6, 2)


def test_mentors_are_satisfied(told: Told) -> None:
    """By the mean of both waves, each once: the four, and 5 with 3; not 3 with 4, nor 5 with 2."""
    assert told.part("P4", S1) == (5, 8, "ok")
    assert told.part("P4", S1, "M") == (None, None, "too_few")
    assert told.part("P4", S2) == (None, None, "not_collected")
    # Less the eight of K one of M is left.
    assert told.part("P4", S1, "all") == (None, None, "too_few")


def test_schools_and_practicants_are_satisfied(told: Told) -> None:
    assert told.part("P13", S1) == (64, 16, "ok")
    assert told("P13", S1, measure="schools")["value"] == 3
    assert told("P13", S1, measure="practicants")["value"] == 5
    assert told.part("P13", S1, "M", measure="schools") == (None, None, "not_collected")


def test_weekly_questions(told: Told, folder: Path) -> None:
    """Two practicants for three weeks; in the week of 27 October nobody was asked."""
    assert told.part("P14", OCTOBER) == (4, 6, "ok")
    assert told.part("P14", OCTOBER, "A") == (3, 6, "ok")  # of A s1 and s3
    assert told.part("P14", OCTOBER, "M") == (0, 3, "ok")
    assert told.part("P14", NOVEMBER) == (None, None, "not_collected")
    # Who answers where nobody is in practicum is in neither.
    assert told.part("P14", YEAR) == (6, 8, "ok")
    assert told.part("P14", NOVEMBER, "all") == (0, 1, "ok")
    # s7, and s8, who is at A and at B, in a week that begins in the old year and ends in the new one.
    assert told.part("P14", "2025-12") == (2, 2, "ok")
    assert told.part("P14", "2025-12", "A") == (1, 2, "ok")
    assert told.part("P14", "2025-12", "B") == (1, 1, "ok")
    assert told.part("P14", "2026-01") == (None, None, "not_collected")
    # r1 asks in one week of three, r2 in none.
    assert told.part("P14", OCTOBER, measure="help") == (None, None, "too_few")
    asked, answered = _hidden(folder, "P14", "help", OCTOBER)
    assert (asked, answered) == pytest.approx((1 / 3, 2), abs=1e-8)
