"""Who is at risk of leaving, grouped for the regression: a small world by hand, and the curves of a larger one."""

from __future__ import annotations

import pytest
from once import Once
from retention_scenes import built_scenes
from retention_world import World, build

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
T0 = "2018-09-01"
COVARIATES = ("in_network_at_entry", "urban_rural", "school_kind", "sex", "first_post")


def small_world() -> World:
    """As of 2026-09-15, so read up to 2026-05-18. A and its sister S are in a cluster, B is a small rural school, and no list
    names C."""
    world = World("2026-09-15")
    world.sender("young registry", None)
    world.cluster("K")
    for school in ("A", "S"):
        world.school(school)
        world.joins("K", school, "2010-01-01")
    world.school("B", kind="small_school", region_code="112000000")
    for person in ("alike 1", "alike 2"):
        world.post(person, "A", T0, "2019-06-30", sex="f")
    world.post("man", "A", T0, "2019-06-30", sex="m")
    world.post("moves", "A", T0, "2019-06-30", sex="f")
    world.post("moves", "S", "2019-08-20", sex="f")
    world.post("a year earlier", "A", "2017-09-01", "2018-06-30", sex="f")
    world.post("stays", "B", T0, sex="f")
    world.post("retires", "B", T0, "2019-06-30", sex="f", end_reason="retired")
    world.post("unproved", "B", T0, "2019-06-30", sex="f", teaching_since=None, _sender="young registry")
    world.post("nowhere", "C", T0, "2019-06-30")
    # Three weeks before the window ends: no whole month of theirs can be read.
    world.post("new", "A", "2026-04-27", sex="f")
    return world


def test_people_alike_are_one_row(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Who left on 2019-06-30 left in month 10, whose end, 2019-07-01, is the first day without a post. Who stays is
    at risk past month 60, so 61; who retires is censored in month 9, the last whole one, 2018-09-01 to 2019-06-01."""
    folder = tmp_path_factory.mktemp("hazard") / "world"
    folder.mkdir()
    query = """select cohort_start_year, institution_id, last_month, is_exit, in_network_at_entry, urban_rural, school_kind,
        sex, first_post, people_n from intermediate.int_hazard_row where level = ? order by all"""
    with connect(build(small_world(), folder, tests=False), read_only=True) as connection:
        workplace, network = (connection.execute(query, [level]).fetchall() for level in ("workplace", "network"))
    at_a, at_b = ("true", "urban", "school"), ("false", "rural", "small_school")
    others = [
        (2018, "B", 9, False, *at_b, "f", "proved", 1),
        (2018, "B", 10, True, *at_b, "f", "unproved", 1),
        (2018, "B", 61, False, *at_b, "f", "proved", 1),
        (2018, "C", 10, True, "false", "unknown", "unknown", "unknown", "proved", 1),
    ]
    first = (2017, "A", 10, True, *at_a, "f", "proved", 1)
    man = (2018, "A", 10, True, *at_a, "m", "proved", 1)
    assert workplace == [first, (2018, "A", 10, True, *at_a, "f", "proved", 3), man, *others]
    moved = (2018, "A", 61, False, *at_a, "f", "proved", 1)
    assert network == [first, (2018, "A", 10, True, *at_a, "f", "proved", 2), man, moved, *others]


def test_it_holds_the_people_of_the_curves(once: Once) -> None:
    """Of every value of every covariate, as many are at risk in month 1 and as many leave in each month as the curve of that
    segment says, in each cohort and at each level."""
    with connect(built_scenes(once), read_only=True) as connection:
        for covariate in COVARIATES:
            mine = connection.execute(
                f"""select level, cohort_start_year, {covariate}, last_month, cast(sum(people_n) as bigint)
                from intermediate.int_hazard_row where is_exit group by all order by all"""
            ).fetchall()
            curves = connection.execute(
                """select level, cast(cohort_year[:4] as int), segment_value, month, left_n from marts.retention_curve
                where segment = ? and cohort_year <> 'all' and left_n > 0 order by all""",
                [covariate],
            ).fetchall()
            assert mine == curves
            mine = connection.execute(
                f"""select level, {covariate}, cast(sum(people_n) as bigint)
                from intermediate.int_hazard_row group by all order by all"""
            ).fetchall()
            curves = connection.execute(
                """select level, segment_value, at_risk_n from marts.retention_curve
                where segment = ? and cohort_year = 'all' and month = 1 and at_risk_n > 0 order by all""",
                [covariate],
            ).fetchall()
            assert mine == curves
            assert mine
