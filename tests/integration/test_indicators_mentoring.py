"""Mentors and their pairs in the table of indicators, worked out by hand from the rows of `indicator_world`."""

from __future__ import annotations

import pytest
from indicator_world import IndicatorWorld, Told, network

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
Q1, Q2, Q3, Q4 = (f"2025/26-Q{number}" for number in (1, 2, 3, 4))
Part = tuple[float | None, float | None, str]


def mentoring() -> IndicatorWorld:
    w = network()
    _mentors(w)
    _inductions(w)
    _meetings(w)
    _beginners(w)
    return w


def _pair(w: IndicatorWorld, pair: str, mentor: str, institution: str, starts_on: str | None, **values: object) -> None:
    given = {"mentee_id": f"mentee {pair}", "kind": "young_teacher", "mentor_trained": True}
    row = {"pair_id": pair, "mentor_id": mentor, "institution_id": institution, "starts_on": starts_on}
    w.add("mentoring_pairs", given | row | values)


def _mentors(w: IndicatorWorld) -> None:
    """All begin on 1 October 2025."""
    day = "2025-10-01"
    for mentor, since in (("x1", "2022-10-01"), ("x2", "2022-10-02")):
        w.staff(mentor, "A", since, qualification_category="expert")
    for mentor in ("x3", "x4", "x5", "x6", "x8", "x10"):
        category = "none" if mentor == "x8" else "expert"
        w.staff(mentor, "A", "2015-09-01", qualification_category=category)
    # The newest list tells the category, the labour record when x7 began to teach.
    w.staff("x7", "B", "2025-08-01", qualification_category="researcher", teaching_since="2019-01-01")
    w.staff("x7", "E", "2025-01-01", "2025-07-01", qualification_category="moderator", confirmed_on="2025-07-01")
    for mentor in ("x1", "x2", "x3", "x6", "x8"):
        _pair(w, f"of {mentor}", mentor, "A", day)
    for mentor in ("x4", "x5", "x10"):
        _pair(w, f"of {mentor}", mentor, "A", day, mentor_trained=False)
    # Before the course was over.
    _pair(w, "early", "x10", "B", "2025-09-15", mentor_trained=False)
    _pair(w, "refused", "x9", "A", None, offered_on=day, mentor_refused=True)
    passed = {"passed": True, "category_from": "moderator", "category_to": "expert"}
    w.add(
        "attestations",
        passed | {"person_id": "x1", "attested_on": day},
        passed | {"person_id": "x3", "attested_on": "2024-05-01", "category_from": "none", "category_to": "moderator"},
        passed | {"person_id": "x6", "attested_on": "2025-12-01"},
        passed | {"person_id": "x8", "attested_on": "2024-05-01", "passed": False},
    )
    # A practicant of x7.
    w.add(
        "practicum_placements",
        {"placement_id": "k8", "student_id": "k8", "school_id": "B", "sending_id": "C", "mentor_id": "x7"}
        | {"starts_on": "2025-11-01", "ends_on": "2026-05-01", "kind": "teaching", "plan_approved": True},
    )
    course = {"provider_id": "PD", "course": "c", "kind": "mentoring"}
    w.add(
        "training",
        course | {"person_id": "x4", "completed_on": day},
        course | {"person_id": "x5", "completed_on": "2025-10-02"},
        course | {"person_id": "x7", "completed_on": "2024-05-01"},
        course | {"person_id": "x10", "completed_on": day},
    )


def _inductions(w: IndicatorWorld) -> None:
    for pair, mentee, ends_on, result, kind in (
        ("i1", "n1", "2025-12-31", "passed", "young_teacher"),
        # Extended, and passed with another mentor.
        ("i2", "n2", "2025-10-01", "extended", "young_teacher"),
        ("i3", "n2", "2025-12-01", "passed", "young_teacher"),
        ("i4", "n3", "2025-11-01", "left", "young_teacher"),
        ("i5", "n4", "2025-11-01", "passed", "practicant"),
        ("i6", "n5", "2025-11-01", None, "young_teacher"),
        ("i7", "n6", "2026-01-01", "passed", "young_teacher"),
        ("i8", "n7", "2025-11-15", "passed", None),
        ("i9", "n8", None, "passed", "young_teacher"),
        ("i10", "n9", "2025-10-01", "extended", "young_teacher"),
    ):
        values = {"mentee_id": mentee, "ends_on": ends_on, "induction_result": result, "kind": kind}
        _pair(w, pair, "z", "B", "2025-01-10", **values)


def _meetings(w: IndicatorWorld) -> None:
    """Pairs of D: 22 October 2025 is a Wednesday, 29 October one of the holidays."""
    for pair, starts_on, ends_on in (
        ("w1", "2025-10-22", "2025-11-12"),
        ("w2", "2025-10-23", "2025-10-28"),
        ("w3", "2025-12-22", "2026-01-14"),
        ("w4", "2026-03-16", "2026-04-01"),
        ("w5", "2026-05-18", "2026-06-30"),
    ):
        _pair(w, pair, "z", "D", starts_on, ends_on=ends_on)
    # Nobody who said no is met every week, whatever first day was written down.
    _pair(w, "w6", "z", "D", "2025-10-06", ends_on="2025-11-14", offered_on="2025-10-01", mentor_refused=True)
    for day, goals, observation, agreements in (
        ("2025-10-22", True, True, True),
        ("2025-10-24", True, True, False),
        ("2025-10-30", True, True, True),
        ("2025-11-06", True, True, True),
        ("2025-11-12", False, False, False),
    ):
        w.add(
            "mentoring_meetings",
            {"meeting_id": day, "pair_id": "w1", "met_on": day, "has_goals": goals}
            | {"has_observation": observation, "has_agreements": agreements},
        )


def _beginners(w: IndicatorWorld) -> None:
    """Beside t4 and t7. The last day that counts is 25 May 2026; u3 is of a register whose beginning is not known."""
    w.staff("u1", "A", "2025-05-25")
    w.staff("u2", "A", "2025-05-26")
    w.staff("u2", "B", "2025-05-26")
    w.staff("u3", "A", "2025-09-01", _sender="other")
    _pair(w, "of t7", "z", "F", "2025-09-15", mentee_id="t7", ends_on="2026-05-24")
    _pair(w, "of t4", "z", "B", "2026-05-25", mentee_id="t4")
    # A day was named, and the mentor refused.
    _pair(w, "of u2", "z", "A", "2025-09-15", mentee_id="u2", offered_on="2025-09-10", mentor_refused=True)


SCENE = mentoring


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # x1, x4 and x7. x2 is a day short of three years, x3 is a moderator by attestation, x5 ends the course a day later,
        # x6 becomes an expert in December, x8 failed, x10 also began at B before the course was over.
        (S1, "K", (3, 9, "too_few")),
        (S1, "A", (3, 8, "too_few")),
        (S1, "B", (1, 2, "too_few")),
        # D told no staff.
        (S1, "M", (None, None, "not_collected")),
    ],
)
def test_who_may_be_a_mentor(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("P11", period, scope_id) == expected


@pytest.mark.parametrize(
    ("measure", "scope_id", "expected"),
    [
        # Of nine mentors x2 is a day short of three years.
        ("experience", "K", (8, 9, "too_few")),
        ("experience", "B", (2, 2, "too_few")),
        # Not x3, x6 and x8.
        ("category", "K", (6, 9, "too_few")),
        ("category", "A", (5, 8, "too_few")),
        # x5 was not trained yet, nor x10 for the pair at B.
        ("training", "K", (7, 9, "too_few")),
        ("training", "A", (7, 8, "too_few")),
        ("training", "B", (1, 2, "too_few")),
        ("training", "M", (None, None, "not_collected")),
    ],
)
def test_what_is_asked_of_mentors(told: Told, measure: str, scope_id: str, expected: Part) -> None:
    assert told.part("P11", S1, scope_id, measure) == expected


def test_inductions_passed(told: Told) -> None:
    assert told.part("P15", S1) == (3, 4, "too_few")  # n1, n2, n7; not n3; n9 goes on
    assert told.part("P15", S2) == (1, 1, "too_few")
    assert told.part("P15", YEAR) == (4, 5, "too_few")
    assert told.part("P15", S1, "P") == (None, None, "not_applicable")


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        # The pair of two days in that week has no Wednesday, and the meeting of 30 October lies in the holidays.
        ("2025-10", (2, 1, "ok")),
        ("2025-11", (2, 2, "ok")),
        # 24 December, 14 January: between them 31 December and 7 January.
        ("2025-12", (0, 1, "ok")),
        ("2026-01", (0, 1, "ok")),
        # 18 March and 1 April: between them 25 March. 20 May: 27 May is summer.
        ("2026-03", (0, 1, "ok")),
        ("2026-04", (0, 1, "ok")),
        ("2026-05", (0, 1, "ok")),
        ("2026-06", (None, None, "not_applicable")),
        (Q2, (2, 3, "ok")),
        (YEAR, (4, 8, "ok")),
    ],
)
def test_meetings_by_the_week(told: Told, period: str, expected: Part) -> None:
    assert told.part("M1", period, "M") == expected


def test_meetings_that_nobody_told_are_not_nought(told: Told) -> None:
    assert told.part("M1", "2025-10", "K") == (None, None, "not_collected")


def test_protocols_are_complete(told: Told) -> None:
    assert told.part("M2", Q1, "M") == (2, 3, "ok")
    assert told.part("M2", Q2, "M") == (1, 2, "ok")
    assert told.part("M2", YEAR, "M") == (3, 5, "ok")


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # u1 and u2, who is at two schools; F has not joined.
        (Q1, "K", (0, 2, "too_few")),
        # u1, u2, t4 and t7, of whom t7 has one.
        (Q3, "K", (1, 4, "too_few")),
        # u1 has taught for a year; the mentor of t7 has gone a day before, that of t4 comes.
        (Q4, "K", (1, 3, "too_few")),
        (Q3, "F", (1, 1, "too_few")),
        (Q1, "M", (None, None, "not_collected")),
    ],
)
def test_beginners_have_a_mentor(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("M3", period, scope_id) == expected
