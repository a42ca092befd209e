"""DuckDB for Great Expectations, which has no source of its own for it.

`duckdb-engine` gives SQLAlchemy a dialect. Four things are added here:

- rows are fetched as soon as a statement has run: Great Expectations closes a connection before it reads from it, and
  would then find no row (`list index out of range`);
- the columns of a table are asked of DuckDB's own list, not of its picture of PostgreSQL's: 2 ms in place of 190;
- the connection comes from `bilimkoz.connection`, read-only;
- an engine error that can quote a value of the data loses its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import duckdb
import duckdb_engine
import sqlalchemy as sa
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from bilimkoz.connection import connect

DRIVER = "bilimkoz.duckdb"
# These errors quote the statement, which is ours; any other may quote what stands in a row.
_ERRORS_WITHOUT_DATA = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.IOException)


class _BufferedExecution(PGExecutionContext_psycopg2):
    def post_exec(self) -> None:
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class ReadOnlyDialect(duckdb_engine.Dialect):
    """SQLAlchemy dialect over `bilimkoz.connection`; options of the connection stand in the URL's query."""

    execution_ctx_cls = _BufferedExecution
    supports_statement_cache = False

    def connect(self, *_: Any, **parameters: Any) -> Any:
        options: Mapping[str, str] = parameters["url_config"]
        temp_directory = options.get("temp_directory")
        return duckdb_engine.ConnectionWrapper(
            connect(
                Path(parameters["database"]),
                read_only=True,
                memory_limit=options.get("memory_limit"),
                temp_directory=Path(temp_directory) if temp_directory else None,
            )
        )

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        try:
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]
        except _ERRORS_WITHOUT_DATA:
            raise
        except duckdb.Error as error:
            raise type(error)("the statement failed; its text is withheld, as it may quote data") from None

    def get_columns(  # type: ignore[override]  # a plain mapping, as the dialects of the library itself give
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[dict[str, Any]]:
        # Nothing asks for their types: those are judged before a suite is.
        found = connection.exec_driver_sql(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
            (schema, table_name),
        )
        return [{"name": name, "type": sa.types.NullType(), "nullable": True, "default": None} for (name,) in found]


registry.register(DRIVER, __name__, ReadOnlyDialect.__name__)


class DuckDBSource(SQLDatasource):
    """One schema of a DuckDB file as a source of Great Expectations."""

    # Great Expectations tells its sources apart by this literal.
    type: Literal["duck_db_source"] = "duck_db_source"  # type: ignore[assignment]
    database_schema: str
    _EXTRA_EXCLUDED_EXEC_ENG_ARGS: ClassVar[set[str]] = {"database_schema"}

    @property
    def schema_(self) -> str:
        return self.database_schema
