"""Gates of the pipeline itself: is everybody in, is every row accounted for, has anything shrunk, has the past moved.

Each is a function of what it is given and writes nothing; the caller appends its result to the gate log.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import duckdb

from bilimkoz.sql import literal
from expectations.gate_log import GateResult
from expectations.thresholds import Threshold

PIPELINE_GATES = ("coverage", "row_balance", "shrink", "revision")
_BALANCED = "read_n = accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n"
_LISTED_N = 20


def coverage(
    connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, Threshold], *, table: str = "institution_coverage"
) -> GateResult:
    """In every oblast enough of the institutions that should deliver have, and its head count has not collapsed.

    Args:
        connection: where `table` is.
        thresholds: with `coverage_institutions_share` and `coverage_head_count_drop_share`.
        table: one row per expected institution: oblast (string, `unknown` where it has none), institution_id,
            is_delivered (boolean), head_n and head_before_n (people now and in the last release; the latter is null
            where there is no earlier release).
    """
    least, most = thresholds["coverage_institutions_share"], thresholds["coverage_head_count_drop_share"]
    rows = connection.execute(
        f"""
        select
            oblast, count(*) as expected_n, count(*) filter (where is_delivered) as delivered_n,
            cast(coalesce(sum(head_n), 0) as bigint) as head_n, cast(sum(head_before_n) as bigint) as head_before_n
        from {table}
        group by oblast
        order by oblast
        """
    ).fetchall()
    short = [
        f"{oblast}: {delivered_n} of {expected_n} institutions delivered"
        for oblast, expected_n, delivered_n, _, _ in rows
        if not least.at_least(Decimal(delivered_n) / Decimal(expected_n))
    ]
    fallen = [
        f"{oblast}: {head_n} people after {head_before_n}"
        for oblast, _, _, head_n, head_before_n in rows
        if head_before_n and not most.at_most(1 - Decimal(head_n) / Decimal(head_before_n))
    ]
    found = [*short, *fallen]
    return GateResult(
        gate="coverage",
        asset="raw.staff_employment",
        passed=bool(rows) and not found,
        observed=_listed(found) or (f"{len(rows)} oblasts, all complete" if rows else "no institution is expected"),
        bound=f"at least {least.bound} of an oblast's institutions delivered, head count not down by over {most.bound}",
    )


def row_balance(connection: duckdb.DuckDBPyConnection, *, table: str = "intermediate.int_row_balance") -> GateResult:
    """Every row of every file is accounted for.

    Args:
        connection: where `table` is.
        table: one row per file of a delivery: file, read_n, accepted_n, superseded_n, withdrawn_n, repeated_n,
            waiting_n, quarantined_n, empty_n.
    """
    files_n, rows_n, off_n = connection.execute(
        f"select count(*), cast(coalesce(sum(read_n), 0) as bigint), count(*) filter (where ({_BALANCED}) is not true)"
        f" from {table}"
    ).fetchall()[0]
    off = connection.execute(
        f"""
        select
            file, read_n,
            accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n as accounted_n
        from {table}
        where ({_BALANCED}) is not true
        order by all
        limit {_LISTED_N}
        """
    ).fetchall()
    found = [f"{file}: {read_n} read, {accounted_n} accounted for" for file, read_n, accounted_n in off]
    balanced = f"{files_n} files, {rows_n} rows, all accounted for" if files_n else "no file"
    return GateResult(
        gate="row_balance",
        asset="landing",
        passed=files_n > 0 and off_n == 0,
        observed=_listed(found, off_n) or balanced,
        bound=_BALANCED,
    )


def feed_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Accepted rows by feed of a candidate warehouse; what `shrink` compares and a release keeps."""
    tables = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'intermediate'"
        r" and table_name like 'int\_%\_\_accepted' escape '\' order by table_name"
    ).fetchall()
    counted = {}
    for (table,) in tables:
        (rows_n,) = connection.execute(f'select count(*) from intermediate."{table}"').fetchall()[0]
        counted[table.removeprefix("int_").removesuffix("__accepted")] = int(rows_n)
    return counted


def shrink(
    current: Mapping[str, int], previous: Mapping[str, int] | None, thresholds: Mapping[str, Threshold]
) -> GateResult:
    """No feed has lost more of its accepted rows since the last release than is allowed.

    Args:
        current: accepted rows by feed; a feed that is not named has none.
        previous: the same of the last release; None where there is none.
        thresholds: with `shrink_rows_drop_share`.
    """
    most = thresholds["shrink_rows_drop_share"]
    before = {feed: rows_n for feed, rows_n in (previous or {}).items() if rows_n}
    found = [
        f"{feed}: {current.get(feed, 0)} rows after {rows_n}"
        for feed, rows_n in sorted(before.items())
        if not most.at_most(1 - Decimal(current.get(feed, 0)) / Decimal(rows_n))
    ]
    kept = "no earlier release" if previous is None else f"{len(before)} feeds, none shrank"
    return GateResult(
        gate="shrink",
        asset="intermediate",
        passed=not found,
        observed=_listed(found) or kept,
        bound=f"no feed down by over {most.bound} of its rows since the last release",
    )


def revision(connection: duckdb.DuckDBPyConnection, previous_marts: Path | None) -> GateResult:
    """Which closed figures of `marts.retention_index` have moved since the last release. It lists and always passes.

    A figure is closed when the last release had observed it. Late corrections move it rightly; nobody should learn of
    it from a reader.

    Args:
        connection: the candidate warehouse, with `marts.retention_index`.
        previous_marts: the last release's `marts.duckdb`; None where there is none.
    """
    moved: list[str] = []
    moved_n = 0
    if previous_marts is not None:
        connection.execute(f"attach {literal(str(previous_marts))} as previous_release (read_only)")
        try:
            (moved_n,) = connection.execute(f"select count(*) from ({_MOVED}) as moved").fetchall()[0]
            rows = connection.execute(f"{_MOVED} order by all limit {_LISTED_N}").fetchall()
        finally:
            connection.execute("detach previous_release")
        moved = [
            f"{'/'.join(str(part) for part in key)}: {retained_before} of {hired_before} is "
            + ("gone" if hired is None else f"now {retained} of {hired}")
            for *key, hired_before, retained_before, hired, retained in rows
        ]
    unmoved = "no earlier release" if previous_marts is None else "no closed figure moved"
    return GateResult(
        gate="revision",
        asset="marts.retention_index",
        passed=True,
        observed=_listed(moved, moved_n) or unmoved,
        bound="none; moved figures are listed",
    )


_MOVED = """
    select
        old.cohort_year, old.level, old.estimand, old.segment, old.segment_value, old.horizon_months,
        old.hired_n as hired_before_n, old.retained_n as retained_before_n, new.hired_n, new.retained_n
    from previous_release.main.retention_index as old
    left join marts.retention_index as new
        on old.cohort_year = new.cohort_year
        and old.level = new.level
        and old.estimand = new.estimand
        and old.segment = new.segment
        and old.segment_value = new.segment_value
        and old.horizon_months = new.horizon_months
    where old.status in ('ok', 'too_few')
        and (old.hired_n is distinct from new.hired_n or old.retained_n is distinct from new.retained_n)"""


def _listed(found: list[str], found_n: int | None = None) -> str:
    """The first of them, and how many more there are."""
    total_n = len(found) if found_n is None else found_n
    more = [f"and {total_n - _LISTED_N} more"] if total_n > _LISTED_N else []
    return "; ".join(found[:_LISTED_N] + more)
