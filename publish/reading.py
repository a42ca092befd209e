"""Opening a release to read it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb

from bilimkoz.connection import connect
from bilimkoz.sql import identifier, literal
from publish.release_record import UnknownReleaseError, current_release, read_release


def open_release(
    root: Path,
    part: str = "internal",
    *,
    release: str | None = None,
    temp_directory: Path | None = None,
    memory_limit: str | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection to one release, in which `marts.<table>` names its tables.

    Which release is current is asked once, here: the connection stays on it while newer ones are swapped in, and also
    when it is removed. Nothing can be written to it; what spills goes to the reader's own folder. Tables of one's own
    can be made in the database `memory`.

    Args:
        root: the data root.
        part: `internal`, or `restricted` for stewards.
        release: an id; None is the current one.
        temp_directory: where large queries spill; None is a folder of the user in the system's temporary folder.
        memory_limit: as DuckDB writes it.

    Raises:
        UnknownReleaseError: no such release, or none yet.
        ValueError: no such part.
        duckdb.Error: the file cannot be read, such as for want of rights.
    """
    chosen = current_release(root) if release is None else read_release(root, release)
    if chosen is None:
        raise UnknownReleaseError("nothing has been published yet")
    file = chosen.file(part)
    own = temp_directory or Path(tempfile.gettempdir()) / f"bilimkoz-{os.getuid()}"
    connection = connect(None, temp_directory=own, memory_limit=memory_limit)
    try:
        connection.execute(f"attach {literal(str(file))} as {identifier(file.stem)} (read_only)")
        connection.execute(f"use {identifier(file.stem)}")
    except duckdb.Error:
        connection.close()
        raise
    return connection
