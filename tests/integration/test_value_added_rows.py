"""What value added is modelled on, row by row, worked out by hand; and its cross-products, summed a second time in fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from fact_world import FactWorld

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
MODELS = (
    "int_pupil", "int_score", "int_score_scale", "int_value_added_row", "int_value_added_gram", "int_value_added_newcomer",
    "int_value_added_decile",
)  # fmt: skip
ONE = 10_000_000
COLUMNS = (
    "prior", "prior_missing", "prior_other", "prior_other_missing", "is_female", "is_disadvantaged", "has_special_needs",
    "roll_missing", "outcome",
)  # fmt: skip


def _result(pupil: str, year: str, grade: int, subject: str, score: float, **values: Any) -> dict[str, Any]:
    given = {"institution_id": "S1", "test": "modo", "max_score": "100", "taken_on": None} | values
    return {
        "pupil_id": pupil,
        "school_year": year,
        "grade": grade,
        "subject": subject,
        "score": str(score),
        **given,
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Thirty pupils of grade 5 in 2023/24 have 40 or 60 in mathematics: mean 50, standard deviation 10, and so in grade 6 a year
    later. Of p0 to p5 more is told."""
    world = FactWorld("2026-09-15")
    rows = [_result(f"p{n}", "2023/24", 5, "mathematics", 40 if n % 2 else 60) for n in range(30)]
    rows += [_result(f"q{n}", "2024/25", 6, "mathematics", 40 if n % 2 else 60, institution_id="S2") for n in range(30)]
    rows += [_result(f"p{n}", "2023/24", 5, "physics", 30 if n % 2 else 70) for n in range(30)]
    rows += [
        # From 60 to 65; physics 70 (2 standard deviations of 20 make 1).
        _result("p0", "2024/25", 6, "mathematics", 65, max_score="65"),
        # At two schools: the later test counts.
        _result("p1", "2024/25", 6, "mathematics", 20, institution_id="S2", taken_on="2025-04-01"),
        _result("p1", "2024/25", 6, "mathematics", 35, institution_id="S3", taken_on="2025-05-01"),
        # A term's mark is not a result of the year, nor is a mark a test.
        _result("p2", "2024/25", 6, "mathematics", 90, term=3),
        _result("p3", "2024/25", 6, "mathematics", 5, test="term_mark"),
        # New this year: no prior of any kind.
        _result("new", "2024/25", 6, "mathematics", 55),
        # Not taken yet on the as-of date.
        _result("p5", "2024/25", 6, "mathematics", 50, taken_on="2026-09-16"),
    ]
    world.add("assessment_results", *rows)
    world.add(
        "enrolments",
        {"pupil_id": "p0", "institution_id": "S1", "school_year": "2024/25", "grade": 6, "sex": "f",
         "disadvantaged": True, "special_needs": False},
        {"pupil_id": "p1", "institution_id": "S3", "school_year": "2024/25", "grade": 6, "sex": "m",
         "disadvantaged": None, "special_needs": True},
        # Of another year.
        {"pupil_id": "new", "institution_id": "S1", "school_year": "2023/24", "grade": 5, "sex": "f"},
    )  # fmt: skip
    built = world.build(tmp_path_factory.mktemp("value_added"), *MODELS)
    with connect(built, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Thirty pupils in each of three years have 40 or 60, at schools of their own; the others told of, half and half, change no
    mean of 50 and no deviation of 10."""
    world = FactWorld("2026-09-15")
    for year, grade in (("2022/23", 4), ("2023/24", 5), ("2024/25", 6)):
        for n in range(30):
            score = 40 if n % 2 else 60
            world.add(
                "assessment_results",
                _result(f"of{grade}-{n}", year, grade, "mathematics", score, institution_id="S9"),
            )
    schools = {
        # Two years before, a year before, this year; of none, no result.
        "came": ("S2", "S3", "S1"), "came_before": ("S2", "S1", "S1"), "returned": ("S1", "S2", "S1"),
        "short": (None, "S2", "S1"), "stayed": ("S1", "S1", "S1"), "never_before": (None, None, "S1"),
    }  # fmt: skip
    scores = {
        "came": (60, 40, 60), "came_before": (40, 40, 40), "returned": (60, 60, 60), "short": (0, 60, 60), "stayed": (40, 60, 40),
        "never_before": (0, 0, 40),
    }  # fmt: skip
    for pupil, way in schools.items():
        for number, school in enumerate(way):
            if school is not None:
                score = scores[pupil][number]
                world.add(
                    "assessment_results",
                    _result(
                        pupil, f"{2022 + number}/{23 + number}", 4 + number, "mathematics", score, institution_id=school
                    ),
                )
    # As many of 40 as of 60 in the grade and year before: came and came_before have 40, the others of five 60.
    world.add("assessment_results", _result("more", "2023/24", 5, "mathematics", 40, institution_id="S9"))
    built = world.build(tmp_path_factory.mktemp("newcomers"), *MODELS)
    with connect(built, read_only=True) as connection:
        yield connection


def test_scores_are_measured_against_the_first_year_with_enough_pupils(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select grade, subject, start_year, mean_score, sd_score from intermediate.int_score_scale order by all"
    ).fetchall()
    assert [row[:3] for row in found] == [(5, "mathematics", 2023), (5, "physics", 2023), (6, "mathematics", 2024)]
    assert found[0][3:] == (50.0, 10.0)
    assert found[1][3:] == (50.0, 20.0)
    # Thirty of 40 and 60, then 65, 35 and 55.
    scores = [40, 60] * 15 + [65, 35, 55]
    mean = sum(scores) / 33
    assert found[2][3] == pytest.approx(mean, rel=1e-15)
    assert found[2][4] == pytest.approx((sum((score - mean) ** 2 for score in scores) / 33) ** 0.5, rel=1e-14)


def test_a_row_has_what_was_known_a_year_before(warehouse: duckdb.DuckDBPyConnection) -> None:
    mean, sd = warehouse.execute(
        "select mean_score, sd_score from intermediate.int_score_scale where grade = 6"
    ).fetchall()[0]
    found = warehouse.execute(
        f"""select pupil_id, institution_id, {", ".join(COLUMNS)} from intermediate.int_value_added_row
        inner join intermediate.int_pupil using (pupil_no)
        where start_year = 2024 and pupil_id not like 'q%' order by pupil_id"""
    ).fetchall()
    one = ONE
    assert found == [
        ("new", "S1", 0, 1, 0, 1, 0, 0, 0, 1, round((55 - mean) / sd * one)),
        ("p0", "S1", one, 0, one, 0, 1, 1, 0, 0, round((65 - mean) / sd * one)),
        ("p1", "S3", -one, 0, -one, 0, 0, 0, 1, 0, round((35 - mean) / sd * one)),
    ]


def test_who_was_elsewhere_a_year_before_has_moved(moved: duckdb.DuckDBPyConnection) -> None:
    found = moved.execute(
        """select pupil_id, has_moved from intermediate.int_value_added_row
        inner join intermediate.int_pupil using (pupil_no)
        where start_year = 2024 and institution_id = 'S1' order by pupil_id"""
    ).fetchall()
    assert found == [
        ("came", True),
        # Came a year ago: the prior is in part the work of this school.
        ("came_before", False),
        ("never_before", False),
        ("returned", True),
        ("short", True),
        ("stayed", False),
    ]


def test_newcomers_are_summed_alone_with_what_they_knew_before(moved: duckdb.DuckDBPyConnection) -> None:
    """`came`, from 60 by way of 40 to 60: 1, -1 and 1 standard deviations, with no other subject and on no roll. What `returned`
    knew two years before is of this school, and of `short` nothing is known then."""
    found = moved.execute("select * from intermediate.int_value_added_newcomer")
    names = [column[0] for column in found.description]
    (row,) = found.fetchall()
    assert row[:6] == (2024, 6, "mathematics", "modo", "S1", 1)
    values = (1, -ONE, 0, 0, 1, 0, 0, 0, 1, ONE, ONE)
    assert {name: int(told) for name, told in zip(names[6:], row[6:], strict=True)} == {
        f"sum_{first}_{second}": values[first] * values[second]
        for first in range(11)
        for second in range(max(first, 1), 11)
    }


def test_tenths_of_the_prior(moved: duckdb.DuckDBPyConnection) -> None:
    """Of five with a prior two had 40 and have 60 and 40; three had 60 and have 60, 60 and 40. Two have fewer than they: place
    2 of 5 from 0, where the fifth tenth begins. Sums of prior and outcome are 1 or -1 standard deviation each."""
    found = moved.execute(
        "select * exclude (subject, test) from intermediate.int_value_added_decile where start_year = 2024 order by decile"
    ).fetchall()
    assert [tuple(map(str, row[:3])) for row in found] == [("2024", "6", "S1")] * 2
    # Decile, pupils, prior, its absence, other priors, their absence, three of the roll, its absence, outcome.
    assert [tuple(map(int, row[3:])) for row in found] == [
        (1, 2, -2 * ONE, 0, 0, 2, 0, 0, 0, 2, 0),
        (5, 3, 3 * ONE, 0, 0, 3, 0, 0, 0, 3, ONE),
    ]


def test_cross_products_are_sums_over_the_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Every one of them, in whole numbers of any length."""
    rows = warehouse.execute(
        f"""select start_year, grade, subject, test, institution_id, is_at_ceiling, {", ".join(COLUMNS)}
        from intermediate.int_value_added_row"""
    ).fetchall()
    wanted: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for *key, is_highest, prior, missing, other, other_missing, female, disadvantaged, needs, off_roll, outcome in rows:
        values = (1, prior, missing, other, other_missing, female, disadvantaged, needs, off_roll, outcome)
        sums = wanted[*key, missing == 0 and other_missing == 0]
        sums["at_ceiling_n"] += is_highest
        sums["pupils_n"] += 1
        sums["with_prior_n"] += 1 - missing
        for first, value in enumerate(values):
            for second in range(max(first, 1), len(values)):
                sums[f"sum_{first}_{second}"] += value * values[second]
    found = warehouse.execute("select * from intermediate.int_value_added_gram")
    names = [column[0] for column in found.description]
    told = {tuple(row[:6]): dict(zip(names[6:], map(int, row[6:]), strict=True)) for row in found.fetchall()}
    assert told == {key: dict(sums) for key, sums in wanted.items()}
    # S1 has two of 2024, one of them new; S3 one of 2024, S2 those of 2024 without a prior, S1 two subjects of 2023.
    assert len(told) == 6
    assert len(names) == 6 + 3 + 9 + 45
    assert sum(sums["at_ceiling_n"] for sums in told.values()) == 1
