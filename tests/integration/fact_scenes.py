"""What the world of the fact tests tells. The as-of date is Sunday, 15 March 2026."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from fact_scenes_network import AS_OF, money, network, records
from fact_world import FactWorld
from once import Once

from bilimkoz.connection import connect

Rows = list[tuple[Any, ...]]


@contextmanager
def built(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    """The world with its facts, built once for all files of tests."""
    folder = once("core facts", lambda folder: world().build(folder))
    with connect(folder / "warehouse.duckdb", read_only=True) as connection:
        yield connection


def told(facts: duckdb.DuckDBPyConnection, query: str) -> Rows:
    return facts.execute(f"{query} order by all").fetchall()


def by_id(facts: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    """First column -> the second, or the others."""
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in told(facts, query)}


def world() -> FactWorld:
    told = FactWorld(AS_OF)
    for scene in (
        _periods,
        _surveys,
        _platform,
        _graduates,
        money,
        _practicum,
        _mentoring,
        _lessons,
        _people,
        network,
        records,
    ):
        scene(told)
    return told


def _periods(w: FactWorld) -> None:
    days = ["2024-02-29", "2025-08-31", "2025-09-01", "2025-10-31", "2025-11-01", "2025-12-31", "2026-01-01", AS_OF]
    days.append("2026-03-16")
    w.add(
        "training",
        *({"person_id": "p", "provider_id": "PD", "course": "c", "completed_on": day, "hours": "36"} for day in days),
    )
    w.add("attendance", {"institution_id": "A", "month": "2025-11", "class_code": "7А", "lessons_held": 100})
    w.add("lesson_counts", {"institution_id": "A", "quarter": "2025/26-Q3", "lessons_held": 500})
    result = {"pupil_id": "u", "institution_id": "A", "school_year": "2025/26", "grade": 7, "subject": "physics"}
    w.add(
        "assessment_results",
        result | {"test": "term_mark", "term": 2, "score": "4", "max_score": "5", "teacher_id": "local:1"},
        result | {"test": "ubt", "score": "91.5", "taken_on": "2026-03-15"},
        result | {"test": "term_exam", "term": 4, "score": "5"},
        result | {"test": "modo", "score": "60", "taken_on": "2026-03-16"},
    )
    w.add("person_links", {"local_id": "local:1", "person_id": "p1"})
    post = {"person_id": "local:1", "institution_id": "A", "school_year": "2025/26", "class_code": "7А", "role": "main"}
    w.add(
        "teaching_assignments",
        post | {"subject": "physics", "ends_on": "2026-05-25"},
        post | {"subject": "algebra", "starts_on": "2026-01-12", "ends_on": "2026-02-01"},
        post | {"subject": "drawing", "starts_on": "2026-04-01"},
    )


def _surveys(w: FactWorld) -> None:
    scale = {"scale_min": "1", "scale_max": "5", "reverse": False}
    w.add(
        "survey_instruments",
        {"instrument": "trust", "item": "q1", "subscale": "peers"} | scale,
        {"instrument": "trust", "item": "q2", "subscale": "peers"} | scale,
        {"instrument": "trust", "item": "q3", "subscale": "leaders"} | scale | {"reverse": True},
        {"instrument": "trust", "item": "_total"} | scale,
        {"instrument": "ghost", "item": "_total"} | scale,
    )
    w.add(
        "survey_waves",
        {
            "instrument": "trust",
            "wave": "autumn",
            "phase": "single",
            "opened_on": "2025-10-20",
            "closed_on": "2025-10-31",
        },
    )
    _answers(w, "half", q1="4", q2=None, q3="2")
    _answers(w, "one", q1="4", q2=None, q3=None)
    _answers(w, "off", q1="5", q2="9", q3="1")
    _answers(w, "refuses", consent=False, q1="1", q2="1", q3="1")
    _answers(w, "late", wave="none on file", answered_at="2025-10-31T20:00:00", q1="3", q2="3", q3="3", x="3")
    _answers(w, "later", answered_at="2026-03-15T19:00:00", q1="3", q2="3", q3="3")
    _answers(w, "lost", instrument="ghost", q1="3")


def _answers(w: FactWorld, who: str, **values: Any) -> None:
    given: dict[str, Any] = {
        "instrument": "trust",
        "wave": "autumn",
        "consent": True,
        "answered_at": "2025-11-01T05:00:00",
    }
    told = {name: values.pop(name, value) for name, value in given.items()}
    for item, value in values.items():
        answer = {"respondent_id": who, "role": "teacher", "institution_id": "A", "item": item, "value": value}
        w.add("survey_responses", told | answer)


def _platform(w: FactWorld) -> None:
    moments = [
        ("2026-03-01T18:59:59", "login"),
        ("2026-03-01T19:00:00", "error"),
        ("2026-03-01T19:00:00", "comment"),
        ("2024-02-10T18:00:00", "login"),
        ("2026-03-15T18:59:59", "login"),
        ("2026-03-15T19:00:00", "login"),
    ]
    w.add("platform_events", *({"user_id": "u", "occurred_at": at, "action": action} for at, action in moments))
    w.add(
        "support_tickets",
        {
            "ticket_id": "done",
            "opened_at": "2026-03-01T06:00:00",
            "resolved_at": "2026-03-01T07:30:00",
            "category": "x",
        },
        {
            "ticket_id": "open",
            "opened_at": "2026-03-01T06:00:00",
            "resolved_at": "2026-03-15T19:00:00",
            "category": "x",
        },
        {"ticket_id": "none", "opened_at": "2026-03-15T19:00:00", "category": "x"},
    )
    card = {"kind": "plan", "opened_at": "2026-03-01T06:00:00"}
    w.add(
        "platform_cards",
        card | {"card_id": "in time", "due_at": "2026-03-02T06:00:00", "closed_at": "2026-03-02T06:00:00"},
        card | {"card_id": "late", "due_at": "2026-03-02T06:00:00", "closed_at": "2026-03-02T06:00:01"},
        card | {"card_id": "overdue", "due_at": "2026-03-14T06:00:00"},
        card | {"card_id": "due today", "due_at": "2026-03-15T06:00:00"},
        card | {"card_id": "without term", "closed_at": "2026-03-02T06:00:00"},
    )


def _graduates(w: FactWorld) -> None:
    w.add(
        "programmes",
        {
            "programme_code": "6B01101",
            "institution_id": "U",
            "level": "bachelor",
            "pedagogical": True,
            "specialty_code": "6B011",
        },
        {"programme_code": "6B01999", "institution_id": "U", "level": "bachelor", "pedagogical": False},
    )
    study = {"institution_id": "U", "start_date": "2021-09-01", "end_date": "2025-06-30", "level": "bachelor"}
    study |= {"status": "graduated", "programme_code": "6B01101"}
    w.add(
        "studies",
        study | {"person_id": "two reports"},
        study | {"person_id": "local:g"},
        study | {"person_id": "national g", "start_date": "2021-09-02"},
        study | {"person_id": "code only", "programme_code": "6В01777", "institution_id": "V"},
        study | {"person_id": "no teacher", "programme_code": "6B01999"},
        study | {"person_id": "still", "status": "studying", "end_date": None},
        study | {"person_id": "next", "end_date": "2026-03-16"},
    )
    w.add("person_links", {"local_id": "local:g", "person_id": "national g"})
    told = {"graduated_from": "U", "graduated_on": "2025-06-30"}
    work = {"employer_id": "S1", "employed_on": "2025-08-20", "teaching": True}
    office, service = {"source": "labour_ministry"}, {"source": "career_service"}
    w.add(
        "graduate_placements",
        {"person_id": "two reports"} | told | service | work,
        {"person_id": "two reports"} | told | office | work | {"graduated_on": "2025-07-02", "employer_id": "S2"},
        {"person_id": "two reports"} | told | office | work | {"graduated_on": "2024-06-30", "employer_id": "S3"},
        {"person_id": "local:g"} | told | service | work | {"employed_on": "2026-03-16"},
    )


def _practicum(w: FactWorld) -> None:
    w.add(
        "practicum_placements",
        {
            "placement_id": "pl", "student_id": "s", "sending_id": "U", "school_id": "A", "mentor_id": "local:1",
            "supervisor_id": "v", "cluster_id": "K", "starts_on": "2026-01-01", "ends_on": "2026-01-31",
            "kind": "final", "plan_approved": True,
        },
        {
            "placement_id": "future", "student_id": "s", "sending_id": "U", "school_id": "A",
            "starts_on": "2026-03-16", "ends_on": "2026-04-30", "kind": "final", "plan_approved": True,
        },
    )  # fmt: skip
    entry = {"placement_id": "pl", "entry_date": "2026-03-01", "kind": "lesson_report"}
    w.add(
        "practicum_journal",
        entry | {"entry_id": "3 days", "submitted_at": "2026-03-04T18:59:59"},
        entry | {"entry_id": "4 days", "submitted_at": "2026-03-04T19:00:00", "author_id": "s"},
        entry | {"entry_id": "by due", "due_at": "2026-03-10T00:00:00", "submitted_at": "2026-03-10T00:00:00"},
        entry | {"entry_id": "missed", "due_at": "2026-03-10T00:00:00"},
        entry | {"entry_id": "not yet", "entry_date": "2026-03-13"},
        entry | {"entry_id": "mentor", "author_id": "p1", "submitted_at": "2026-03-02T00:00:00"},
        entry | {"entry_id": "future", "entry_date": "2026-03-16"},
    )


def _mentoring(w: FactWorld) -> None:
    pair = {"mentor_id": "local:1", "institution_id": "A", "mentor_trained": True}
    w.add(
        "mentoring_pairs",
        pair | {"pair_id": "works", "mentee_id": "y", "starts_on": "2025-09-15", "ends_on": "2026-05-25"},
        pair | {"pair_id": "refused", "offered_on": "2025-10-31", "mentor_refused": True},
        pair | {"pair_id": "offered", "mentee_id": "y", "offered_on": "2026-03-10", "starts_on": "2026-04-01"},
        pair | {"pair_id": "future", "mentee_id": "y", "starts_on": "2026-04-01"},
    )
    parts = {"has_goals": True, "has_observation": True, "has_agreements": True}
    none = dict.fromkeys(parts, False)
    met = {"pair_id": "works", "met_on": "2026-03-01"}
    w.add(
        "mentoring_meetings",
        met | parts | {"meeting_id": "whole", "text_len_n": 40},
        met | parts | {"meeting_id": "short", "text_len_n": 39},
        met | none | {"meeting_id": "no part"},
        met | none | {"meeting_id": "one part", "has_goals": True},
        met | parts | {"meeting_id": "future", "met_on": "2026-03-16"},
    )


def _lessons(w: FactWorld) -> None:
    w.add(
        "lesson_study_cycles",
        {
            "cycle_id": "c", "cluster_id": "K", "institution_id": "A", "topic": "t", "started_on": "2025-12-31",
            "ended_on": "2026-03-16", "stage_reached": 3, "external_expert": False, "artefacts_complete": 2,
            "outcome_before": "12.5", "outcome_after": "12", "outcome_scale": "20",
        },
    )  # fmt: skip
    w.add("lesson_study_participants", {"cycle_id": "c", "person_id": "local:1", "role": "observer"}, delivery_no=1)
    w.add("lesson_study_participants", {"cycle_id": "c", "person_id": "p1", "role": "leader"}, delivery_no=2)
    lesson = {"institution_id": "A", "teacher_id": "local:1", "lesson_on": "2026-03-02"}
    w.add(
        "lesson_analyses", *(lesson | {"protocol_id": depth, "depth": depth} for depth in ("deep", "surface", "none"))
    )


def _people(w: FactWorld) -> None:
    decision = {"attested_on": "2025-11-01", "category_from": "expert", "category_to": "researcher"}
    w.add("attestations", decision | {"person_id": "local:1", "passed": True}, delivery_no=3)
    w.add("attestations", decision | {"person_id": "p1", "passed": False}, delivery_no=2)
    artefact = {"person_id": "s", "created_on": "2026-03-01"}
    w.add(
        "portfolios",
        artefact
        | {
            "artefact_id": "shown",
            "kind": "lesson_video",
            "consent": True,
            "rubric_score": "3",
            "assessed_on": "2026-03-16",
        },
        artefact | {"artefact_id": "hidden", "kind": "lesson_video", "consent": False},
        artefact
        | {"artefact_id": "plan", "kind": "lesson_plan", "consent": False, "rubric_score": "3", "assessed_on": AS_OF},
    )
