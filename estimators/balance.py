"""Whether members and controls were alike before the comparison began.

Source: Stuart, E. A. (2010), Matching methods for causal inference, Statistical Science 25, 1-21, section 3.4: the standardised
mean difference, with the weights of the comparison and the standard deviation before matching.
"""

from __future__ import annotations

import polars as pl

#: From here on they are not comparable.
LIMIT = 0.1
_COVARIATES = {"prior_share": "prior_sd", "log_hired_value": "log_hired_sd"}


def balance(hired: pl.DataFrame) -> dict[str, float | None]:
    """The largest absolute standardised mean difference of each `cluster_id`, over prior retention and the logarithm of hires.

    Members weigh by their hires, and the controls of a set together as its members. Institutions of which a value is missing are
    left out of its mean.

    Args:
        hired: as in `comparison_counts.Counts`.

    Returns:
        None where one of the two cannot be told: nothing is known of one side, or institutions do not differ at all.
    """
    both = pl.col("is_member").n_unique().over("set_no") == 2
    compared = hired.filter(both)
    by_cluster = [_difference(compared, value, sd) for value, sd in _COVARIATES.items()]
    largest = (
        hired.select("cluster_id")
        .unique(maintain_order=True)
        .join(by_cluster[0], on="cluster_id", how="left")
        .join(by_cluster[1], on="cluster_id", how="left", suffix="_other")
        .with_columns(
            largest=pl.when(pl.col("smd").is_not_null() & pl.col("smd_other").is_not_null()).then(
                pl.max_horizontal("smd", "smd_other")
            )
        )
    )
    return dict(zip(largest["cluster_id"], largest["largest"], strict=True))


def _difference(compared: pl.DataFrame, value: str, sd: str) -> pl.DataFrame:
    """Columns `cluster_id` and `smd`, its absolute value."""
    member = pl.col("is_member")
    known = compared.filter(pl.col(value).is_not_null())
    sets = (
        known.group_by("cluster_id", "set_no", maintain_order=True)
        .agg(
            member=_mean(value, member),
            control=_mean(value, ~member),
            sd=_mean(sd, member & pl.col(sd).is_not_null()),
            weight=pl.col("hired_n").filter(member).sum(),
        )
        # Where institutions do not differ, neither do these: 0 / 0.
        .with_columns(
            distance=pl.when((pl.col("member") - pl.col("control")).abs() < 1e-12)
            .then(0.0)
            .when(pl.col("sd") > 0)
            .then((pl.col("member") - pl.col("control")) / pl.col("sd"))
        )
        .filter(pl.col("distance").is_not_null())
    )
    return sets.group_by("cluster_id", maintain_order=True).agg(
        smd=((pl.col("distance") * pl.col("weight")).sum() / pl.col("weight").sum()).abs()
    )


def _mean(value: str, rows: pl.Expr) -> pl.Expr:
    """Weighted by hires; null where there is none."""
    weight = pl.col("hired_n").filter(rows)
    return pl.when(weight.sum() > 0).then((pl.col(value).filter(rows) * weight).sum() / weight.sum())
