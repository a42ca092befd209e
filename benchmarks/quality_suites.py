"""What Great Expectations costs: its start, all suites of raw on a small warehouse, and one on a large table.

    .venv/bin/python benchmarks/quality_suites.py [rows of the large table]

Start is loading the library and a first suite on empty tables. Each step runs in a process of its own; prints seconds
and peak memory.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

from bilimkoz.connection import connect
from expectations.runner import run_suites
from expectations.suites import suites_of
from ingest.contract import contract, target_feeds


def warehouse(path: Path, rows: int) -> Path:
    """Every feed as an empty table, and a staff list of so many posts."""
    with connect(path) as connection:
        connection.execute("create schema raw")
        for feed in target_feeds():
            columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in contract(feed).loaded_columns)
            connection.execute(f"create table raw.{feed} (_parse varchar, {columns})")
        connection.execute(
            f"""insert into raw.staff_employment (_parse, person_id, institution_id, position, start_date)
            select 'p1', printf('%032x', i // 3), '750140000' || lpad(cast(i % 2000 as varchar), 3, '0'), 'teacher',
                date '1990-01-01' + cast(i % 9973 as integer)
            from range({rows}) as t(i)"""
        )
    return path


def judge(path: Path, tables: tuple[str, ...], again: bool, queue: multiprocessing.Queue[tuple[float, float]]) -> None:
    """Seconds and peak memory of the suites of some tables; `again`: of a second time, when the library is loaded."""
    suites = [suite for suite in suites_of("raw") if suite.table in tables]
    for round_no in range(2 if again else 1):
        begun = time.perf_counter()
        gates = path.with_name(f"gates_{tables[0]}_{again}_{round_no}.parquet")
        results = run_suites("raw", path, gates, run_id="bench", suites=suites, memory_limit="2GB")
        seconds = time.perf_counter() - begun
        assert all(result.passed for result in results), [result.observed for result in results if not result.passed]
    queue.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        small = warehouse(Path(folder) / "small.duckdb", 1_000)
        large = warehouse(Path(folder) / "large.duckdb", rows)
        every = tuple(target_feeds())
        steps = (
            ("start, one suite on an empty table", small, ("regions",), False),
            ("all suites of raw, small, loaded", small, every, True),
            (f"staff_employment, {rows:,} rows, loaded", large, ("staff_employment",), True),
        )
        for name, path, tables, again in steps:
            queue = context.Queue()
            process = context.Process(target=judge, args=(path, tables, again, queue))
            process.start()
            seconds, peak = queue.get()
            process.join()
            print(f"{name:45} {seconds:7.2f} s {peak:8.0f} MB")


if __name__ == "__main__":
    main()
