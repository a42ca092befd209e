"""Where the members of a cohort are (RF), and the segments that begin after the first day or before it, worked out by hand.

As of 2026-09-15 careers are read up to 2026-05-18. N1 and N2 are in cluster K1, X1 and X2 in none; of Q nothing is known after
2020-01-01.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from retention_world import World, build, rows, write

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT, Settings
from orchestration.dbt_environment import environment, executable

pytestmark = pytest.mark.usefixtures("dbt")
FLOWS_T0, MENTOR_T0, STUDY_T0 = "2018-09-01", "2017-09-01", "2016-09-01"


def flows(world: World) -> None:
    """Eleven are hired on 2018-09-01; where they are on 2020-09-01, 24 months later, is in the name.

    The leave of `back from leave` is over by then; `half on leave` has a second post and works in it; a closed maternity leave
    runs on until 2023."""
    parental = {"on_leave": "parental", "on_leave_from": "2020-02-01"}
    over = {"on_leave": "parental", "on_leave_from": "2019-02-01", "on_leave_until": "2020-08-31"}
    for person, school, end, facts in (
        ("works", "N1", None, {}),
        ("back from leave", "N1", None, over),
        ("half on leave", "N1", None, parental),
        ("half on leave", "N1", None, {"position": "mentor", "position_group": "mentor"}),
        ("on leave", "N1", None, parental),
        ("on maternity leave", "N1", "2020-05-31", {"end_reason": "maternity"}),
        ("left", "N1", "2020-06-30", {}),
        ("died", "N1", "2020-03-10", {"end_reason": "died"}),
        ("retired", "N1", "2020-03-10", {"end_reason": "retired"}),
        ("lost", "Q", None, {"confirmed_on": "2020-01-01"}),
    ):
        world.post(f"flow {person}", school, FLOWS_T0, end, subject="flows", **facts)
    for person, school in (("inside", "N2"), ("outside", "X1")):
        world.post(f"flow {person}", "N1", FLOWS_T0, "2020-06-30", subject="flows")
        world.post(f"flow {person}", school, "2020-08-25", subject="flows")


def mentors(world: World) -> None:
    """The landmark of who begins on 2017-09-01 is 2017-10-01."""
    for person, school, end, pair in (
        ("in time", "N1", None, ("2017-09-20", None)),
        ("on the day", "N1", None, ("2017-10-01", None)),
        ("a day late", "N1", None, ("2017-10-02", None)),
        ("as a student", "N1", None, ("2017-03-01", "2017-08-31")),
        ("since the practicum", "N1", None, ("2017-03-01", "2017-09-01")),
        ("left before", "N1", "2017-09-30", ("2017-09-10", None)),
        ("left on the day", "N1", "2017-10-01", ("2017-09-10", None)),
        ("none at a school that reports", "N1", None, None),
        ("none at a school that never does", "X1", None, None),
    ):
        world.post(person, school, MENTOR_T0, end, subject="mentors")
        if pair:
            world.mentored(person, school, *pair)
    world.mentored("refused", "N1", "2017-09-10", starts_on=None, offered_on="2017-09-10", mentor_refused=True)


def programmes(world: World) -> None:
    """What the institution says of its programme holds before the code: 6B013 is of the field of education, 6B071 is not."""
    for university in ("U1", "U2"):
        world.school(university, kind="university")
    world.programme("6B07101", "U1", pedagogical=True)
    world.programme("6B01301", "U2", pedagogical=False)
    for person, university, code in (
        ("said to be", "U1", "6B07101"),
        ("said not to be", "U2", "6B01301"),
        ("by code", "U1", "6B01301"),
        ("of another's programme", "U2", "6B07101"),
    ):
        world.study(person, university, "2012-09-01", "2016-06-30", programme_code=code)
        world.post(person, "N1", STUDY_T0, subject="programmes")


def world() -> World:
    made = World("2026-09-15")
    for school in ("N1", "N2", "X1", "X2", "Q"):
        made.school(school)
    made.cluster("K1")
    for school in ("N1", "N2"):
        made.joins("K1", school, "2010-01-01")
    for scene in (flows, mentors, programmes):
        scene(made)
    return made


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("flows") / "world"
    folder.mkdir()
    with connect(build(world(), folder), read_only=True) as connection:
        yield connection


def test_everybody_is_in_one_flow(marts: duckdb.DuckDBPyConnection) -> None:
    found = marts.execute(
        """select flow, flow_n, hired_n, flow_share, status from marts.retention_flow where segment = 'subject'
        and segment_value = 'flows' and cohort_year = '2018/19' and horizon_months = 24"""
    ).fetchall()
    assert {flow: flow_n for flow, flow_n, *_ in found} == {
        "stayed_at_work": 3, "stayed_on_leave": 2, "moved_network": 1, "moved_outside": 1, "left": 1, "retired_or_died": 2,
        "unknown": 1,
    }  # fmt: skip
    assert {(hired_n, status) for _, _, hired_n, _, status in found} == {(11, "ok")}
    assert {flow: share for flow, _, _, share, _ in found}["stayed_at_work"] == 3 / 11


def test_leave_ends(marts: duckdb.DuckDBPyConnection) -> None:
    """At 12 months `back from leave` is on leave and the others work; at 60, on 2023-09-01, the maternity leave has run its
    1 095 days, to 2023-05-30, and is an exit; the parental leave of 2020-02-01 has run its own, to 2023-01-30."""
    found = marts.execute(
        """select horizon_months, flow_n from marts.retention_flow where segment = 'subject' and segment_value = 'flows'
        and cohort_year = '2018/19' and flow = 'stayed_on_leave' order by 1"""
    ).fetchall()
    assert found == [(12, 1), (24, 2), (36, 2), (60, 0)]


def test_a_mentor_counts_by_the_landmark(marts: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        marts.execute(
            "select person_id, had_mentor from intermediate.int_retention_member where t0_on = date '2017-09-01'"
        ).fetchall()
    )
    assert found == {
        "in time": "true", "on the day": "true", "a day late": "false", "as a student": "false",
        "since the practicum": "true", "left before": "left_before", "left on the day": "true",
        "none at a school that reports": "false", "none at a school that never does": "unknown",
    }  # fmt: skip
    counted = marts.execute(
        """select segment_value, hired_n, retained_n from marts.retention_index where segment = 'had_mentor'
        and cohort_year = '2017/18' and horizon_months = 12 and level = 'workplace' and estimand = 'continuous' order by 1"""
    ).fetchall()
    assert counted == [("false", 3, 3), ("left_before", 1, 0), ("true", 4, 3), ("unknown", 1, 1)]


@pytest.mark.parametrize(
    ("start_year", "expected"),
    [
        (2017, {"in time": "true", "on the day": "true", "a day late": "false", "as a student": "false",
                "since the practicum": "true", "left before": "left_before", "left on the day": "true",
                "none at a school that reports": "false", "none at a school that never does": "unknown"}),
        (2018, {"in time": "true", "on the day": "true", "a day late": "true", "as a student": "false",
                "since the practicum": "false", "none at a school that reports": "false",
                "none at a school that never does": "unknown"}),
    ],
)  # fmt: skip
def test_a_mentor_of_the_staff_counts_in_each_school_year(
    marts: duckdb.DuckDBPyConnection, start_year: int, expected: dict[str, str]
) -> None:
    """By the landmark of 30 days after 1 September, in any year. A mentor of the year before counts if still there."""
    found = marts.execute(
        """select n.person_id, y.had_mentor
        from intermediate.int_staff_year as y
        inner join intermediate.int_staff_spell as s on y.stretch_no = s.stretch_no
        inner join intermediate.int_person as n on s.person_no = n.person_no
        where y.start_year = ? and s.subject = 'mentors'""",
        [start_year],
    ).fetchall()
    assert dict(found) == expected


def test_programmes_that_prepare(marts: duckdb.DuckDBPyConnection) -> None:
    found = marts.execute(
        """select person_id, preparing_institution, preparing_programme from intermediate.int_retention_member
        where t0_on = date '2016-09-01' order by 1"""
    ).fetchall()
    assert found == [
        ("by code", "U1", "U1/6B01301"),
        ("of another's programme", "unknown", "unknown"),
        ("said not to be", "unknown", "unknown"),
        ("said to be", "U1", "U1/6B07101"),
    ]


def test_pairs_of_segments_that_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a place and a person, and of a person and the network; the values of a pair part the cohort as its segments do."""
    monkeypatch.chdir(tmp_path)
    Path("bilimkoz.toml").write_text(
        '[retention]\npairs = [["urban_rural", "subject"], ["had_mentor", "cluster"], ["sex", "first_post"]]\n'
    )
    settings, warehouse = Settings(), tmp_path / "warehouse.duckdb"
    write(world(), warehouse)
    project = str(PROJECT / "dbt_project")
    command = [executable(), "--quiet", "build", "--project-dir", project, "--profiles-dir", project]
    selected = ["--select", "position_groups", "minimum_n", "+retention_index", "+retention_turnover"]
    selected += ["--exclude", "+int_*__accepted", "+int_sender", "+int_listed_institution"]
    subprocess.run(
        [*command, "--target-path", str(tmp_path / "target"), "--vars", json.dumps(settings.dbt_vars), *selected],
        env=os.environ | environment(settings, warehouse, tmp_path / "spill", None) | {"BILIMKOZ_AS_OF": "2026-09-15"},
        check=True,
    )
    with connect(warehouse, read_only=True) as connection:
        found = rows(
            connection,
            """select segment, segment_value, hired_n, retained_n from marts.retention_index where cohort_year = '2017/18'
            and segment in ('had_mentor+cluster', 'urban_rural+subject') and horizon_months = 12
            and level = 'workplace' and estimand = 'continuous'""",
        )
        assert sorted(tuple(row.values()) for row in found) == [
            ("had_mentor+cluster", "false+K1", 3, 3),
            ("had_mentor+cluster", "left_before+K1", 1, 0),
            ("had_mentor+cluster", "true+K1", 4, 3),
            ("had_mentor+cluster", "unknown+none", 1, 1),
            ("urban_rural+subject", "urban+mentors", 9, 7),
        ]
        # Of all staff it is not asked whether a post is the first, so only the other pairs are told of them.
        pairs = connection.execute(
            "select distinct segment from marts.retention_turnover where segment like '%+%'"
        ).fetchall()
        assert sorted(pairs) == [("had_mentor+cluster",), ("urban_rural+subject",)]
