"""How long dbt takes from accepted feeds to the retention marts over many careers.

    PYTHONPATH=tests/integration .venv/bin/python benchmarks/retention_marts.py [people]

People have one to three posts one after another at one of 2 000 schools in 40 clusters, over twenty years; about 1.7
spells each. The world is written as the tests of retention write theirs; what is timed is `dbt build` without tests, in a
process of its own, start included. Prints seconds, peak memory, rows of the marts and the five dearest models.
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

import polars as pl
from retention_world import ESTIMATED, ORIGIN, TESTED, TYPES, WRITTEN, World, columns_of, write

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT
from orchestration.dbt_environment import executable

SCHOOLS, CLUSTERS = 2_000, 40
_POSTS = f"""
    with people as (
        select i, 1 + i % 3 * (i % 5) // 4 + (i % 7) // 4 as posts_n,
            date '2005-09-01' + cast(hash(i) % 7000 as integer) as entry_on
        from range(?) as t(i)
    ),
    posts as (
        select i, unnest(range(least(posts_n, 3))) as post_no, posts_n, entry_on from people
    )
    select
        printf('%032x', i) as person_id,
        's' || (hash(i * 4 + post_no) % {SCHOOLS}) as institution_id,
        'teacher' as position, 'teacher' as position_group,
        entry_on + cast(post_no * 700 as integer) as start_date,
        case when post_no + 1 < least(posts_n, 3) or hash(i + 9) % 2 = 0
            then entry_on + cast(post_no * 700 + 60 + hash(i * 4 + post_no + 1) % 600 as integer) end as end_date,
        entry_on as teaching_since,
        case when hash(i) % 4 = 0 then 'm' else 'f' end as sex,
        cast('1.0' as decimal(18, 4)) as load_fte, date '2026-09-15' as confirmed_on, false as person_is_local
    from posts"""


def posts(people: int) -> pl.DataFrame:
    """Rows of the staff feed as it is accepted."""
    types = columns_of("staff_employment")
    with connect(None) as connection:
        made = connection.execute(_POSTS, [people]).pl()
    origin = {
        "_sender": "department",
        "_register": "kz.iin",
        "_delivery": "delivery",
        "_delivery_no": 1,
        "is_full_list": True,
        "_file_sha256": "0" * 64,
        "_parse": "parse",
        "_item": "",
        "_source_feed": "staff_employment",
    }
    made = made.with_columns(
        *(pl.lit(value).alias(name) for name, value in origin.items()),
        pl.lit("2000-01-01").str.to_datetime().alias("_created_at"),
        pl.int_range(2, pl.len() + 2).alias("_row"),
    )
    absent = [pl.lit(None).alias(name) for name in types if name not in made.columns]
    assert set(ORIGIN) <= set(types)
    return made.with_columns(absent).select(pl.col(name).cast(TYPES[kind]) for name, kind in types.items())


def world(people: int) -> World:
    made = World(as_of="2026-09-15")
    for cluster in range(CLUSTERS):
        made.cluster(f"c{cluster}")
    for school in range(SCHOOLS):
        made.school(f"s{school}")
        if school % 3 == 0:
            made.joins(f"c{school % CLUSTERS}", f"s{school}", "2010-09-01")
    made.frames["staff_employment"] = [posts(people)]
    return made


def build(made: World, warehouse: Path, target: Path) -> None:
    """`dbt build` of what the tests of retention build, without tests, in a process of its own."""
    project = str(PROJECT / "dbt_project")
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]
    environment = {
        "BILIMKOZ_WAREHOUSE": str(warehouse),
        "BILIMKOZ_AS_OF": made.as_of,
        "BILIMKOZ_TEMP": str(warehouse.parent),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "DBT_LOG_PATH": str(target),
    }
    selected = ["--select", "position_groups", "minimum_n", *(f"+{model}" for model in TESTED)]
    left_out = ["--exclude", *(f"+{model}" for model in WRITTEN), ESTIMATED, "--exclude-resource-type", "test"]
    subprocess.run(
        [executable(), "--quiet", "build", *folders, *selected, *left_out], env=os.environ | environment, check=True
    )


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 600_000
    with tempfile.TemporaryDirectory() as folder:
        made, warehouse, target = world(people), Path(folder) / "warehouse.duckdb", Path(folder) / "target"
        write(made, warehouse)
        begun = time.perf_counter()
        build(made, warehouse, target)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        results = json.loads((target / "run_results.json").read_text())["results"]
        with connect(warehouse, read_only=True) as connection:
            for table in ("intermediate.int_staff_employment__accepted", "marts.retention_index"):
                print(f"{table} {connection.execute(f'select count(*) from {table}').fetchall()[0][0]:,} rows")
    print(f"{people:,} people, {made.frames['staff_employment'][0].height:,} spells: {seconds:.0f} s, {peak:.0f} MB")
    for result in sorted(results, key=lambda result: -result["execution_time"])[:5]:
        print(f"  {result['unique_id']} {result['execution_time']:.1f} s")


if __name__ == "__main__":
    main()
