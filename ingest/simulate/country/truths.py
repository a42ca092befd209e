"""The truth of an oblast beside its deliveries: what estimators are to find, and what was planted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ingest.simulate.country import network_life, practicum, rates, staff, students, surveys, teaching
from ingest.simulate.country.clusters import cluster_id
from ingest.simulate.country.schools import SUBJECTS, YEARS_TO_GROW, Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.world import World
from ingest.simulate.dates import school_year


def of_oblast(world: World, asked: list[pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Names and frames, each with the code of the oblast first; units are told in docs/methods/simulator.md."""
    code = pl.lit(world.places.code).alias("oblast")
    schools, size = world.schools, world.order.size
    for name, frame in (
        *staff.truths(world.staff).items(),
        ("schools", _schools(world)),
        ("school_effects", _effects(schools, size)),
        ("clusters", _clusters(schools)),
        ("members", world.places.network.members.drop("duties")),
        ("lesson_study", _lesson_study(schools, size)),
        ("indicators", pl.concat([rates.truth(world), students.truth(world)])),
    ):
        yield name, frame.select(code, pl.all())
    if world.order.scenario.teacher_sd:
        yield "teaching_effects", teaching.truth(world, teaching.draw(world)).select(code, pl.all())
    yield "survey_means", pl.concat(asked)
    yield "alignment", practicum.alignment_truth(world, practicum.alignment(world))
    yield "episodes", world.episodes.frame


def of_country(seed: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """What is the same in all oblasts."""
    yield "survey_items", surveys.items(seed)
    yield (
        "survey_answering",
        pl.DataFrame(
            {
                "asked_share": [surveys.ASKED],
                "log_odds_to_answer": [surveys.ANSWERS],
                "of_work": [surveys.OF_WORK],
                "stress_of_work": [surveys.STRESS_OF_WORK],
                "no_consent_share": [surveys.NO_CONSENT],
            }
        ),
    )


def _schools(world: World) -> pl.DataFrame:
    schools = world.schools
    return pl.DataFrame(
        {
            "institution_id": schools.bins,
            "is_rural": schools.is_rural,
            "pupils_n": schools.pupils_n,
            "intake": schools.intake,
            "log_pace_of_entrants": world.staff.school_pace[: schools.n],
        }
    )


def _effects(schools: Schools, size: Size) -> pl.DataFrame:
    """A row a school, subject and year: what the school and what its network add to a year's progress."""
    n, subjects_n, years_n = schools.effects.shape
    gains = np.broadcast_to(schools.gains[:, None, :], schools.effects.shape)
    return pl.DataFrame(
        {
            "institution_id": pl.Series(schools.bins).gather(np.repeat(np.arange(n), subjects_n * years_n)),
            "subject": pl.Series(SUBJECTS).gather(np.tile(np.repeat(np.arange(subjects_n), years_n), n)),
            "school_year": pl.Series([school_year(year) for year in size.years]).gather(
                np.tile(np.arange(years_n), n * subjects_n)
            ),
            "school_effect": schools.effects.ravel(),
            "network_gain": gains.ravel(),
        }
    )


def _clusters(schools: Schools) -> pl.DataFrame:
    n = len(schools.founded)
    return pl.DataFrame(
        {
            "cluster_id": [cluster_id(schools.oblast, number) for number in range(n)],
            "first_school_year": [school_year(int(year)) for year in schools.founded],
            "effect": schools.cluster_effects,
            "years_to_grow": pl.repeat(YEARS_TO_GROW, n, eager=True),
        }
    )


def _lesson_study(schools: Schools, size: Size) -> pl.DataFrame:
    """A row a school and year: the share of its teachers who take part, as expected."""
    return pl.concat(
        pl.DataFrame(
            {
                "institution_id": schools.bins,
                "school_year": pl.repeat(school_year(year), schools.n, eager=True),
                "taking_part_share": network_life.taking_part(schools, year),
            }
        )
        for year in size.years
    )
