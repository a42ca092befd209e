"""The log of a run's gates: one row a gate, in `gates.parquet`, that a release reads and nothing else is believed.

The file names its run in its metadata, so that a log left by another run, or copied from one, proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bilimkoz.durable import write_whole

RUN_KEY = b"bilimkoz.run"
_SCHEMA = pa.schema(
    [
        pa.field("gate", pa.string(), nullable=False),
        pa.field("asset", pa.string(), nullable=False),
        pa.field("passed", pa.bool_(), nullable=False),
        pa.field("observed", pa.string(), nullable=False),
        pa.field("bound", pa.string(), nullable=False),
    ]
)


class ForeignGateLogError(ValueError):
    """The log was written by another run."""


@dataclass(frozen=True)
class GateResult:
    """What one gate found.

    Attributes:
        gate: its name, such as `gx:marts.retention_index`, `dbt:<unique id of a test>`, `row_balance`.
        asset: what it judges, such as `marts.retention_index`.
        passed: whether it holds.
        observed: what was seen, in words for a person.
        bound: what it was held against, likewise.
        failing: for each rule that does not hold, up to a few rows that break it, without personal columns.
            Not part of the log.
    """

    gate: str
    asset: str
    passed: bool
    observed: str
    bound: str
    failing: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The columns of the log."""
        return {name: getattr(self, name) for name in _SCHEMA.names}


class GateLog:
    """`gates.parquet` of one run. One writer at a time: whoever holds the run's lock."""

    def __init__(self, path: Path, run_id: str) -> None:
        self._path = path
        self._run_id = run_id

    def append(self, results: Iterable[GateResult]) -> None:
        """Add rows; the file is replaced whole, so that a crash leaves it as it was.

        Raises:
            ForeignGateLogError: the file at this path is of another run.
        """
        rows = [result.row() for result in (*self.read(), *results)]
        table = pa.Table.from_pylist(rows, schema=_SCHEMA.with_metadata({RUN_KEY: self._run_id.encode()}))
        buffer = pa.BufferOutputStream()
        pq.write_table(table, buffer)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, buffer.getvalue().to_pybytes(), 0o640)

    def read(self) -> list[GateResult]:
        """The rows so far, in the order they were added; none where there is no file yet.

        Raises:
            ForeignGateLogError: the file at this path is of another run.
        """
        if not self._path.exists():
            return []
        table = pq.read_table(self._path)
        run_id = (table.schema.metadata or {}).get(RUN_KEY, b"").decode()
        if run_id != self._run_id:
            raise ForeignGateLogError(f"the gate log is of run {run_id or 'unknown'}, not of {self._run_id}")
        return [GateResult(**row) for row in table.select(_SCHEMA.names).to_pylist()]
