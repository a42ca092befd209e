"""Schools before the mirror, on the network of `indicator_world` and with four more schools of the city, S1 to S4, in no cluster.

A has everything and eight of everybody, B seven; F has one young teacher, E and S1 to S4 next to nothing.
"""

from __future__ import annotations

from indicator_world import _CITY, IndicatorWorld, network

CITY = _CITY
#: Lessons attended of a hundred in May: S1 to S4.
SIMILAR = {"S1": 95, "S2": 80, "S3": 70, "S4": 60}
MAY = "2026-05-12"


def schools() -> IndicatorWorld:
    w = network()
    for name in SIMILAR:
        w.add("institutions", {"institution_id": name, "kind": "school", "region_code": CITY, "status": "active"})
    w.add("institutions", {"institution_id": "X", "kind": "school", "region_code": CITY, "status": "closed"})
    for scene in (_attendance, _marks, _staff, _young, _meetings, _trust, _plans):
        scene(w)
    w.delivered("platform_events", "2025/26")
    return w


def _attendance(w: IndicatorWorld) -> None:
    """Class 7А is told as a whole in May, and its pupil beside it."""

    def lessons(school: str, month: str, held: int, attended: int, **of: str) -> None:
        row = {"institution_id": school, "month": month, "lessons_held": held, "lessons_attended": attended}
        w.add("attendance", row | (of or {"class_code": "5А"}))

    lessons("A", "2026-05", 100, 92, class_code="7А")
    lessons("A", "2026-05", 20, 10, class_code="7А", pupil_id="p1")
    lessons("A", "2026-05", 60, 50, class_code="8Б", pupil_id="p2")
    lessons("A", "2026-05", 40, 30, class_code="8Б", pupil_id="p3")
    lessons("A", "2026-02", 200, 180)
    lessons("B", "2026-05", 100, 50)
    for school, attended in SIMILAR.items():
        lessons(school, "2026-05", 100, attended)
    goal = {"scope": "institution", "scope_id": "A", "indicator": "SA", "set_on": "2025-08-31"}
    w.add(
        "targets",
        goal
        | {"baseline_value": "0.80", "baseline_on": "2025-08-31", "target_value": "0.90", "target_on": "2027-08-31"},
        {"scope": "cluster", "scope_id": "K", "indicator": "SA", "set_on": "2025-08-31"}
        | {"target_value": "0.95", "target_on": "2026-12-31"},
    )


def _marks(w: IndicatorWorld) -> None:
    """Ten pupils of A, nine of B: in mathematics 5 for six and 3 for the others, in physics 4 for all."""

    def mark(school: str, pupil: int, subject: str, term: int | None, score: int, **more: str) -> None:
        row = {"pupil_id": f"{school}{pupil}", "institution_id": school, "school_year": "2025/26", "grade": 8}
        told = {"subject": subject, "test": "term_mark", "term": term, "score": str(score), "max_score": "5"}
        w.add("assessment_results", row | told | more)

    for school, pupils in (("A", 10), ("B", 9)):
        for pupil in range(pupils):
            mark(school, pupil, "mathematics", 4, 5 if pupil < 6 else 3)
            mark(school, pupil, "physics", 4, 4)
            mark(school, pupil, "mathematics", 3, 4)
    # Of the year, on another scale, and an examination.
    mark("A", 0, "mathematics", None, 2)
    mark("A", 0, "chemistry", 4, 2, max_score="100")
    mark("A", 0, "physics", 3, 2, test="term_exam")


def _staff(w: IndicatorWorld) -> None:
    """2025/26 cannot be read yet on 15 September: its last school day is 113 days ago. Two moved in the network."""
    levels = {"finished_workplace_n": 15, "finished_network_n": 17, "finished_profession_n": 17}
    levels |= {f"unknown_{level}_n": 1 for level in ("workplace", "network", "profession")}
    levels |= {"exits_workplace_n": 4, "exits_network_n": 2, "exits_profession_n": 1}
    levels |= {f"exits_unknown_{level}_n": 0 for level in ("workplace", "network", "profession")}
    for year in (2023, 2024, 2025):
        row = {"institution_id": "A", "start_year": year, "school_year": f"{year}/{year - 1999}", "in_post_n": 22}
        counts = {"unread_n": 0, "removed_n": 1, "exits_removed_n": 1, "month_starts_n": 240}
        w.mart("int_staff_institution", row | counts | levels)


def _pair(w: IndicatorWorld, school: str, number: int, mentee: str) -> str:
    pair = {"pair_id": f"{school} {number}", "mentor_id": f"mentor {school}{number}", "institution_id": school}
    begun = {"starts_on": "2025-09-01", "mentee_id": mentee, "mentor_trained": True, "kind": "young_teacher"}
    w.add("mentoring_pairs", pair | begun)
    return pair["pair_id"]


def _young(w: IndicatorWorld) -> None:
    """Beside t4 at B and t7 at F: eight at A, of whom six have a mentor, and five at B, who have one."""
    for school, young in (("A", 8), ("B", 5)):
        for number in range(young):
            w.staff(f"young {school}{number}", school, "2025-09-01")


def _meetings(w: IndicatorWorld) -> None:
    """One of each of eight pairs at A, of which six have a whole protocol; two of each of seven pairs at B."""
    for school, pairs, meetings, taught in (("A", 8, 1, 6), ("B", 7, 2, 5)):
        for number in range(pairs):
            mentee = f"young {school}{number}" if number < taught else f"student {school}{number}"
            pair = _pair(w, school, number, mentee)
            for meeting in range(meetings):
                whole = school == "B" or number < 6
                row = {"meeting_id": f"{pair} {meeting}", "pair_id": pair, "met_on": MAY}
                w.add("mentoring_meetings", row | {"has_goals": True, "has_observation": True, "has_agreements": whole})


def _trust(w: IndicatorWorld) -> None:
    """Eight answers at A, all 4, and seven at B, all 2."""
    scale = {"instrument": "trust", "scale_min": "1", "scale_max": "5"}
    for number in range(3):
        w.add("survey_instruments", scale | {"item": f"q{number}", "subscale": "peers", "reverse": False})
    w.add(
        "survey_waves",
        {"instrument": "trust", "wave": "may", "phase": "single", "opened_on": "2026-05-01"}
        | {"closed_on": "2026-05-20"},
    )
    for school, people, value in (("A", 8, "4"), ("B", 7, "2")):
        for person in range(people):
            who = {"respondent_id": f"{school}{person}", "institution_id": school, "role": "teacher"}
            for number in range(3):
                row = {"instrument": "trust", "wave": "may", "item": f"q{number}", "value": value, "consent": True}
                w.add("survey_responses", who | row | {"answered_at": f"{MAY}T05:00:00"})


def _plans(w: IndicatorWorld) -> None:
    """A planned a seminar for 1 June that was never held, and one of ten people with half of them; K has a forgotten risk."""
    event = {"cluster_id": "K", "kind": "plc_seminar", "organiser_id": "A"}
    w.add(
        "network_events",
        event | {"event_id": "held", "planned_on": MAY, "held_on": MAY},
        event | {"event_id": "missed", "planned_on": "2026-06-01"},
    )
    people = ({"event_id": "held", "person_id": f"g{n}", "attended": n < 5} for n in range(10))
    w.add("event_participants", *people)
    w.add(
        "risks",
        {
            "risk_id": "r1",
            "cluster_id": "K",
            "category": "schedule",
            "opened_on": "2026-03-01",
            "owner_role": "risk_owner",
        },
    )
    action = {"cluster_id": "K", "kind": "annual", "title": "t", "responsible_role": "deputy_head"}
    action |= {"responsible_id": "A", "starts_on": "2026-01-10", "expected_result": "r"}
    w.add(
        "action_plan",
        action | {"action_id": "late", "due_on": "2026-08-31"},
        action | {"action_id": "done", "due_on": "2026-05-01", "done_on": "2026-04-01"},
        # Its last day is the as-of date.
        action | {"action_id": "today", "due_on": "2026-09-15"},
    )
