"""Intervals, standard errors and pooling of the retention marts, by hand or against scipy."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, isclose, log, sqrt

import duckdb
import pytest
from once import Once
from retention_scenes import built_scenes
from retention_world import Row, rows
from scipy.stats import binomtest, t

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

Z = 1.959963984540054


@pytest.fixture(scope="module")
def marts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(built_scenes(once), read_only=True) as connection:
        yield connection


def curve(marts: duckdb.DuckDBPyConnection, subject: str, level: str, month: int) -> Row:
    (row,) = rows(
        marts,
        """select * from marts.retention_curve
        where segment = 'subject' and segment_value = ? and level = ? and month = ? and cohort_year <> 'all'""",
        subject,
        level,
        month,
    )
    return row


def index(marts: duckdb.DuckDBPyConnection, segment: str, value: str, cohort: str, months: int = 12) -> dict[str, Row]:
    found = rows(
        marts,
        """select * from marts.retention_index
        where segment = ? and segment_value = ? and cohort_year = ? and horizon_months = ? and estimand = 'employed_at'""",
        segment,
        value,
        cohort,
        months,
    )
    return {row["level"]: row for row in found}


def test_curves_need_not_nest_after_a_censoring(marts: duckdb.DuckDBPyConnection) -> None:
    """Ten people: four go to the sister school on 2018-12-01 and leave it on 2019-05-31; five are lost on 2019-03-01; one
    stays.

    Workplace: 4 of 10 leave in month 3, so 0.6; five are censored after month 6; nobody else leaves: 0.6 at month 12.
    Network and profession: nobody leaves up to month 6, when five are censored; of the five left, four leave in month 9:
    1 - 4/5 = 0.2. So the wider curve lies below the narrower one. The index does nest: 1 of 5 known, at every level.
    """
    assert curve(marts, "ten people", "workplace", 3)["survival_share"] == 0.6
    assert curve(marts, "ten people", "workplace", 12)["survival_share"] == 0.6
    for level in ("network", "profession"):
        assert curve(marts, "ten people", level, 6)["survival_share"] == 1
        assert isclose(curve(marts, "ten people", level, 12)["survival_share"], 0.2, rel_tol=1e-12)
    found = index(marts, "subject", "ten people", "2018/19")
    assert [(row["retained_n"], row["unknown_n"], row["index_share"]) for row in found.values()] == [(1, 5, 0.2)] * 3


def test_greenwood_and_log_log_by_hand(marts: duckdb.DuckDBPyConnection) -> None:
    """Month 3 of the ten: S = 0.6, sum of d / (n (n - d)) = 4 / (10 x 6) = 1/15, se = 0.6 sqrt(1/15) = 0.1549...
    log(-log) interval: 0.6 to the power exp(+-z sqrt(1/15) / ln 0.6)."""
    row = curve(marts, "ten people", "workplace", 3)
    assert isclose(row["survival_se"], 0.6 * sqrt(1 / 15), rel_tol=1e-12)
    spread = Z * sqrt(1 / 15) / log(0.6)
    assert isclose(row["survival_ci_low"], exp(log(0.6) * exp(-spread)), rel_tol=1e-12)
    assert isclose(row["survival_ci_high"], exp(log(0.6) * exp(spread)), rel_tol=1e-12)


def test_interval_at_one_and_at_zero_is_wilsons(marts: duckdb.DuckDBPyConnection) -> None:
    """Before anybody left: Wilson of 10 of 10 at risk. When the only one at risk left: Wilson of 0 of 1, and it stays so."""
    start = curve(marts, "ten people", "workplace", 1)
    assert start["survival_ci_high"] == 1
    assert isclose(start["survival_ci_low"], binomtest(10, 10).proportion_ci(0.95, "wilson").low, rel_tol=1e-12)
    for month in (10, 11, 40):
        gone = curve(marts, "returner", "workplace", month)
        assert (gone["survival_share"], gone["survival_se"], gone["survival_ci_low"]) == (0, 0, 0)
        assert isclose(gone["survival_ci_high"], binomtest(0, 1).proportion_ci(0.95, "wilson").high, rel_tol=1e-12)


def test_index_interval_is_wilsons(marts: duckdb.DuckDBPyConnection) -> None:
    for cohort in ("2015/16", "2018/19", "all"):
        for row in index(marts, "all", "all", cohort).values():
            known = row["hired_n"] - row["removed_n"] - row["unknown_n"]
            interval = binomtest(row["retained_n"], known).proportion_ci(0.95, "wilson")
            assert row["index_share"] == row["retained_n"] / known
            assert isclose(row["index_ci_low"], interval.low, rel_tol=1e-12)
            assert isclose(row["index_ci_high"], interval.high, rel_tol=1e-12)
            assert row["status"] == "ok"


def test_interval_that_reckons_with_institutions(marts: duckdb.DuckDBPyConnection) -> None:
    """Twenty schools with two people each, ten keep both and ten none: p = 1/2, n = 40. Between-institution variance of
    the ratio 20/19 x sum (r - p n)^2 / n^2 = 20/19 x 20 / 1600; binomial variance 1/4 / 40; deff = 40/19, so n / deff = 19.
    At p = 1/2 Wilson's half-width is z / (2 sqrt(n + z^2)), with the 97.5 % point of t with 19 degrees of freedom for z."""
    row = index(marts, "school_kind", "small_school", "2015/16")["workplace"]
    assert (row["hired_n"], row["retained_n"], row["institutions_n"]) == (40, 20, 20)
    quantile = t.ppf(0.975, 19)
    half = quantile / (2 * sqrt(19 + quantile * quantile))
    assert isclose(row["index_cluster_ci_low"], 0.5 - half, abs_tol=1e-6)
    assert isclose(row["index_cluster_ci_high"], 0.5 + half, abs_tol=1e-6)
    (few,) = {row["index_cluster_ci_low"] for row in index(marts, "subject", "jackknife", "2015/16").values()}
    assert few is None


def test_standard_error_over_institutions(marts: duckdb.DuckDBPyConnection) -> None:
    """X2 and X3 hired two people each on 2015-09-01, one of X2 leaves in month 1. Without X2 the survival is 1, without X3
    1/2; their mean is 3/4, and the jackknife 1/2 (1/16 + 1/16) = 1/16, so the standard error is 1/4. Without one of the 20
    schools of `design effect` the survival at month 6 is 20/38 or 18/38, mean 1/2, distance 1/38: 19/20 x 20 / 38^2.
    The four of X2 and X3 are those of one subject too. Nobody's studies are on record, so that `unknown` prepared all 44 and
    its error is that of all."""
    for segment, value in (("urban_rural", "urban"), ("subject", "jackknife")):
        found = rows(
            marts,
            """select survival_cluster_se from marts.retention_curve where segment = ? and segment_value = ?
            and cohort_year = '2015/16' and level = 'profession' and month in (1, 30)""",
            segment,
            value,
        )
        assert [row["survival_cluster_se"] for row in found] == [0.25, 0.25]
    of_all = rows(
        marts,
        """select segment, survival_cluster_se from marts.retention_curve where segment in ('all', 'preparing_institution')
        and cohort_year = '2015/16' and level = 'profession' and month = 6 order by segment""",
    )
    assert of_all[0]["survival_cluster_se"] > 0
    assert of_all[0]["survival_cluster_se"] == of_all[1]["survival_cluster_se"]
    (small,) = rows(
        marts,
        """select survival_share, survival_cluster_se, survival_cluster_ci_low, survival_cluster_ci_high
        from marts.retention_curve where segment = 'school_kind'
        and segment_value = 'small_school' and cohort_year = '2015/16' and level = 'network' and month = 6""",
    )
    assert small["survival_share"] == 0.5
    assert isclose(small["survival_cluster_se"], sqrt(19) / 38, rel_tol=1e-9)
    # On the scale of ln(-ln S) the error is that over S |ln S|; the 97.5 % point of t with 19 degrees of freedom is 2.093024.
    width = 2.093024054408263 * sqrt(19) / 38 / (0.5 * log(2))
    assert isclose(small["survival_cluster_ci_low"], 0.5 ** exp(width), rel_tol=1e-6)
    assert isclose(small["survival_cluster_ci_high"], 0.5 ** exp(-width), rel_tol=1e-6)
    (few,) = rows(
        marts,
        """select survival_cluster_ci_low from marts.retention_curve where segment = 'subject' and segment_value = 'jackknife'
        and cohort_year = '2015/16' and level = 'profession' and month = 1""",
    )
    assert few["survival_cluster_ci_low"] is None


def test_all_pools_the_observed_cohorts(marts: duckdb.DuckDBPyConnection) -> None:
    """Every cohort with a person in it but 2025/26 and 2026/27 is observed at 12 months, those up to 2020/21 at 60."""
    for months, last in ((12, "2024/25"), (24, "2023/24"), (36, "2020/21"), (60, "2020/21")):
        pooled = index(marts, "all", "all", "all", months)["network"]
        (single,) = rows(
            marts,
            """select cast(sum(hired_n) as bigint) as hired_n, cast(sum(retained_n) as bigint) as retained_n,
            count(*) as cohorts_n, max(cohort_year) as cohort_year
            from marts.retention_index where segment = 'all' and cohort_year <> 'all' and level = 'network'
            and estimand = 'employed_at' and horizon_months = ? and status <> 'not_yet_observed' and hired_n > 0""",
            months,
        )
        assert single["cohort_year"] == last
        assert {name: pooled[name] for name in ("hired_n", "retained_n", "cohorts_n")} == {
            name: single[name] for name in ("hired_n", "retained_n", "cohorts_n")
        }


def test_segment_values(marts: duckdb.DuckDBPyConnection) -> None:
    """The 2015/16 cohort: 40 people at small schools in the country, 4 at schools in town, nobody in a cluster, no sex, pupils
    or mentors on record, all of the one oblast; one left after 29 days."""
    found = rows(
        marts,
        """select segment, segment_value, hired_n from marts.retention_index where cohort_year = '2015/16'
        and level = 'network' and estimand = 'continuous' and horizon_months = 60 and segment <> 'subject'
        order by segment, segment_value""",
    )
    assert [(row["segment"], row["segment_value"], row["hired_n"]) for row in found] == [
        ("all", "all", 44),
        ("cluster", "none", 44),
        ("cluster_role", "none", 44),
        ("disadvantage_quartile", "unknown", 44),
        ("first_post", "proved", 44),
        ("had_mentor", "left_before", 1),
        ("had_mentor", "unknown", 43),
        ("in_network_at_entry", "false", 44),
        ("preparing_institution", "unknown", 44),
        ("preparing_programme", "unknown", 44),
        ("region", "110000000", 44),
        ("school_kind", "school", 4),
        ("school_kind", "small_school", 40),
        ("sex", "unknown", 44),
        ("small_school", "false", 4),
        ("small_school", "true", 40),
        ("urban_rural", "rural", 40),
        ("urban_rural", "urban", 4),
    ]
