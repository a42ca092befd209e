"""Who had a practicant or a young main teacher by the day of the test, case by case; and what follows, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any

import dbt_in_process
import duckdb
import polars as pl
import pytest
from fact_world import FactWorld
from scipy.stats import t

from bilimkoz.connection import connect, registered
from estimators.class_exposure import class_exposure
from expectations.runner import run_suites
from expectations.suites import suites_of

pytestmark = pytest.mark.usefixtures("dbt")
AS_OF = "2026-09-15"
MODELS = (
    "position_groups", "subjects", "minimum_n", "thresholds", "int_subject_name", "int_person_link", "int_person",
    "int_institution_confirmed", "int_career_row", "int_career_post", "int_teaching_diploma", "int_cohort_entry",
    "int_teaching_start", "int_class_exposure", "int_pupil", "int_score", "int_score_scale", "int_value_added_row",
    "int_value_added_gram", "int_tested_class", "int_value_added_exposure",
)  # fmt: skip
#: First post and first day of the labour record. The staff list of the department is whole since January 2023, so that by itself
#: it proves nobody's post of September 2023 to be the first.
TEACHERS: dict[str, tuple[str, str | None]] = {
    "young": ("2023-09-01", "2023-09-01"),
    "experienced": ("2015-09-01", "2015-09-01"),
    # 36 months are over on the first day of the assignment, 1 September 2024; or on the day after.
    "just_not_young": ("2021-09-01", "2021-09-01"),
    "just_young": ("2021-09-02", "2021-09-02"),
    "unproved": ("2023-09-01", None),
    "long_unproved": ("2015-09-01", None),
    "veteran": ("2023-09-01", "2010-01-01"),
    "national": ("2023-09-01", "2023-09-01"),
}


@dataclass(frozen=True)
class Case:
    """A school of one pupil in 6А, tested on 15 April 2025 unless it is said; assignments, in mathematics unless it is said."""

    practicant: str
    young_main: str
    taught: tuple[dict[str, Any], ...] = ()
    result: dict[str, Any] = field(default_factory=dict)
    roll: dict[str, Any] | None = None


def by(person: str, role: str = "main", starts_on: str | None = "2024-09-01", **values: Any) -> dict[str, Any]:
    return {"person_id": person, "role": role, "starts_on": starts_on} | values


CASES = {
    "a_young_one": Case("without", "with", (by("young"),)),
    "from_the_first_day_where_none_is_told": Case("without", "with", (by("young", starts_on=None),)),
    "an_experienced_one": Case("without", "without", (by("experienced"),)),
    "just_not_young": Case("without", "without", (by("just_not_young"),)),
    "just_young": Case("without", "with", (by("just_young"),)),
    "perhaps_a_beginner": Case("without", "unknown", (by("unproved"),)),
    "no_beginner_in_any_case": Case("without", "without", (by("long_unproved"),)),
    "taught_before_the_registry": Case("without", "without", (by("veteran"),)),
    "on_no_staff_list": Case("without", "unknown", (by("nobody"),)),
    "under_an_id_of_the_school": Case("without", "with", (by("local"),)),
    "a_practicant": Case("with", "without", (by("experienced"), by("s", "practicant", "2025-02-01", ends_on="2025-03-01"))),
    "a_practicant_from_the_day_of_the_test": Case("unknown", "without", (by("experienced"), by("s", "practicant", "2025-04-15"))),
    "a_practicant_20_days_before_the_test": Case("with", "without", (by("experienced"), by("s", "practicant", "2025-03-26"))),
    "a_practicant_19_days_before_the_test": Case("unknown", "without", (by("experienced"), by("s", "practicant", "2025-03-27"))),
    "a_practicant_of_20_days": Case(
        "with", "without", (by("experienced"), by("s", "practicant", "2025-02-01", ends_on="2025-02-21"))
    ),
    "a_practicant_of_19_days": Case(
        "unknown", "without", (by("experienced"), by("s", "practicant", "2025-02-01", ends_on="2025-02-20"))
    ),
    "a_practicant_who_stays_on_after_the_test": Case(
        "unknown", "without", (by("experienced"), by("s", "practicant", "2025-04-01", ends_on="2025-05-20"))
    ),
    "two_practicants_of_15_days": Case(
        "unknown",
        "without",
        (
            by("experienced"),
            by("s", "practicant", "2025-02-01", ends_on="2025-02-16"),
            by("r", "practicant", "2025-02-17", ends_on="2025-03-04"),
        ),
    ),
    "a_short_practicant_then_a_long_one": Case(
        "with",
        "without",
        (
            by("experienced"),
            by("s", "practicant", "2025-02-01", ends_on="2025-02-06"),
            by("r", "practicant", "2025-02-17", ends_on="2025-03-20"),
        ),
    ),
    "a_practicant_after_the_test": Case("without", "without", (by("experienced"), by("s", "practicant", "2025-04-16"))),
    "both": Case("with", "with", (by("young"), by("s", "practicant", "2025-02-01"))),
    "a_practicant_alone": Case("with", "unknown", (by("s", "practicant", "2025-02-01"),)),
    "a_practicant_alone_after_the_test": Case("unknown", "unknown", (by("s", "practicant", "2025-04-16"),)),
    "no_assignment": Case("unknown", "unknown"),
    "of_another_subject": Case("unknown", "unknown", (by("young", subject="physics"),)),
    "of_another_class": Case("unknown", "unknown", (by("young", class_code="6Ә"),)),
    "of_another_year": Case("unknown", "unknown", (by("young", school_year="2023/24", starts_on=None),)),
    "class_of_the_roll": Case("without", "with", (by("young"),), {"class_code": None}, {"class_code": "6А"}),
    "result_before_roll": Case("without", "with", (by("young"),), {}, {"class_code": "6Ә"}),
    "roll_of_another_school": Case(
        "unknown", "unknown", (by("young"),), {"class_code": None}, {"class_code": "6А", "institution_id": "other"}
    ),
    "in_no_class": Case("unknown", "unknown", (by("young"),), {"class_code": None}),
    "test_without_a_day": Case("with", "unknown", (by("s", "practicant", "2025-05-05"),), {"taken_on": None}),
    "nineteen_days_of_a_test_without_a_day": Case(
        "unknown", "unknown", (by("s", "practicant", "2025-05-06"),), {"taken_on": None}
    ),
    "test_before_the_last_day": Case("unknown", "unknown", (by("s", "practicant", "2025-05-26"),), {"taken_on": None}),
    "then_a_young_one": Case("without", "with", (by("experienced"), by("young", starts_on="2025-01-10"))),
    "a_young_one_20_days_before_the_test": Case("without", "with", (by("experienced"), by("young", starts_on="2025-03-26"))),
    "a_young_one_19_days_before_the_test": Case("without", "unknown", (by("experienced"), by("young", starts_on="2025-03-27"))),
    "a_young_one_of_20_days": Case("without", "with", (by("experienced"), by("young", ends_on="2024-09-21"))),
    "a_young_one_of_19_days": Case("without", "unknown", (by("experienced"), by("young", ends_on="2024-09-20"))),
    "a_young_one_after_the_test": Case("without", "without", (by("experienced"), by("young", starts_on="2025-05-01"))),
    "perhaps_one_of_two": Case("without", "unknown", (by("experienced"), by("unproved"))),
    "certainly_one_of_two": Case("without", "with", (by("young"), by("unproved"))),
    "a_young_second": Case("without", "unknown", (by("young", "second"),)),
    "a_young_substitute": Case("without", "without", (by("experienced"), by("young", "substitute"))),
}  # fmt: skip


def result(pupil: str, school: str, year: int, grade: int, score: float, **values: Any) -> dict[str, Any]:
    return {
        "pupil_id": pupil, "institution_id": school, "school_year": f"{year}/{(year + 1) % 100}", "grade": grade,
        "subject": "mathematics", "test": "modo", "score": str(score), "max_score": "100", "taken_on": f"{year + 1}-04-15",
        "class_code": f"{grade}А",
    } | values  # fmt: skip


def assignment(school: str, values: dict[str, Any]) -> dict[str, Any]:
    told = {"institution_id": school, "school_year": "2024/25", "class_code": "6А", "subject": "mathematics"}
    return told | values


def built(world: FactWorld, folder: Path) -> Path:
    warehouse = folder / "warehouse.duckdb"
    world.write(warehouse)
    with connect(warehouse) as connection:
        connection.execute(
            """create table intermediate.int_sender as select 'department' as sender, 'kz.iin' as register,
            null::varchar as region_code, date '2023-01-01' as registry_complete_from"""
        )
        connection.execute("create table intermediate.int_listed_institution (institution_id varchar, listed_on date)")
    dbt_in_process.build(warehouse, AS_OF, MODELS)
    return warehouse


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = FactWorld(AS_OF)
    for person, (start, since) in TEACHERS.items():
        world.add(
            "staff_employment",
            {
                "person_id": person, "institution_id": "S0", "position": "teacher", "position_group": "teacher",
                "start_date": start, "teaching_since": since, "confirmed_on": AS_OF, "person_is_local": False,
                "_sender": "department",
            },
        )  # fmt: skip
    world.add("person_links", {"local_id": "local", "person_id": "national"})
    world.add("assessment_results", *(result(f"f{n}", "S0", 2024, 6, 40 if n % 2 else 60) for n in range(30)))
    for school, case in CASES.items():
        world.add("assessment_results", result(school, school, 2024, 6, 55, **case.result))
        world.add("teaching_assignments", *(assignment(school, values) for values in case.taught))
        if case.roll is not None:
            given = {"pupil_id": school, "institution_id": school, "school_year": "2024/25", "grade": 6}
            world.add("enrolments", given | case.roll)
    with connect(built(world, tmp_path_factory.mktemp("cases")), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("name", CASES)
def test_who_taught_a_class_by_the_day_of_the_test(cases: duckdb.DuckDBPyConnection, name: str) -> None:
    found = cases.execute(
        """select practicant, young_main, pupils_n, classes_n from intermediate.int_value_added_exposure
        where institution_id = ?""",
        [name],
    ).fetchall()
    classes = 0 if name in ("in_no_class", "roll_of_another_school") else 1
    assert found == [(CASES[name].practicant, CASES[name].young_main, 1, classes)]


def test_all_pupils_of_value_added_are_there_once(cases: duckdb.DuckDBPyConnection) -> None:
    """Sums over the sides of a school are those of the school."""
    sums = ", ".join(f"sum({name})" for name in ("pupils_n", "sum_0_9", "sum_9_9", "sum_0_8", "sum_8_9"))
    found = [
        cases.execute(
            f"select institution_id, {sums} from intermediate.int_value_added_{table} group by all order by all"
        ).fetchall()
        for table in ("exposure", "gram")
    ]
    assert found[0] == found[1]
    assert len(found[0]) == len(CASES) + 1


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Twenty schools with two classes of eight, one of them with a practicant, and one more with a practicant and nothing else.

    Pupils had 40 or 60 a year before, half of each class, and have 5 points less or more than their school. Schools differ by a
    point each; pupils with a practicant have 3 points less in every other school and 1 less in the others."""
    world = FactWorld(AS_OF)
    for number in range(20):
        school = f"S{number:02}"
        for letter, less in (("А", 3 if number % 2 else 1), ("Ә", 0)):
            for n in range(8):
                side, pupil = (-1 if n % 2 else 1), f"{school}{letter}{n}"
                world.add("assessment_results", result(pupil, school, 2023, 5, 50 + 10 * side, class_code=f"5{letter}"))
                score = 50 + number + 5 * side - less
                world.add("assessment_results", result(pupil, school, 2024, 6, score, class_code=f"6{letter}"))
            world.add("teaching_assignments", assignment(school, by(f"t{school}{letter}", class_code=f"6{letter}")))
        world.add("teaching_assignments", assignment(school, by("student", "practicant", "2025-02-01")))
    for n in range(10):
        world.add("assessment_results", result(f"alone{n}", "alone", 2023, 5, 60 if n % 2 else 40))
        world.add("assessment_results", result(f"alone{n}", "alone", 2024, 6, 99))
    world.add("teaching_assignments", assignment("alone", by("student", "practicant", "2025-02-01")))
    warehouse = built(world, tmp_path_factory.mktemp("compared"))
    with connect(warehouse) as connection:
        frame = class_exposure(connection).with_columns(as_of_on=pl.date(2026, 9, 15))
        connection.execute("create schema estimates")
        with registered(connection, "given", frame):
            connection.execute("create table estimates.value_added_class as select * from given")
    dbt_in_process.build(warehouse, AS_OF, ["value_added_class"])
    with connect(warehouse, read_only=True) as connection:
        yield connection


def test_the_difference_by_hand(compared: duckdb.DuckDBPyConnection) -> None:
    """Two points on average, and each school one point off it: the error is that of a mean of twenty, 1 / sqrt(19) points. The
    prior is alike on both sides, so it changes neither; the school that has practicants alone changes nothing at all."""
    ((sd,),) = compared.execute("select sd_score from intermediate.int_score_scale where grade = 6").fetchall()
    found = compared.execute(
        "select * from marts.value_added_class where school_year = '2024/25' and exposure = 'practicant'"
    ).pl()
    assert found["model_id"].to_list() == ["2024/25 all", "2024/25 6 mathematics modo"]
    for row in found.rows(named=True):
        assert (row["status"], row["institutions_n"], row["known_share"]) == ("ok", 20, 1.0)
        assert isclose(row["contributing_share"], 20 / 21)
        counts = ("classes_with_n", "classes_without_n", "pupils_with_n", "pupils_without_n")
        assert [row[name] for name in counts] == [20, 20, 160, 160]
        assert isclose(row["effective_n"], 20, rel_tol=1e-9)
        assert isclose(row["difference_sd"], -2 / sd, abs_tol=1e-6)
        assert isclose(row["difference_se"], 1 / sd / 19**0.5, abs_tol=1e-6)
        reach = t.ppf(0.975, 19) * row["difference_se"]
        assert isclose(row["difference_ci_low"], row["difference_sd"] - reach, rel_tol=1e-9)
        assert isclose(row["difference_ci_high"], row["difference_sd"] + reach, rel_tol=1e-9)
        assert row["reading"] == "behind"


def test_teachers_on_no_staff_list_are_not_taken_for_experienced(compared: duckdb.DuckDBPyConnection) -> None:
    """And a year before there are no assignments at all."""
    found = compared.execute(
        "select distinct school_year, exposure, status, known_share from marts.value_added_class order by all"
    )
    assert found.fetchall() == [
        ("2023/24", "practicant", "not_collected", 0.0),
        ("2023/24", "young_main", "not_collected", 0.0),
        ("2024/25", "practicant", "ok", 1.0),
        ("2024/25", "young_main", "not_collected", 0.0),
    ]


def test_the_suite_passes(compared: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    ((warehouse,),) = compared.execute("select path from duckdb_databases() where path is not null").fetchall()
    suites = [suite for suite in suites_of("marts") if suite.table == "value_added_class"]
    assert len(suites) == 1
    (judged,) = run_suites("marts", Path(warehouse), tmp_path / "gates.parquet", run_id="run-1", suites=suites)
    assert judged.passed, judged.observed
