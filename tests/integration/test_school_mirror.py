"""The page of a school, worked out by hand from the rows of `mirror_world`, as of 15 September 2026."""

from __future__ import annotations

import csv
from datetime import date
from math import sqrt
from typing import Any

import polars as pl
import pytest
from fact_world import BETWEEN, SEEDS, core_marts
from indicator_world import INDICATORS, STAFF
from mirror_world import SIMILAR, schools
from once import Once

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT

pytestmark = pytest.mark.usefixtures("dbt")

MODELS = (*SEEDS, *BETWEEN, *STAFF, *core_marts(), *INDICATORS, "path:models/alerts", "cluster_alert")
MIRROR = ("int_target", "mirror_panels", "mirror_words", "path:models/mirror", "school_mirror", "school_mirror_line")
Q4, Q3, YEAR, LAST_YEAR = "2025/26-Q4", "2025/26-Q3", "2025/26", "2024/25"
CITY_SCHOOLS = "110000000 urban school"
SHOWN = ("value", "n", "status")


@pytest.fixture(scope="module")
def mirror(once: Once) -> pl.DataFrame:
    folder = once("mirror of schools", lambda folder: schools().build(folder, *MODELS, *MIRROR))
    with connect(folder / "warehouse.duckdb", read_only=True) as connection:
        return connection.execute("select * from marts.school_mirror").pl()


def row(mirror: pl.DataFrame, school: str, line: int, comparison: str, detail: str = "all") -> dict[str, Any]:
    of = {"institution_id": school, "line_no": line, "comparison": comparison, "detail": detail}
    # A is in the hub P as well, of which little is asked.
    (found,) = mirror.filter(**of).filter(pl.col("comparison_id") != "P").rows(named=True)
    return found


def told(mirror: pl.DataFrame, *of: Any, columns: tuple[str, ...] = SHOWN) -> tuple[Any, ...]:
    found = row(mirror, *of)
    return tuple(pytest.approx(found[name]) if isinstance(found[name], float) else found[name] for name in columns)


def beside(mirror: pl.DataFrame, *of: Any) -> tuple[Any, ...]:
    return told(
        mirror, *of, columns=("comparison_id", "comparison_value", "comparison_n", "comparison_status", "standing")
    )


def test_no_row_is_absent(mirror: pl.DataFrame) -> None:
    """Every line of every school that is open, with all that it is compared with; X is closed, C and U are no schools."""
    with (PROJECT / "dbt_project" / "seeds" / "mirror_panels.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    expected = {
        (school, int(line["line_no"]), "none" if line["comparisons"] == "bound" else comparison)
        for school in ("A", "B", "D", "E", "F", *SIMILAR)
        for line in lines
        for comparison in line["comparisons"].split(";")
    }
    assert set(mirror.filter(detail="all").select("institution_id", "line_no", "comparison").rows()) == expected
    # Of a hub four figures are asked that a page compares with clusters.
    of_hub = mirror.filter(comparison_id="P")
    assert sorted(of_hub.select("institution_id", "indicator", "measure").rows()) == [
        ("A", "D5", "main"),
        ("A", "D5", "on_time"),
        ("A", "N3", "main"),
        ("A", "N7", "main"),
    ]
    assert mirror.filter(detail="all").height == len(expected) + of_hub.height


def test_attendance_and_what_it_is_compared_with(mirror: pl.DataFrame) -> None:
    """92 + 50 + 30 of 200 lessons; a pupil of a class that is told as a whole is not added."""
    assert told(mirror, "A", 110, "previous_period") == (0.86, 200, "ok")
    assert told(mirror, "A", 110, "previous_period", columns=("period", "comparison_period", "difference_value")) == (
        Q4,
        Q3,
        pytest.approx(-0.04),
    )
    assert beside(mirror, "A", 110, "previous_period") == ("none", 0.9, 200, "ok", "worse")
    # With B's 50 of 100; F told nothing. A ratio has no interval to judge by.
    assert beside(mirror, "A", 110, "cluster") == ("K", 222 / 300, 300, "ok", "none")
    # .60, .70, .80, .86 and .95. B is alone of its kind.
    assert beside(mirror, "A", 110, "similar_schools") == (CITY_SCHOOLS, 0.8, 5, "ok", "none")
    assert beside(mirror, "B", 110, "similar_schools")[1:] == (None, 1, "too_few", "none")
    assert beside(mirror, "S1", 110, "cluster") == ("none", None, None, "not_applicable", "none")
    assert told(mirror, "F", 110, "cluster") == (None, None, "not_collected")


def test_targets_of_a_school_or_of_its_cluster(mirror: pl.DataFrame) -> None:
    """365 of 730 days after the baseline the way from .80 to .90 is at .85; B has what K decided, which has no baseline."""
    columns = ("comparison_id", "comparison_value", "comparison_on", "standing", "comparison_status")
    assert told(mirror, "A", 310, "target", columns=columns) == ("A", 0.9, date(2027, 8, 31), "short", "ok")
    assert told(mirror, "A", 310, "baseline", columns=columns) == ("A", 0.8, date(2025, 8, 31), "better", "ok")
    assert told(mirror, "A", 310, "path", columns=columns) == ("A", 0.85, date(2026, 8, 31), "on_course", "ok")
    assert told(mirror, "B", 310, "target", columns=columns) == ("K", 0.95, date(2026, 12, 31), "short", "ok")
    assert told(mirror, "B", 310, "path", columns=columns)[1:] == (None, date(2026, 8, 31), "none", "not_applicable")
    assert told(mirror, "E", 310, "target", columns=columns) == ("none", None, None, "none", "not_applicable")


def test_marks_and_the_share_of_good_ones(mirror: pl.DataFrame) -> None:
    """6 fives, 4 threes and 10 fours: 82 / 20, mean square 346 / 20; errors as of ten marks, t with 9 degrees is 2.262157."""
    error = sqrt(346 / 20 - 4.1**2) / 3
    columns = (*SHOWN, "value_se", "ci_low", "ci_high")
    interval = (4.1 - 2.262157 * error, 4.1 + 2.262157 * error)
    found = row(mirror, "A", 120, "previous_period")
    assert [found[name] for name in columns] == [
        pytest.approx(4.1),
        10,
        "ok",
        pytest.approx(error),
        *map(close, interval),
    ]
    # All ten had a four: .1 is less than 1.645 errors.
    assert beside(mirror, "A", 120, "previous_period") == ("none", 4.0, 10, "ok", "same")
    assert told(mirror, "A", 121, "previous_period") == (0.8, 10, "ok")
    subjects = mirror.filter(institution_id="A", line_no=120).filter(pl.col("detail") != "all")
    assert sorted(subjects.select("detail", "value", "n", "comparison_value").rows()) == [
        ("mathematics", pytest.approx(4.2), 10, 4.0),
        ("physics", 4.0, 10, None),
    ]
    # Nine pupils.
    assert told(mirror, "B", 120, "previous_period") == (None, 9, "too_few")


def close(value: float) -> Any:
    return pytest.approx(value, abs=1e-5)


def test_staff_of_a_year_that_can_be_read(mirror: pl.DataFrame) -> None:
    """2024/25: 15 of 22 less one who retired and one unknown; 4 exits on 240 / 12 people. It is the period before."""
    assert told(mirror, "A", 140, "previous_period") == (None, None, "not_yet_observed")
    assert beside(mirror, "A", 140, "previous_period") == ("none", 0.75, 20, "ok", "none")
    assert beside(mirror, "A", 141, "previous_period") == ("none", 0.2, 20, "ok", "none")
    # Nobody tells of S1's staff.
    assert told(mirror, "S1", 140, "previous_period")[2] == "not_collected"


def test_seven_young_teachers_are_hidden(mirror: pl.DataFrame) -> None:
    """Six of eight at A. Of B's six nothing stands, and nothing of K's 15 with F's one, from which A's would leave seven."""
    assert told(mirror, "A", 150, "cluster") == (0.75, 8, "too_few")
    assert beside(mirror, "A", 150, "previous_period") == ("none", 0.75, 8, "too_few", "same")
    assert beside(mirror, "A", 150, "cluster") == ("K", None, None, "suppressed_secondary", "none")
    assert told(mirror, "B", 150, "cluster") == (None, None, "too_few")
    assert told(mirror, "F", 150, "cluster") == (None, None, "not_collected")
    hidden = mirror.filter(institution_id="B", line_no=150)
    assert hidden.select("value_se", "ci_low", "ci_high", "difference_value").null_count().row(0) == (3,) * 4
    assert set(hidden["standing"]) == {"none"}


def test_meetings_are_of_people(mirror: pl.DataFrame) -> None:
    """Six whole protocols of eight; B's fourteen are of seven mentors."""
    assert told(mirror, "A", 231, "cluster") == (0.75, 8, "ok")
    assert told(mirror, "B", 231, "cluster") == (None, None, "too_few")
    assert beside(mirror, "A", 231, "cluster") == ("K", None, None, "suppressed_secondary", "none")
    assert row(mirror, "A", 230, "cluster")["value"] > 0
    assert told(mirror, "B", 230, "cluster") == (None, None, "too_few")
    assert told(mirror, "E", 231, "cluster") == (None, None, "not_collected")


def test_answers_of_seven_are_hidden(mirror: pl.DataFrame) -> None:
    assert told(mirror, "B", 190, "cluster") == (None, None, "too_few")
    # The cluster is told, of fifteen; less the eight of A it would tell of B, so that A is not.
    assert told(mirror, "A", 190, "cluster") == (None, 8, "too_few")
    assert beside(mirror, "B", 190, "cluster") == ("K", (8 * 4 + 7 * 2) / 15, 15, "ok", "none")


def test_what_nobody_told_is_not_nought(mirror: pl.DataFrame) -> None:
    """A file of the platform came in which nothing was done; of students and mentors E sent none."""
    assert told(mirror, "E", 182, "previous_period") == (0.0, 0, "ok")
    assert beside(mirror, "E", 182, "previous_period") == ("none", 0.0, 0, "ok", "none")
    assert told(mirror, "E", 170, "previous_period") == (None, None, "not_collected")


def test_what_is_to_be_done(mirror: pl.DataFrame) -> None:
    """1 June to 15 September is 106 days, 1 March to it 198. Half of ten invited is to be watched: no value."""
    found = mirror.filter(institution_id="A", line_no=410).filter(pl.col("detail") != "all").sort("rule")
    columns = ("rule", "cluster_id", "value", "comparison_value", "severity", "owner_role", "opened_on", "status")
    assert found.select(columns).rows() == [
        ("W01", "K", None, 0.6, "watch", "me_coordinator", date(2026, 8, 31), "too_few"),
        ("W11", "K", 106.0, 14.0, "alarm", "plc_coordinator", date(2026, 6, 16), "ok"),
        ("W12", "K", 198.0, 92.0, "alarm", "risk_owner", date(2026, 6, 2), "ok"),
    ]
    assert found["reaction_en"][1] == "Set a new day"
    assert [told(mirror, "A", line, "none")[0] for line in (390, 391, 410)] == [2, 1, 3]
    # B has the cluster's, and not the seminar of A.
    assert [told(mirror, "B", line, "none")[0] for line in (390, 391, 410)] == [1, 1, 2]
    assert told(mirror, "E", 410, "none") == (0, 0, "ok")


def test_overdue_actions(mirror: pl.DataFrame) -> None:
    """31 August is 15 days ago; what is due today is not overdue. K has a plan in which B has nothing to do."""
    assert told(mirror, "A", 421, "none") == (1, 1, "ok")
    columns = ("value", "owner_role", "due_on", "cluster_id")
    assert told(mirror, "A", 421, "none", "late", columns=columns) == (15, "deputy_head", date(2026, 8, 31), "K")
    assert told(mirror, "B", 421, "none") == (0, 0, "ok")
    assert told(mirror, "E", 421, "none") == (None, None, "not_collected")
    assert told(mirror, "A", 420, "cluster") == (0.5, 2, "ok")
