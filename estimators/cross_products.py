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
DECILES = 10
#: What each term counts in.
UNITS = np.array([1.0, *COLUMNS.values()])
#: The column that int_value_added_newcomer has beside them.
_EARLIER = 1e7
_PRIOR_MISSING = ("prior_missing", "prior_other_missing")
_COUNTS = ("pupils_n", "with_prior_n", "at_ceiling_n")
#: A column that others explain but for this share of its squares says nothing of its own.
DEPENDENT = 1e-9


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
        newcomers: (groups, terms + 1, terms + 1) those of pupils who came from elsewhere with scores of two years; what they
            knew two years before is the last, after the outcome.
        deciles_n: (groups, DECILES) pupils by decile of the prior, of those who have one.
        deciles: (DECILES, terms) sums of their terms.
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
    newcomers: Floats
    deciles_n: NDArray[np.int64]
    deciles: Floats
    sd_score: float


def models(connection: duckdb.DuckDBPyConnection, with_checks: bool = True) -> Iterator[Model]:
    """Models of intermediate.int_value_added_gram, _newcomer and _decile and int_score_scale, in the order of their keys.

    Newcomers and deciles serve checks alone; without, they are not read and are nought.
    """
    scale = connection.execute("select grade, subject, test, sd_score from intermediate.int_score_scale").fetchall()
    sd_score = {tuple(key): sd for *key, sd in scale}
    read = _read(connection, "gram", "is_complete", *_COUNTS, *sums_of(len(TERMS)))
    newcomers = _read(connection, "newcomer", "pupils_n", *sums_of(len(TERMS) + 1)) if with_checks else {}
    deciles = _read(connection, "decile", "decile", "pupils_n") if with_checks else {}
    of_decile = _of_deciles(connection) if with_checks else {}
    for key, part in read.items():
        institutions, numbers = part["institution_id"].unique(maintain_order=True), _numbers(part)
        # Each institution has a row of those with every prior, of the others, or both.
        halves = np.zeros((2, len(institutions), numbers.shape[1] - 1))
        halves[numbers[:, 0].astype(int), _places(part, institutions)] = numbers[:, 1:]
        whole = halves.sum(axis=0)
        grams, complete = (matrices(rows[:, 0], rows[:, len(_COUNTS) :], UNITS) for rows in (whole, halves[1]))
        kept = independent(grams.sum(axis=0))
        without_missing = [at for at in independent(complete.sum(axis=0)) if TERMS[at] not in _PRIOR_MISSING]
        pupils_n, with_prior_n, at_ceiling_n = (whole[:, number].astype(np.int64) for number in range(len(_COUNTS)))
        came = np.zeros((len(institutions), len(TERMS) + 1, len(TERMS) + 1))
        if key in newcomers:
            rows = _numbers(newcomers[key])
            came[_places(newcomers[key], institutions)] = matrices(rows[:, 0], rows[:, 1:], np.append(UNITS, _EARLIER))
        with_earlier = [*kept, len(TERMS)]
        deciles_n, sums = np.zeros((len(institutions), DECILES), dtype=np.int64), np.zeros((DECILES, len(TERMS)))
        if key in deciles:
            rows = _numbers(deciles[key])
            decile = rows[:, 0].astype(int) - 1
            deciles_n[_places(deciles[key], institutions), decile] = rows[:, 1]
            rows = of_decile[key].to_numpy()
            sums[rows[:, 0].astype(int) - 1] = rows[:, 1:] / UNITS
        yield Model(
            key=key,
            institutions=institutions.to_list(),
            pupils_n=pupils_n,
            with_prior_n=with_prior_n,
            at_ceiling_n=at_ceiling_n,
            terms=tuple(TERMS[at] for at in kept),
            grams=grams[:, kept][:, :, kept],
            complete=complete[:, without_missing][:, :, without_missing],
            newcomers=came[:, with_earlier][:, :, with_earlier],
            deciles_n=deciles_n,
            deciles=sums[:, kept],
            sd_score=sd_score[key[1:]],
        )


def groups(
    connection: duckdb.DuckDBPyConnection, table: str, *labels: str
) -> Iterator[tuple[tuple[object, ...], pl.DataFrame, Floats]]:
    """Groups of pupils of each model, in the order of their keys: the key, the groups with the labels asked for, and (groups,
    terms, terms) cross-products of all TERMS."""
    columns = ", ".join(f"cast({name} as double) as {name}" for name in sums_of(len(TERMS)))
    read = connection.execute(
        f"""select {", ".join(MODEL)}, institution_id, {", ".join(labels)}, pupils_n, {columns}
        from intermediate.int_value_added_{table}
        order by {", ".join(MODEL)}, institution_id, {", ".join(labels)}"""
    ).pl()
    for key, part in read.partition_by(MODEL, maintain_order=True, as_dict=True, include_key=False).items():
        told = part.select("institution_id", *labels, "pupils_n")
        yield key, told, matrices(told["pupils_n"].to_numpy(), part.select(sums_of(len(TERMS))).to_numpy(), UNITS)


def sums_of(terms: int) -> list[str]:
    """Names of the sums of a table of so many terms."""
    return [f"sum_{row}_{column}" for row in range(terms) for column in range(max(row, 1), terms)]


def _read(connection: duckdb.DuckDBPyConnection, table: str, *columns: str) -> dict[tuple[object, ...], pl.DataFrame]:
    """Numbers of the institutions of each model, in order."""
    numbers = ", ".join(f"cast({name} as double) as {name}" for name in columns)
    read = connection.execute(
        f"""select {", ".join(MODEL)}, institution_id, {numbers}
        from intermediate.int_value_added_{table}
        order by {", ".join(MODEL)}, institution_id, {columns[0]}"""
    ).pl()
    return read.partition_by(MODEL, maintain_order=True, as_dict=True, include_key=False)


def _of_deciles(connection: duckdb.DuckDBPyConnection) -> dict[tuple[object, ...], pl.DataFrame]:
    """Deciles of each model, pupils of each and sums of their columns, over all institutions."""
    sums = ", ".join(f"cast(sum({name}) as double)" for name in ("pupils_n", *sums_of(len(TERMS))[: len(COLUMNS)]))
    read = connection.execute(
        f"""select {", ".join(MODEL)}, cast(decile as double), {sums}
        from intermediate.int_value_added_decile
        group by {", ".join(MODEL)}, decile"""
    ).pl()
    return read.partition_by(MODEL, as_dict=True, include_key=False)


def _numbers(part: pl.DataFrame) -> Floats:
    return part.drop("institution_id").to_numpy()


def _places(part: pl.DataFrame, institutions: pl.Series) -> NDArray[np.int64]:
    return (
        part["institution_id"]
        .replace_strict(institutions, np.arange(len(institutions)), return_dtype=pl.Int64)
        .to_numpy()
    )


def matrices(n: Floats, sums: Floats, units: Floats) -> Floats:
    """Cross-products of terms, in their units, from counts and sums by institution."""
    across, down = np.array([(row, column) for row in range(len(units)) for column in range(max(row, 1), len(units))]).T
    grams = np.zeros((len(n), len(units), len(units)))
    grams[:, 0, 0] = n
    grams[:, across, down] = sums
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
        if total[place, place] - explained > DEPENDENT * total[place, place] and total[place, place] > 0:
            kept.append(place)
    return [*kept, len(total) - 1]
