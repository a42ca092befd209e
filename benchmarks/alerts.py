"""How often early warnings catch what was planted, and how often they are raised for nothing.

    bilimkoz simulate --profile oblast --seed N && bilimkoz run     in a data root of its own, for as many seeds as wanted
    .venv/bin/python benchmarks/alerts.py DATA_ROOT [DATA_ROOT ...]

An episode is caught when an alert of its rule and cluster opens from its first day to one period after it. An alert is false
when no episode of its rule and cluster is on, or was one period before. Rules by trend need two periods to see one. Prints a row
a rule: episodes, caught as alarm, caught at all, and false ones by cluster and year, those that are only watched apart.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl

from ingest.simulate.country.episodes import RULES

#: Days of a period of each rule, and some for the day on which it is told.
_PERIOD = {12: 31, 4: 125, 1: 366}


def alerts(root: Path) -> pl.DataFrame:
    with duckdb.connect(
        str(root / "published" / "current" / "internal" / "marts.duckdb"), read_only=True
    ) as connection:
        return connection.execute("select rule, cluster_id, opened_on, severity, as_of_on from cluster_alert").pl()


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


def main() -> None:
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


if __name__ == "__main__":
    main()
