"""How long dbt takes for all indicators, alarms and cluster marts of a country, made of a simulated oblast many times over.

    .venv/bin/python benchmarks/cluster_marts.py WAREHOUSE [times [folder to keep it in]]

WAREHOUSE is what a run of `bilimkoz simulate --profile oblast` has published. Every table that a model of the layers timed
reads from another layer is written `times` over (20 by default): each copy has its own institutions, people, clusters and
regions, while terms, periods and seeds stand once. Shares, waves and gaps are so the oblast's own; what grows is what a country
has more of. What is timed is `dbt build` without tests, in a process of its own, start included, the parse of the project not.
Prints seconds, peak memory, rows and the dearest models.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from orchestration.dbt_environment import executable

#: Layers that are timed, and the marts that are made of them. The index is fitted
#: by an estimator between two builds.
LAYERS = ("indicators", "alerts")
MARTS = (
    "cluster_indicator",
    "cluster_alert",
    "cluster_passport",
    "cluster_criteria",
    "cluster_overview",
    "formalism_rate",
)
#: Columns that number people of one oblast, and more than an oblast has of them.
NUMBERED, SHIFT = ("person_no",), 100_000_000
#: Signatures of texts, in hex digits. Those of other oblasts are of other texts, and as much alike among themselves.
SIGNATURES, DIGITS = ("signature",), "0123456789abcdef"
#: How columns end that name something of one oblast.
OWN = ("_id", "region_code", "oblast_code", "sender", "row_key", "text_hash")
#: Names that are the same in every oblast, though they end as names of its own do.
COMMON = {"instrument_id", "subscale_id", "item_id", "test_id"}


def main() -> None:
    source = Path(sys.argv[1])
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(temporary)
        warehouse, target = folder / "warehouse.duckdb", folder / "target"
        as_of = day_of(source)
        dbt(["parse"], as_of, warehouse, target)
        timed, read = split(json.loads((target / "manifest.json").read_text()))
        many(source, warehouse, read, times)
        begun = time.perf_counter()
        dbt(["build", "--select", *timed, "--exclude-resource-type", "test", "unit_test"], as_of, warehouse, target)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        results = json.loads((target / "run_results.json").read_text())["results"]
        with connect(warehouse, read_only=True) as connection:
            for table in ("marts.dim_institution", "marts.dim_cluster", *(f"marts.{mart}" for mart in MARTS)):
                print(f"{table} {connection.execute(f'select count(*) from {table}').fetchall()[0][0]:,} rows")
    print(f"{times} oblasts, {len(results)} models: {seconds:.0f} s, {peak:.0f} MB")
    for result in sorted(results, key=lambda result: -result["execution_time"])[:15]:
        print(f"  {result['unique_id']} {result['execution_time']:.1f} s")


def split(manifest: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Models that are timed; and the tables they read from elsewhere, as `schema.name`."""
    nodes = manifest["nodes"] | manifest["sources"]
    timed = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and (node["fqn"][1] in LAYERS or node["name"] in MARTS)
    }
    read = {parent for node in timed.values() for parent in node["depends_on"]["nodes"]} - set(timed)
    return [node["name"] for node in timed.values()], sorted(
        f"{nodes[name]['schema']}.{nodes[name]['name']}" for name in read
    )


def many(source: Path, warehouse: Path, tables: list[str], times: int) -> None:
    """Each table so many times, each time with names of its own; rows that name nobody stand once."""
    with connect(warehouse) as connection:
        connection.execute(f"attach '{source}' as one (read_only)")
        connection.execute(
            f"create temp table copies as select range as copy, case when range > 0 then '~' || range else '' end as suffix,"
            f" range * {SHIFT} as shift, {digits_of('range')} as digits from range({times})"
        )
        for table in tables:
            schema, name = table.split(".")
            connection.execute(f"create schema if not exists {schema}")
            columns = connection.execute(
                "select column_name, data_type from duckdb_columns()"
                " where database_name = 'one' and schema_name = ? and table_name = ?",
                [schema, name],
            ).fetchall()
            own = [name for name, kind in columns if kind == "VARCHAR" and is_own(name) and schema != "seeds"]
            numbered = [name for name, _ in columns if name in NUMBERED]
            renamed = [f"case when {name} = 'all' then 'all' else {name} || suffix end as {name}" for name in own]
            renamed += [f"{name} + shift as {name}" for name in numbered]
            renamed += [f"translate({name}, '{DIGITS}', digits) as {name}" for name, _ in columns if name in SIGNATURES]
            # Who sent a table that names nobody, a list of questionnaires, makes it no other.
            named = [f"coalesce({name} <> 'all', false)" for name in own if not name.startswith("_")]
            named += [f"{name} is not null" for name in numbered]
            connection.execute(f"""
                create table {table} as
                select * exclude (copy, suffix, shift, digits) {f"replace ({', '.join(renamed)})" if renamed else ""}
                from one.{table}, copies
                where copy = 0 or {" or ".join(named) or "false"}""")


def digits_of(copy: str) -> str:
    """SQL of the digits of a copy, each another one: turned by as many places, and the other way round from the 17th on."""
    turned = f"'{DIGITS}'[{copy} % 16 + 1:] || '{DIGITS}'[:{copy} % 16]"
    return f"case when {copy} < 16 then {turned} else reverse({turned}) end"


def is_own(column: str) -> bool:
    """Whether a column names something of one oblast."""
    return column not in COMMON and column.endswith(OWN)


def day_of(warehouse: Path) -> str:
    with connect(warehouse, read_only=True) as connection:
        return str(connection.execute("select max(as_of_on) from marts.cluster_indicator").fetchall()[0][0])


def dbt(command: list[str], as_of: str, warehouse: Path, target: Path) -> None:
    project = str(PROJECT / "dbt_project")
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]
    environment = {
        "BILIMKOZ_WAREHOUSE": str(warehouse),
        "BILIMKOZ_AS_OF": as_of,
        "BILIMKOZ_TEMP": str(warehouse.parent),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "DBT_LOG_PATH": str(target),
    }
    first, *rest = command
    subprocess.run([executable(), "--quiet", first, *folders, *rest], env=os.environ | environment, check=True)


if __name__ == "__main__":
    main()
