"""Lesson study and programmes in the table of indicators, worked out by hand from the rows of `indicator_scene_lessons`."""

from __future__ import annotations

import pytest
from indicator_scene_lessons import OTHER, lessons
from indicator_world import Told

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
OBLAST = "110000000"

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
