"""What a cluster does as a network: members, events, the platform, files and graduates, on the world of `indicator_world`.

Beside its members there are two who left K, the firm X a day before members are counted and the association Y on that day, two
that were closed, Z on that day and W a day later, and two schools that joined M: E in 2025 and, on the day on which 2025/26 is
counted, G, of which no source says where it lies.
"""

from __future__ import annotations

from indicator_scene_graduates import graduates
from indicator_world import IndicatorWorld, network

CITY = "111000000"


def scene() -> IndicatorWorld:
    w = network()
    _members(w)
    _coverage(w)
    _events(w)
    _plans(w)
    _cycles(w)
    _platform(w)
    _files(w)
    _attestations(w)
    graduates(w)
    return w


def _members(w: IndicatorWorld) -> None:
    for institution, kind, region in (("X", "enterprise", CITY), ("Y", "ngo", CITY), ("G", "school", None)):
        w.add("institutions", {"institution_id": institution, "kind": kind, "region_code": region, "status": "active"})
    for institution, closed_on in (("Z", "2025-05-25"), ("W", "2025-05-26")):
        w.add(
            "institutions",
            {
                "institution_id": institution,
                "kind": "research",
                "region_code": CITY,
                "status": "closed",
                "closed_on": closed_on,
            },
        )
        w.add(
            "cluster_members",
            {"cluster_id": "K", "institution_id": institution, "role": "research", "joined_on": "2024-09-01"},
        )
    w.add(
        "cluster_members",
        {"cluster_id": "K", "institution_id": "X", "role": "employer", "joined_on": "2024-09-01", "left_on": "2025-05-24"},
        {"cluster_id": "K", "institution_id": "Y", "role": "employer", "joined_on": "2024-09-01", "left_on": "2025-05-25"},
        {"cluster_id": "M", "institution_id": "E", "role": "partner_school", "joined_on": "2025-09-01"},
        {"cluster_id": "M", "institution_id": "G", "role": "partner_school", "joined_on": "2026-05-25"},
    )  # fmt: skip


def _coverage(w: IndicatorWorld) -> None:
    for number, (student, school, cluster, mentor, starts_on, ends_on) in enumerate(
        (
            ("u1", "A", None, "t1", "2025-09-15", "2025-11-15"),
            ("u1", "B", None, "t3", "2026-02-01", "2026-03-01"),
            # At a school of K, for M.
            ("u2", "A", "M", None, "2025-10-01", "2025-12-01"),
            ("u3", "A", None, None, "2024-10-01", "2025-08-31"),
            # Ends on the first day of 2025/26.
            ("u4", "A", None, None, "2025-06-01", "2025-09-01"),
        )
    ):
        w.add(
            "practicum_placements",
            {"placement_id": f"pl{number}", "student_id": student, "school_id": school, "sending_id": "C"}
            | {"cluster_id": cluster, "mentor_id": mentor, "starts_on": starts_on, "ends_on": ends_on}
            | {"kind": "teaching", "plan_approved": True},
        )
    # Mentored until the winter, and is in no post when teachers are counted.
    w.staff("t8", "B", "2020-09-01", "2025-12-31", end_reason="resigned")
    pair = {"mentee_id": "n", "kind": "young_teacher", "mentor_trained": True, "mentor_refused": False}
    w.add(
        "mentoring_pairs",
        pair | {"pair_id": "m1", "mentor_id": "t1", "institution_id": "A", "starts_on": "2023-09-01"},
        pair
        | {"pair_id": "m2", "mentor_id": "t2", "institution_id": "A", "offered_on": "2025-10-01"}
        | {"mentor_refused": True, "mentee_id": None},
        pair | {"pair_id": "m3", "mentor_id": "t4", "institution_id": "B", "starts_on": "2026-01-20"},
        pair
        | {"pair_id": "m4", "mentor_id": "t5", "institution_id": "C", "starts_on": "2024-09-01", "ends_on": "2025-08-31"},
        pair
        | {"pair_id": "m5", "mentor_id": "t8", "institution_id": "B", "starts_on": "2025-09-01", "ends_on": "2025-12-20"},
    )  # fmt: skip


def _events(w: IndicatorWorld) -> None:
    for event, cluster, kind, organiser, planned_on, held_on, status in (
        ("e1", "K", "plc_seminar", "A", "2025-09-10", "2025-09-10", "held"),
        # Planned for the last day of the first quarter, held on the first of the second.
        ("e2", "K", "plc_seminar", "A", "2025-10-31", "2025-11-01", "held"),
        ("e3", "K", "conference", "A", "2025-10-05", None, "cancelled"),
        ("e4", "K", "masterclass", "C", None, "2025-11-20", "held"),
        ("e5", "K", "plc_seminar", "A", "2026-06-10", "2026-06-10", "held"),
        ("e6", "K", "open_day", "A", "2026-09-10", None, "planned"),
        ("e7", "M", "conference", "A", "2025-09-20", "2025-09-20", "held"),
        ("e8", "K", "plc_seminar", "A", None, "2025-09-24", "held"),
    ):
        w.add(
            "network_events",
            {"event_id": event, "cluster_id": cluster, "kind": kind, "organiser_id": organiser}
            | {"planned_on": planned_on, "held_on": held_on, "status": status},
        )
    for event, person, institution, attended in (
        ("e1", "t1", "A", True),
        ("e1", "t5", "C", None),
        ("e8", "t1", "A", True),
        ("e8", "t3", "B", True),
        ("e8", "t5", "C", False),
        ("e5", "t4", "B", True),
        ("e5", "lecturer", "U", True),
    ):
        w.add(
            "event_participants",
            {"event_id": event, "person_id": person, "institution_id": institution, "attended": attended},
        )


def _plans(w: IndicatorWorld) -> None:
    action = {"cluster_id": "K", "kind": "annual", "title": "t", "responsible_role": "r", "expected_result": "r"}
    w.add(
        "action_plan",
        action | {"action_id": "a1", "due_on": "2025-10-10", "done_on": "2025-10-10", "responsible_id": "A"},
        action | {"action_id": "a2", "due_on": "2025-10-10", "done_on": "2025-10-11"},
        action | {"action_id": "a3", "due_on": "2025-10-20", "responsible_id": "C"},
    )
    for checklist, rater, quarter, ratings in (
        ("s1", "self", "2025/26-Q1", {"C1": "yes", "C2": "high", "C4": "surface"}),
        ("x1", "external", "2025/26-Q1", {"C1": "yes", "C2": "medium", "C5": "no"}),
        ("x2", "external", "2025/26-Q1", {"C2": "low"}),
        ("s2", "self", "2025/26-Q2", {"C1": "no"}),
    ):
        for item, value in ratings.items():
            w.add(
                "quality_checklists",
                {"checklist_id": checklist, "item": item, "cluster_id": "K", "quarter": quarter}
                | {"rater": rater, "value": value},
            )


def _cycles(w: IndicatorWorld) -> None:
    for cycle, institution, cluster in (
        ("c1", "A", None),
        ("c2", "B", None),
        ("c3", "C", None),
        ("c4", "B", "M"),
        ("c5", "G", None),
    ):
        w.add(
            "lesson_study_cycles",
            {"cycle_id": cycle, "institution_id": institution, "cluster_id": cluster, "topic": "t"}
            | {"started_on": "2025-10-01", "stage_reached": 1, "external_expert": False, "artefacts_complete": 0},
        )


def _platform(w: IndicatorWorld) -> None:
    for user, institution, moment, action in (
        ("x1", "A", "2026-03-01 06:00:00", "login"),
        ("x1", "A", "2026-03-01 07:00:00", "upload_plan"),
        ("x1", "A", "2026-03-02 06:00:00", "comment"),
        # Day 29 is in none of the four weeks, day 28 in the last.
        ("x1", "A", "2026-03-29 06:00:00", "session"),
        # One user of two schools, at both on one day.
        ("x2", "A", "2026-03-03 06:00:00", "login"),
        ("x2", "B", "2026-03-03 07:00:00", "comment"),
        ("x2", "B", "2026-03-28 06:00:00", "error"),
        # Last day of the first week, first day of the second.
        ("x3", "B", "2026-03-07 06:00:00", "login"),
        ("x3", "B", "2026-03-08 06:00:00", "upload_plan"),
        ("x4", None, "2026-03-05 06:00:00", "comment"),
        # Half past midnight of 1 April in Almaty.
        ("x5", "F", "2026-03-31 19:30:00", "session"),
    ):
        w.add(
            "platform_events",
            {"user_id": user, "institution_id": institution, "occurred_at": moment, "action": action},
        )
    card = {"kind": "task", "opened_at": "2026-03-02 06:00:00", "due_at": "2026-03-10 12:00:00"}
    w.add(
        "platform_cards",
        card | {"card_id": "k1", "institution_id": "A", "closed_at": "2026-03-10 12:00:00"},
        card | {"card_id": "k2", "cluster_id": "K", "closed_at": "2026-03-10 12:00:01"},
        card | {"card_id": "k3", "institution_id": "B", "due_at": None, "closed_at": "2026-03-05 06:00:00"},
        card | {"card_id": "k4", "institution_id": "A", "cluster_id": "M"},
    )
    ticket = {"category": "login", "opened_at": "2026-03-02 06:00:00"}
    w.add(
        "support_tickets",
        ticket | {"ticket_id": "s1", "institution_id": "A", "resolved_at": "2026-03-02 18:00:00"},
        ticket | {"ticket_id": "s2", "institution_id": "B", "cluster_id": "K", "resolved_at": "2026-03-03 18:00:00"},
        ticket | {"ticket_id": "s3", "institution_id": "A"},
    )


def _files(w: IndicatorWorld) -> None:
    """Attendance of A and B is due ten days after the month, from February on, with which it began."""
    w.senders.append(("school", "kz.iin", ["A", "B"], ["attendance"], None))
    for sender, feed, created_on, list_on, rows in (
        ("school", "attendance", "2026-03-10", "2026-02-28", {"read_n": 100, "accepted_n": 70, "superseded_n": 20}),
        ("school", "attendance", "2026-03-20", "2026-02-28", {"read_n": 50, "accepted_n": 50}),
        ("school", "attendance", "2026-04-11", "2026-03-31", {"read_n": 10, "accepted_n": 10}),
        ("department", "staff_employment", "2026-04-10", "2026-03-31", {"read_n": 200, "accepted_n": 200}),
    ):
        kept = dict.fromkeys((f"{part}_n" for part in ("waiting", "quarantined")), 0)
        if rows["read_n"] == 100:
            kept = {"waiting_n": 6, "quarantined_n": 4}
        w.file(
            f"{sender} {created_on}", feed, sender=sender, feed=feed, state="accepted", created_on=created_on,
            created_at=f"{created_on} 08:00:00", as_of_on=list_on, **kept, **rows,
        )  # fmt: skip
    # In May the school tells four lessons, three of them rated, and the department a course with two of seven needed fields.
    for number in range(4):
        lesson = {"protocol_id": f"p{number}", "institution_id": "A", "teacher_id": "t1", "depth": "deep"}
        told = {"lesson_on": "2026-05-02", "rating": "4" if number else None}
        w.add("lesson_analyses", lesson | told | {"_sender": "school", "_created_at": "2026-05-03T20:00:00"})
    course = {"person_id": "t1", "provider_id": "PD", "course": "c", "completed_on": "2026-04-30", "kind": "subject"}
    w.add("training", course | {"reaction_score": "4", "_sender": "department", "_created_at": "2026-05-04T08:00:00"})


def _attestations(w: IndicatorWorld) -> None:
    for person, attested_on, before, after, passed in (
        ("t1", "2022-03-01", "pedagogue", "moderator", True),
        ("t1", "2026-03-01", "moderator", "expert", True),
        ("t3", "2026-02-01", "pedagogue", "moderator", True),
        ("t5", "2026-01-10", "moderator", "moderator", True),
        # Fails and then passes; t7 passes and then fails.
        ("t2", "2025-10-10", "moderator", "expert", False),
        ("t2", "2026-04-10", "moderator", "expert", True),
        ("t7", "2025-10-01", "expert", "researcher", True),
        ("t7", "2026-03-10", "researcher", "master", False),
        # In no post yet.
        ("t4", "2025-12-01", "none", "pedagogue", True),
        ("t6", "2025-11-11", "none", "pedagogue", True),
    ):
        w.add(
            "attestations",
            {"person_id": person, "attested_on": attested_on, "category_from": before, "category_to": after}
            | {"passed": passed},
        )
