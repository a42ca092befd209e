"""Why a cluster has no index: nothing is asked of it, what is to come can still make enough of it, or too little is there."""

from __future__ import annotations

import polars as pl

from estimators.composite_index import Floats


def reasons(part: pl.DataFrame, clusters: pl.Series, coverage: Floats, least_coverage: float) -> dict[str, str]:
    """Status of each cluster of a group, were it without an index.

    Args:
        part: rows of marts.cluster_criteria of the group, with cluster_id, weight_share and status.
        clusters: the clusters, (n,).
        coverage: share of the weights that has figures, 0-1, in the order of `clusters`, (n,).
        least_coverage: share from which on there is an index, 0-1.
    """
    # One that wants for other things than what is still to be observed is not put off by it.
    to_come = pl.col("weight_share").filter(pl.col("status") == "not_yet_observed").sum()
    covered = pl.DataFrame({"cluster_id": clusters, "covered_share": coverage})
    told = (
        part.join(covered, on="cluster_id")
        .group_by("cluster_id")
        .agg(
            pl.when((pl.col("status") == "not_applicable").all())
            .then(pl.lit("not_applicable"))
            .when((to_come > 0) & (pl.col("covered_share").first() + to_come >= least_coverage - 1e-9))
            .then(pl.lit("not_yet_observed"))
            .otherwise(pl.lit("low_coverage"))
            .first()
        )
    )
    return dict(told.iter_rows())
