"""Sums of models of value added whose teachers are known: of pupils by teacher in a school, and what teachers and schools have of
programmes, courses and networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from estimators.cross_products import TERMS, UNITS, independent, matrices, sums_of
from estimators.crossed_model import Sums, blocks

Floats = NDArray[np.float64]
KEY = ("start_year", "subject", "test")
#: What units are of, in the order of the model; and of which of them schools have to bring units together.
UNIT_TERMS, _COMPARED = ("programme", "course", "cluster"), ("programme", "course")


@dataclass(frozen=True)
class Term:
    """Programmes, courses or networks of a model.

    Attributes:
        units: (units,) ids, in their order.
        pupils_n, teachers_n, institutions_n: (units,) of the cells that have a part in each.
        effective_n: (units,) teachers of whom as many pupils each tell of the unit would tell it as evenly: (sum a)^2 / sum a^2,
            a the pupils of a teacher times what the teacher has of the unit.
        is_compared: (units,) whether schools bring it together with most others.
        weights: (cells, units compared) what a cell has of each; of several, as much of each.
    """

    units: list[str]
    pupils_n: NDArray[np.int64]
    teachers_n: NDArray[np.int64]
    institutions_n: NDArray[np.int64]
    effective_n: Floats
    is_compared: NDArray[np.bool_]
    weights: sparse.csr_array


@dataclass(frozen=True)
class Taught:
    """Pupils of one school year, subject and test, over the grades whose pupils mostly have a score of the year before.

    Attributes:
        key: values of KEY.
        pupils_n, taught_n, told_n: pupils with an outcome; of them, those whose teacher is known; and of these, those of such a
            grade.
        institutions_n: of those of told_n.
        sums: of cells, which are teachers in a school, in the schools; without weights. None where nobody is told of.
        terms: by name.
        collected: terms of which anything is known of the year, be it of nobody in the model.
    """

    key: tuple[int, str, str]
    pupils_n: int
    taught_n: int
    told_n: int
    institutions_n: int
    sums: Sums | None
    terms: dict[str, Term]
    collected: frozenset[str]


def taught(connection: duckdb.DuckDBPyConnection, least_coverage: float) -> Iterator[Taught]:
    """Models in the order of their keys.

    Reads intermediate.int_value_added_gram, _taught, _teacher, int_teacher_background and int_staff_network.

    Args:
        least_coverage: share of a grade's pupils that need a score of the year before.
    """
    counted = connection.execute(
        f"""select {", ".join(KEY)}, cast(sum(pupils_n) as bigint) from intermediate.int_value_added_gram
        group by {", ".join(KEY)} order by {", ".join(KEY)}"""
    ).fetchall()
    for *key, pupils_n in counted:
        grams, taught_n, told_n = _grades(connection, key, least_coverage)
        if not grams:
            yield Taught((*key,), pupils_n, taught_n, 0, 0, None, {}, frozenset())
            continue
        rows = _rows(connection, key, list(grams))
        cells = rows.unique("cell", maintain_order=True)
        institutions = cells["institution_id"].unique(maintain_order=True)
        sums = _summed(grams, rows, cells)
        known = _known(connection, int(key[0]))
        terms = {term: _term(term, _held(known[term], cells), cells, sums) for term in UNIT_TERMS}
        collected = frozenset(term for term, had in known.items() if not had.is_empty())
        yield Taught((*key,), pupils_n, taught_n, told_n, len(institutions), sums, terms, collected)


def with_terms(sums: Sums, terms: list[Term]) -> Sums:
    """The sums with weights, and a fixed column for each term of who has any of it: units are told from their mean, and not from
    who has none. Columns that others explain are left out."""
    has = np.array([np.asarray(term.weights.sum(axis=1)).ravel() > 0 for term in terms], dtype=float)
    has = has.reshape(len(terms), len(sums.rows_n))
    whole = np.zeros((sums.columns_n + len(terms) + 1,) * 2)
    old = [*range(sums.columns_n), len(whole) - 1]
    new = [*range(sums.columns_n, len(whole) - 1)]
    whole[np.ix_(old, old)] = sums.whole
    whole[np.ix_(new, old)] = has @ sums.cells
    whole[np.ix_(old, new)] = whole[np.ix_(new, old)].T
    whole[np.ix_(new, new)] = (has * sums.rows_n) @ has.T
    kept = independent(whole)
    loaded = sparse.csr_array((has * sums.rows_n).T)
    cells = sparse.csr_array(sparse.hstack([sums.cells[:, :-1], loaded, sums.cells[:, -1:]]))
    weights = tuple(term.weights for term in terms)
    return Sums(whole[np.ix_(kept, kept)], sparse.csr_array(cells[:, kept]), sums.rows_n, weights, sums.group)


def _grades(
    connection: duckdb.DuckDBPyConnection, key: list[object], least_coverage: float
) -> tuple[dict[int, tuple[list[int], Floats]], int, int]:
    """Of each grade with enough priors, the places of the terms that others do not explain and their cross-products; pupils whose
    teacher is known, in all grades and in these."""
    columns = ", ".join(f"cast({name} as double)" for name in ("pupils_n", "with_prior_n", *sums_of(len(TERMS))))
    read = connection.execute(
        f"""select grade, {columns} from intermediate.int_value_added_taught
        where start_year = ? and subject = ? and test = ? order by grade""",
        key,
    ).fetchall()
    made, told_n = {}, 0.0
    for grade, n, with_prior_n, *sums in read:
        if with_prior_n >= least_coverage * n:
            gram = matrices(np.array([n]), np.array([sums]), UNITS)[0]
            kept = independent(gram)
            made[grade] = (kept, gram[np.ix_(kept, kept)])
            told_n += n
    return made, int(sum(row[1] for row in read)), int(told_n)


def _rows(connection: duckdb.DuckDBPyConnection, key: list[object], grades: list[int]) -> pl.DataFrame:
    """Sums of each teacher in a school and grade, with the number of the cell: a teacher in a school."""
    columns = ", ".join(f"cast({name} as double) as {name}" for name in ("pupils_n", *sums_of(len(TERMS))[:9]))
    read = connection.execute(
        f"""select institution_id, teacher_no, grade, {columns} from intermediate.int_value_added_teacher
        where start_year = ? and subject = ? and test = ? order by institution_id, teacher_no, grade""",
        key,
    ).pl()
    return read.filter(pl.col("grade").is_in(grades)).with_columns(
        cell=pl.struct("institution_id", "teacher_no").rle_id()
    )


def _summed(grams: dict[int, tuple[list[int], Floats]], rows: pl.DataFrame, cells: pl.DataFrame) -> Sums:
    """Each grade has coefficients of its own; teachers and schools are the same in all."""
    size = sum(len(kept) - 1 for kept, _ in grams.values())
    numbers = rows.select("pupils_n", *sums_of(len(TERMS))[:9]).to_numpy() / UNITS
    grade, cell = rows["grade"].to_numpy(), rows["cell"].to_numpy().astype(np.int64)
    values, across, down, begin = [], [], [], 0
    for number, (kept, _) in grams.items():
        here = grade == number
        columns = np.append(begin + np.arange(len(kept) - 1), size)
        values.append(numbers[here][:, kept].ravel())
        across.append(np.tile(columns, here.sum()))
        down.append(np.repeat(cell[here], len(kept)))
        begin += len(kept) - 1
    made = sparse.csr_array(
        (np.concatenate(values), (np.concatenate(down), np.concatenate(across))), shape=(cells.height, size + 1)
    )
    rows_n = np.bincount(cell, numbers[:, 0]).astype(np.float64)
    group = cells["institution_id"].rle_id().to_numpy().astype(np.int64)
    return Sums(blocks(gram for _, gram in grams.values()), made, rows_n, (), group)


def _known(connection: duckdb.DuckDBPyConnection, start_year: int) -> dict[str, pl.DataFrame]:
    """Of each term, which teacher or school has which unit in the year: teacher_no or institution_id, unit_id."""
    background = connection.execute(
        "select teacher_no, term, unit_id from intermediate.int_teacher_background where start_year = ?", [start_year]
    ).pl()
    networks = connection.execute(
        "select institution_id, cluster_id as unit_id from intermediate.int_staff_network where start_year = ?",
        [start_year],
    ).pl()
    return {term: background.filter(term=term).drop("term") for term in _COMPARED} | {"cluster": networks}


def _held(known: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Which cell has which unit of a term: cell, teacher_no, institution_id, unit_id."""
    has = cells.join(known, on=known.columns[0])
    return has.select("cell", "teacher_no", "institution_id", "unit_id")


def _term(name: str, held: pl.DataFrame, cells: pl.DataFrame, sums: Sums) -> Term:
    units = held["unit_id"].unique().sort()
    unit = held["unit_id"].rank("dense").to_numpy().astype(np.int64) - 1
    cell = held["cell"].to_numpy().astype(np.int64)
    numbered = held.with_columns(pl.Series("pupils_n", sums.rows_n[cell]))
    counted = (
        numbered.group_by("unit_id")
        .agg(
            pl.col("pupils_n").sum().cast(pl.Int64),
            teachers_n=pl.col("teacher_no").n_unique().cast(pl.Int64),
            institutions_n=pl.col("institution_id").n_unique().cast(pl.Int64),
        )
        .sort("unit_id")
    )
    is_compared = np.ones(len(units), dtype=bool)
    if name in _COMPARED and len(units):
        is_compared = _together(sums.group[cell], unit, sums.rows_n[cell])
    place = np.cumsum(is_compared) - 1
    among = is_compared[unit]
    each = np.bincount(cell[among], minlength=cells.height)
    # Of a unit that is not compared a teacher has nothing; all count alike there.
    parts = numbered.with_columns(part=pl.col("pupils_n") / pl.Series(np.maximum(each[cell], 1)))
    weights = sparse.csr_array(
        (1 / each[cell[among]], (cell[among], place[unit[among]])), shape=(cells.height, int(is_compared.sum()))
    )
    return Term(
        units=units.to_list(),
        pupils_n=counted["pupils_n"].to_numpy(),
        teachers_n=counted["teachers_n"].to_numpy(),
        institutions_n=counted["institutions_n"].to_numpy(),
        effective_n=_effective(parts),
        is_compared=is_compared,
        weights=weights,
    )


def _effective(parts: pl.DataFrame) -> Floats:
    """Effective number of teachers of each unit, in their order; a teacher in several schools is one."""
    of_teacher = parts.group_by("unit_id", "teacher_no").agg(pl.col("part").sum())
    square = pl.col("part").sum().pow(2) / pl.col("part").pow(2).sum()
    return of_teacher.group_by("unit_id").agg(effective=square).sort("unit_id")["effective"].to_numpy()


def _together(group: NDArray[np.int64], unit: NDArray[np.int64], pupils: Floats) -> NDArray[np.bool_]:
    """Units of the largest component of the graph of schools and units, by pupils; of equal ones the first."""
    groups_n, units_n = int(group.max()) + 1, int(unit.max()) + 1
    size = groups_n + units_n
    graph = sparse.csr_array((np.ones(len(group)), (group, groups_n + unit)), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    largest = int(np.argmax(np.bincount(component[group], pupils)))
    return np.asarray(component[groups_n:] == largest)
