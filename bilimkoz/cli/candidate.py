"""The newest candidate warehouse, for commands that look into it between runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from bilimkoz.cli.console import settings
from bilimkoz.connection import connect
from bilimkoz.lock import BusyError, read_lock
from orchestration.run import newest_warehouse


@contextmanager
def newest_candidate() -> Iterator[duckdb.DuckDBPyConnection | None]:
    """What the last run built, open for reading; None where no run got so far.

    Raises:
        BusyError: a run is under way.
    """
    with read_lock(settings().place("work")):
        warehouse = newest_warehouse(settings())
        if warehouse is None:
            yield None
            return
        try:
            connection = connect(warehouse, read_only=True)
        except duckdb.IOException:
            # Another program has it open for writing.
            raise BusyError from None
        with connection:
            yield connection
