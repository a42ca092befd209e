"""Scenario `teachers`: who teaches, and that what teachers, programmes and courses add is in the progress of their pupils."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from country_village import VILLAGES

from ingest.simulate.country import SCENARIOS, Order, practicum, pupil_lists, pupils, teaching
from ingest.simulate.country.schools import SUBJECTS
from ingest.simulate.country.world import World, build


@pytest.fixture(scope="module")
def world() -> World:
    return build(Order(Path("nowhere"), VILLAGES, SCENARIOS["teachers"], 1), 0)


@pytest.fixture(scope="module")
def told(world: World) -> teaching.Teaching:
    return teaching.draw(world)


@pytest.fixture(scope="module")
def years(world: World, told: teaching.Teaching) -> dict[bool, list[pupils.Year]]:
    """The years with what teachers add and without, chance being the same in both."""
    order, found = world.order, {}
    for is_told in (True, False):
        drawn = pupils.draw(order.size, world.schools, order.seed)
        brings = partial(teaching.brings, world, told) if is_told else None
        found[is_told] = list(pupils.years(order.size, order.scenario, world.schools, drawn, order.seed, brings))
    return found


def test_a_class_has_one_main_teacher_in_a_subject_and_a_teacher_few_classes(
    world: World, years: dict[bool, list[pupils.Year]]
) -> None:
    for number, year in enumerate(years[True]):
        rows = teaching.assignments(world, number, year)
        assert not rows.select("institution_id", "class_code", "subject").is_duplicated().any()
        held = world.of_schools(date(world.year(number), 10, 1), teachers=True)
        assert rows.join(held, on=["person_id", "institution_id"], how="anti").is_empty()
        assert set(rows["subject"]) == set(SUBJECTS)


def test_progress_has_what_teachers_add(
    world: World, told: teaching.Teaching, years: dict[bool, list[pupils.Year]]
) -> None:
    """In the second year, of pupils who were tested in the first: the difference is .8 of that of the year before, and what the
    main teachers of the class add, put together from the truth by hand."""
    first, second = years[True][:2]
    more = [a.knows - b.knows for a, b in zip(years[True][:2], years[False][:2], strict=True)]
    before = dict(zip(first.pupil[first.tested].tolist(), more[0], strict=True))
    classes = pupil_lists.classes(second.school, second.grade)
    of_class = {
        (row["institution_id"], row["class_code"], row["subject"]): row["person_id"]
        for row in teaching.assignments(world, 1, second).rows(named=True)
    }
    person = {name: number for number, name in enumerate(world.staff.people.identifier)}
    begins, asked = np.datetime64(f"{world.year(1)}-09-01"), 0
    for place, row in enumerate(second.tested.tolist()[:300]):
        if second.grade[row] == pupils.FIRST_TESTED:
            continue
        for number, subject in enumerate(SUBJECTS):
            name = of_class.get((world.schools.bins[second.school[row]], classes[row], subject))
            wanted = 0.8 * before[second.pupil[row]][number]
            if name is not None:
                who = person[name]
                done = [
                    told.course_effects[course]
                    for course, day in zip(told.courses[who], told.completed[who], strict=True)
                    if course >= 0 and day < begins
                ]
                wanted += told.own[who] + told.programme_effects[told.programme[who]] + sum(done) / max(len(done), 1)
            assert abs(more[1][place, number] - wanted) < 1e-5
            asked += name is not None
    assert asked > 300


def test_what_is_sent_of_programmes_and_courses_is_the_truth(world: World, told: teaching.Teaching) -> None:
    person = {name: number for number, name in enumerate(world.staff.people.identifier)}
    truth = {(term, unit): effect for term, unit, effect in teaching.truth(world, told).iter_rows()}
    assert len(truth) == teaching.PROGRAMMES_N + teaching.COURSES_N
    for row in teaching.studies(world, told).rows(named=True):
        unit = f"{row['institution_id']}/{row['programme_code']}"
        assert truth["programme", unit] == told.programme_effects[told.programme[person[row["person_id"]]]]
    courses = teaching.training(world, told)
    for row in courses.rows(named=True):
        who = person[row["person_id"]]
        place = told.completed[who].astype(object).tolist().index(row["completed_on"])
        assert truth["course", f"{row['provider_id']}/{row['course']}"] == told.course_effects[told.courses[who, place]]
    assert not courses.select("person_id", "course").is_duplicated().any()


def test_each_programme_and_course_has_a_name(world: World, told: teaching.Teaching) -> None:
    """A row of `programmes` each, with a name of its own in each language, and a title of the course."""
    programmes = teaching.programme_list(world)
    units = programmes.select(pl.concat_str("institution_id", pl.lit("/"), "programme_code")).to_series()
    truth = teaching.truth(world, told)
    assert sorted(units) == sorted(truth.filter(term="programme")["unit_id"])
    for name in ("name_kk", "name_ru", "name_en"):
        assert programmes[name].n_unique() == teaching.PROGRAMMES_N
    every = pl.concat([practicum.programme_list(world), programmes], how="diagonal")
    assert not every.select("institution_id", "programme_code").is_duplicated().any()
    courses = teaching.training(world, told).select("provider_id", "course", "course_title").unique()
    assert courses.height == courses["course_title"].n_unique() == teaching.COURSES_N
    assert not courses["course_title"].null_count()


def test_teachers_make_no_difference_in_other_scenarios() -> None:
    assert all((scenario.teacher_sd > 0) == (name == "teachers") for name, scenario in SCENARIOS.items())
