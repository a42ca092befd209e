"""What the network effect is asked of, worked out by hand: since when a term is one of a member, and the outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean, pstdev
from typing import Any

import dbt_in_process
import duckdb
import pytest
from fact_world import FactWorld

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
MODELS = (
    "school_terms", "int_school_term", "int_pupil", "int_score", "int_score_scale", "int_value_added_row",
    "int_network_start", "int_network_score", "int_network_outcome",
)  # fmt: skip


def _result(pupil: str, school: str, score: float, **values: Any) -> dict[str, Any]:
    given = {"school_year": "2024/25", "grade": 5, "subject": "mathematics", "test": "term_exam", "term": 1}
    return {"pupil_id": pupil, "institution_id": school, "score": str(score), "max_score": "100"} | given | values


def _others(n: int, spread: int, **values: Any) -> list[dict[str, Any]]:
    """Pupils of K, which never joined: half of them `spread` under 50, half of them as much over."""
    return [_result(f"k{number}", "K", 50 + (spread if number % 2 else -spread), **values) for number in range(n)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = FactWorld("2026-09-15")
    member = {"role": "partner_school", "left_on": None}
    world.add(
        "cluster_members",
        {"cluster_id": "c2", "institution_id": "A", "joined_on": "2025-01-10"} | member,
        {"cluster_id": "c1", "institution_id": "A", "joined_on": "2024-11-15"} | member | {"left_on": "2025-02-01"},
        {"cluster_id": "c1", "institution_id": "B", "joined_on": "2024-05-25"} | member,
        {"cluster_id": "c1", "institution_id": "K", "joined_on": "2026-09-16"} | member,
        {"cluster_id": "c1", "institution_id": "D", "joined_on": "2024-08-25"} | member,
    )
    year = {"test": "modo", "term": None}
    world.add(
        "assessment_results",
        *_others(30, 10),
        *_others(30, 20, subject="physics"),
        # One too few to measure against.
        *_others(29, 10, grade=6),
        *_others(30, 10, **year),
        _result("a1", "A", 55),
        _result("a2", "A", 70),
        _result("a1", "A", 90, subject="physics"),
        _result("a3", "A", 90, grade=6),
        # A mark is no test, and what is taken after the as-of date is not known.
        _result("a1", "A", 5, test="term_mark"),
        _result("a4", "A", 99, taken_on="2026-09-16"),
        _result("a1", "A", 50, **year),
        *_others(30, 10, school_year="2023/24", grade=4, **year),
        _result("a1", "A", 60, school_year="2023/24", grade=4, **year),
    )
    month = {"institution_id": "A", "class_code": "5A"}
    world.add(
        "attendance",
        {"month": "2024-10", "pupil_id": None, "lessons_held": 100, "lessons_attended": 90} | month,
        {"month": "2024-09", "pupil_id": "a9", "lessons_held": 10, "lessons_attended": 5} | month,
        {"month": "2024-11", "pupil_id": None, "lessons_held": 50, "lessons_attended": 40} | month,
        {"month": "2026-10", "pupil_id": None, "lessons_held": 50, "lessons_attended": 1} | month,
    )
    world.add(
        "enrolments",
        *(
            {"pupil_id": f"a{n}", "institution_id": "A", "school_year": "2024/25", "grade": 5, "sex": "f",
             "disadvantaged": n == 1, "special_needs": None if n == 4 else n < 3}
            for n in range(1, 5)
        ),
        {"pupil_id": "a1", "institution_id": "A", "school_year": "2026/27", "grade": 7, "disadvantaged": True},
        {"pupil_id": "u1", "institution_id": "U", "school_year": "2024/25", "grade": 11, "disadvantaged": True},
    )  # fmt: skip
    world.add(
        "institutions",
        *(
            {"institution_id": name, "kind": kind}
            for name, kind in (("A", "school"), ("K", "school"), ("U", "university"))
        ),
    )
    built = tmp_path_factory.mktemp("network") / "warehouse.duckdb"
    world.write(built)
    with connect(built) as connection:
        connection.execute(
            """create table intermediate.int_staff_spell as select * from (values (1, 'A'), (2, 'A'), (3, 'A'), (4, 'A'),
            (5, 'A'), (6, 'A'), (7, 'U')) as v(stretch_no, institution_id)"""
        )
        # Still there, there, gone; unknown, retired and not in post on 1 September do not count.
        connection.execute(
            """create table intermediate.int_staff_year as select *, 2024 as start_year from (values (1, 2), (2, 2), (3, 0),
            (4, 1), (5, 3), (6, null), (7, 2)) as v(stretch_no, finish_workplace)"""
        )
    dbt_in_process.build(built, world.as_of, MODELS)
    with connect(built, read_only=True) as connection:
        yield connection


def test_a_term_is_one_of_a_member_from_the_one_in_which_it_joined(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A joined in the second term of 2024/25; B on the last school day of 2023/24, and so in its fourth term; D in summer, before
    2024/25 begins. Term -1 is the first day of a year."""
    found = warehouse.execute(
        """select institution_id, cluster_id, joined_start_year, term, first_start_year
        from intermediate.int_network_start order by all"""
    ).fetchall()
    firsts = {
        "A": [2025, 2024, 2025, 2024, 2024, 2024],
        "B": [2024, 2023, 2024, 2024, 2024, 2023],
        "D": [2024] * 6,
    }
    assert found == [
        (school, "c1", joined, term, firsts[school][term + 1])
        for school, joined in (("A", 2024), ("B", 2023), ("D", 2024))
        for term in range(-1, 5)
    ]


def test_scores_are_measured_against_those_who_never_joined(warehouse: duckdb.DuckDBPyConnection) -> None:
    """In mathematics (55 - 50) / 10 and (70 - 50) / 10, in physics (90 - 50) / 20: a mean of 1.5. In the test of the year 50 is
    nought."""
    found = warehouse.execute(
        "select institution_id, start_year, term, results_n, mean_sd from intermediate.int_network_score order by all"
    ).fetchall()
    assert found == [
        ("A", 2023, 0, 1, 1.0),
        ("A", 2024, 0, 1, 0.0),
        ("A", 2024, 1, 3, 1.5),
        ("K", 2023, 0, 30, 0.0),
        ("K", 2024, 0, 30, 0.0),
        ("K", 2024, 1, 60, 0.0),
    ]


def test_outcomes_of_a_member(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of one pupil nothing is known of special needs: two of three. Of a year that begins on 1 September the roll is known."""
    found = warehouse.execute(
        """select outcome, term, start_year, outcome_value, weight_n from intermediate.int_network_outcome
        where institution_id = 'A' order by all"""
    ).fetchall()
    before = [40.0, 60.0] * 15 + [60.0]
    assert found == [
        ("attendance", 1, 2024, 95 / 110, 110),
        ("attendance", 2, 2024, 0.8, 50),
        ("intake_disadvantaged", -1, 2024, 0.25, 4),
        ("intake_disadvantaged", -1, 2026, 1.0, 1),
        ("intake_prior", -1, 2024, pytest.approx((60 - fmean(before)) / pstdev(before), abs=1e-7), 1),
        ("intake_special_needs", -1, 2024, 2 / 3, 3),
        ("score", 0, 2023, 1.0, 1),
        ("score", 0, 2024, 0.0, 1),
        ("score", 1, 2024, 1.5, 3),
        ("staff_stability", 0, 2024, 2 / 3, 3),
    ]


def test_staff_of_a_university_are_not_compared_with_those_of_schools(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert not warehouse.execute("from intermediate.int_network_outcome where institution_id = 'U'").fetchall()
