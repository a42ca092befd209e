"""What speaks against a model of value added, where it is known whether something does."""

from __future__ import annotations

from math import isclose, lgamma, log, pi

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams
from value_added_world import SIZES, Pupils, estimated, invented

from estimators.cross_products import with_column
from estimators.mixed_model import Level, fit_mixed


@pytest.fixture(scope="module")
def pupils() -> Pupils:
    return invented(SIZES, seed=3)


@pytest.fixture(scope="module")
def tables(pupils: Pupils) -> dict[str, pl.DataFrame]:
    return estimated(pupils)


def test_pupils_whose_prior_is_missing_may_be_left_out() -> None:
    """The correlation with effects of a model of the others, over schools with ten of them; where nobody's is missing it is 1."""
    pupils = invented([12, 40] * 30, seed=11)
    with_prior = pupils.columns["prior_missing"] == 0
    everybody, others = (
        _effects(pupils.school[rows], np.column_stack([pupils.x[rows][:, :columns], pupils.y[rows]]))
        for rows, columns in ((np.full(len(pupils.y), True), 3), (with_prior, 2))
    )
    among = np.bincount(pupils.school[with_prior]) >= 10
    assert 30 <= among.sum() < 60
    (told,) = estimated(pupils)["value_added_model"].rows(named=True)
    assert isclose(told["complete_case_value"], np.corrcoef(everybody[among], others[among])[0, 1], abs_tol=1e-6)
    everybody_has_one = invented([12, 40] * 30, seed=11, missing=0.0)
    # Who is on no roll is no matter of priors.
    everybody_has_one.columns["roll_missing"][:] = everybody_has_one.school % 3 == 0
    (nobody,) = estimated(everybody_has_one)["value_added_model"].rows(named=True)
    assert isclose(nobody["complete_case_value"], 1, abs_tol=1e-9)
    (few,) = estimated(invented([9, 40] * 29, seed=11))["value_added_model"].rows(named=True)
    assert few["status"] == "ok"
    assert few["complete_case_value"] is None


def _effects(school: NDArray[np.int64], both: NDArray[np.float64]) -> NDArray[np.float64]:
    grams = np.array([part.T @ part for one in range(school.max() + 1) for part in [both[school == one]]])
    return fit_mixed(grams, [Level((0,), np.arange(len(grams)))]).effects().value[:, 0]


def test_the_share_at_the_ceiling(tables: dict[str, pl.DataFrame], pupils: Pupils) -> None:
    """Of each school and half a seventh, rounded down."""
    (model,) = tables["value_added_model"].rows(named=True)
    halves = np.bincount(pupils.school * 2 + (pupils.columns["prior_missing"] == 0))
    assert isclose(model["ceiling_share"], sum(halves // 7) / len(pupils.y), rel_tol=1e-12)


def test_the_mean_of_the_school_beside_the_prior_of_the_pupil(pupils: Pupils, tables: dict[str, pl.DataFrame]) -> None:
    """Generalised least squares of the pupils' rows, with the mean over those who have a prior and the share of those who have
    none as columns, at the variances at which they are likeliest."""
    (model,) = tables["value_added_model"].rows(named=True)
    has_prior = pupils.x[:, 2] == 0
    means = np.array([pupils.x[(pupils.school == s) & has_prior, 1].mean() for s in range(len(SIZES))])
    without = np.array([pupils.x[pupils.school == s, 2].mean() for s in range(len(SIZES))])
    wider = np.column_stack([pupils.x, without[pupils.school], means[pupils.school]])
    told = MixedLM(pupils.y, wider, groups=pupils.school)
    told.fit(reml=True)
    grams = np.array(
        [both.T @ both for s in range(len(SIZES)) for both in [np.column_stack([wider, pupils.y])[pupils.school == s]]]
    )
    fit = fit_mixed(grams, [Level((0,), np.arange(len(grams)))])
    there = MixedLMParams.from_components(fe_params=fit.coefficients, cov_re=fit.variances[0] / fit.residual_variance)
    assert np.allclose(np.concatenate(told.score_full(there, calc_fe=True)[:2]), 0, atol=1e-4)
    assert isclose(model["sorting_value"], fit.coefficients[-1], abs_tol=1e-7)
    assert isclose(model["sorting_se"], fit.covariance[-1, -1] ** 0.5, rel_tol=1e-6)
    grid = np.linspace(0, abs(model["sorting_value"] / model["sorting_se"]), 20001)
    freedom = len(SIZES) - 3
    logs = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - log(freedom * pi) / 2
    inside = 2 * np.trapezoid(np.exp(logs) * (1 + grid**2 / freedom) ** (-(freedom + 1) / 2), grid)
    assert isclose(model["sorting_p_value"], 1 - inside, abs_tol=1e-8)


@pytest.mark.parametrize(("sorting", "share"), [(0.0, (0.02, 0.09)), (0.5, (0.8, 1.0))])
def test_sorting_is_found_where_it_is(sorting: float, share: tuple[float, float]) -> None:
    """Of 200 worlds of 60 schools: one in twenty where effects do not go with the intake, most where the correlation is .5."""
    found = []
    for seed in range(200):
        random = np.random.default_rng([7, seed])
        school = np.repeat(np.arange(60), 40)
        intake = random.normal(size=60)
        effect = 0.2 * (sorting * intake + (1 - sorting**2) ** 0.5 * random.normal(size=60))
        prior = 0.5 * intake[school] + random.normal(size=2400)
        outcome = 0.6 * prior + effect[school] + 0.7 * random.normal(size=2400)
        both = np.column_stack([np.ones(2400), prior, outcome])
        grams = (both[:, :, None] * both[:, None, :]).reshape(60, 40, 3, 3).sum(axis=1)
        fit = fit_mixed(with_column(grams, grams[:, 0, 1] / grams[:, 0, 0]), [Level((0,), np.arange(60))])
        found.append(abs(fit.coefficients[-1]) > 2.0017 * fit.covariance[-1, -1] ** 0.5)
    assert share[0] <= np.mean(found) <= share[1]
