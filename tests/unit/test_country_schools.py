"""Schools of a country and what their pupils learn: the laws of docs/methods/simulator.md, at the size of a country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from ingest.simulate.country import SCENARIOS, SIZES, pupil_lists, pupils, schools
from ingest.simulate.country.scenario import Scenario
from ingest.simulate.country.schools import Schools

COUNTRY, OBLAST = SIZES["country"], SIZES["oblast"]


def _country(scenario: str) -> list[Schools]:
    return [schools.draw(COUNTRY, SCENARIOS[scenario], 1, oblast) for oblast in range(COUNTRY.oblasts_n)]


@pytest.fixture(scope="module")
def base() -> list[Schools]:
    return _country("base")


def _joined(drawn: list[Schools], name: str) -> NDArray[np.float64]:
    return np.concatenate([getattr(one, name) for one in drawn])


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def test_a_country_has_as_many_as_it_says(base: list[Schools]) -> None:
    assert sum(one.n for one in base) == 7_900
    assert sum(len(one.founded) for one in base) == 240
    assert abs(_joined(base, "pupils_n").sum() / 3_900_000 - 1) < 0.01
    everybody = [number for one in base for number in one.bins]
    assert len(set(everybody)) == len(everybody)


def test_many_schools_are_small_and_most_of_those_rural(base: list[Schools]) -> None:
    """Seven in ten are rural; sizes are log-normal: a tenth of the schools teach a third of the pupils, and a third a tenth."""
    rural, pupils_n = _joined(base, "is_rural").astype(bool), _joined(base, "pupils_n")
    assert abs(rural.mean() - 0.7) < 4 * np.sqrt(0.21 / len(rural))
    assert abs(np.log(pupils_n[rural]).std() - 0.75) < 0.05
    assert abs(np.log(np.median(pupils_n[~rural]) / np.median(pupils_n[rural])) - np.log(900 / 160)) < 0.1
    small = pupils_n <= 120
    assert 0.15 < small.mean() < 0.3
    assert rural[small].mean() > 0.98
    by_size = np.sort(pupils_n)
    assert by_size[-len(by_size) // 10 :].sum() / by_size.sum() > 0.3
    assert by_size[: len(by_size) // 3].sum() / by_size.sum() < 0.1


def test_schools_differ_in_whom_they_take_in(base: list[Schools]) -> None:
    rural, intake = _joined(base, "is_rural").astype(bool), _joined(base, "intake")
    n = len(intake)
    assert abs(intake[rural].std() - 0.35) < 4 * 0.35 / np.sqrt(2 * rural.sum())
    gap = intake[~rural].mean() - intake[rural].mean()
    assert abs(gap - 0.3) < 4 * 0.35 / np.sqrt(0.21 * n)


def _lag(scenario: Scenario, years: int) -> float:
    """Correlation of an effect with itself so many years later: intake's part and the lasting part stay, the drift forgets."""
    drift = scenario.drift_share * scenario.drift_memory**years
    return scenario.sorting**2 + (1 - scenario.sorting**2) * (1 - scenario.drift_share + drift)


@pytest.mark.parametrize("name", ["base", "clean", "sorting", "noisy_prior", "drift", "missing_not_at_random"])
def test_effects_have_their_spread_sorting_and_drift(name: str) -> None:
    """Of 7 900 schools a correlation has a standard error of .011, less where subjects are pooled."""
    scenario, drawn = SCENARIOS[name], _country(name)
    effects = _joined(drawn, "effects")
    own = _joined(drawn, "intake") + 0.3 * (_joined(drawn, "is_rural") - 0.7)
    assert abs(effects.std() - 0.10) < 0.003
    assert abs(_correlation(np.broadcast_to(own[:, None, None], effects.shape), effects) - scenario.sorting) < 0.03
    for years in (1, 2, 4):
        assert abs(_correlation(effects[..., :-years], effects[..., years:]) - _lag(scenario, years)) < 0.03
    # The years before the first are more years of the same law.
    for ago in (0, 2):
        assert abs(_correlation(_joined(drawn, "before")[..., ago], effects[..., 0]) - _lag(scenario, ago + 1)) < 0.03
    of_subjects = scenario.sorting**2 + (1 - scenario.sorting**2) * (1 - scenario.drift_share) * 0.6
    assert abs(_correlation(effects[:, 0, 0], effects[:, 1, 0]) - of_subjects) < 0.045


def test_what_scenarios_say_of_effects() -> None:
    assert _lag(SCENARIOS["clean"], 1) == 0
    assert SCENARIOS["sorting"].sorting == 0.7
    heavy = _joined(_country("heavy_tails"), "effects") / 0.10
    normal = _joined(_country("clean"), "effects") / 0.10
    assert (np.abs(normal) > 4).mean() < 0.0002
    assert (np.abs(heavy) > 4).mean() > 0.003  # of Student's t with 3 degrees, scaled to variance 1: .0062
    for few in (schools.draw(OBLAST, SCENARIOS["few_clusters"], 1, 0), _country("few_clusters")[7]):
        assert few.founded.tolist() == [2021, 2022, 2023, 2024]
    assert not np.any(schools.draw(OBLAST, SCENARIOS["no_effect"], 1, 0).gains)


def test_networks_are_joined_one_year_after_another(base: list[Schools]) -> None:
    """Networks begin in four years; half of their schools come later; what they give grows over three years and stays."""
    cluster, joined = _joined(base, "cluster"), _joined(base, "joined")
    member = cluster >= 0
    assert abs(member.mean() - 0.4) < 0.01
    counts = [int((joined <= year).sum()) for year in COUNTRY.years]
    assert all(first < then for first, then in pairwise(counts))
    assert counts[-1] == member.sum()
    assert set(_joined(base, "founded").tolist()) == {2021, 2022, 2023, 2024}
    # Of those who come later, in equal parts in each of the years that are left.
    founded = np.concatenate([one.founded[one.cluster] for one in base])
    for first in (2021, 2022, 2023, 2024):
        own = joined[member & (founded == first)]
        assert abs((own == first).mean() - 0.5) < 0.15  # each network has one founder more than chance gives it
        later = own[own > first]
        for year in range(first + 1, 2026):
            share = 1 / (2025 - first)
            assert abs((later == year).mean() - share) < 4 * np.sqrt(share / len(later))
    for one in base[:3]:
        whole = one.cluster_effects[one.cluster]
        for place, year in enumerate(COUNTRY.years):
            share = np.clip((year - one.joined + 1) / 3, 0, 1) * (one.cluster >= 0)
            assert np.allclose(one.gains[:, place], share * whole)
    effects = np.concatenate([one.cluster_effects for one in base])
    assert abs(effects.mean() - 0.06) < 4 * 0.02 / np.sqrt(240)
    assert abs(effects.std() - 0.02) < 4 * 0.02 / np.sqrt(480)


@dataclass(frozen=True)
class Pair:
    """Pupils tested in two years running: school of the second, what they knew, scores, and whether there is one."""

    schools: Schools
    number: int
    place: NDArray[np.int64]
    before: NDArray[np.float64]
    now: NDArray[np.float64]
    disadvantaged: NDArray[np.bool_]


def _pairs(scenario: str) -> Iterator[Pair]:
    own = schools.draw(OBLAST, SCENARIOS[scenario], 1, 0)
    drawn = pupils.draw(OBLAST, own, 1)
    knows = np.full((drawn.n, 3), np.nan)
    for number, year in enumerate(pupils.years(OBLAST, SCENARIOS[scenario], own, drawn, 1)):
        who = year.pupil[year.tested]
        before = knows[who].copy()
        knows[who] = year.knows
        both = ~np.isnan(before[:, 0])
        yield Pair(
            own,
            number,
            year.school[year.tested][both],
            before[both],
            year.knows[both].astype(np.float64),
            drawn.is_disadvantaged[who][both],
        )


@pytest.mark.parametrize("name", ["base", "clean", "sorting", "drift", "heavy_tails"])
def test_what_is_learned_in_a_year_is_the_schools_effect_and_chance(name: str) -> None:
    """Mean progress of a school less its effect is chance with a standard error of .55 ÷ √n: its square has mean 1."""
    for pair in _pairs(name):
        if not pair.number:
            continue
        progress = pair.now - 0.8 * pair.before + 0.05 * pair.disadvantaged[:, None]
        counts = np.bincount(pair.place, minlength=pair.schools.n)
        there = counts > 0
        for subject in range(3):
            mean = np.bincount(pair.place, progress[:, subject], minlength=pair.schools.n)[there] / counts[there]
            true = (pair.schools.effects[:, subject, pair.number] + pair.schools.gains[:, pair.number])[there]
            squares = ((mean - true) / (0.55 / np.sqrt(counts[there]))) ** 2
            assert abs(squares.mean() - 1) < 4 * np.sqrt(2 / there.sum()), (pair.number, subject)


def test_a_regression_finds_the_persistence() -> None:
    """Within schools, by least squares: .8 of what one knew, and the disadvantaged learn .05 less."""
    pair = next(pair for pair in _pairs("clean") if pair.number == 1)
    counts = np.bincount(pair.place, minlength=pair.schools.n)

    def within(values: NDArray[np.float64]) -> NDArray[np.float64]:
        means = np.bincount(pair.place, values, minlength=pair.schools.n) / np.maximum(counts, 1)
        return values - means[pair.place]

    x = np.column_stack([within(pair.before[:, 0]), within(pair.disadvantaged.astype(np.float64))])
    y = within(pair.now[:, 0])
    found, squares, *_ = np.linalg.lstsq(x, y, rcond=None)
    variance = float(squares[0]) / (len(y) - (counts > 0).sum() - 2)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(x.T @ x)))
    assert np.all(np.abs(found - [0.8, -0.05]) < 4 * errors)
    assert errors.max() < 0.005
    assert abs(np.sqrt(variance) - 0.55) < 0.005


@pytest.mark.parametrize("name", ["base", "clean", "sorting"])
def test_the_spread_of_a_grade_is_the_same_in_every_year(name: str) -> None:
    """Between pupils, and between schools less what chance adds: nothing is built up or fades over the delivered years."""
    own = schools.draw(OBLAST, SCENARIOS[name], 1, 0)
    spread: dict[int, list[tuple[float, float]]] = {4: [], 7: [], 11: []}
    for year in pupils.years(OBLAST, replace(SCENARIOS[name], missing=0.0), own, pupils.draw(OBLAST, own, 1), 1):
        for grade, found in spread.items():
            chosen = year.grade[year.tested] == grade
            place, knows = year.school[year.tested][chosen], year.knows[chosen].mean(axis=1).astype(np.float64)
            counts = np.bincount(place, minlength=own.n)
            there = counts > 0
            means = np.bincount(place, knows, minlength=own.n)[there] / counts[there]
            within = np.bincount(place, (knows - knows.mean()) ** 2, minlength=own.n).sum() / len(knows)
            noise = within / counts[there]
            found.append((knows.var(), float(np.average((means - means.mean()) ** 2 - noise, weights=counts[there]))))
    for grade, found in spread.items():
        of_pupils, of_schools = np.array(found).T
        assert of_pupils.max() / of_pupils.min() < 1.1, grade
        # A variance over 450 schools, large ones weighing more, has a standard error of a tenth or so.
        assert of_schools.max() / of_schools.min() < 1.6, grade


@pytest.mark.parametrize(("name", "reliability"), [("base", 0.9), ("clean", 1.0), ("noisy_prior", 0.8)])
def test_scores_are_as_reliable_as_they_say(name: str, reliability: float) -> None:
    """The share of the variance of scores that is that of knowledge; what pupils know has a variance near 1 in every year."""
    own = schools.draw(OBLAST, SCENARIOS[name], 1, 0)
    for year in pupils.years(OBLAST, SCENARIOS[name], own, pupils.draw(OBLAST, own, 1), 1):
        assert abs(year.knows.var() - 1) < 0.1
        assert abs(year.knows.var() / year.scores.var() - reliability) < 0.02
        assert abs(np.corrcoef(year.knows[:, 0], year.knows[:, 1])[0, 1] - 0.6) < 0.1


@pytest.mark.parametrize("name", ["base", "clean", "missing_not_at_random"])
def test_who_has_no_score_hangs_on_the_score(name: str) -> None:
    scenario = SCENARIOS[name]
    own = schools.draw(OBLAST, scenario, 1, 0)
    year = next(pupils.years(OBLAST, scenario, own, pupils.draw(OBLAST, own, 1), 1))
    missing = (~year.has_score).ravel()
    if name == "clean":
        assert not missing.any()
        return
    x = np.column_stack([np.ones(missing.size), year.knows.ravel().astype(np.float64)])
    found = np.array([-3.0, 0.0])
    for _ in range(20):  # Newton's steps to the most likely coefficients
        share = 1 / (1 + np.exp(-x @ found))
        information = x.T @ (x * (share * (1 - share))[:, None])
        found += np.linalg.solve(information, x.T @ (missing - share))
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    odds = np.log(scenario.missing / (1 - scenario.missing))
    assert np.all(np.abs(found - [odds, scenario.missing_slope]) < 4 * errors)
    assert errors.max() < 0.05
    assert abs(missing.mean() - {"base": 0.041, "missing_not_at_random": 0.098}[name]) < 0.002


def test_pupils_move_between_years_and_within_them() -> None:
    own = schools.draw(OBLAST, SCENARIOS["base"], 1, 0)
    drawn = pupils.draw(OBLAST, own, 1)
    at: NDArray[np.int64] | None = None
    for year in pupils.years(OBLAST, SCENARIOS["base"], own, drawn, 1):
        n = len(year.pupil)
        assert abs(len(year.movers) / n - 0.008) < 4 * np.sqrt(0.008 / n)
        assert np.all(year.left != year.school[year.movers])
        assert np.all(year.left_on >= np.datetime64(f"{year.start}-10-01"))
        assert np.all(year.left_on < np.datetime64(f"{year.start + 1}-04-15"))  # the day of the test
        here = np.full(drawn.n, -1)
        here[year.pupil] = year.school
        if at is not None:
            both = (at >= 0) & (here >= 0)
            within = np.zeros(drawn.n, dtype=bool)
            within[year.pupil[year.movers]] = True
            moved = (at != here)[both & ~within]
            assert abs(moved.mean() - 0.03) < 0.002
        at = here


def test_lists_tell_where_pupils_are() -> None:
    """Who moved within the year is in two lists, each with a class of its own school; the language is that of the school."""
    own = schools.draw(OBLAST, SCENARIOS["base"], 1, 0)
    drawn = pupils.draw(OBLAST, own, 1)
    year = next(pupils.years(OBLAST, SCENARIOS["base"], own, drawn, 1))
    told = pupil_lists.enrolments(own, drawn, pupil_lists.identifiers(drawn), year)
    twice = told.filter(pl.col("pupil_id").is_duplicated())
    assert twice.height == 2 * len(year.movers)
    assert twice.group_by("pupil_id").agg(pl.col("left_on").count())["left_on"].to_list() == [1] * len(year.movers)
    # So many to a letter; the last letter takes who is left of the largest schools.
    classes = told.group_by("institution_id", "class_code").len()
    assert classes.filter(~pl.col("class_code").str.ends_with("Я"))["len"].max() == 25
    gone = told.filter(pl.col("left_on").is_not_null()).join(
        told.filter(pl.col("left_on").is_null()), on="pupil_id", suffix="_now"
    )
    assert (gone["institution_id"] != gone["institution_id_now"]).all()
    assert (gone["class_code"] != gone["class_code_now"]).mean() > 0.3
    languages = told.join(
        pl.DataFrame({"institution_id": own.bins, "taught": np.array(schools.LANGUAGES)[own.language]}),
        on="institution_id",
    )
    shares = dict(languages.group_by("taught").agg((pl.col("language") == "ru").mean()).rows())
    assert shares["kk"] < 0.05  # who moved there keeps the language
    assert abs(shares["kk;ru"] - 0.5) < 0.05
    assert shares["ru"] > 0.95
