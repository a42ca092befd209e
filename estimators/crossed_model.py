"""Mixed models with crossed and multiple-membership terms, from sums: REML without ever seeing a row.

Rows lie in cells, cells in groups; cell and group have an intercept each, and so have the units of any number of terms, which
run across groups. A cell belongs to units by weights: 1 for the one, 1/2 for each of two. With V the covariance of rows from
cells and groups alone, in residual variances, X the fixed columns, Z the weights, s_j the sums of [X Z y] over the n_j rows of
cell j, c the variance ratio of cells and g that of groups,

    [X Z y]'V^-1[X Z y] = sum of squares - sum_j c/(1 + c n_j) s_j s_j' - sum_k g/(1 + g A_k) t_k t_k',
    t_k = sum_j s_j/(1 + c n_j),  A_k = sum_j n_j/(1 + c n_j), over the cells of group k.

So a cell counts by its sums alone, and only the units, which are few, are solved for together with the fixed columns, by
Henderson's equations. Cells and groups are integrated out: nothing is predicted of them.

Source: C. Henderson, Applications of linear models in animal breeding (1984), for the equations and the errors of prediction;
W. Browne, H. Goldstein and J. Rasbash, Multiple membership multiple classification models (2001), for the weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from estimators.least import least

Floats = NDArray[np.float64]
#: Where the search begins: spreads of cells, groups and units, in that of the residuals.
_START = (0.3, 0.3, 0.1)
#: A residual variance that is this share of the mean square of the outcome is rounding.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Sums:
    """What a fit takes of the rows.

    Attributes:
        whole: (columns + 1, columns + 1) cross-products of the fixed columns over all rows, the outcome last.
        cells: (cells, columns + 1) their sums by cell.
        rows_n: (cells,) rows of each.
        weights: of each term, (cells, units) what a cell has of each.
        group: (cells,) number of the group of each, from 0.
    """

    whole: Floats
    cells: sparse.csr_array
    rows_n: Floats
    weights: tuple[sparse.csr_array, ...]
    group: NDArray[np.int64]

    @property
    def columns_n(self) -> int:
        return len(self.whole) - 1

    @property
    def groups_n(self) -> int:
        return int(self.group.max()) + 1

    @property
    def has_groups(self) -> bool:
        """Whether some group has two cells; of one each nothing tells the two apart, and both are the cell's."""
        return self.groups_n < len(self.rows_n)

    def of(self, weights: tuple[sparse.csr_array, ...]) -> Sums:
        """The same rows with other terms."""
        return Sums(self.whole, self.cells, self.rows_n, weights, self.group)

    @cached_property
    def parts(self) -> tuple[sparse.csr_array, Floats]:
        """(cells, columns + units + 1) sums of X, Z and y by cell, and their cross-products over all rows."""
        if not self.weights:
            return self.cells, self.whole
        units = sparse.csr_array(sparse.hstack(self.weights))
        loaded = sparse.csr_array(sparse.diags_array(self.rows_n) @ units)
        of_fixed = _squares(self.cells, np.ones(len(self.rows_n)), units)
        of_units = _squares(units, self.rows_n, units)
        whole = np.block(
            [
                [self.whole[:-1, :-1], of_fixed[:-1], self.whole[:-1, -1:]],
                [of_fixed[:-1].T, of_units, of_fixed[-1:].T],
                [self.whole[-1:, :-1], of_fixed[-1:], self.whole[-1:, -1:]],
            ]
        )
        return sparse.csr_array(sparse.hstack([self.cells[:, :-1], loaded, self.cells[:, -1:]])), whole


@dataclass(frozen=True)
class Units:
    """Units of a term.

    Attributes:
        variance: between them.
        value: (units,) best linear unbiased predictions.
        error: (units, units) covariance of value less truth, with the error of the coefficients; variances taken as known.
    """

    variance: float
    value: Floats
    error: Floats


@dataclass(frozen=True)
class Crossed:
    """A fitted model.

    Attributes:
        coefficients, covariance: (columns,) and (columns, columns) of the fixed columns.
        residual_variance, cell_variance, group_variance: the last is nought where groups have one cell each.
        terms: of each term, its units.
        criterion: -2 log of the restricted likelihood, all constants included.
    """

    coefficients: Floats
    covariance: Floats
    residual_variance: float
    cell_variance: float
    group_variance: float
    terms: tuple[Units, ...]
    criterion: float


def fit_crossed(sums: Sums) -> Crossed:
    """Fits by restricted maximum likelihood.

    Raises:
        numpy.linalg.LinAlgError: the fixed columns depend on each other, or nothing is left to tell the residual variance from.
    """
    units_n = [weights.shape[1] for weights in sums.weights]
    if sums.rows_n.sum() - sums.columns_n - len(sums.rows_n) - sums.groups_n - sum(units_n) <= 0:
        raise np.linalg.LinAlgError("fewer rows than effects")
    solver = Solver(sums)
    start = np.array([*_START[: 1 + sums.has_groups], *([_START[2]] * len(units_n))])
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = least(lambda at: solver(at).height, lambda at: solver(at).slope(), start, start > 0)
    at = solver(theta)
    variance = at.squares / solver.freedom
    if not variance > _NOTHING * sums.whole[-1, -1] / sums.rows_n.sum():
        raise np.linalg.LinAlgError("no residual variance")
    found, terms, columns_n = at.scale * at.solved, [], sums.columns_n
    ends = columns_n + np.cumsum([0, *units_n])
    ratios = np.square(theta)
    for number, (begin, end) in enumerate(pairwise(ends)):
        ratio = float(ratios[1 + sums.has_groups + number])
        error = variance * ratio * at.inverse[begin:end, begin:end]
        terms.append(Units(variance * ratio, found[begin:end], error))
    return Crossed(
        coefficients=found[:columns_n],
        covariance=variance * at.inverse[:columns_n, :columns_n],
        residual_variance=variance,
        cell_variance=variance * float(ratios[0]),
        group_variance=variance * float(ratios[1]) if sums.has_groups else 0.0,
        terms=tuple(terms),
        criterion=at.height,
    )


@dataclass(frozen=True)
class At:
    """The equations at spreads of cells, groups and units, in that of the residuals.

    Attributes:
        scale: (columns + units,) 1 of a fixed column, of a unit the spread of its term.
        inverse, solved: of Henderson's equations in units of scale.
        squares: of the residuals, weighted.
        height: -2 log restricted likelihood, the residual variance profiled out.
        moves: for the spreads of cells and groups, what a little more of each does to the cross-products and to the logarithm of
            the determinant.
    """

    gram: Floats
    scale: Floats
    inverse: Floats
    solved: Floats
    squares: float
    height: float
    freedom: float
    moves: list[tuple[Floats, float]]
    terms: list[NDArray[np.bool_]]

    def slope(self) -> Floats:
        return np.array([*(self._of_move(*move) for move in self.moves), *map(self._of_term, self.terms)])

    def _of_move(self, gram: Floats, log_det: float) -> float:
        taken = self.scale * self.solved
        squares = gram[-1, -1] - 2 * gram[:-1, -1] @ taken + taken @ gram[:-1, :-1] @ taken
        scaled = self.scale[:, None] * gram[:-1, :-1] * self.scale
        return float(self.freedom * squares / self.squares + log_det + np.sum(self.inverse * scaled))

    def _of_term(self, units: NDArray[np.bool_]) -> float:
        """The scale of the units alone moves."""
        taken, own = self.scale * self.solved, self.solved * units
        squares = -2 * own @ self.gram[:-1, -1] + 2 * own @ self.gram[:-1, :-1] @ taken
        log_det = 2 * np.sum(self.inverse[units] * self.gram[:-1, :-1][units] * self.scale)
        return float(self.freedom * squares / self.squares + log_det)


@dataclass
class Solver:
    """Solves the equations of a model; the last answer is kept, since a search asks for height and slope of one place."""

    sums: Sums
    _last: tuple[bytes, At] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.freedom = float(self.sums.rows_n.sum() - self.sums.columns_n)
        places = (np.arange(len(self.sums.group)), self.sums.group)
        self._in_group = sparse.csr_array((np.ones(len(self.sums.group)), places)).T.tocsr()

    def __call__(self, theta: Floats) -> At:
        if self._last is None or self._last[0] != theta.tobytes():
            self._last = (theta.tobytes(), self._at(theta))
        return self._last[1]

    def _at(self, theta: Floats) -> At:
        has_groups, columns_n = self.sums.has_groups, self.sums.columns_n
        gram, log_det, moves = self._swept(float(theta[0]), float(theta[1]) if has_groups else 0.0)
        units_n = [weights.shape[1] for weights in self.sums.weights]
        of_term = np.repeat(np.arange(-1, len(units_n)), [columns_n, *units_n])
        scale = np.append(theta[1 + has_groups :], 1.0)[of_term]
        equations = scale[:, None] * gram[:-1, :-1] * scale + np.diag((of_term >= 0).astype(float))
        inverse = np.linalg.inv(equations)
        solved = np.linalg.solve(equations, scale * gram[:-1, -1])
        squares = float(gram[-1, -1] - (scale * gram[:-1, -1]) @ solved)
        height = self.freedom * (1 + np.log(2 * np.pi * squares / self.freedom))
        height += log_det + np.linalg.slogdet(equations)[1]
        terms = [of_term == number for number in range(len(units_n))]
        return At(gram, scale, inverse, solved, squares, float(height), self.freedom, moves[: 1 + has_groups], terms)

    def _swept(self, cell: float, group: float) -> tuple[Floats, float, list[tuple[Floats, float]]]:
        """Cross-products less what cells and groups account for, the logarithm of the determinant, and how both move."""
        sums, whole = self.sums.parts
        n, c, g = self.sums.rows_n, cell**2, group**2
        d: Floats = 1 / (1 + c * n)
        kept, moved = (_by_group(self._in_group, weight, sums) for weight in (d, -n * d * d))
        a, a_moved = (self._summed(weight) for weight in (n * d, -n * n * d * d))
        h: Floats = g / (1 + g * a)
        gram = whole - _squares(sums, c * d, sums) - _squares(kept, h, kept)
        crossed = _squares(kept, h, moved)
        of_cell = -_squares(sums, d * d, sums) + _squares(kept, h * h * a_moved, kept) - crossed - crossed.T
        of_group = -_squares(kept, 1 / np.square(1 + g * a), kept)
        moves = [
            (2 * cell * of_cell, 2 * cell * float(np.sum(n * d) + np.sum(h * a_moved))),
            (2 * group * of_group, 2 * group * float(np.sum(a / (1 + g * a)))),
        ]
        return gram, float(np.sum(np.log1p(c * n)) + np.sum(np.log1p(g * a))), moves

    def _summed(self, values: Floats) -> Floats:
        """By group."""
        return np.asarray(np.bincount(self.sums.group, values), dtype=np.float64)


def _by_group(in_group: sparse.csr_array, weight: Floats, sums: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(in_group @ sparse.csr_array(sparse.diags_array(weight) @ sums))


def _squares(left: sparse.csr_array, weight: Floats, right: sparse.csr_array) -> Floats:
    weighted = sparse.csr_array(sparse.diags_array(weight) @ right)
    return np.asarray(sparse.csr_array(left.T @ weighted).toarray())


def blocks(matrices: Iterable[Floats]) -> Floats:
    """Square matrices along a diagonal, the last row and column of each laid over one another: models of one outcome whose
    coefficients have nothing in common."""
    made = list(matrices)
    size = sum(len(matrix) - 1 for matrix in made)
    whole, begin = np.zeros((size + 1, size + 1)), 0
    for matrix in made:
        end = begin + len(matrix) - 1
        whole[begin:end, begin:end] = matrix[:-1, :-1]
        whole[begin:end, -1] = whole[-1, begin:end] = matrix[:-1, -1]
        whole[-1, -1] += matrix[-1, -1]
        begin = end
    return whole
