"""Building a release's files from the candidate warehouse, in a folder that no reader looks into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bilimkoz.connection import connect
from bilimkoz.durable import sync, write_whole
from bilimkoz.sql import identifier, literal
from expectations.pipeline_gates import feed_rows
from publish.content_hash import TableContent, table_content
from publish.parts import columns_to_copy, release_tables
from publish.release_record import FILES, RECORD, Release
from publish.uniqueness import Uniqueness, uniqueness

_OPEN_TO_ALL = 0o755
# Part -> modes of its folder and of its file. Nobody may write a file of a release, its owner neither: whoever opens one
# with DuckDB as it opens by default would change what was published, and keep readers out meanwhile.
_MODES = {"restricted": (0o700, 0o400), "internal": (0o750, 0o440)}
# A release kept aside is for stewards as a whole: beside the current one its figures would tell the few who differ.
_MODES_ASIDE = dict.fromkeys(FILES, _MODES["restricted"])
_RECORD_MODE = 0o444


class ReleaseConflictError(RuntimeError):
    """A table is not the same in the parts of a release, or a release not the same as one of the same inputs."""


class DamagedReleaseError(RuntimeError):
    """The files of a release do not hold what its record says."""


@dataclass(frozen=True)
class Engine:
    """Limits of DuckDB while a release is built."""

    temp_directory: Path
    memory_limit: str | None = None


@dataclass(frozen=True)
class Copied:
    """Accepted rows by feed, and how many people could be singled out in the restricted part."""

    feeds: Mapping[str, int]
    uniqueness: Uniqueness | None


def copy_tables(candidate: Path, building: Path, manifest_json: Path, engine: Engine) -> Copied:
    """Write the file of each part; tables only, since a view breaks under another file name.

    Returns:
        What was counted in the candidate on the way.

    Raises:
        PartError: a mart is absent, or people would show in the internal part.
        duckdb.Error: a file cannot be read or written.
    """
    with connect(None, memory_limit=engine.memory_limit, temp_directory=engine.temp_directory) as connection:
        # The order of rows is no content, and not keeping it keeps the memory flat.
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach {literal(str(candidate))} as candidate (read_only)")
        connection.execute("use candidate")
        tables = release_tables(connection, manifest_json)
        copied = Copied(feed_rows(connection), uniqueness(connection))
        for part, chosen in tables.items():
            _copy_part(connection, part, chosen, building / FILES[part])
    return copied


def _copy_part(
    connection: duckdb.DuckDBPyConnection, part: str, tables: tuple[tuple[str, str], ...], file: Path
) -> None:
    file.parent.mkdir(mode=_MODES[part][0])
    connection.execute(f"attach {literal(str(file))} as part")
    for schema, table in tables:
        placed = schema_in(part, schema)
        connection.execute(f"create schema if not exists part.{identifier(placed)}")
        connection.execute(
            f"create table part.{identifier(placed)}.{identifier(table)} as"
            f" select {columns_to_copy(connection, schema, table)} from candidate.{identifier(schema)}.{identifier(table)}"
        )
    connection.execute("checkpoint part")
    connection.execute("detach part")
    log = file.with_name(file.name + ".wal")
    if log.exists():
        raise ReleaseConflictError(f"{log.name} is left; the file is not whole without it")


def schema_in(part: str, schema: str) -> str:
    """The schema that holds a warehouse schema's tables in the file of a part; `release_record.FILES` says why."""
    return "main" if part == "internal" else schema


def hash_tables(building: Path, engine: Engine) -> dict[str, dict[str, TableContent]]:
    """What each table of each part holds, read back from the written files.

    Raises:
        ReleaseConflictError: a table is not the same in both parts.
        duckdb.Error: a file cannot be read.
    """
    held = {part: _hash_part(part, building / file, engine) for part, file in FILES.items()}
    differing = [name for name, content in held["internal"].items() if held["restricted"].get(name) != content]
    if differing:
        raise ReleaseConflictError(f"not the same in both parts: {', '.join(differing)}")
    return held


def _hash_part(part: str, file: Path, engine: Engine) -> dict[str, TableContent]:
    with connect(None, memory_limit=engine.memory_limit, temp_directory=engine.temp_directory) as connection:
        connection.execute(f"attach {literal(str(file))} as part (read_only)")
        rows = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'part' order by all"
        ).fetchall()
        return {
            f"{'marts' if part == 'internal' else schema}.{table}": table_content(
                connection, f"part.{identifier(schema)}.{identifier(table)}"
            )
            for schema, table in rows
        }


def seal(building: Path, release: Release) -> None:
    """Write the record, set the modes and bring everything to the disk."""
    for part, file in FILES.items():
        folder_mode, file_mode = (_MODES_ASIDE if release.is_aside else _MODES)[part]
        (building / file).chmod(file_mode)
        sync(building / file)
        (building / file).parent.chmod(folder_mode)
        sync((building / file).parent)
    write_whole(building / RECORD, release.record(), _RECORD_MODE)
    building.chmod(_OPEN_TO_ALL)
    sync(building)


def verify_release(release: Release, engine: Engine) -> None:
    """Read a release back and hold it against its record.

    Raises:
        DamagedReleaseError: a table holds something else, or a file cannot be read.
    """
    try:
        held = hash_tables(release.path, engine)
    except (ReleaseConflictError, OSError, duckdb.Error) as why:
        # Words of the engine may quote what it read.
        raise DamagedReleaseError(f"release {release.id}: {type(why).__name__}") from None
    if held != _plain(release.tables):
        raise DamagedReleaseError(f"release {release.id} does not hold what its record says")


def same_content(one: Release, other: Release) -> bool:
    """Whether two releases hold the same rows in the same tables."""
    return _plain(one.tables) == _plain(other.tables)


def _plain(tables: Mapping[str, Mapping[str, TableContent]]) -> dict[str, dict[str, TableContent]]:
    return {part: dict(held) for part, held in tables.items()}
