"""How often the intervals of indicators hold what was planted of networks.

    bilimkoz simulate --profile oblast --seed N && bilimkoz run     in a data root of its own, for as many seeds as wanted
    .venv/bin/python benchmarks/indicators.py DATA_ROOT [DATA_ROOT ...]

A case is a network and a school year that is over. Prints a row an indicator and measure: cases, those that are told, those with
an interval, the share of these whose interval holds the true value, and the mean of value less truth. What surveys ask is held
against the score that is expected of all teachers of members, whether they were asked or not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl

#: Indicator and measure of the mean score of an instrument, and what a point of an item is in its unit.
SCORES = (
    ("T1", "main", "trust", 1),
    ("T3", "main", "wellbeing", 1),
    ("T4", "main", "pulse", 1),
    ("D2", "score", "technostress", 1),
    ("D4", "main", "tam", 1),
)
#: By school year of a wave. Whom a network has changes on 1 September alone, so that its members of a day are those of the year.
_SURVEYED = """
    select m.cluster_id, s.instrument,
        cast(year(s.day) - (month(s.day) < 9)::int as varchar) || '/'
            || lpad(cast((year(s.day) - (month(s.day) < 9)::int + 1) % 100 as varchar), 2, '0') as school_year,
        sum(s.true_score * s.teachers_n) / sum(s.teachers_n) as true_value
    from (select *, cast(wave as date) as day from read_parquet('{root}/truth/survey_means.parquet')) as s
    inner join read_parquet('{root}/truth/members.parquet') as m
        on s.institution_id = m.institution_id and m.joined_on <= s.day
    group by all
"""
#: The main figure of A1: of the key outcomes of the network's college and of the university, which has as many.
_ALIGNED = """
    select m.cluster_id, avg(cast(a.is_aligned as int)) / 2 as true_value
    from read_parquet('{root}/truth/alignment.parquet') as a
    inner join read_parquet('{root}/truth/members.parquet') as m
        on m.role = 'college' and a.programme_code = '0112-' || m.institution_id
    group by m.cluster_id
"""
_FIGURES = """
    select cluster_id, indicator, measure, period as school_year, value, ci_low, ci_high, status
    from marts.cluster_indicator
    where scope = 'cluster' and period_kind = 'school_year' and status not in ('not_yet_observed')
"""


def cases(root: Path) -> pl.DataFrame:
    """One row a network, school year, indicator and measure of which the truth is known.

    Returns:
        cluster_id, indicator, measure, school_year, value, ci_low, ci_high, status, true_value; all in the indicator's unit.
    """
    path = root / "published" / "current" / "internal" / "marts.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as marts (read_only)")
        told = connection.execute(_FIGURES).pl()
        surveyed = connection.execute(_SURVEYED.format(root=root)).pl()
        aligned = connection.execute(_ALIGNED.format(root=root)).pl()
    planted = pl.read_parquet(root / "truth" / "indicators.parquet").drop("oblast")
    years = told.select("school_year").unique()
    truths = [
        planted,
        *(
            surveyed.filter(instrument=instrument).select(
                "cluster_id",
                "school_year",
                indicator=pl.lit(indicator),
                measure=pl.lit(measure),
                true_value=pl.col("true_value") * points,
            )
            for indicator, measure, instrument, points in SCORES
        ),
        aligned.join(years, how="cross").with_columns(indicator=pl.lit("A1"), measure=pl.lit("main")),
    ]
    columns = ["cluster_id", "school_year", "indicator", "measure"]
    every = pl.concat([frame.select(*columns, "true_value") for frame in truths])
    return told.join(every, on=columns)


def judged(found: pl.DataFrame) -> pl.DataFrame:
    """A row an indicator and measure, counts and shares (0-1)."""
    ok = pl.col("status") == "ok"
    with_interval = ok & pl.col("ci_low").is_not_null()
    # To a millionth: an interval may end at the truth itself.
    holds = pl.col("true_value").is_between(pl.col("ci_low") - 1e-6, pl.col("ci_high") + 1e-6)
    return (
        found.group_by("indicator", "measure")
        .agg(
            pl.len().alias("cases"),
            ok.sum().alias("told"),
            with_interval.sum().alias("intervals"),
            holds.filter(with_interval).mean().alias("held"),
            (pl.col("value") - pl.col("true_value")).filter(ok).mean().alias("mean_difference"),
        )
        .sort("indicator", "measure")
    )


def main() -> None:
    roots = [Path(argument) for argument in sys.argv[1:]]
    found = pl.concat([cases(root) for root in roots])
    table = judged(found)
    whole = judged(found.with_columns(indicator=pl.lit("all"), measure=pl.lit("")))
    print(f"{len(roots)} oblasts\n")
    print(
        "| indicator | measure | cases | told | with an interval | of these hold the truth | value less truth, mean |"
    )
    print("|---|---|---|---|---|---|---|")
    for indicator, measure, n, told, intervals, held, off in pl.concat([table, whole]).rows():
        share = "" if held is None else f"{held:.1%}"
        print(f"| {indicator} | {measure} | {n} | {told} | {intervals} | {share} | {off:+.3f} |")


if __name__ == "__main__":
    main()
