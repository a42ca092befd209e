"""Composite index of a group: indicators on one scale, their weighted mean, and how far ranks hang on the choices made.

After OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 5 to 7. Arrays are indicator by member; a value that
is not told is NaN. What the choices are, and why, stands in docs/methods/index.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NORMALISATIONS = ("minmax", "z", "rank")
AGGREGATIONS = ("geometric", "arithmetic")
#: Each draw takes the next of them.
SCHEMES = tuple((normalisation, aggregation) for normalisation in NORMALISATIONS for aggregation in AGGREGATIONS)
DRAWS = 10_000
#: Cells of indicator, member and draw that are held at once.
_CELLS = 600_000
#: Digits after which two figures are one: what is equal on paper is equal here, in whatever order it was added up.
DIGITS = 9


@dataclass(frozen=True)
class Group:
    """Members that are compared with each other.

    Attributes:
        values: by indicator and member, in its own unit; NaN where it is not told.
        errors: their standard errors, 0 where there is none.
        lower: what scores 1 in min-max, by indicator and member; NaN: the worst of the group.
        upper: what scores 100; NaN: the best of the group.
        signs: of each indicator 1 where higher is better, -1 where lower is.
        weights: of each indicator; they add up to 1.
        criteria: number of the criterion of each indicator.
    """

    values: Floats
    errors: Floats
    lower: Floats
    upper: Floats
    signs: Floats
    weights: Floats
    criteria: Ints

    def turned(self) -> Group:
        """The same with higher better throughout."""
        signs = self.signs[:, None]
        return replace(
            self,
            values=signs * self.values,
            lower=signs * self.lower,
            upper=signs * self.upper,
            signs=np.ones_like(self.signs),
        )

    def of(self, members: Bools) -> Group:
        """Some of the members."""
        cut = {name: getattr(self, name)[:, members] for name in ("values", "errors", "lower", "upper")}
        return replace(self, **cut)

    def with_indicators(self, chosen: Bools) -> Group:
        """Some of the indicators."""
        names = ("values", "errors", "lower", "upper", "signs", "weights", "criteria")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


def coverage(weights: Floats, is_told: Bools) -> Floats:
    """The weight of what is told, by member."""
    return np.asarray(np.round((weights[:, None] * is_told).sum(axis=0), DIGITS))


def scores(values: Floats, lower: Floats, upper: Floats, normalisation: str) -> Floats:
    """Values, of which higher is better, on a scale from 1 to 100; never 0, so that a geometric mean exists.

    minmax: 1 + 99 clip((x - lower) / (upper - lower), 0, 1). z: 1 + 99 Phi of the standard score within the group. rank:
    1 + 99 (n - rank + 1/2) / n, members that are equal sharing their ranks. NaN where a value is not told, and of all members
    where those told do not differ; a single one told is scored by bounds alone.
    """
    is_told = ~np.isnan(values)
    told_n = is_told.sum(axis=-1, keepdims=True)
    worst, best = _ends(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_varied = best > worst
        if normalisation == "minmax":
            has_bounds = ~np.isnan(lower) & ~np.isnan(upper)
            low, high = np.where(has_bounds, lower, worst), np.where(has_bounds, upper, best)
            scaled = np.where(high > low, np.clip((values - low) / (high - low), 0, 1), np.nan)
            is_varied = is_varied | (told_n == 1)
        elif normalisation == "z":
            mean = np.nansum(values, axis=-1, keepdims=True) / told_n
            spread = np.sqrt(np.nansum((values - mean) ** 2, axis=-1, keepdims=True) / told_n)
            scaled = ndtr((values - mean) / spread)
        elif normalisation == "rank":
            first, last = _runs(values)
            scaled = (first + last + 1) / (2 * told_n)
        else:
            raise ValueError(f"no normalisation {normalisation}; there are {', '.join(NORMALISATIONS)}")
    return np.asarray(np.where(is_told & is_varied, 1 + 99 * scaled, np.nan))


def aggregate(scored: Floats, weights: Floats, aggregation: str) -> Floats:
    """Weighted mean of the scores of each member, weights taken anew over those that it has; NaN where it has none."""
    is_told = ~np.isnan(scored)
    held = weights[..., None] * is_told
    total = held.sum(axis=-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        if aggregation == "geometric":
            return np.asarray(np.exp((held * np.log(np.where(is_told, scored, 1.0))).sum(axis=-2) / total))
        if aggregation == "arithmetic":
            return np.asarray((held * np.where(is_told, scored, 0.0)).sum(axis=-2) / total)
    raise ValueError(f"no aggregation {aggregation}; there are {', '.join(AGGREGATIONS)}")


def ranks(index: Floats) -> Floats:
    """1 for the highest; equal ones share the better rank; NaN where there is no index."""
    rounded = np.round(index, DIGITS)
    _, last = _runs(rounded)
    told_n = (~np.isnan(index)).sum(axis=-1, keepdims=True)
    return np.asarray(np.where(np.isnan(index), np.nan, told_n - last))


def varied(values: Floats) -> Bools:
    """Which indicators differ between members, so that there is anything to compare."""
    worst, best = _ends(values)
    return np.asarray((best > worst)[..., 0])


def drawn_ranks(group: Group, seed: int, draws: int = DRAWS, cells: int = _CELLS) -> NDArray[np.int32]:
    """Ranks of the members, by draw and member, when everything that was chosen or is not known is drawn.

    Args:
        group: members that are ranked, higher better.
        seed: of the draws; the same seed gives the same ranks, however much is held at once.
        cells: held at once, so that memory does not grow with the draws.

    Each draw has its own weights, Dirichlet(1) between criteria and within each; values drawn from normal distributions with
    their standard errors; those not told drawn evenly between the worst and the best of the group; and the next of SCHEMES.
    An indicator that does not differ between members is left out.
    """
    group = group.with_indicators(varied(group.values))
    indicators_n, members_n = group.values.shape
    weighing, erring, filling = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(3))
    weights = _drawn_weights(weighing, group.criteria, draws)
    is_missing = np.isnan(group.values)
    worst, best = _ends(group.values)
    start, width = (np.broadcast_to(edge, is_missing.shape)[is_missing] for edge in (worst, best - worst))
    known, errors = np.where(is_missing, 0.0, group.values), np.where(is_missing, 0.0, group.errors)
    step = len(SCHEMES) * max(1, cells // (max(1, indicators_n * members_n) * len(SCHEMES)))
    found = np.empty((draws, members_n), dtype=np.int32)
    for begin in range(0, draws, step):
        size = min(step, draws - begin)
        values = known + errors * erring.standard_normal((size, indicators_n, members_n))
        values[:, is_missing] = start + width * filling.random((size, len(start)))
        for number, (normalisation, aggregation) in enumerate(SCHEMES):
            # Blocks begin with the first scheme.
            here = slice(number, size, len(SCHEMES))
            scored = scores(values[here], group.lower, group.upper, normalisation)
            found[begin : begin + size][here] = ranks(
                aggregate(scored, weights[begin : begin + size][here], aggregation)
            )
    return found


def interval(drawn: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """The ranks, of those drawn, that at most 2.5 % of the draws lie below, and above."""
    ordered = np.sort(drawn, axis=0)
    outside = int(len(drawn) * 0.025)
    return ordered[outside].astype(np.int64), ordered[len(drawn) - 1 - outside].astype(np.int64)


def without_each(scored: Floats, weights: Floats, aggregation: str) -> Floats:
    """The index of each member without one of the indicators after the other, by indicator and member."""
    left = np.repeat(scored[None], len(weights), axis=0)
    left[np.arange(len(weights)), np.arange(len(weights))] = np.nan
    return aggregate(left, weights, aggregation)


def _drawn_weights(generator: np.random.Generator, criteria: Ints, draws: int) -> Floats:
    """Weights by draw and indicator: of criteria, and of the indicators of each, evenly over all weights that add up to 1."""
    names, numbers = np.unique(criteria, return_inverse=True)
    between = generator.standard_exponential((draws, len(names)))
    within = generator.standard_exponential((draws, len(criteria)))
    sums = np.stack([within[:, numbers == number].sum(axis=1) for number in range(len(names))], axis=1)
    return np.asarray((between / between.sum(axis=1, keepdims=True) / sums)[:, numbers] * within)


def _ends(values: Floats) -> tuple[Floats, Floats]:
    """Worst and best of those told, in one column; NaN where there is none."""
    worst, best = (of.reduce(values, axis=-1, keepdims=True, initial=np.nan) for of in (np.fmin, np.fmax))
    return worst, best


def _runs(values: Floats) -> tuple[Ints, Ints]:
    """Of each value the first and the last place, from 0 up, of those equal to it when the row is sorted; NaN come last."""
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    places = np.broadcast_to(np.arange(values.shape[-1]), values.shape)
    is_new = np.ones(values.shape, dtype=bool)
    is_new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    is_end = np.ones(values.shape, dtype=bool)
    is_end[..., :-1] = is_new[..., 1:]
    first = np.maximum.accumulate(np.where(is_new, places, 0), axis=-1)
    reverse = np.where(is_end, places, values.shape[-1])[..., ::-1]
    last = np.minimum.accumulate(reverse, axis=-1)[..., ::-1]
    found = np.empty((2, *values.shape), dtype=np.int64)
    np.put_along_axis(found[0], order, first, axis=-1)
    np.put_along_axis(found[1], order, last, axis=-1)
    return found[0], found[1]
