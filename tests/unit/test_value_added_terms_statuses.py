"""Effects of programmes, courses and networks that are not told, and why: each status in a world that has it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from taught_world import estimated, invented

FIGURES = ("effect_sd", "effect_se", "effect_ci_low", "effect_ci_high", "reliability_share", "band")


def test_nobodys_teacher_is_known() -> None:
    nobody = invented(3)
    nobody.teacher[:] = 0
    tables = estimated(nobody)
    assert tables["value_added_term"].is_empty()
    told = tables["value_added_variance"]
    assert set(told["status"]) == {"not_collected"}
    assert told["term_variance"].null_count() == 6
    assert set(told["linked_share"]) == {0.0}


@pytest.mark.parametrize(("linked", "share"), [(0, 0.0), (1, None), (9, None), (10, 10 / 4000)])
def test_a_share_of_few_is_not_told(linked: int, share: float | None) -> None:
    few = invented(3)
    few.teacher[linked:] = 0
    few.is_missing[:] = False
    assert set(estimated(few)["value_added_variance"]["linked_share"]) == {share}


@pytest.mark.parametrize(("pupils", "share"), [(9, None), (10, 1.0)])
def test_a_share_among_few_is_not_told(pupils: int, share: float | None) -> None:
    few = invented(3)
    for name in ("prior", "outcome", "grade", "is_missing", "school", "teacher"):
        setattr(few, name, getattr(few, name)[:pupils])
    few.is_missing[:] = True
    told = estimated(few)["value_added_variance"]
    assert (set(told["linked_share"]), set(told["status"])) == ({share}, {"no_prior"})


def test_a_programme_that_no_school_brings_together_with_others() -> None:
    """Two programmes at schools of their own are not compared; their pupils stay in the model."""
    world = invented(4)
    alone = {teacher for teacher in range(1, 161) if world.school[np.argmax(world.teacher == teacher)] in (0, 1, 2)}
    world.background = [
        (teacher, term, ("P98" if teacher % 2 else "P99") if teacher in alone and term == "programme" else unit)
        for teacher, term, unit in world.background
    ]
    tables = estimated(world)
    told = tables["value_added_term"].filter(term="programme")
    apart = told.filter(status="not_applicable")
    assert apart["unit_id"].to_list() == ["P98", "P99"]
    assert apart["teachers_n"].to_list() == [6, 6]
    assert apart["effect_sd"].null_count() == 2
    assert told.filter(~pl.col("status").is_in(["not_applicable", "too_few"]))["effect_sd"].null_count() == 0
    variance = tables["value_added_variance"].filter(term="programme")
    assert variance["units_n"].to_list() == [12]
    assert variance["pupils_n"].to_list() == [4000]


@pytest.mark.parametrize("schools", [29, 30])
def test_units_of_few_teachers_are_not_counted(schools: int) -> None:
    """Four teachers are not, five are: with a model and without one."""
    world = invented(9, schools=schools)
    world.background = [
        (teacher, term, {1: "P50", 2: "P51"}.get(teacher % 10, unit) if teacher < 42 and term == "programme" else unit)
        for teacher, term, unit in world.background
    ]
    told = estimated(world)["value_added_term"]
    four, five = (told.filter(unit_id=unit).row(0, named=True) for unit in ("P51", "P50"))
    assert (four["pupils_n"], four["teachers_n"], four["institutions_n"]) == (None, None, None)
    assert four["status"] == ("too_few_institutions" if schools < 30 else "too_few")
    assert (five["pupils_n"], five["teachers_n"]) == (125, 5)
    assert not told.filter(pl.col("teachers_n") < 5).height


@pytest.mark.parametrize(("few", "is_told"), [(1, False), (5, False), (24, False), (25, True)])
def test_five_teachers_of_whom_one_has_most_pupils_have_no_figure(few: int, is_told: bool) -> None:
    """A programme of five teachers, one with 25 pupils and four with fewer; with as many each it has one."""
    world = invented(3)
    own = [1, 21, 41, 61, 81]
    world.background = [row for row in world.background if row[0] not in own or row[1] != "programme"]
    world.background += [(teacher, "programme", "P50") for teacher in own]
    cut = [np.flatnonzero(world.teacher == teacher)[few:] for teacher in own[1:]]
    world.teacher[np.concatenate(cut)] = 0
    (row,) = estimated(world)["value_added_term"].filter(unit_id="P50").rows(named=True)
    assert (row["status"] in ("ok", "unreliable")) == is_told
    assert is_told or row["status"] == "too_few"
    assert [name for name in FIGURES if row[name] is not None] == (list(FIGURES) if is_told else [])
    assert (row["pupils_n"], row["teachers_n"]) == (25 + 4 * few, 5)


@pytest.mark.parametrize(("programmes", "status"), [(9, "too_few_units"), (10, "ok")])
def test_few_programmes_have_no_figures(programmes: int, status: str) -> None:
    tables = estimated(invented(6, units={"programme": programmes}, spreads={"programme": 0.5}))
    told = tables["value_added_term"].filter(term="programme")
    assert tables["value_added_variance"].filter(term="programme")["status"].to_list() == [status]
    assert (told["effect_sd"].null_count() == len(told)) == (status != "ok")
    assert (set(told["status"]) == {"too_few_units"}) == (status != "ok")


@pytest.mark.parametrize(("bundles", "is_told"), [(5, False), (6, True)])
def test_courses_that_are_done_together_are_as_few_as_their_bundles(bundles: int, is_told: bool) -> None:
    """Twelve courses, each only ever done with the others of its bundle: five bundles differ from their mean in four ways."""
    world = invented(6, spreads={"course": 0.0})
    world.background = [row for row in world.background if row[1] == "programme"]
    luck = np.random.default_rng(2).normal(0, 0.5, bundles)
    for teacher in range(1, 161):
        own = teacher % (bundles + 1)
        world.background += [(teacher, "course", f"C{n:02}") for n in range(12) if own < bundles and n % bundles == own]
        world.outcome[world.teacher == teacher] += luck[own] if own < bundles else 0
    tables = estimated(world)
    (told,) = tables["value_added_variance"].filter(term="course").rows(named=True)
    units = tables["value_added_term"].filter(term="course")
    assert told["units_n"] == len(units) == 12
    assert told["status"] == ("ok" if is_told else "too_few_units")
    assert ((told["term_variance"] is not None), (told["term_p_value"] is not None)) == (is_told, is_told)
    assert set(units["status"]) <= ({"ok", "unreliable"} if is_told else {"too_few_units"})


def test_terms_that_nobody_has() -> None:
    """Nobody is trained and no school is in a network: programmes are told all the same."""
    world = invented(7)
    world.background = [row for row in world.background if row[1] == "programme"]
    world.networks = []
    tables = estimated(world)
    told = dict(tables["value_added_variance"].select("term", "status").iter_rows())
    assert (told["course"], told["cluster"]) == ("not_collected", "not_collected")
    assert told["programme"] in ("ok", "no_spread")
    assert set(tables["value_added_term"]["term"]) == {"programme"}


def test_terms_that_others_have() -> None:
    """A teacher of nobody in the model is trained, and a school of nobody is in a network: so much is collected."""
    world = invented(7)
    world.background = [row for row in world.background if row[1] == "programme"]
    world.background.append((999, "course", "C00"))
    world.networks = [(999, "N00")]
    tables = estimated(world)
    told = dict(tables["value_added_variance"].select("term", "status").iter_rows())
    assert (told["course"], told["cluster"]) == ("not_applicable", "not_applicable")
    assert set(tables["value_added_term"]["term"]) == {"programme"}


def test_the_model_speaks_before_its_terms() -> None:
    """At too few schools that is what is wrong, collected or not."""
    world = invented(9, schools=29)
    world.background, world.networks = [], []
    assert set(estimated(world)["value_added_variance"]["status"]) == {"too_few_institutions"}


def test_no_spread_no_figures() -> None:
    """A world in which units differ in nothing: of two of the three terms the variance is nought, and so nothing is told."""
    world = invented(8, spreads={"programme": 0.0, "course": 0.0, "cluster": 0.0})
    tables = estimated(world)
    none = tables["value_added_variance"].filter(status="no_spread")["term"].to_list()
    assert none == ["programme", "cluster"]
    told = tables["value_added_term"].filter(pl.col("term").is_in(none))
    assert set(told["status"]) <= {"no_spread", "not_applicable"}
    assert told["effect_sd"].null_count() == len(told)


@pytest.mark.parametrize(("schools", "status"), [(29, "too_few_institutions"), (30, "ok")])
def test_few_schools_have_no_figures(schools: int, status: str) -> None:
    tables = estimated(invented(9, schools=schools))
    assert tables["value_added_variance"].filter(term="pupil")["status"].to_list() == [status]
    assert (tables["value_added_term"]["effect_sd"].null_count() == len(tables["value_added_term"])) == (status != "ok")
    if status != "ok":
        assert set(tables["value_added_term"]["status"]) == {status}


def test_a_grade_without_priors_is_left_out() -> None:
    """Grade 7 has a prior of 49 in a hundred: its pupils are not in the model. If grade 6 has none either, there is none."""
    world = invented(10)
    seventh = np.flatnonzero(world.grade == 7)
    world.is_missing[:], world.is_missing[seventh[: int(0.51 * len(seventh)) + 1]] = False, True
    told = estimated(world)["value_added_variance"]
    assert set(told["pupils_n"]) == {2000}
    assert set(told["linked_share"]) == {1.0}
    world.is_missing[:] = True
    told = estimated(world)
    assert set(told["value_added_variance"]["status"]) == {"no_prior"}
    assert told["value_added_term"].is_empty()


def test_what_pupils_do_not_tell_is_not_told() -> None:
    world = invented(11)
    world.outcome[:] = np.where(world.is_missing, 0.0, world.prior)
    tables = estimated(world)
    assert set(tables["value_added_variance"]["status"]) == {"not_estimable"}
    assert set(tables["value_added_term"]["status"]) == {"not_estimable"}
    assert tables["value_added_variance"]["term_variance"].null_count() == 6
