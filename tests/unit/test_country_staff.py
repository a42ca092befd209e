"""People of a country: what makes one leave sooner than another, by the laws of docs/methods/simulator.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from country_world import OBLAST, oblast

from ingest.contract import contract
from ingest.simulate.careers import _paced
from ingest.simulate.chain import INDEX, SEASON, expected, expected_of, matrices
from ingest.simulate.country import SCENARIOS, SIZES, Order, practicum, pupil_lists, pupils, staff
from ingest.simulate.country.world import World, build
from ingest.simulate.dates import Floats, Ints
from ingest.simulate.feed_defects import Planter, Target


@pytest.fixture(scope="module")
def world() -> World:
    return oblast()


@pytest.fixture(scope="module")
def truths(world: World) -> dict[str, pl.DataFrame]:
    return staff.truths(world.staff)


def test_an_oblast_has_as_many_people_as_it_says(world: World) -> None:
    """In the middle of the years; their number grows slowly. A tenth and less work at colleges and elsewhere."""
    taught = (world.staff.people.teaching_since - world.staff.people.born).astype("timedelta64[D]").astype(
        float
    ) / 365.25
    assert np.nanmin(taught[world.staff.people.way != 3]) > 19.9
    counts = [world.staff.in_post(date(year, 10, 1)).height for year in OBLAST.years]
    assert abs(counts[2] / 30_000 - 1) < 0.07
    assert max(counts) / min(counts) < 1.15
    identifiers = world.staff.people.identifier
    assert len(set(identifiers)) == len(identifiers)


def _stays(pace: Floats, exits: tuple[float, ...], first_month: int, months: int) -> Floats:
    """Chance to be at the school of entry without a break, by hand: every month one stays with 1 − pace × (leaves + dies)."""
    chance = np.ones_like(pace)
    for step in range(1, months + 1):
        band = 0 if step <= 12 else 1 if step <= 36 else 2
        season = SEASON[(first_month + step - 2) % 12]
        chance *= 1 - pace * (exits[band] * season + 0.00005)
    return chance


def test_the_pace_multiplies_the_chance_to_leave() -> None:
    pace = np.array([0.5, 1.0, 1.7])
    by_hand = _stays(pace, (0.0190, 0.0135, 0.0075), 9, 60)
    for horizon in (12, 36, 60):
        found = expected_of("beginner", 9, pace, (horizon,), "workplace", "continuous")[horizon][0]
        assert np.allclose(found, _stays(pace, (0.0190, 0.0135, 0.0075), 9, horizon), rtol=0, atol=1e-12)
    assert by_hand[0] > by_hand[1] > by_hand[2]
    # At the pace of the group it is the group's chance, at every level, of those who come back too.
    for level in ("workplace", "network", "profession"):
        for estimand in ("employed_at", "continuous"):
            found = expected_of("beginner_in_cluster", 9, np.ones(1), (36,), level, estimand)[36]
            assert np.allclose(
                np.array(found).ravel(), expected("beginner_in_cluster", 9, 36, level, estimand), atol=1e-12
            )


def test_each_persons_hazard_is_in_the_truth(truths: dict[str, pl.DataFrame]) -> None:
    """The group's chance times the pace; the pace is of the school, the work and the place, and 1 in the mean."""
    people = truths["people"].filter(pl.col("register") == "kz.iin")
    chances = {
        "beginner": (0.0190, 0.0135, 0.0075),
        "beginner_in_cluster": (0.0190 * 0.65, 0.0135 * 0.65, 0.0075 * 0.65),
    }
    for group, exits in chances.items():
        own = people.filter(pl.col("hazard_group") == group)
        assert own.height > 500
        for month, chance in zip((1, 13, 37), exits, strict=True):
            assert np.allclose(own[f"monthly_exit_{month}"], chance * own["pace"])
    assert abs(people["pace"].mean() - 1) < 0.02
    logarithm = np.log(people["pace"].to_numpy())
    x = np.column_stack([np.ones(people.height), people["work"].to_numpy()])
    slope = np.linalg.lstsq(x, logarithm, rcond=None)[0][1]
    assert abs(slope - 0.15) < 0.01
    schools_sd = (
        people.with_columns(rest=pl.Series(logarithm - 0.15 * people["work"].to_numpy()))
        .group_by("entry_institution")
        .agg(pl.col("rest").mean())["rest"]
        .std()
    )
    assert abs(schools_sd - 0.2) < 0.03


def test_retention_comes_out_as_expected(truths: dict[str, pl.DataFrame]) -> None:
    """By level, estimand, horizon and whether one began in a network: realised shares lie around the expected ones."""
    told = truths["true_retention"].filter("is_observed", cohort_year="all").filter(pl.col("segment") != "cluster")
    # No network is old enough for sixty months to be over.
    assert told.height == 3 * 2 * (4 * 3 - 1)
    p, n = told["expected_share"].to_numpy(), (told["hired_n"] - told["removed_n"]).to_numpy()
    z = (told["realised_share"].to_numpy() - p) / np.sqrt(p * (1 - p) / n)
    assert np.abs(z).max() < 4
    within = told.filter(segment="in_network_at_entry", level="network", estimand="employed_at")
    for horizon in (12, 36):
        one, other = (
            within.filter(segment_value=value, horizon_months=horizon)["expected_share"][0]
            for value in ("true", "false")
        )
        assert one > other + 0.05
        # The guide's figures lie between 60 and 90 %.
        assert 0.58 < other < one < 0.91


def test_those_who_carry_more_leave_sooner(world: World) -> None:
    """Of beginners outside networks, after a year: realised shares of thirds by pace are those of the hazards."""
    folk, posts = world.staff.people, world.staff.register.posts
    who = np.flatnonzero(
        (folk.way == 2) & (folk.cluster < 0) & ~folk.is_ehis & (folk.anchor < np.datetime64("2025-05-01"))
    )
    spells = posts.filter(kind="main").join(pl.DataFrame({"person": who, "entry": folk.entry[who]}), on="person")
    at_home = spells.filter(pl.col("institution") == pl.col("entry"))
    last = at_home.group_by("person").agg(pl.col("end").fill_null(date(2100, 1, 1)).max())
    t0 = pl.DataFrame({"person": who, "t0": folk.anchor[who].astype("datetime64[ms]"), "pace": world.staff.pace[who]})
    frame = t0.join(last, on="person").with_columns(pl.col("t0").cast(pl.Date))
    stayed = frame.with_columns(
        stays=pl.col("end") >= pl.col("t0").dt.offset_by("12mo"),
        third=pl.col("pace").rank("ordinal") * 3 // (pl.len() + 1),
    )
    months = stayed["t0"].dt.offset_by("15d").dt.month().to_numpy()
    by_hand = np.concatenate(
        [_stays(np.array([pace]), (0.0190, 0.0135, 0.0075), int(month), 12)
         for pace, month in zip(stayed["pace"], months, strict=True)]
    )  # fmt: skip
    thirds = (
        stayed.with_columns(chance=pl.Series(by_hand))
        .group_by("third")
        .agg(pl.col("stays").mean(), pl.col("chance").mean(), pl.len().alias("n"))
        .sort("third")
    )
    # Who left and came back within the year counts as one who stayed here: two in a hundred at most.
    excess = thirds["stays"].to_numpy() - thirds["chance"].to_numpy()
    error = np.sqrt(thirds["chance"] * (1 - thirds["chance"]) / thirds["n"]).to_numpy()
    assert np.all(excess > -3.5 * error)
    assert np.all(excess < 0.03 + 3.5 * error)
    assert thirds["chance"][0] - thirds["chance"][2] > 0.05


def test_lists_of_a_late_registry_begin_a_year_later() -> None:
    """And hold nobody who left before; half of the schools are late, the others and the colleges as ever."""
    late = oblast("late_registry").staff
    first, second = late.senders
    assert (first.first_year, second.first_year) == (2021, 2022)
    assert (first.complete_from, second.complete_from) == (date(2017, 9, 1), date(2022, 9, 1))
    assert len(second.institutions) == 225
    assert max(second.institutions) < 450
    assert not set(first.institutions) & set(second.institutions)
    shown = staff.staff_list(late, 1, 2022)
    assert shown["end_date"].drop_nulls().min() >= date(2022, 9, 1)
    assert staff.staff_list(late, 0, 2021)["end_date"].drop_nulls().min() < date(2018, 9, 1)
    people = staff.truths(late)["people"]
    of_late = people.filter(pl.col("in_cohort"), pl.col("t0") < date(2022, 9, 1))
    ids = late.places.network.institutions["institution_id"].gather(list(second.institutions))
    assert of_late.filter(pl.col("entry_institution").is_in(ids.implode())).is_empty()


def test_hazards_draw_as_often_as_they_say() -> None:
    """Of a million in each state: who leaves at half, the same and twice the pace of the group."""
    rng = np.random.default_rng(1)
    chances = matrices()[0, 0, 5].cumsum(axis=-1)
    for name in ("W", "O"):
        state: Ints = np.full(1_000_000, INDEX[name])
        own = matrices()[0, 0, 5][INDEX[name]]
        for pace in (0.5, 1.0, 2.0):
            u = _paced(rng.random(len(state)), chances[state], state, np.full(len(state), pace))
            then = (u[:, None] >= chances[state]).sum(axis=1)
            found = np.bincount(then, minlength=len(own)) / len(state)
            wanted = own * pace
            wanted[INDEX[name]] = 1 - pace * (1 - own[INDEX[name]])
            assert np.all(np.abs(found - wanted) < 5 * np.sqrt(wanted / len(state)) + 1e-9), (name, pace)


@pytest.mark.parametrize("seed", range(2, 10))
def test_a_late_registry_can_be_made_of_any_seed(seed: int) -> None:
    """Whoever's lists are late, a network has somebody to move to."""
    made = build(Order(Path("nowhere"), SIZES["district"], SCENARIOS["late_registry"], seed), 0)
    assert made.staff.register.posts.height > 2_000


def test_without_networks_that_keep_nobody_moves_inside_them() -> None:
    """So nobody stays longer at any level for being in a network: all have the chances of those outside."""
    told = staff.truths(oblast("no_effect").staff)
    groups = set(told["people"].filter(pl.col("way") == "beginner", pl.col("register") == "kz.iin")["hazard_group"])
    assert groups == {"beginner"}
    shares = told["true_retention"].filter(
        segment="in_network_at_entry", cohort_year="all", estimand="employed_at", horizon_months=36
    )
    for level in ("workplace", "network", "profession"):
        one, other = shares.filter(level=level).sort("segment_value")["expected_share"].to_list()
        assert abs(one - other) < 0.04  # other cohorts, other people; .12 where networks keep


def test_nobody_has_the_number_of_another() -> None:
    """Pupils, staff, students who will not teach, and people of bad rows, of two oblasts that follow each other."""
    numbers: list[str] = []
    size = replace(OBLAST, oblasts_n=2, pupils_n=500_000, staff_n=60_000)
    for place in (0, 1):
        world = build(Order(Path("nowhere"), size, SCENARIOS["base"], 1), place)
        folk = world.staff.people
        numbers += pupil_lists.identifiers(pupils.draw(size, world.schools, 1)).to_list()
        numbers += np.array(folk.identifier)[~folk.is_ehis].tolist()
        students = pl.concat(practicum.placements(world, year) for year in range(5))["student_id"]
        numbers += sorted(set(students) - set(folk.identifier))
        planter = Planter(world.rng("defects"), place=place, tag=world.code)
        target = Target(is_typed=True, is_local=False, foreign=None)
        numbers += [planter._ghost(contract("enrolments"), {}, target)[1] for _ in range(1_500)]
    assert len(set(numbers)) == len(numbers)
    assert {len(number) for number in numbers} == {12}
