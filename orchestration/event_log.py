"""Where Dagster notes what happens in a run: its own SQLite files, kept open.

Dagster opens a file anew for every statement, plans the statement anew and waits for the disk after each of some two
thousand events of a run. Here a file is opened once, so that plans are kept, and the disk is waited for at checkpoints: a
power cut may cost the last lines of the history, which nothing is decided by, and never the file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from dagster import Field
from dagster._config import StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

_WAIT_SECONDS = 60
#: A file a run; whoever looks through the history opens them all.
_MOST_OPEN = 8


class KeptOpenEventLogStorage(SqliteEventLogStorage):
    """`SqliteEventLogStorage` with one connection a file for as long as the process lives."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> Any:
        return {"base_dir": Field(StringSource, is_required=False)}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> KeptOpenEventLogStorage:
        # Where Dagster puts them by itself; whoever only looks at the definitions has no home, and leaves nothing.
        home = Path(os.environ.get("DAGSTER_HOME") or mkdtemp(prefix="bilimkoz-dagster-"))
        return cls(config_value.get("base_dir", str(home / "history" / "runs")), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        # The lock of the class it extends: one statement at a time, whichever thread asks.
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _wait_at_checkpoints_only)
            self._initdb(engine)
            while len(self._engines) >= _MOST_OPEN:
                self._engines.pop(next(iter(self._engines))).dispose()
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _wait_at_checkpoints_only(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("pragma synchronous = normal")
