"""Invented pupils with teachers who were prepared and trained somewhere, and what value added makes of programmes, courses and
networks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from project_seeds import write_seeds
from value_added_world import ONE

from bilimkoz.connection import connect, registered
from estimators.cross_products import COLUMNS
from estimators.value_added_terms import value_added_terms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SUMS = [f"sum_{row}_{column}" for row in range(10) for column in range(max(row, 1), 10)]


@dataclass
class Taught:
    """Pupils of one year, subject and test. Teachers are numbers, and so are schools; who is not taught has teacher 0.

    Attributes:
        background: (teacher, term, unit) before the school year; networks: (school, network).
    """

    prior: Floats
    outcome: Floats
    grade: Integers
    school: Integers
    teacher: Integers
    background: list[tuple[int, str, str]]
    networks: list[tuple[int, str]]
    is_missing: NDArray[np.bool_]
    key: tuple[int, str, str] = (2024, "mathematics", "modo")
    truth: dict[str, Floats] = field(default_factory=dict)

    def columns(self) -> NDArray[np.object_]:
        """Columns of int_value_added_row as whole numbers, after the constant; all but three say nothing."""
        told = {
            "prior": np.where(self.is_missing, 0, self.prior) * ONE,
            "prior_missing": self.is_missing,
            "outcome": self.outcome * ONE,
        }
        none = np.zeros(len(self.prior))
        whole = [np.rint(told.get(name, none)).astype(np.int64).astype(object) for name in COLUMNS]
        return np.column_stack([np.ones(len(self.prior), dtype=object), *whole])


def invented(
    seed: int,
    *,
    schools: int = 40,
    teachers: int = 4,
    pupils: int = 25,
    units: dict[str, int] | None = None,
    spreads: dict[str, float] | None = None,
    teacher_spread: float = 0.2,
) -> Taught:
    """Every teacher has a programme; a third no course, a third one, a third two; of four schools three a network. Two grades."""
    random = np.random.default_rng(seed)
    units = {"programme": 12, "course": 12, "cluster": 12} | (units or {})
    spreads = {"programme": 0.3, "course": 0.3, "cluster": 0.3} | (spreads or {})
    of_teacher = np.repeat(np.arange(schools), teachers)
    truth = {term: spreads[term] * random.normal(size=n) for term, n in units.items()}
    brought = random.normal(0, teacher_spread, len(of_teacher)) + random.normal(0, 0.2, schools)[of_teacher]
    background, networks = [], []
    for number in range(len(of_teacher)):
        programme = random.integers(units["programme"])
        courses = random.choice(units["course"], number % 3, replace=False)
        brought[number] += truth["programme"][programme] + sum(truth["course"][courses]) / max(len(courses), 1)
        background.append((number + 1, "programme", f"P{programme:02}"))
        background += [(number + 1, "course", f"C{course:02}") for course in courses]
    for number, school in enumerate(np.flatnonzero(np.arange(schools) % 4).tolist()):
        cluster = number % units["cluster"]
        brought[of_teacher == school] += truth["cluster"][cluster]
        networks.append((school, f"N{cluster:02}"))
    teacher = np.repeat(np.arange(len(of_teacher)), pupils)
    grade = np.where(np.arange(len(teacher)) % 2, 6, 7)
    prior, is_missing = random.normal(size=len(teacher)), random.random(len(teacher)) < 0.1
    slope = np.where(grade == 6, 0.6, 0.4)
    outcome = np.where(is_missing, -0.2, slope * prior) + brought[teacher] + random.normal(0, 0.7, len(teacher))
    return Taught(
        prior, outcome, grade, of_teacher[teacher], teacher + 1, background, networks, is_missing, truth=truth
    )


def estimated(*models: Taught) -> dict[str, pl.DataFrame]:
    with summed(*models) as connection:
        return value_added_terms(connection)


@contextmanager
def summed(*models: Taught) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with what dbt makes of the pupils, and the seeds."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("gram", "taught", "teacher", "background", "network")
    }
    for pupils in models:
        columns = pupils.columns()
        year, subject, test = pupils.key
        key = {"start_year": year, "subject": subject, "test": test}
        for school in np.unique(pupils.school):
            here = pupils.school == school
            rows["gram"].append(key | {"institution_id": f"S{school:03}", "pupils_n": int(here.sum())})
        for grade in np.unique(pupils.grade):
            own = columns[(pupils.grade == grade) & (pupils.teacher > 0)]
            with_prior = {"grade": int(grade), "with_prior_n": int(sum(1 - own[:, 2]))}
            rows["taught"].append(key | with_prior | _sums(own, 10))
            for school, teacher in sorted(set(zip(pupils.school.tolist(), pupils.teacher.tolist(), strict=True))):
                is_own = (pupils.school == school) & (pupils.teacher == teacher) & (pupils.grade == grade)
                if teacher and is_own.any():
                    names = {"institution_id": f"S{school:03}", "teacher_no": teacher, "grade": int(grade)}
                    rows["teacher"].append(key | names | _sums(columns[is_own], 1))
        for teacher, term, unit in pupils.background:
            rows["background"].append({"start_year": year, "teacher_no": teacher, "term": term, "unit_id": unit})
        for school, network in pupils.networks:
            rows["network"].append({"start_year": year, "institution_id": f"S{school:03}", "cluster_id": network})
    with connect(None) as connection:
        _write(connection, {name: pl.DataFrame(told) for name, told in rows.items()})
        yield connection


def _sums(own: NDArray[np.object_], lines: int) -> dict[str, float]:
    """Pupils, and sums of products of their columns: of the constant alone, or of all."""
    products = own[:, :lines].T @ own if len(own) else np.zeros((lines, 10))
    return {"pupils_n": len(own)} | {
        f"sum_{row}_{column}": float(products[row, column]) for row in range(lines) for column in range(max(row, 1), 10)
    }


def _write(connection: duckdb.DuckDBPyConnection, tables: dict[str, pl.DataFrame]) -> None:
    connection.execute("create schema intermediate; create schema seeds")
    names = {"background": "int_teacher_background", "network": "int_staff_network"}
    empty = {
        "teacher": "start_year int, subject text, test text, institution_id text, teacher_no int, grade int, pupils_n int",
        "background": "start_year int, teacher_no int, term text, unit_id text",
        "network": "start_year int, institution_id text, cluster_id text",
    }
    for name, told in tables.items():
        table = f"intermediate.{names.get(name, f'int_value_added_{name}')}"
        if told.is_empty():
            connection.execute(f"create table {table} ({empty[name]})")
            continue
        with registered(connection, "given", told):
            condition = "where pupils_n > 0" if "pupils_n" in told.columns else ""
            connection.execute(f"create table {table} as select * from given {condition}")
    write_seeds(connection)
