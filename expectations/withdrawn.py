"""Gate `withdrawn`: has a full list taken back most of what its sender said before.

A list that holds five rows where the one before held 950 is a mistake more often than not, and would read as 945 people who
were never there. It stops the release until a newer list comes, or a steward takes it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from expectations.gate_log import GateResult
from expectations.pipeline_gates import listed
from expectations.thresholds import Threshold

TABLE = "intermediate.int_list_withdrawal"
#: What the gate has observed where it lists nothing.
NOTHING = "no list withdrew a row"


@dataclass(frozen=True)
class Fall:
    """A full list that withdrew more than is allowed and that nobody has taken in."""

    delivery_id: str
    feed: str
    sender: str
    folder: str
    held_before_n: int
    withdrawn_n: int

    def __str__(self) -> str:
        return f"{self.sender}/{self.folder} {self.feed}: {self.withdrawn_n} of {self.held_before_n} rows withdrawn"


def falls(
    connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, Threshold], *, table: str = TABLE
) -> list[Fall]:
    """The lists of a candidate that gate `withdrawn` fails for, by sender.

    Args:
        connection: where `table` is.
        thresholds: with `withdrawn_rows_share` and `withdrawn_rows_n`.
        table: one row per full list: delivery_id, feed, sender, folder, held_before_n, withdrawn_n, is_accepted.
    """
    share, count = thresholds["withdrawn_rows_share"], thresholds["withdrawn_rows_n"]
    rows = connection.execute(
        f"""
        select delivery_id, feed, sender, folder, held_before_n, withdrawn_n
        from {table}
        where withdrawn_n > 0 and not is_accepted
        order by sender, folder, feed
        """
    ).fetchall()
    found = [Fall(*row) for row in rows]
    return [
        fall
        for fall in found
        if not count.at_most(Decimal(fall.withdrawn_n))
        and not share.at_most(Decimal(fall.withdrawn_n) / Decimal(max(fall.held_before_n, fall.withdrawn_n)))
    ]


def withdrawn(
    connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, Threshold], *, table: str = TABLE
) -> GateResult:
    """No full list has withdrawn more of its sender's rows than is allowed; how many each sender's lists withdrew.

    Args:
        connection: where `table` is.
        thresholds: as `falls` takes them.
        table: likewise.
    """
    fallen = falls(connection, thresholds, table=table)
    by_sender = connection.execute(
        f"""
        select sender, cast(sum(withdrawn_n) as bigint) as rows_n
        from {table}
        group by sender
        having rows_n > 0
        order by rows_n desc, sender
        """
    ).fetchall()
    told = [*map(str, fallen), *(f"{sender}: {rows_n} rows withdrawn" for sender, rows_n in by_sender)]
    share, count = thresholds["withdrawn_rows_share"].bound, thresholds["withdrawn_rows_n"].bound
    return GateResult(
        gate="withdrawn",
        asset=TABLE,
        passed=not fallen,
        observed=listed(told) or NOTHING,
        bound=f"no full list withdraws over {share} of the rows of the one before it; up to {count} rows always pass",
    )
