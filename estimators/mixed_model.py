"""Linear mixed models from cross-products: REML for groups within groups, without ever seeing a row.

A group g with design X_g and outcome y_g enters by the cross-products of its columns, G_g = [X y]'[X y]. With random columns Z
of X and covariance sigma^2 L L' of their effects, the inverse covariance of the group is I - Z L (I + L'Z'Z L)^-1 L'Z', so that
what a generalised least-squares fit needs of the group is again a matrix of that size: G_g less a correction made of its own
rows and columns Z. Corrected matrices of groups that share a higher group are summed, and that group's random effect is taken
off in the same way. So any number of nested levels, slopes too, costs one small matrix a group and no more for a larger group.

Source: D. Bates et al., Fitting linear mixed-effects models using lme4 (2015), eq. 41 for the criterion; the correction is the
Woodbury identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, root

from estimators.least import least

Floats = NDArray[np.float64]
#: Doubles, or complex ones on the way to a slope.
Numbers = NDArray[Any]
#: A step into the complex plane: the derivative is read off the imaginary part and loses no digits to a difference.
_STEP = 1e-30
#: A residual variance that is this share of the mean square of the outcome is rounding.
_NOTHING = 1e-9
#: 95 % point of chi square with one degree of freedom, and a spread of effects, in residual ones, beyond all.
_CHI_SQUARE, _FAR = 3.841458820694124, 1e6
#: How far the criterion may be from its height at an end of an interval.
_AT_AN_END = 1e-4


@dataclass(frozen=True)
class Level:
    """Random effects of the groups of one level.

    Attributes:
        columns: of the cross-products, those whose coefficients vary between groups; 0 is the intercept.
        group: (groups of the level below,) number of the group that each belongs to, from 0; of the lowest level the groups are
            those of the cross-products.
    """

    columns: tuple[int, ...]
    group: NDArray[np.int64]

    @property
    def groups_n(self) -> int:
        return int(self.group.max()) + 1

    @property
    def size(self) -> int:
        return len(self.columns) * (len(self.columns) + 1) // 2

    def start(self) -> Floats:
        """Entries of L to begin with: effects that do not depend on each other, three tenths of the residual's spread."""
        return 0.3 * np.eye(len(self.columns))[np.tril_indices(len(self.columns))]

    def factor(self, theta: Numbers) -> Numbers:
        """L, lower triangular, from its entries row by row."""
        made = np.zeros((len(self.columns),) * 2, dtype=theta.dtype)
        made[np.tril_indices(len(self.columns))] = theta
        return made


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes:
        coefficients, covariance: (columns,) and (columns, columns) of the fixed effects, in units of y.
        residual_variance: sigma^2.
        factors: L of each level; its effects have covariance sigma^2 L L'.
        criterion: -2 log of the restricted likelihood, all constants included.
        rows_n: rows the cross-products were made of.
    """

    grams: Floats
    levels: tuple[Level, ...]
    coefficients: Floats
    covariance: Floats
    residual_variance: float
    factors: tuple[Floats, ...]
    criterion: float
    rows_n: int

    @property
    def variances(self) -> tuple[Floats, ...]:
        """Covariance of the random effects of each level, in squared units of y."""
        return tuple(self.residual_variance * factor @ factor.T for factor in self.factors)

    def effects(self) -> Effects:
        """Predicted effects of the groups of a model of one level."""
        return _effects(self)


@dataclass(frozen=True)
class Effects:
    """Predicted effects of groups, all of shape (groups, columns that vary).

    Attributes:
        value: best linear unbiased predictions.
        sd: standard deviations of the effects given the data, were the coefficients known.
        prediction_se: with the error of the coefficients.
        of_coefficients: (groups, columns that vary, columns) what a unit more of each coefficient would take from the effects.
    """

    value: Floats
    sd: Floats
    prediction_se: Floats
    of_coefficients: Floats


def fit_mixed(grams: Floats, levels: Sequence[Level]) -> Fit:
    """Fits by restricted maximum likelihood.

    Args:
        grams: (groups, columns + 1, columns + 1) cross-products of each lowest group; column 0 is the constant, the last the
            outcome.
        levels: from the lowest.

    Raises:
        numpy.linalg.LinAlgError: the columns depend on each other, or nothing is left to tell the residual variance from.
    """
    grams, levels = np.asarray(grams, dtype=np.float64), tuple(levels)
    rows_n, columns_n = round(grams[:, 0, 0].sum()), grams.shape[1] - 1
    if rows_n - columns_n - sum(level.groups_n for level in levels) <= 0:
        raise np.linalg.LinAlgError("fewer rows than effects")
    # Where nothing is left over, the criterion has no least value; what comes out tells.
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = _minimum(grams, levels, rows_n - columns_n)
    factors = _factors(levels, theta)
    swept, log_det = _sweep_all(grams, levels, factors)
    inverse = np.linalg.inv(swept[:-1, :-1])
    coefficients = np.linalg.solve(swept[:-1, :-1], swept[:-1, -1])
    variance = float(swept[-1, -1] - swept[:-1, -1] @ coefficients) / (rows_n - columns_n)
    if not variance > _NOTHING * grams[:, -1, -1].sum() / rows_n:
        raise np.linalg.LinAlgError("no residual variance")
    return Fit(
        grams=grams,
        levels=levels,
        coefficients=coefficients,
        covariance=variance * inverse,
        residual_variance=variance,
        factors=tuple(factors),
        criterion=float(_criterion(swept, log_det, rows_n - columns_n)),
        rows_n=rows_n,
    )


def variance_interval(fit: Fit) -> tuple[float, float]:
    """The 95 % interval of the variance of the intercepts of a model of one level, by the profile of the criterion.

    At an end the criterion is 3.84 over its least value, and no other residual variance would make it less there. The low end is
    0 where no spread at all is not excluded; the high end is infinite where the rows do not bound it.
    """
    freedom = fit.rows_n - len(fit.coefficients)

    def parts(theta: complex) -> tuple[complex, complex]:
        """Squares of the rest, and the logarithms of determinants, at a factor."""
        swept, log_det = _sweep_all(fit.grams, fit.levels, [np.array([[theta]])])
        fixed, outcome = swept[:-1, :-1], swept[:-1, -1]
        return swept[-1, -1] - outcome @ np.linalg.solve(fixed, outcome), complex(log_det + _log_det(fixed))

    def conditions(at: Floats, start: float, residual_start: float) -> Floats:
        """How far the criterion is from its height at an end, and its slope in the residual variance, the other held; of a factor
        and a residual variance in units of where the search starts."""
        theta, residual = at * (start, residual_start)
        squares, logs = parts(theta + 1j * _STEP)
        height = freedom * np.log(2 * np.pi * residual) + squares.real / residual + logs.real
        of_theta = (squares.imag / residual + logs.imag) / _STEP
        return np.array(
            [height - fit.criterion - _CHI_SQUARE, freedom - squares.real / residual - theta / 2 * of_theta]
        )

    def above(theta: float) -> float:
        """The same height with the residual variance at its best for the factor: near the ends that are looked for."""
        squares, logs = (part.real for part in parts(complex(theta)))
        return float(freedom * (1 + np.log(2 * np.pi * squares / freedom)) + logs) - fit.criterion - _CHI_SQUARE

    def end(start: float) -> float:
        residual = parts(complex(start))[0].real / freedom
        found = root(conditions, np.ones(2), args=(start, residual), tol=1e-10)
        # A search that cannot come nearer has come near enough, or failed.
        is_there = np.max(np.abs(found.fun)) < _AT_AN_END
        return float((start * found.x[0]) ** 2 * residual * found.x[1]) if is_there else float("nan")

    best = float(fit.factors[0][0, 0])
    low = end(brentq(above, 0.0, best)) if best > 0 and above(0.0) > 0 else 0.0
    far = max(best, 0.1)
    while above(far) < 0 and far < _FAR:
        far *= 2
    return low, end(brentq(above, best, far)) if above(far) > 0 else float("inf")


def _factors(levels: tuple[Level, ...], theta: Numbers) -> list[Numbers]:
    ends = np.cumsum([level.size for level in levels])
    return [level.factor(part) for level, part in zip(levels, np.split(theta, ends[:-1]), strict=True)]


def _correction(grams: Numbers, level: Level, factor: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """What is taken off the cross-products of each group, as two matrices to be multiplied, and the logarithm of the determinant
    of its covariance."""
    columns = list(level.columns)
    loaded = grams[:, :, columns] @ factor
    inner = np.eye(len(columns)) + factor.T @ loaded[:, columns, :]
    return loaded, np.linalg.solve(inner, loaded.transpose(0, 2, 1)), _log_det(inner)


def _sweep_all(grams: Numbers, levels: tuple[Level, ...], factors: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """Cross-products of the whole, weighted by the inverse covariance, and the logarithm of its determinant."""
    total = np.zeros((), dtype=np.result_type(grams, *factors))
    for level, factor in zip(levels[:-1], factors[:-1], strict=True):
        grams = _summed(grams, level)
        loaded, solved, log_dets = _correction(grams, level, factor)
        grams, total = grams - loaded @ solved, total + log_dets.sum()
    # Of the highest level the sum alone is needed: one product of long matrices, not a matrix for each group.
    grams, width = _summed(grams, levels[-1]), grams.shape[1]
    loaded, solved, log_dets = _correction(grams, levels[-1], factors[-1])
    taken = loaded.transpose(1, 0, 2).reshape(width, -1) @ solved.reshape(-1, width)
    return grams.sum(axis=0) - taken, total + log_dets.sum()


def _summed(grams: Numbers, level: Level) -> Numbers:
    """Cross-products of the groups of a level from those below it; added in one order, so that a sum is always the same."""
    if np.array_equal(level.group, np.arange(len(grams))):
        return grams
    made = np.zeros((level.groups_n, *grams.shape[1:]), dtype=grams.dtype)
    np.add.at(made, level.group, grams)
    return made


def _log_det(matrices: Numbers) -> Numbers:
    sign, logarithm = np.linalg.slogdet(matrices)
    return np.asarray(np.log(sign) + logarithm if np.iscomplexobj(matrices) else logarithm)


def _criterion(swept: Numbers, log_det: Numbers, freedom: int) -> Numbers:
    """-2 log restricted likelihood, the residual variance profiled out."""
    fixed, outcome = swept[:-1, :-1], swept[:-1, -1]
    squares = swept[-1, -1] - outcome @ np.linalg.solve(fixed, outcome)
    return np.asarray(freedom * (1 + np.log(2 * np.pi * squares / freedom)) + log_det + _log_det(fixed))


def _minimum(grams: Floats, levels: tuple[Level, ...], freedom: int) -> Floats:
    """The entries of the factors at which the criterion is least, diagonal ones not negative."""
    start = np.concatenate([level.start() for level in levels])

    def value(theta: Numbers) -> Numbers:
        return _criterion(*_sweep_all(grams, levels, _factors(levels, theta)), freedom)

    def slope(theta: Any) -> Any:
        return np.array([value(theta + 1j * _STEP * unit).imag / _STEP for unit in np.eye(len(theta))])

    return least(lambda theta: float(value(theta)), slope, start, start > 0)


def _effects(fit: Fit) -> Effects:
    (level,), (factor,) = fit.levels, fit.factors
    grams, columns = _summed(fit.grams, level), list(level.columns)
    inner = np.eye(len(columns)) + factor.T @ grams[:, columns][:, :, columns] @ factor
    pull = factor @ np.linalg.solve(inner, np.broadcast_to(factor.T, inner.shape))
    value = pull @ grams[:, columns] @ np.append(-fit.coefficients, 1.0)
    of_coefficients = pull @ grams[:, columns, :-1]
    variance = fit.residual_variance * np.diagonal(pull, axis1=1, axis2=2)
    of_error = np.einsum("gcx,xy,gcy->gc", of_coefficients, fit.covariance, of_coefficients)
    return Effects(value, np.sqrt(variance), np.sqrt(variance + of_error), of_coefficients)
