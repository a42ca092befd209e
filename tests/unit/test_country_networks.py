"""What networks, their platform and students do, and the episodes planted in it, by the laws of docs/methods/simulator.md."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from country_village import VILLAGES
from country_world import OBLAST, SEED, TEACHER, oblast, planted

from ingest.simulate.country import SCENARIOS, SIZES, Order, network_life, platform, practicum, registry
from ingest.simulate.country.oblast import write_oblast
from ingest.simulate.country.world import World, build


@pytest.fixture(scope="module")
def world() -> World:
    return oblast()


def test_requests_double_in_a_planted_month_and_rise_in_no_other(world: World) -> None:
    found = pl.concat(platform.tickets(world, number, date(2030, 1, 1)) for number in range(OBLAST.years_n))
    months = found.group_by("cluster_id", pl.col("opened_at").dt.truncate("1mo").cast(pl.Date).alias("month")).len()
    growth = months.sort("cluster_id", "month").with_columns(
        before=pl.col("len").shift(1).over("cluster_id"), earlier=pl.col("month").shift(1).over("cluster_id")
    )
    # Like compared with like: months of teaching, after one with the hundred requests that a trend rule needs.
    judged = growth.filter(pl.col("before") >= 100, pl.col("earlier").dt.offset_by("1mo") == pl.col("month"))
    raised = set(judged.filter(pl.col("len") / pl.col("before") > 1.5).select("cluster_id", "month").rows())
    episodes = {(cluster, begins) for cluster, begins, _ in planted(world, "W06")}
    assert len(episodes) >= 5
    assert raised == episodes


@pytest.fixture(scope="module")
def events(world: World) -> pl.DataFrame:
    """Two school years of the platform."""
    return pl.concat(platform.events(world, year) for year in (2, 3))


def test_the_platform_is_quiet_in_summer_and_few_do_most(world: World, events: pl.DataFrame) -> None:
    """A July has a twentieth of an October; a fifth of the people do half of it; each does as much in every year."""
    years = events.with_columns(year=pl.col("occurred_at").dt.offset_by("-8mo").dt.year())
    users = [platform.users(world, number).height for number in (2, 3)]
    each = years.group_by("year").len().sort("year")["len"].to_numpy() / users
    assert users[1] > 1.1 * users[0]
    assert abs(each[0] / each[1] - 1) < 0.02
    by_month = dict(events.group_by(pl.col("occurred_at").dt.month()).len().rows())
    for month, share in ((6, 0.4), (7, 0.05), (8, 0.3), (12, 0.9), (1, 0.8), (3, 1.0)):
        assert abs(by_month[month] / by_month[10] - share) < 0.02
    counts = years.filter(year=2024).group_by("user_id").len().sort("len")["len"]
    assert counts[-len(counts) // 5 :].sum() / counts.sum() > 0.45
    assert events["occurred_at"].is_sorted()
    assert events.is_unique().all()


def test_all_years_of_the_platform_have_as_many_events_as_asked_for() -> None:
    district = build(Order(Path("nowhere"), SIZES["district"], SCENARIOS["base"], SEED), 0)
    found = sum(platform.events(district, number).height for number in range(5))
    assert abs(found / 100_000 - 1) < 4 / np.sqrt(100_000) + 0.001


def test_in_an_episode_everybody_is_there_in_one_week(world: World, events: pl.DataFrame) -> None:
    """Weekly to monthly users: a quarter in the planted months, more than two in three in the others of the school year."""
    home = pl.DataFrame({"institution_id": world.schools.bins, "cluster": world.schools.cluster})
    rows = events.join(home, on="institution_id", maintain_order="left").with_columns(
        month=pl.col("occurred_at").dt.truncate("1mo").cast(pl.Date),
        week=((pl.col("occurred_at").dt.day() - 1) // 7),
    )
    teaching = rows.filter(pl.col("week") < 4, ~pl.col("month").dt.month().is_in([6, 7, 8]))
    weekly = teaching.group_by("cluster", "month", "week").agg(pl.col("user_id").n_unique())
    weekly = weekly.group_by("cluster", "month").agg(wau=pl.col("user_id").mean())
    monthly = teaching.group_by("cluster", "month").agg(mau=pl.col("user_id").n_unique())
    shares = weekly.join(monthly, on=["cluster", "month"]).with_columns(share=pl.col("wau") / pl.col("mau"))
    episodes = {
        (cluster, month)
        for cluster, begins, ends in planted(world, "W05")
        for month in shares["month"].unique().to_list()
        if begins <= month < ends
    }
    low = {
        (f"K80-{cluster + 1:02d}", month)
        for cluster, month, share in shares.select("cluster", "month", "share").rows()
        if share < 0.3
    }
    assert low == episodes
    assert len(episodes) >= 2
    assert shares.filter(pl.col("share") >= 0.3)["share"].min() > 0.6


def test_fewer_come_in_a_planted_term(world: World) -> None:
    """Attended ÷ invited lies under .6 (MG 10461) in the planted terms only; sixty and more are invited in a term."""
    parts = []
    for number in range(OBLAST.years_n):
        held, came = network_life.seminars(world, number)
        term = pl.col("planned_on").dt.month().replace_strict(dict(network_life.SEMINARS), return_dtype=pl.Int64)
        told = came.join(held.select("event_id", "cluster_id", term.alias("term")), on="event_id")
        parts.append(told.with_columns(year=number))
    shares = pl.concat(parts).group_by("cluster_id", "year", "term").agg(pl.col("attended").mean(), pl.len().alias("n"))
    low = set(shares.filter(pl.col("attended") < 0.6).select("cluster_id", "year", "term").rows())
    starts = {9: 0, 11: 1, 1: 2, 4: 3}
    episodes = {
        (cluster, begins.year - (begins.month < 9) - OBLAST.first_year, starts[begins.month])
        for cluster, begins, _ in planted(world, "W01")
    }
    assert len(episodes) >= 5
    assert low == episodes


def test_more_take_part_in_lesson_study_each_year(world: World) -> None:
    """In a network's first year 10–15 % of its teachers (MG 9259–9261), and a tenth more of them in each that follows."""
    for number, year in enumerate(OBLAST.years):
        _, members = network_life.lesson_study(world, number)
        teachers = world.staff.in_post(date(year, 11, 1)).filter(
            pl.col("role") == TEACHER, pl.col("institution") < world.schools.n
        )
        in_years = year - world.schools.joined[teachers["institution"].to_numpy()] + 1
        takes_part = teachers["person_id"].is_in(members["person_id"].implode()).to_numpy()
        for years, share in ((1, 0.125), (2, 0.225), (3, 0.325)):
            own = takes_part[in_years == years]
            if len(own):
                assert abs(own.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(own))


def test_programmes_agree_in_a_third_to_four_fifths_of_outcomes(world: World) -> None:
    rows = practicum.outcome_list(world, practicum.alignment(world))
    found = rows.filter(level="college").group_by("programme_code").agg(pl.col("aligned_with").is_not_null().mean())
    assert found.height == 8
    assert found["aligned_with"].is_between(0.3, 0.8).all()
    told = practicum.alignment_truth(world, practicum.alignment(world))
    names = ("programme_code", "outcome_code", "aligned_with")
    delivered = set(rows.drop_nulls("aligned_with").select(names).rows())
    assert delivered == set(told.filter("is_aligned").select(names).rows())
    assert found["aligned_with"].max() - found["aligned_with"].min() > 0.2
    partners = (
        rows.drop_nulls("aligned_with").group_by("programme_code").agg(pl.col("aligned_with").n_unique(), pl.len())
    )
    assert (partners["aligned_with"] == partners["len"]).all()


def test_practicum_lasts_a_month_and_leads_to_work(world: World) -> None:
    """28 to 30 days (MG 13603–13605: one month); of those who teach afterwards two in five do so where they were placed."""
    placed = pl.concat(practicum.placements(world, year) for year in range(5))
    days = (placed["ends_on"] - placed["starts_on"]).dt.total_days() + 1
    assert days.is_between(28, 30).all()
    assert placed["student_id"].is_unique().all()
    people = pl.DataFrame(
        {"student_id": world.staff.people.identifier, "entry": world.staff.people.entry, "way": world.staff.people.way}
    )
    hired = placed.join(people, on="student_id")
    assert set(hired["way"]) == {2}
    assert abs(hired.height / placed.height - 2 / 3) < 0.01
    entry = world.staff.places.network.institutions["institution_id"].gather(hired["entry"])
    at_home = (hired["school_id"] == entry).mean()
    assert abs(at_home - 0.4) < 0.02
    assert placed.filter(pl.col("mentor_id").is_null()).height < 0.05 * placed.height


def test_an_oblast_that_splits_keeps_its_schools(tmp_path_factory: pytest.TempPathFactory) -> None:
    """From the third year on a half of its districts belong to a new oblast; the old codes stay in the list of places."""
    root = tmp_path_factory.mktemp("split")
    order = Order(root, VILLAGES, SCENARIOS["region_split"], SEED)
    made = [write_oblast(order, oblast) for oblast in range(2)]
    before, after = registry._frames(order, made, 1), registry._frames(order, made, 2)
    moved = registry.changes(made)
    assert moved.height
    assert set(before["regions"]["region_code"]) < set(after["regions"]["region_code"])
    assert before["institutions"]["institution_id"].to_list() == after["institutions"]["institution_id"].to_list()
    differs = (
        before["institutions"]
        .join(after["institutions"], on="institution_id", suffix="_then")
        .filter(pl.col("region_code") != pl.col("region_code_then"))
    )
    assert set(differs["institution_id"]) == set(moved["institution_id"])
    assert set(moved["new_code"]) <= set(after["regions"]["region_code"])
    assert {code[:2] for code in moved["new_code"]} == {"68"}
    parents = dict(after["regions"].select("region_code", "parent_code").rows())
    for code in moved["new_code"]:
        assert parents[parents[code]] == "680000000"
    assert parents["680000000"] == "000000000"
