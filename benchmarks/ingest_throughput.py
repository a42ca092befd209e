"""How fast rows of the largest feed come in, by format, between a floor and what people use.

    .venv/bin/python benchmarks/ingest_throughput.py [rows] [format …]

One table of term marks (feed `assessment_results`: a pupil's IIN, a subject, a number, a day in each row; one broken row in
ten thousand) is written as CSV, JSON lines, Parquet and, with a tenth of the rows, XLSX. Each is read, judged and landed as
a run does it: types, every rule, pseudonyms, quarantine, repeats, Parquet. The floor is DuckDB's bare
`copy (from read_csv(…)) to … (format parquet)`; beside it pandas reads the CSV and writes Parquet, with no check at all. Each in
a process of its own, which has loaded the libraries when the clock starts, in turn four times; prints the medians of the last
three: rows, seconds, rows a second, peak memory, and the ratio of speeds to the floor.
"""

from __future__ import annotations

import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas
import polars as pl

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from ingest.contract import feeds
from ingest.landing import Landing
from ingest.log import Log
from ingest.parse import parse
from ingest.parsed import File
from ingest.pseudonym import Key
from ingest.readers.text import fingerprint
from ingest.repeats import settle
from ingest.sender import Sender
from ingest.simulate.identifiers import iins
from ingest.workshop import Workshop

CODE_MAP = PROJECT / "dbt_project" / "seeds" / "code_map.csv"
FEED = "assessment_results"
FORMATS = ("csv", "jsonl", "parquet", "xlsx")
SUBJECTS = ("algebra", "geometry", "physics", "chemistry", "biology", "geography", "informatics", "kazakh_language")


def marks(rows: int) -> pl.DataFrame:
    """Marks of a tenth as many pupils; keys are unique."""
    rng = np.random.default_rng(1)
    pupils_n = max(rows // (len(SUBJECTS) * 4), 1)
    born = np.datetime64("2008-01-01", "D") + rng.integers(0, 3650, pupils_n)
    known = np.array(iins(born, rng.random(pupils_n) < 0.5, rng.integers(0, 10_000, pupils_n)))
    # Two of one birthday may share a serial; a pupil is then left out.
    known = np.unique(known)
    number = np.arange(len(known) * len(SUBJECTS) * 4)
    frame = pl.DataFrame(
        {
            "pupil_id": known[number // (len(SUBJECTS) * 4)],
            "institution_id": np.array(["750140000417", "050140000418"])[number // 32 % 2],
            "school_year": "2025/26",
            "grade": number // 32 % 11 + 1,
            "subject": np.array(SUBJECTS)[number % len(SUBJECTS)],
            "test": "term_mark",
            "term": number // len(SUBJECTS) % 4 + 1,
            "score": rng.integers(10, 100, len(number)) / 10,
            "max_score": 10,
            "taken_on": "2025-10-15",
            "class_code": "5A",
        }
    )
    broken = pl.Series(number % 10_000 == 5_000)
    return frame.with_columns(score=pl.when(broken).then(pl.lit("?")).otherwise(pl.col("score").cast(pl.String)))


def write(frame: pl.DataFrame, folder: Path, formats: Sequence[str]) -> None:
    frame.write_csv(folder / f"{FEED}.csv")
    if "jsonl" in formats:
        frame.write_ndjson(folder / f"{FEED}.jsonl")
    if "parquet" in formats:
        frame.write_parquet(folder / f"{FEED}.parquet")
    if "xlsx" in formats:
        frame.head(min(frame.height // 10, 1_000_000)).write_excel(folder / f"{FEED}.xlsx", worksheet=FEED)


def bare_copy(folder: Path, _: str) -> int:
    with connect(None) as connection:
        copied = connection.execute(
            f"copy (from read_csv('{folder / FEED}.csv')) to '{folder / 'floor.parquet'}' (format parquet)"
        ).fetchall()
    return int(copied[0][0])


def with_pandas(folder: Path, _: str) -> int:
    frame = pandas.read_csv(folder / f"{FEED}.csv", dtype={"pupil_id": str, "institution_id": str})
    frame.to_parquet(folder / "pandas.parquet")
    return len(frame)


def ingest(folder: Path, suffix: str) -> int:
    sender = Sender("bench", "kz.iin", None, None, feeds(), None, None, None)
    path, landing = folder / f"{FEED}.{suffix}", folder / f"landing-{suffix}"
    print_ = fingerprint(path)
    file = File(path, FEED, sender, print_, "0" * 16, "d" * 16, datetime(2026, 9, 15, tzinfo=UTC))
    work = folder / f"work-{suffix}"
    work.mkdir(exist_ok=True)
    with Workshop(work, CODE_MAP, Key(bytes(range(32))), "2GB") as workshop:
        parsed = parse(workshop, [file])
        settle(workshop, parsed.values())
        Landing(landing, Log.read(landing)).write(workshop, parsed.values())
    (read,) = parsed.values()
    assert read.problem is None
    return read.records_n


def measured(
    work: Callable[[Path, str], int], folder: Path, suffix: str, queue: multiprocessing.Queue[tuple[int, float, float]]
) -> None:
    begun = time.perf_counter()
    rows_n = work(folder, suffix)
    queue.put((rows_n, time.perf_counter() - begun, _peak_mb()))


def _peak_mb() -> float:
    """The most memory this process held; what `getrusage` says begins with that of the process it was started by."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    context = multiprocessing.get_context("spawn")
    tasks: list[tuple[str, Callable[[Path, str], int], str]]
    tasks = [("floor: copy", bare_copy, "csv"), ("pandas", with_pandas, "csv")]
    tasks += [(f"ingest {suffix}", ingest, suffix) for suffix in sys.argv[2:] or FORMATS]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(marks(rows), folder, sys.argv[2:] or FORMATS)
        found: dict[str, list[tuple[int, float, float]]] = {label: [] for label, *_ in tasks}
        for _ in range(4):
            for label, work, suffix in tasks:
                queue = context.Queue()
                process = context.Process(target=measured, args=(work, folder, suffix, queue))
                process.start()
                found[label].append(queue.get())
                process.join()
        floor = 0.0
        for label, turns in found.items():
            rows_n, seconds, peak = (statistics.median(told) for told in zip(*turns[1:], strict=True))
            floor = floor or rows_n / seconds
            speed = rows_n / seconds
            print(
                f"{label:16} {rows_n:>12,} rows {seconds:8.2f} s {speed:12,.0f}/s {peak:7.0f} MB {speed / floor:6.2f}"
            )


if __name__ == "__main__":
    main()
