"""Gates of the pipeline itself: is everybody in, is every row accounted for, has anything shrunk, has the past moved.

Each is a function of what it is given and writes nothing; the caller appends its result to the gate log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from expectations.earlier import EARLIER, absent, earlier
from expectations.gate_log import GateResult
from expectations.thresholds import Threshold

PIPELINE_GATES = ("coverage", "row_balance", "withdrawn", "shrink", "revision", "files_whole")
_ACCOUNTED = (
    "accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n + without_consent_n"
)
_BALANCED = f"read_n = {_ACCOUNTED}"
_LISTED_N = 20


#: Ends the bound of `coverage` where it is not kept on a day that is over.
TOLD_ONLY = "; of a day that is over it is told only"


def coverage(
    connection: duckdb.DuckDBPyConnection,
    thresholds: Mapping[str, Threshold],
    *,
    table: str = "institution_coverage",
    left_out: Sequence[str] = (),
    is_told_only: bool = False,
) -> GateResult:
    """In every oblast enough of the institutions that should deliver have, and its head count has not collapsed.

    Args:
        connection: where `table` is.
        thresholds: with `coverage_institutions_share` and `coverage_head_count_drop_share`.
        table: one row per institution that is expected now or was in the last release: oblast (string, `unknown` where
            it has none), institution_id, is_expected and is_delivered (boolean), head_n and head_before_n (people now
            and in the last release; the latter is null where it was not in one).
        left_out: columns for want of which the head counts are not compared.
        is_told_only: what is missing is told and does not fail, as of a day that is over: nobody can deliver for it any more.
    """
    least, most = thresholds["coverage_institutions_share"], thresholds["coverage_head_count_drop_share"]
    rows = connection.execute(
        f"""
        select
            oblast, count(*) filter (where is_expected) as expected_n,
            count(*) filter (where is_expected and is_delivered) as delivered_n,
            cast(coalesce(sum(head_n), 0) as bigint) as head_n, cast(sum(head_before_n) as bigint) as head_before_n
        from {table}
        group by oblast
        order by oblast
        """
    ).fetchall()
    short = [
        f"{oblast}: {delivered_n} of {expected_n} institutions delivered"
        for oblast, expected_n, delivered_n, _, _ in rows
        if expected_n and not least.at_least(Decimal(delivered_n) / Decimal(expected_n))
    ]
    fallen = [
        f"{oblast}: {head_n} people after {head_before_n}"
        for oblast, _, _, head_n, head_before_n in rows
        if head_before_n and not most.at_most(1 - Decimal(head_n) / Decimal(head_before_n))
    ]
    found = [*short, *fallen]
    is_anybody = any(expected_n for _, expected_n, *_ in rows)
    complete = f"{len(rows)} oblasts, all complete" if is_anybody else "no institution is expected"
    return GateResult(
        gate="coverage",
        asset="marts.institution_coverage",
        passed=is_anybody and (is_told_only or not found),
        observed=(listed(found) or complete) + _not_compared("head counts", left_out),
        bound=f"at least {least.bound} of an oblast's institutions delivered, head count not down by over {most.bound}"
        + (TOLD_ONLY if is_told_only and found else ""),
    )


def row_balance(connection: duckdb.DuckDBPyConnection, *, table: str = "intermediate.int_row_balance") -> GateResult:
    """Every row of every file is accounted for.

    Args:
        connection: where `table` is.
        table: one row per file of a delivery: file, read_n, accepted_n, superseded_n, withdrawn_n, repeated_n,
            waiting_n, quarantined_n, empty_n, without_consent_n.
    """
    files_n, rows_n, off_n = connection.execute(
        f"select count(*), cast(coalesce(sum(read_n), 0) as bigint), count(*) filter (where ({_BALANCED}) is not true)"
        f" from {table}"
    ).fetchall()[0]
    off = connection.execute(
        f"""
        select
            file, read_n,
            {_ACCOUNTED} as accounted_n
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
        observed=listed(found, off_n) or balanced,
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
        observed=listed(found) or kept,
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
    left_out: list[str] = []
    moved_n = 0
    if previous_marts is not None:
        with earlier(connection, previous_marts):
            left_out = absent(connection, "retention_index", (*_KEY, *_COUNTS, "status"))
            counts = [column for column in _COUNTS if column not in left_out]
            if counts and not {*_KEY, "status"} & set(left_out):
                moved_n, moved = _moved(connection, counts)
    unmoved = UNMOVED[0] if previous_marts is None else UNMOVED[1]
    return GateResult(
        gate="revision",
        asset="marts.retention_index",
        passed=True,
        observed=(listed(moved, moved_n) or unmoved) + _not_compared("figures", left_out),
        bound="none; moved figures are listed",
    )


#: What gate `revision` has observed where it lists nothing.
UNMOVED = ("no earlier release", "no closed figure moved")
_KEY = ("cohort_year", "level", "estimand", "segment", "segment_value", "horizon_months")
_COUNTS = ("hired_n", "retained_n")


def _moved(connection: duckdb.DuckDBPyConnection, counts: Sequence[str]) -> tuple[int, list[str]]:
    """How many closed figures moved, and the first of them in words; those of `counts` that were compared."""
    keys = ", ".join(f"old.{column}" for column in _KEY)
    values = ", ".join(f"old.{column} as {column}_before, new.{column}" for column in counts)
    moved = f"""
        select {keys}, new.status is null as is_gone, {values}
        from {EARLIER}.main.retention_index as old
        left join marts.retention_index as new on {" and ".join(f"old.{column} = new.{column}" for column in _KEY)}
        where old.status in ('ok', 'too_few')
            and ({" or ".join(f"old.{column} is distinct from new.{column}" for column in counts)})"""
    (moved_n,) = connection.execute(f"select count(*) from ({moved}) as moved").fetchall()[0]
    rows = connection.execute(f"{moved} order by all limit {_LISTED_N}").fetchall()
    return int(moved_n), [_in_words(row) for row in rows]


def _in_words(row: tuple[object, ...]) -> str:
    key, is_gone, values = row[: len(_KEY)], row[len(_KEY)], row[len(_KEY) + 1 :]
    before, now = (" of ".join(str(value) for value in reversed(values[side::2])) for side in (0, 1))
    return f"{'/'.join(str(part) for part in key)}: {before} is " + ("gone" if is_gone else f"now {now}")


def files_whole(connection: duckdb.DuckDBPyConnection, *, as_of: date, is_strict: bool) -> GateResult:
    """Which files wait whole, since more of their rows are bad than their contract allows.

    They do not stop a release by themselves: the last accepted rows of their senders stay. In a strict run they do.

    Args:
        connection: the candidate, with `log.files`.
        as_of: files made after this day are not known to the run.
        is_strict: whether such a file fails the gate.
    """
    rows = connection.execute(
        """
        select f.sender, f.folder, f.path
        from log.files as f
        where f.state = 'waiting' and f.created_on <= $as_of and not exists (
            select 1 from log.files as newer
            where newer.sender = f.sender and newer.feed = f.feed and newer.state = 'accepted'
                and newer.created_at > f.created_at and newer.created_on <= $as_of
        )
        order by all
        """,
        {"as_of": as_of},
    ).fetchall()
    found = ["/".join(row) for row in rows]
    return GateResult(
        gate="files_whole",
        asset="log.files",
        passed=not (is_strict and found),
        observed=listed(found) or "no file waits whole",
        bound="no file waits whole" if is_strict else "none; files that wait are listed",
    )


def _not_compared(what: str, left_out: Sequence[str]) -> str:
    return f"; {what} not compared for want of {', '.join(left_out)}" if left_out else ""


def listed(found: list[str], found_n: int | None = None) -> str:
    """The first twenty of what a gate found, and how many more there are."""
    total_n = len(found) if found_n is None else found_n
    more = [f"and {total_n - _LISTED_N} more"] if total_n > _LISTED_N else []
    return "; ".join(found[:_LISTED_N] + more)
