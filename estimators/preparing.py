"""Whose graduates stay: retention by preparing institution and programme, shrunken to what their numbers bear.

The share of a small programme says little: with 6 of 8 still there, 5 or 7 would have been as likely. So shares are taken
for draws from one beta distribution of all, and each is drawn towards its mean by as much as its own number is small. A
ranking of raw shares would have small programmes at both ends of it, whatever they do.
"""

from __future__ import annotations

import zlib

import duckdb
import numpy as np
import polars as pl
from scipy.special import betaincinv

from estimators.beta_binomial import fit
from estimators.bounds import minimum_n, thresholds

#: Draws of the shares that are ranked. Of 4 000, an end of a 95 % interval lies on 100 of them.
DRAWS = 4000
SCHEMA = pl.Schema(
    {
        "level": pl.String,
        "estimand": pl.String,
        "segment": pl.String,
        "segment_value": pl.String,
        "horizon_months": pl.Int32,
        "base_n": pl.Int64,
        "retained_n": pl.Int64,
        "index_share": pl.Float64,
        "reliability_share": pl.Float64,
        "pooled_share": pl.Float64,
        "pooled_ci_low": pl.Float64,
        "pooled_ci_high": pl.Float64,
        "ranked_n": pl.Int64,
        "rank_low": pl.Int64,
        "rank_high": pl.Int64,
        "status": pl.String,
    }
)
_GROUP = ["level", "estimand", "segment", "horizon_months"]


def retention_preparing(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Retention of the graduates of each preparing institution and programme, all observed cohorts together.

    Reads intermediate.int_retention_count, seeds.minimum_n (`index`: people a share needs; `pooled`: places that a
    distribution of shares needs) and seeds.thresholds (`rank_reliability_share`).

    Returns:
        SCHEMA, sorted by its first five columns. reliability_share is n / (n + alpha + beta), the share of the variance of
        raw shares that is between places (of n people each); pooled_share is the mean, and its ends the 2.5 and 97.5 % points, of
        beta(alpha + retained, beta + gone). Ranks are among the ranked_n places of the same level, estimand, segment and horizon
        that are reliable enough, 1 for the highest share; in 95 % of draws a place stands between rank_low and rank_high.
        status: ok; too_few (people); unreliable (a share, and no rank); too_few_institutions (places to compare with: neither).
    """
    minimum = minimum_n(connection)
    reliable = thresholds(connection)["rank_reliability_share"]
    counted = connection.execute(
        """select level, estimand, segment, horizon_months, segment_value, base_n, retained_n
        from intermediate.int_retention_count
        where cohort_year = 'all' and segment in ('preparing_institution', 'preparing_programme')
            and segment_value <> 'unknown' and base_n > 0
        order by all"""
    ).pl()
    groups = [
        _of_group(group, minimum["index"], minimum["pooled"], reliable)
        for group in counted.partition_by(_GROUP, maintain_order=True)
    ]
    empty = pl.DataFrame(schema=SCHEMA)
    return pl.concat([empty, *(group.select(empty.columns).cast(SCHEMA) for group in groups)]).sort(
        "level", "estimand", "segment", "segment_value", "horizon_months"
    )


def _of_group(group: pl.DataFrame, least_people: int, least_places: int, reliable: float) -> pl.DataFrame:
    """The places of one level, estimand, segment and horizon."""
    retained, base = group["retained_n"].to_numpy(), group["base_n"].to_numpy()
    shared = group.with_columns(index_share=pl.Series(retained / base))
    is_small = base < least_people
    if group.height < least_places:
        return shared.with_columns(
            *(
                pl.lit(None).alias(name)
                for name in ("reliability_share", "pooled_share", "pooled_ci_low", "pooled_ci_high")
            ),
            *(pl.lit(None).alias(name) for name in ("ranked_n", "rank_low", "rank_high")),
            status=pl.Series(np.where(is_small, "too_few", "too_few_institutions")),
        )
    model = fit(retained, base)
    # Where places do not differ at all, what differs is chance: every share is the mean, and there is nothing to rank.
    is_one = model.correlation == 0
    reliability = np.zeros(len(base)) if is_one else base / (base + model.alpha + model.beta)
    is_ranked = (reliability >= reliable) & ~is_small
    alpha, beta = (np.ones(len(base)),) * 2 if is_one else (model.alpha + retained, model.beta + base - retained)
    low, high, ranked = (np.full(len(base), np.nan) for _ in range(3))
    if is_ranked.any():
        seed = zlib.crc32("|".join(map(str, group.select(_GROUP).row(0))).encode())
        low[is_ranked], high[is_ranked] = _ranks(alpha[is_ranked], beta[is_ranked], seed)
        ranked[is_ranked] = is_ranked.sum()
    return shared.with_columns(
        reliability_share=pl.Series(reliability),
        pooled_share=pl.Series(model.shrunken(retained, base)),
        pooled_ci_low=pl.lit(None) if is_one else pl.Series(betaincinv(alpha, beta, 0.025)),
        pooled_ci_high=pl.lit(None) if is_one else pl.Series(betaincinv(alpha, beta, 0.975)),
        ranked_n=pl.Series(ranked, nan_to_null=True),
        rank_low=pl.Series(low, nan_to_null=True),
        rank_high=pl.Series(high, nan_to_null=True),
        status=pl.Series(np.where(is_small, "too_few", np.where(is_ranked, "ok", "unreliable"))),
    )


def _ranks(alpha: np.ndarray, beta: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the 95 % intervals of the ranks of shares that are beta(alpha, beta); 1 is the highest share.

    The ends are ranks that occur: the one below which at most 2.5 % of the draws lie, and the one above which at most 2.5 % do.
    """
    shares = np.random.default_rng(seed).beta(alpha, beta, size=(DRAWS, len(alpha)))
    ranks = np.sort(np.argsort(np.argsort(-shares, axis=1), axis=1) + 1, axis=0)
    outside = int(DRAWS * 0.025)
    return ranks[outside], ranks[DRAWS - 1 - outside]
