"""Effects of institutions with their errors and spans of ranks, from a fitted model of value added."""

from __future__ import annotations

import zlib

import numpy as np
import polars as pl
from numpy.typing import NDArray

from estimators.cross_products import Model
from estimators.mixed_model import Effects, Fit

Floats = NDArray[np.float64]
#: Draws of the effects that are ranked. Of 2 000, an end of a 95 % interval lies on 50 of them.
DRAWS = 2000
#: 97.5 % point of the normal distribution.
Z = 1.959963984540054


def effect_columns(
    model: Model, fit: Fit, residual_mean: Floats, least_pupils: int, least_reliability: float
) -> list[pl.Series]:
    """Columns of value_added_institution of a model whose institutions differ; blank under so many pupils, and without a rank
    under that reliability."""
    between, within, n = float(fit.variances[0][0, 0]), fit.residual_variance, model.pupils_n.astype(float)
    effects = fit.effects()
    value, se = effects.value[:, 0], effects.sd[:, 0]
    prediction_se = prediction_error(fit, n)
    low, high = value - Z * prediction_se, value + Z * prediction_se
    reliability = between / (between + within / n)
    is_told = model.pupils_n >= least_pupils
    is_ranked = is_told & (reliability >= least_reliability)
    first, last, ranked = (np.full(len(n), np.nan) for _ in range(3))
    if is_ranked.any():
        first[is_ranked], last[is_ranked] = _ranks(effects, fit, is_ranked, zlib.crc32(repr(model.key).encode()))
        ranked[is_ranked] = is_ranked.sum()
    in_points = {
        "residual_mean_value": residual_mean,
        "residual_mean_se": np.sqrt(within / n),
        "effect_value": value,
        "effect_se": se,
        "effect_prediction_se": prediction_se,
        "effect_ci_low": low,
        "effect_ci_high": high,
    }
    columns = {name: told * model.sd_score for name, told in in_points.items()}
    columns |= {"effect_sd": value, "reliability_share": reliability}
    band = bands(value, Z * prediction_se)
    band[~is_told] = None
    return [
        *(pl.Series(name, np.where(is_told, told, np.nan), nan_to_null=True) for name, told in columns.items()),
        pl.Series("band", band.tolist(), dtype=pl.String),
        *(
            pl.Series(name, told, nan_to_null=True)
            for name, told in {"ranked_n": ranked, "rank_low": first, "rank_high": last}.items()
        ),
    ]


def bands(value: Floats, half: Floats) -> NDArray[np.object_]:
    """Where intervals lie, of so much on each side: above nought, below it, or not distinguishable from it."""
    above, below = value - half > 0, value + half < 0
    return np.where(above, "above", np.where(below, "below", "not_distinguishable")).astype(object)


def prediction_error(fit: Fit, n: Floats) -> Floats:
    """Standard errors of the predicted effects of groups of n rows: of the data, the coefficients and the variances.

    What not knowing tau^2 adds is taken twice, since the error with the estimated tau^2 in place of the true one is too small
    by as much again (Kackar and Harville 1984; Prasad and Rao 1990, 4.3).
    """
    between, within = float(fit.variances[0][0, 0]), fit.residual_variance
    spread = between + within / n
    of_variance = (within / n) ** 2 / spread**3 * 2 / np.sum(spread**-2.0)
    return np.asarray(np.sqrt(fit.effects().prediction_se[:, 0] ** 2 + 2 * of_variance))


def _ranks(effects: Effects, fit: Fit, among: NDArray[np.bool_], seed: int) -> tuple[Floats, Floats]:
    """Ends of the 95 % intervals of ranks, 1 for the largest effect, from joint draws: coefficients err for all alike."""
    random = np.random.default_rng(seed)
    value, sd = effects.value[among, 0], effects.sd[among, 0]
    common = random.multivariate_normal(np.zeros(len(fit.coefficients)), fit.covariance, size=DRAWS, method="cholesky")
    drawn = value + sd * random.standard_normal((DRAWS, len(value))) - common @ effects.of_coefficients[among, 0].T
    # (groups, draws), so that what is looked up of a group lies together.
    ranks = np.empty((len(value), DRAWS), dtype=np.int32)
    ranks[np.argsort(-drawn, axis=1), np.arange(DRAWS)[:, None]] = np.arange(1, len(value) + 1)
    outside = int(DRAWS * 0.025)
    ranks.partition((outside, DRAWS - 1 - outside), axis=1)
    return ranks[:, outside].astype(float), ranks[:, DRAWS - 1 - outside].astype(float)
