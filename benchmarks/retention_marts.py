"""How long dbt takes from accepted feeds to the retention marts over many careers.

    PYTHONPATH=tests/integration .venv/bin/python benchmarks/retention_marts.py [people posts [folder to keep it in]]

People have one to twenty-one posts one after another, eleven on the average, at 2 000 schools, a third of them in 40 clusters,
over twenty years; what would begin after the as-of date is left out. The world is written as the tests of retention write
theirs; what is timed is `dbt build` without tests, in a process of its own, start included, the parse of the project not. Prints
seconds, peak memory, rows of the marts and the dearest models.
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
#: Posts of a person follow each other; three in four are at the school of the one before, as a load or a title changes.
_POSTS = f"""
    with people as (
        select i, cast(1 + hash(i * 3 + 1) % (2 * ? - 1) as integer) as posts_n,
            date '2005-09-01' + cast(hash(i) % 6500 as integer) as entry_on
        from range(?) as t(i)
    ),
    posts as (
        select i, unnest(range(posts_n)) as post_no, posts_n, entry_on from people
    ),
    moved as (
        select *, 60 + hash(i * 32 + post_no) % 600 as held_days,
            case when hash(i * 32 + post_no + 3) % 8 = 0 then 200 else 20 end as gap_days,
            cast(sum(case when hash(i * 32 + post_no + 7) % 4 = 0 then 1 else 0 end) over (
                partition by i order by post_no) as integer) as school_no
        from posts
    ),
    dated as (
        select *, entry_on + cast(coalesce(sum(held_days + gap_days) over (
            partition by i order by post_no rows between unbounded preceding and 1 preceding), 0) as integer) as starts_on
        from moved
    )
    select
        printf('%032x', i) as person_id,
        's' || (hash(i * 16 + school_no) % {SCHOOLS}) as institution_id,
        'teacher' as position, 'teacher' as position_group,
        starts_on as start_date,
        case when post_no + 1 < posts_n or hash(i + 9) % 2 = 0 then starts_on + cast(held_days as integer) end as end_date,
        entry_on as teaching_since,
        case when hash(i) % 4 = 0 then 'm' else 'f' end as sex,
        cast(hash(i + 5) % 12 as varchar) as subject,
        cast('1.0' as decimal(18, 4)) as load_fte, date '2026-09-15' as confirmed_on, false as person_is_local
    from dated
    where starts_on < date '2026-09-15'"""


def posts(people: int, posts_n: int) -> pl.DataFrame:
    """Rows of the staff feed as it is accepted, about so many for each of so many people."""
    types = columns_of("staff_employment")
    with connect(None) as connection:
        made = connection.execute(_POSTS, [posts_n, people]).pl()
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


def world(people: int, posts_n: int) -> World:
    made = World(as_of="2026-09-15")
    for cluster in range(CLUSTERS):
        made.cluster(f"c{cluster}")
    for school in range(SCHOOLS):
        made.school(f"s{school}")
        if school % 3 == 0:
            made.joins(f"c{school % CLUSTERS}", f"s{school}", "2010-09-01")
    made.frames["staff_employment"] = [posts(people, posts_n)]
    return made


def build(made: World, warehouse: Path, target: Path) -> None:
    """`dbt build` of what the tests of retention build, without tests, in a process of its own."""
    selected = ["--select", "position_groups", "minimum_n", *(f"+{model}" for model in TESTED)]
    left_out = ["--exclude", *(f"+{model}" for model in WRITTEN), ESTIMATED, "--exclude-resource-type", "test"]
    dbt(["build", *selected, *left_out], made, warehouse, target)


def dbt(command: list[str], made: World, warehouse: Path, target: Path) -> None:
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
    first, *rest = command
    subprocess.run([executable(), "--quiet", first, *folders, *rest], env=os.environ | environment, check=True)


def main() -> None:
    people, posts_n = (int(argument) for argument in sys.argv[1:3] or (600_000, 11))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(temporary)
        made, warehouse, target = world(people, posts_n), folder / "warehouse.duckdb", folder / "target"
        write(made, warehouse)
        # As in a run, which begins from the parse of the project that loading it made.
        dbt(["parse"], made, warehouse, target)
        begun = time.perf_counter()
        build(made, warehouse, target)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        results = json.loads((target / "run_results.json").read_text())["results"]
        with connect(warehouse, read_only=True) as connection:
            for table in ("intermediate.int_staff_employment__accepted", "marts.retention_index"):
                print(f"{table} {connection.execute(f'select count(*) from {table}').fetchall()[0][0]:,} rows")
    print(f"{people:,} people, {made.frames['staff_employment'][0].height:,} spells: {seconds:.0f} s, {peak:.0f} MB")
    for result in sorted(results, key=lambda result: -result["execution_time"])[:10]:
        print(f"  {result['unique_id']} {result['execution_time']:.1f} s")


if __name__ == "__main__":
    main()
