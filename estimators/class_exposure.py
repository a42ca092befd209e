"""Whether classes with practicants or young teachers fall behind (indicator VP; methodological guide, lines 13525-13531).

Pupils of one school, grade, subject and test are compared: y = x'beta + delta D + effect of the school + e, with the columns x of
value added and D for pupils whose class had such a teacher. Schools without both kinds of class are in it for beta alone; so are
pupils of whom it is not known, as if they were at a school of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

from estimators.bounds import minimum_n, thresholds
from estimators.cross_products import DEPENDENT, TERMS, groups, independent
from estimators.value_added_tables import year_label

Floats = NDArray[np.float64]
EXPOSURES = ("practicant", "young_main")
DIFFERENCES = pl.Schema(
    {
        "model_id": pl.String,
        "school_year": pl.String,
        "grade": pl.Int32,
        "subject": pl.String,
        "test": pl.String,
        "exposure": pl.String,
        "institutions_n": pl.Int64,
        "effective_n": pl.Float64,
        "contributing_share": pl.Float64,
        "known_share": pl.Float64,
        "classes_with_n": pl.Int64,
        "classes_without_n": pl.Int64,
        "pupils_with_n": pl.Int64,
        "pupils_without_n": pl.Int64,
        "difference_sd": pl.Float64,
        "difference_se": pl.Float64,
        "difference_ci_low": pl.Float64,
        "difference_ci_high": pl.Float64,
        "reading": pl.String,
        "status": pl.String,
    }
)
_COUNTS = ("classes_with_n", "classes_without_n", "pupils_with_n", "pupils_without_n")
#: Under so much it is one school that tells the difference, and there is no second to tell how far it errs.
_ALONE = 2.0


@dataclass(frozen=True)
class Rules:
    """Bounds of the seeds: pupils a side needs, institutions an interval needs, the share of pupils with a prior that a model
    needs, and how far behind is not yet behind."""

    pupils: int
    institutions: int
    coverage: float
    margin: float


@dataclass(frozen=True)
class Part:
    """What one model says of one exposure.

    Attributes:
        institutions: of all pupils, with `exposed`, whether any class had it, and `both`, whether another had not.
        score, weight: (institutions,) sums of the rest of D, given x and the school, times the rest of y, and times itself. The
            difference is the sum of the scores over that of the weights.
        counts: _COUNTS of the institutions that have both.
        pupils_n, known_n: pupils, and those of whom it is known.
        is_usable: whether enough pupils have a score of the year before.
    """

    institutions: NDArray[np.object_]
    exposed: NDArray[np.bool_]
    both: NDArray[np.bool_]
    score: Floats
    weight: Floats
    counts: NDArray[np.int64]
    pupils_n: int
    known_n: int
    is_usable: bool


def class_exposure(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """DIFFERENCES of each model and, as model `all` of the year, of its models together (see _together), for both exposures.

    Reads intermediate.int_value_added_exposure, seeds.minimum_n (`value_added`, `cluster_interval`) and seeds.thresholds
    (`value_added_coverage_share`, `class_margin_sd`). The difference is in standard deviations of the pupils of the baseline
    year; its error is by institution. status: ok; and without a figure not_collected (of no class is it known), no_prior,
    not_applicable (no class had it), too_few (pupils of a side, at institutions that have both), too_few_institutions,
    not_estimable.
    """
    minimum, bounds = minimum_n(connection), thresholds(connection)
    rules = Rules(
        pupils=minimum["value_added"],
        institutions=minimum["cluster_interval"],
        coverage=bounds["value_added_coverage_share"],
        margin=bounds["class_margin_sd"],
    )
    years: dict[tuple[int, str], list[tuple[dict[str, object], Part]]] = {}
    for key, cells, grams in groups(connection, "exposure", *EXPOSURES, "classes_n"):
        for exposure in EXPOSURES:
            part = _part(cells.rename({exposure: "side"}), grams, rules)
            years.setdefault((int(str(key[0])), exposure), []).append((_names(*key), part))
    rows: list[dict[str, object]] = []
    for (start_year, exposure), models in sorted(years.items()):
        told = [_told([part], rules) for _, part in models]
        names = [_names(start_year, None, "all", "all"), *(own for own, _ in models)]
        together = _told(_together([part for _, part in models], told, rules), rules)
        rows += [{**own, "exposure": exposure, **row} for own, row in zip(names, [together, *told], strict=True)]
    return pl.DataFrame(rows, schema=DIFFERENCES)


def _names(start_year: object, grade: object, subject: object, test: object) -> dict[str, object]:
    """Columns that name a model, or all of a year."""
    year = year_label(start_year)
    model_id = f"{year} all" if grade is None else f"{year} {grade} {subject} {test}"
    return {"model_id": model_id, "school_year": year, "grade": grade, "subject": subject, "test": test}


def _part(cells: pl.DataFrame, grams: Floats, rules: Rules) -> Part:
    """Sums of a model, from the groups of pupils that are alike in institution and `side`: with, without or unknown."""
    side = cells["side"].to_numpy()
    names, place = np.unique(cells["institution_id"].to_numpy().astype(object), return_inverse=True)
    pupils, classes = cells["pupils_n"].to_numpy(), cells["classes_n"].to_numpy()
    n = np.stack([np.bincount(place, pupils * (side == value), len(names)) for value in ("with", "without")])
    both = np.logical_and(*(n > 0))
    counts = [
        (count * (side == value) * both[place]).sum() for count in (classes, pupils) for value in ("with", "without")
    ]
    with_prior = 1 - grams[:, 0, TERMS.index("prior_missing")].sum() / pupils.sum()
    is_usable = with_prior >= rules.coverage
    score, weight = _scores(grams, side, place, len(names)) if is_usable and both.any() else np.zeros((2, len(names)))
    return Part(
        institutions=names,
        exposed=n[0] > 0,
        both=both,
        score=score,
        weight=weight,
        counts=np.array(counts, dtype=np.int64),
        pupils_n=int(pupils.sum()),
        known_n=int(n.sum()),
        is_usable=bool(is_usable),
    )


def _scores(grams: Floats, side: NDArray[np.object_], place: NDArray[np.int64], n: int) -> Floats:
    """(2, institutions) scores and weights. Nought of all where D says nothing that x and the schools do not."""
    # D stands before the outcome: of pupils with it, what they have of each term; 0 of the others.
    exposed = np.where((side == "with")[:, None], grams[:, 0], 0.0)
    own = np.insert(exposed, -1, exposed[:, 0], axis=1)
    wider = np.insert(np.insert(grams, -1, 0.0, axis=1), -1, 0.0, axis=2)
    wider[:, -2, :], wider[:, :, -2] = own, own
    # Schools twice: those of whom it is known, and of whom not.
    school = 2 * place + (side == "unknown")
    summed = np.zeros((2 * n, *wider.shape[1:]))
    np.add.at(summed, school, wider)
    summed = summed[summed[:, 0, 0] > 0]
    of_school = np.unique(school) // 2
    sums = summed[:, 0, 1:]
    within = summed[:, 1:, 1:] - sums[:, :, None] * sums[:, None, :] / summed[:, 0, 0][:, None, None]
    total = within.sum(axis=0)
    d, y = len(total) - 2, len(total) - 1
    # What is the same for all pupils of each school leaves nothing but rounding.
    varies = np.diag(total)[:d] > DEPENDENT * np.diag(summed.sum(axis=0))[1:-2]
    among = [*np.flatnonzero(varies), y]
    x = [among[at] for at in independent(total[np.ix_(among, among)])[:-1]]
    known = np.linalg.solve(total[np.ix_(x, x)], total[np.ix_(x, [d, y])])
    rest = np.zeros((2, len(total)))
    rest[:, x] = -known.T
    rest[0, d], rest[1, y] = 1.0, 1.0
    if not (
        rest[0] @ total @ rest[0] > DEPENDENT * total[d, d] and rest[1] @ total @ rest[1] > DEPENDENT * total[y, y]
    ):
        return np.zeros((2, n))
    found = np.zeros((2, n))
    for row, other in enumerate((rest[1], rest[0])):
        np.add.at(found[row], of_school, within @ other @ rest[0])
    return found


def _together(parts: list[Part], told: list[dict[str, object]], rules: Rules) -> list[Part]:
    """Models that all of a year is made of: those that are told. Of more, the difference of the others would be had by
    subtraction, since effective_n says how much they weigh; so that they are in it only if they could be told as one, or if no
    model is told from which to subtract."""
    shown = [part for part, row in zip(parts, told, strict=True) if row["status"] == "ok"]
    rest = [part for part, row in zip(parts, told, strict=True) if row["status"] != "ok"]
    return parts if not shown or _told(rest, rules)["status"] == "ok" else shown


def _told(parts: list[Part], rules: Rules) -> dict[str, object]:
    """Status of models together, with the figure where there is one."""
    pupils_n, known_n = sum(part.pupils_n for part in parts), sum(part.known_n for part in parts)
    told: dict[str, object] = {"known_share": known_n / pupils_n if pupils_n >= rules.pupils else None}
    usable = [part for part in parts if part.is_usable]
    counts = sum((part.counts for part in usable), np.zeros(len(_COUNTS), dtype=np.int64))
    both = {name for part in usable for name in part.institutions[part.both]}
    if known_n == 0:
        return told | {"status": "not_collected"}
    if not usable:
        return told | {"status": "no_prior"}
    exposed = {name for part in usable for name in part.institutions[part.exposed]}
    if not exposed:
        return told | {"status": "not_applicable"}
    if counts[2:].min() < rules.pupils:
        return told | {"status": "too_few"}
    if len(both) < rules.institutions:
        return told | {"status": "too_few_institutions"}
    names = np.concatenate([part.institutions for part in usable])
    ids, place = np.unique(names, return_inverse=True)
    score, weight = (
        np.bincount(place, np.concatenate([getattr(part, name) for part in usable]), len(ids))
        for name in ("score", "weight")
    )
    if not weight.sum() > 0:
        return told | {"status": "not_estimable"}
    difference = float(score.sum() / weight.sum())
    # So many schools of one weight the difference is worth (Carter, Schnepel and Steigerwald 2017).
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    if effective < _ALONE:
        return told | {"status": "too_few_institutions"}
    rest = score - difference * weight
    se = float(np.sqrt(effective / (effective - 1) * (rest**2).sum()) / weight.sum())
    reach = float(stdtrit(effective - 1, 0.975)) * se
    return told | {
        "institutions_n": len(both),
        "effective_n": effective,
        "contributing_share": len(both) / len(exposed),
        **dict(zip(_COUNTS, counts.tolist(), strict=True)),
        "difference_sd": difference,
        "difference_se": se,
        "difference_ci_low": difference - reach,
        "difference_ci_high": difference + reach,
        "reading": _reading(difference - reach, difference + reach, rules.margin),
        "status": "ok",
    }


def _reading(low: float, high: float, margin: float) -> str:
    """not_behind: by less than the margin, if at all; behind: by that much or more."""
    return "not_behind" if low > -margin else "behind" if high <= -margin else "undecided"
