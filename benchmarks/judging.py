"""How far judging is above its floor: a staff list judged as `bilimkoz check` does, against DuckDB's bare `COPY` of it.

    .venv/bin/python benchmarks/judging.py [rows]

The same CSV (as in `large_csv.py`: local ids, distinct days, a broken row in ten thousand) is read as text and written as
Parquet, which no judging can be faster than, and then examined: typed, every rule asked, pseudonyms, duplicates. Each in
a process of its own, twice; prints seconds, peak memory and the ratio of the second round.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from large_csv import PROJECT, SCHOOL, write_csv

from bilimkoz.connection import connect
from ingest.examine import examine
from ingest.sender import read

_BYTES_PER_ROW = 70


def bare_copy(root: Path) -> int:
    with connect(None) as connection:
        copied = connection.execute(
            f"copy (from read_csv('{root / 'staff_employment.csv'}', all_varchar=true, store_rejects=true))"
            f" to '{root / 'copied.parquet'}' (format parquet)"
        ).fetchall()
    return int(copied[0][0])


def judge(root: Path) -> int:
    sender = read(root / "bench.toml")
    code_map = PROJECT / "dbt_project" / "seeds" / "code_map.csv"
    (found,) = examine([(root / "staff_employment.csv", "staff_employment")], sender, code_map)
    assert found.parsed.problem is None
    return found.parsed.records_n


def measured(work: Callable[[Path], int], root: Path, queue: multiprocessing.Queue[tuple[int, float, float]]) -> None:
    begun = time.perf_counter()
    rows_n = work(root)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    queue.put((rows_n, time.perf_counter() - begun, peak))


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    context = multiprocessing.get_context("spawn")
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_csv(root / "staff_employment.csv", max(1, rows * _BYTES_PER_ROW // 1_000_000))
        (root / "bench.toml").write_text(f'register = "bench"\ninstitutions = ["{SCHOOL}"]\n')
        for name, work in (("copy", bare_copy), ("judge", judge)) * 2:
            queue = context.Queue()
            process = context.Process(target=measured, args=(work, root, queue))
            process.start()
            rows_n, seconds[name], peak = queue.get()
            process.join()
            print(f"{name:6} {rows_n:>12,} rows {seconds[name]:7.2f} s {peak:8.0f} MB")
    print(f"judge / copy = {seconds['judge'] / seconds['copy']:.1f}")


if __name__ == "__main__":
    main()
