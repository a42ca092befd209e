"""A small candidate warehouse, its dbt manifest and its gate log, as a run would leave them for the release step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bilimkoz.connection import connect
from expectations.expected import expected_gates
from expectations.gate_log import GateLog, GateResult
from publish.release import publish_release
from publish.release_record import Release

RUN = "run-1"
AT = datetime(2026, 9, 16, 9, 30, tzinfo=UTC)
AS_OF = date(2026, 9, 15)
INPUTS = {"deliveries": "a1", "code": "b2"}
MARTS: Mapping[str, str | None] = {
    "dim_region": None,
    "dim_person": None,
    "fct_employment_spell": None,
    "retention_index": None,
}
# cohort, retained at 12 months; hired_n is 40 everywhere.
FIGURES: Sequence[tuple[str, int]] = (("2019/20", 31), ("2020/21", 33))


@dataclass(frozen=True)
class World:
    """A data root with one run ready to be published."""

    root: Path

    @property
    def run(self) -> Path:
        return self.root / "work" / RUN

    @property
    def candidate(self) -> Path:
        return self.run / "warehouse.duckdb"

    @property
    def gates(self) -> Path:
        return self.run / "gates.parquet"

    @property
    def manifest(self) -> Path:
        return self.run / "manifest.json"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> str:
        return (self.published / "current").readlink().name


def make_world(
    root: Path, *, figures: Sequence[tuple[str, int]] = FIGURES, marts: Mapping[str, str | None] = MARTS
) -> World:
    """A data root, with the run's files written anew where they are there already."""
    world = World(root)
    world.run.mkdir(parents=True, exist_ok=True)
    write_candidate(world.candidate, figures)
    write_manifest(world.manifest, marts)
    log_passed(world)
    return world


def write_candidate(path: Path, figures: Sequence[tuple[str, int]] = FIGURES) -> None:
    path.unlink(missing_ok=True)
    with connect(path) as connection:
        for schema in ("raw", "staging", "intermediate", "marts", "export"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table raw.regions as select '750000000' as region_code")
        connection.execute("create table staging.stg_staff_employment as select date '2019-09-02' as start_date")
        connection.execute("create table intermediate.int_regions__accepted as select '750000000' as region_code")
        connection.execute("create table export.cells as select 'c' as cell, cast(3 as bigint) as count_n")
        connection.execute("create table marts.dim_region as select '750000000' as region_code, 'Алматы' as name_ru")
        connection.execute("create table marts.dim_person (person_id varchar, birth_year_band varchar)")
        connection.execute("insert into marts.dim_person select repeat('ab', 16), '1990-1994'")
        connection.execute("create table marts.fct_employment_spell (person_id varchar, start_month date)")
        connection.execute("insert into marts.fct_employment_spell select repeat('ab', 16), date '2019-09-01'")
        connection.execute(
            """create table marts.retention_index (cohort_year varchar, level varchar, estimand varchar,
            segment varchar, segment_value varchar, horizon_months integer, hired_n bigint, retained_n bigint,
            index_share double, status varchar, unknown_n bigint, removed_n bigint)"""
        )
        connection.executemany(
            """insert into marts.retention_index
            values (?, 'workplace', 'employed_at', 'all', 'all', 12, 40, ?, cast(? as double) / 40, 'ok', 0, 0)""",
            [(cohort, retained, retained) for cohort, retained in figures],
        )


def write_manifest(path: Path, marts: Mapping[str, str | None] = MARTS) -> None:
    """As dbt writes it, cut down to what is read of it."""
    nodes: dict[str, object] = {
        f"model.bilimkoz.{name}": {
            "resource_type": "model",
            "schema": "marts",
            "alias": name,
            "config": {"enabled": True, "meta": {"access": access} if access else {}},
        }
        for name, access in marts.items()
    }
    nodes["test.bilimkoz.unique_dim_region"] = {"resource_type": "test", "schema": "x", "config": {"enabled": True}}
    path.write_text(json.dumps({"nodes": nodes, "sources": {}}), encoding="utf-8")


def log_passed(world: World, *, without: str | None = None, failed: str | None = None, run_id: str = RUN) -> None:
    """A gate log in which every expected gate passed, but for the one named."""
    world.gates.unlink(missing_ok=True)
    names = sorted(gate for gate in expected_gates(world.manifest) if gate != without)
    GateLog(world.gates, run_id).append(
        GateResult(gate, gate, gate != failed, "3 rows break it" if gate == failed else "fine", "") for gate in names
    )


def publish(
    world: World, *, as_of: date = AS_OF, inputs: Mapping[str, str] = INPUTS, at: datetime = AT, keep_last: int = 3
) -> Release:
    return publish_release(
        world.root,
        world.candidate,
        as_of=as_of,
        inputs=inputs,
        run_id=RUN,
        gates_path=world.gates,
        manifest_json=world.manifest,
        at=at,
        by="steward",
        keep_last=keep_last,
    )


def everything_below(folder: Path) -> dict[str, bytes]:
    """Every file's bytes and every link's target, by path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink()).encode()
        elif path.is_file():
            found[name] = path.read_bytes()
    return found
