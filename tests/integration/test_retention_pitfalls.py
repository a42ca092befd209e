"""Published ways of getting retention wrong, each shown absent: what the wrong method would have given stands in the docstring.

As of 2026-09-15 careers are read up to 2026-05-18. N1 and N2 are in one cluster; of Q nothing is known after 2020-01-01, so it is
read up to 2019-09-03; `late` holds ended posts from 2021-01-01 on. Each scene is a subject, all figures are of the workplace.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

import dbt_in_process
import duckdb
import pytest
from retention_world import WRITTEN, Row, World, rows, write

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

AS_OF = "2026-09-15"
MARTS = ("retention_index", "retention_curve", "retention_flow")


def hire(world: World, subject: str, start: str, *ends: str | None, school: str = "N1", **facts: str) -> None:
    """One person for each end of a post, or None for one that is still held."""
    for number, end in enumerate(ends):
        person = f"{subject}-{'-'.join(facts.values())}-{number}"
        world.post(person, school, start, end, subject=subject, **facts)


def ten_people(world: World) -> None:
    """One leaves in month 6, two in month 9, one in month 12; three are last vouched for after six whole months; three stay."""
    start = "2020-09-01"
    hire(world, "ten", start, "2021-02-28", "2021-05-31", "2021-05-31", "2021-08-31", None, None, None)
    hire(world, "ten", start, None, None, None, confirmed_on="2021-03-01")


def summers(world: World) -> None:
    """Five contracts of the school year; four are renewed on 1 September, after 92 days."""
    for number in range(5):
        world.post(f"summer-{number}", "N1", "2018-09-01", "2019-05-31", subject="summer")
        if number < 4:
            world.post(f"summer-{number}", "N1", "2019-09-01", subject="summer")


def denominators(world: World) -> None:
    """Ten were recruited. One never came, one died in month 10, two were lost from sight after month 18, three left in 22."""
    start = "2019-09-01"
    hire(world, "denominators", start, start, end_reason="not_started")
    hire(world, "denominators", start, "2020-06-30", end_reason="died")
    hire(world, "denominators", start, None, None, confirmed_on="2021-03-01")
    hire(world, "denominators", start, "2021-06-30", "2021-06-30", "2021-06-30", None, None, None)


def returners(world: World) -> None:
    """Of four one stays, one is away for 428 days, two leave for good; all three go in month 10."""
    hire(world, "returners", "2018-09-01", None, "2019-06-30", "2019-06-30", "2019-06-30")
    world.post("returners--1", "N1", "2020-09-01", subject="returners")


def edges(world: World) -> None:
    hire(world, "last year", "2025-09-01", None, "2025-12-31", "2026-06-30")
    hire(world, "silent", "2018-09-01", "2019-03-31", None, None, None, None, school="Q", confirmed_on="2020-01-01")
    hire(world, "survivors", "2019-09-01", None, None, None, _sender="late")
    hire(world, "seen from the start", "2021-02-01", None, "2021-07-31", _sender="late")
    hire(world, "anniversary", "2018-09-01", "2019-08-31", "2019-09-01")


def several_posts(world: World) -> None:
    """One person holds three posts, of which one ends in month 7; another holds one, and leaves in month 5."""
    start, subject = "2018-09-01", "several posts"
    world.post("three posts", "N1", start, subject=subject, load_fte="0.5")
    world.post("three posts", "N1", start, subject=subject, position="mentor", position_group="mentor")
    world.post("three posts", "N2", start, "2019-03-31", subject=subject, load_fte="0.25")
    world.post("one post", "N1", start, "2019-01-31", subject=subject)


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = World(AS_OF)
    for school in ("N1", "N2", "Q"):
        world.school(school)
    world.cluster("K1")
    for school in ("N1", "N2"):
        world.joins("K1", school, "2010-01-01")
    world.sender("late", "2021-01-01")
    for scene in (ten_people, summers, denominators, returners, edges, several_posts):
        scene(world)
    folder = tmp_path_factory.mktemp("pitfalls") / "world"
    folder.mkdir()
    write(world, folder / "warehouse.duckdb")
    dbt_in_process.build(
        folder / "warehouse.duckdb",
        AS_OF,
        ["position_groups", "minimum_n", *(f"+{mart}" for mart in MARTS)],
        without=[f"+{model}" for model in WRITTEN],
        tests=False,
    )
    with connect(folder / "warehouse.duckdb", read_only=True) as connection:
        yield connection


def index(marts: duckdb.DuckDBPyConnection, subject: str, months: int, estimand: str = "employed_at") -> Row:
    (found,) = rows(
        marts,
        """select * from marts.retention_index where segment = 'subject' and segment_value = ? and horizon_months = ?
        and estimand = ? and level = 'workplace' and cohort_year <> 'all'""",
        subject,
        months,
        estimand,
    )
    return found


def curve(marts: duckdb.DuckDBPyConnection, subject: str) -> dict[int, Row]:
    found = rows(
        marts,
        """select * from marts.retention_curve where segment = 'subject' and segment_value = ? and level = 'workplace'
        and cohort_year <> 'all'""",
        subject,
    )
    return {row["month"]: row for row in found}


def left(marts: duckdb.DuckDBPyConnection, subject: str) -> dict[int, int]:
    """How many left, by month."""
    return {month: row["left_n"] for month, row in curve(marts, subject).items() if row["left_n"]}


def test_censored_people_are_not_dropped(marts: duckdb.DuckDBPyConnection) -> None:
    """S(12) = 9/10 x 4/6 x 3/4 = 9/20. Of the seven who were never lost 3/7 = .43 are there, and the index says that, with 3/10
    and 6/10 for bounds: between them lies the curve, in which the three count for the six months that they were seen."""
    survival = curve(marts, "ten")[12]["survival_share"]
    assert isclose(survival, 9 / 20, rel_tol=1e-12)
    assert not isclose(survival, 3 / 7, rel_tol=1e-3)
    found = index(marts, "ten", 12)
    assert (found["index_share"], found["bound_low_share"], found["bound_high_share"]) == (3 / 7, 3 / 10, 6 / 10)


def test_censored_people_are_not_leavers(marts: duckdb.DuckDBPyConnection) -> None:
    """With the three who were lost as leavers of month 7: 9/10 x 6/9 x 4/6 x 3/4 = 3/10. As people who stayed: 6/10."""
    assert left(marts, "ten") == {6: 1, 9: 2, 12: 1}
    found = curve(marts, "ten")
    assert {month: row["censored_n"] for month, row in found.items() if 0 < month <= 12 and row["censored_n"]} == {6: 3}
    assert isclose(found[12]["survival_share"], 9 / 20, rel_tol=1e-12)
    assert all(not isclose(found[12]["survival_share"], wrong, rel_tol=1e-3) for wrong in (3 / 10, 6 / 10))


def test_the_risk_set_is_that_of_the_month(marts: duckdb.DuckDBPyConnection) -> None:
    """Ten in month 6, the one who leaves in it and the three who are seen to its end among them; six from month 7 on; four from
    month 10 on, the one who leaves in month 12 among them.

    With the lost still at risk, 9/10 x 7/9 x 6/7 = 6/10; with leavers not at risk in the month of their exit,
    (1 - 1/9)(1 - 2/4)(1 - 1/3) = 8/27."""
    found = curve(marts, "ten")
    at_risk = [found[month]["at_risk_n"] for month in (0, 5, 6, 7, 9, 10, 12, 13)]
    assert at_risk == [10, 10, 10, 6, 6, 4, 4, 3]
    assert all(not isclose(found[12]["survival_share"], wrong, rel_tol=1e-3) for wrong in (6 / 10, 8 / 27))


def test_censored_people_are_not_halved(marts: duckdb.DuckDBPyConnection) -> None:
    """The actuarial method takes half of the three lost off those at risk in month 6: (1 - 1/8.5) x 4/6 x 3/4 = 15/34, and .88 in
    month 6. Their last month was seen whole: 9/10."""
    found = curve(marts, "ten")
    assert isclose(found[6]["survival_share"], 9 / 10, rel_tol=1e-12)
    assert not isclose(found[6]["survival_share"], 15 / 17, rel_tol=1e-3)
    assert not isclose(found[12]["survival_share"], 15 / 34, rel_tol=1e-3)


def test_a_summer_is_no_exit(marts: duckdb.DuckDBPyConnection) -> None:
    """If the end of a contract were an exit all five would have left in month 9: 0. One has: 4/5, on the day and throughout."""
    assert left(marts, "summer") == {9: 1}
    assert isclose(curve(marts, "summer")[12]["survival_share"], 4 / 5, rel_tol=1e-12)
    assert [index(marts, "summer", 12, estimand)["index_share"] for estimand in ("employed_at", "continuous")] == [
        4 / 5
    ] * 2


def test_denominators_do_not_move(marts: duckdb.DuckDBPyConnection) -> None:
    """Three are there after 24 months: 3/10 of those recruited, 3/9 of those who came, 3/8 of those who live, 3/6 of those whose
    fate is known. Each is told by columns of one row, and hired_n is the same at each horizon and sums the flows."""
    found = {months: index(marts, "denominators", months) for months in (12, 24, 36, 60)}
    assert {(row["hired_n"], row["never_started_n"], row["removed_n"]) for row in found.values()} == {(9, 1, 1)}
    assert [(row["unknown_n"], row["retained_n"]) for row in found.values()] == [(0, 8), (2, 3), (2, 3), (2, 3)]
    row = found[24]
    known_n = row["hired_n"] - row["removed_n"] - row["unknown_n"]
    assert row["index_share"] == row["retained_n"] / known_n == 3 / 6
    assert row["bound_low_share"] == row["retained_n"] / (row["hired_n"] - row["removed_n"]) == 3 / 8
    assert row["index_share"] not in (3 / 10, 3 / 9)
    flows = marts.execute(
        """select horizon_months, cast(sum(flow_n) as bigint), min(hired_n), max(hired_n) from marts.retention_flow
        where segment = 'subject' and segment_value = 'denominators' and cohort_year = '2019/20' group by 1 order by 1"""
    ).fetchall()
    assert flows == [(months, 9, 9, 9) for months in (12, 24, 36, 60)]


def test_who_comes_back_is_told_apart(marts: duckdb.DuckDBPyConnection) -> None:
    """Gone on 2019-09-01, back on 2020-09-01. `employed_at` 1/4, then 2/4: no curve may rise so. `continuous` and the curve 1/4
    and 1/4; a mixture of both would let them differ."""
    shares = {
        estimand: [index(marts, "returners", months, estimand)["index_share"] for months in (12, 24)]
        for estimand in ("employed_at", "continuous")
    }
    assert shares == {"employed_at": [1 / 4, 2 / 4], "continuous": [1 / 4, 1 / 4]}
    found = curve(marts, "returners")
    assert [found[months]["survival_share"] for months in (12, 24)] == shares["continuous"]
    assert left(marts, "returners") == {10: 3}


def test_the_last_year_has_no_figure(marts: duckdb.DuckDBPyConnection) -> None:
    """The horizon day, 2026-09-01, is before the as-of date, and of three one holds a post: 1/3. But one of the others left on
    2026-06-30 and may be back within 120 days. The curve says what is known: one of three left, in month 4."""
    for estimand in ("employed_at", "continuous"):
        found = index(marts, "last year", 12, estimand)
        assert (found["status"], found["hired_n"]) == ("not_yet_observed", 3)
        assert {
            found[name] for name in ("index_share", "retained_n", "unknown_n", "index_ci_low", "index_ci_high")
        } == {None}
    assert left(marts, "last year") == {4: 1}
    assert isclose(curve(marts, "last year")[8]["survival_share"], 2 / 3, rel_tol=1e-12)


def test_a_silent_school_does_not_tend_to_nothing(marts: duckdb.DuckDBPyConnection) -> None:
    """Five were hired at Q. After 24 months none is on a list: 0/5, and 0/1 of those of whom an end is known. So nothing is known
    of them, from 0 to 1. The curve stops where Q is last read, after month 12, at 4/5 for the one who left in month 7."""
    found = index(marts, "silent", 24)
    assert (found["retained_n"], found["unknown_n"], found["index_share"]) == (0, 5, None)
    assert (found["bound_low_share"], found["bound_high_share"], found["status"]) == (0, 1, "too_few")
    months = curve(marts, "silent")
    assert left(marts, "silent") == {7: 1}
    assert isclose(months[12]["survival_share"], 4 / 5, rel_tol=1e-12)
    assert (months[13]["survival_share"], months[13]["status"]) == (None, "not_yet_observed")


def test_a_late_register_shows_no_survivors(marts: duckdb.DuckDBPyConnection) -> None:
    """Of those hired in 2019 the register that begins in 2021 holds the three who are still there: 3/3. They are in no cohort.
    Those hired a month after it began are: 1/2."""
    held = rows(marts, "select count(*) as held_n from intermediate.int_career_post where subject = 'survivors'")
    assert held == [{"held_n": 3}]
    assert rows(marts, "select 1 from marts.retention_index where segment_value = 'survivors'") == []
    assert rows(marts, "select 1 from marts.retention_curve where segment_value = 'survivors'") == []
    found = index(marts, "seen from the start", 12)
    assert (found["hired_n"], found["index_share"]) == (2, 1 / 2)


def test_posts_at_once_are_one_person(marts: duckdb.DuckDBPyConnection) -> None:
    """Of four posts two are held after 12 months, 2/4 with exits in months 5 and 7; of rows three are of somebody who stays, 3/4.
    Two people, of whom one left, in month 5: 1/2."""
    found = index(marts, "several posts", 12)
    assert (found["hired_n"], found["retained_n"], found["index_share"]) == (2, 1, 1 / 2)
    assert curve(marts, "several posts")[0]["at_risk_n"] == 2
    assert left(marts, "several posts") == {5: 1}


def test_the_day_before_the_anniversary_is_too_early(marts: duckdb.DuckDBPyConnection) -> None:
    """Both have completed twelve months: 2/2. On the day, 2019-09-01, one holds a post: 1/2. Who left on 31 August left in month
    12, who left on 1 September in month 13."""
    assert [index(marts, "anniversary", 12, estimand)["index_share"] for estimand in ("employed_at", "continuous")] == [
        1 / 2
    ] * 2
    assert left(marts, "anniversary") == {12: 1, 13: 1}
    assert curve(marts, "anniversary")[12]["survival_share"] == 1 / 2
