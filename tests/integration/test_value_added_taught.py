"""Who taught whom, and what teachers had behind them by then: row by row, worked out by hand; and the sums by teacher."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from fact_world import FactWorld

from bilimkoz.connection import connect
from estimators.value_added_terms import value_added_terms

pytestmark = pytest.mark.usefixtures("dbt")
MODELS = (
    "int_pupil", "int_person_link", "int_score", "int_score_scale", "int_value_added_row", "int_teacher", "int_main_teacher",
    "int_tested_class", "int_value_added_link", "int_value_added_teacher", "int_value_added_taught", "int_person",
    "int_teaching_diploma", "int_teaching_graduation", "int_course_completion", "int_teacher_background", "school_terms",
    "int_school_term",
    "int_staff_network", "int_value_added_gram", "minimum_n", "thresholds",
)  # fmt: skip
ONE = 10_000_000
COLUMNS = (
    "prior", "prior_missing", "prior_other", "prior_other_missing", "is_female", "is_disadvantaged", "has_special_needs",
    "roll_missing", "outcome",
)  # fmt: skip


def _outcome(number: int, **values: Any) -> dict[str, Any]:
    return {
        "pupil_id": f"p{number:02}", "institution_id": "S9", "school_year": "2024/25", "grade": 6, "subject": "mathematics",
        "test": "modo", "score": "60" if number < 15 else "40", "max_score": "100",
    } | values  # fmt: skip


def _assigned(person: str, class_code: str, **values: Any) -> dict[str, Any]:
    return {
        "person_id": person, "institution_id": "S1", "school_year": "2024/25", "class_code": class_code,
        "subject": "mathematics", "role": "main",
    } | values  # fmt: skip


#: What is told of the first pupils beside their scores; of all others nothing.
TAUGHT: dict[int, dict[str, Any]] = {
    0: {"institution_id": "S1", "teacher_id": "T1"},
    1: {"institution_id": "S1", "teacher_id": "T1"},
    # No teacher, but a class; and no class, but one on the roll.
    2: {"institution_id": "S1", "class_code": "6А"},
    3: {"institution_id": "S1"},
    # A class with two main teachers, and one that is on the roll of another school alone.
    4: {"institution_id": "S1", "class_code": "6Ә"},
    5: {"institution_id": "S1"},
    # A local id of T1.
    6: {"institution_id": "S1", "teacher_id": "local1"},
    7: {"institution_id": "S2", "teacher_id": "T2"},
    # The result says another than the main teacher of the class.
    8: {"institution_id": "S1", "teacher_id": "T1", "class_code": "6А"},
    # Of the results of two schools the later one counts, with its teacher.
    9: {"institution_id": "S1", "teacher_id": "T1", "taken_on": "2025-05-01"},
    # A class that nobody is assigned to.
    10: {"institution_id": "S1", "class_code": "6Б"},
    # By the day of the test: nobody yet; the one before the next; both, one after the other; and again both, without a day.
    11: {"institution_id": "S1", "class_code": "6Г", "taken_on": "2025-04-15"},
    12: {"institution_id": "S1", "class_code": "6Д", "taken_on": "2025-04-15"},
    13: {"institution_id": "S1", "class_code": "6Ә", "taken_on": "2025-04-15"},
    14: {"institution_id": "S1", "class_code": "6Ж"},
    # The day itself counts. Of two who begin on one day, neither, whoever stays.
    15: {"institution_id": "S1", "class_code": "6Г", "taken_on": "2025-06-01"},
    16: {"institution_id": "S1", "class_code": "6Е", "taken_on": "2025-04-15"},
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Thirty pupils, of whom every second had 60 in grade 5 and the first fifteen have 60 in grade 6: 1 or -1 standard deviation
    of 10 about 50."""
    world = FactWorld("2026-09-15")
    for number in range(30):
        prior = {"school_year": "2023/24", "grade": 5, "score": "40" if number % 2 else "60"}
        # A teacher of the year before has no part in this year.
        world.add("assessment_results", _outcome(number, teacher_id="T6", institution_id="S8", **prior))
        world.add("assessment_results", _outcome(number, **TAUGHT.get(number, {})))
    world.add("assessment_results", _outcome(9, institution_id="S2", teacher_id="T5", taken_on="2025-04-01"))
    # In physics nobody is said to teach anybody.
    for number in range(30):
        score = "40" if number % 2 else "60"
        world.add("assessment_results", _outcome(number, subject="physics", score=score))
    # A mark of a term and its teacher say nothing of the year.
    world.add("assessment_results", _outcome(11, test="term_mark", term=3, teacher_id="T7"))
    world.add(
        "teaching_assignments",
        _assigned("T2", "6А"),
        # Not the main one, not the subject, not the year.
        _assigned("T3", "6А", role="second"),
        _assigned("T3", "6А", subject="physics"),
        _assigned("T3", "6Б", school_year="2023/24"),
        _assigned("T3", "6Ә", ends_on="2024-12-31"),
        _assigned("T4", "6Ә", starts_on="2025-01-01"),
        _assigned("T5", "6В", institution_id="S2"),
        _assigned("T5", "6Г", starts_on="2025-06-01"),
        _assigned("T3", "6Д", ends_on="2025-05-25"),
        _assigned("T4", "6Д", starts_on="2025-06-01"),
        _assigned("T3", "6Ж", ends_on="2025-04-30"),
        _assigned("T4", "6Ж", starts_on="2025-05-05"),
        _assigned("T3", "6Е", ends_on="2024-10-01"),
        _assigned("T4", "6Е"),
    )
    world.add("person_links", {"local_id": "local1", "person_id": "T1"})
    for pupil, school, class_code in (("p03", "S1", "6А"), ("p05", "S2", "6В")):
        roll = {
            "pupil_id": pupil,
            "institution_id": school,
            "school_year": "2024/25",
            "grade": 6,
            "class_code": class_code,
        }
        world.add("enrolments", roll)
    _backgrounds(world)
    built = world.build(tmp_path_factory.mktemp("taught"), *MODELS)
    with connect(built, read_only=True) as connection:
        yield connection


def _backgrounds(world: FactWorld) -> None:
    for person in ("T1", "T2"):
        post = {"person_id": person, "institution_id": "S1", "position": "teacher", "start_date": "2012-09-01"}
        world.add("staff_employment", post)
    for programme, institution in (("P1", "U1"), ("P2", "U2"), ("P3", "U1")):
        pedagogical = {
            "programme_code": programme,
            "institution_id": institution,
            "level": "bachelor",
            "pedagogical": True,
        }
        world.add("programmes", pedagogical)
    world.add(
        "programmes", {"programme_code": "LAW", "institution_id": "U1", "level": "bachelor", "pedagogical": False}
    )
    studies = (
        ("T1", "U1", "P1", "2010-06-30"), ("T1", "U2", "P2", "2020-06-30"),
        # Finished on the first day of the school year, and none of teaching.
        ("T1", "U1", "P3", "2024-09-01"), ("T2", "U1", "LAW", "2011-06-30"),
    )  # fmt: skip
    for person, institution, programme, ended in studies:
        world.add(
            "studies",
            {"person_id": person, "institution_id": institution, "programme_code": programme, "start_date": "2006-09-01",
             "end_date": ended, "level": "bachelor", "status": "graduated"},
        )  # fmt: skip
    courses = (
        ("T1", "C1", "2023-11-01"), ("T1", "C1", "2024-05-01"), ("T1", "C2", "2024-08-31"), ("local1", "C4", "2022-03-01"),
        # In the school year, and after it.
        ("T1", "C3", "2024-09-01"), ("T2", "C1", "2025-01-10"), ("T2", "C2", "2025-07-01"),
    )  # fmt: skip
    for person, course, completed in courses:
        told = {"person_id": person, "provider_id": "PD", "course": course, "completed_on": completed, "hours": "72"}
        world.add("training", told)


def test_who_taught(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """select distinct p.pupil_id, t.person_id from intermediate.int_value_added_link
        inner join intermediate.int_pupil as p using (pupil_no) inner join intermediate.int_teacher as t using (teacher_no)
        where start_year = 2024 order by all"""
    ).fetchall()
    one, two = ("p00", "p01", "p06", "p08", "p09"), ("p02", "p03", "p07")
    by_day = [("p12", "T3"), ("p15", "T5")]
    assert found == sorted([*((pupil, "T1") for pupil in one), *((pupil, "T2") for pupil in two), *by_day])


def test_teachers_are_numbers(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Whoever stands beside a result of a year or is main somewhere; a person with two ids once."""
    found = warehouse.execute(
        "select teacher_id, person_id, teacher_no from intermediate.int_teacher order by all"
    ).fetchall()
    assert found == [
        ("T1", "T1", 1), ("T2", "T2", 2), ("T3", "T3", 3), ("T4", "T4", 4), ("T5", "T5", 5), ("T6", "T6", 6),
        ("local1", "T1", 1),
    ]  # fmt: skip
    for table in ("int_value_added_link", "int_value_added_teacher", "int_teacher_background"):
        columns = [row[0] for row in warehouse.execute(f"describe intermediate.{table}").fetchall()]
        assert not {"teacher_id", "person_id"} & set(columns)


def test_sums_by_teacher_are_those_of_the_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    """By hand: priors of p00 1, p01 -1, p06 1, p08 1, p09 -1; outcomes of all 1 but that of p15, -1. Of the ten, only p03 is on a
    roll of the school; none has a score in another subject."""
    names = ", ".join(f"cast(sum_0_{number} as bigint)" for number in range(1, 10))
    found = warehouse.execute(
        f"""select institution_id, teacher_no, grade, pupils_n, {names} from intermediate.int_value_added_teacher
        where start_year = 2024 order by all"""
    ).fetchall()
    assert found == [
        ("S1", 1, 6, 5, ONE, 0, 0, 5, 0, 0, 0, 5, 5 * ONE),
        ("S1", 2, 6, 2, 0, 0, 0, 2, 0, 0, 0, 1, 2 * ONE),
        ("S1", 3, 6, 1, ONE, 0, 0, 1, 0, 0, 0, 1, ONE),
        ("S1", 5, 6, 1, -ONE, 0, 0, 1, 0, 0, 0, 1, -ONE),
        ("S2", 2, 6, 1, -ONE, 0, 0, 1, 0, 0, 0, 1, ONE),
    ]


def test_cross_products_are_of_the_taught_alone(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A second time, in whole numbers of any length, from the rows."""
    rows = warehouse.execute(
        f"""select start_year, grade, {", ".join(COLUMNS)} from intermediate.int_value_added_row
        inner join intermediate.int_value_added_link using (pupil_no, start_year, subject, test)"""
    ).fetchall()
    wanted: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for start_year, grade, *values in rows:
        sums, with_constant = wanted[start_year, grade], (1, *values)
        sums["pupils_n"] += 1
        sums["with_prior_n"] += 1 - values[1]
        for first, value in enumerate(with_constant):
            for second in range(max(first, 1), len(with_constant)):
                sums[f"sum_{first}_{second}"] += value * with_constant[second]
    found = warehouse.execute("select * exclude (subject, test) from intermediate.int_value_added_taught")
    names = [column[0] for column in found.description]
    told = {tuple(row[:2]): dict(zip(names[2:], map(int, row[2:]), strict=True)) for row in found.fetchall()}
    assert told == {key: dict(sums) for key, sums in wanted.items()}
    assert {key: sums["pupils_n"] for key, sums in told.items()} == {(2023, 5): 30, (2024, 6): 10}


def test_what_was_before_the_school_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The latest programme of teaching and each course once, if they ended before 1 September: none during the year or after."""
    found = warehouse.execute(
        "select teacher_no, term, unit_id from intermediate.int_teacher_background where start_year = 2024 order by all"
    ).fetchall()
    assert found == [
        (1, "course", "PD/C1"), (1, "course", "PD/C2"), (1, "course", "PD/C4"), (1, "programme", "U2/P2"),
    ]  # fmt: skip


def test_where_nobody_says_who_teaches_nothing_is_collected(warehouse: duckdb.DuckDBPyConnection) -> None:
    """In mathematics ten of thirty have a teacher, at two schools: too few to compare; and in the first year no prior. Of
    the one teacher who has anything nothing is counted."""
    told = value_added_terms(warehouse)
    pupils = told["value_added_variance"].filter(term="pupil")
    assert pupils.select("model_id", "status", "pupils_n", "linked_share").rows() == [
        ("2023/24 mathematics modo", "no_prior", 0, 1.0),
        ("2024/25 mathematics modo", "too_few_institutions", 10, 10 / 30),
        ("2024/25 physics modo", "not_collected", 0, 0.0),
    ]
    assert told["value_added_term"].select("term", "unit_id", "pupils_n", "teachers_n", "institutions_n").rows() == [
        (term, unit, None, None, None)
        for term, unit in (("programme", "U2/P2"), ("course", "PD/C1"), ("course", "PD/C2"), ("course", "PD/C4"))
    ]  # fmt: skip
    assert set(told["value_added_term"]["status"]) == {"too_few_institutions"}
    # No id of a person or pupil is in any column.
    ids = {row[0] for row in warehouse.execute("select teacher_id from intermediate.int_teacher").fetchall()}
    ids |= {row[0] for row in warehouse.execute("select pupil_id from intermediate.int_pupil").fetchall()}
    assert {"T1", "local1", "p00"} <= ids
    texts = [text for table in told.values() for column in table.iter_columns() for text in column.cast(str).unique()]
    assert not [text for text in texts if text and ids & set(re.split(r"[/ ]", text))]
