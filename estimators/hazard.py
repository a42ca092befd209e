"""What goes with leaving sooner: hazard ratios of the values on the first day, by level, all cohorts together."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from scipy.special import stdtr, stdtrit

from estimators.bounds import minimum_n
from estimators.cox import CoxFit, fit_cox
from estimators.cox_risk import Careers, Floats

#: In this order: of two values that hold the same people the first is estimated, the second is `singular`.
COVARIATES = ("in_network_at_entry", "urban_rural", "school_kind", "sex", "first_post")
#: Of a value, and of the reference it is compared with; people and institutions are in minimum_n.csv.
MINIMUM_EXITS = 5
SCHEMA = pl.Schema(
    {
        "level": pl.String,
        "covariate": pl.String,
        "value": pl.String,
        "people_n": pl.Int64,
        "exits_n": pl.Int64,
        "institutions_n": pl.Int64,
        "log_hazard_ratio": pl.Float64,
        "log_hazard_ratio_se": pl.Float64,
        "hazard_ratio": pl.Float64,
        "hazard_ratio_ci_low": pl.Float64,
        "hazard_ratio_ci_high": pl.Float64,
        "model_se": pl.Float64,
        "p_value": pl.Float64,
        "proportional_p_value": pl.Float64,
        "status": pl.String,
    }
)
_PAIR = ["covariate", "value"]


def retention_hazard(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Cox models of the first exit at each level, stratified by cohort, with all covariates together.

    Each covariate is compared with its commonest value, ties by name. A value with too few people or exits, or compared with
    such a reference, is not estimated: the `too_few` values of a covariate share one column of the model, so that their
    people stay at risk and enter neither the reference nor another value.

    Reads intermediate.int_hazard_row and seeds.minimum_n. The hazard is per month from the person's own first day.

    Returns:
        SCHEMA, a row for each level, covariate and value, sorted by them. Counts are of those at risk in month 1.
        status: reference (ratio 1 by definition), ok, too_few (no estimate), too_few_institutions (the value or its
        reference has too few for an error by institution; ratio and model_se are given), and singular, separated,
        not_converged (no estimate), as in estimators.cox.
    """
    minimum = minimum_n(connection)
    levels = connection.execute("select distinct level from intermediate.int_hazard_row order by level").fetchall()
    tables = [
        _of_level(
            _rows(connection, level), _covariates(level), minimum["index"], minimum["cluster_interval"]
        ).with_columns(level=pl.lit(level))
        for (level,) in levels
    ]
    empty = pl.DataFrame(schema=SCHEMA)
    return pl.concat([empty, *(table.select(empty.columns).cast(SCHEMA) for table in tables)]).sort("level", *_PAIR)


def _rows(connection: duckdb.DuckDBPyConnection, level: str) -> pl.DataFrame:
    """In an order of their own, since sums of doubles follow."""
    return connection.execute(
        f"""select
            cohort_start_year, dense_rank() over (order by institution_id) as institution_no, last_month, is_exit,
            {", ".join(COVARIATES)}, people_n
        from intermediate.int_hazard_row
        where level = ?
        order by all""",
        [level],
    ).pl()


def _covariates(level: str) -> tuple[str, ...]:
    """At level network who began in one may move inside it without leaving, and the others have nowhere to: the two would
    differ where networks do nothing, so whether it was one is not asked there."""
    return COVARIATES[1:] if level == "network" else COVARIATES


def _of_level(
    rows: pl.DataFrame, covariates: tuple[str, ...], minimum_people: int, minimum_institutions: int
) -> pl.DataFrame:
    values = _values(rows, covariates, minimum_people)
    fitted = values.filter(role="fitted").select(_PAIR).rows()
    fit = fit_cox(
        Careers(
            covariates=_design(rows, values),
            last_time=rows["last_month"].to_numpy(),
            is_exit=rows["is_exit"].to_numpy(),
            people=rows["people_n"].to_numpy(),
            stratum=rows["cohort_start_year"].to_numpy(),
            cluster=rows["institution_no"].to_numpy(),
        )
    )
    is_reference = pl.col("role") == "reference"
    is_few = pl.min_horizontal("institutions_n", "reference_institutions_n") < minimum_institutions
    low, high = (
        (pl.col("log_hazard_ratio") + sign * pl.col("quantile") * pl.col("log_hazard_ratio_se")).exp()
        for sign in (-1, 1)
    )
    return (
        values.join(_estimates(fit, fitted), on=_PAIR, how="left")
        .pipe(_with_t)
        .with_columns(
            status=pl.when(is_reference)
            .then(pl.lit("reference"))
            .when(pl.col("role") == "too_few")
            .then(pl.lit("too_few"))
            .when((pl.col("fit_status") == "ok") & is_few)
            .then(pl.lit("too_few_institutions"))
            .otherwise("fit_status"),
            log_hazard_ratio=pl.when(is_reference).then(0.0).otherwise("log_hazard_ratio"),
        )
        .with_columns(pl.when(status="ok").then(name).alias(name) for name in ("log_hazard_ratio_se", "p_value"))
        .with_columns(hazard_ratio=pl.col("log_hazard_ratio").exp(), hazard_ratio_ci_low=low, hazard_ratio_ci_high=high)
    )


def _with_t(estimates: pl.DataFrame) -> pl.DataFrame:
    """The 97.5 % point and the p value of Student's t: an error by few institutions is itself uncertain (ADR 16).

    Its degrees of freedom are those of the side with fewer institutions, which is the more careful choice.
    """
    freedom = (
        estimates.select(pl.min_horizontal("institutions_n", "reference_institutions_n") - 1).to_series().to_numpy()
    )
    ratio = (estimates["log_hazard_ratio"] / estimates["log_hazard_ratio_se"]).abs().to_numpy()
    return estimates.with_columns(
        quantile=pl.Series(stdtrit(freedom, 0.975), dtype=pl.Float64),
        p_value=pl.Series(2 * stdtr(freedom, -ratio), dtype=pl.Float64, nan_to_null=True),
    )


def _values(rows: pl.DataFrame, covariates: tuple[str, ...], minimum_people: int) -> pl.DataFrame:
    """Values of each covariate with their counts and their role: reference, fitted or too_few."""
    counted = [
        rows.group_by(value=covariate)
        .agg(
            people_n=pl.col("people_n").sum(),
            exits_n=pl.col("people_n").filter("is_exit").sum(),
            institutions_n=pl.col("institution_no").n_unique(),
        )
        .sort("people_n", "value", descending=[True, False])
        .with_columns(
            covariate=pl.lit(covariate),
            is_enough=(pl.col("people_n") >= minimum_people) & (pl.col("exits_n") >= MINIMUM_EXITS),
            reference_institutions_n=pl.col("institutions_n").first(),
        )
        .with_columns(
            role=pl.when(pl.int_range(pl.len()) == 0)
            .then(pl.lit("reference"))
            .when(pl.col("is_enough") & pl.col("is_enough").first())
            .then(pl.lit("fitted"))
            .otherwise(pl.lit("too_few"))
        )
        for covariate in covariates
    ]
    return pl.concat(counted)


def _design(rows: pl.DataFrame, values: pl.DataFrame) -> Floats:
    """(rows, columns) of 0 and 1: the fitted values, then one column for the too few of each covariate.

    The shared columns come last: it is they that give way where they say nothing of their own.
    """
    columns = [rows[covariate] == value for covariate, value in values.filter(role="fitted").select(_PAIR).rows()]
    few = values.filter(role="too_few").group_by("covariate", maintain_order=True).agg("value")
    columns += [rows[covariate].is_in(few_values) for covariate, few_values in few.rows()]
    return np.array([column.to_numpy() for column in columns], dtype=np.float64).reshape(len(columns), rows.height).T


def _estimates(fit: CoxFit, fitted: list[tuple[str, str]]) -> pl.DataFrame:
    """A row for each fitted value; what is not known is null."""
    number = len(fitted)
    estimate = fit.coefficients[:number]
    cluster_se = np.sqrt(np.diag(fit.cluster_covariance))[:number]
    return pl.DataFrame(
        {
            "covariate": [covariate for covariate, _ in fitted],
            "value": [value for _, value in fitted],
            "fit_status": list(fit.statuses[:number]),
            "log_hazard_ratio": estimate,
            "log_hazard_ratio_se": cluster_se,
            "model_se": np.sqrt(np.diag(fit.model_covariance))[:number],
            "proportional_p_value": fit.proportional_p[:number],
        },
        schema_overrides={"covariate": pl.String, "value": pl.String, "fit_status": pl.String},
        nan_to_null=True,
    )
