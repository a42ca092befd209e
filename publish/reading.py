"""Opening a release to read it."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import weakref
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
        temp_directory: where large queries spill; nobody else may have rights to it. None is a new folder that only the
            user may enter and that goes with the connection: in the system's temporary folder or, for the restricted
            part, below the data root, which lies on an encrypted volume.
        memory_limit: as DuckDB writes it.

    Raises:
        UnknownReleaseError: no such release, or none yet.
        ValueError: no such part.
        PermissionError: the folder for spills is another user's, or others may enter it.
        duckdb.Error: the file cannot be read, such as for want of rights.
    """
    chosen = current_release(root) if release is None else read_release(root, release)
    if chosen is None:
        raise UnknownReleaseError("nothing has been published yet")
    file = chosen.file(part)
    own = _only_ours(temp_directory) if temp_directory else _made(root / "work" if part == "restricted" else None)
    connection = connect(None, temp_directory=own, memory_limit=memory_limit)
    if temp_directory is None:
        weakref.finalize(connection, shutil.rmtree, own, ignore_errors=True)
    try:
        connection.execute(f"attach {literal(str(file))} as {identifier(file.stem)} (read_only)")
        connection.execute(f"use {identifier(file.stem)}")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _made(beside: Path | None) -> Path:
    """A new folder for spills. Under a name that can be guessed another user could put a folder or a link before."""
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(tempfile.mkdtemp(prefix="bilimkoz-reading-", dir=beside))


def _only_ours(folder: Path) -> Path:
    """The caller's folder, made where it is not there.

    Raises:
        PermissionError: it is a link, another user's, or others may enter it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} must be a folder that only its owner, you, may enter")
    return folder
