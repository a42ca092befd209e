"""The one place where a DuckDB database is opened.

One process may open a file only once with one configuration, and an extension that is fetched on first use would make a
run depend on the network, so both are settled here for everybody.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import duckdb

from bilimkoz import wrong_settings


def connect(
    path: Path | None,
    *,
    read_only: bool = False,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    threads: int | None = None,
    excel: bool = False,
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB database; None is a private one in memory.

    Extensions are neither installed nor loaded by themselves, and the session's time zone is UTC.

    Args:
        path: the database file, or None.
        read_only: no write and no write-ahead log; the file must exist.
        memory_limit: as DuckDB writes it, such as `2GB`; None is the engine's default.
        temp_directory: where a query that outgrows the memory spills; None is the engine's default, beside the file.
        threads: number of threads; None is the number in the settings.
        excel: load the extension that reads XLSX, from its Python package.

    Raises:
        Refusal: the settings are wrong.
        duckdb.Error: the file cannot be opened, or is open in this process with another configuration.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": threads if threads is not None else _threads(os.environ.get("BILIMKOZ_THREADS")),
    }
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    if temp_directory is not None:
        config["temp_directory"] = str(temp_directory)
    connection = duckdb.connect(":memory:" if path is None else str(path), read_only=read_only, config=config)
    # A setting of the session that DuckDB does not take among the options of the database.
    connection.execute("set TimeZone = 'UTC'")
    # The engine would draw its own bar over ours; in a notebook without widgets it has none to switch off and says so.
    with contextlib.suppress(duckdb.InvalidInputException):
        connection.execute("set enable_progress_bar = false")
    if excel:
        _load_excel(connection)
    return connection


@contextlib.contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, rows: Any) -> Iterator[None]:
    """Gives rows a name for the block only, so that nothing keeps them any longer."""
    connection.register(name, rows)
    try:
        yield
    finally:
        connection.unregister(name)


@cache
def _threads(_: str | None) -> int:
    """The number in the settings, read once a process and again where the environment says another."""
    return wrong_settings.load().threads


def _load_excel(connection: duckdb.DuckDBPyConnection) -> None:
    folder = files("duckdb_extension_excel").joinpath("extensions", f"v{duckdb.__version__}")
    with as_file(folder.joinpath("excel.duckdb_extension")) as extension:
        connection.load_extension(str(extension))
