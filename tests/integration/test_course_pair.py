"""Which two school years of a teacher stand before and after a course, and who is beside them: row by row, worked out by hand.

Tests are sat on 15 April, so that a course of 14 June, sixty days later, is the first that leaves their year before it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fact_world import FactWorld

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
MODELS = (
    "int_pupil", "int_person_link", "int_score", "int_score_scale", "int_value_added_row", "int_teacher", "int_main_teacher",
    "int_tested_class", "int_value_added_link", "int_value_added_teacher", "int_course_completion", "int_course_pair",
)  # fmt: skip
YEARS = (2020, 2021, 2022, 2023)
#: Courses by teacher, with the day of completion.
COURSES = {
    "summer": [("X", "2022-08-10")],
    "just": [("X", "2022-06-14")],
    "early": [("X", "2022-06-13")],
    "last_day": [("X", "2022-08-31")],
    "first_day": [("X", "2022-09-01")],
    "two": [("X", "2022-08-10"), ("Y", "2022-12-01")],
    "again": [("X", "2020-10-01"), ("X", "2022-08-10")],
    "twice": [("X", "2022-07-01"), ("X", "2022-08-10")],
    "away": [("X", "2022-08-10")],
    "never": [],
    "to_come": [("X", "2024-09-16")],
}
#: Of 2021/22 one has no results.
ABSENT = {"away": 2021}
TRAINED = {
    ("summer", 2021, 2022, "PD/X"),
    ("just", 2021, 2022, "PD/X"),
    # Its year is on neither side: the year before stands for the time before.
    ("early", 2020, 2022, "PD/X"),
    ("last_day", 2021, 2022, "PD/X"),
    # It counts from the next school year on; the test of its own was sat after it.
    ("first_day", 2021, 2023, "PD/X"),
    # Of two courses it is not known which; nor of one that was known already. Twice in one summer is once.
    ("two", 2021, 2022, None),
    ("again", 2021, 2022, None),
    ("twice", 2021, 2022, "PD/X"),
    # Nothing is known of the nearer year.
    ("away", 2020, 2022, "PD/X"),
}
#: All pairs of one or two years: before any course, or after it.
UNTRAINED = {
    "summer": {(2020, 2021), (2022, 2023)},
    "just": {(2020, 2021), (2022, 2023)},
    "early": {(2020, 2021), (2022, 2023)},
    "last_day": {(2020, 2021), (2022, 2023)},
    "first_day": {(2020, 2021)},
    "two": {(2020, 2021)},
    # Behind it, the course is no part of the later pair.
    "again": {(2022, 2023)},
    "twice": {(2020, 2021), (2022, 2023)},
    "away": {(2022, 2023)},
    "never": {(2020, 2021), (2020, 2022), (2021, 2022), (2021, 2023), (2022, 2023)},
    "to_come": {(2020, 2021), (2020, 2022), (2021, 2022), (2021, 2023), (2022, 2023)},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, int, str, str | None]]:
    world = FactWorld("2024-09-15")
    for year in YEARS:
        label = f"{year}/{(year + 1) % 100}"
        # Thirty pupils more, so that there is a scale; of nobody is it said who taught them.
        teachers = [name for name in COURSES if ABSENT.get(name) != year] + [None] * (30 if year == 2020 else 0)
        for number, teacher in enumerate(teachers):
            result = {
                "pupil_id": f"{year}-{number}", "institution_id": "S1", "school_year": label, "grade": 6, "test": "modo",
                "subject": "mathematics", "score": str(40 + number % 20), "max_score": "100", "teacher_id": teacher,
                "taken_on": f"{year + 1}-04-15",
            }  # fmt: skip
            world.add("assessment_results", result)
    for teacher, courses in COURSES.items():
        for course, day in courses:
            # One of them by a local id.
            person = "local" if teacher == "summer" else teacher
            row = {"person_id": person, "provider_id": "PD", "course": course, "completed_on": day, "hours": "36"}
            world.add("training", row)
    world.add("training", {"person_id": "director", "provider_id": "PD", "course": "X", "completed_on": "2022-01-10"})
    world.add("person_links", {"local_id": "local", "person_id": "summer"})
    warehouse: Path = world.build(tmp_path_factory.mktemp("pairs"), *MODELS)
    with connect(warehouse, read_only=True) as connection:
        return connection.execute(
            """select distinct t.teacher_id, p.before_start_year, p.start_year, p.side, p.only_unit_id
            from intermediate.int_course_pair as p inner join intermediate.int_teacher as t using (teacher_no)
            where t.teacher_id <> 'local'"""
        ).fetchall()


def test_before_and_after_a_course(found: list[tuple[str, int, int, str, str | None]]) -> None:
    assert {(name, b, a, unit) for name, b, a, side, unit in found if side == "trained"} == TRAINED


def test_who_is_beside_them(found: list[tuple[str, int, int, str, str | None]]) -> None:
    told = {name: {(b, a) for who, b, a, side, _ in found if (who, side) == (name, "untrained")} for name in COURSES}
    assert told == UNTRAINED
    assert not [row for row in found if row[3] == "untrained" and row[4] is not None]
