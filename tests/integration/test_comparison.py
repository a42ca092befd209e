"""Network against control from staff lists on, by hand.

Three kinds of place with two members and three schools outside each. Everybody keeps four of five of those hired for 2012 to
2014, so that nobody differs in that. Members join on 1 September 2016; each hires four on 3 September 2018, and the first of a
place keeps all for a year, the second and the schools outside keep two. As-of 2026-09-15, so careers are read up to 2026-05-18.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from once import Once
from retention_world import World, build
from scipy.stats import t

from bilimkoz.connection import connect
from estimators.comparison import MATCH_SCHEMA, SCHEMA, STATUSES, comparison_matches, retention_comparison

pytestmark = pytest.mark.usefixtures("dbt")

PLACES = {"city": ("111000000", "school"), "village": ("112000000", "school"), "hamlet": ("112000000", "small_school")}
JOINED = "2016-09-01"


def hired(world: World, school: str, day: str, stay: int, leave: int) -> None:
    """People who begin on a day; some leave after half a year."""
    for number in range(stay + leave):
        person = f"{school}-{day}-{number}"
        half_a_year_on = f"{int(day[:4]) + 1}-02-28"
        world.post(person, school, day, None if number < stay else half_a_year_on)


def before(world: World, school: str, place: str) -> None:
    region, kind = PLACES[place]
    world.school(school, region_code=region, kind=kind)
    hired(world, school, "2012-09-03", 2, 0)
    hired(world, school, "2013-09-03", 1, 1)
    hired(world, school, "2014-09-03", 1, 0)


def scenes(folder: Path) -> None:
    world = World(as_of="2026-09-15")
    for cluster in ("net", "listed", "empty", "young"):
        world.cluster(cluster)
    for place in PLACES:
        for number, kept in ((1, 4), (2, 2)):
            member = f"{place}-member-{number}"
            before(world, member, place)
            world.joins("net", member, JOINED)
            hired(world, member, "2018-09-03", kept, 4 - kept)
        for number in range(1, 4):
            outside = f"{place}-outside-{number}"
            before(world, outside, place)
            hired(world, outside, "2018-09-03", 2, 2)
    # Hired on the joining day, so not after it, and by a member that had left: nobody counts them.
    hired(world, "city-member-1", JOINED, 0, 2)
    # Not yet known on the joining day: the last of 2015 reached 12 months two days after it.
    hired(world, "city-outside-1", "2015-09-03", 0, 3)
    # A cluster that says with whom it is to be compared, and from when to when.
    world.school("alone", region_code="111000000")
    world.joins("listed", "alone", "2017-01-01", "2019-01-01")
    hired(world, "alone", "2018-09-03", 1, 1)
    hired(world, "alone", "2019-09-03", 0, 1)
    world.control("listed", "city-outside-1", "2018-01-01", "2018-12-31")
    world.control("listed", "city-member-1", "2018-01-01")
    # One whose members have hired nobody since.
    before(world, "tired", "city")
    world.joins("empty", "tired", "2020-01-01")
    # One that has just begun.
    for school in ("new", "new-outside"):
        world.school(school, region_code="111000000")
        hired(world, school, "2025-09-03", 2, 1)
    world.joins("young", "new", "2025-09-01")
    world.control("young", "new-outside", "2025-09-01")
    build(world, folder)


@pytest.fixture(scope="module")
def warehouse(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(once("comparison_scenes", scenes) / "warehouse.duckdb", read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def compared(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return retention_comparison(warehouse)


def row(compared: pl.DataFrame, cluster: str, measure: str, level: str = "workplace") -> dict[str, object]:
    wanted = (pl.col("cluster_id") == cluster) & (pl.col("measure") == measure) & (pl.col("level") == level)
    (found,) = compared.filter(wanted).to_dicts()
    return found


def test_what_was_known_on_the_joining_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The last of 2014 reached 12 months on 2015-09-03, known on 2016-01-01; the last of 2015 on 2016-09-03, known on 2017-01-01;
    the last of 2016 on 2017-09-01, known on 2017-12-30. Of 2017 nobody was hired; the last of 2018 was known on 2020-01-01, to
    the day, and of 2019 on 2020-12-31."""
    found = warehouse.execute(
        "select index_on, last_cohort_start_year from intermediate.int_comparison_index order by all"
    )
    assert [(str(day), year) for day, year in found.fetchall()] == [
        ("2016-09-01", 2014),
        ("2017-01-01", 2015),
        ("2018-01-01", 2016),
        ("2020-01-01", 2018),
        ("2025-09-01", 2019),
    ]


def test_prior_counts_are_of_three_cohorts(warehouse: duckdb.DuckDBPyConnection) -> None:
    """2012 to 2014: 2 + 2 + 1 hired, one of 2013 left. 2013 to 2015: 2 + 1 + 3, and of these one and three left."""
    found = warehouse.execute(
        """select last_cohort_start_year, hired_n, base_n, retained_n from intermediate.int_comparison_prior
        where institution_id = 'city-outside-1' and last_cohort_start_year < 2016 order by 1"""
    )
    assert found.fetchall() == [(2014, 5, 5, 4), (2015, 6, 6, 2)]


def test_matches(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = comparison_matches(warehouse)
    assert dict(found.schema) == MATCH_SCHEMA
    status = found.group_by("cluster_id", "match_status").len().sort("cluster_id", "match_status").rows()
    assert status == [
        ("empty", "few_hires", 1),
        ("listed", "control_is_member", 1),
        ("listed", "designated", 1),
        ("net", "matched", 18),
        ("young", "designated", 1),
    ]


def test_shares_by_hand(compared: pl.DataFrame) -> None:
    """Members keep 4, 2, 4, 2, 4, 2 of 4, controls 2 of 4: .75 and .5, difference .25. Each member weighs 1/6 and its difference
    is .5 or 0, so by member the parts are +-.25/6 and V = 6/5 x 6 x (.25/6)^2 = .0125. Each control serves a first and a second
    member, whose parts cancel: by control 0. The whole is not under the larger of the two, so se = sqrt(.0125), df = 5."""
    for level in ("workplace", "profession"):
        found = row(compared, "net", "index_12", level)
        assert (found["member_n"], found["control_n"]) == (24, 36)
        assert (found["member_institutions_n"], found["control_institutions_n"]) == (6, 9)
        assert (found["unmatched_institutions_n"], found["df_n"], found["status"]) == (0, 5, "ok")
        assert (found["member_value"], found["control_value"]) == (pytest.approx(0.75), pytest.approx(0.5))
        assert found["difference_value"] == pytest.approx(0.25)
        assert found["difference_se"] == pytest.approx(0.0125**0.5)
        half = t.ppf(0.975, 5) * 0.0125**0.5
        assert found["difference_ci_low"] == pytest.approx(0.25 - half)
        assert found["difference_ci_high"] == pytest.approx(0.25 + half)
        assert found["balance_smd"] == 0


def test_nothing_is_told_of_the_network_against_itself(compared: pl.DataFrame) -> None:
    """Who is at a control has no sister school to move to. Both values stand: nobody moved here, so they are those of the
    workplace."""
    found = row(compared, "net", "index_12", "network")
    assert (found["status"], found["difference_value"], found["log_rank_p_value"]) == ("not_applicable", None, None)
    assert (found["member_value"], found["control_value"]) == (pytest.approx(0.75), pytest.approx(0.5))


def test_months_by_hand(compared: pl.DataFrame) -> None:
    """Who leaves, leaves after 2019-02-28, in month 6 (up to 3 March). Up to 12 months: 6 whole months, then 6 of those who stay:
    6 + 6 x .75 and 6 + 6 x .5."""
    found = row(compared, "net", "rmst_12")
    assert (found["member_value"], found["control_value"]) == (pytest.approx(10.5), pytest.approx(9.0))
    assert found["difference_value"] == pytest.approx(1.5)
    assert found["difference_se"] == pytest.approx(6 * 0.0125**0.5)


def test_chance_by_hand(compared: pl.DataFrame) -> None:
    """Controls are shared, so two of a place's three go to the first member and one to the second. All exits are in month 6.
    A set of a member who keeps 4 of 4 and two of 2 of 4: 12 people, 4 leave, expected 4/3, variance 4 x 8/11 x 1/3 x 2/3 = 64/99.
    A set of two of 2 of 4: 8 people, 4 leave, 2 as expected, variance 4 x 4/7 x 1/4 = 4/7. Over three places:
    (3 x 4/3)^2 / (3 x (64/99 + 4/7)) = 16 / (844/231) = 924/211.
    Exchanged in a set of the first kind, in two of three cases a school of 2 of 4 is the member: 2 - 4/3 = 2/3. Sums are
    -4, -2, 0 and 2: only one of 27 is as large."""
    found = row(compared, "net", "rmst_60")
    assert found["log_rank_chi2"] == pytest.approx(924 / 211)
    assert found["log_rank_p_value"] == pytest.approx(1 / 27)


def test_one_cluster_is_too_few_for_all(compared: pl.DataFrame) -> None:
    """Values stand, the difference does not."""
    found = row(compared, "all", "index_12")
    assert (found["status"], found["difference_value"], found["log_rank_p_value"]) == ("too_few", None, None)
    assert found["member_value"] is not None


def test_an_own_list_bounds_the_days(compared: pl.DataFrame) -> None:
    """Alone hired two while a member, of whom one stayed, and one after; of the list only the school outside counts, with
    the four of 2018."""
    found = row(compared, "listed", "index_12")
    assert (found["member_n"], found["control_n"], found["status"]) == (2, 4, "too_few")
    assert (found["member_value"], found["control_value"]) == (0.5, 0.5)


def test_who_hired_nobody_is_not_compared(compared: pl.DataFrame) -> None:
    found = row(compared, "empty", "index_12")
    assert (found["status"], found["member_n"], found["member_value"]) == ("not_applicable", 0, None)
    assert found["unmatched_institutions_n"] == 1


def test_a_young_cluster_is_not_yet_observed(compared: pl.DataFrame) -> None:
    """Of the three of 2025 nobody can be read up to 12 months on 2026-05-18."""
    for measure in ("index_12", "rmst_12"):
        found = row(compared, "young", measure)
        assert (found["status"], found["member_value"]) == ("not_yet_observed", None)


def test_rows_and_columns(compared: pl.DataFrame) -> None:
    """Five clusters with `all`, three levels, seven measures, each once, in order."""
    assert dict(compared.schema) == SCHEMA
    key = compared.select("cluster_id", "level", "measure")
    assert key.equals(key.unique().sort("cluster_id", "level", "measure"))
    assert compared.height == 5 * 3 * 7
    assert set(compared["status"]) <= set(STATUSES)
