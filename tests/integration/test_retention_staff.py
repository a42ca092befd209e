"""All staff of a school year: who finished it (RY) and who left (RT), worked out by hand.

The year is 2024/25: first day 2024-09-01, last school day 2025-05-25, last day 2025-08-31. As of 2026-09-15 careers are read up
to 2026-05-18. N1, N2, M1 and M2 are in cluster K1, X1 and X2 in none; S2 succeeds S1 on 2025-03-01; of Q nothing is known after
2025-06-01, so it is read up to 2025-02-01. Each scene is a subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

import duckdb
import pytest
from retention_world import World, build, rows

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
T0 = "2020-09-01"

#: By subject: in post, removed; then at workplace, network, profession those who finished and those unknown.
FINISH = {
    "stays": (1, 0, (1, 1, 1), (0, 0, 0)),
    "leaves in June": (1, 0, (1, 1, 1), (0, 0, 0)),
    "leaves in winter": (1, 0, (0, 0, 0), (0, 0, 0)),
    "moves inside": (1, 0, (0, 1, 1), (0, 0, 0)),
    "moves outside": (1, 0, (0, 0, 1), (0, 0, 0)),
    "is merged": (1, 0, (1, 1, 1), (0, 0, 0)),
    "retires": (1, 1, (0, 0, 0), (0, 0, 0)),
    "falls silent": (1, 0, (0, 0, 0), (1, 1, 1)),
    "has a local id": (1, 0, (0, 0, 0), (0, 1, 1)),
    "is away in summer": (1, 0, (1, 1, 1), (0, 0, 0)),
    "has two schools": (2, 0, (1, 1, 2), (0, 0, 0)),
    "is back in spring": (1, 0, (1, 1, 1), (0, 0, 0)),
    "is between two": (1, 0, (0, 0, 1), (0, 0, 0)),
    "is on leave at a silent school": (2, 0, (2, 2, 2), (0, 0, 0)),
    "is lost elsewhere after": (2, 0, (0, 0, 0), (1, 1, 2)),
    "is lost elsewhere before": (2, 0, (0, 0, 0), (1, 1, 2)),
    "leaves both": (2, 0, (0, 0, 0), (0, 0, 0)),
    "retires from the second": (2, 2, (0, 0, 0), (0, 0, 0)),
    "dies under a local id": (1, 1, (0, 0, 0), (0, 0, 0)),
    "goes ahead to a successor": (1, 0, (0, 1, 1), (0, 0, 0)),
}
#: By subject: first days of months in post, exits at the three levels, unknown exits, retired or dead, stretches not read.
TURNOVER = {
    "stays": (12, (0, 0, 0), (0, 0, 0), 0, 0),
    "leaves in June": (10, (1, 1, 1), (0, 0, 0), 0, 0),
    "leaves in winter": (5, (1, 1, 1), (0, 0, 0), 0, 0),
    "moves inside": (11, (1, 0, 0), (0, 0, 0), 0, 0),
    "moves outside": (11, (1, 1, 0), (0, 0, 0), 0, 0),
    "is merged": (12, (0, 0, 0), (0, 0, 0), 0, 0),
    "retires": (5, (1, 1, 1), (0, 0, 0), 1, 0),
    "starts in October": (10, (0, 0, 0), (0, 0, 0), 0, 0),
    "falls silent": (0, (0, 0, 0), (0, 0, 0), 0, 1),
    "has a local id": (5, (1, 0, 0), (0, 1, 1), 0, 0),
    "is away in summer": (12, (0, 0, 0), (0, 0, 0), 0, 0),
    "has two schools": (16, (1, 1, 0), (0, 0, 0), 0, 0),
    "is back in spring": (6, (1, 1, 1), (0, 0, 0), 0, 0),
    "is between two": (10, (1, 1, 0), (0, 0, 0), 0, 0),
    "is on leave at a silent school": (12, (0, 0, 0), (0, 0, 0), 0, 1),
    "is lost elsewhere after": (5, (1, 1, 0), (0, 0, 0), 0, 1),
    "is lost elsewhere before": (5, (1, 1, 0), (0, 0, 1), 0, 1),
    "leaves both": (7, (1, 1, 1), (0, 0, 0), 0, 1),
    "retires from the second": (11, (2, 2, 1), (0, 0, 0), 1, 0),
    "dies under a local id": (5, (1, 1, 1), (0, 0, 0), 1, 0),
    "goes ahead to a successor": (11, (1, 0, 0), (0, 0, 0), 0, 0),
}
LEVELS = ("workplace", "network", "profession")


def staff(world: World) -> None:
    for school in ("N1", "N2", "X1", "X2", "S1", "S2", "Q", "M1", "M2"):
        world.school(school)
    world.cluster("K1")
    for school in ("N1", "N2", "M1", "M2"):
        world.joins("K1", school, "2010-01-01")
    world.succeeds("S1", "S2", "2025-03-01")
    world.succeeds("M1", "M2", "2025-07-01")
    for subject, *posts in (
        ("stays", ("N1", T0, None)),
        ("leaves in June", ("N1", T0, "2025-06-30")),
        ("leaves in winter", ("N1", T0, "2025-01-31")),
        ("moves inside", ("N1", T0, "2025-01-31"), ("N2", "2025-02-10", None)),
        ("moves outside", ("N1", T0, "2025-01-31"), ("X1", "2025-02-10", None)),
        ("is merged", ("S1", T0, "2025-02-28"), ("S2", "2025-03-01", None)),
        ("starts in October", ("N1", "2024-10-15", None)),
        ("is away in summer", ("X1", T0, "2025-06-15"), ("X1", "2025-09-20", None)),
        ("has two schools", ("N1", T0, None), ("X1", T0, "2024-12-31")),
        ("is back in spring", ("N1", T0, "2024-10-31"), ("N1", "2025-04-10", None)),
    ):
        for school, start, end in posts:
            world.post(subject, school, start, end, subject=subject)
    world.post("retires", "N1", T0, "2025-01-31", subject="retires", end_reason="retired")
    world.post("falls silent", "Q", T0, subject="falls silent", confirmed_on="2025-06-01")
    world.post("has a local id", "N1", T0, "2025-01-31", subject="has a local id", person_is_local=True)
    two_schools(world)
    # A register that begins in winter: who is on its first list has stayed until then.
    world.sender("late", "2025-01-15")
    world.post("on a late register", "X2", T0, "2025-06-30", subject="on a late register", _sender="late")


def two_schools(world: World) -> None:
    """What one school cannot tell of its own people, another may. Who teaches at two is counted at each.

    `is between two`: 25 May is in the 82 days between, bridged in the profession only.
    `is on leave at a silent school`: Q is read up to 2025-02-01, but N1 vouches for the person in May; the leave runs 1 095 days.
    `is lost elsewhere`: X1, outside the cluster, last vouched for its post after or before the end at N1. Gone from N1 and its
    cluster for sure, from teaching perhaps. Whether the end at N1 was an exit from teaching is open in the second case; in the
    first the post at X1 went on then.
    `leaves both`: Q in January, X1 in March, and X1 vouches that nothing followed.
    `retires from the second`: left N1 in December, retired from X1 in March, so in May retired wherever in post in September.
    `dies under a local id`: out of every school, whoever knows it.
    `goes ahead to a successor`: M2 succeeds M1 on 2025-07-01, 150 days after; until then it is another school of the cluster."""
    for subject, *posts in (
        ("is between two", ("N1", "2025-05-10", {}), ("X1", None, {"start": "2025-08-01"})),
        ("is on leave at a silent school", ("N1", None, {}), ("Q", "2025-01-31", {"end_reason": "maternity"})),
        ("is lost elsewhere after", ("N1", "2025-01-31", {}), ("X1", None, {"confirmed_on": "2025-03-01"})),
        ("is lost elsewhere before", ("N1", "2025-01-31", {}), ("X1", None, {"confirmed_on": "2024-10-15"})),
        ("leaves both", ("Q", "2025-01-15", {}), ("X1", "2025-03-31", {})),
        ("retires from the second", ("N1", "2024-12-31", {}), ("X1", "2025-03-31", {"end_reason": "retired"})),
        ("dies under a local id", ("N1", "2025-01-31", {"end_reason": "died", "person_is_local": True})),
        ("goes ahead to a successor", ("M1", "2025-01-31", {}), ("M2", None, {"start": "2025-02-10"})),
    ):
        for school, end, given in posts:
            facts = {"confirmed_on": "2025-06-01"} | given if school == "Q" else given
            world.post(subject, school, facts.pop("start", T0), end, subject=subject, **facts)


def surroundings(world: World) -> None:
    """Pupils: of X2 none is disadvantaged, of N2 and X1 one in ten, of N1 half. Targets: one for K1 that a later one replaces,
    one to be decided after the as-of date; one for the country, one for the oblast."""
    for school, disadvantaged_n in (("X2", 0), ("N2", 1), ("X1", 1), ("N1", 5)):
        world.pupils(school, "2024/25", disadvantaged_n=disadvantaged_n, others_n=10 - disadvantaged_n)
    early = {"baseline_value": "0.6000", "baseline_on": "2019-01-01"}
    world.target("cluster", "K1", "R12", "2019-09-01", target_value="0.7000", target_on="2024-08-31", **early)
    world.target("cluster", "K1", "R12", "2024-09-01", target_value="0.8000", target_on="2028-08-31", **early)
    world.target("cluster", "K1", "R12", "2026-10-01", target_value="0.9000", target_on="2030-08-31", **early)
    world.target("country", "KZ", "RT", "2024-09-01", target_value="0.1000", target_on="2028-08-31")
    world.target("region", "110000000", "RY", "2024-09-01", target_value="0.9500", target_on="2028-08-31")


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = World("2026-09-15")
    staff(world)
    surroundings(world)
    folder = tmp_path_factory.mktemp("staff") / "world"
    folder.mkdir()
    with connect(build(world, folder), read_only=True) as connection:
        yield connection


def _by_level(marts: duckdb.DuckDBPyConnection, mart: str, subject: str) -> list[dict[str, object]]:
    found = rows(
        marts,
        f"""select * from marts.{mart} where segment = 'subject' and segment_value = ? and school_year = '2024/25'""",
        subject,
    )
    return sorted(found, key=lambda row: LEVELS.index(row["level"]))


@pytest.mark.parametrize("subject", FINISH)
def test_who_finished_the_year(marts: duckdb.DuckDBPyConnection, subject: str) -> None:
    in_post_n, removed_n, finished_n, unknown_n = FINISH[subject]
    found = _by_level(marts, "retention_finish", subject)
    assert [(row["in_post_n"], row["removed_n"]) for row in found] == [(in_post_n, removed_n)] * 3
    assert tuple(row["finished_n"] for row in found) == finished_n
    assert tuple(row["unknown_n"] for row in found) == unknown_n
    for row, finished, unknown in zip(found, finished_n, unknown_n, strict=True):
        base_n = in_post_n - removed_n - unknown
        assert row["finish_share"] == (finished / base_n if base_n else None)
        assert row["status"] == ("not_collected" if unknown and not base_n else "too_few")


@pytest.mark.parametrize("subject", TURNOVER)
def test_who_left_in_the_year(marts: duckdb.DuckDBPyConnection, subject: str) -> None:
    months_n, exits_n, unknown_n, removed_n, unread_n = TURNOVER[subject]
    found = _by_level(marts, "retention_turnover", subject)
    assert tuple(row["exits_n"] for row in found) == exits_n
    assert tuple(row["unknown_n"] for row in found) == unknown_n
    assert [(row["removed_n"], row["unread_n"]) for row in found] == [(removed_n, unread_n)] * 3
    for row, exits, unknown in zip(found, exits_n, unknown_n, strict=True):
        assert isclose(row["headcount_value"], months_n / 12, rel_tol=1e-12)
        assert row["status"] == ("too_few" if months_n else "not_collected")
        assert row["turnover_value"] == (pytest.approx(exits * 12 / months_n, rel=1e-12) if months_n else None)
        assert row["bound_high_value"] == (
            pytest.approx((exits + unknown) * 12 / months_n, rel=1e-12) if months_n else None
        )


def test_the_whole_year(marts: duckdb.DuckDBPyConnection) -> None:
    """Sums over the scenes. Headcount 181 / 12; at the workplace 16 exits: 16 / (181 / 12)."""
    (found,) = rows(
        marts,
        """select * from marts.retention_turnover
        where segment = 'all' and school_year = '2024/25' and level = 'workplace'""",
    )
    assert sum(scene[0] for scene in TURNOVER.values()) == 181
    assert (found["exits_n"], found["unread_n"]) == (16, 5)
    assert isclose(found["turnover_value"], 16 * 12 / 181, rel_tol=1e-12)
    assert found["status"] == "ok"
    (found,) = rows(
        marts,
        """select * from marts.retention_finish
        where segment = 'all' and school_year = '2024/25' and level = 'profession'""",
    )
    assert (found["in_post_n"], found["finished_n"], found["unknown_n"], found["removed_n"]) == (26, 13, 6, 4)
    assert found["finish_share"] == 13 / 16
    assert found["status"] == "ok"


def test_a_year_before_its_register_is_left_out(marts: duckdb.DuckDBPyConnection) -> None:
    """Complete from 2025-01-15: of 2024/25 it shows only who had stayed until then."""
    assert _by_level(marts, "retention_finish", "on a late register") == []
    assert _by_level(marts, "retention_turnover", "on a late register") == []


def test_a_year_that_cannot_be_read_yet_says_so(marts: duckdb.DuckDBPyConnection) -> None:
    """The last school day of 2025/26 is 2026-05-25, a week after the window."""
    for mart, figure in (("retention_finish", "finish_share"), ("retention_turnover", "turnover_value")):
        found = rows(marts, f"select status, {figure} as figure from marts.{mart} where school_year = '2025/26'")
        assert {row["status"] for row in found} == {"not_yet_observed"}
        assert {row["figure"] for row in found} == {None}


def test_quarters_by_disadvantage(marts: duckdb.DuckDBPyConnection) -> None:
    """Shares 0, .1, .1 and .5: the two equal ones stand second, so quarters 1, 2, 2 and 4. Of the top quarter, N1, the exits."""
    found = marts.execute(
        "select institution_id, disadvantage_quartile from intermediate.int_disadvantage order by 1"
    ).fetchall()
    assert found == [("N1", "4"), ("N2", "2"), ("X1", "2"), ("X2", "1")]
    (top,) = rows(
        marts,
        """select exits_n from marts.retention_turnover where school_year = '2024/25' and level = 'workplace'
        and segment = 'disadvantage_quartile' and segment_value = '4'""",
    )
    # June, winter, inside, outside, retired, local, spring, and five of the scenes with two schools. Three are of X1, one of M1.
    assert top["exits_n"] == 12


def test_targets_stand_beside_the_headline(marts: duckdb.DuckDBPyConnection) -> None:
    """The newest decision known on the as-of date, at level network and estimand employed_at only."""
    found = marts.execute(
        """select distinct segment, segment_value, level, estimand, horizon_months, baseline_value, target_value
        from marts.retention_index where target_value is not null"""
    ).fetchall()
    assert [tuple(map(str, row)) for row in found] == [
        ("cluster", "K1", "network", "employed_at", "12", "0.6000", "0.8000")
    ]
    found = marts.execute(
        """select distinct 'RY', segment, segment_value, level, target_value from marts.retention_finish
        where target_value is not null
        union all select distinct 'RT', segment, segment_value, level, target_value from marts.retention_turnover
        where target_value is not null"""
    ).fetchall()
    assert sorted(tuple(map(str, row)) for row in found) == [
        ("RT", "all", "all", "network", "0.1000"),
        ("RY", "region", "110000000", "network", "0.9500"),
    ]


def test_the_index_of_a_quarter(marts: duckdb.DuckDBPyConnection) -> None:
    """Twelve scenes began on 2020-09-01 and have their 36 months on 2023-09-01, in the first quarter of 2023/24, the first in
    which anybody has; so 2023/24-Q4 is the first quarter of twelve months, and of the last eight it is the earliest. All
    twelve were at work that day. Their 60 months are on 2025-09-01: no twelve months that begin there have ended yet."""
    scenes = (
        "stays", "leaves in June", "leaves in winter", "moves inside", "moves outside", "is merged", "retires",
        "falls silent", "has a local id", "is away in summer", "has two schools", "is back in spring",
    )  # fmt: skip
    found = marts.execute(
        f"""select quarter, horizon_months, level, cast(sum(hired_n) as int), cast(sum(retained_n) as int)
        from marts.retention_quarter
        where segment = 'subject' and segment_value in {scenes} and estimand = 'employed_at' and hired_n > 0
        group by quarter, horizon_months, level order by level"""
    ).fetchall()
    assert found == [("2023/24-Q4", 36, level, 12, 12) for level in sorted(LEVELS)]
    ((last,),) = marts.execute("select max(quarter) from marts.retention_quarter").fetchall()
    # Of who began in October 2024 the twelve months ended in October 2025; that quarter, 2025/26-Q1, is not told of 24.
    assert last == "2025/26-Q3"
