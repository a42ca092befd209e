"""The Cox model against a likelihood maximised by hand, R's survival, statsmodels and what it must not depend on."""

from __future__ import annotations

import warnings
from dataclasses import fields, replace
from math import cos, log, nan, pi, sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from statsmodels.duration.hazard_regression import PHReg

from estimators.cox import CoxFit, fit_cox
from estimators.cox_risk import Careers

HERE = Path(__file__).parent
FOUR = ("rural", "small", "college", "female")
CASES = {"stratified": FOUR, "one_stratum": FOUR, "collinear": (*FOUR, "male"), "separated": (*FOUR, "lasting")}


def careers(x: object, last: object, is_exit: object, stratum: object = 0, cluster: object = None) -> Careers:
    """A row each person; without clusters each is one."""
    rows_n = len(np.asarray(last))
    return Careers(
        covariates=np.asarray(x, dtype=float).reshape(rows_n, -1),
        last_time=np.asarray(last),
        is_exit=np.asarray(is_exit, dtype=bool),
        people=np.ones(rows_n, dtype=int),
        stratum=np.broadcast_to(np.asarray(stratum), rows_n),
        cluster=np.arange(rows_n) if cluster is None else np.asarray(cluster),
    )


def drawn(seed: int, rows_n: int = 150) -> Careers:
    draw = np.random.default_rng(seed)
    x = np.column_stack([draw.random((rows_n, 2)) < 0.4, draw.normal(size=rows_n).round(1)])
    left = 1 + np.floor(draw.exponential(8 * np.exp(-x @ (0.5, -0.4, 0.3)))).astype(int)
    followed = draw.integers(1, 13, rows_n)
    who = (draw.integers(0, 3, rows_n), draw.integers(0, 25, rows_n))
    return careers(x, np.minimum(left, followed), left <= followed, *who)


def invented(case: str) -> Careers:
    rows = pl.read_csv(HERE / "cox_people.csv")
    return Careers(
        covariates=rows.select(CASES[case]).to_numpy().astype(float),
        last_time=rows["last_month"].to_numpy(),
        is_exit=rows["is_exit"].to_numpy() == 1,
        people=rows["people"].to_numpy(),
        stratum=rows["cohort"].to_numpy() * (case != "one_stratum"),
        cluster=rows["school"].to_numpy(),
    )


def pick(one: Careers, order: np.ndarray) -> Careers:
    return Careers(**{field.name: getattr(one, field.name)[order] for field in fields(Careers)})


def same(one: CoxFit, other: CoxFit, tolerance: float) -> None:
    assert one.statuses == other.statuses
    for field in fields(CoxFit):
        if field.name != "statuses":
            assert_allclose(getattr(one, field.name), getattr(other, field.name), tolerance, tolerance)


def test_four_people_by_hand() -> None:
    """A and B (x = 1) leave in month 1, C (x = 0) in month 2, E (x = 1) is seen through month 2. With h = exp(b):

    L = h h / ((3h + 1)(3h + 1 - 2h/2)(h + 1)). d ln L / db = 2 - 3h/(3h + 1) - 2h/(2h + 1) - h/(h + 1) = 0 comes down to
    h^3 - h - 1/3 = 0, so h = 2/sqrt(3) cos(10 degrees) = 1.137. The information is the sum of p (1 - p) over the three
    terms. The residual of a person is x less the mean of the terms' p at the own exit, less h^x times the sum over terms
    met of (x - p)/den; A and B have met the second term by half."""
    fit = fit_cox(careers([1, 1, 0, 1], [1, 1, 2, 2], [1, 1, 1, 0]))
    h = 2 / sqrt(3) * cos(pi / 18)
    dens = (3 * h + 1, 2 * h + 1, h + 1)
    p1, p2, p3 = 3 * h / dens[0], 2 * h / dens[1], h / dens[2]
    information = sum(p * (1 - p) for p in (p1, p2, p3))
    early = 1 - (p1 + p2) / 2 - h * ((1 - p1) / dens[0] + (1 - p2) / dens[1] / 2)
    c = -p3 + p1 / dens[0] + p2 / dens[1] + p3 / dens[2]
    e = -h * ((1 - p1) / dens[0] + (1 - p2) / dens[1] + (1 - p3) / dens[2])
    assert fit.statuses == ("ok",)
    assert_allclose(fit.coefficients, log(h), rtol=1e-12)
    assert_allclose(fit.log_likelihood, log(h * h / np.prod(dens)), rtol=1e-12)
    assert_allclose(fit.null_log_likelihood, log(1 / (4 * 3 * 2)), rtol=1e-12)
    assert_allclose(fit.model_covariance, 1 / information, rtol=1e-12)
    assert_allclose(fit.cluster_covariance, (2 * early**2 + c**2 + e**2) / information**2, rtol=1e-12)
    # A and C of one school, B and E of another: their residuals are added before they are squared.
    schools = fit_cox(careers([1, 1, 0, 1], [1, 1, 2, 2], [1, 1, 1, 0], cluster=[1, 2, 1, 2]))
    assert_allclose(schools.cluster_covariance, ((early + c) ** 2 + (early + e) ** 2) / information**2, rtol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_as_survival_has_it(case: str) -> None:
    """coxph and cox.zph of R on people written out one by one; cox_survival.R made the file. What R gives as NA, the column
    that is a combination of others and the one that grows without end, has a status here."""
    fit, names = fit_cox(invented(case)), CASES[case]
    results = pl.read_csv(HERE / "cox_survival.csv", comment_prefix="#", null_values="NA").filter(case=case)
    told = {(quantity, column): value for _, quantity, column, value in results.rows()}
    assert_allclose(fit.log_likelihood, told["log_likelihood", None], rtol=1e-9)
    assert_allclose(fit.null_log_likelihood, told["null_log_likelihood", None], rtol=1e-12)
    given = {"collinear": "singular", "separated": "separated"}.get(case, "ok")
    assert fit.statuses == ("ok",) * 4 + (given,) * (len(names) - 4)
    for column, name in enumerate(names):
        expected = told["coefficient", name]
        assert_allclose(fit.coefficients[column], nan if expected is None else expected, rtol=1e-9)
        if case in ("stratified", "one_stratum"):
            assert_allclose(fit.proportional_p[column], told["proportional_p", name], rtol=1e-9)
        for other, other_name in enumerate(names):
            if column < 4 and other < 4:
                for quantity in ("model_covariance", "cluster_covariance"):
                    expected = told[quantity, f"{name}:{other_name}"]
                    assert_allclose(getattr(fit, quantity)[column, other], expected, rtol=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_as_statsmodels_has_it(seed: int) -> None:
    one = drawn(seed)
    fit = fit_cox(one)
    model = PHReg(
        one.last_time.astype(float), one.covariates, status=one.is_exit.astype(int), strata=one.stratum, ties="efron"
    ).fit(disp=0)
    assert fit.statuses == ("ok",) * 3
    assert_allclose(fit.coefficients, model.params, rtol=1e-6, atol=1e-9)
    assert_allclose(np.sqrt(np.diag(fit.model_covariance)), model.bse, rtol=1e-6)
    assert_allclose(fit.log_likelihood, model.llf, rtol=1e-9)


def test_rows_of_many_are_as_many_rows_in_any_order() -> None:
    grouped = invented("stratified")
    fit = fit_cox(grouped)
    apart = pick(grouped, np.repeat(np.arange(len(grouped.people)), grouped.people))
    apart = replace(apart, people=np.ones_like(apart.people))
    same(fit_cox(apart), fit, 1e-10)
    same(fit_cox(pick(apart, np.random.default_rng(1).permutation(len(apart.people)))), fit, 1e-10)


def test_what_strata_and_clusters_are_called_does_not_matter() -> None:
    one = drawn(1)
    same(fit_cox(replace(one, stratum=7 - 3 * one.stratum, cluster=1000 - one.cluster)), fit_cox(one), 1e-10)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_column_that_tells_who_never_leaves_has_a_status(sign: int) -> None:
    """Either the ones never leave, or, turned, the zeros. Nothing is learnt from people who never leave and are told apart
    so: the other columns are as if they were not there."""
    one = drawn(2)
    lasting = np.arange(len(one.people)) % 5 == 0
    told = replace(
        one,
        covariates=np.column_stack([one.covariates, sign * lasting]),
        is_exit=one.is_exit & ~lasting,
    )
    fit, without = fit_cox(told), fit_cox(pick(one, np.flatnonzero(~lasting)))
    assert fit.statuses == ("ok", "ok", "ok", "separated")
    assert np.isnan([fit.coefficients[3], fit.model_covariance[3, 3], fit.cluster_covariance[0, 3]]).all()
    assert_allclose(fit.coefficients[:3], without.coefficients, rtol=1e-8)
    assert_allclose(fit.model_covariance[:3, :3], without.model_covariance, rtol=1e-8)
    assert_allclose(fit.cluster_covariance[:3, :3], without.cluster_covariance, rtol=1e-8)


def test_no_information_is_a_status() -> None:
    """A constant, and a constant of the stratum, say nothing; where nobody leaves no column does."""
    one = drawn(3)
    constants = np.column_stack([np.ones(len(one.people)), one.covariates[:, 0], one.stratum])
    assert fit_cox(replace(one, covariates=constants)).statuses == ("singular", "ok", "singular")
    nobody = fit_cox(replace(one, is_exit=np.zeros_like(one.is_exit)))
    assert nobody.statuses == ("singular",) * 3
    assert np.isnan(nobody.coefficients).all()
    assert nobody.log_likelihood == 0
    assert fit_cox(pick(one, np.arange(0))).statuses == ("singular",) * 3


def test_small_and_odd_data_end_in_statuses() -> None:
    """Most of these have columns that separate or are combinations of others: never an error, a warning or an infinity."""
    seen = set()
    for seed in range(300):
        draw = np.random.default_rng(seed)
        rows_n = int(draw.integers(1, 15))
        x = draw.integers(0, 2, (rows_n, 4)) * draw.choice((1, 1, 50), 4)
        one = careers(x, draw.integers(1, 5, rows_n), draw.random(rows_n) < 0.6, draw.integers(0, 2, rows_n))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fit = fit_cox(one)
        seen.update(fit.statuses)
        is_ok = np.array(fit.statuses) == "ok"
        assert (np.isfinite(fit.coefficients) == is_ok).all()
        for covariance in (fit.model_covariance, fit.cluster_covariance):
            assert (np.isfinite(covariance) == np.outer(is_ok, is_ok)).all()
            assert (np.diag(covariance)[is_ok] >= 0).all()
    assert seen == {"ok", "singular", "separated"}


def test_rows_must_fit_together() -> None:
    one = drawn(4)
    for wrong in (replace(one, people=one.people * 0), replace(one, cluster=one.cluster[1:])):
        with pytest.raises(ValueError, match="rows of unequal number, or without people"):
            fit_cox(wrong)


@pytest.mark.parametrize(("with_value", "low", "high"), [(30, 0.02, 0.10), (2, 0.25, 1.0)])
def test_errors_by_school_hold_with_many_schools_on_both_sides(with_value: int, low: float, high: float) -> None:
    """Sixty schools that differ (log-normal, .5) and a value of the school that changes nothing, 200 times: an interval of
    95 % misses 0 one time in twenty, with a Monte Carlo error of 1.5 points. With two schools that have the value it misses
    far more often, which is why few schools get no interval."""
    draw = np.random.default_rng(5)
    school = np.repeat(np.arange(60), 15)
    missed = 0
    for _ in range(200):
        hazard = 0.03 * np.exp(draw.normal(0, 0.5, 60))[school]
        left, followed = 1 + np.floor(draw.exponential(1 / hazard)).astype(int), draw.integers(12, 37, len(school))
        fit = fit_cox(careers(school < with_value, np.minimum(left, followed), left <= followed, cluster=school))
        missed += abs(fit.coefficients[0]) > 1.96 * sqrt(fit.cluster_covariance[0, 0])
    assert low <= missed / 200 <= high
