"""What pupils of teachers from one programme, with one course, or of schools in one network know more, given what they knew
before.

One model for each school year, subject and test, over its grades: y = x'beta of the grade + u_programme + u_course + u_network +
u_school + u_teacher in the school + e. Teachers and schools are in it so that the luck of a few of them is not taken for a
programme; they are integrated out, and nothing is told of a teacher.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import chi2

from estimators.crossed_model import Crossed, Units, fit_crossed
from estimators.taught import UNIT_TERMS, Taught, Term, taught, with_terms
from estimators.unit_errors import LEAST_AXES, told_axes_n, unit_errors
from estimators.value_added_tables import Rules, literals, rules_of, whole, year_label

Floats = NDArray[np.float64]
_KEY = {"model_id": pl.String, "school_year": pl.String, "subject": pl.String, "test": pl.String, "term": pl.String}
TERM = pl.Schema(
    {
        **_KEY,
        "unit_id": pl.String,
        "pupils_n": pl.Int64,
        "teachers_n": pl.Int64,
        "institutions_n": pl.Int64,
        "effect_sd": pl.Float64,
        "effect_se": pl.Float64,
        "effect_ci_low": pl.Float64,
        "effect_ci_high": pl.Float64,
        "reliability_share": pl.Float64,
        "band": pl.String,
        "status": pl.String,
    }
)
VARIANCE = pl.Schema(
    {
        **_KEY,
        "units_n": pl.Int64,
        "pupils_n": pl.Int64,
        "linked_share": pl.Float64,
        "term_variance": pl.Float64,
        "term_p_value": pl.Float64,
        "status": pl.String,
    }
)


@dataclass(frozen=True)
class _Found:
    """A model: its status, the terms it has room for, and, where it is fitted, the fit with p of each, and units of the terms
    whose variance enough is known of."""

    status: str
    terms: dict[str, Term]
    fit: Crossed | None = None
    p_values: tuple[float, ...] = ()
    told: dict[str, Units] = field(default_factory=dict)

    def units(self, term: str) -> Units | None:
        return self.told.get(term)

    def of(self, term: str) -> str:
        """Status of a term."""
        units = self.units(term)
        if self.fit is None:
            return self.status
        return "too_few_units" if units is None else "ok" if units.variance > 0 else "no_spread"


def value_added_terms(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Effects of programmes, courses and networks, and how much lies between them.

    Reads what estimators.taught reads, seeds.minimum_n (`value_added`, `value_added_teachers`, `value_added_units`,
    `value_added_institutions`) and seeds.thresholds (`value_added_coverage_share`, `rank_reliability_share`). All figures are in
    standard deviations of the pupils of the baseline year, or their squares.

    Returns:
        value_added_term: TERM, a row for each unit of each term of each model in which teachers are known. Intervals hold all
        units of the term at once in 95 of 100 cases. status: ok; unreliable (an effect, flagged); too_few (pupils, or teachers
        by their effective number); not_applicable (no chain of schools leads to most other units); too_few_units (of the term,
        or so few that can be told apart) and no_spread (units were not shown to differ); and those of the model:
        too_few_institutions, no_prior and not_estimable.
        Units of fewer teachers than a figure needs have no counts.
        value_added_variance: VARIANCE, a row for each term of each model, and for institution, teacher and pupil. linked_share
        is absent where fewer pupils than a figure needs have a score, a teacher, or a part in the model. status as above, that
        of the model before those of its terms; not_collected (nobody's teacher is known, or nothing of the term in the year)
        and not_applicable (others have a unit of the term, but nobody in the model).
    """
    rules = rules_of(connection)
    found = [_of_model(model, rules) for model in taught(connection, rules.coverage)]
    return {
        name: pl.concat([pl.DataFrame(schema=schema), *(tables[name] for tables in found)])
        for name, schema in {"value_added_term": TERM, "value_added_variance": VARIANCE}.items()
    }


def _of_model(model: Taught, rules: Rules) -> dict[str, pl.DataFrame]:
    found = _found(model, rules)
    start_year, subject, test = model.key
    year = year_label(start_year)
    key: dict[str, object] = {
        "model_id": f"{year} {subject} {test}",
        "school_year": year,
        "subject": subject,
        "test": test,
    }
    return {
        "value_added_term": pl.concat(
            [
                pl.DataFrame(schema=TERM),
                *(
                    whole(_effects(term, model, found, rules).with_columns(literals(key | {"term": term})), TERM)
                    for term in model.terms
                ),
            ]
        ),
        "value_added_variance": whole(_variances(model, found, rules).with_columns(literals(key)), VARIANCE),
    }


def _found(model: Taught, rules: Rules) -> _Found:
    if model.taught_n == 0:
        return _Found("not_collected", {})
    if model.sums is None:
        return _Found("no_prior", {})
    if model.institutions_n < rules.institutions:
        return _Found("too_few_institutions", {})
    terms = {name: term for name, term in model.terms.items() if term.weights.shape[1] >= rules.units}
    sums = with_terms(model.sums, list(terms.values()))
    try:
        fit = fit_crossed(sums)
        p_values = []
        for place in range(len(terms)):
            others = tuple(weights for number, weights in enumerate(sums.weights) if number != place)
            better = fit_crossed(sums.of(others)).criterion - fit.criterion
            # A variance is not negative: half of the time chance alone makes none.
            p_values.append(float(chi2.sf(better, 1) / 2) if fit.terms[place].variance > 0 else 1.0)
    except np.linalg.LinAlgError:
        return _Found("not_estimable", {})
    told = {
        name: units
        for name, units in zip(terms, fit.terms, strict=True)
        if units.variance <= 0 or told_axes_n(units) >= LEAST_AXES
    }
    return _Found("ok", terms, fit, tuple(p_values), told)


def _effects(name: str, model: Taught, found: _Found, rules: Rules) -> pl.DataFrame:
    """Columns of TERM of the units of a term, but for those of the model."""
    term, units = model.terms[name], found.units(name)
    # Of fewer teachers counts are of their pupils and schools.
    is_counted = pl.Series(term.teachers_n >= rules.teachers, dtype=pl.Boolean)
    counts = {name: getattr(term, name) for name in ("pupils_n", "teachers_n", "institutions_n")}
    frame = pl.DataFrame({"unit_id": pl.Series(term.units, dtype=pl.String), **counts}).with_columns(
        pl.when(is_counted).then(pl.col(name)) for name in counts
    )
    is_told = np.zeros(len(term.units), dtype=bool)
    columns = {name: np.full(len(term.units), np.nan) for name in TERM.names() if TERM[name] == pl.Float64}
    statuses = np.where(term.is_compared, found.of(name), "not_applicable").astype(object)
    if units is not None and units.variance > 0:
        # Of five who have as many pupils each the effective number is five, but for rounding.
        is_few = (term.pupils_n < rules.pupils) | (term.effective_n < rules.teachers - 1e-9)
        statuses[term.is_compared & is_few] = "too_few"
        is_told = term.is_compared & ~is_few
    if units is not None and is_told.any():
        told = _told(units, is_told[term.is_compared], zlib.crc32(repr((*model.key, name)).encode()))
        for column, values in told.items():
            columns[column][is_told] = values
        statuses[columns["reliability_share"] < rules.reliability] = "unreliable"
    if found.fit is None:
        statuses[:] = found.status
    return frame.with_columns(
        *(pl.Series(column, values, nan_to_null=True) for column, values in columns.items()),
        status=pl.Series(statuses.tolist(), dtype=pl.String),
    ).with_columns(
        band=pl.when(pl.col("effect_ci_low") > 0)
        .then(pl.lit("above"))
        .when(pl.col("effect_ci_high") < 0)
        .then(pl.lit("below"))
        .when(pl.col("effect_sd").is_not_null())
        .then(pl.lit("not_distinguishable"))
    )


def _told(units: Units, among: NDArray[np.bool_], seed: int) -> dict[str, Floats]:
    """Figures of some units of a term whose variance is not nought."""
    errors = unit_errors(units, among, seed)
    value, se = units.value[among], errors.se[among]
    return {
        "effect_sd": value,
        "effect_se": se,
        "effect_ci_low": value - errors.far * se,
        "effect_ci_high": value + errors.far * se,
        # Less than nothing is rounding.
        "reliability_share": np.clip(1 - np.diag(units.error)[among] / units.variance, 0.0, 1.0),
    }


def _variances(model: Taught, found: _Found, rules: Rules) -> pl.DataFrame:
    """Columns of VARIANCE of a model, but for those of the model."""
    rows: list[dict[str, object]] = []
    for name in UNIT_TERMS:
        units, units_n, status = found.units(name), None, found.of(name)
        if name in model.terms:
            units_n = int(model.terms[name].is_compared.sum())
        if found.fit is not None and units_n == 0:
            status = "not_applicable" if name in model.collected else "not_collected"
        rows.append({"term": name, "units_n": units_n, "status": status})
        if units is not None:
            p_value = found.p_values[list(found.terms).index(name)]
            rows[-1] |= {"term_variance": units.variance, "term_p_value": p_value}
    if model.sums is not None:
        counts: tuple[int | None, ...] = (model.institutions_n, len(model.sums.rows_n), model.told_n)
    else:
        counts = (None, None, None)
    fit = found.fit
    variances = (fit.group_variance, fit.cell_variance, fit.residual_variance) if fit else (None, None, None)
    for name, units_n, variance in zip(("institution", "teacher", "pupil"), counts, variances, strict=True):
        rows.append({"term": name, "units_n": units_n, "term_variance": variance, "status": found.status})
    # Of no pupil at all it tells nothing about one.
    is_few = any(0 < n < rules.pupils for n in (model.pupils_n, model.taught_n, model.told_n))
    pupils = {"pupils_n": model.told_n, "linked_share": None if is_few else model.taught_n / model.pupils_n}
    return pl.DataFrame([{**pupils, **row} for row in rows], infer_schema_length=None)
