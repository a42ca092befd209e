"""Surveys of a country: who answers, what, and the episodes planted in it, by the laws of docs/methods/simulator.md."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from country_world import OBLAST, SEED, TEACHER, oblast, planted

from ingest.simulate.country import surveys
from ingest.simulate.country.world import World
from ingest.simulate.dates import Floats
from ingest.simulate.survey_items import instruments


@pytest.fixture(scope="module")
def world() -> World:
    return oblast()


@pytest.fixture(scope="module")
def answered(world: World) -> dict[str, surveys.Answered]:
    """The waves of the first year, and those of the pulse of all years."""
    model = surveys.items(SEED)
    waves = [wave for year in OBLAST.years for wave in surveys.waves(year)]
    return {f"{wave.instrument} {wave.label}": surveys.wave(world, model, wave) for wave in waves}


def test_who_carries_more_answers_more_seldom(world: World, answered: dict[str, surveys.Answered]) -> None:
    """By fifths of work: the share that answers is .88 of a logistic function; so the mean of answers is not that of all."""
    wave = answered["technostress 2022-02-20"]
    teachers = world.staff.in_post(date(2022, 2, 20)).filter(
        pl.col("role") == TEACHER, pl.col("institution") < world.schools.n
    )
    people = wave.answers["respondent_id"].str.slice(-6).cast(pl.Int64).unique()
    frame = teachers.select("person").with_columns(
        answers=pl.col("person").is_in(people.implode()),
        work=pl.Series(world.staff.work).gather(teachers["person"]),
    )
    fifths = frame.with_columns(
        chance=0.88 / (1 + (-(0.5 - 0.4 * pl.col("work"))).exp()),
        fifth=pl.col("work").rank("ordinal") * 5 // (pl.len() + 1),
    )
    told = (
        fifths.group_by("fifth")
        .agg(pl.col("answers").mean(), pl.col("chance").mean(), pl.len().alias("n"))
        .sort("fifth")
    )
    error = np.sqrt(told["chance"] * (1 - told["chance"]) / told["n"]).to_numpy()
    assert np.all(np.abs(told["answers"].to_numpy() - told["chance"].to_numpy()) < 4 * error)
    assert told["chance"][0] - told["chance"][4] > 0.2
    assert wave.truth["answered_n"].sum() == people.len()
    assert wave.samples["invited"].sum() == wave.truth["invited_n"].sum()
    assert frame.filter("answers")["work"].mean() < frame["work"].mean() - 0.1


def _passed(model: pl.DataFrame, mean: float, sd: float) -> Floats:
    """Chance of each item and bound to be passed, items × 4, by quadrature over a normal mind."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    felt = mean + sd * nodes
    slope = model["discrimination"].to_numpy()[:, None, None]
    bounds = model.select(pl.col("^bound_.*$")).to_numpy()[:, :, None]
    chance: Floats = (1 / (1 + np.exp(-slope * (felt - bounds)))) @ weights / weights.sum()
    return chance


def test_items_are_answered_by_the_graded_response_model(world: World, answered: dict[str, surveys.Answered]) -> None:
    """Trust in the first wave, at schools that no network has ever had: each bound is passed as often as it should be."""
    outside = pl.Series(world.schools.bins).filter(pl.Series(world.schools.cluster < 0))
    model = surveys.items(SEED).filter(instrument="trust").drop("bound_5")
    rows = answered["trust 2021-11-20"].answers.filter(pl.col("institution_id").is_in(outside.implode()))
    turned = rows.join(model.select("item", "reverse"), on="item", maintain_order="left").with_columns(
        value=pl.when("reverse").then(6 - pl.col("value")).otherwise("value")
    )
    sd = np.sqrt(0.35**2 + 0.9**2)
    expected_shares = _passed(model, 0.3, sd)
    # Answers of a school go together: the climate, drawn for some 270 schools, moves all shares alike.
    error = 0.25 * 0.35 / np.sqrt(outside.len()) * 2
    for place, item in enumerate(model["item"]):
        value = turned.filter(item=item)["value"].to_numpy()
        found = np.array([(value > bound).mean() for bound in (1, 2, 3, 4)])
        assert np.all(np.abs(found - expected_shares[place]) < 4 * (0.5 / np.sqrt(len(value)) + error)), item
    assert set(model["reverse"]) == {True, False}


def _scores(answers: pl.DataFrame, model: pl.DataFrame) -> pl.DataFrame:
    """Score of each respondent: mean of the answers, reverse ones turned."""
    turned = answers.join(model, on=["instrument", "item"], maintain_order="left").with_columns(
        value=pl.when("reverse").then(6 - pl.col("value")).otherwise("value")
    )
    return turned.group_by("cluster_id", "wave", "respondent_id").agg(pl.col("value").mean())


@pytest.mark.parametrize(
    "wave", ["trust 2025-11-20", "ict_test 2026-05-15", "wellbeing 2026-03-15", "student_satisfaction 2026-03-10"]
)
def test_the_true_score_is_what_is_answered_on_the_mean(answered: dict[str, surveys.Answered], wave: str) -> None:
    """Who answers has nothing to do with these; a score of a person varies by one of five steps at most around the mind's own."""
    told = answered[wave]
    listed = instruments().filter(pl.col("instrument") == wave.split(maxsplit=1)[0], pl.col("item") != "_total")
    turned = told.answers.join(listed.select("item", "reverse", "scale_min", "scale_max"), on="item").with_columns(
        value=pl.when("reverse").then(pl.col("scale_min") + pl.col("scale_max") - pl.col("value")).otherwise("value")
    )
    scores = turned.group_by("respondent_id").agg(pl.col("value").mean())["value"]
    truth = told.truth.filter(pl.col("answered_n") > 0)
    expected = (truth["true_score"] * truth["answered_n"]).sum() / truth["answered_n"].sum()
    assert truth["answered_n"].sum() == scores.len() > 100
    assert abs(scores.mean() - expected) < 4 * scores.std() / np.sqrt(scores.len())


def test_episodes_of_stress_pass_the_bound_and_nothing_else_does(
    world: World, answered: dict[str, surveys.Answered]
) -> None:
    """The mean of a network is over 3.5 (MG 10608) in the planted waves only."""
    model = surveys.items(SEED).select("instrument", "item", "reverse")
    answers = pl.concat(one.answers for name, one in answered.items() if name.startswith("technostress"))
    means = _scores(answers, model).drop_nulls("cluster_id").group_by("cluster_id", "wave").agg(pl.col("value").mean())
    high = {(name, wave) for name, wave, value in means.rows() if value > 3.5}
    episodes = {
        (name, wave)
        for name, wave in means.select("cluster_id", "wave").rows()
        for cluster, begins, ends in planted(world, "W07")
        if name == cluster and begins <= date.fromisoformat(wave) < ends
    }
    assert high == episodes
    assert len(episodes) >= 2


def test_episodes_of_the_pulse_fall_two_waves_running(world: World, answered: dict[str, surveys.Answered]) -> None:
    """In each the mean of the network falls by .3 of a step and again; nowhere else does it fall so twice."""
    model = surveys.items(SEED).select("instrument", "item", "reverse")
    answers = pl.concat(one.answers for name, one in answered.items() if name.startswith("pulse"))
    means = (
        _scores(answers, model).group_by("cluster_id", "wave").agg(pl.col("value").mean()).sort("cluster_id", "wave")
    )
    fall = means.with_columns(fell=pl.col("value").shift(1).over("cluster_id") - pl.col("value"))
    fall = fall.with_columns(fell_again=pl.col("fell").shift(-1).over("cluster_id"))
    found = set(fall.filter(pl.col("fell") > 0.3, pl.col("fell_again") > 0.3).select("cluster_id", "wave").rows())
    episodes = {(cluster, f"{begins:%Y-%m}-20") for cluster, begins, _ in planted(world, "W15")}
    assert len(episodes) >= 5
    assert found == episodes
