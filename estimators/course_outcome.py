"""What pupils learn more since their teachers completed a course (indicator O5; strategy of professional development, lines
862-871, Guskey's fifth level, and 1235-1237).

Difference in differences of teachers: the change of the mean of y - x'beta of a teacher's pupils from the school year before the
course to the one after it, less that of teachers of the same subject, test and years without a course.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from scipy.special import stdtrit

from estimators.bounds import minimum_n
from estimators.course_change import STACK, SUMS, changes
from estimators.value_added_tables import whole, year_label

#: unit_id of teachers with any course, and school_year and scope_id of all together.
ALL = "all"
OUTCOMES = pl.Schema(
    {
        "unit_id": pl.String,
        "scope": pl.String,
        "scope_id": pl.String,
        "school_year": pl.String,
        "teachers_n": pl.Int64,
        "institutions_n": pl.Int64,
        "pupils_n": pl.Int64,
        "control_teachers_n": pl.Int64,
        "matched_share": pl.Float64,
        "effective_n": pl.Float64,
        "difference_sd": pl.Float64,
        "difference_se": pl.Float64,
        "difference_ci_low": pl.Float64,
        "difference_ci_high": pl.Float64,
        "earlier_difference_sd": pl.Float64,
        "earlier_difference_se": pl.Float64,
        "status": pl.String,
    }
)
_COUNTED = ("teachers_n", "earlier_teachers_n", "pupils_n")
_COURSES = """
    select concat(c.provider_id, '/', c.course) as unit_id,
        min(year(d.completed_on) + case when month(d.completed_on) >= 9 then 1 else 0 end) as first_year
    from intermediate.int_course as c
    left join intermediate.int_course_completion as d on concat(c.provider_id, '/', c.course) = d.unit_id
    group by 1 order by 1"""
#: Where a teacher of an institution counts in a school year.
_SCOPES = """
    select distinct m.scope, m.scope_id, m.member_id as institution_id, cast(substr(p.period, 1, 4) as int) as start_year
    from intermediate.int_scope_member as m
    inner join intermediate.int_period as p on p.counted_on between m.from_on and m.through_on
    where p.period_kind = 'school_year' and m.member_kind = 'institution' and m.scope in ('cluster', 'region')"""


@dataclass(frozen=True)
class Rules:
    """Bounds of seeds.minimum_n: pupils of a side, teachers (by their effective number) and institutions (by theirs)."""

    pupils: int
    teachers: int
    institutions: int


@dataclass(frozen=True)
class Rows:
    """Of all subjects and tests: trained teachers, controls by stack and institution, and those of them that have a course behind
    them, by unit_id; as in estimators.course_change.Changes, with a number for STACK and one for institution_id."""

    trained: pl.DataFrame
    controls: pl.DataFrame
    earlier: pl.DataFrame

    def beside(self, trained: pl.DataFrame, unit_id: str) -> pl.DataFrame:
        """Controls of the stacks of these teachers, without those who have the course behind them."""
        behind = self.earlier.filter(unit_id=unit_id)
        taken = behind.with_columns(-pl.col(name) for name in (*_COUNTED, *SUMS)).select(self.controls.columns)
        rows = pl.concat([self.controls, taken]).filter(pl.col("stack").is_in(trained["stack"].unique().implode()))
        left = rows.group_by("stack", "institution", maintain_order=True).agg(pl.col(*_COUNTED, *SUMS).sum())
        return left.filter(pl.col("teachers_n") > 0)


def course_outcome(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """OUTCOMES: of each course over all years, and, as unit `all`, of teachers with any course in each school year of the
    country, its oblasts and clusters.

    Reads what estimators.course_change reads, intermediate.int_course, int_course_completion, int_scope_member, int_period and
    seeds.minimum_n (`value_added`, `value_added_teachers`, `course_institutions`). Differences and errors are in standard
    deviations of pupils of the baseline year; errors are by institution, teachers whole in one. school_year is that of the
    results after the course.
    Returns status: ok; and without a figure not_collected (nobody is known to have completed a course, or to teach),
    not_estimable (no model of value added has an answer), no_year_before (the first year with one), not_yet_observed (the year
    after is still to come), not_applicable (nobody has results before and after), too_few (pupils or teachers),
    too_few_controls, too_few_institutions.
    Oblasts and clusters without any such teacher have no row. Without a figure there are no counts.
    """
    minimum = minimum_n(connection)
    rules = Rules(minimum["value_added"], minimum["value_added_teachers"], minimum["course_institutions"])
    rows = _rows(connection)
    courses = connection.execute(_COURSES).fetchall()
    years = connection.execute(
        "select distinct start_year from intermediate.int_value_added_teacher order by 1"
    ).fetchall()
    is_collected = bool(years) and any(year is not None for _, year in courses)
    with_pair = set(rows.controls["start_year"]) | set(rows.trained["start_year"])
    without = "not_collected" if not is_collected else "not_estimable" if not with_pair else None
    found: list[dict[str, object]] = []
    for unit_id, first_year in courses:
        trained = rows.trained.filter(only_unit_id=unit_id)
        late = first_year is not None and bool(years) and first_year > years[-1][0]
        why = without or ("not_yet_observed" if late else "not_applicable")
        place = {"unit_id": unit_id, "scope": "country", "scope_id": ALL, "school_year": ALL}
        found.append(place | _told(trained, rows.beside(trained, unit_id), rules, why))
    for (year,) in years:
        trained = rows.trained.filter(start_year=year)
        why = without or ("not_applicable" if year in with_pair else "no_year_before")
        place = {"unit_id": ALL, "scope": "country", "scope_id": ALL, "school_year": year_label(year)}
        found.append(place | _told(trained, rows.beside(trained, ALL), rules, why))
    placed = rows.trained.join(connection.execute(_SCOPES).pl(), on=["institution_id", "start_year"])
    by_scope = placed.sort("scope", "scope_id", "start_year").partition_by(
        "scope", "scope_id", "start_year", as_dict=True, maintain_order=True
    )
    for (scope, scope_id, year), trained in by_scope.items():
        place = {"unit_id": ALL, "scope": scope, "scope_id": scope_id, "school_year": year_label(year)}
        found.append(place | _told(trained, rows.beside(trained, ALL), rules, "not_applicable"))
    return whole(pl.DataFrame(found, infer_schema_length=None) if found else pl.DataFrame(schema=OUTCOMES), OUTCOMES)


def _rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    told = list(changes(connection))
    at = {**dict.fromkeys(STACK[:2], pl.String), **dict.fromkeys(STACK[2:4], pl.Int32), "in_network": pl.Boolean}
    sums = dict.fromkeys(SUMS, pl.Float64)
    person = {"teacher_no": pl.Int32, "institution_id": pl.String, "only_unit_id": pl.String, "pupils_n": pl.Int64}
    summed = {"institution_id": pl.String, **dict.fromkeys(_COUNTED, pl.Int64)}
    schemas = {
        "trained": at | person | sums,
        "controls": at | summed | sums,
        "earlier": {"unit_id": pl.String} | at | summed | sums,
    }
    tables = {
        name: pl.concat(
            [pl.DataFrame(schema=schema), *(whole(getattr(part, name), pl.Schema(schema)) for part in told)]
        )
        for name, schema in schemas.items()
    }
    places = pl.concat(tables[name].select(*STACK, "institution_id") for name in ("trained", "controls"))
    stacks = places.select(STACK).unique().sort(STACK).with_row_index("stack")
    institutions = places.select("institution_id").unique().sort("institution_id").with_row_index("institution")
    return Rows(
        **{name: table.join(stacks, on=STACK).join(institutions, on="institution_id") for name, table in tables.items()}
    )


def _told(trained: pl.DataFrame, controls: pl.DataFrame, rules: Rules, why: str) -> dict[str, object]:
    """Status of these teachers together, with the figure where there is one; `why`: where there are none."""
    if trained.is_empty():
        return {"status": why}
    if _are_few(trained, rules):
        return {"status": "too_few"}
    own, others = _matched(trained, controls, "weight", rules)
    if own.is_empty() or _are_few(own, rules) or others["pupils_n"].sum() < rules.pupils:
        return {"status": "too_few_controls"}
    value, se, effective = _difference(own, others, "weight", "change")
    if effective < rules.institutions - 1e-9 or not se > 0:
        return {"status": "too_few_institutions"}
    reach = float(stdtrit(effective - 1, 0.975)) * se
    told: dict[str, object] = {
        "teachers_n": own["teacher_no"].n_unique(),
        "institutions_n": own["institution"].n_unique(),
        "pupils_n": own["pupils_n"].sum(),
        "control_teachers_n": others["teachers_n"].sum(),
        "matched_share": own.height / trained.height,
        "effective_n": effective,
        "difference_sd": value,
        "difference_se": se,
        "difference_ci_low": value - reach,
        "difference_ci_high": value + reach,
        "status": "ok",
    }
    known = pl.col("earlier_weight") > 0
    own, others = _matched(own.filter(known), others.filter(pl.col("earlier_teachers_n") > 0), "earlier_weight", rules)
    if not own.is_empty() and not _are_few(own, rules):
        earlier, error, effective = _difference(own, others, "earlier_weight", "earlier_change")
        if effective >= rules.institutions - 1e-9:
            told |= {"earlier_difference_sd": earlier, "earlier_difference_se": error}
    return told


def _are_few(trained: pl.DataFrame, rules: Rules) -> bool:
    """Whether it would be a figure about a few pupils or, by their effective number, a few teachers. Of five who weigh the same
    the effective number is five, but for rounding."""
    of_teacher = trained.group_by("teacher_no").agg(pl.col("weight").sum())["weight"].to_numpy()
    effective = of_teacher.sum() ** 2 / (of_teacher**2).sum()
    return bool(trained["pupils_n"].sum() < rules.pupils or effective < rules.teachers - 1e-9)


def _matched(
    trained: pl.DataFrame, controls: pl.DataFrame, weight: str, rules: Rules
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both sides, of the stacks whose controls are worth enough institutions of one weight."""
    worth = pl.col(weight).sum().pow(2) / pl.col(weight).pow(2).sum()
    enough = controls.group_by("stack").agg(worth=worth).filter(pl.col("worth") >= rules.institutions - 1e-9)
    both = enough.join(trained, on="stack", how="semi").select("stack")
    return trained.join(both, on="stack", how="semi"), controls.join(both, on="stack", how="semi")


def _difference(trained: pl.DataFrame, controls: pl.DataFrame, weight: str, change: str) -> tuple[float, float, float]:
    """The difference, its error by institution, and how many institutions of one weight it is worth.

    The mean over the trained, by weight, of their change less the mean of the controls of their stack. What trained teachers
    differ from that mean is in the error, between stacks too: of a single one in a stack there is nothing else to tell it by. The
    error is G / (G - 1) times the squares of the scores of institutions, G the number worth (Carter, Schnepel and Steigerwald
    2017).
    """
    _, stack = np.unique(np.concatenate([trained["stack"], controls["stack"]]), return_inverse=True)
    _, institution = np.unique(np.concatenate([trained["institution"], controls["institution"]]), return_inverse=True)
    is_trained = np.repeat([1.0, 0.0], [trained.height, controls.height])
    w, s = (np.concatenate([trained[name], controls[name]]) for name in (weight, change))
    own, others = np.bincount(stack, w * is_trained), np.bincount(stack, w * (1 - is_trained))
    mean = np.bincount(stack, s * (1 - is_trained)) / others
    over = s - mean[stack] * w
    value = float((over * is_trained).sum() / own.sum())
    # What a trained teacher counts for, and against it a control of the stack.
    factor = np.where(is_trained > 0, 1.0, -(own / others)[stack]) / own.sum()
    score = np.bincount(institution, factor * (over - is_trained * value * w))
    worth = np.bincount(institution, factor**2 * w)
    effective = float(worth.sum() ** 2 / (worth**2).sum())
    se = float(np.sqrt(effective / (effective - 1) * (score**2).sum())) if effective > 1 else np.nan
    return value, se, effective
