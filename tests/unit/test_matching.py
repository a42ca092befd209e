"""Which institutions are matched, in worlds of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize
from scipy.stats import betabinom

from bilimkoz.connection import connect
from estimators.matching import NONE, matches

JOINED, LATER = date(2016, 9, 1), date(2018, 9, 1)
#: The window known on each day.
WINDOW = {JOINED: 2014, LATER: 2016}


@dataclass
class World:
    connection: duckdb.DuckDBPyConnection
    places: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def school(
        self, name: str, kept: int, of: int = 20, *, place: str = "akmola/rural/school", window: int = 2014
    ) -> None:
        """An institution and the people of its three cohorts; of all hired it is known whether they stayed."""
        self.places[name] = tuple(place.split("/"))  # type: ignore[assignment]
        self._insert("int_comparison_prior", window, name, of, of, kept)

    def joins(self, cluster: str, name: str, on: date = JOINED) -> None:
        self._insert("int_cluster_members__accepted", cluster, name, on, None)

    def listed(self, cluster: str, name: str, on: date = JOINED) -> None:
        self._insert("int_control_groups__accepted", cluster, name, on, None)

    def found(self) -> pl.DataFrame:
        for name, values in self.places.items():
            self._insert("int_retention_member", name, False)
            self._insert("int_place", name, *values)
        return matches(self.connection)

    def controls(self, cluster: str = "c") -> dict[str, list[str]]:
        rows = self.found().filter(pl.col("cluster_id") == cluster)
        return dict(rows.group_by("institution_id").agg("control_institution_id").sort("institution_id").iter_rows())

    def statuses(self) -> dict[str, str]:
        return dict(self.found().select("institution_id", "match_status").iter_rows())

    def _insert(self, table: str, *values: object) -> None:
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f"insert into intermediate.{table} values ({marks})", list(values))


@pytest.fixture
def world() -> Iterator[World]:
    with connect(None) as connection:
        for statement in (
            "create schema intermediate",
            "create table intermediate.int_comparison_prior (last_cohort_start_year int, institution_id varchar, "
            "hired_n int, base_n int, retained_n int)",
            "create table intermediate.int_cluster_members__accepted (cluster_id varchar, institution_id varchar, "
            "joined_on date, left_on date)",
            "create table intermediate.int_control_groups__accepted (cluster_id varchar, institution_id varchar, "
            "from_on date, to_on date)",
            "create table intermediate.int_retention_member (institution_id varchar, is_never_started boolean)",
            "create table intermediate.int_place (institution_id varchar, region varchar, urban_rural varchar, "
            "school_kind varchar)",
            "create table intermediate.int_comparison_index (index_on date, last_cohort_start_year int)",
        ):
            connection.execute(statement)
        connection.executemany("insert into intermediate.int_comparison_index values (?, ?)", list(WINDOW.items()))
        yield World(connection)


def _spread(world: World) -> None:
    """Two schools elsewhere, so that institutions differ: a caliper is a part of how much they do."""
    world.school("far-low", 2, place="almaty/urban/school")
    world.school("far-high", 18, place="almaty/urban/school")


def test_the_three_nearest_and_ties_by_id(world: World) -> None:
    """Of 100 the member kept 60; d and e kept as many and are first; of b and c with 59 and a with 61 one has room. 59 and 61
    are as far from 60, on paper if not in doubles, so a comes before b."""
    _spread(world)
    for name, kept in {"m": 60, "a": 61, "b": 59, "c": 59, "d": 60, "e": 60}.items():
        world.school(name, kept, 100)
    world.joins("c", "m")
    assert world.controls() == {"m": ["a", "d", "e"]}


def test_within_the_caliper_those_that_hired_as_many_come_first(world: World) -> None:
    """The member kept 60 of 100. Half and twice as many hires are ln 2 away, whatever share they kept; 99 of 100 and 97 in 100 as
    many are next to it, though they kept 58 and 62 in 100."""
    _spread(world)
    for name, (kept, hired) in {
        "m": (60, 100),
        "a": (30, 50),
        "b": (120, 200),
        "c": (57, 99),
        "d": (60, 97),
        "e": (61, 100),
    }.items():
        world.school(name, kept, hired)
    world.joins("c", "m")
    assert world.controls() == {"m": ["c", "d", "e"]}


def test_only_in_the_same_place_and_kind(world: World) -> None:
    _spread(world)
    world.school("m", 12)
    for name, place in {
        "other-oblast": "abai/rural/school",
        "urban": "akmola/urban/school",
        "small": "akmola/rural/small_school",
        "same": "akmola/rural/school",
    }.items():
        world.school(name, 12, place=place)
    world.joins("c", "m")
    assert world.controls() == {"m": ["same"]}


def test_members_of_any_cluster_at_any_time_are_no_controls(world: World) -> None:
    _spread(world)
    for name in ("m", "sister", "joins-later", "outside"):
        world.school(name, 12)
    world.joins("c", "m")
    world.joins("c", "sister")
    world.joins("d", "joins-later", date(2025, 9, 1))
    assert world.controls() == {"m": ["outside"], "sister": ["outside"]}


def test_the_window_is_that_of_the_joining_day(world: World) -> None:
    """The control was like the member before 2018, and unlike before 2016."""
    _spread(world)
    world.school("m", 12, window=2016)
    world.school("x", 12, window=2016)
    world.school("x", 2, window=2014)
    world.school("y", 2, window=2016)
    world.school("y", 12, window=2014)
    world.joins("c", "m", LATER)
    assert world.controls() == {"m": ["x"]}


def test_why_a_member_has_no_control(world: World) -> None:
    _spread(world)
    world.school("few", 3, 4)
    world.school("lost", 12, place="unknown/rural/school")
    world.school("lost-too", 12, place="unknown/rural/school")
    world.school("alone", 12, place="abai/rural/school")
    world.school("unlike", 19)
    world.school("candidate", 3)
    for name in ("few", "lost", "alone", "unlike"):
        world.joins("c", name)
    assert world.statuses() == {
        "alone": "no_candidate",
        "few": "few_hires",
        "lost": "unknown_place",
        "unlike": "outside_caliper",
    }
    assert set(world.found()["control_institution_id"]) == {NONE}


def test_five_are_enough_on_either_side(world: World) -> None:
    _spread(world)
    world.school("m", 3, 5)
    world.school("four", 3, 4)
    world.school("five", 3, 5)
    world.joins("c", "m")
    assert world.controls() == {"m": ["five"]}


def test_an_own_list_comes_before_matching(world: World) -> None:
    """Whatever they are like; but a member of a cluster is none even then."""
    _spread(world)
    for name, kept in {"m": 12, "n": 3, "like": 12, "chosen": 1, "member": 12}.items():
        world.school(name, kept)
    world.joins("c", "m")
    world.joins("c", "n")
    world.joins("d", "member")
    world.listed("c", "chosen", LATER)
    world.listed("c", "member")
    found = world.found().filter(pl.col("cluster_id") == "c")
    assert found.select("institution_id", "control_institution_id", "match_status").rows() == [
        ("m", "chosen", "designated"),
        ("m", "member", "control_is_member"),
        ("n", "chosen", "designated"),
        ("n", "member", "control_is_member"),
    ]
    assert found["control_index_on"].to_list() == [LATER, JOINED, LATER, JOINED]


def test_all_has_an_institution_in_the_cluster_it_joined_first(world: World) -> None:
    _spread(world)
    world.school("m", 12)
    world.school("x", 12)
    world.joins("b", "m", LATER)
    world.joins("c", "m", JOINED)
    assert dict(world.found().select("cluster_id", "is_first_cluster").iter_rows()) == {"b": False, "c": True}


def test_caliper_is_a_fifth_of_the_spread_of_shrunken_shares(world: World) -> None:
    """Shares and their standard deviation by scipy's likelihood maximised by a simplex; who has under five hires is in the fit
    and not in the deviation, nor is a candidate's share that is unknown."""
    kept = {"m": 12, "a": 2, "b": 7, "d": 19, "e": 16, "f": 14}
    for name, count in kept.items():
        world.school(name, count)
    world.school("few", 0, 4)
    world.joins("c", "m")
    successes, trials = np.array([*kept.values(), 0]), np.array([20] * 6 + [4])
    best = minimize(
        lambda x: -betabinom.logpmf(successes, trials, *np.exp(x)).sum(),
        [0, 0],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12},
    ).x
    alpha, beta = np.exp(best)
    shares = (alpha + successes[:-1]) / (alpha + beta + 20)
    row = world.found().row(0, named=True)
    assert row["prior_share"] == pytest.approx(shares[0], rel=1e-5)
    assert row["caliper_share"] == pytest.approx(0.2 * np.std(shares, ddof=1), rel=1e-5)
    assert row["match_status"] == "outside_caliper"
