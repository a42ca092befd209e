"""What a release holds, who may read it, and that its record follows from its inputs alone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from release_world import AS_OF, FIGURES, INPUTS, MARTS, log_passed, make_world, publish, write_manifest

from publish.build import ReleaseConflictError
from publish.parts import PartError
from publish.reading import open_release
from publish.release_record import UnknownReleaseError, current_release, list_releases, release_id


def tables_of(file: Path) -> set[tuple[str, str]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return set(connection.execute("select schema_name, table_name from duckdb_tables()").fetchall())


def test_restricted_has_marts_and_export_and_no_layer_with_exact_days(tmp_path: Path) -> None:
    release = publish(make_world(tmp_path))
    assert tables_of(release.file("restricted")) == {
        ("marts", "dim_region"),
        ("marts", "dim_person"),
        ("marts", "fct_employment_spell"),
        ("marts", "retention_index"),
        ("export", "cells"),
    }


def test_internal_has_no_table_of_persons(tmp_path: Path) -> None:
    release = publish(make_world(tmp_path))
    assert {table for _, table in tables_of(release.file("internal"))} == {"dim_region", "retention_index"}


def test_a_mart_can_say_that_it_is_restricted(tmp_path: Path) -> None:
    release = publish(make_world(tmp_path, marts={**MARTS, "dim_region": "restricted"}))
    assert {table for _, table in tables_of(release.file("internal"))} == {"retention_index"}


def test_a_mart_with_a_personal_column_cannot_be_called_internal(tmp_path: Path) -> None:
    world = make_world(tmp_path, marts={**MARTS, "dim_person": "internal"})
    with pytest.raises(PartError, match=r"marts\.dim_person is called internal and has person_id"):
        publish(world)
    assert list(world.published.iterdir()) == []


def test_a_mart_that_was_not_built_stops_the_release(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    write_manifest(world.manifest, {**MARTS, "retention_flows": None})
    log_passed(world)
    with pytest.raises(PartError, match="retention_flows"):
        publish(world)
    assert list(world.published.iterdir()) == []


def test_a_mart_that_is_a_view_is_not_taken_for_a_table(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    with duckdb.connect(str(world.candidate)) as connection:
        connection.execute("drop table marts.dim_region")
        connection.execute("create view marts.dim_region as select '750000000' as region_code, 'Алматы' as name_ru")
    with pytest.raises(PartError, match="dim_region"):
        publish(world)


def test_modes_say_who_may_read(tmp_path: Path) -> None:
    release = publish(make_world(tmp_path))
    modes = {str(path.relative_to(release.path)): stat.S_IMODE(path.stat().st_mode) for path in release.path.rglob("*")}
    assert modes == {
        "restricted": 0o700,
        "restricted/warehouse.duckdb": 0o400,
        "internal": 0o750,
        "internal/marts.duckdb": 0o440,
        "release.json": 0o444,
    }
    assert stat.S_IMODE(release.path.stat().st_mode) == 0o755


OPEN = """
import os, sys, duckdb
if os.getuid() == 0:
    os.setuid(int(sys.argv[2]))
duckdb.connect(sys.argv[1], read_only=True).close()
try:
    duckdb.connect(sys.argv[1])
except duckdb.IOException:
    sys.exit(7)
"""


@pytest.mark.parametrize("part", ["restricted", "internal"])
def test_not_even_the_owner_opens_a_file_to_write(tmp_path: Path, part: str) -> None:
    """As DuckDB opens a file by default; it would keep readers out and could delete rows. Root is asked as nobody."""
    file, nobody = publish(make_world(tmp_path)).file(part), 65534
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        shutil.copy2(file, copy)
        if os.getuid() == 0:
            os.chown(folder, nobody, nobody)
            os.chown(copy, nobody, nobody)
        asked = subprocess.run(
            [sys.executable, "-c", OPEN, str(copy), str(nobody)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "HOME": folder},
        )
    assert asked.returncode == 7, asked.stderr


def test_the_record_holds_the_hash_of_each_table(tmp_path: Path) -> None:
    """dim_region is one row; its CSV is written out by hand."""
    release = publish(make_world(tmp_path))
    record = json.loads((release.path / "release.json").read_text(encoding="utf-8"))
    by_hand = hashlib.sha256('"region_code","name_ru"\n"750000000","Алматы"\n'.encode()).hexdigest()
    for part in ("restricted", "internal"):
        assert record["parts"][part]["tables"]["marts.dim_region"] == {"rows": 1, "sha256": by_hand}
    assert record["feeds"] == {"regions": 1}
    assert record["as_of"] == "2026-09-15"
    assert record["inputs"] == INPUTS


def test_the_record_does_not_depend_on_the_clock_or_on_the_order_of_rows(tmp_path: Path) -> None:
    """The same in another root, published at another moment, from rows written in another order."""
    one = publish(make_world(tmp_path / "one"), at=datetime(2026, 9, 16, tzinfo=UTC))
    other_world = make_world(tmp_path / "other", figures=tuple(reversed(FIGURES)))
    other = publish(other_world, at=datetime(2027, 1, 1, tzinfo=UTC))
    assert (one.path / "release.json").read_bytes() == (other.path / "release.json").read_bytes()


def test_another_figure_is_another_hash(tmp_path: Path) -> None:
    one = publish(make_world(tmp_path / "one"))
    other = publish(make_world(tmp_path / "other", figures=(("2019/20", 32), ("2020/21", 33))))
    assert one.tables["internal"]["marts.retention_index"] != other.tables["internal"]["marts.retention_index"]
    assert one.tables["internal"]["marts.dim_region"] == other.tables["internal"]["marts.dim_region"]


def test_nothing_else_is_left_in_the_folder_of_releases(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    release = publish(world)
    assert {path.name for path in world.published.iterdir()} == {release.id, "current"}
    assert world.current == release.id
    assert not list(world.published.rglob("*.wal"))


@pytest.mark.parametrize("part", ["internal", "restricted"])
def test_a_reader_names_tables_as_in_the_warehouse(tmp_path: Path, part: str) -> None:
    world = make_world(tmp_path)
    publish(world)
    spills = tmp_path / "spills"
    with open_release(world.root, part, temp_directory=spills) as connection:
        assert connection.execute("select region_code from marts.dim_region").fetchall() == [("750000000",)]
        assert connection.execute("select current_setting('temp_directory')").fetchall() == [(str(spills),)]
        with pytest.raises(duckdb.Error):
            connection.execute("drop table marts.dim_region")


def test_the_internal_file_can_be_opened_by_itself(tmp_path: Path) -> None:
    """As an analyst's own tool opens it; a schema of the file's name would make this name ambiguous."""
    world = make_world(tmp_path)
    publish(world)
    with duckdb.connect(str(world.published / "current" / "internal" / "marts.duckdb"), read_only=True) as connection:
        assert connection.execute("select region_code from marts.dim_region").fetchall() == [("750000000",)]


def test_reading_before_the_first_release_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownReleaseError, match="nothing has been published"):
        open_release(tmp_path)
    with pytest.raises(UnknownReleaseError, match="2026-01-01-00000000"):
        open_release(tmp_path, release="2026-01-01-00000000")
    assert current_release(tmp_path) is None
    assert list_releases(tmp_path) == []


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    publish(world)
    with pytest.raises(ValueError, match="no part public"):
        open_release(world.root, "public")


def test_the_same_day_with_other_inputs_becomes_current(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first = publish(world)
    second = publish(world, inputs={**INPUTS, "deliveries": "a2"})
    assert world.current == second.id != first.id
    assert [release.sequence for release in list_releases(world.root)] == [1, 2]


def test_the_same_inputs_are_the_same_release(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first = publish(world)
    before = (first.path / "release.json").read_bytes()
    assert publish(world).id == first.id
    assert [release.id for release in list_releases(world.root)] == [first.id]
    assert (first.path / "release.json").read_bytes() == before


def test_the_same_inputs_with_other_content_are_a_fault(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first = publish(world)
    before = (first.path / "release.json").read_bytes()
    make_world(tmp_path, figures=(("2019/20", 1),))
    with pytest.raises(ReleaseConflictError, match=first.id):
        publish(world)
    assert (first.path / "release.json").read_bytes() == before
    assert {path.name for path in world.published.iterdir()} == {first.id, "current"}


def test_the_id_is_the_day_and_a_hash_of_the_inputs() -> None:
    """The hash is taken by hand over the JSON list of the day and the sorted pairs."""
    text = '["2026-09-15",[["code","b2"],["deliveries","a1"]]]'
    expected = "2026-09-15-" + hashlib.sha256(text.encode()).hexdigest()[:8]
    assert release_id(AS_OF, INPUTS) == expected
    assert release_id(AS_OF, dict(reversed(INPUTS.items()))) == expected
    assert release_id(AS_OF, {**INPUTS, "code": "b3"}) != expected
    assert release_id(date(2026, 9, 16), INPUTS)[10:] != expected[10:]
