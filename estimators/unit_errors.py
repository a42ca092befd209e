"""How far predicted effects of units may be from the truth, where the variance between the units is not known either.

Of twenty programmes the variance between them is known to a third. Errors that take it as known are too small, and most of all
for the units at the ends, by which it is asked whether any differs. So the errors are reckoned over all variances there may be,
each by as much as it is likely: by the restricted likelihood, with every standard deviation between units as likely beforehand as
any other (Gelman 2006). Effects stay those at the best variance. The other variances, of which more is known, are taken as known.

What the rows tell of effects u with errors E at variance v between units is E^-1 - I/v = Q diag(k) Q'. In the axes Q each axis
tells of itself alone: the likelihood of a variance t is a product over axes, and so effects and errors at any t follow from those
at v without the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimators.crossed_model import Units

Floats = NDArray[np.float64]
#: Draws of the largest error. Of 10 000, 500 are beyond the 95 % point.
DRAWS = 10_000
#: Standard deviations between units that are tried, and how many times the best one, or the noise, the largest is.
_STEPS, _FAR = 1000, 10.0
#: What rows tell of an axis, in what the variance tells, under which they tell nothing.
_NOTHING = 1e-9
#: And in what they tell of the axis of which they tell most, when axes are counted.
_LITTLE = 1e-6
#: Axes that are to be told. With fewer the likelihood of a variance falls so slowly that errors hang on the largest one tried.
LEAST_AXES = 5


@dataclass(frozen=True)
class Errors:
    """Errors of effects.

    Attributes:
        se: (units,) root of the mean squared error of each.
        far: so many of its se each effect may be from the truth, that of all among those asked none is in 95 % of cases.
    """

    se: Floats
    far: float


def told_axes_n(units: Units) -> int:
    """Axes of which the rows tell anything, beside the one of which they tell most; the variance is not nought."""
    told, _ = _axes(units)
    return int(np.count_nonzero(told > _LITTLE * told.max()))


def _axes(units: Units) -> tuple[Floats, Floats]:
    """What the rows tell of each axis, and the axes; what is rounding is nought."""
    values, axes = np.linalg.eigh(units.error)
    told = 1 / np.maximum(values, _NOTHING * units.variance) - 1 / units.variance
    return np.where(told > _NOTHING / units.variance, told, 0.0), axes


def unit_errors(units: Units, among: NDArray[np.bool_], seed: int) -> Errors:
    """Errors of the effects of a term, whose variance is not nought.

    Args:
        among: (units,) whether the interval of a unit is one of those that are to hold at once.
    """
    told, axes = _axes(units)
    # What the rows say of an axis, with a noise of variance 1.
    root = np.sqrt(np.where(told > 0, told, 1.0))
    said = (axes.T @ units.value) * (1 + units.variance * told) / (units.variance * root) * (told > 0)
    noise = np.median(1 / told[told > 0]) if told.any() else 0.0
    largest = _FAR * np.sqrt(max(units.variance, float(noise)))
    ends = largest * np.linspace(0, 1, _STEPS + 1) ** 2
    variance = (((ends[1:] + ends[:-1]) / 2) ** 2)[:, None]
    height = -0.5 * np.sum(np.log1p(variance * told) + said**2 / (1 + variance * told), axis=1)
    likely = np.exp(height - height.max()) * np.diff(ends)
    likely /= likely.sum()
    error = variance / (1 + variance * told)
    value = error * np.sqrt(told) * said
    squares = error @ np.square(axes.T) + np.square(value @ axes.T - units.value)
    se = np.sqrt(likely @ squares)
    random = np.random.default_rng(seed)
    at = np.minimum(np.searchsorted(np.cumsum(likely), random.random(DRAWS)), _STEPS - 1)
    drawn = value[at] + np.sqrt(error[at]) * random.standard_normal((DRAWS, len(told)))
    apart = np.abs(drawn @ axes[among].T - units.value[among]) / se[among]
    return Errors(se, float(np.quantile(apart.max(axis=1), 0.95)))
