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
#: A column that others explain but for this share of its squares says nothing of its own.
_DEPENDENT = 1e-9


@dataclass(frozen=True)
class Model:
    """One school year, grade, subject and test.

    Attributes:
        key: values of MODEL.
        institutions: (groups,) ids, in their order.
        pupils_n, with_prior_n: (groups,) pupils, and those with a score of the year before in the subject.
        grams: (groups, terms, terms) cross-products of the terms that do not depend on those before them, the outcome last.
        terms: (terms,) names of them.
        sd_score: a standard deviation of the pupils of the baseline year, in points of the test.
    """

    key: tuple[object, ...]
    institutions: list[str]
    pupils_n: NDArray[np.int64]
    with_prior_n: NDArray[np.int64]
    grams: Floats
    terms: tuple[str, ...]
    sd_score: float


def models(connection: duckdb.DuckDBPyConnection) -> Iterator[Model]:
    """Models of intermediate.int_value_added_gram and int_score_scale, in the order of their keys."""
    upper = [(row, column) for row in range(len(TERMS)) for column in range(max(row, 1), len(TERMS))]
    sums = ", ".join(f"cast(sum_{row}_{column} as double)" for row, column in upper)
    read = connection.execute(
        f"""select {", ".join(MODEL)}, sd_score, institution_id, pupils_n, with_prior_n, {sums}
        from intermediate.int_value_added_gram
        inner join (select grade, subject, test, sd_score from intermediate.int_score_scale) using (grade, subject, test)
        order by {", ".join(MODEL)}, institution_id"""
    ).pl()
    units = np.array([1.0, *COLUMNS.values()])
    rows, columns = np.array(upper).T
    for key, part in read.partition_by(MODEL, maintain_order=True, as_dict=True, include_key=False).items():
        grams = np.zeros((part.height, len(TERMS), len(TERMS)))
        grams[:, 0, 0] = part["pupils_n"].to_numpy()
        grams[:, rows, columns] = part.select(pl.nth(range(4, part.width))).to_numpy()
        grams[:, columns, rows] = grams[:, rows, columns]
        grams /= np.outer(units, units)
        kept = independent(grams.sum(axis=0))
        yield Model(
            key=key,
            institutions=part["institution_id"].to_list(),
            pupils_n=part["pupils_n"].to_numpy(),
            with_prior_n=part["with_prior_n"].to_numpy(),
            grams=grams[:, kept][:, :, kept],
            terms=tuple(TERMS[place] for place in kept),
            sd_score=part["sd_score"][0],
        )


def with_mean(grams: Floats, place: int) -> Floats:
    """Cross-products with the mean of a term in its institution as one more term, before the outcome.

    It is the same for all pupils of an institution, so what it makes with the other terms follows from their sums.
    """
    means = grams[:, 0, place] / grams[:, 0, 0]
    own = (
        np.concatenate([grams[:, 0, :-1], (means * grams[:, 0, 0])[:, None], grams[:, 0, -1:]], axis=1) * means[:, None]
    )
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
