"""The retention curves of a warehouse by lifelines over pandas, beside those of dbt.

    .venv/bin/python benchmarks/retention_lifelines.py warehouse.duckdb run_results.json [curves]

Reads the exposures that `benchmarks/retention_marts.py` leaves in a folder that it is given, fits one Kaplan-Meier curve with
its log-log interval for each cohort, level and value of the segments all, sex and subject (so many of them, the largest first;
without a number all), and holds each month against marts.retention_curve. Prints seconds for reading and for fitting, curves, the
largest difference, and what dbt took for the models from the exposures to all its curves.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import pandas as pd
from lifelines import KaplanMeierFitter

from bilimkoz.connection import connect

_MODELS = (
    "int_retention_month",
    "retention_curve",
    "int_retention_step",
    "int_retention_deal",
    "int_retention_jackknife",
)
_EXPOSURES = """
    with exposure as (
        select e.level, e.cohort_start_year, e.last_month, e.is_exit, m.sex, m.subject
        from intermediate.int_retention_exposure as e inner join intermediate.int_retention_member as m using (member_no)
    )
    select level, cohort_start_year, segment, segment_value, last_month, is_exit
    from (
        select level, cohort_start_year, 'all' as segment, 'all' as segment_value, last_month, is_exit
        from exposure
        union all by name select level, cohort_start_year, 'sex' as segment, sex as segment_value, last_month, is_exit
        from exposure
        union all by name select level, cohort_start_year, 'subject' as segment, subject as segment_value, last_month, is_exit
        from exposure
    )"""
_CURVES = """
    select level, cast(left(cohort_year, 4) as integer) as cohort_start_year, segment, segment_value, month,
        survival_share, survival_ci_low
    from marts.retention_curve
    where cohort_year <> 'all' and segment in ('all', 'sex', 'subject') and survival_share > 0 and survival_share < 1"""
_KEY = ["level", "cohort_start_year", "segment", "segment_value"]


def fitted(people: pd.DataFrame) -> pd.DataFrame:
    """Survival and the low end of its interval at the end of each month, by lifelines."""
    # Who is censored after a month is at risk in it: lifelines counts them so, since an exit comes first in a tie.
    curve = KaplanMeierFitter().fit(people["last_month"], people["is_exit"])
    low = curve.confidence_interval_survival_function_.iloc[:, 0]
    return pd.DataFrame({"by_lifelines": curve.survival_function_.iloc[:, 0], "low_by_lifelines": low})


def main() -> None:
    warehouse, results = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())["results"]
    curves_n = int(sys.argv[3]) if len(sys.argv) > 3 else None
    with connect(warehouse, read_only=True) as connection:
        begun = time.perf_counter()
        exposures = connection.execute(_EXPOSURES).df()
        read = time.perf_counter() - begun
        marts = connection.execute(_CURVES).df()
    begun = time.perf_counter()
    groups = sorted(exposures.groupby(_KEY, sort=True), key=lambda item: -len(item[1]))[:curves_n]
    curves = {key: fitted(people) for key, people in groups}
    seconds = time.perf_counter() - begun
    found = pd.concat(curves, names=[*_KEY, "month"]).reset_index()
    both = marts.merge(found, on=[*_KEY, "month"])
    apart = max(
        (both["survival_share"] - both["by_lifelines"]).abs().max(),
        (both["survival_ci_low"] - both["low_by_lifelines"]).abs().max(),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"lifelines: {len(exposures):,} rows read in {read:.1f} s, {len(curves):,} curves in {seconds:.1f} s, {peak:.0f} MB"
    )
    print(f"{len(both):,} months in both, largest difference {apart:.1e}")
    by_dbt = {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}
    with connect(warehouse, read_only=True) as connection:
        all_n = connection.execute("select count(*) from marts.retention_curve where month = 0").fetchall()[0][0]
    print(f"dbt: {all_n:,} curves, with errors by institution, in {sum(by_dbt[model] for model in _MODELS):.1f} s")


if __name__ == "__main__":
    main()
