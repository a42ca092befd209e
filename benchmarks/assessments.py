"""How long it takes from assessment results to what every school adds, in every year, grade and subject.

    PYTHONPATH=tests/integration .venv/bin/python benchmarks/assessments.py [rows ...]

Pupils of grades 4 to 9 in six school years, tested once a year in two subjects: a pupil is there for as many years as grades
are left, at one of 7 000 schools, or of one for every 480 pupils. The results and the roll are written as accepted rows, with
pseudonyms of 32 characters. What is timed is `dbt build` without tests from them to the cross-products, in a process of its
own, start included and the parse of the project not; and then the estimate: models, effects, errors, ranks, checks, several
years. For each number of rows a line: seconds of both, peak memory, models, effects. DuckDB has what BILIMKOZ_MEMORY_LIMIT says.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
from retention_marts import dbt
from retention_world import TYPES, World, columns_of

from bilimkoz.connection import connect

MODELS = (
    "int_pupil",
    "int_score",
    "int_score_scale",
    "int_value_added_row",
    "int_value_added_gram",
    "int_value_added_newcomer",
    "int_value_added_decile",
    "minimum_n",
    "thresholds",
)
#: A million years of pupils have two million results.
_YEARS = """
    create temp table pupil_year as
    with pupil as (
        select i, cast(hash(i) % 11 as int) as entry, cast(hash(i * 3 + 1) % ? as int) as school
        from range(?) as t(i)
    )
    select i, school, 2014 + entry + step as start_year, 4 + step as grade
    from pupil cross join range(6) as t(step)
    where 2014 + entry + step between 2019 and 2024"""
_NORMAL = """
    create temp macro normal(a, b) as
        sqrt(-2 * ln((hash(a) % 1000000 + 1) / 1000001.0)) * cos(6.283185307 * (hash(b) % 1000000) / 1e6)"""
_RESULTS = """
    select printf('%032x', i) as pupil_id, 'S' || school as institution_id,
        start_year || '/' || printf('%02d', (start_year + 1) % 100) as school_year, grade, subject, 'modo' as test,
        round(greatest(0, least(100, 50 + 3 * normal(school * 7 + start_year, school * 5 + grade)
            + 9 * normal(i * 2 + 1, i * 2 + 2) + 6 * normal(i * 64 + grade * 8 + s, i * 64 + grade * 8 + s + 3))), 1) as score,
        100 as max_score
    from pupil_year cross join (values (0, 'mathematics'), (1, 'kazakh_language')) as v(s, subject)"""
_ROLL = """
    select printf('%032x', i) as pupil_id, 'S' || school as institution_id,
        start_year || '/' || printf('%02d', (start_year + 1) % 100) as school_year, grade,
        case when hash(i) % 2 = 0 then 'f' else 'm' end as sex, hash(i + 5) % 5 = 0 as disadvantaged,
        hash(i + 9) % 40 = 0 as special_needs
    from pupil_year"""


def write(warehouse: Path, rows: int) -> None:
    pupils = rows * 11 // 72
    with connect(warehouse, threads=2, memory_limit="8GB") as connection:
        connection.execute("create schema intermediate")
        connection.execute(_NORMAL)
        connection.execute(_YEARS, [min(7_000, max(40, pupils // 480)), pupils])
        for feed, query in (("assessment_results", _RESULTS), ("enrolments", _ROLL)):
            types = {name: str(TYPES[kind]) for name, kind in columns_of(feed).items()}
            connection.execute(f"create temp view given as {query}")
            given = {row[0] for row in connection.execute("describe given").fetchall()}
            columns = ", ".join(
                f"cast({name if name in given else 'null'} as {_SQL[kind.split('(')[0]]}) as {name}"
                for name, kind in types.items()
            )
            connection.execute(f"create table intermediate.int_{feed}__accepted as select {columns} from given")
            connection.execute("drop view given")


_SQL = {
    "String": "varchar", "Int32": "integer", "Int64": "bigint", "Decimal": "decimal(18, 4)", "Date": "date",
    "Datetime": "timestamp", "Boolean": "boolean", "Float64": "double",
}  # fmt: skip
_ESTIMATE = """
import sys
from pathlib import Path
from bilimkoz.connection import connect
from estimators.value_added import value_added
with connect(Path(sys.argv[1]), read_only=True) as connection:
    found = value_added(connection)
print(found["value_added_model"].height, found["value_added_institution"].height)
"""


def timed(rows: int) -> tuple[int, float]:
    """Prints a line; returns rows and seconds of both."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made, warehouse = World(as_of="2026-09-15"), folder / "warehouse.duckdb"
        write(warehouse, rows)
        dbt(["parse"], made, warehouse, folder / "target")
        begun = time.perf_counter()
        dbt(["build", "--select", *MODELS, "--exclude-resource-type", "test"], made, warehouse, folder / "target")
        built = time.perf_counter()
        estimate = subprocess.run(
            [sys.executable, "-c", _ESTIMATE, str(warehouse)], check=True, capture_output=True, text=True
        )
        ended = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        with connect(warehouse, read_only=True) as connection:
            (count,) = connection.execute("select count(*) from intermediate.int_value_added_row").fetchall()[0]
    models, effects = estimate.stdout.split()
    print(f"| {count:,} | {built - begun:.1f} | {ended - built:.1f} | {peak:.0f} | {models} | {effects} |", flush=True)
    return count, ended - begun


def drawn(points: list[tuple[int, float]]) -> None:
    """Seconds by rows beside this script, both axes by powers of ten, with a line on which twice the rows take twice as long."""
    rows, seconds = zip(*points, strict=True)
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.loglog(rows, seconds, "o-", color="black", label="dbt and estimate")
    axes.loglog(rows, [seconds[-1] * n / rows[-1] for n in rows], "--", color="gray", label="as the rows")
    axes.set(xlabel="assessment results", ylabel="seconds")
    axes.legend(frameon=False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None}, bbox_inches="tight")


def main() -> None:
    print("| rows | dbt, s | estimate, s | peak, MB | models | effects |")
    print("|---|---|---|---|---|---|")
    asked = [int(argument) for argument in sys.argv[1:]]
    points = [timed(rows) for rows in asked or [10_000, 100_000, 1_000_000, 10_000_000, 40_000_000]]
    if not asked:
        drawn(points)


if __name__ == "__main__":
    main()
