"""A column that a contract has otherwise today: files of the older version are shown as they would be read now."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

from bilimkoz.connection import connect
from ingest.contract import contract
from ingest.expose import migrations, view

NEW = {"person": "VARCHAR", "load_fte": "DECIMAL(18,4)", "_row": "BIGINT"}
RENAMED = {"load_fte": {"was": "load_pct", "sql": "load_pct / 100"}}
RETYPED = {"load_fte": {"was": "load_fte", "sql": "replace(cast(load_fte as varchar), ',', '.')"}}


def _shown(
    tmp_path: Path, files: dict[str, str], migrated: dict[str, dict[str, str]] | None
) -> list[tuple[object, ...]]:
    with connect(None) as connection:
        for name, rows in files.items():
            connection.execute(f"copy ({rows}) to '{tmp_path / name}' (format parquet)")
        view(connection, "shown", NEW, [tmp_path / name for name in files], migrated)
        return connection.execute("from shown order by _row").fetchall()


OLD = "select 'a' as person, 75 as load_pct, 2::bigint as _row"
TODAY = "select 'b' as person, 0.5::decimal(18,4) as load_fte, 3::bigint as _row"


def test_a_column_that_has_another_name_and_unit(tmp_path: Path) -> None:
    shown = _shown(tmp_path, {"1.parquet": OLD, "2.parquet": TODAY}, RENAMED)
    assert shown == [("a", Decimal("0.75"), 2), ("b", Decimal("0.5"), 3)]


def test_without_a_migration_the_older_value_is_absent(tmp_path: Path) -> None:
    assert _shown(tmp_path, {"1.parquet": OLD, "2.parquet": TODAY}, None)[0] == ("a", None, 2)


def test_when_no_older_file_is_left(tmp_path: Path) -> None:
    assert _shown(tmp_path, {"2.parquet": TODAY}, RENAMED) == [("b", Decimal("0.5"), 3)]


def test_a_column_that_was_text(tmp_path: Path) -> None:
    old = "select 'a' as person, '0,75' as load_fte, 2::bigint as _row"
    assert _shown(tmp_path, {"1.parquet": old}, RETYPED) == [("a", Decimal("0.75"), 2)]


def test_a_contract_says_so_of_a_column() -> None:
    known = contract("staff_employment")
    changed = dataclasses.replace(known.column("load_fte"), migrate=RENAMED["load_fte"])
    columns = tuple(changed if column.name == "load_fte" else column for column in known.columns)
    assert migrations(dataclasses.replace(known, columns=columns)) == RENAMED
    assert migrations(known) == {}
