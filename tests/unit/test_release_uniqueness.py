"""How many could be singled out, counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

from release_world import World, make_world, publish

from bilimkoz.connection import connect
from publish.release_record import read_release
from publish.uniqueness import Uniqueness


def people(world: World, persons: str, spells: str) -> None:
    with connect(world.candidate) as connection:
        connection.execute(f"""create or replace table marts.dim_person as
            select * from (values {persons}) as v(person_id, sex, birth_band)""")
        connection.execute(f"""create or replace table marts.fct_employment_spell as
            select person_id, institution_id, position_group, cast(start_month_on as date) as start_month_on
            from (values {spells}) as v(person_id, institution_id, position_group, start_month_on)""")


def test_a_person_is_unique_whose_key_nobody_shares(tmp_path: Path) -> None:
    """Of seven people three: c differs from a and b by the month, d by the sex, e has a second stretch of its own.

    a and b share all five; f and g too, of whom no sex is known. h has no stretch and is not counted. That a has the same
    key twice makes it no less shared with b, and e no more people than one.
    """
    world = make_world(tmp_path)
    people(
        world,
        "('a', 'f', '1985-1989'), ('b', 'f', '1985-1989'), ('c', 'f', '1985-1989'), ('d', 'm', '1985-1989'),"
        "('e', 'f', '1985-1989'), ('f', null, '1990-1994'), ('g', null, '1990-1994'), ('h', 'm', '1960-1964')",
        "('a', 'S1', 'teacher', '2019-09-01'), ('a', 'S1', 'teacher', '2019-09-01'),"
        "('b', 'S1', 'teacher', '2019-09-01'), ('c', 'S1', 'teacher', '2019-10-01'),"
        "('d', 'S1', 'teacher', '2019-09-01'), ('e', 'S1', 'teacher', '2019-09-01'),"
        "('e', 'S2', 'teacher', '2021-09-01'), ('f', 'S1', 'teacher', '2020-09-01'),"
        "('g', 'S1', 'teacher', '2020-09-01')",
    )
    release = publish(world)
    assert release.uniqueness == Uniqueness(persons_n=7, unique_n=3)
    record = json.loads((release.path / "release.json").read_text(encoding="utf-8"))
    assert record["uniqueness"] == {
        "key": ["institution_id", "position_group", "sex", "birth_band", "start_month_on"],
        "persons_n": 7,
        "unique_n": 3,
        "unique_share": 0.4286,
    }
    assert read_release(world.root, release.id) == release


def test_nobody_at_all(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    people(world, "('a', 'f', '1985-1989')", "('b', 'S1', 'teacher', '2019-09-01')")
    found = publish(world).uniqueness
    assert found == Uniqueness(0, 0)
    assert found.unique_share is None


def test_where_the_columns_are_not_there_nothing_is_said(tmp_path: Path) -> None:
    assert publish(make_world(tmp_path)).uniqueness is None
