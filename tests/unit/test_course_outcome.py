"""What pupils learn more since a course of their teachers: against least squares on changes, made of the rows of pupils."""

from __future__ import annotations

from math import isclose, sqrt
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from course_world import Floats, Teachers, estimated, invented
from scipy.optimize import minimize_scalar
from scipy.stats import t

COUNTS = ("teachers_n", "institutions_n", "pupils_n", "control_teachers_n", "matched_share", "effective_n")
FIGURES = (
    "difference_sd", "difference_se", "difference_ci_low", "difference_ci_high", "earlier_difference_sd",
    "earlier_difference_se",
)  # fmt: skip


def told(*worlds: Teachers, unit: str = "PD/a", scope_id: str = "all", year: str = "all") -> dict[str, Any]:
    (row,) = estimated(*worlds).filter(unit_id=unit, scope_id=scope_id, school_year=year).rows(named=True)
    return row


def restricted_likelihood(y: Floats, x: Floats, group: Floats) -> tuple[Floats, float, float]:
    """Coefficients, variance of pupils and of schools: rows less a part of the mean of their school, so that least squares is
    generalised least squares, and the ratio of variances where the restricted likelihood is largest."""
    _, at = np.unique(group, return_inverse=True)
    n = np.bincount(at)

    def lessened(rows: Floats, ratio: float) -> Floats:
        part = 1 - 1 / np.sqrt(1 + ratio * n)
        return np.asarray(rows - part[at] * (np.bincount(at, rows) / n)[at])

    def fitted(ratio: float) -> tuple[Floats, float, Floats]:
        own = np.column_stack([lessened(column, ratio) for column in x.T])
        coefficients, *_ = np.linalg.lstsq(own, lessened(y, ratio), rcond=None)
        rest = lessened(y, ratio) - own @ coefficients
        return coefficients, float(rest @ rest) / (len(y) - x.shape[1]), own

    def criterion(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        _, variance, own = fitted(ratio)
        free = len(y) - x.shape[1]
        return float(free * np.log(variance) + np.log1p(ratio * n).sum() + np.linalg.slogdet(own.T @ own)[1])

    best = minimize_scalar(criterion, bounds=(-12, 4), method="bounded", options={"xatol": 1e-9})
    coefficients, variance, _ = fitted(float(np.exp(best.x)))
    return coefficients, variance, variance * float(np.exp(best.x))


def teacher_means(world: Teachers) -> pl.DataFrame:
    """Of each teacher, subject and year the mean of y - x'b and its variance, from the rows of pupils."""
    parts = []
    for (_, _, _), rows in world.pupils.partition_by("subject", "start_year", "grade", as_dict=True).items():
        x = np.column_stack([np.ones(rows.height), rows["prior"], rows["prior_missing"]]).astype(float)
        y = rows["outcome"].to_numpy()
        coefficients, within, between = restricted_likelihood(y, x, rows["institution_id"].to_numpy())
        rest = y - x @ coefficients
        parts.append(
            rows.select("subject", "start_year", "teacher_no", "institution_id").with_columns(
                rest=pl.Series(rest), within=pl.lit(within), between=pl.lit(between)
            )
        )
    return (
        pl.concat(parts)
        .group_by("subject", "start_year", "teacher_no", "institution_id")
        .agg(
            pl.col("rest").mean(),
            variance=pl.col("between").mean() + pl.col("within").mean() / pl.len(),
        )
    )


def stacked(world: Teachers, unit: str | None, means: pl.DataFrame) -> pl.DataFrame:
    """Changes of teachers with the course, or with any, and of those who never had it before, by the rules in words."""
    at = ["subject", "teacher_no"]
    told = (
        world.pairs.with_columns(
            pl.col("start_year", "before_start_year").cast(pl.Int64), pl.col("teacher_no").cast(pl.Int64)
        )
        .join(means, on=[*at, "start_year"])
        .join(means, left_on=[*at, "before_start_year"], right_on=[*at, "start_year"], suffix="_before")
        .with_columns(
            change=pl.col("rest") - pl.col("rest_before"),
            weight=1 / (pl.col("variance") + pl.col("variance_before")),
            network=pl.col("institution_id").str.slice(1).cast(pl.Int64) % 2,
        )
    )
    if unit is None:
        return told
    had = world.completed.filter(unit_id=unit).select(pl.col("teacher_no").cast(pl.Int64), "completed_on")
    told = told.join(had, on="teacher_no", how="left")
    is_later = pl.col("completed_on").is_null() | (pl.col("completed_on") >= pl.col("before_first_on"))
    return told.filter((pl.col("only_unit_id") == unit) | ((pl.col("side") == "untrained") & is_later))


def by_least_squares(rows: pl.DataFrame) -> tuple[float, float, float]:
    """The effect on the trained, its error by school, and the number of schools it is worth.

    The effect: a constant and an effect for each stack by weighted least squares, the effects averaged by what the trained of it
    weigh. The error: the sandwich of the moments that say so, the mean of controls of each stack and one mean of the trained
    beyond it.
    """
    keys = ["subject", "before_start_year", "start_year", "network"]
    of_school = rows.filter(side="untrained").group_by(*keys, "institution_id").agg(pl.col("weight").sum())
    worth_of = of_school.group_by(keys).agg(worth=pl.col("weight").sum().pow(2) / pl.col("weight").pow(2).sum())
    has = rows.filter(side="trained").select(keys).unique()
    rows = rows.join(has, on=keys).join(worth_of.filter(pl.col("worth") >= 5), on=keys)
    stack = rows.select(pl.struct(keys).rank("dense")).to_series().to_numpy().astype(int) - 1
    is_with = (rows["side"] == "trained").to_numpy().astype(float)
    of = (stack[:, None] == np.arange(stack.max() + 1)).astype(float)
    w, change = rows["weight"].to_numpy(), rows["change"].to_numpy()
    fit = sm.WLS(change, np.column_stack([of, of * is_with[:, None]]), weights=w).fit()
    of_stack = np.bincount(stack, w * is_with)
    value = float(of_stack @ fit.params[len(of_stack) :] / of_stack.sum())
    controls = fit.params[: len(of_stack)]
    moments = np.column_stack(
        [
            of * (w * (1 - is_with) * (change - controls[stack]))[:, None],
            w * is_with * (change - controls[stack] - value),
        ]
    )
    slope = np.zeros((len(of_stack) + 1,) * 2)
    slope[:-1, :-1] = np.diag(np.bincount(stack, w * (1 - is_with)))
    slope[-1, :-1], slope[-1, -1] = of_stack, of_stack.sum()
    _, school = np.unique(rows["institution_id"].to_numpy(), return_inverse=True)
    by_school = (school == np.arange(school.max() + 1)[:, None]) @ moments
    bread = np.linalg.inv(slope)
    variance = (bread @ by_school.T @ by_school @ bread.T)[-1, -1]
    # What each change counts for, and what of the variance that makes, were changes alone by themselves.
    takes = bread[-1] @ np.column_stack([of * (w * (1 - is_with))[:, None], w * is_with]).T
    worth = np.bincount(school, takes**2 / w)
    effective = float(worth.sum() ** 2 / (worth**2).sum())
    return value, sqrt(variance * effective / (effective - 1)), effective


@pytest.mark.parametrize("unit", ["PD/a", None])
def test_the_difference_is_least_squares_on_changes(unit: str | None) -> None:
    """Two subjects, three courses; of one course over all years, and of any course in a year."""
    world = invented(
        1, schools=32, teachers=5, pupils=14, effects={"PD/a": 0.3, "PD/b": 0.0, "PD/c": -0.2},
        subjects=("mathematics", "physics"), years=(2021, 2022, 2023, 2024),
    )  # fmt: skip
    row = told(world, unit=unit or "all", year="all" if unit else "2023/24")
    rows = stacked(world, unit, teacher_means(world))
    value, se, effective = by_least_squares(rows if unit else rows.filter(start_year=2023))
    assert isclose(row["difference_sd"], value, abs_tol=1e-5)
    assert isclose(row["difference_se"], se, rel_tol=1e-4)
    assert isclose(row["effective_n"], effective, rel_tol=1e-4)
    reach = t.ppf(0.975, effective - 1) * se
    assert isclose(row["difference_ci_low"], value - reach, abs_tol=1e-4)
    assert isclose(row["difference_ci_high"], value + reach, abs_tol=1e-4)


def test_by_hand() -> None:
    """The registry's example: of the trained .12 less .04, of others .03 less .01. One of each at thirty schools, four pupils a
    year whose noise falls out of each mean; of both sides every second teacher is .02 better off in the year after."""
    rows = []
    for school in range(30):
        for teacher in range(2):
            for year in (2023, 2024):
                added = {(0, 2023): 0.04, (0, 2024): 0.12, (1, 2023): 0.01, (1, 2024): 0.03}[teacher, year]
                # Noise that is the same for all teachers and falls out of each mean.
                rows += [
                    (
                        2 * school + teacher + 1,
                        f"S{2 * school:04}",
                        year,
                        6,
                        sign * 1.0,
                        False,
                        sign * 0.5 + added + noise,
                    )
                    for sign in (-1, 1)
                    for noise in (-0.3, 0.3)
                ]
    names = ["teacher_no", "institution_id", "start_year", "grade", "prior", "prior_missing", "outcome"]
    pupils = pl.DataFrame(rows, schema=names, orient="row").with_columns(subject=pl.lit("mathematics"))
    pairs = pl.DataFrame(
        {
            "teacher_no": range(1, 61),
            "side": ["trained", "untrained"] * 30,
            "only_unit_id": ["PD/a", None] * 30,
        }
    ).with_columns(
        subject=pl.lit("mathematics"), test=pl.lit("modo"), start_year=pl.lit(2024), before_start_year=pl.lit(2023),
        before_first_on=pl.date(2023, 9, 1),
    )  # fmt: skip
    world = invented(1)
    completed = pl.DataFrame({"teacher_no": range(1, 61, 2)}).with_columns(
        unit_id=pl.lit("PD/a"), completed_on=pl.date(2024, 8, 10)
    )
    pupils = pupils.with_columns(
        outcome=pl.col("outcome")
        + pl.when(pl.col("start_year") == 2024).then(pl.col("teacher_no") % 4 // 2 * 0.02 - 0.01).otherwise(0.0)
    )
    made = Teachers(pupils, pairs.select(world.pairs.columns).cast(dict(world.pairs.schema)), completed, ["PD/a"])
    row = told(made)
    assert isclose(row["difference_sd"], 0.06, abs_tol=1e-6)
    assert [row[name] for name in COUNTS[:5]] == [30, 30, 120, 30, 1.0]


def test_an_effect_that_is_there_is_found_and_none_where_there_is_none() -> None:
    world = invented(3, schools=80, teachers=6)
    for unit, effect in world.effects.items():
        row = told(world, unit=unit)
        assert row["difference_ci_low"] < effect < row["difference_ci_high"]
        # A change scatters by .28 or so, of some 140 teachers; schools and controls have a part in it.
        assert row["difference_se"] < 0.04
        # Before the course nobody went another way.
        assert abs(row["earlier_difference_sd"]) < 3 * row["earlier_difference_se"]


def test_networks_that_get_better_are_no_course() -> None:
    """Pupils learn .3 more each year in networks, where nearly all courses were; others and members are not set side by side."""
    world = invented(4, schools=60, effects={"PD/a": 0.0}, network_gain=0.3)
    outside = pl.col("teacher_no").is_in(
        world.pupils.filter(pl.col("institution_id").str.slice(1).cast(pl.Int64) % 2 == 0)["teacher_no"]
        .unique()
        .implode()
    )
    is_left = outside & (pl.col("side") == "trained") & (pl.col("teacher_no") % 10 > 0)
    world.pairs = world.pairs.filter(~is_left)
    row = told(world)
    assert row["difference_ci_low"] < 0.0 < row["difference_ci_high"]
    assert row["difference_se"] < 0.05


def test_a_way_that_began_before_the_course_is_seen() -> None:
    """Pupils of teachers with the course learn .2 more each year, before it as after it: the step before says as much."""
    world = invented(5, schools=60, effects={"PD/a": 0.0})
    ever = world.completed["teacher_no"].implode()
    world.pupils = world.pupils.with_columns(
        outcome=pl.col("outcome")
        + pl.when(pl.col("teacher_no").is_in(ever)).then(0.2 * (pl.col("start_year") - 2020)).otherwise(0.0)
    )
    row = told(world, unit="all", year="2023/24")
    assert row["earlier_difference_sd"] > 2 * row["earlier_difference_se"]


def test_who_had_the_course_before_is_no_control_of_it() -> None:
    """Whatever becomes of their pupils, the figure of the course stays; that of another, whose controls they are, does not."""
    world = invented(6, schools=40, effects={"PD/a": 0.1, "PD/b": 0.1})
    before = {unit: told(world, unit=unit)["difference_sd"] for unit in world.effects}
    early = world.completed.filter(pl.col("unit_id") == "PD/a", pl.col("completed_on") < pl.date(2021, 9, 1))
    teachers = early["teacher_no"].implode()
    pairs = world.pairs.filter(~((pl.col("side") == "trained") & pl.col("teacher_no").is_in(teachers)))
    world.pairs = pairs
    base = {unit: told(world, unit=unit)["difference_sd"] for unit in world.effects}
    assert base["PD/a"] != before["PD/a"]
    is_late = pl.col("teacher_no").is_in(teachers) & (pl.col("start_year") == 2024)
    # Within their schools as much up as down, so that no coefficient moves.
    world.pupils = world.pupils.with_columns(outcome=pl.col("outcome") + pl.when(is_late).then(2.0).otherwise(0.0))
    after = {unit: told(world, unit=unit)["difference_sd"] for unit in world.effects}
    assert abs(after["PD/b"] - base["PD/b"]) > 0.02
    assert abs(after["PD/a"] - base["PD/a"]) < 0.01


def test_teachers_of_one_school_are_one_and_its_year_is_in_the_error() -> None:
    """All trained of a year teach at few schools: sixty teachers are not sixty draws."""
    world = invented(7, schools=60, effects={"PD/a": 0.0}, school_year=0.3)
    row = told(world, unit="all", year="2023/24")
    calm = told(invented(7, schools=60, effects={"PD/a": 0.0}, school_year=0.0), unit="all", year="2023/24")
    assert row["teachers_n"] > row["institutions_n"] > row["effective_n"]
    # Two years of .3 in each school, so that .18 a school is what the error grows by: most of it, as controls have it too.
    grown = row["difference_se"] ** 2 - calm["difference_se"] ** 2
    assert 0.3 < grown * row["institutions_n"] / (2 * 0.3**2) < 1.2


def test_one_teacher_in_a_stack_is_no_certainty() -> None:
    """A course with a single teacher in each subject and pair of years: what each differs from the mean of all tells the error,
    not what is left of it beside itself."""
    found = []
    for seed in range(20, 28):
        world = invented(
            seed, schools=40, teachers=3, pupils=10, effects={"PD/a": 0.0}, subjects=("m", "n"), teacher_year=0.3
        )
        keys = [
            "subject",
            "start_year",
            "before_start_year",
            pl.col("teacher_no").sub(1).floordiv(3).mod(2).alias("network"),
        ]
        first = (
            world.pairs.filter(side="trained")
            .with_columns(keys[3])
            .unique(["subject", "start_year", "before_start_year", "network"], maintain_order=True)
        )
        world.pairs = pl.concat([first.drop("network"), world.pairs.filter(side="untrained")])
        row = told(world)
        assert row["status"] == "ok"
        found.append((row["difference_sd"], row["difference_se"]))
    value, se = np.array(found).T
    # Changes of .45 or so of each of twenty teachers and more: an error about .1, and as much as values scatter.
    assert se.min() > 0.05
    assert 0.5 < value.std() / np.sqrt((se**2).mean()) < 1.6
