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


def test_pupils_without_a_teacher_are_not_in_the_model(tables: dict[str, pl.DataFrame]) -> None:
    more = invented(3)
    added = invented(9, schools=10)
    for name in ("prior", "outcome", "grade", "is_missing", "school"):
        setattr(more, name, np.concatenate([getattr(more, name), getattr(added, name)]))
    more.teacher = np.concatenate([more.teacher, np.zeros_like(added.teacher)])
    told = estimated(more)
    assert told["value_added_term"].equals(tables["value_added_term"])
    assert set(told["value_added_variance"]["linked_share"]) == {0.8}
