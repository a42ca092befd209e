"""Cross-products of models, as dbt has summed them, in the form that a fit takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MODEL = ("start_year", "grade", "subject", "test")
#: Columns of intermediate.int_value_added_row after the constant, the outcome last, and the units of each in one.
COLUMNS = {
    "prior": 1e7,
    "prior_missing": 1.0,
    "prior_other": 1e7,
    "prior_other_missing": 1.0,
    "is_female": 1.0,
    "is_disadvantaged": 1.0,
    "has_special_needs": 1.0,
    "roll_missing": 1.0,
    "outcome": 1e7,
}
TERMS = ("constant", *COLUMNS)
_PRIOR_MISSING = ("prior_missing", "prior_other_missing")
_COUNTS = ("pupils_n", "with_prior_n", "at_ceiling_n")
_UPPER = [(row, column) for row in range(len(TERMS)) for column in range(max(row, 1), len(TERMS))]
#: A column that others explain but for this share of its squares says nothing of its own.
_DEPENDENT = 1e-9


@dataclass(frozen=True)
class Model:
    """One school year, grade, subject and test.

    Attributes:
        key: values of MODEL.
        institutions: (groups,) ids, in their order.
        pupils_n, with_prior_n, at_ceiling_n: (groups,) pupils, those with a score of the year before in the subject, and those
            with the highest possible score.
        terms: (terms,) names of the terms that do not depend on those before them, the outcome last.
        grams: (groups, terms, terms) cross-products.
        complete: the same of pupils with every score of the year before alone, without the terms that say whether there is one.
        sd_score: a standard deviation of the pupils of the baseline year, in points of the test.
    """

    key: tuple[object, ...]
    institutions: list[str]
    pupils_n: NDArray[np.int64]
    with_prior_n: NDArray[np.int64]
    at_ceiling_n: NDArray[np.int64]
    terms: tuple[str, ...]
    grams: Floats
    complete: Floats
    sd_score: float


def models(connection: duckdb.DuckDBPyConnection) -> Iterator[Model]:
    """Models of intermediate.int_value_added_gram and int_score_scale, in the order of their keys."""
    sums = ", ".join(f"cast(sum_{row}_{column} as double)" for row, column in _UPPER)
    counts = ", ".join(f"cast({name} as double)" for name in _COUNTS)
    read = connection.execute(
        f"""select {", ".join(MODEL)}, sd_score, institution_id, is_complete, {counts}, {sums}
        from intermediate.int_value_added_gram
        inner join (select grade, subject, test, sd_score from intermediate.int_score_scale) using (grade, subject, test)
        order by {", ".join(MODEL)}, institution_id, is_complete"""
    ).pl()
    for key, part in read.partition_by(MODEL, maintain_order=True, as_dict=True, include_key=False).items():
        institutions = part["institution_id"].unique(maintain_order=True)
        place = part["institution_id"].replace_strict(institutions, np.arange(len(institutions))).to_numpy()
        # Each institution has a row of those with every prior, of the others, or both.
        halves = np.zeros((2, len(institutions), part.width - 3))
        halves[part["is_complete"].cast(pl.Int8).to_numpy(), place] = part.select(
            pl.nth(range(3, part.width))
        ).to_numpy()
        whole = halves.sum(axis=0)
        grams, complete = _matrices(whole), _matrices(halves[1])
        kept = independent(grams.sum(axis=0))
        without_missing = [at for at in independent(complete.sum(axis=0)) if TERMS[at] not in _PRIOR_MISSING]
        pupils_n, with_prior_n, at_ceiling_n = (whole[:, number].astype(np.int64) for number in range(len(_COUNTS)))
        yield Model(
            key=key,
            institutions=institutions.to_list(),
            pupils_n=pupils_n,
            with_prior_n=with_prior_n,
            at_ceiling_n=at_ceiling_n,
            terms=tuple(TERMS[at] for at in kept),
            grams=grams[:, kept][:, :, kept],
            complete=complete[:, without_missing][:, :, without_missing],
            sd_score=part["sd_score"][0],
        )


def _matrices(rows: Floats) -> Floats:
    """Cross-products of all terms, in their units, from counts and sums by institution."""
    units = np.array([1.0, *COLUMNS.values()])
    across, down = np.array(_UPPER).T
    grams = np.zeros((len(rows), len(TERMS), len(TERMS)))
    grams[:, 0, 0] = rows[:, 0]
    grams[:, across, down] = rows[:, len(_COUNTS) :]
    grams[:, down, across] = grams[:, across, down]
    return grams / np.outer(units, units)


def with_column(grams: Floats, values: Floats) -> Floats:
    """Cross-products with one more term before the outcome: (groups,) values that are the same for all pupils of an institution.

    What it makes with the other terms follows from their sums.
    """
    own = np.insert(grams[:, 0, :], -1, values * grams[:, 0, 0], axis=1) * values[:, None]
    wider = np.insert(np.insert(grams, -1, 0.0, axis=1), -1, 0.0, axis=2)
    wider[:, -2, :], wider[:, :, -2] = own, own
    return wider


def independent(total: Floats) -> list[int]:
    """Places of the terms that those before them do not explain; the outcome is always kept."""
    kept: list[int] = []
    for place in range(len(total) - 1):
        among = np.ix_(kept, kept)
        explained = total[place, kept] @ np.linalg.solve(total[among], total[kept, place]) if kept else 0.0
        if total[place, place] - explained > _DEPENDENT * total[place, place] and total[place, place] > 0:
            kept.append(place)
    return [*kept, len(total) - 1]
