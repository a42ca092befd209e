"""Growth, gaps, spread and the national test in worlds that are small enough to be reckoned by hand, as the comments do."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from learning_world import LearningWorld, one, rows

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = LearningWorld()
    for number in range(40):
        world.school(f"S{number:02}", "city" if number < 20 else "village")
    mathematics(world)
    physics(world)
    few(world)
    one_sided(world)
    national(world)
    with connect(world.build(tmp_path_factory.mktemp("learning")), read_only=True) as connection:
        yield connection


def mathematics(world: LearningWorld) -> None:
    """Forty schools of two pupils. 2022 in grade 5: all pupils of even schools 60, of odd ones 40, which is 1 and -1. 2023 in
    grade 6: the scores of the urban are 60 and 60 at even schools, 50 and 50 at odd ones; of the rural 50 and 40: mean 50."""
    for school in range(40):
        name = f"S{school:02}"
        for pupil in ("a", "b"):
            odd = school % 2
            world.score(f"{name}{pupil}", name, 2022, 40 if odd else 60, grade=5)
            world.score(f"{name}{pupil}", name, 2023, (60 if school < 20 else 50) - 10 * odd)
            if (school, pupil) != (39, "b"):
                world.on_roll(f"{name}{pupil}", name, 2023, disadvantaged=pupil == "b")


def physics(world: LearningWorld) -> None:
    """Thirty schools of two pupils: 50 and 70 at even ones, 30 and 50 at odd ones. A year later 29 schools: too few."""
    for school in range(30):
        lower = 30 if school % 2 else 50
        world.score(f"y{school}", f"S{school:02}", 2022, lower, subject="physics")
        world.score(f"z{school}", f"S{school:02}", 2022, lower + 20, subject="physics")
        # In chemistry no school has two pupils; in biology all have the same score, but for the year of the scale.
        world.score(f"y{school}", f"S{school:02}", 2022, lower, subject="chemistry")
        world.score(f"y{school}", f"S{school:02}", 2022, lower, subject="biology")
        world.score(f"y{school}", f"S{school:02}", 2023, 57.1, subject="biology")
        world.score(f"z{school}", f"S{school:02}", 2023, 57.1, subject="biology")
    for school in range(29):
        world.score(f"x{school}", f"S{school:02}", 2023, 50 + school, subject="physics")


def few(world: LearningWorld) -> None:
    """Geography: 30 pupils of one school, 21 of them not disadvantaged, six disadvantaged and three on no roll. History: 41
    pupils of one school, 30 not, eleven disadvantaged, and one more who is not known to be."""
    for number in range(30):
        world.score(f"g{number}", "S00", 2023, 40 if number % 2 else 60, subject="geography")
        if number < 27:
            world.on_roll(f"g{number}", "S00", 2023, disadvantaged=number >= 21)
    for number in range(42):
        world.score(f"h{number}", "S00", 2023, 40 if number % 2 else 60, subject="world_history")
        world.on_roll(f"h{number}", "S00", 2023, disadvantaged=None if number == 41 else number >= 30)


def one_sided(world: LearningWorld) -> None:
    """Geometry is taken at the twenty urban schools alone."""
    for number in range(40):
        world.score(f"o{number}", f"S{number % 20:02}", 2023, 40 + number, subject="geometry")


def national(world: LearningWorld) -> None:
    """Twelve pupils of two schools have 10 and 20 points in two subjects; one has a result at both schools."""
    for number in range(12):
        school = "S01" if number < 6 else "S20"
        world.score(f"n{number}", school, 2023, 10, grade=11, subject="mathematics", test="ubt")
        other = "S20" if number == 0 else school
        world.score(f"n{number}", other, 2023, 20 + number, grade=11, subject="physics", test="ubt")


GRADE_6 = {"school_year": "2023/24", "grade": 6, "subject": "mathematics", "test": "modo"}


def test_growth_is_the_mean_gain_of_the_same_pupils(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Grade 6 has 20 pupils each of 60, 50, 50, 40 (in the order urban even, urban odd, rural even, rural odd): mean 50, variance
    (100 + 0 + 0 + 100) / 4 = 50, so one standard deviation is r = 50 ** .5 and scores are 10/r, 0, 0, -10/r, which is s, 0, 0, -s
    with s = 2 ** .5. Before: 1, -1, 1, -1. Gains: s - 1, 1, -1, 1 - s; their mean is 0.

    The influence of a school of two of 80 pupils is 2 g / 80; the sum of squares 10 (2 (s - 1)^2 + 2) / 1600, times 40/39."""
    s = 2**0.5
    row = one(warehouse, "learning_growth", measure="gain", segment="all", **GRADE_6)
    assert (row["pupils_n"], row["institutions_n"], row["status"]) == (80, 40, "ok")
    assert row["mean_sd"] == pytest.approx(0, abs=1e-7)
    error = (40 / 39 * 10 * (2 * (s - 1) ** 2 + 2) / 1600) ** 0.5
    assert row["mean_se"] == pytest.approx(error, rel=1e-6)
    # 97.5 % point of t with 39 degrees of freedom, from a printed table.
    assert row["mean_ci_high"] == pytest.approx(2.0227 * error, rel=1e-4)
    assert row["mean_ci_low"] == pytest.approx(-2.0227 * error, rel=1e-4)

    scores = one(warehouse, "learning_growth", measure="score", segment="urban_rural", segment_value="urban", **GRADE_6)
    assert scores["mean_sd"] == pytest.approx(s / 2, abs=1e-7)
    # Twenty schools, each s/2 off their mean: 20/19 x 20 x (2 x s/2 / 40)^2.
    assert scores["mean_se"] == pytest.approx((20 / 19 * 20 * (s / 40) ** 2) ** 0.5, rel=1e-6)


def test_a_first_year_has_no_gain_and_places_are_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert not rows(warehouse, "learning_growth", grade=5, measure="gain")
    assert {row["segment_value"] for row in rows(warehouse, "learning_growth", grade=5, segment="region")} == {
        "north",
        "south",
    }
    # On no roll in that year.
    (unknown,) = rows(warehouse, "learning_growth", grade=5, segment="disadvantaged")
    assert (unknown["segment_value"], unknown["pupils_n"]) == ("unknown", 80)


def test_a_gap_is_the_first_side_less_the_second(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Urban scores s and 0, rural 0 and -s: the gap is s. Each school is s/2 off the mean of its side, with 2 of 40 pupils:
    forty influences of s/40. Gains: urban mean s/2, rural -s/2; off it by s/2 - 1."""
    s = 2**0.5
    score = one(warehouse, "learning_gap", measure="score", segment="urban_rural", **GRADE_6)
    assert (score["institutions_n"], score["status"]) == (40, "ok")
    assert score["gap_sd"] == pytest.approx(s, abs=2e-7)
    assert score["gap_se"] == pytest.approx((40 / 39 * 40 * (s / 40) ** 2) ** 0.5, rel=1e-6)
    gain = one(warehouse, "learning_gap", measure="gain", segment="urban_rural", **GRADE_6)
    assert gain["gap_sd"] == pytest.approx(s, abs=2e-7)
    assert gain["gap_se"] == pytest.approx((40 / 39 * 40 * ((1 - s / 2) / 20) ** 2) ** 0.5, rel=1e-6)
    for row in (score, gain):
        assert row["baseline_school_year"] == "2023/24"
        assert row["baseline_sd"] == row["gap_sd"]
        assert row["change_sd"] is None


def test_sides_that_share_schools_do_not_add_their_errors(warehouse: duckdb.DuckDBPyConnection) -> None:
    """At each school the two pupils have the same score, one on each side: but for the one who is on no roll the gap is nought
    whatever schools are like, and so is its error. Had variances been added it would be .23.

    The last school, of -s, has one pupil on the first side and none on the second. Sums: first 0 of 40; second s of 39."""
    s = 2**0.5
    row = one(warehouse, "learning_gap", measure="score", segment="disadvantaged", **GRADE_6)
    assert row["gap_sd"] == pytest.approx(-s / 39, abs=2e-7)
    # A school of score z with pupils on both sides: z/40 - (z - s/39)/39; ten of s, twenty of 0, nine of -s; the last -s/40.
    influences = [z / 40 - (z - s / 39) / 39 for z in [s] * 10 + [0.0] * 20 + [-s] * 9] + [-s / 40]
    assert row["gap_se"] == pytest.approx((40 / 39 * sum(u * u for u in influences)) ** 0.5, rel=1e-5)
    assert row["gap_se"] < 0.05


def test_the_share_between_schools(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Within each school the two are 10 off its mean: MSW = 30 x 200 / 30 = 200 points squared. MSB = 30 x 2 x 10^2 / 29.
    With n0 = 2 the share is (6000/29 - 200) / (6000/29 + 200) = (6000 - 5800) / (6000 + 5800) = 1/59."""
    row = one(warehouse, "learning_spread", subject="physics", test="modo", school_year="2022/23")
    assert (row["pupils_n"], row["institutions_n"], row["status"]) == (60, 30, "ok")
    assert row["between_share"] == pytest.approx(1 / 59, rel=1e-5)
    assert row["baseline_school_year"] == "2022/23"
    assert row["change_value"] is None
    # Whichever school is left out, what remains is the same.
    assert row["between_se"] == pytest.approx(0, abs=1e-9)

    later = one(warehouse, "learning_spread", subject="physics", test="modo", school_year="2023/24")
    assert (later["pupils_n"], later["institutions_n"], later["status"]) == (29, 29, "too_few_institutions")
    for subject, year in (("chemistry", "2022/23"), ("biology", "2022/23"), ("biology", "2023/24")):
        none = one(warehouse, "learning_spread", subject=subject, test="modo", school_year=year)
        assert none["status"] == "not_estimable"
        assert none["institutions_n"] == 30
    told = [row for row in rows(warehouse, "learning_spread") if row["status"] != "ok"]
    figures = (
        "between_share",
        "between_se",
        "between_ci_low",
        "baseline_share",
        "baseline_school_year",
        "change_value",
    )
    assert not [row for row in told if any(row[name] is not None for name in figures)]


def test_where_all_schools_are_alike_inside_the_share_is_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    row = one(warehouse, "learning_spread", subject="mathematics", school_year="2022/23", grade=5)
    assert row["between_share"] == pytest.approx(1, abs=1e-12)
    assert row["between_ci_low"] == pytest.approx(1, abs=1e-9)
    assert row["between_ci_high"] == 1


def test_few_cannot_be_counted_by_taking_others_from_all(warehouse: duckdb.DuckDBPyConnection) -> None:
    by_name = {
        (row["subject"], row["segment_value"]): row
        for row in rows(warehouse, "learning_growth", school_year="2023/24", segment="disadvantaged", measure="score")
        if row["subject"] in ("geography", "world_history")
    }
    # Six and three are nine together, who could be counted by taking the 21 from all.
    assert {name: row["status"] for name, row in by_name.items()} == {
        ("geography", "false"): "suppressed_secondary",
        ("geography", "true"): "too_few",
        ("geography", "unknown"): "too_few",
        ("world_history", "false"): "too_few_institutions",
        ("world_history", "true"): "suppressed_secondary",
        ("world_history", "unknown"): "too_few",
    }
    counted = {name: (row["pupils_n"], row["mean_sd"] is not None) for name, row in by_name.items()}
    assert counted == {
        ("geography", "false"): (None, True),
        ("geography", "true"): (None, False),
        ("geography", "unknown"): (None, False),
        ("world_history", "false"): (30, True),
        ("world_history", "true"): (None, True),
        ("world_history", "unknown"): (None, False),
    }
    assert [row["institutions_n"] for row in by_name.values() if row["status"] == "too_few"] == [None] * 3


def test_one_school_has_a_mean_and_no_error(warehouse: duckdb.DuckDBPyConnection) -> None:
    row = one(warehouse, "learning_growth", subject="geography", measure="score", segment="all")
    assert (row["pupils_n"], row["institutions_n"], row["status"]) == (30, 1, "too_few_institutions")
    assert row["mean_sd"] == 0
    assert row["mean_se"] is row["mean_ci_low"] is row["mean_ci_high"] is None
    gaps = {row["subject"]: row for row in rows(warehouse, "learning_gap", segment="disadvantaged", measure="score")}
    assert gaps["geography"]["status"] == "too_few"
    assert gaps["world_history"]["status"] == "too_few_institutions"
    for subject in ("geography", "world_history"):
        told = {name: value for name, value in gaps[subject].items() if name.endswith(("_sd", "_se", "_n", "_low"))}
        assert set(told.values()) == {None}


def test_one_side_has_no_gap(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert not rows(warehouse, "learning_gap", subject="geometry", segment="disadvantaged")
    row = one(warehouse, "learning_gap", subject="geometry", segment="urban_rural")
    assert (row["status"], row["gap_sd"], row["gap_se"], row["baseline_school_year"]) == ("too_few", None, None, None)


def test_the_national_test_without_a_pass_score(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Twelve pupils: 10 in one subject, 20 to 31 in the other, 25.5 on average; together 35.5."""
    found = {row["subject"]: row for row in rows(warehouse, "national_test", segment="all")}
    assert {name: row["mean_score"] for name, row in found.items()} == {"mathematics": 10, "physics": 25.5, "all": 35.5}
    for row in found.values():
        assert (row["pupils_n"], row["status"], row["passed_status"]) == (12, "too_few_institutions", "no_pass_score")
        assert row["pass_score"] is row["passed_share"] is row["passed_ci_low"] is None
    # Six pupils at a school of each oblast, and seven of the south with the one who has a result of both schools: too few.
    regions = rows(warehouse, "national_test", segment="region")
    assert len(regions) == 6
    assert {(row["status"], row["passed_status"], row["mean_score"]) for row in regions} == {
        ("too_few", "too_few", None)
    }
