"""Rows of lesson study, analysed lessons and programmes, of which `test_indicators_lessons.py` is worked out by hand."""

from __future__ import annotations

from indicator_world import IndicatorWorld, network

#: An oblast of schools of no cluster, of which all but the last send lists and counts.
OTHER, SCHOOLS = "120000000", [f"s{number:02d}" for number in range(21)]


def lessons() -> IndicatorWorld:
    w = network()
    _cycles(w)
    _analyses(w)
    _programmes(w)
    _other_oblast(w)
    w.add(
        "targets",
        {
            "scope": "cluster",
            "scope_id": "K",
            "indicator": "L1",
            "set_on": "2025-09-01",
            "baseline_value": "0.25",
            "baseline_on": "2025-05-25",
            "target_value": "0.70",
            "target_on": "2027-05-25",
        },
    )
    return w


def _cycles(w: IndicatorWorld) -> None:
    cycle = {"topic": "t", "stage_reached": 4, "external_expert": False, "artefacts_complete": 4}
    w.add(
        "lesson_study_cycles",
        cycle
        | {"cycle_id": "c1", "institution_id": "A", "started_on": "2025-10-01", "ended_on": "2025-12-01"}
        | {"external_expert": True, "outcome_before": "3.0", "outcome_after": "3.5"}
        | {"published_on": "2026-01-20", "open_lesson_on": "2025-11-20"},
        cycle | {"cycle_id": "c2", "institution_id": "B", "started_on": "2026-03-01", "artefacts_complete": 1},
        # At a school of K, but of cluster M: it says so.
        cycle
        | {
            "cycle_id": "c3",
            "institution_id": "C",
            "cluster_id": "M",
            "started_on": "2025-10-01",
            "ended_on": "2025-12-01",
        }
        | {"artefacts_complete": 3, "outcome_before": "4.0", "outcome_after": "4.0"},
        # Begins in one semester and ends in the next.
        cycle
        | {"cycle_id": "c4", "institution_id": "B", "started_on": "2025-11-01", "ended_on": "2026-02-10"}
        | {"artefacts_complete": 2},
        # Runs from one school year into the next.
        cycle
        | {"cycle_id": "c5", "institution_id": "F", "started_on": "2025-05-10", "ended_on": "2025-09-20"}
        | {"artefacts_complete": 0},
    )
    w.add(
        "lesson_study_participants",
        {"cycle_id": "c1", "person_id": "t1", "role": "leader"},
        {"cycle_id": "c1", "person_id": "t3", "role": "teacher"},
        {"cycle_id": "c1", "person_id": "t5", "role": "observer"},
        {"cycle_id": "c2", "person_id": "t4", "role": "teacher"},
    )
    w.add(
        "projects",
        {
            "project_id": "r1",
            "cluster_id": "K",
            "kind": "research",
            "started_on": "2024-10-01",
            "ended_on": "2025-10-15",
        }
        | {"implemented_in_practice": False, "institutions": "A;C"},
        {"project_id": "r2", "cluster_id": "K", "kind": "commercial", "started_on": "2025-10-01"}
        | {"implemented_in_practice": False, "institutions": "A;F"},
        # Of one institution, and so not joint.
        {"project_id": "r3", "cluster_id": "K", "kind": "research", "started_on": "2025-10-01"}
        | {"implemented_in_practice": False, "institutions": "F"},
    )
    w.add(
        "project_participants",
        {"project_id": "r1", "person_id": "t5", "institution_id": "C", "role": "researcher"},
        {"project_id": "r2", "person_id": "t7", "institution_id": "F", "role": "researcher"},
        {"project_id": "r3", "person_id": "t7", "institution_id": "F", "role": "leader"},
    )
    product = {"cluster_id": "K", "kind": "publication", "created_on": "2025-11-10"}
    w.add(
        "joint_products",
        product | {"product_id": "p1", "institutions": "A;C", "authors": "t1;t5"},
        product | {"product_id": "p2", "institutions": "B", "authors": "t4"},
        product | {"product_id": "p3", "kind": "resource", "institutions": "A;B", "authors": "t3"},
    )
    w.add(
        "institution_statuses",
        {"institution_id": "A", "status": "practice_research", "from_on": "2024-01-01"},
        {"institution_id": "B", "status": "practice_research", "from_on": "2024-01-01", "to_on": "2025-01-01"},
    )


def _analyses(w: IndicatorWorld) -> None:
    count = {"institution_id": "A", "quarter": "2025/26-Q1"}
    w.add(
        "lesson_counts",
        # The count of the school holds before that of one of its teachers.
        count | {"lessons_held": 100},
        count | {"teacher_id": "t1", "lessons_held": 30},
        count | {"institution_id": "B", "teacher_id": "t3", "lessons_held": 60},
        count | {"quarter": "2025/26-Q2", "lessons_held": 90},
    )
    ratings = ["4"] * 6 + ["2"] * 3 + [None] * 3
    for number, rating in enumerate(ratings):
        teacher = "t2" if number == 11 else "t1"
        w.add("lesson_analyses", _protocol(f"a{number}", "A", teacher, "surface", rating))
    for number in range(4):
        w.add("lesson_analyses", _protocol(f"b{number}", "B", "t3", "deep", None))
    w.add("lesson_analyses", _protocol("none", "C", "t5", "none", None))


def _protocol(protocol: str, institution: str, teacher: str, depth: str, rating: str | None) -> dict[str, object]:
    return {
        "protocol_id": protocol,
        "institution_id": institution,
        "teacher_id": teacher,
        "lesson_on": "2025-10-10",
        "depth": depth,
        "rating": rating,
    }


def _other_oblast(w: IndicatorWorld) -> None:
    """Twenty of 21 schools are enough, 95.2 of a hundred; the last has open lessons, analyses and a mentor all the same."""
    w.add(
        "regions",
        {"region_code": OTHER, "level": "oblast", "parent_code": "100000000"}
        | {"name_kk": "n", "name_ru": "n", "name_en": "n"},
    )
    for school in SCHOOLS:
        w.add("institutions", {"institution_id": school, "kind": "school", "region_code": OTHER, "status": "active"})
    for school in SCHOOLS[:-1]:
        w.staff(f"of {school}", school, "2020-09-01")
        w.add("lesson_counts", {"institution_id": school, "quarter": "2025/26-Q1", "lessons_held": 10})
    for school in (SCHOOLS[0], SCHOOLS[-1]):
        w.add(
            "lesson_study_cycles",
            {"cycle_id": f"of {school}", "institution_id": school, "topic": "t", "started_on": "2025-10-01"}
            | {"open_lesson_on": "2025-11-20", "stage_reached": 2, "external_expert": False, "artefacts_complete": 0},
        )
        w.add("lesson_analyses", _protocol(f"of {school}", school, f"of {school}", "deep", None))
        w.add(
            "practicum_placements",
            {"placement_id": f"at {school}", "student_id": f"at {school}", "school_id": school, "sending_id": "C"}
            | {"mentor_id": f"of {school}", "starts_on": "2025-10-01", "ends_on": "2025-12-01"}
            | {"kind": "teaching", "plan_approved": True},
        )


def _programmes(w: IndicatorWorld) -> None:
    programme = {"level": "vocational", "pedagogical": True, "institution_id": "C"}
    w.add(
        "programmes",
        programme
        | {"programme_code": "Q", "continuity_reviewed_on": "2025-05-01", "jointly_revised_on": "2025-12-01"}
        | {"jointly_developed": True, "subjects_n": 10, "unified_syllabus_n": 4},
        programme | {"programme_code": "R", "jointly_developed": False, "subjects_n": 10, "unified_syllabus_n": 1},
        # Of a school that is in no cluster.
        {"programme_code": "class", "institution_id": "E", "level": "school", "pedagogical": True},
    )
    outcome = {"institution_id": "C", "programme_code": "Q", "level": "college", "key_outcome": True}
    reviewed = {"reviewed_on": "2025-11-01"}
    w.add(
        "programme_outcomes",
        outcome
        | reviewed
        | {"outcome_code": "o1", "aligned_programme_code": "X", "aligned_with": "x1", "expert_score": "4"},
        outcome | reviewed | {"outcome_code": "o2", "expert_score": "3"},
        outcome | reviewed | {"outcome_code": "o3", "key_outcome": False},
        outcome | {"outcome_code": "o4", "key_outcome": False, "expert_score": "5", "reviewed_on": "2025-03-01"},
        {
            "institution_id": "U",
            "programme_code": "X",
            "level": "university",
            "outcome_code": "x1",
            "key_outcome": True,
        },
    )
    both = {"has_data_exchange_clause": True, "has_data_protection_clause": True}
    w.add(
        "agreements",
        both
        | {"agreement_id": "g1", "cluster_id": "K", "kind": "mutual_recognition", "signed_on": "2025-01-10"}
        | {"parties": "A;U", "valid_until": "2026-12-31"},
        both
        | {"agreement_id": "g2", "parties": "A;C", "kind": "mutual_recognition", "signed_on": "2025-10-01"}
        | {"has_data_protection_clause": False},
        both
        | {"agreement_id": "g3", "cluster_id": "K", "kind": "partnership", "signed_on": "2024-01-01"}
        | {"parties": "A;B", "valid_until": "2025-12-31"},
    )
