"""A hash of what a table holds, whatever the order its rows were written in.

It is the SHA-256 of the table as CSV: a line of column names, then the rows in the order of `order by all`. Fields are
parted by commas and lines by a line feed; a text is always in quotation marks, so that an empty one differs from a
null, which is an empty field; doubles are printed with 17 significant digits, which give every bit back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from bilimkoz.sql import identifier

_BATCH_ROWS = 100_000
_PLAIN = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    *("BOOLEAN", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "UUID"),
    # Printed in the session's time zone, which is UTC.
    "TIMESTAMP WITH TIME ZONE",
}


class UnhashableColumnError(TypeError):
    """A column's type has no fixed form as CSV."""


@dataclass(frozen=True)
class TableContent:
    """How many rows a table has and the hash of them."""

    rows_n: int
    sha256: str


def table_content(connection: duckdb.DuckDBPyConnection, table: str) -> TableContent:
    """Hash a table, sorted by the engine and read in batches, so that memory does not grow with its rows.

    Args:
        connection: in UTC, with a temp directory for a sort that outgrows the memory.
        table: its name as SQL, quoted where need be.

    Raises:
        UnhashableColumnError: a column is neither text, number, boolean, date, time nor bytes.
        duckdb.Error: the table cannot be read.
    """
    described = connection.execute(f"describe {table}").fetchall()
    columns = [(str(row[0]), str(row[1])) for row in described]
    digest = hashlib.sha256(",".join(identifier(name) for name, _ in columns).encode() + b"\n")
    fields = " || ',' || ".join(_field(name, kind) for name, kind in columns)
    order = ", ".join(identifier(name) for name, _ in columns)
    lines = connection.execute(f"select {fields} || chr(10) as line from {table} order by {order}")
    rows_n = 0
    for batch in lines.to_arrow_reader(_BATCH_ROWS):
        digest.update(_bytes_of(batch.column(0)))
        rows_n += batch.num_rows
    return TableContent(rows_n, digest.hexdigest())


def _field(name: str, kind: str) -> str:
    column = identifier(name)
    if kind == "VARCHAR":
        shown = f"""'"' || replace({column}, '"', '""') || '"'"""
    elif kind in ("DOUBLE", "FLOAT"):
        # A zero has two signs and a not-a-number many forms that all compare as equal.
        shown = f"case when isnan({column}) then 'nan' else printf('%.17g', cast({column} as double) + 0.0) end"
    elif kind == "BLOB":
        shown = f"hex({column})"
    elif kind in _PLAIN or kind.startswith("DECIMAL"):
        shown = f"cast({column} as varchar)"
    else:
        raise UnhashableColumnError(f"column {name} of type {kind} has no fixed form as CSV")
    return f"coalesce({shown}, '')"


def _bytes_of(lines: pa.Array) -> memoryview:
    """The texts of an Arrow column one after the other; they lie so in its buffer, and no row becomes an object."""
    if lines.type not in (pa.string(), pa.large_string()):
        lines = lines.cast(pa.large_string())
    _, offsets, data = lines.buffers()
    positions = memoryview(offsets).cast("i" if lines.type == pa.string() else "q")
    first, last = positions[lines.offset], positions[lines.offset + len(lines)]
    return memoryview(data)[first:last] if data is not None else memoryview(b"")
