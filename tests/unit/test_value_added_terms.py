"""Effects of programmes, courses and networks: what is told of which, and that it is what the pupils say."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from taught_world import Taught, estimated, invented

Floats = NDArray[np.float64]
FIGURES = ("effect_sd", "effect_se", "effect_ci_low", "effect_ci_high", "reliability_share", "band")


@pytest.fixture(scope="module")
def world() -> Taught:
    return invented(3)


@pytest.fixture(scope="module")
def tables(world: Taught) -> dict[str, pl.DataFrame]:
    return estimated(world)


def _design(world: Taught) -> tuple[Floats, list[Floats], list[list[str]]]:
    """Fixed columns and what each pupil has of programmes, courses, networks, schools and teachers, written out row by row."""
    held = {(teacher, term): [] for teacher, term, _ in world.background}
    for teacher, term, unit in world.background:
        held[teacher, term].append(unit)
    network = dict(world.networks)
    names = [
        *(sorted({unit for _, kind, unit in world.background if kind == term}) for term in ("programme", "course")),
        sorted(set(network.values())),
    ]
    loadings = [np.zeros((len(world.outcome), len(units))) for units in names]
    for row, (teacher, school) in enumerate(zip(world.teacher.tolist(), world.school.tolist(), strict=True)):
        for place, term in enumerate(("programme", "course")):
            own = held.get((teacher, term), [])
            for unit in own:
                loadings[place][row, names[place].index(unit)] = 1 / len(own)
        if school in network:
            loadings[2][row, names[2].index(network[school])] = 1
    fixed = [(world.grade == grade)[:, None] * _of_pupil(world) for grade in (6, 7)]
    has = np.column_stack([loadings[1].sum(axis=1) > 0, loadings[2].sum(axis=1) > 0])
    loadings += [np.eye(world.school.max() + 1)[world.school], np.eye(world.teacher.max() + 1)[world.teacher]]
    return np.column_stack([*fixed, has]).astype(float), loadings, names


def _of_pupil(world: Taught) -> Floats:
    prior = np.where(world.is_missing, 0.0, world.prior)
    return np.column_stack([np.ones(len(prior)), prior, world.is_missing]).astype(float)


def test_an_effect_is_what_the_pupils_say(world: Taught, tables: dict[str, pl.DataFrame]) -> None:
    """At the variances told, effects and errors are those of Henderson's equations of all pupils, schools and teachers."""
    x, loadings, names = _design(world)
    variance = dict(tables["value_added_variance"].select("term", "term_variance").iter_rows())
    spreads = [variance[term] for term in ("programme", "course", "cluster", "institution", "teacher")]
    assert min(spreads) > 0
    both = np.column_stack([x, *loadings])
    prior = np.repeat(spreads, [loading.shape[1] for loading in loadings])
    equations = both.T @ both / variance["pupil"]
    equations[x.shape[1] :, x.shape[1] :] += np.diag(1 / prior)
    errors = np.linalg.inv(equations)
    solved = errors @ both.T @ world.outcome / variance["pupil"]
    begin = x.shape[1]
    for term, units, spread in zip(("programme", "course", "cluster"), names, spreads, strict=False):
        own = slice(begin, begin + len(units))
        begin += len(units)
        told = tables["value_added_term"].filter(term=term)
        assert told["unit_id"].to_list() == units
        error, value = np.diag(errors)[own], solved[own]
        reliability = 1 - error / spread
        for row, single, least, share in zip(told.rows(named=True), value, np.sqrt(error), reliability, strict=True):
            if row["status"] == "too_few":
                assert _effective(world, term, row["unit_id"]) < 5
                assert not [name for name in FIGURES if row[name] is not None]
                continue
            assert _effective(world, term, row["unit_id"]) >= 5
            assert isclose(row["effect_sd"], single, abs_tol=1e-6)
            # More is not known than the variance: by how much is in test_unit_errors.py.
            assert least < row["effect_se"] < 1.5 * least
            assert isclose(row["reliability_share"], share, abs_tol=1e-6)
            assert row["status"] == ("ok" if share >= 0.7 else "unreliable")
            assert isclose(row["effect_ci_high"] - single, single - row["effect_ci_low"], rel_tol=1e-4)
            outside = "above" if row["effect_ci_low"] > 0 else "below" if row["effect_ci_high"] < 0 else None
            assert row["band"] == (outside or "not_distinguishable")


def _effective(world: Taught, term: str, unit: str) -> float:
    """Effective number of the teachers of a unit."""
    if term == "cluster":
        held = [(teacher, unit) for school, own in world.networks if own == unit for teacher in _at(world, school)]
    else:
        held = [(teacher, own) for teacher, kind, own in world.background if kind == term]
    parts = [
        np.sum(world.teacher == teacher) / sum(other == teacher for other, _ in held)
        for teacher, own in held
        if own == unit
    ]
    return float(np.sum(parts) ** 2 / np.sum(np.square(parts)))


def _at(world: Taught, school: int) -> list[int]:
    return np.unique(world.teacher[world.school == school]).tolist()


def test_effects_are_near_the_truth(world: Taught, tables: dict[str, pl.DataFrame]) -> None:
    for term in ("programme", "course", "cluster"):
        told = tables["value_added_term"].filter(term=term).drop_nulls("effect_sd")
        true = world.truth[term][[int(unit[1:]) for unit in told["unit_id"]]]
        assert np.corrcoef(told["effect_sd"].to_numpy(), true)[0, 1] > 0.5
        assert ((told["effect_ci_low"].to_numpy() <= true) & (true <= told["effect_ci_high"].to_numpy())).all()


def test_who_counts(world: Taught, tables: dict[str, pl.DataFrame]) -> None:
    """Pupils, teachers and schools of a course by hand; a teacher of two courses counts in both."""
    for row in tables["value_added_term"].filter(term="course").rows(named=True):
        teachers = [teacher for teacher, term, unit in world.background if (term, unit) == ("course", row["unit_id"])]
        own = np.isin(world.teacher, teachers)
        counts = (own.sum(), len(teachers), len(set(world.school[own])))
        assert (row["pupils_n"], row["teachers_n"], row["institutions_n"]) == (
            counts if len(teachers) >= 5 else (None,) * 3
        )
    told = {row["term"]: row for row in tables["value_added_variance"].rows(named=True)}
    assert {row["pupils_n"] for row in told.values()} == {4000}
    assert {row["linked_share"] for row in told.values()} == {1.0}
    assert {term: told[term]["units_n"] for term in ("institution", "teacher", "pupil")} == {
        "institution": 40, "teacher": 160, "pupil": 4000,
    }  # fmt: skip
    assert all(0 <= told[term]["term_p_value"] < 0.05 for term in ("programme", "course"))


def test_the_same_in_every_run(world: Taught, tables: dict[str, pl.DataFrame]) -> None:
    again = estimated(world)
    assert all(again[name].equals(table) for name, table in tables.items())


def test_subjects_do_not_know_of_each_other(world: Taught, tables: dict[str, pl.DataFrame]) -> None:
    other = invented(5, schools=35)
    other.key = (2024, "physics", "modo")
    other.background, other.networks = [], []
    both = estimated(world, other)
    for name, table in tables.items():
        assert both[name].filter(subject="mathematics").equals(table)


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


def test_pupils_without_a_teacher_are_not_in_the_model(tables: dict[str, pl.DataFrame]) -> None:
    more = invented(3)
    added = invented(9, schools=10)
    for name in ("prior", "outcome", "grade", "is_missing", "school"):
        setattr(more, name, np.concatenate([getattr(more, name), getattr(added, name)]))
    more.teacher = np.concatenate([more.teacher, np.zeros_like(added.teacher)])
    told = estimated(more)
    assert told["value_added_term"].equals(tables["value_added_term"])
    assert set(told["value_added_variance"]["linked_share"]) == {0.8}


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


def test_nothing_is_told_of_a_teacher(world: Taught, tables: dict[str, pl.DataFrame]) -> None:
    """With numbers of teachers that are like no count, none of them is in any column, be it within a text; and all else is the
    same, so that nothing follows from them."""
    first = 7_130_000_000
    other = replace(world, teacher=world.teacher + first)
    other.background = [(teacher + first, term, unit) for teacher, term, unit in world.background]
    again = estimated(other)
    for name, table in again.items():
        assert table.equals(tables[name])
        values = [value for column in table.iter_columns() for value in column.drop_nulls().unique().to_list()]
        assert not [value for value in values if "713000" in str(value) or value in set(other.teacher.tolist())]
        assert len(table) < 50
    assert again["value_added_term"].unique(["term", "unit_id"]).height == len(again["value_added_term"])
