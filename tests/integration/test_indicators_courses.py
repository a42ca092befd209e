"""Courses of teachers and their categories in the table of indicators, worked out by hand from `indicator_scenes_production`.

In 2025/26 t1, t2, t3 (at A and B), t5 and t7 completed courses while in post, t4 before it; eight teachers of E did, too.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import dbt_in_process
import pytest
from indicator_scenes_production import LAST_YEAR, OBLAST, YEAR, world
from indicator_world import AS_OF, Told

from bilimkoz.connection import connect

SCENE = world


@pytest.mark.parametrize(
    ("code", "scope_id", "total", "n"),
    [
        # E: 4 * 5 + 3 * 3 + 4 = 33.
        ("O1", "V", 33, 8),
        # Seven gained 10 and one 100.
        ("O2", "V", 170, 8),
        # Of E one has no score: seven are too few.
        ("O3", OBLAST, 7 * 3 + 5 + 3, 9),
        ("O4", "V", 32, 8),
    ],
)
def test_what_is_said_of_courses(told: Told, code: str, scope_id: str, total: int, n: int) -> None:
    row = told(code, YEAR, scope_id, scope="cluster" if scope_id == "V" else None)
    assert (row["numerator"], row["n"], row["status"]) == (total, n, "ok")
    assert row["value"] == pytest.approx(total / n, abs=1e-12)


@pytest.mark.parametrize(("code", "n"), [("O1", 12), ("O2", 10), ("O4", 10)])
def test_an_oblast_does_not_tell_of_the_few_beside_a_cluster(told: Told, code: str, n: int) -> None:
    """Beside the eight of V there are t1, t2, t3, once, and t7; of t4, who was at no school on the day, nothing counts."""
    assert told(code, YEAR, OBLAST)["n"] == n
    assert told.part(code, YEAR, OBLAST) == (None, None, "too_few")


@pytest.mark.parametrize(("code", "n"), [("O1", 4), ("O2", 2), ("O3", 2), ("O4", 2)])
def test_what_few_say_of_courses_is_not_told(told: Told, code: str, n: int) -> None:
    assert told.part(code, YEAR) == (None, None, "too_few")
    assert told(code, YEAR)["n"] == n
    assert told.part("O3", YEAR, "V", scope="cluster") == (None, None, "too_few")
    assert told.part(code, YEAR, "M") == (None, None, "not_collected")
    assert told.part(code, YEAR, "P") == (None, None, "not_applicable")
    # Of t1's course of the year before nothing is said.
    assert told.part(code, LAST_YEAR) == (None, None, "not_applicable")


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # Of t1 108, t2 36 (in June, still in the year), t3 18, t4 100 (of a course before the post), t5 36, t7 24.
        (YEAR, "K", (322, 6, "too_few")),
        (YEAR, "B", (118, 2, "too_few")),
        (YEAR, "V", (80, 9, "too_few")),
        (LAST_YEAR, "K", (100, 4, "too_few")),
        # Nobody of E completed a course that year.
        (LAST_YEAR, "V", (None, None, "not_collected")),
        (YEAR, OBLAST, (None, None, "not_collected")),
        (YEAR, "M", (None, None, "not_collected")),
    ],
)
def test_hours_of_a_teacher(
    told: Told, period: str, scope_id: str, expected: tuple[float | None, float | None, str]
) -> None:
    assert told.part("O6", period, scope_id, scope="cluster" if scope_id == "V" else None) == expected


def test_hours_against_a_norm(told: Told, folder: Path, tmp_path: Path) -> None:
    """None is set; a region that asks teachers, not lecturers as t5, for 100 hours in two school years gets its share."""
    assert told.part("O6", YEAR, measure="norm") == (None, None, "not_applicable")
    own = tmp_path / "warehouse.duckdb"
    shutil.copy(folder / "warehouse.duckdb", own)
    with connect(own) as connection:
        connection.execute("insert into seeds.pd_norms values ('teacher', 2, 100)")
    dbt_in_process.build(own, AS_OF, ["ind_o6"])
    with connect(own, read_only=True) as connection:
        found = connection.execute(
            """select period, cast(numerator as integer), n from indicators.ind_o6
            where measure = 'norm' and scope = 'cluster' and scope_id = 'K' order by period desc"""
        ).fetchall()
    # In both years t1, and t4 with 100 exactly, of t1, t2, t3, t4 and t7: the 100 hours of t2 are three years old. The year
    # before t1 with 100 exactly and t2, of t1, t2 and t3.
    assert found[:2] == [(YEAR, 2, 5), (LAST_YEAR, 2, 3)]


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        (YEAR, "K", (5, "ok")),
        (YEAR, "A", (3, "ok")),
        (YEAR, "B", (1, "ok")),
        (YEAR, "V", (8, "ok")),
        # Of D no staff list came, so that nobody knows who of its teachers has completed one.
        (YEAR, OBLAST, (None, "not_collected")),
        (YEAR, "all", (None, "not_collected")),
        (LAST_YEAR, "K", (1, "ok")),
        (YEAR, "M", (None, "not_collected")),
    ],
)
def test_teachers_trained(told: Told, period: str, scope_id: str, expected: tuple[float | None, str]) -> None:
    row = told("O7", period, scope_id, scope="cluster" if scope_id == "V" else None)
    assert (row["value"], row["status"]) == expected


@pytest.mark.parametrize(
    ("period", "scope_id", "expected", "known"),
    [
        # t1 and t2 by their attestations, t2 on the very day, t3 by the list, at two schools once. t5's attestation holds before
        # the list; t4 was a researcher and is an expert since March, t7 was one up to the day after.
        (YEAR, "K", (3, "ok"), (3, 6, "too_few")),
        (YEAR, "A", (3, "ok"), (3, 3, "too_few")),
        # t1 was an expert, whatever the list says today; t2 came as a researcher to what made a master.
        (LAST_YEAR, "K", (2, "ok"), (2, 4, "too_few")),
        (YEAR, "F", (0, "ok"), (0, 1, "too_few")),
        # Of nobody at E is a category known: not nought.
        (YEAR, "E", (None, "not_collected"), None),
        (YEAR, "M", (None, "not_collected"), (None, None, "not_collected")),
    ],
)
def test_teachers_of_high_category(
    told: Told,
    period: str,
    scope_id: str,
    expected: tuple[float | None, str],
    known: tuple[float | None, float | None, str] | None,
) -> None:
    row = told("O8", period, scope_id)
    assert (row["value"], row["status"]) == expected
    if known:
        assert told.part("O8", period, scope_id, "among_known") == known


@pytest.mark.parametrize(
    ("period", "scope_id", "expected"),
    [
        # A, on the last day of the status, of A, B and F; B is one from the day after.
        (YEAR, "K", (1, 3, "ok")),
        (LAST_YEAR, "K", (1, 2, "ok")),
        (YEAR, OBLAST, (1, 5, "ok")),
        # A file came of this year, and D is not in it; of the year before none.
        (YEAR, "M", (0, 1, "ok")),
        (LAST_YEAR, "M", (None, None, "not_collected")),
    ],
)
def test_target_schools(
    told: Told, period: str, scope_id: str, expected: tuple[float | None, float | None, str]
) -> None:
    assert told.part("O9", period, scope_id) == expected


@pytest.mark.parametrize(
    ("scope_id", "expected"),
    [
        # t1 after one of two courses and t5, not t2 with no hours; of t3 and t7 nobody says.
        ("K", (2, 3, "too_few")),
        ("A", (1, 2, "too_few")),
        ("V", (5, 8, "too_few")),
        (OBLAST, (7, 11, "ok")),
        ("M", (None, None, "not_collected")),
    ],
)
def test_support_after_courses(told: Told, scope_id: str, expected: tuple[float | None, float | None, str]) -> None:
    assert told.part("O10", YEAR, scope_id, scope="cluster" if scope_id == "V" else None) == expected
