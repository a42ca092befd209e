"""Lesson study and programmes in the table of indicators, worked out by hand from the rows of `indicator_world`."""

from __future__ import annotations

import pytest
from indicator_world import IndicatorWorld, Told, network

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
OBLAST = "110000000"
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


SCENE = lessons


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # In post on 31 December: t1, t2, t3 (at two schools, once), t5; t5 by the project, which ran until October.
        (S1, "K", (3, 4, "too_few")),
        # On 25 May also t4 and, F having joined, t7; t2, who resigns in June, is still counted.
        (S2, "K", (4, 6, "too_few")),
        (YEAR, "K", (4, 6, "too_few")),
        # The year before: t1, t2, t3, t5, of whom t5 in the project.
        (LAST_YEAR, "K", (1, 4, "too_few")),
        (S1, "A", (2, 3, "too_few")),
        (S1, "B", (1, 1, "too_few")),
        # D and U told nothing: five of the seven that are to send a list, under 95 of a hundred.
        (S1, OBLAST, (None, None, "not_collected")),
        (S1, "M", (None, None, "not_collected")),
        (S1, "P", (None, None, "not_applicable")),
        ("2026/27-S1", "K", (None, None, "not_yet_observed")),
    ],
)
def test_who_takes_part_in_lesson_study(
    told: Told, period: str, scope_id: str, expected: tuple[int | None, int | None, str]
) -> None:
    assert told.part("L1", period, scope_id) == expected


def test_who_is_missing_is_named(told: Told) -> None:
    row = told("L1", S1, "M")
    assert (row["members_n"], row["delivered_n"], row["missing_members"]) == (1, 0, "D")
    row = told("L1", S2)
    assert (row["members_n"], row["delivered_n"], row["missing_members"]) == (4, 4, None)


def test_a_target_holds_from_the_day_it_is_set(told: Told) -> None:
    before, first, second = told("L1", LAST_YEAR), told("L1", S1), told("L1", S2)
    assert (before["baseline"], before["target"], before["band"]) == (None, None, "none")
    assert (first["baseline"], first["target"], first["band"]) == (0.25, 0.70, "target_met")
    # 4 / 6 < 0.70, and more than 0.25; and 1 / 4 -> 4 / 6 of so few is no change.
    assert (second["band"], second["trend"]) == ("better_than_baseline", "same")
    # Counted since the school year began, each semester is held against that of the year before, not the one before.
    for row, share in ((first, 3 / 4), (second, 4 / 6)):
        assert row["change_value"] == pytest.approx(share - 1 / 4, abs=1e-15)


def test_who_writes_with_other_institutions(told: Told) -> None:
    assert told.part("L2", S1) == (2, 4, "too_few")
    assert told.part("L2", YEAR) == (2, 6, "too_few")


def test_lessons_analysed(told: Told) -> None:
    """12 protocols at A and 4 at B over 100 and 60 lessons; of the second quarter B told nothing."""
    assert told.part("L3", "2025/26-Q1") == (16, 160, "ok")
    assert told("L3", "2025/26-Q1")["value"] == pytest.approx(0.1, abs=1e-15)
    assert told("L3", "2025/26-Q2")["missing_members"] == "B"
    assert told.part("L3", "2025/26-Q2") == (None, None, "not_collected")
    assert told.part("L3", S1) == (None, None, "not_collected")
    # t1, t2 and t3 of t1, t2, t3 and t5.
    assert told.part("L3", "2025/26-Q1", measure="teachers") == (3, 4, "too_few")


@pytest.mark.parametrize(
    ("measure", "first", "second"),
    [
        # c1 ends in the first semester, complete; c4 in the second, with two artefacts of four and without a measurement.
        ("main", (1, 1, "ok"), (0, 1, "ok")),
        ("external_expert", (1, 1, "ok"), (0, 1, "ok")),
        ("gain", (1, 1, "ok"), (None, None, "not_applicable")),
        ("published", (1, 1, "ok"), (0, 1, "ok")),
        # By where they begin: c1 and c4, and in the second semester c2, which has not ended.
        ("finished", (2, 2, "ok"), (0, 1, "ok")),
    ],
)
def test_depth_of_cycles(
    told: Told, measure: str, first: tuple[int, int, str], second: tuple[int | None, int | None, str]
) -> None:
    assert told.part("L4", S1, measure=measure) == first
    assert told.part("L4", S2, measure=measure) == second


@pytest.mark.parametrize("measure", ["main", "finished", "external_expert", "gain", "published"])
def test_a_cycle_counts_for_the_cluster_it_names(told: Told, measure: str) -> None:
    assert told.part("L4", S1, "M", measure=measure) == (int(measure == "finished"), 1, "ok")
    # c1 and c3 end, and c5 of F, which is of no cluster yet and has measured nothing; c1, c3 and c4 begin.
    ended = {"finished": (3, 3, "ok"), "gain": (1, 2, "ok")}
    assert told.part("L4", S1, OBLAST, measure=measure) == ended.get(measure, (1, 3, "ok"))


def test_rated_lessons(told: Told) -> None:
    assert told.part("L5", S1) == (6, 9, "ok")


def test_open_lessons_by_teachers(told: Told) -> None:
    assert told.part("L6", YEAR) == (1, 6, "too_few")
    assert told("L6", YEAR)["value"] == pytest.approx(100 / 6, abs=1e-12)


def test_schools_in_lesson_study(told: Told) -> None:
    assert told.part("L7", YEAR) == (3, 3, "ok")
    assert told.part("L7", YEAR, measure="practice_research") == (1, 1, "ok")
    # Of the oblast A, B and F of A, B, D and F: E is a member of no cluster, and so are all schools of the other. F is one since
    # February, and began its cycle in the year before.
    assert told.part("L7", YEAR, OBLAST) == (3, 4, "ok")
    assert told.part("L7", LAST_YEAR, OBLAST) == (0, 3, "ok")
    assert told.part("L7", YEAR, OTHER, scope="region") == (None, None, "not_applicable")


def test_what_a_school_tells_is_divided_by_its_own(told: Told) -> None:
    """Twenty schools of ten lessons and a teacher each; what the last one tells has nothing that it could be divided by."""
    assert told.part("L3", "2025/26-Q1", OTHER, scope="region") == (1, 200, "ok")
    assert told.part("L6", YEAR, OTHER, scope="region") == (1, 20, "ok")
    assert told.part("N2", YEAR, OTHER, measure="mentors", scope="region") == (1, 20, "ok")


def test_programmes_that_go_on(told: Told) -> None:
    assert told.part("A1", YEAR) == (1, 2, "ok")
    assert told.part("A1", LAST_YEAR) == (None, None, "not_applicable")
    assert told.part("A1", YEAR, OBLAST) == (1, 3, "ok")
    # 4 and 3 of this year, and 5 of the year before, which stands.
    assert told.part("A2", YEAR) == (12, 3, "ok")
    assert told.part("A2", LAST_YEAR) == (5, 1, "ok")
    assert told.part("A4", YEAR) == (1, 2, "ok")
    # E is a member of no cluster.
    assert told.part("A4", YEAR, OBLAST) == (1, 2, "ok")
    assert told.part("A4", LAST_YEAR) == (0, 2, "ok")
    assert told.part("A5", YEAR) == (1, 2, "ok")
    assert told("A5", YEAR, measure="common_syllabus")["value"] == 0.25
    assert told.part("A5", LAST_YEAR) == (None, None, "not_applicable")


def test_agreements_in_force(told: Told) -> None:
    assert told("A3", YEAR)["value"] == 2
    assert told("A3", LAST_YEAR)["value"] == 1
    assert told.part("A6", YEAR) == (1, 2, "ok")
    assert told.part("A6", LAST_YEAR) == (2, 2, "ok")


def test_every_row_is_there_once(told: Told) -> None:
    """Clusters, oblasts and the country have each indicator in each period, whatever was told."""
    counts = told.rows.filter(scope="cluster").group_by("scope_id", "period_kind", "period").len()["len"].unique()
    by_kind = told.rows.filter(scope="cluster", scope_id="K").group_by("period_kind", "indicator", "measure").len()
    assert len(counts) == 4  # months, quarters, semesters, years
    assert by_kind.filter(period_kind="school_year")["len"].unique().to_list() == [3]
