"""Which institutions outside the networks a member is compared with.

A cluster's own list (`control_groups`) holds where there is one. Otherwise up to three institutions that never were a member of
any cluster, of the same oblast and kind, urban or rural alike, whose prior retention is within a caliper of 0.2 standard
deviations, and among these those that hired most nearly as many (ADR 15); one may serve several members. Source of caliper and
balance: Austin, P. C. (2011), Optimal caliper widths for propensity-score matching, Pharmaceutical Statistics 10, 150-161.
"""

from __future__ import annotations

import duckdb
import polars as pl

from estimators.prior_retention import prior_retention

CONTROLS = 3
CALIPER_SD = 0.2
#: Stands where there is no control.
NONE = "none"
#: With these a control is compared; with the others a member or a listed control is left out, and why.
COMPARED = ("matched", "designated")
LEFT_OUT = ("few_hires", "unknown_place", "no_candidate", "outside_caliper", "control_is_member")

_PLACE = ("region", "urban_rural", "school_kind")
_CELL = ("last_cohort_start_year", *_PLACE)

#: Institutions at which somebody began to teach, where they lie, and whether they ever were in a cluster.
_INSTITUTIONS = """
    select p.institution_id, p.region, p.urban_rural, p.school_kind, c.institution_id is not null as is_ever_member
    from intermediate.int_place as p
    left join (select distinct institution_id from intermediate.int_cluster_members__accepted) as c using (institution_id)
    where p.institution_id in (select institution_id from intermediate.int_retention_member where not is_never_started)
    order by p.institution_id"""
_MEMBERS = """
    select m.cluster_id, m.institution_id, m.index_on, i.last_cohort_start_year,
        row_number() over (partition by m.institution_id order by m.index_on, m.cluster_id) = 1 as is_first_cluster
    from (
        select cluster_id, institution_id, min(joined_on) as index_on
        from intermediate.int_cluster_members__accepted group by cluster_id, institution_id
    ) as m
    left join intermediate.int_comparison_index as i using (index_on)
    order by m.cluster_id, m.institution_id"""
_LISTED = """
    select g.cluster_id, g.institution_id as control_institution_id, g.index_on as control_index_on,
        i.last_cohort_start_year, c.institution_id is not null as is_ever_member
    from (
        select cluster_id, institution_id, min(from_on) as index_on
        from intermediate.int_control_groups__accepted group by cluster_id, institution_id
    ) as g
    left join intermediate.int_comparison_index as i using (index_on)
    left join (select distinct institution_id from intermediate.int_cluster_members__accepted) as c using (institution_id)
    order by g.cluster_id, g.institution_id"""


def matches(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Members of each cluster with their controls, or why they have none.

    Members are institutions at which somebody began to teach at any time.

    Returns:
        A row per `cluster_id`, `institution_id` and `control_institution_id`, in that order (NONE without a control): `index_on`
        and `control_index_on`, after which people hired are compared; `prior_share`, `log_hired_value` and those of the control;
        `distance_share`; `caliper_share`; `prior_sd` and `log_hired_sd` among institutions of the window;
        `match_status`; `is_first_cluster`, whether it is the first cluster of the institution.
    """
    institutions = connection.execute(_INSTITUTIONS).pl()
    members = connection.execute(_MEMBERS).pl().join(institutions.drop("is_ever_member"), on="institution_id")
    prior = prior_retention(connection).select(
        "last_cohort_start_year", "institution_id", "prior_share", "log_hired_value"
    )
    outside = institutions.filter(~pl.col("is_ever_member")).join(prior, on="institution_id")
    members = _with_prior(members, prior)
    members = members.join(_spread(members, outside), on="last_cohort_start_year", how="left")
    listed = connection.execute(_LISTED).pl().rename({"control_institution_id": "institution_id"})
    listed = _with_prior(listed, prior).rename({"institution_id": "control_institution_id"})
    found = pl.concat(
        [
            _designated(members.join(listed, on="cluster_id", how="semi"), listed),
            _matched(members.join(listed, on="cluster_id", how="anti"), outside),
        ],
        how="diagonal",
    )
    return found.sort("cluster_id", "institution_id", "control_institution_id")


def _with_prior(institutions: pl.DataFrame, prior: pl.DataFrame) -> pl.DataFrame:
    """Who hired nobody in a window that there is has 0 hires; without a window nothing is known."""
    nobody = pl.when(pl.col("last_cohort_start_year").is_not_null()).then(0.0)
    return institutions.join(prior, on=["last_cohort_start_year", "institution_id"], how="left").with_columns(
        log_hired_value=pl.col("log_hired_value").fill_null(nobody)
    )


def _spread(members: pl.DataFrame, outside: pl.DataFrame) -> pl.DataFrame:
    """Standard deviations among institutions that can be matched in a window, before they are."""
    columns = ["last_cohort_start_year", "institution_id", "prior_share", "log_hired_value"]
    able = pl.concat([members.select(columns).unique(maintain_order=True), outside.select(columns)])
    return (
        able.filter(pl.col("prior_share").is_not_null())
        .sort("last_cohort_start_year", "institution_id")
        .group_by("last_cohort_start_year", maintain_order=True)
        .agg(prior_sd=pl.col("prior_share").std(), log_hired_sd=pl.col("log_hired_value").std())
        .with_columns(caliper_share=CALIPER_SD * pl.col("prior_sd"))
    )


def _designated(members: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    controls = listed.rename({"prior_share": "control_prior_share", "log_hired_value": "control_log_hired_value"}).drop(
        "last_cohort_start_year"
    )
    is_member = pl.col("is_ever_member")
    return _columns(
        members.join(controls, on="cluster_id").with_columns(
            match_status=pl.when(is_member).then(pl.lit("control_is_member")).otherwise(pl.lit("designated"))
        )
    )


def _matched(members: pl.DataFrame, outside: pl.DataFrame) -> pl.DataFrame:
    candidates = outside.filter(pl.col("prior_share").is_not_null()).select(
        *_CELL,
        control_institution_id="institution_id",
        control_prior_share="prior_share",
        control_log_hired_value="log_hired_value",
    )
    unplaced = pl.any_horizontal(pl.col(column) == "unknown" for column in _PLACE)
    pairs = (
        members.filter(pl.col("prior_share").is_not_null() & ~unplaced)
        .join(candidates, on=list(_CELL))
        # Differences that are equal on paper differ in the last digit of a double, and ties go by institution.
        .with_columns(
            distance_share=(pl.col("prior_share") - pl.col("control_prior_share")).abs().round(12),
            hired_distance=(pl.col("log_hired_value") - pl.col("control_log_hired_value")).abs().round(12),
        )
    )
    near = (
        pairs.filter(pl.col("distance_share") <= pl.col("caliper_share") + 1e-12)
        .sort("cluster_id", "institution_id", "hired_distance", "distance_share", "control_institution_id")
        .group_by("cluster_id", "institution_id", maintain_order=True)
        .head(CONTROLS)
        .with_columns(control_index_on="index_on", match_status=pl.lit("matched"))
    )
    cells = candidates.select(*_CELL).unique().with_columns(has_candidate=True)
    alone = (
        members.join(near, on=["cluster_id", "institution_id"], how="anti")
        .join(cells, on=list(_CELL), how="left")
        .with_columns(
            control_institution_id=pl.lit(NONE),
            match_status=pl.when(pl.col("prior_share").is_null())
            .then(pl.lit("few_hires"))
            .when(unplaced)
            .then(pl.lit("unknown_place"))
            .when(pl.col("has_candidate"))
            .then(pl.lit("outside_caliper"))
            .otherwise(pl.lit("no_candidate")),
        )
    )
    return pl.concat([_columns(near), _columns(alone)])


_COLUMNS = {
    "cluster_id": pl.String,
    "institution_id": pl.String,
    "control_institution_id": pl.String,
    "index_on": pl.Date,
    "control_index_on": pl.Date,
    "prior_share": pl.Float64,
    "control_prior_share": pl.Float64,
    "log_hired_value": pl.Float64,
    "control_log_hired_value": pl.Float64,
    "distance_share": pl.Float64,
    "caliper_share": pl.Float64,
    "prior_sd": pl.Float64,
    "log_hired_sd": pl.Float64,
    "match_status": pl.String,
    "is_first_cluster": pl.Boolean,
}


def _columns(found: pl.DataFrame) -> pl.DataFrame:
    """The columns of the result; null where a case has none."""
    return found.select(
        (pl.col(name) if name in found.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _COLUMNS.items()
    )
