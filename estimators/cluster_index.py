"""The index of clusters: what stands in marts.cluster_criteria, put together by group and school year.

A group is the clusters of one kind and stage. What is done with their indicators is in `composite_index`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from estimators import composite_index as composite
from estimators.bounds import minimum_n, thresholds
from estimators.composite_index import Bools, Floats, Group
from estimators.index_reason import reasons

_GROUP = ["cluster_kind", "cluster_stage", "period"]
_INDICATOR = ["criterion", "indicator", "measure", "aspect"]
_KEY = {"cluster_kind": pl.String, "cluster_stage": pl.String, "cluster_id": pl.String, "period": pl.String}
INDEX = pl.Schema(
    {
        **_KEY,
        "index_score": pl.Float64,
        "rank": pl.Int64,
        "rank_ci_low": pl.Int64,
        "rank_ci_high": pl.Int64,
        "ranked_n": pl.Int64,
        "coverage_share": pl.Float64,
        "normalisation": pl.String,
        "weighting": pl.String,
        "aggregation": pl.String,
        "least_coverage_share": pl.Float64,
        "least_clusters_n": pl.Int64,
        "status": pl.String,
    }
)
INFLUENCE = pl.Schema(
    {
        **_KEY,
        **dict.fromkeys(_INDICATOR, pl.String),
        "indicator_score": pl.Float64,
        "weight_share": pl.Float64,
        "without_score": pl.Float64,
        "without_rank": pl.Int64,
        "mean_shift_rank": pl.Float64,
        "status": pl.String,
    }
)
#: What of marts.cluster_criteria an index is made of.
_READ = """
    select k.kind as cluster_kind, coalesce(k.stage, 'unknown') as cluster_stage, c.cluster_id, c.period, c.criterion,
        c.indicator, c.measure, c.aspect, c.direction, c.component_value, c.component_se, c.reference_value, c.target_value,
        c.weight_share, c.status
    from marts.cluster_criteria as c
    inner join marts.dim_cluster as k on c.cluster_id = k.cluster_id
"""


@dataclass(frozen=True)
class Choices:
    """What is chosen when an index is made, and the bounds that it is held to."""

    normalisation: str
    aggregation: str
    weighting: str
    least_coverage: float
    least_clusters: int


@dataclass(frozen=True)
class _Made:
    """The index of one group and school year; arrays by cluster, or by indicator and cluster."""

    index: Floats
    coverage: Floats
    normalisation: str
    scored: Floats
    ranked: Bools
    group: Group


def cluster_index(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Index, rank and sensitivity of the rank of each cluster and school year, and what each indicator does to them.

    Reads marts.cluster_criteria, marts.dim_cluster, intermediate.int_index_setting, seeds.criteria, seeds.criteria_indicators,
    seeds.minimum_n (`rank`) and seeds.thresholds (`index_coverage_share`).

    Returns:
        cluster_index: INDEX. rank_ci_low and rank_ci_high are the 2.5 and 97.5 % points of the rank when everything that was
        chosen is drawn: a sensitivity interval, not one of confidence. status: ok; too_few (clusters to rank: an index alone);
        low_coverage (no index); not_yet_observed; not_applicable.
        cluster_index_influence: INFLUENCE, for each cluster with an index and each indicator: its score, its weight, and index
        and rank without it. mean_shift_rank is the mean of |rank without it - rank| over the clusters ranked. status: ok;
        too_few; not_collected (this cluster has no value); no_spread (no two clusters differ, or nothing bounds it).
    """
    rows = connection.execute(f"{_READ} order by all").pl()
    choices = _choices(connection)
    made = [_of_group(part, choices) for part in rows.partition_by(_GROUP, maintain_order=True)]
    empty = {"cluster_index": pl.DataFrame(schema=INDEX), "cluster_index_influence": pl.DataFrame(schema=INFLUENCE)}
    return {
        name: pl.concat([table, *(found[name] for found in made)]).sort("cluster_id", "period", maintain_order=True)
        for name, table in empty.items()
    }


def what_if(
    connection: duckdb.DuckDBPyConnection, cluster_id: str, indicator: str, value: float, period: str | None = None
) -> pl.DataFrame:
    """Index and rank of a cluster as they are, and as they were if an indicator had another value and nothing else changed.

    Reads marts.cluster_criteria, marts.dim_cluster and marts.cluster_index, and so a release as well as a candidate. Of what
    counts as change on the year before, `value` is the change; of a count, that per member.

    Args:
        value: in the unit of `component_value`.
        period: school year; None is the last one of which the cluster has an index.

    Returns:
        Two rows, scenario `now` and `if`, with indicator, value, index_score, rank, rank_ci_low, rank_ci_high and ranked_n. The
        draws are the same for both, so that what differs is the value alone.

    Raises:
        ValueError: the cluster has no index in the period, or the indicator does not stand in it once.
    """
    mine = connection.execute(
        """select period, cluster_kind, cluster_stage, normalisation, aggregation, weighting, least_coverage_share,
            least_clusters_n
        from marts.cluster_index
        where cluster_id = ? and index_score is not null and period = coalesce(?, period)
        order by period desc limit 1""",
        [cluster_id, period],
    ).fetchone()
    if mine is None:
        raise ValueError(f"cluster {cluster_id} has no index" + (f" in {period}" if period else ""))
    choices = Choices(mine[3], mine[4], mine[5], mine[6], mine[7])
    rows = (
        connection.execute(f"{_READ} where c.period = ? order by all", [mine[0]])
        .pl()
        .filter(cluster_kind=mine[1], cluster_stage=mine[2])
    )
    is_it = (pl.col("cluster_id") == cluster_id) & (pl.col("indicator") == indicator)
    if rows.filter(is_it).height != 1:
        raise ValueError(f"indicator {indicator} does not stand once in the index of cluster {cluster_id}")
    reached = rows.with_columns(
        component_value=pl.when(is_it).then(pl.lit(float(value))).otherwise("component_value"),
        # What is supposed is supposed for certain.
        component_se=pl.when(is_it).then(0.0).otherwise("component_se"),
        status=pl.when(is_it).then(pl.lit("ok")).otherwise("status"),
    )
    shown = ["index_score", "rank", "rank_ci_low", "rank_ci_high", "ranked_n"]
    values = [rows.filter(is_it)["component_value"][0], float(value)]
    found = [_of_group(table, choices)["cluster_index"].filter(cluster_id=cluster_id) for table in (rows, reached)]
    return pl.concat(found).select(
        pl.Series("scenario", ["now", "if"]),
        pl.lit(cluster_id).alias("cluster_id"),
        "period",
        pl.lit(indicator).alias("indicator"),
        pl.Series("value", values, dtype=pl.Float64),
        *shown,
    )


def _choices(connection: duckdb.DuckDBPyConnection) -> Choices:
    normalisation, aggregation = connection.execute(
        "select normalisation, aggregation from intermediate.int_index_setting"
    ).fetchall()[0]
    (given_n,) = connection.execute(
        "select (select count(weight) from seeds.criteria) + (select count(weight) from seeds.criteria_indicators)"
    ).fetchall()[0]
    return Choices(
        normalisation,
        aggregation,
        weighting="given" if given_n else "equal",
        least_coverage=thresholds(connection)["index_coverage_share"],
        least_clusters=minimum_n(connection)["rank"],
    )


def _of_group(part: pl.DataFrame, choices: Choices) -> dict[str, pl.DataFrame]:
    """Both tables of the clusters of one group and school year."""
    clusters = part["cluster_id"].unique().sort()
    indicators = part.select(_INDICATOR).unique().sort(_INDICATOR)
    made = _make(_group(part, clusters, indicators), choices)
    low, high, places = (np.full(len(clusters), np.nan) for _ in range(3))
    ranked_n = int(made.ranked.sum())
    if ranked_n >= choices.least_clusters:
        places[made.ranked] = composite.ranks(made.index[made.ranked])
        low[made.ranked], high[made.ranked] = composite.interval(composite.drawn_ranks(made.group, _seed(part)))
    reason = reasons(part, clusters, made.coverage, choices.least_coverage)
    told = "ok" if ranked_n >= choices.least_clusters else "too_few"
    key = [pl.lit(part[name][0], dtype=pl.String).alias(name) for name in _GROUP]
    index = pl.DataFrame(
        {
            "cluster_id": clusters,
            "index_score": _nullable(made.index),
            "rank": _nullable(places),
            "rank_ci_low": _nullable(low),
            "rank_ci_high": _nullable(high),
            "coverage_share": made.coverage,
            "status": [told if has else reason[name] for name, has in zip(clusters, made.ranked, strict=True)],
        }
    ).with_columns(
        *key,
        pl.lit(ranked_n).alias("ranked_n"),
        pl.lit(made.normalisation).alias("normalisation"),
        pl.lit(choices.weighting).alias("weighting"),
        pl.lit(choices.aggregation).alias("aggregation"),
        pl.lit(choices.least_coverage).alias("least_coverage_share"),
        pl.lit(choices.least_clusters).alias("least_clusters_n"),
    )
    influence = _influence(made, places, clusters, indicators, choices).with_columns(key)
    return {
        name: table.select(schema.names()).cast(schema)
        for name, table, schema in (
            ("cluster_index", index, INDEX),
            ("cluster_index_influence", influence, INFLUENCE),
        )
    }


def _group(part: pl.DataFrame, clusters: pl.Series, indicators: pl.DataFrame) -> Group:
    whole = indicators.join(pl.DataFrame({"cluster_id": clusters}), how="cross").join(
        part, on=[*_INDICATOR, "cluster_id"], how="left", maintain_order="left"
    )
    shape = (indicators.height, len(clusters))

    def of(column: str, otherwise: float = np.nan) -> Floats:
        return whole[column].cast(pl.Float64).fill_null(otherwise).to_numpy().reshape(shape)

    direction = np.where(whole["direction"].to_numpy() == "lower", -1.0, 1.0).reshape(shape)
    return Group(
        # Changes are differences of fractions, of which the last digits are noise: equal ones would be the best and the worst.
        values=np.round(of("component_value"), composite.DIGITS),
        errors=of("component_se", 0.0),
        lower=of("reference_value"),
        upper=of("target_value"),
        signs=direction[:, 0],
        weights=of("weight_share")[:, 0],
        criteria=indicators["criterion"].rank("dense").to_numpy().astype(np.int64) - 1,
    ).turned()


def _make(group: Group, choices: Choices) -> _Made:
    """
    Scores are taken among the clusters of which enough is told; where these are few, against bounds alone. Who falls under the
    coverage because others do not differ in what it has is compared with nobody: the rest is scored anew.
    """
    covered = composite.coverage(group.weights, ~np.isnan(group.values))
    ranked, before = covered >= choices.least_coverage, None
    while before is None or (ranked != before).any():
        among, before = group.of(ranked), ranked
        normalisation = choices.normalisation if ranked.sum() >= choices.least_clusters else "minmax"
        scored = np.full(group.values.shape, np.nan)
        scored[:, ranked] = composite.scores(among.values, among.lower, among.upper, normalisation)
        covered = np.where(ranked, composite.coverage(group.weights, ~np.isnan(scored)), covered)
        ranked = ranked & (covered >= choices.least_coverage)
    index = np.where(ranked, composite.aggregate(scored, group.weights, choices.aggregation), np.nan)
    return _Made(index, covered, normalisation, scored[:, ranked], ranked, group.of(ranked))


def _influence(
    made: _Made, places: Floats, clusters: pl.Series, indicators: pl.DataFrame, choices: Choices
) -> pl.DataFrame:
    """Rows of INFLUENCE of the clusters with an index, without what is the same for the group."""
    names = clusters.filter(pl.Series(made.ranked, dtype=pl.Boolean))
    weights, is_scored = made.group.weights, ~np.isnan(made.scored)
    without = composite.without_each(made.scored, weights, choices.aggregation)
    is_ranked = len(names) >= choices.least_clusters
    placed = composite.ranks(without) if is_ranked else np.full(without.shape, np.nan)
    shift = np.abs(placed - places[made.ranked]).sum(axis=1, keepdims=True) / max(1, len(names))
    held = weights[:, None] * is_scored
    unscored = np.where(np.isnan(made.group.values), "not_collected", "no_spread")
    status = np.where(is_scored, "ok" if is_ranked else "too_few", unscored)
    return indicators.join(pl.DataFrame({"cluster_id": names}), how="cross").with_columns(
        indicator_score=_nullable(made.scored.ravel()),
        weight_share=pl.Series((held / held.sum(axis=0)).ravel()),
        without_score=_nullable(without.ravel()),
        without_rank=_nullable(placed.ravel()),
        mean_shift_rank=_nullable(np.broadcast_to(shift, without.shape).ravel()),
        status=pl.Series(status.ravel().tolist(), dtype=pl.String),
    )


def _seed(part: pl.DataFrame) -> int:
    return zlib.crc32("|".join(map(str, part.select(_GROUP).row(0))).encode())


def _nullable(values: Floats) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64, nan_to_null=True)
