"""Where should row rules run: in DuckDB, where the reader is, or in Polars after it?

    .venv/bin/python benchmarks/row_rules.py [rows]

The same work both ways on the same CSV, in one run: read as text, check-digit an IIN, type a date and a number, replace
the identifier by its HMAC, write Parquet. Prints seconds and peak memory of each, each in a process of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from bilimkoz.connection import connect
from ingest import identifiers
from ingest.pseudonym import Key

KEY = b"0" * 32
WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def make(path: Path, rows: int) -> None:
    duckdb.sql(f"""copy (select lpad(cast(700101000000 + i * 7 as varchar), 12, '0') as iin,
        case when i % 2 = 0 then '2020-09-01' else '01.09.2021' end as start_date, '0,5' as load
        from range({rows}) t(i)) to '{path}' (header)""")


def in_duckdb(source: Path, target: Path) -> None:
    with connect(None) as connection:
        for macro in identifiers.macros("kz.iin"):
            connection.execute(macro)
        Key(KEY).bind(connection)
        connection.execute(
            f"""copy (select pseudonym('person', 'kz.iin:' || iin) as person_id, is_iin(iin) as ok,
                coalesce(try_cast(start_date as date), cast(try_strptime(start_date, '%d.%m.%Y') as date)) as start,
                try_cast(replace(load, ',', '.') as decimal(18, 4)) as load
            from read_csv('{source}', all_varchar=true)) to '{target}' (format parquet)"""
        )


def in_polars(source: Path, target: Path) -> None:
    frame = duckdb.sql(f"select * from read_csv('{source}', all_varchar=true)").pl()
    digits = [pl.col("iin").str.slice(place, 1).cast(pl.Int32, strict=False) for place in range(12)]
    first = sum((weight * digit for weight, digit in zip(WEIGHTS, digits, strict=False)), pl.lit(0)) % 11
    second = sum((weight * digit for weight, digit in zip(SECOND, digits, strict=False)), pl.lit(0)) % 11
    date = pl.coalesce(
        pl.col("start_date").str.to_date("%Y-%m-%d", strict=False),
        pl.col("start_date").str.to_date("%d.%m.%Y", strict=False),
    )
    frame.select(
        # Polars has no SHA-256, so each identifier passes through Python.
        person_id=pl.col("iin").map_elements(
            lambda text: hmac.new(KEY, f"person\x1fkz.iin:{text}".encode(), hashlib.sha256).hexdigest()[:32],
            return_dtype=pl.String,
        ),
        ok=pl.when(first < 10).then(first).otherwise(second) == digits[11],
        start=date,
        load=pl.col("load").str.replace(",", ".").cast(pl.Decimal(18, 4), strict=False),
    ).write_parquet(target)


def measured(
    work: Callable[[Path, Path], None], source: Path, target: Path, queue: multiprocessing.Queue[tuple[float, float]]
) -> None:
    started = time.perf_counter()
    work(source, target)
    queue.put((time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.csv"
        make(source, rows)
        results = []
        for name, work in (("duckdb", in_duckdb), ("polars", in_polars), ("duckdb", in_duckdb), ("polars", in_polars)):
            queue = context.Queue()
            process = context.Process(target=measured, args=(work, source, Path(folder) / f"{name}.parquet", queue))
            process.start()
            seconds, peak = queue.get()
            process.join()
            results.append((name, seconds))
            print(f"{name:8} {rows:>12,} rows {seconds:7.2f} s {peak:8.0f} MB")
        same = duckdb.sql(
            f"select count(*) from (from '{folder}/duckdb.parquet' except all from '{folder}/polars.parquet')"
        ).fetchall()
        print(f"rows that differ: {same[0][0]}; polars / duckdb = {results[3][1] / results[2][1]:.1f}")


if __name__ == "__main__":
    main()
