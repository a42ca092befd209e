"""`bilimkoz due`: what senders owe, from the newest run."""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from bilimkoz.cli.candidate import newest_candidate
from bilimkoz.cli.console import language, require_data_root, table, tell, words
from ingest.contract import contract

_OWED = """select sender, feed, frequency, max(period) as period, max(due_on) as due_on,
        count(*) as periods_n
    from marts.fct_delivery_due where due_status = 'missing' and (? is null or sender = ?)
    group by sender, feed, frequency order by sender, due_on, feed"""


def due(sender: Annotated[str | None, typer.Option(help="Only this sender.")] = None) -> int:
    """What was due by the day of the last run and has not come: sender, feed, period, since when."""
    require_data_root()
    with newest_candidate() as connection:
        if connection is None or not is_built(connection):
            tell("due.unknown", "yellow")
            return 0
        owed = connection.execute(_OWED, [sender, sender]).fetchall()
    if not owed:
        tell("due.nothing", "green")
        return 0
    rows: list[list[object]] = [
        [name, contract(feed).labels[language()], period, str(due_on), periods_n]
        for name, feed, _, period, due_on, periods_n in owed
    ]
    names = [words(f"due.{name}") for name in ("sender", "feed", "period", "due_on", "periods")]
    table(words("due.title"), names, rows, right=(4,), names=(0,))
    return 0


def is_built(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a candidate warehouse got so far."""
    there = "select count(*) from information_schema.tables where table_schema = 'marts' and table_name = ?"
    return bool(connection.execute(there, ["fct_delivery_due"]).fetchall()[0][0])


def owed_n(connection: duckdb.DuckDBPyConnection) -> int:
    """How many feeds of senders are overdue."""
    if not is_built(connection):
        return 0
    return len(connection.execute(_OWED, [None, None]).fetchall())
