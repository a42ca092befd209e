"""Placements of students in the table of indicators, worked out by hand from the rows of `indicator_world`."""

from __future__ import annotations

import pytest
from indicator_world import IndicatorWorld, Told, network

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
OBLAST = "110000000"
Part = tuple[float | None, float | None, str]


def practicum() -> IndicatorWorld:
    w = network()
    _placements(w)
    _visits(w)
    _final(w)
    _loads(w)
    w.add(
        "portfolios",
        # s1 has two placements; the artefact of s3 is of the last day of the semester, that of s2 of the day after.
        _artefact("s1", "2025-10-10"),
        _artefact("s3", "2025-12-31"),
        _artefact("s2", "2026-01-01"),
        _artefact("s5", "2025-10-01"),
    )
    module = {"college_id": "C", "college_programme": "Q", "university_id": "U", "credited": True}
    w.add(
        "module_credits",
        module | {"module_code": "m1", "decided_on": "2025-12-31"},
        module | {"module_code": "m1", "university_id": "V", "credited": False},
        module | {"module_code": "m2", "decided_on": "2026-01-01"},
        module | {"module_code": "m3", "credited": False},
        module | {"module_code": "m4"},
    )
    project = {"cluster_id": "K", "kind": "pbl", "started_on": "2025-10-01", "implemented_in_practice": True}
    w.add(
        "projects",
        project | {"project_id": "b1"},
        project | {"project_id": "b2", "started_on": "2025-12-31", "implemented_in_practice": False},
        project | {"project_id": "b3", "kind": "research"},
    )
    return w


def _artefact(person: str, created_on: str) -> dict[str, object]:
    return {"person_id": person, "artefact_id": "a", "kind": "reflection", "created_on": created_on, "consent": True}


def _placement(
    w: IndicatorWorld, placement: str, student: str, school: str, starts_on: str, ends_on: str, **values: object
) -> None:
    given = {"sending_id": "C", "kind": "teaching", "plan_approved": True}
    row = {"placement_id": placement, "student_id": student, "school_id": school}
    w.add("practicum_placements", given | row | {"starts_on": starts_on, "ends_on": ends_on} | values)


def _placements(w: IndicatorWorld) -> None:
    october = ("2025-10-06", "2025-10-31")
    _placement(w, "pl1", "s1", "A", *october, mentor_id="t1", supervisor_id="v1", feedback_complete=True)
    # A plan that is not approved, of somebody who has an approved one at A; and nobody says whether the feedback came.
    _placement(w, "pl2", "s1", "B", "2025-11-10", "2025-12-31", mentor_id="t3", supervisor_id="v1", plan_approved=False)
    _placement(
        w, "pl3", "s2", "A", "2025-10-06", "2026-01-16", mentor_id="t1", supervisor_id="v1", feedback_complete=True
    )
    # At a school of K, but of cluster M: it says so.
    _placement(
        w, "pl4", "s3", "A", *october, mentor_id="t2", supervisor_id="v2", feedback_complete=False, cluster_id="M"
    )
    _placement(w, "pl5", "s4", "F", "2026-03-02", "2026-03-31", mentor_id="t7", feedback_complete=True)
    _placement(w, "pl6", "s5", "E", *october, feedback_complete=True)
    # All that is told of D in that year, and it names a cluster.
    _placement(w, "old", "s16", "D", "2024-02-05", "2024-02-29", cluster_id="K")


def _visits(w: IndicatorWorld) -> None:
    for supervisor, school, day, report, placement in (
        # Two visits of one day are one day of visits.
        ("v1", "A", "2025-10-07", "2025-10-08", None),
        ("v1", "A", "2025-10-07", "2025-10-09", None),
        ("v1", "A", "2025-10-21", "2025-10-21", "pl1"),
        # Of the second no report came, or not by the as-of date.
        ("v1", "A", "2025-11-05", "2025-11-05", None),
        ("v1", "A", "2025-11-19", None, None),
        ("v1", "A", "2025-12-03", "2025-12-03", None),
        ("v1", "A", "2025-12-17", "2026-09-16", None),
        ("v1", "A", "2026-01-08", "2026-01-08", "pl3"),
        ("v1", "A", "2026-01-15", "2026-09-15", "pl3"),
        ("v1", "B", "2025-12-01", "2025-12-01", None),
        ("v1", "B", "2025-12-02", "2025-12-02", None),
        ("v1", "B", "2025-12-31", "2025-12-31", None),
        ("v2", "A", "2025-10-08", "2025-10-08", "pl4"),
        ("v2", "A", "2025-10-09", "2025-10-09", "pl4"),
    ):
        visit = {"visit_id": f"{supervisor}{school}{day}{report}", "supervisor_id": supervisor, "school_id": school}
        w.add(
            "supervisor_visits", visit | {"placement_id": placement, "visited_on": day, "report_submitted_on": report}
        )


def _final(w: IndicatorWorld) -> None:
    """Final placements of the year before, so that their twelve months end on 31 May 2026."""
    spring = ("2025-02-03", "2025-05-31")
    _placement(w, "f1", "s6", "A", *spring, kind="final")
    _placement(w, "f1b", "s6", "B", *spring, kind="final")
    _placement(w, "f2", "s7", "A", *spring, kind="final", hired_by_school=True)
    _placement(w, "f3", "s8", "D", *spring, kind="final", hired_by_school=True)
    _placement(w, "f4", "s9", "A", *spring, kind="final", hired_by_school=True, person_is_local=True)
    _placement(w, "f5", "s10", "A", *spring, kind="final", person_is_local=True)
    _placement(w, "f6", "s11", "E", "2025-05-01", "2025-09-05", kind="final", feedback_complete=True)
    for student in ("s12", "s13", "s15"):
        _placement(w, student, student, "A", *spring, kind="final")
    _placement(w, "f9", "s14", "A", *spring, hired_by_school=True)
    w.staff("s6", "A", "2025-08-15")
    w.staff("s7", "E", "2025-08-15")
    w.staff("s12", "A", "2026-05-31")
    w.staff("s13", "A", "2026-06-01")
    w.staff("s15", "A", "2024-09-01", "2025-01-31")


def _loads(w: IndicatorWorld) -> None:
    """Mentor x has eleven students on one day; the eleventh of y comes when the others have gone."""
    for number in range(11):
        _placement(w, f"x{number}", f"q{number}", "A", "2024-10-01", "2024-10-31", mentor_id="x")
        days = ("2024-11-01", "2024-11-15") if number == 10 else ("2024-10-01", "2024-10-31")
        _placement(w, f"y{number}", f"r{number}", "B", *days, mentor_id="y")


SCENE = practicum


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # s1 has a plan at B that is not approved, s2 an artefact from the next day on; s3 is of M.
        (S1, "K", (0, 2, "too_few")),
        # Of A its own placements: s1 and s3.
        (S1, "A", (2, 3, "too_few")),
        (S1, "B", (0, 1, "too_few")),
        (S1, "M", (1, 1, "too_few")),
        # s2 until 16 January and s4, who has no portfolio, at F, which has joined.
        (S2, "K", (1, 2, "too_few")),
        (YEAR, "K", (1, 3, "too_few")),
        # s1, s2, s3, s5 and s11.
        (S1, OBLAST, (2, 5, "too_few")),
        (LAST_YEAR, "K", (None, None, "not_collected")),
        (S1, "P", (None, None, "not_applicable")),
    ],
)
def test_who_is_ready_for_practicum(told: Told, period: str, scope_id: str, expected: Part) -> None:
    assert told.part("P1", period, scope_id) == expected


def test_schools_that_gave_feedback(told: Told) -> None:
    assert told.part("P2", S1) == (1, 2, "ok")  # A; not B, which says nothing
    assert told.part("P2", S2) == (2, 2, "ok")
    assert told.part("P2", YEAR) == (2, 3, "ok")
    # One placement at A without feedback is enough.
    assert told.part("P2", S1, "A") == (0, 1, "ok")
    assert told.part("P2", S1, "M") == (0, 1, "ok")
    assert told.part("P2", S1, "all") == (1, 3, "ok")  # E


def test_modules_credited(told: Told) -> None:
    """m1 by one of two universities on the last day, m4 on a day that is not told; m2 the day after."""
    assert told.part("P3", S1) == (2, 4, "ok")
    assert told.part("P3", S2) == (3, 4, "ok")
    assert told.part("P3", LAST_YEAR) == (1, 4, "ok")
    assert told.part("P3", S1, "M") == (None, None, "not_collected")


def test_projects_tried(told: Told) -> None:
    assert told.part("P5", S1) == (1, 2, "ok")
    assert told.part("P5", S2) == (None, None, "not_applicable")
    assert told.part("P5", S1, "M") == (None, None, "not_collected")


@pytest.mark.parametrize(
    ("period", "scope_id", "main", "placements"),
    [
        # Days 7 and 21 at A; of pl3 only the first, which is of all.
        ("2025-10", "K", (1, 1, "ok"), (1, 2, "ok")),
        ("2025-11", "K", (0, 2, "ok"), (0, 2, "ok")),
        ("2025-12", "K", (1, 2, "ok"), (1, 2, "ok")),
        ("2026-01", "K", (1, 1, "ok"), (1, 1, "ok")),
        # pl5 has no supervisor.
        ("2026-03", "K", (None, None, "not_applicable"), (None, None, "not_applicable")),
        ("2025/26-Q1", "K", (1, 1, "ok"), (1, 2, "ok")),
        (S1, "K", (2, 5, "ok"), (2, 6, "ok")),
        (YEAR, "K", (3, 6, "ok"), (3, 7, "ok")),
        ("2025-10", "M", (1, 1, "ok"), (1, 1, "ok")),
        ("2025-10", "A", (2, 2, "ok"), (2, 3, "ok")),
        (LAST_YEAR, "K", (None, None, "not_collected"), (None, None, "not_collected")),
    ],
)
def test_visits_of_supervisors(told: Told, period: str, scope_id: str, main: Part, placements: Part) -> None:
    assert told.part("P6", period, scope_id) == main
    assert told.part("P6", period, scope_id, measure="placements") == placements


def test_months_of_practicum(told: Told) -> None:
    """26 and 52 days of s1 and 103 of s2, at two schools of one cluster."""
    row = told("P7", S1)
    assert (row["denominator"], row["n"], row["status"]) == (2, 2, "too_few")
    assert row["value"] == pytest.approx((26 + 52 + 103) / 30.4375 / 2, abs=1e-4)
    assert told("P7", S1, "A")["value"] == pytest.approx((26 + 103 + 26) / 30.4375 / 3, abs=1e-4)
    assert told("P7", S2)["value"] == pytest.approx(30 / 30.4375, abs=1e-4)
    # What names a cluster is told of its school all the same.
    assert told("P7", "2023/24", "D")["value"] == pytest.approx(25 / 30.4375, abs=1e-4)


def test_who_was_hired(told: Told) -> None:
    """Yes: s6 (at A, not at B), s9, of whom the registry has no id, and s12 on the last day. No: s7, whom the school claims,
    s13 a day later and s15, who had left before. Of s10 nobody knows, and the year of s11 is not over."""
    assert told.part("P8", YEAR) == (3, 6, "too_few")
    assert told.part("P8", YEAR, "B") == (0, 1, "too_few")
    # Of D there is no staff list, so that the sender's word holds.
    assert told.part("P8", YEAR, "M") == (1, 1, "too_few")
    assert told.part("P8", YEAR, "all") == (4, 7, "too_few")
    assert told.part("P8", LAST_YEAR) == (None, None, "not_applicable")


def test_load_of_mentors(told: Told) -> None:
    assert told.part("P10", S1) == (3, 2, "too_few")  # t1 two at once, t3 one; t2 is of M
    assert told.part("P10", S2) == (2, 2, "too_few")  # t1 goes on with s2, t7
    assert told.part("P10", YEAR) == (4, 3, "too_few")
    assert told.part("P10", LAST_YEAR) == (21, 2, "too_few")
    assert told.part("P10", LAST_YEAR, measure="overloaded") == (1, 2, "too_few")
    assert told.part("P10", S1, measure="overloaded") == (0, 2, "too_few")
