"""Clusters of production, courses and psychologists, added to `indicator_world.network`: one world that three tests read.

Cluster W is one of production, of the college C and the university U; V is another, of the school E, which tells little.
"""

from __future__ import annotations

from typing import Any

from indicator_world import IndicatorWorld, network

OBLAST, CITY, VILLAGE = "110000000", "111000000", "112000000"
YEAR, LAST_YEAR = "2025/26", "2024/25"


def world() -> IndicatorWorld:
    w = network()
    own = {"W": {"name_ru": "Кластер", "legal_form": "union", "_created_at": "2026-09-09T20:00:00"}}
    for cluster, members in (("W", "CU"), ("V", "E")):
        named = {"cluster_id": cluster, "name_kk": cluster, "kind": "education_production", "stage": "pilot"}
        w.add("clusters", named | {"region_code": OBLAST, "founded_on": "2024-09-01"} | own.get(cluster, {}))
        for member in members:
            joined = {"cluster_id": cluster, "institution_id": member, "role": "enterprise", "joined_on": "2024-09-01"}
            w.add("cluster_members", joined)
    _reports(w)
    _satisfaction(w)
    _specialties(w)
    _plans(w)
    _courses(w)
    _categories(w)
    _psychologists(w)
    _climate(w)
    _passport(w)
    return w


def _reports(w: IndicatorWorld) -> None:
    w.add(
        "education_production_kpis",
        {"cluster_id": "W", "year": 2024, "learners": 400, "dual_learners": 0},
        {"cluster_id": "W", "year": 2025, "learners": 420, "dual_learners": 96, "goods_services_kzt": "45000000"},
        {"cluster_id": "W", "year": 2026, "learners": 500, "dual_learners": 99},
        {"cluster_id": "V", "year": 2025, "learners": 380, "goods_services_kzt": "12500000.50"}
        | {"employer_investment_kzt": "30000000"},
    )
    # A file of 2024/25 came, and V is not in it.
    w.delivered("education_production_kpis", LAST_YEAR)


def _satisfaction(w: IndicatorWorld) -> None:
    for instrument in ("student_satisfaction", "employer_satisfaction"):
        for item in ("q1", "q2", "q3"):
            scale = {"scale_min": "1", "scale_max": "5", "reverse": False}
            w.add("survey_instruments", {"instrument": instrument, "item": item} | scale)
        for wave, closed in (("autumn", "2025-11-30"), ("spring", "2026-04-30")):
            told = {"instrument": instrument, "wave": wave, "phase": "single"}
            w.add("survey_waves", told | {"opened_on": closed[:8] + "01", "closed_on": closed})
    for number in range(8):
        value = "5" if number < 4 else "4"
        _answers(w, "student_satisfaction", f"s{number}", value, role="student", institution_id="C")
        value = "5" if number < 4 else "3"
        _answers(w, "employer_satisfaction", f"e{number}", value, role="employer", cluster_id="W")
    # What s0 said in the autumn counts no more; one answer of three is no score.
    _answers(w, "student_satisfaction", "s0", "1", wave="autumn", role="student", institution_id="C")
    _answers(w, "student_satisfaction", "s9", "1", items=("q1",), role="student", institution_id="C")
    for number in range(7):
        _answers(w, "employer_satisfaction", f"v{number}", "5", role="employer", cluster_id="V")


def _answers(
    w: IndicatorWorld,
    instrument: str,
    who: str,
    value: str,
    *,
    wave: str = "spring",
    items: tuple[str, ...] = ("q1", "q2", "q3"),
    **values: Any,
) -> None:
    day = "2025-11-10" if wave == "autumn" else "2026-04-10"
    given = {"instrument": instrument, "wave": wave, "respondent_id": who, "consent": True}
    for item in items:
        w.add("survey_responses", given | values | {"item": item, "value": value, "answered_at": f"{day}T05:00:00"})


def _specialties(w: IndicatorWorld) -> None:
    programme = {"level": "vocational", "pedagogical": False, "institution_id": "C"}
    w.add(
        "programmes",
        programme | {"programme_code": "Q", "specialty_code": "S1"},
        programme | {"programme_code": "R", "specialty_code": "S2"},
        programme | {"programme_code": "N"},
        programme | {"programme_code": "X", "specialty_code": "S1", "institution_id": "U"},
    )
    for person, institution, code, start, end, status in (
        ("p1", "C", "Q", "2024-09-01", None, "studying"),
        # The same person at both: one learner of the specialty.
        ("p1", "U", "X", "2025-09-01", None, "studying"),
        ("p2", "C", "Q", "2024-09-01", None, "studying"),
        ("p3", "C", "R", "2024-09-01", None, "studying"),
        ("p4", "C", "Q", "2023-09-01", "2025-12-30", "graduated"),
        ("p5", "C", "Q", "2023-09-01", "2025-12-31", "graduated"),
        ("p6", "C", "N", "2024-09-01", None, "studying"),
        ("p7", "U", "X", "2025-12-31", None, "studying"),
        ("p8", "C", "Q", "2026-01-01", None, "studying"),
        ("p9", "C", "Q", "2024-09-01", None, "withdrawn"),
    ):
        row = {"person_id": person, "institution_id": institution, "programme_code": code, "start_date": start}
        w.add("studies", row | {"end_date": end, "level": "vocational", "status": status})
    for region, specialty, year, vacancies in (
        # What the oblast says holds before what its city says.
        (OBLAST, "S1", 2025, 2),
        (CITY, "S1", 2025, 9),
        (CITY, "S2", 2024, 3),
        (VILLAGE, "S2", 2024, 1),
    ):
        row = {"region_code": region, "specialty_code": specialty, "year": year, "vacancies": vacancies}
        w.add("labour_demand", row | {"source": "s"})


def _plans(w: IndicatorWorld) -> None:
    for cluster, code, due, done in (
        ("W", "E7", "2025-10-01", "2025-11-15"),
        ("W", "E7", "2026-05-31", "2026-08-31"),
        ("W", "E7", "2026-05-01", None),
        ("W", "E7", "2026-08-01", "2026-09-01"),
        ("W", "E8", "2025-12-01", "2025-12-01"),
        ("V", "E7", "2025-12-01", None),
    ):
        action = {"action_id": f"{cluster}{code}{due}", "cluster_id": cluster, "kind": "annual", "title": "t"}
        w.add("action_plan", action | {"indicator": code, "due_on": due, "done_on": done})
    for name, consent, start, end in (
        ("stays", "2025-01-10", "2025-02-01", None),
        ("last day", "2025-09-01", "2025-09-01", "2026-08-31"),
        ("day before", "2025-09-01", "2025-09-01", "2026-08-30"),
        ("no consent", None, "2025-02-01", None),
        ("no first day", "2026-08-31", None, None),
        ("day after", "2026-08-31", "2026-09-01", None),
        # A network of schools shares things, too.
        ("of K", "2025-01-10", "2025-02-01", None),
    ):
        owner = (
            {"cluster_id": "K", "institution_id": "A"} if name == "of K" else {"cluster_id": "W", "institution_id": "C"}
        )
        row = owner | {"resource_id": name, "kind": "workshop"}
        w.add("cluster_resources", row | {"consent_on": consent, "shared_from": start, "shared_to": end})


def _courses(w: IndicatorWorld) -> None:
    for number in range(8):
        w.staff(f"u{number}", "E", "2020-09-01")
    w.staff("counsel", "A", "2020-09-01", position_group="psychologist", load_fte="1.0")
    _course(w, "t1", "2025-10-10", 36, 5, (60, 80), 4, 5, "2")
    _course(w, "t1", "2025-12-01", 72, 3, None, None, None, "0")
    _course(w, "t1", "2024-10-10", 100)
    _course(w, "t2", "2026-06-15", 36, 5, support="0")
    _course(w, "t2", "2023-10-10", 100)
    _course(w, "t3", "2025-11-05", 18, 4, (75, 65), 2, 3)
    # Before the first day in post.
    _course(w, "t4", "2025-10-01", 100, 1, support="9")
    _course(w, "t5", "2025-09-01", 36, support="1")
    _course(w, "t7", "2025-10-10", 24, 2)
    for number, reaction in enumerate((5, 5, 5, 5, 3, 3, 3, 4)):
        organisation = 3 if number < 7 else None
        results = (0, 100) if number == 7 else (50, 60)
        support = "2.5" if number < 5 else "0"
        _course(w, f"u{number}", "2025-10-10", 10, reaction, results, 4, organisation, support)
    # No teachers, or nobody that a staff list knows.
    _course(w, "counsel", "2025-10-10", 50, 5)
    _course(w, "nobody", "2025-10-10", 50, 5)


def _course(
    w: IndicatorWorld,
    person: str,
    day: str,
    hours: int,
    reaction: int | None = None,
    results: tuple[int, int] | None = None,
    behaviour: int | None = None,
    organisation: int | None = None,
    support: str | None = None,
) -> None:
    before, after = results or (None, None)
    scores = {
        "reaction_score": reaction,
        "learning_pre": before,
        "learning_post": after,
        "behaviour_score": behaviour,
        "org_support_score": organisation,
        "post_course_hours": support,
    }
    row = {"person_id": person, "provider_id": "PD", "course": "c", "completed_on": day, "hours": str(hours)}
    w.add("training", row | {name: None if value is None else str(value) for name, value in scores.items()})


def _categories(w: IndicatorWorld) -> None:
    # Lists are of September 2026: t1 holds since December 2025 what stands there.
    listed = {("t1", "A"): "researcher", ("t3", "A"): "master", ("t5", "C"): "researcher"}
    for row in w.rows["staff_employment"]:
        row["qualification_category"] = listed.get((row["person_id"], row["institution_id"]))
    for person, day, before, after, passed in (
        ("t1", "2025-12-01", "expert", "researcher", True),
        ("t2", "2026-05-25", "researcher", "master", True),
        # Who does not pass may lose the category.
        ("t4", "2021-06-01", "expert", "researcher", True),
        ("t4", "2026-03-01", "researcher", "expert", False),
        ("t5", "2024-06-01", "pedagogue", "expert", True),
        ("t7", "2026-05-26", "expert", "researcher", True),
    ):
        row = {"person_id": person, "attested_on": day, "category_from": before, "category_to": after}
        w.add("attestations", row | {"passed": passed})
    for institution, status, start, end in (
        ("A", "target", "2024-01-01", "2026-05-25"),
        ("B", "target", "2026-05-26", None),
        ("F", "support", "2024-01-01", None),
    ):
        row = {"institution_id": institution, "status": status, "from_on": start, "to_on": end}
        w.add("institution_statuses", row)
    w.delivered("institution_statuses", YEAR)


def _psychologists(w: IndicatorWorld) -> None:
    """Hub Y has the schools A, B and E, of which pupils are told; of F, which is in K with A and B, they are not."""
    named = {"cluster_id": "Y", "name_kk": "Y", "kind": "psychology_hub", "stage": "pilot", "region_code": OBLAST}
    w.add("clusters", named | {"founded_on": "2024-09-01"})
    for school in "ABE":
        joined = {"cluster_id": "Y", "institution_id": school, "role": "partner_school", "joined_on": "2024-09-01"}
        w.add("cluster_members", joined)
    for person, institution, group, load, start, end in (
        ("h1", "A", "psychologist", "0.5", "2020-09-01", None),
        ("h1", "B", "psychologist", "0.25", "2020-09-01", None),
        ("h2", "B", "psychologist", None, "2020-09-01", None),
        ("h3", "F", "social_pedagogue", "1.0", "2020-09-01", "2026-05-24"),
        ("h4", "A", "psychologist", "1.0", "2020-09-01", "2026-05-24"),
        ("h5", "B", "psychologist", "0.5", "2025-09-01", "2026-05-25"),
        ("h6", "B", "psychologist", "0.5", "2026-05-26", None),
        ("h7", "B", "social_pedagogue", "1.0", "2025-09-01", None),
        ("h8", "C", "psychologist", "1.0", "2025-09-01", None),
        ("h9", "E", "psychologist", None, "2025-09-01", None),
    ):
        w.staff(person, institution, start, end, position_group=group, load_fte=load)
    left = {("A", 0): "2026-05-25", ("A", 1): "2026-05-26"}
    for institution, pupils in (("A", 10), ("B", 5), ("E", 6)):
        for number in range(pupils):
            row = {"pupil_id": f"{institution}{number}", "institution_id": institution, "school_year": YEAR, "grade": 7}
            w.add("enrolments", row | {"left_on": left.get((institution, number))})


def _climate(w: IndicatorWorld) -> None:
    for institution, term, class_code, scale, n, mean in (
        ("A", 1, "9А", "teacher_support", 12, "4.5"),
        ("A", 2, "7А", "safety", 25, "3.8"),
        ("A", 2, "7А", "belonging", 25, "3.0"),
        ("A", 2, "7Ә", "safety", 15, "4.2"),
        ("A", 2, "8А", "safety", 9, "1.0"),
        ("A", 2, "7А", "anxiety", 25, "50.0"),
        ("B", 2, "8А", "safety", 10, "2.0"),
        # The parallel says what its classes say.
        ("B", 3, "8", "safety", 40, "3.0"),
        ("B", 3, "8А", "safety", 20, "4.0"),
        ("B", 3, "8Ә", "safety", 20, "2.0"),
        # Class 1 is no part of 11А.
        ("B", 4, "1", "safety", 12, "1.0"),
        ("B", 4, "11А", "safety", 11, "5.0"),
    ):
        row = {"institution_id": institution, "school_year": YEAR, "term": term, "class_code": class_code}
        w.add("climate_aggregates", row | {"scale": scale, "n": n, "mean": mean})


def _passport(w: IndicatorWorld) -> None:
    w.add(
        "cluster_members",
        {
            "cluster_id": "W",
            "institution_id": "A",
            "role": "enterprise",
            "joined_on": "2024-09-01",
            "left_on": "2026-09-14",
        },
        {"cluster_id": "W", "institution_id": "B", "role": "enterprise", "joined_on": "2026-09-16"},
        {"cluster_id": "W", "institution_id": "F", "role": "enterprise", "joined_on": "2026-09-15", "founder": True}
        | {"left_on": "2026-09-15", "duties": "lends its workshop"},
    )
    w.add("projects", {"project_id": "open", "cluster_id": "W", "kind": "innovation", "started_on": "2026-01-01"})
    ended = {"project_id": "ended", "cluster_id": "W", "kind": "innovation", "started_on": "2025-01-01"}
    w.add("projects", ended | {"ended_on": "2026-09-15"})
    line = {"cluster_id": "W", "budget_year": 2026, "kind": "equipment", "source": "business", "planned_kzt": "1000"}
    w.add("finance", line | {"line_id": "1", "paid_kzt": "400", "paid_on": "2026-02-01"}, line | {"line_id": "2"})
    for day in ("2025-01-01", "2026-09-15", "2026-09-16"):
        w.add("cluster_passport", {"cluster_id": "W", "section": 8, "version_on": day})
