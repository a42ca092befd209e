"""How long value added takes from the modelling table to effects, and beside lme4 on the same rows.

    .venv/bin/python benchmarks/value_added.py [pupils [schools [lme4]]]

One model of a school year, grade, subject and test: a prior, its missing indicator, another prior, sex, disadvantage and special
needs, and an effect of the school; a tenth of the pupils are newcomers. What is timed is the SQL of int_value_added_gram as
dbt compiles it, reading its sums, the fit by REML and the effects with their errors, on two threads; start-up and the making of
the rows are not. The tests on newcomers and by tenths of the prior are timed beside: their sums, and what is made of them; these
are read with the others. With `lme4`, R fits the same rounded rows with the default optimiser and with a tight one, each in a
process of its own whose reading is not timed, and the answers are compared.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from estimators.cross_products import models
from estimators.mixed_model import Fit, Level, fit_mixed
from estimators.value_added_checks import curvature, placebo
from orchestration.dbt_environment import executable

TABLES = ("int_value_added_gram", "int_value_added_newcomer", "int_value_added_decile")
#: Box and Muller: a normal number of two whole ones.
_NORMAL = """
    create temp macro normal(a, b) as
        sqrt(-2 * ln((hash(a) % 1000000 + 1) / 1000001.0)) * cos(6.283185307 * (hash(b) % 1000000) / 1e6)"""
_ROWS = """
    create table intermediate.int_value_added_row as
    with pupil as (
        select i, cast(hash(i) % ? as int) as school, hash(i * 7 + 1) % 20 = 0 as is_missing,
            normal(i * 7 + 2, i * 7 + 3) as z,
            normal(i * 7 + 4, i * 7 + 5) as e,
            normal(i * 7 + 6, i * 7 + 8) as o,
            cast(hash(i * 7 + 9) % 2 as bigint) as is_female, cast(hash(i * 7 + 10) % 5 = 0 as bigint) as is_disadvantaged,
            cast(hash(i * 7 + 11) % 50 = 0 as bigint) as has_special_needs
        from range(?) as t(i)
    ),
    school as (
        select cast(s as int) as school,
            .15 * normal(s * 5 + 1, s * 5 + 2) as effect
        from range(?) as t(s)
    )
    select 2024 as start_year, 6 as grade, 'mathematics' as subject, 'modo' as test, 'S' || p.school as institution_id,
        cast(i as int) as pupil_no, false as is_at_ceiling, not is_missing and i % 10 = 0 as has_moved,
        case when is_missing then 0 else cast(round(z * 1e7) as bigint) end as prior, cast(is_missing as bigint) as prior_missing,
        cast(round((.7 * z + .7 * o) * 1e7) as bigint) as prior_other, cast(0 as bigint) as prior_other_missing,
        is_female, is_disadvantaged, has_special_needs, cast(0 as bigint) as roll_missing,
        cast(round((.1 + .6 * z + .1 * o - .1 * is_disadvantaged + s.effect + .65 * e) * 1e7) as bigint) as outcome
    from pupil as p inner join school as s on p.school = s.school"""
#: What those who moved had reached two years before, elsewhere.
_EARLIER = """
    create table intermediate.int_score as
    select pupil_no, 'elsewhere' as institution_id, 2022 as start_year, 4 as grade, subject, 'modo' as test,
        .6 * prior / 1e7 + .1 * prior_other / 1e7 + .7 * normal(pupil_no * 7 + 13, pupil_no * 7 + 15) as score
    from intermediate.int_value_added_row where has_moved"""
_R = """
suppressMessages(library(lme4))
d <- read.csv(commandArgs(TRUE)[1])
d$school <- factor(d$school)
for (tight in c(FALSE, TRUE)) {
  control <- if (tight) lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .1, rhoend = 1e-10)) else lmerControl()
  begun <- proc.time()[["elapsed"]]
  fit <- lmer(outcome ~ prior + prior_missing + prior_other + is_female + is_disadvantaged + has_special_needs + (1 | school),
    data = d, REML = TRUE, control = control)
  effects <- ranef(fit, condVar = TRUE)
  seconds <- proc.time()[["elapsed"]] - begun
  cat(sprintf('{"seconds": %.2f, "school": %.12f, "residual": %.12f, "criterion": %.8f, "fixed": [%s]}\\n', seconds,
    as.data.frame(VarCorr(fit))$vcov[1], as.data.frame(VarCorr(fit))$vcov[2], REMLcrit(fit),
    paste(sprintf("%.12f", fixef(fit)), collapse = ", ")))
}
"""


def compiled(folder: Path) -> dict[str, str]:
    """The SQL of the cross-products as dbt writes it, by model."""
    project = str(PROJECT / "dbt_project")
    arguments = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(folder)]
    environment = {
        "BILIMKOZ_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "BILIMKOZ_TEMP": str(folder),
        "BILIMKOZ_AS_OF": "2026-09-15",
        "DBT_LOG_PATH": str(folder),
        "DO_NOT_TRACK": "1",
    }
    selected = ["--select", *TABLES, "--no-introspect", "--no-populate-cache"]
    subprocess.run(
        [executable(), "--quiet", "compile", *arguments, *selected],
        env=os.environ | environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return {table: next(folder.glob(f"compiled/**/{table}.sql")).read_text() for table in TABLES}


def main() -> None:
    pupils, schools = (int(argument) for argument in sys.argv[1:3] or (1_000_000, 7_000))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        queries = compiled(folder)
        with connect(folder / "warehouse.duckdb", threads=2, memory_limit="4GB") as connection:
            connection.execute("create schema intermediate")
            connection.execute(_NORMAL)
            connection.execute(_ROWS, [schools, pupils, schools])
            connection.execute(_EARLIER)
            connection.execute(
                """create table intermediate.int_score_scale as
                select * from (values (6, 'mathematics', 'modo', 0.0::double, 1.0::double), (4, 'mathematics', 'modo', 0.0, 1.0))
                as t(grade, subject, test, mean_score, sd_score)"""
            )
            seconds = {}
            for _ in range(3):
                begun = time.perf_counter()
                gram, *others = (
                    f"create or replace table intermediate.{name} as {sql}" for name, sql in queries.items()
                )
                connection.execute(gram)
                summed = time.perf_counter()
                (model,) = models(connection, with_checks=False)
                read = time.perf_counter()
                fit = fit_mixed(model.grams, [Level((0,), np.arange(len(model.institutions)))])
                fit.effects()
                ended = time.perf_counter()
                for query in others:
                    connection.execute(query)
                (model,) = models(connection)
                placebo(model, fit, 30)
                curvature(model, fit, 10)
                last = time.perf_counter()
                seconds = {"sums": summed - begun, "read": read - summed, "fit": ended - read, "all": ended - begun}
                seconds["tests on newcomers and by tenths"] = last - ended
                print(" ".join(f"{name} {value:.2f} s" for name, value in seconds.items()))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{pupils:,} pupils, {len(model.institutions):,} schools, {len(model.terms) - 1} columns; peak {peak:.0f} MB"
            )
            if "lme4" in sys.argv:
                _beside(connection, folder, fit, seconds["all"])


def _beside(connection: duckdb.DuckDBPyConnection, folder: Path, fit: Fit, seconds: float) -> None:
    """The same rows by lme4, and how far its answers are from ours."""
    rows = folder / "rows.csv"
    connection.execute(
        f"""copy (
            select institution_id as school, prior / 1e7 as prior, prior_missing, prior_other / 1e7 as prior_other, is_female,
                is_disadvantaged, has_special_needs, outcome / 1e7 as outcome
            from intermediate.int_value_added_row
        ) to '{rows}' (header)"""
    )
    script = folder / "lme4.R"
    script.write_text(_R)
    told = subprocess.run(["Rscript", str(script), str(rows)], capture_output=True, text=True, check=True).stdout
    for name, line in zip(("default", "tight"), told.splitlines(), strict=True):
        found = json.loads(line)
        differences = {
            "coefficients": float(np.abs(fit.coefficients - found["fixed"]).max()),
            "school variance": abs(float(fit.variances[0][0, 0]) / found["school"] - 1),
            "residual variance": abs(fit.residual_variance / found["residual"] - 1),
            "criterion": abs(fit.criterion - found["criterion"]),
        }
        print(f"lme4, {name} optimiser: {found['seconds']} s, {found['seconds'] / seconds:.0f} times as long")
        print("  " + ", ".join(f"{what} {value:.1e}" for what, value in differences.items()))


if __name__ == "__main__":
    main()
