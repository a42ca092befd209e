"""What happened after the as-of date is not known, whatever the rows say."""

from __future__ import annotations

from pathlib import Path

import pytest
from retention_world import World, build, rows

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")


def test_the_as_of_date_cuts_starts_and_ends(tmp_path: Path) -> None:
    """As of 2026-09-14 the window ends on 2026-05-17. A post from 2026-09-15 is absent; an end on 2026-09-15 is open, one
    on the day itself is known. A cohort whose last member started on 2025-05-18 reaches 12 months on 2026-05-18, a day
    after the window; without that member, from 2025-05-17, it is observed: see the cohort 2023/24 with 2024-05-17 at 24
    months.

    The sender does not say from when on its registry is complete. Of the thirty of 2015/16 nobody left within a year, of
    those of 2016/17 one, on the day after it, of those of 2017/18 one, in its last month: the first two are pointed out."""
    world = World(as_of="2026-09-14", complete_from=None)
    world.school("N1")
    for number in range(30):
        world.post(f"silent-{number}", "N1", "2015-09-01")
        world.post(f"open-{number}", "N1", "2016-09-01", "2017-09-01" if number == 0 else None)
        world.post(f"left-{number}", "N1", "2017-09-01", "2018-08-31" if number == 0 else None)
    world.post("tomorrow", "N1", "2026-09-15", subject="tomorrow")
    world.post("ends-tomorrow", "N1", "2025-05-18", "2026-09-15", subject="ends")
    world.post("ends-today", "N1", "2024-05-17", "2026-09-14", subject="ends")
    warehouse = build(world, tmp_path, tests=False)
    with connect(warehouse, read_only=True) as connection:
        assert not rows(connection, "select 1 from marts.retention_index where segment_value = 'tomorrow'")
        spells = rows(
            connection,
            """select person_id, is_open from marts.fct_employment_spell
            where person_id like 'ends-%' order by person_id""",
        )
        assert spells == [
            {"person_id": "ends-today", "is_open": False},
            {"person_id": "ends-tomorrow", "is_open": True},
        ]
        silent = rows(connection, "from intermediate.int_retention_silent_cohort order by cohort_start_year")
        assert silent == [{"cohort_start_year": year, "followed_n": 30} for year in (2015, 2016)]
        statuses = rows(
            connection,
            """select cohort_year, horizon_months, status from marts.retention_index where segment = 'all'
            and level = 'network' and estimand = 'continuous' and horizon_months <= 24
            and cohort_year in ('2023/24', '2024/25')
            order by cohort_year, horizon_months""",
        )
        assert [tuple(row.values()) for row in statuses] == [
            ("2023/24", 12, "too_few"),
            ("2023/24", 24, "too_few"),
            ("2024/25", 12, "not_yet_observed"),
            ("2024/25", 24, "not_yet_observed"),
        ]


def test_a_world_without_posts_has_empty_marts(tmp_path: Path) -> None:
    warehouse = build(World(as_of="2026-09-14"), tmp_path, tests=False)
    with connect(warehouse, read_only=True) as connection:
        for mart in ("retention_index", "retention_curve", "fct_employment_spell", "dim_person"):
            assert not rows(connection, f"select 1 from marts.{mart}")
        assert len(rows(connection, "select 1 from marts.dim_school_year")) == 2
