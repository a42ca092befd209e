"""The mixed model from cross-products, beside models of whole rows: dense algebra, statsmodels, and results of R's lme4."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, log, pi
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

from bilimkoz.settings import PROJECT
from estimators.mixed_model import Fit, Level, fit_mixed

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
DATA = PROJECT.parent / "shared" / "data"


@dataclass(frozen=True)
class Rows:
    """Rows of pupils: design with the constant first, outcome, lowest group, and the group above each of those."""

    x: Floats
    y: Floats
    group: Integers
    above: Integers

    def grams(self) -> Floats:
        both = np.column_stack([self.x, self.y])
        made = np.zeros((self.group.max() + 1, both.shape[1], both.shape[1]))
        np.add.at(made, self.group, both[:, :, None] * both[:, None, :])
        return made

    def lowest(self, *columns: int) -> Level:
        return Level(columns, np.arange(self.group.max() + 1))


def made(seed: int, slope_sd: float = 0.4) -> Rows:
    """400 pupils in 30 schools of unequal size in 8 districts; the prior's slope differs between schools."""
    random = np.random.default_rng(seed)
    group = np.sort(random.choice(30, 400, p=random.dirichlet(np.full(30, 3.0))))
    group = np.unique(group, return_inverse=True)[1].astype(np.int64)
    above = np.sort(random.integers(8, size=group.max() + 1))
    above = np.unique(above, return_inverse=True)[1].astype(np.int64)
    x = np.column_stack([np.ones(400), random.normal(size=400), random.integers(2, size=400)])
    effect, slope = random.normal(0, 0.7, 30), random.normal(0, slope_sd, 30)
    district = random.normal(0, 0.5, 8)
    y = x @ [1.0, 0.6, -0.3] + effect[group] + district[above[group]] + slope[group] * x[:, 1] + random.normal(size=400)
    return Rows(x, y, group, above)


def dense(rows: Rows, covariance: Floats) -> tuple[float, Floats, Floats]:
    """-2 log restricted likelihood, coefficients and their covariance by the textbook's matrices, of the whole covariance V."""
    inverse = np.linalg.inv(covariance)
    information = rows.x.T @ inverse @ rows.x
    coefficients = np.linalg.solve(information, rows.x.T @ inverse @ rows.y)
    rest = rows.y - rows.x @ coefficients
    freedom = len(rows.y) - rows.x.shape[1]
    criterion = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1] + rest @ inverse @ rest
    return float(criterion + freedom * log(2 * pi)), coefficients, np.linalg.inv(information)


def covariance_of(rows: Rows, fit: Fit) -> Floats:
    """V of the rows, from the fitted variances."""
    group = rows.group
    whole = fit.residual_variance * np.eye(len(rows.y))
    for level, variance in zip(fit.levels, fit.variances, strict=True):
        of_row = level.group[group] if level is not fit.levels[0] else group
        z = rows.x[:, list(level.columns)]
        whole += (of_row[:, None] == of_row) * (z @ variance @ z.T)
    return whole


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["intercept", "slope", "districts", "slope in districts"])
def test_it_is_the_fit_of_the_rows(seed: int, kind: str) -> None:
    """Same criterion and coefficients as from the rows' covariance matrix, and no variances near them do better."""
    rows = made(seed)
    levels = [rows.lowest(0, 1) if "slope" in kind else rows.lowest(0)]
    if "districts" in kind:
        levels.append(Level((0,), rows.above))
    fit = fit_mixed(rows.grams(), levels)
    criterion, coefficients, covariance = dense(rows, covariance_of(rows, fit))
    assert isclose(fit.criterion, criterion, rel_tol=1e-11)
    assert np.allclose(fit.coefficients, coefficients, rtol=0, atol=1e-10)
    assert np.allclose(fit.covariance, covariance, rtol=1e-9, atol=1e-12)
    for number, factor in enumerate(fit.factors):
        for row, column in zip(*np.tril_indices(len(factor)), strict=True):
            for step in (-1e-3, 1e-3):
                moved = [other.copy() for other in fit.factors]
                moved[number][row, column] = factor[row, column] + step
                if row == column and moved[number][row, column] < 0:
                    continue
                near = Fit(**{**fit.__dict__, "factors": tuple(moved)})
                # At other factors the residual variance is what the rows say it is.
                unit = covariance_of(rows, near) / fit.residual_variance
                inverse = np.linalg.inv(unit)
                rest = rows.y - rows.x @ np.linalg.solve(rows.x.T @ inverse @ rows.x, rows.x.T @ inverse @ rows.y)
                scale = float(rest @ inverse @ rest) / (len(rows.y) - rows.x.shape[1])
                assert dense(rows, scale * unit)[0] > criterion


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("columns", [(0,), (0, 1)])
def test_effects_are_those_of_henderson(seed: int, columns: tuple[int, ...]) -> None:
    """Coefficients and effects together by the mixed model equations; their inverse is the covariance of both errors."""
    rows = made(seed)
    fit = fit_mixed(rows.grams(), [rows.lowest(*columns)])
    groups, q, p = int(rows.group.max()) + 1, len(columns), rows.x.shape[1]
    z = np.zeros((len(rows.y), groups * q))
    for place, column in enumerate(columns):
        z[np.arange(len(rows.y)), rows.group * q + place] = rows.x[:, column]
    both = np.column_stack([rows.x, z])
    equations = both.T @ both / fit.residual_variance
    equations[p:, p:] += np.kron(np.eye(groups), np.linalg.inv(fit.variances[0]))
    solved = np.linalg.solve(equations, both.T @ rows.y / fit.residual_variance)
    errors = np.linalg.inv(equations)
    effects = fit.effects()
    assert np.allclose(fit.coefficients, solved[:p], atol=1e-9)
    assert np.allclose(effects.value.ravel(), solved[p:], atol=1e-9)
    assert np.allclose(effects.prediction_se.ravel() ** 2, np.diag(errors)[p:], rtol=1e-8)
    given = np.linalg.inv(equations[p:, p:])
    assert np.allclose(effects.sd.ravel() ** 2, np.diag(given), rtol=1e-8)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("columns", [(0,), (0, 1)])
def test_statsmodels_agrees(seed: int, columns: tuple[int, ...]) -> None:
    """Its restricted likelihood at our estimates is ours and has no slope there; what it finds by searching is near."""
    rows = made(seed)
    fit = fit_mixed(rows.grams(), [rows.lowest(*columns)])
    model = MixedLM(rows.y, rows.x, groups=rows.group, exog_re=rows.x[:, list(columns)])
    told = model.fit(reml=True, method="powell")
    relative = fit.variances[0] / fit.residual_variance
    there = MixedLMParams.from_components(fe_params=fit.coefficients, cov_re=relative)
    assert isclose(-2 * model.loglike(there, profile_fe=False), fit.criterion, rel_tol=1e-10)
    assert np.allclose(np.concatenate(model.score_full(there, calc_fe=True)[:2]), 0, atol=1e-5)
    assert -2 * told.llf >= fit.criterion - 1e-8
    assert np.allclose(told.fe_params, fit.coefficients, atol=1e-3)


def test_groups_that_do_not_differ_have_no_variance() -> None:
    """Each of two schools has the same pupils: the variance is nought, and the fit is least squares."""
    x = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    y = np.array([1.0, 2.5, 2.0, 4.5])
    rows = Rows(np.vstack([x, x]), np.tile(y, 2), np.repeat(np.arange(2), 4), np.zeros(2, dtype=np.int64))
    fit = fit_mixed(rows.grams(), [rows.lowest(0)])
    assert fit.variances[0][0, 0] == 0
    # By hand: sums of products 5 and of squares 5 about the means 1.5 and 2.5.
    assert np.allclose(fit.coefficients, [1.0, 1.0])
    assert not fit.effects().value.any()


@pytest.mark.parametrize("spread", [0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.3])
@pytest.mark.parametrize("seed", range(5))
def test_small_spreads_are_not_taken_for_none(seed: int, spread: float) -> None:
    """Of classes of one size in schools of as many, the variances are those of an analysis of variance: differences of mean
    squares, if none is negative. The search comes by a standstill at nought, which need not be the best."""
    random = np.random.default_rng([3, seed])
    schools, classes, pupils = 60, 5, 40
    y = spread * (random.normal(size=(schools, 1, 1)) + random.normal(size=(schools, classes, 1)))
    y = y + random.normal(0, 0.7, (schools, classes, pupils))
    of_class, of_school = y.mean(axis=2), y.mean(axis=(1, 2))
    within = ((y - of_class[:, :, None]) ** 2).sum() / (schools * classes * (pupils - 1))
    between_classes = pupils * ((of_class - of_school[:, None]) ** 2).sum() / (schools * (classes - 1))
    between_schools = pupils * classes * ((of_school - y.mean()) ** 2).sum() / (schools - 1)
    group = np.repeat(np.arange(schools * classes), pupils)
    rows = Rows(np.ones((len(group), 1)), y.ravel(), group, np.repeat(np.arange(schools), classes))
    wanted = (between_classes - within) / pupils, (between_schools - between_classes) / (pupils * classes)
    if min(wanted) > 0:
        both = fit_mixed(rows.grams(), [rows.lowest(0), Level((0,), rows.above)])
        assert np.allclose([both.variances[0][0, 0], both.variances[1][0, 0]], wanted, rtol=1e-5)
        assert isclose(both.residual_variance, within, rel_tol=1e-8)
    alone = ((of_class - y.mean()) ** 2).sum() * pupils / (schools * classes - 1)
    one = fit_mixed(rows.grams(), [rows.lowest(0)])
    assert np.isclose(one.variances[0][0, 0], max(alone - within, 0.0) / pupils, rtol=1e-5)


KNOWN = {
    "langPOST": ("langPRET", (8.6547367, 0.9367762), (0.6975859, 0.0189311), 7.7179434, 31.5127426, 14595.959081),
    "aritPOST": ("aritPRET", (5.6152904, 1.1386035), (0.4254831, 0.0300448), 6.0696889, 20.1014085, 13589.034219),
}


def _present(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name}, a published data set, is not on this machine")
    return path


def _numbers(frame: pl.DataFrame, outcome: str, covariates: list[str], group: str) -> tuple[Rows, list[object]]:
    whole = frame.select(outcome, *covariates, group).drop_nulls()
    names = whole[group].unique().sort().to_list()
    place = {name: number for number, name in enumerate(names)}
    x = np.column_stack([np.ones(whole.height), *(whole[name].cast(pl.Float64).to_numpy() for name in covariates)])
    of_row = np.array([place[name] for name in whole[group]], dtype=np.int64)
    return Rows(x, whole[outcome].cast(pl.Float64).to_numpy(), of_row, np.zeros(len(names), dtype=np.int64)), names


def _agrees(fit: Fit, coefficients: tuple[float, ...], errors: tuple[float, ...], criterion: float) -> None:
    assert np.allclose(fit.coefficients, coefficients, atol=1e-6)
    assert np.allclose(np.sqrt(np.diag(fit.covariance)), errors, atol=1e-6)
    assert isclose(fit.criterion, criterion, abs_tol=1e-6)


@pytest.mark.parametrize("outcome", KNOWN)
def test_dutch_schools(outcome: str) -> None:
    """lme4 1.1-31, with a tight optimiser: 2 287 pupils of 131 schools."""
    prior, coefficients, errors, school, residual, criterion = KNOWN[outcome]
    frame = pl.read_csv(_present("bdf.csv"), infer_schema_length=None)
    rows, _ = _numbers(frame, outcome, [prior], "schoolNR")
    fit = fit_mixed(rows.grams(), [rows.lowest(0)])
    _agrees(fit, coefficients, errors, criterion)
    assert isclose(float(fit.variances[0][0, 0]), school, rel_tol=1e-6)
    assert isclose(fit.residual_variance, residual, rel_tol=1e-6)


def test_tennessee() -> None:
    """lme4: mathematics of grade 1 on that of kindergarten, 4 165 pupils of 76 schools."""
    frame = pl.read_csv(_present("star_k_to_1_math.csv"), infer_schema_length=None, null_values=["", "NA"])
    rows, _ = _numbers(frame, "math", ["mathK"], "sch")
    assert (len(rows.y), rows.group.max() + 1) == (4165, 76)
    # Scores of about 500 are centred first; the constant is put back by hand.
    centre = rows.x[:, 1].mean()
    centred = Rows(rows.x - [0, centre], rows.y, rows.group, rows.above)
    fit = fit_mixed(centred.grams(), [rows.lowest(0)])
    assert isclose(fit.coefficients[0] - centre * fit.coefficients[1], 249.784931, abs_tol=1e-5)
    assert isclose(fit.coefficients[1], 0.5783544, abs_tol=1e-6)
    assert isclose(fit.covariance[1, 1] ** 0.5, 0.0117113, abs_tol=1e-6)
    assert isclose(float(fit.variances[0][0, 0]), 316.342834, rel_tol=1e-6)
    assert isclose(fit.residual_variance, 947.664366, rel_tol=1e-6)
    assert isclose(fit.criterion, 40589.304643, abs_tol=1e-5)


def test_children_in_schools() -> None:
    """lme4: 7 230 scores of 1 721 children of 60 schools, two nested levels."""
    frame = pl.read_csv(_present("egsingle.csv"), infer_schema_length=None)
    rows, children = _numbers(frame, "math", ["year"], "childid")
    school_of = dict(frame.select("childid", "schoolid").unique().iter_rows())
    schools = sorted(set(school_of.values()))
    above = np.array([schools.index(school_of[child]) for child in children])
    fit = fit_mixed(rows.grams(), [rows.lowest(0), Level((0,), above)])
    _agrees(fit, (-0.7804818, 0.7461233), (0.0610879, 0.0053964), 16759.411752)
    child, school = (float(variance[0, 0]) for variance in fit.variances)
    assert np.allclose([child, school, fit.residual_variance], [0.6699212, 0.1869271, 0.3470012], rtol=1e-6)
