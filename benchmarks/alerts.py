"""How often early warnings catch what was planted, and how often they are raised for nothing.

    bilimkoz simulate --profile oblast --seed N && bilimkoz run     in a data root of its own, for as many seeds as wanted
    .venv/bin/python benchmarks/alerts.py DATA_ROOT [DATA_ROOT ...]

An episode is caught when an alert of its rule and cluster opens from its first day to one period after it. An alert is false
when no episode of its rule and cluster is on, or was one period before. Rules by trend need two periods to see one. Prints a row
a rule: episodes, caught as alarm, caught at all, and false ones by cluster and year, those that are only watched apart. Then how
many alarms the other rules raise, of which nothing is planted but that the practicum stays a month (W18 of P7).

    .venv/bin/python benchmarks/alerts.py --make DATA_ROOT SEED

makes an oblast with the networks and the staff of one, and a tenth of the pupils and a quarter of the events, which warnings do
not hang on: `bilimkoz run` takes less than half as long there.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from ingest.simulate.country import SCENARIOS, SIZES, Order, write_country
from ingest.simulate.country.episodes import RULES

#: Days of a period of each rule, and some for the day on which it is told.
_PERIOD = {12: 31, 4: 125, 1: 366}


def alerts(root: Path) -> pl.DataFrame:
    with duckdb.connect(
        str(root / "published" / "current" / "internal" / "marts.duckdb"), read_only=True
    ) as connection:
        return connection.execute(
            "select rule, cluster_id, opened_on, closed_on, severity, as_of_on from cluster_alert"
        ).pl()


def clusters_years(root: Path) -> float:
    """Years in which clusters existed, from their second on: none is planted in the first."""
    with duckdb.connect(
        str(root / "published" / "current" / "internal" / "marts.duckdb"), read_only=True
    ) as connection:
        (years,) = connection.execute(
            """select sum(greatest(0, date_diff('day', c.founded_on, a.as_of_on) / 365.25 - 1))
            from dim_cluster as c cross join (select max(as_of_on) as as_of_on from cluster_alert) as a"""
        ).fetchall()[0]
    return float(years)


def judged(root: Path) -> pl.DataFrame:
    """One row a rule: counts of episodes and alerts."""
    told, planted = alerts(root), pl.read_parquet(root / "truth" / "episodes.parquet")
    rows = []
    for rule, facts in RULES.items():
        late = pl.duration(days=_PERIOD[facts.a_year])
        of_rule, episodes = told.filter(rule=rule), planted.filter(rule=rule).with_row_index("episode")
        both = episodes.join(of_rule, on="cluster_id").filter(
            pl.col("opened_on").is_between(pl.col("from_on"), pl.col("before_on") + late)
        )
        caught = both["episode"].n_unique()
        as_alarm = both.filter(severity="alarm")["episode"].n_unique()
        false = of_rule.join(
            both.select("cluster_id", "opened_on").unique(), on=["cluster_id", "opened_on"], how="anti"
        )
        counts = [false.filter(severity=severity).height for severity in ("alarm", "watch")]
        rows.append((rule, episodes.height, as_alarm, caught, *counts))
    columns = ["rule", "episodes", "as_alarm", "caught", "false_alarms", "false_watches"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def unplanted(roots: list[Path]) -> pl.DataFrame:
    """One row a rule without episodes: alarms of clusters, and those that are still open."""
    told = pl.concat(alerts(root) for root in roots).drop_nulls("cluster_id").filter(severity="alarm")
    return (
        told.filter(~pl.col("rule").is_in(list(RULES)))
        .group_by("rule")
        .agg(pl.len().alias("alarms"), pl.col("closed_on").is_null().sum().alias("open"))
        .sort("rule")
    )


def months_of_practicum(root: Path) -> tuple[int, int]:
    """Networks that are two years old and more, and those of which W18 says that the practicum has not become longer."""
    path = root / "published" / "current" / "internal" / "marts.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        old, warned = connection.execute(
            """select count(*), count(a.cluster_id) from dim_cluster as c
            left join (select distinct cluster_id from cluster_alert where rule = 'W18' and object_id = 'P7') as a
                on c.cluster_id = a.cluster_id
            where c.founded_on + interval 2 year <= (select max(as_of_on) from cluster_alert)"""
        ).fetchall()[0]
    return int(old), int(warned)


def make(root: Path, seed: int) -> None:
    size = replace(SIZES["oblast"], name="networks", pupils_n=20_000, events_n=1_200_000)
    write_country(Order(root, size, SCENARIOS["base"], seed))


def main() -> None:
    if sys.argv[1] == "--make":
        make(Path(sys.argv[2]), int(sys.argv[3]))
        return
    roots = [Path(argument) for argument in sys.argv[1:]]
    years = sum(clusters_years(root) for root in roots)
    total = pl.concat([judged(root) for root in roots]).group_by("rule", maintain_order=True).sum()
    print(f"{len(roots)} oblasts, {years:.0f} years of clusters\n")
    print(
        "| rule | episodes | caught as alarm | caught | false alarms a cluster and year | to be watched for nothing |"
    )
    print("|---|---|---|---|---|---|")
    for rule, episodes, as_alarm, caught, alarms, watches in total.rows():
        shares = [f"{count / episodes:.0%}" if episodes else "" for count in (as_alarm, caught)]
        print(f"| {rule} | {episodes} | {' | '.join(shares)} | {alarms / years:.2f} | {watches / years:.2f} |")
    print("\n| rule without episodes | alarms a cluster and year | still open |\n|---|---|---|")
    for rule, alarms, still in unplanted(roots).rows():
        print(f"| {rule} | {alarms / years:.2f} | {still} |")
    old, warned = map(sum, zip(*map(months_of_practicum, roots), strict=True))
    print(f"\nThe practicum stays a month in {old} networks of two years and more; W18 says so of {warned}.")


if __name__ == "__main__":
    main()
