"""The last release beside the candidate: its marts attached, and which of its columns can be compared.

Columns come, go and are renamed from one release to the next; a gate compares what both have and says what it left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bilimkoz.sql import literal

EARLIER = "earlier_release"


@contextmanager
def earlier(connection: duckdb.DuckDBPyConnection, marts: Path) -> Iterator[None]:
    """Attaches `marts.duckdb` of a release as `EARLIER` while the block runs.

    Raises:
        duckdb.Error: it cannot be read.
    """
    connection.execute(f"attach {literal(str(marts))} as {EARLIER} (read_only)")
    try:
        yield
    finally:
        connection.execute(f"detach {EARLIER}")


def absent(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> list[str]:
    """Those of `columns` that a mart lacks in the candidate or in the release attached."""
    held = connection.execute(
        "select column_name from duckdb_columns() where table_name = $table and ("
        "(database_name = $earlier and schema_name = 'main')"
        " or (database_name = current_database() and schema_name = 'marts'))"
        " group by column_name having count(*) = 2",
        {"table": table, "earlier": EARLIER},
    ).fetchall()
    both = {name for (name,) in held}
    return [column for column in columns if column not in both]


def coverage_table(connection: duckdb.DuckDBPyConnection, marts: Path | None) -> tuple[str, list[str]]:
    """The table that gate `coverage` reads: institutions expected now, and those of the last release that are not.

    An institution counts in the oblast it lies in now, so that to give it a region is no fall; one that is gone counts
    where it lay, so that to lose it is one.

    Args:
        connection: the candidate, with `marts.institution_coverage`.
        marts: the last release's `marts.duckdb`; None where there is none.

    Returns:
        The name of a temporary table, and the columns for want of which the head counts cannot be compared.
    """
    none = "select '' as institution_id, '' as oblast, cast(0 as bigint) as head_n where false"
    if marts is None:
        _write(connection, none)
        return "coverage_now", []
    with earlier(connection, marts):
        needed = ("institution_id", "oblast_code", "head_n")
        left_out = absent(connection, "institution_coverage", needed)
        before = f"select institution_id, oblast_code as oblast, head_n from {EARLIER}.main.institution_coverage"
        _write(connection, none if left_out else before)
    return "coverage_now", left_out


def _write(connection: duckdb.DuckDBPyConnection, before: str) -> None:
    connection.execute(
        f"""create or replace temp table coverage_now as
        select
            coalesce(c.oblast_code, b.oblast) as oblast, coalesce(c.institution_id, b.institution_id) as institution_id,
            c.institution_id is not null as is_expected, coalesce(c.is_delivered, false) as is_delivered,
            coalesce(c.head_n, 0) as head_n, b.head_n as head_before_n
        from marts.institution_coverage as c full join ({before}) as b on c.institution_id = b.institution_id"""
    )
