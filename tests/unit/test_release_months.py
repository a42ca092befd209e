"""Days of people do not leave the candidate: the restricted part has the months they lie in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
from release_world import MARTS, make_world, publish

from bilimkoz.connection import connect


def test_the_restricted_part_has_months_of_people_and_days_of_what_is_nobodys(tmp_path: Path) -> None:
    world = make_world(tmp_path, marts={**MARTS, "fct_ticket": None, "fct_training": None})
    with connect(world.candidate) as connection:
        connection.execute(
            "create table marts.fct_training as select repeat('ab', 16) as person_id, date '2026-03-15' as completed_on,"
            " timestamp '2026-03-15 19:00:01' as seen_at, cast(null as date) as ended_on, 36 as training_hours"
        )
        connection.execute("create table marts.fct_ticket as select 't' as ticket_id, date '2026-03-15' as opened_on")
    release = publish(world)
    with duckdb.connect(str(release.file("restricted")), read_only=True) as connection:
        assert connection.execute("select * exclude (person_id) from marts.fct_training").fetchall() == [
            (date(2026, 3, 1), datetime(2026, 3, 1), None, 36)
        ]
        assert connection.execute("select opened_on from marts.fct_ticket").fetchall() == [(date(2026, 3, 15),)]
