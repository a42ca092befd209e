"""Landing as Spark sees it: schemas `raw` and `log`, as statements in Spark's SQL.

Views over the Parquet of landing where it lies, of the same rows that `ingest.expose` shows in DuckDB. The tables of
schema `log` that DuckDB makes from the load log are written as Parquet beside the statements. What these files hold
is no more than what a warehouse of DuckDB holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from bilimkoz.connection import connect
from bilimkoz.sql import literal, unglobbed
from ingest.expose import expose, landed_views
from ingest.log import Log
from ingest.sender import Sender

#: DuckDB's name of a type -> Spark's, where they differ. Ours of a moment has no zone.
_TYPES = {"varchar": "string", "integer": "int", "timestamp": "timestamp_ntz", "varchar[]": "array<string>"}


def write(landing: Path, senders: dict[str, Sender], key_id: str, code_map: Path, folder: Path) -> Path:
    """Writes `sources.json`, a list of statements that make `raw` and `log` in a Spark catalog; returns its path.

    Args:
        folder: where the statements and the tables of the load log go.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    statements = ["create schema if not exists raw", "create schema if not exists log"]
    with connect(None) as connection:
        expose(connection, landing, senders, key_id, code_map)
        for schema, name, columns, paths in [*landed_views(Log.read(landing), landing), *_tables(connection, folder)]:
            held = [(path, _columns(connection, f"read_parquet({literal(unglobbed(str(path)))})")) for path in paths]
            statements.append(f"create or replace view {schema}.{_quoted(name)} as {_query(columns, held)}")
    path = folder / "sources.json"
    path.write_text(json.dumps(statements, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _tables(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> Iterator[tuple[str, str, dict[str, str], list[Path]]]:
    """The tables of schema `log`, each as a file now."""
    names = "select table_name from duckdb_tables() where schema_name = 'log' order by 1"
    for (name,) in connection.execute(names).fetchall():
        path = folder / f"{name}.parquet"
        connection.execute(f'copy log."{name}" to {literal(str(path))} (format parquet)')
        yield "log", name, _columns(connection, f'log."{name}"'), [path]


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return {name: kind for name, kind, *_ in described}


def _query(columns: dict[str, str], held: list[tuple[Path, dict[str, str]]]) -> str:
    """Rows of files; a column that files of an earlier day do not have is empty there."""
    if not held:
        return f"select {_cells(columns, {})} where false"
    return " union all ".join(f"select {_cells(columns, found)} from parquet.{_place(path)}" for path, found in held)


def _cells(columns: dict[str, str], found: dict[str, str]) -> str:
    return ", ".join(
        f"cast({_quoted(name) if name in found else 'null'} as {_spark_type(kind)}) as {_quoted(name)}"
        for name, kind in columns.items()
    )


def _spark_type(kind: str) -> str:
    return _TYPES.get(kind.lower(), kind.lower())


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _place(path: Path) -> str:
    """A file that Spark reads by its path, whatever stands in it."""
    return _quoted("".join(f"\\{letter}" if letter in "*?[]{}\\" else letter for letter in str(path.resolve())))
