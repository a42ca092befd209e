"""The crossed model from sums, beside models of whole rows: dense algebra, statsmodels, and results of R's lme4."""

from __future__ import annotations

from itertools import pairwise
from math import isclose, log, pi
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from crossed_world import Taught, invented, read
from numpy.typing import NDArray
from scipy.optimize import minimize
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams, VCSpec

from estimators.crossed_model import Crossed, Sums, fit_crossed
from estimators.mixed_model import Level, fit_mixed

Floats = NDArray[np.float64]
LME4 = Path(__file__).parent / "crossed_lme4.csv"


def variances_of(fit: Crossed) -> Floats:
    """Of cells, groups, the units of each term, and the residuals."""
    units = [units.variance for units in fit.terms]
    return np.array([fit.cell_variance, fit.group_variance, *units, fit.residual_variance])


def covariance_of(rows: Taught, variances: Floats) -> Floats:
    """V of the rows, element by element."""
    whole = variances[-1] * np.eye(len(rows.y))
    for variance, loading in zip(variances[:-1], rows.loadings(), strict=True):
        whole += variance * loading @ loading.T
    return whole


def dense(rows: Taught, variances: Floats) -> tuple[float, Floats, Floats]:
    """-2 log restricted likelihood, coefficients and V^-1 (y - X b) by the textbook's matrices."""
    covariance = covariance_of(rows, variances)
    inverse = np.linalg.inv(covariance)
    information = rows.x.T @ inverse @ rows.x
    coefficients = np.linalg.solve(information, rows.x.T @ inverse @ rows.y)
    rest = rows.y - rows.x @ coefficients
    freedom = len(rows.y) - rows.x.shape[1]
    criterion = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1] + rest @ inverse @ rest
    return float(criterion + freedom * log(2 * pi)), coefficients, inverse @ rest


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_fit_of_the_rows(seed: int) -> None:
    """Criterion, coefficients and effects as from the rows' covariance matrix."""
    rows = invented(seed)
    fit = fit_crossed(rows.sums())
    criterion, coefficients, weighted = dense(rows, variances_of(fit))
    assert isclose(fit.criterion, criterion, rel_tol=1e-11)
    assert np.allclose(fit.coefficients, coefficients, rtol=0, atol=1e-10)
    for units, loading in zip(fit.terms, rows.loadings()[2:], strict=True):
        assert np.allclose(units.value, units.variance * loading.T @ weighted, rtol=0, atol=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_no_variances_do_better(seed: int) -> None:
    """The rows' likelihood searched by a method that knows no slopes, from the answer and from far off."""
    rows = invented(seed, groups=8, cells=4, rows=4)
    fit = fit_crossed(rows.sums())
    found = variances_of(fit)
    for start in (np.sqrt(found), np.full(5, 0.5)):
        searched = minimize(
            lambda spread: dense(rows, spread**2)[0],
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-6, "fatol": 1e-9, "maxfev": 3000},
        )
        assert searched.fun >= fit.criterion - 1e-8
        if start[0] == 0.5:
            assert isclose(searched.fun, fit.criterion, abs_tol=1e-4)
            assert np.allclose(searched.x**2, found, atol=5e-3)


@pytest.mark.parametrize("seed", range(4))
def test_errors_are_those_of_henderson(seed: int) -> None:
    """All effects at once by the mixed model equations of the rows; their inverse is the covariance of the errors."""
    rows = invented(seed, spreads=(0.4, 0.3, 0.5, 0.5))
    fit = fit_crossed(rows.sums())
    variances = variances_of(fit)
    is_there = variances[:-1] > 0
    loadings = [loading for loading, there in zip(rows.loadings(), is_there, strict=True) if there]
    both = np.column_stack([rows.x, *loadings])
    sizes = [loading.shape[1] for loading in loadings]
    prior = np.repeat(variances[:-1][is_there], sizes)
    equations = both.T @ both / variances[-1]
    equations[3:, 3:] += np.diag(1 / prior)
    errors = np.linalg.inv(equations)
    assert np.allclose(fit.covariance, errors[:3, :3], rtol=1e-8, atol=1e-12)
    begins = 3 + np.cumsum([0, *sizes])
    places = pairwise(begins)
    blocks = [next(places) if there else None for there in is_there][2:]
    assert any(blocks)
    for units, block in zip(fit.terms, blocks, strict=True):
        if block is not None:
            assert np.allclose(units.error, errors[slice(*block), slice(*block)], rtol=1e-8, atol=1e-12)
        else:
            assert not units.value.any()
            assert not units.error.any()


@pytest.mark.parametrize("seed", range(3))
def test_statsmodels_agrees(seed: int) -> None:
    """Its model of one large group with components of variance: the same height at our estimates, and none better found from
    there. Its own search is only as near as it says (1e-3)."""
    rows = invented(seed, groups=10, spreads=(0.5, 0.4, 0.6, 0.6))
    fit = fit_crossed(rows.sums())
    loadings = rows.loadings()
    names = ["cell", "group", "programme", "course"]
    columns = [[[str(number) for number in range(loading.shape[1])]] for loading in loadings]
    components = VCSpec(names, columns, [[loading] for loading in loadings])
    model = MixedLM(rows.y, rows.x, groups=np.zeros(len(rows.y)), exog_vc=components)
    ratios = variances_of(fit)[:-1] / fit.residual_variance
    there = MixedLMParams.from_components(fe_params=fit.coefficients, vcomp=ratios)
    told = model.fit(reml=True, start_params=there, method="powell")
    assert isclose(-2 * model.loglike(there, profile_fe=False), fit.criterion, rel_tol=1e-9)
    assert -2 * told.llf >= fit.criterion - 1e-7
    assert np.allclose(told.vcomp, variances_of(fit)[:-1], atol=1e-3)
    assert np.allclose(told.fe_params, fit.coefficients, atol=1e-3)


def test_lme4_agrees() -> None:
    """Crossed programmes and courses by weights, 979 pupils of 120 teachers in 30 schools (crossed_lme4.R)."""
    fit = fit_crossed(read().sums())
    told = pl.read_csv(LME4, comment_prefix="#", schema_overrides={"name": pl.String})

    def of(quantity: str) -> Floats:
        return told.filter(quantity=quantity)["value"].to_numpy()

    assert isclose(fit.criterion, of("criterion")[0], abs_tol=1e-8)
    assert np.allclose(variances_of(fit), of("variance"), rtol=1e-6)
    assert np.allclose(fit.coefficients, of("coefficient"), atol=1e-7)
    assert np.allclose(np.sqrt(np.diag(fit.covariance)), of("coefficient_error"), atol=1e-7)
    for units, term in zip(fit.terms, ("programme", "course"), strict=True):
        assert np.allclose(units.value, of(term), atol=1e-6)


def test_schools_of_one_teacher_each() -> None:
    """Teacher and school are then one: the fit is that of teachers alone."""
    rows = invented(5, groups=40, cells=1)
    fit = fit_crossed(rows.sums())
    assert fit.group_variance == 0
    assert isclose(fit.criterion, dense(rows, variances_of(fit))[0], rel_tol=1e-11)


def test_without_terms_it_is_the_nested_model() -> None:
    """Of cells in groups, as estimators.mixed_model has it from cross-products of every cell."""
    rows = invented(7)
    both = np.column_stack([rows.x, rows.y])
    grams = np.zeros((len(rows.group), 4, 4))
    np.add.at(grams, rows.cell, both[:, :, None] * both[:, None, :])
    nested = fit_mixed(grams, [Level((0,), np.arange(len(rows.group))), Level((0,), rows.group)])
    sums = rows.sums()
    fit = fit_crossed(Sums(sums.whole, sums.cells, sums.rows_n, (), sums.group))
    assert isclose(fit.criterion, nested.criterion, rel_tol=1e-12)
    assert np.allclose([fit.cell_variance, fit.group_variance], [float(v[0, 0]) for v in nested.variances], rtol=1e-7)


@pytest.mark.parametrize("spread", [0.02, 0.05, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_small_spreads_are_not_taken_for_none(seed: int, spread: float) -> None:
    """Where the search ends at nought, no spread beside it does better."""
    rows = invented(seed, groups=30, units=(12, 10), spreads=(0.2, 0.2, spread, spread))
    fit = fit_crossed(rows.sums())
    found = np.sqrt(variances_of(fit))
    for place in range(4):
        for other in (0.0, 0.01, 0.03, 0.1, 0.2):
            moved = found.copy()
            moved[place] = other
            assert dense(rows, moved**2)[0] >= fit.criterion - 1e-8


def test_the_same_in_every_run() -> None:
    first, again = (fit_crossed(invented(3).sums()) for _ in range(2))
    assert first.criterion == again.criterion
    assert all(np.array_equal(a.error, b.error) for a, b in zip(first.terms, again.terms, strict=True))


@pytest.mark.parametrize("fault", ["columns", "rows", "outcome"])
def test_what_rows_do_not_tell_is_not_told(fault: str) -> None:
    """Columns that depend on each other; fewer rows than effects; an outcome of the columns alone."""
    rows = invented(3, rows=1 if fault == "rows" else 8)
    if fault == "columns":
        rows = Taught(np.column_stack([rows.x, rows.x[:, 1]]), rows.y, rows.cell, rows.group, rows.weights)
    if fault == "outcome":
        rows = Taught(rows.x, rows.x[:, 1], rows.cell, rows.group, rows.weights)
    with pytest.raises(np.linalg.LinAlgError):
        fit_crossed(rows.sums())
