"""The content hash, held against CSV written by hand."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from bilimkoz.connection import connect
from publish.content_hash import UnhashableColumnError, table_content


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return connect(None)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("sql_type", "value", "csv"),
    [
        ("varchar", "'Айгүл'", '"Айгүл"'),
        ("varchar", "'a \"b\", c'", '"a ""b"", c"'),
        ("varchar", "''", '""'),
        ("varchar", "null", ""),
        ("integer", "-7", "-7"),
        ("bigint", "9007199254740993", "9007199254740993"),
        ("hugeint", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ("decimal(18,4)", "1.5", "1.5000"),
        ("double", "0.1", "0.10000000000000001"),
        ("double", "1e300", "1.0000000000000001e+300"),
        ("double", "2", "2"),
        ("double", "'-0'", "0"),
        ("double", "'nan'", "nan"),
        ("double", "'-infinity'", "-inf"),
        ("boolean", "true", "true"),
        ("date", "'2024-02-29'", "2024-02-29"),
        ("timestamp", "'2024-02-29 23:59:59.5'", "2024-02-29 23:59:59.5"),
        ("timestamp with time zone", "'2024-02-29 04:00:00+05'", "2024-02-28 23:00:00+00"),
        ("blob", "'\\xAB'", "AB"),
    ],
)
def test_a_value_as_csv(connection: duckdb.DuckDBPyConnection, sql_type: str, value: str, csv: str) -> None:
    connection.execute(f"create table t as select cast({value} as {sql_type}) as v")
    held = table_content(connection, "t")
    assert (held.rows_n, held.sha256) == (1, sha256(f'"v"\n{csv}\n'))


def test_rows_are_sorted_by_their_columns_and_not_by_their_text(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table t as select * from (values (10, 'b'), (9, null), (9, 'a')) as v(n, s)")
    assert table_content(connection, "t").sha256 == sha256('"n","s"\n9,"a"\n9,\n10,"b"\n')


def test_equal_rows_all_count(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table t as select 1 as n from range(3)")
    held = table_content(connection, "t")
    assert (held.rows_n, held.sha256) == (3, sha256('"n"\n1\n1\n1\n'))


def test_an_empty_table_is_its_columns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute('create table t ("a ""b" integer)')
    assert table_content(connection, "t").sha256 == sha256('"a ""b"\n')


def test_more_rows_than_a_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """250 000 rows written backwards hash as the same rows counted up."""
    connection.execute("create table t as select 249999 - range as n, 'ж' as s from range(250000)")
    lines = "".join(f'{n},"ж"\n' for n in range(250_000))
    held = table_content(connection, "t")
    assert (held.rows_n, held.sha256) == (250_000, sha256('"n","s"\n' + lines))


def test_two_signs_of_zero_and_two_forms_of_nan_do_not_matter(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table a as select * from (values ('-0'::double, 1), ('0'::double, 2)) as v(x, n)")
    connection.execute("create table b as select * from (values ('0'::double, 1), ('-0'::double, 2)) as v(x, n)")
    assert table_content(connection, "a") == table_content(connection, "b")


@pytest.mark.parametrize("sql_type", ["integer[]", "struct(a integer)", "map(varchar, integer)", "interval"])
def test_a_type_without_a_fixed_form_is_refused(connection: duckdb.DuckDBPyConnection, sql_type: str) -> None:
    connection.execute(f"create table t (v {sql_type})")
    with pytest.raises(UnhashableColumnError, match="column v"):
        table_content(connection, "t")
