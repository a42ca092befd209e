"""Whose career has ended, when a cohort to which nobody came is observed, and who prepared a teacher.

One small world as of 2026-09-15, so that the window ends 120 days before, on 2026-05-18.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import duckdb
import pytest
from retention_world import World, build, rows

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT

pytestmark = pytest.mark.usefixtures("dbt")
T0 = "2018-09-01"


def endings(world: World) -> None:
    """Everybody began in 2010/11. Retired and back elsewhere; twice retired at one school; retired and back after a summer,
    62 days; retired at one school while another went on; dead; retired on the last day of another post."""
    for person, school, start, end, reason in (
        ("back elsewhere", "A", "2010-09-01", "2015-06-30", "retired"),
        ("back elsewhere", "B", "2016-09-01", "2018-06-30", "resigned"),
        ("twice", "A", "2010-09-01", "2015-06-30", "retired"),
        ("twice", "A", "2016-09-01", "2019-05-31", "retired"),
        ("back in autumn", "A", "2010-09-01", "2015-06-30", "retired"),
        ("back in autumn", "A", "2015-09-01", None, None),
        ("goes on", "A", "2010-09-01", "2019-06-30", "retired"),
        ("goes on", "B", "2012-09-01", "2020-06-30", "resigned"),
        ("dead", "A", "2010-09-01", "2014-03-10", "died"),
        ("same day", "A", "2010-09-01", "2019-06-30", "retired"),
        ("same day", "B", "2012-09-01", "2019-06-30", "resigned"),
    ):
        world.post(person, school, start, end, teaching_since="2010-09-01", end_reason=reason)


def nobody_came(world: World) -> None:
    """Two cohorts of one who never came each, and one of two people of whom the later never came."""
    for person, start in (("never 2012", "2012-09-01"), ("never 2025", "2025-09-01"), ("never 2024", "2025-05-30")):
        world.post(person, "A", start, start, end_reason="not_started")
    world.post("came 2024", "A", "2024-09-01")


def named(world: World) -> None:
    """One subject by its names in four languages, an alias and its code; a name that is no subject's."""
    for number, name in enumerate(("Mathematics", "математика", " Математика ", "Matemaatika", "Maths club")):
        world.post(f"named {number}", "B", T0, subject=name)


def two_posts(world: World) -> None:
    """Head and teacher from one day, of which only the teaching has a subject; two subjects, one with the larger load."""
    world.post("heads", "B", T0, position="school_leader", position_group="school_leader", subject=None)
    world.post("heads", "B", T0, subject="physics")
    world.post("teaches two", "B", T0, subject="algebra", load_fte="0.5")
    world.post("teaches two", "B", T0, position="mentor", position_group="mentor", subject="geometry", load_fte="1.0")


def merged(world: World) -> None:
    """M1 becomes M2 on 2020-09-01. The member is at M1 to 2020-05-15 and at M2 before that day and again from 2020-12-01:
    away from the workplace for 199 days, though the two posts at M2 are one stretch."""
    for school in ("M1", "M2"):
        world.school(school)
    world.succeeds("M1", "M2", "2020-09-01")
    world.post("merged", "M1", "2018-09-01", "2020-05-15")
    world.post("merged", "M2", "2019-09-01", "2020-08-20")
    world.post("merged", "M2", "2020-12-01")


def prepared(world: World) -> None:
    """First posts on 2018-09-01, and what was studied before."""
    for university in ("U1", "U2", "U3"):
        world.school(university, kind="university")
    world.school("C1", kind="college")
    law = {"programme_code": "7M04201", "level": "master"}
    for person, institution, start, end, facts in (
        ("by code", "U1", "2010-09-01", "2014-06-30", {"programme_code": "6B01301"}),
        ("by code", "U2", "2014-09-01", "2016-06-30", law),
        ("latest", "U1", "2010-09-01", "2014-06-30", {"programme_code": "5B010200"}),
        ("latest", "U3", "2014-09-01", "2016-06-30", {"programme_code": "7M01501", "level": "master"}),
        ("Cyrillic", "U1", "2010-09-01", "2014-06-30", {"programme_code": "6В01301"}),
        ("college", "C1", "2010-09-01", "2014-06-30", {"programme_code": "01140100", "level": "vocational"}),
        ("no college", "U1", "2010-09-01", "2014-06-30", {"programme_code": "01140100"}),
        ("law only", "U2", "2014-09-01", "2016-06-30", law),
        ("dropped out", "U1", "2010-09-01", "2014-06-30", {"programme_code": "6B01301", "status": "withdrawn"}),
        ("day before", "U1", "2014-09-01", "2018-08-31", {"programme_code": "6B01301"}),
        ("same day", "U1", "2014-09-01", T0, {"programme_code": "6B01301"}),
        ("by diploma", "U2", "2012-09-01", "2016-06-30", {}),
        ("of another", "U2", "2012-09-01", "2016-06-30", {}),
        ("a year later", "U2", "2012-09-01", "2016-06-30", {}),
        ("too late", "U2", "2012-09-01", "2016-06-30", {}),
        ("before it", "U2", "2012-09-01", "2016-06-30", {}),
    ):
        world.study(f"studied {person}", institution, start, end, **facts)
    for person, awarded_on, institution, field in (
        ("by diploma", "2016-06-25", "U2", "Математика мұғалімі"),
        ("of another", "2016-06-25", "U1", "Математика мұғалімі"),
        ("a year later", "2017-06-30", "U2", "Математика мұғалімі"),
        ("too late", "2017-07-01", "U2", "Математика мұғалімі"),
        ("before it", "2012-08-31", "U2", "Математика мұғалімі"),
        ("law only", "2016-06-25", "U2", "Құқық"),
    ):
        world.diploma(f"studied {person}", awarded_on, institution_id=institution, field=field)
    for person in {row["person_id"] for row in world.rows["studies"]}:
        world.post(person, "A", T0, subject="studied")


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = World("2026-09-15")
    for school in ("A", "B"):
        world.school(school)
    for scene in (endings, nobody_came, named, two_posts, merged, prepared):
        scene(world)
    folder = tmp_path_factory.mktemp("members") / "world"
    folder.mkdir()
    with connect(build(world, folder, tests=False), read_only=True) as connection:
        yield connection


def test_only_the_last_spell_ends_a_career(marts: duckdb.DuckDBPyConnection) -> None:
    """Who retires and holds a post later has not ended a career; nor has who retires from one of two posts. Of two posts
    held to the same last day the one that ended by retirement ends it."""
    query = """select person_id, institution_id, spell_no, is_last_of_career from marts.fct_employment_spell
        where extract(year from start_month_on) < 2018 and person_id not like 'studied%' order by all"""
    assert marts.execute(query).fetchall() == [
        ("back elsewhere", "A", 1, False), ("back elsewhere", "B", 1, False), ("back in autumn", "A", 1, False),
        ("dead", "A", 1, True), ("goes on", "A", 1, False), ("goes on", "B", 1, False), ("same day", "A", 1, True),
        ("same day", "B", 1, False), ("twice", "A", 1, False), ("twice", "A", 2, True),
    ]  # fmt: skip


def test_a_cohort_to_which_nobody_came_is_observed_in_time(marts: duckdb.DuckDBPyConnection) -> None:
    """Hired for 2012-09-01, the twelve months would have been over on 2013-09-01, long inside the window; hired for
    2025-09-01, on 2026-09-01, which is after 2026-05-18. In 2024/25 the one who came has them over on 2025-09-01; the one who
    was to come on 2025-05-30 and did not is not waited for. Pooled: all that never came in 2012/13 and 2024/25."""
    query = """select cohort_year, status, hired_n, never_started_n, retained_n, index_share from marts.retention_index
        where segment = 'all' and level = 'network' and estimand = 'continuous' and horizon_months = 12
        and cohort_year in ('2012/13', '2024/25', '2025/26') order by 1"""
    assert marts.execute(query).fetchall() == [
        ("2012/13", "too_few", 0, 1, 0, None),
        ("2024/25", "too_few", 1, 1, 1, 1.0),
        ("2025/26", "not_yet_observed", 0, 1, None, None),
    ]
    (pooled,) = rows(
        marts,
        """select never_started_n from marts.retention_index where segment = 'all' and level = 'network'
        and estimand = 'continuous' and horizon_months = 12 and cohort_year = 'all'""",
    )
    assert pooled["never_started_n"] == 2


def test_the_preparing_institution_is_of_pedagogical_studies_before_the_first_day(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """By code: 6B01, 5B01 and 7M01 of universities, 01 of colleges only; a Cyrillic В for B. A master of law after it changes
    nothing, a pedagogical one does. By diploma: of the same institution, from the first day of the studies to twelve
    months after the last, 2016-06-30. A graduation on the first day of the post is not before it."""
    found = marts.execute(
        """select replace(person_id, 'studied ', ''), preparing_institution from intermediate.int_retention_member
        where person_id like 'studied%'"""
    ).fetchall()
    assert dict(found) == {
        "by code": "U1", "latest": "U3", "Cyrillic": "U1", "college": "C1", "no college": "unknown",
        "law only": "unknown", "dropped out": "unknown", "day before": "U1", "same day": "unknown",
        "by diploma": "U2", "of another": "unknown", "a year later": "U2", "too late": "unknown", "before it": "unknown",
    }  # fmt: skip


def test_the_staff_of_a_year_are_prepared_by_studies_before_it(marts: duckdb.DuckDBPyConnection) -> None:
    """In 2018/19 as the members are, since their posts began then; who graduated on 2018-09-01 is a graduate in 2019/20."""
    (members, first, second) = (
        dict(
            marts.execute(
                f"select person_id, preparing_programme from {table} where person_id like 'studied%'"
            ).fetchall()
        )
        for table in (
            "intermediate.int_retention_member",
            *(
                f"""(from intermediate.int_staff_year inner join intermediate.int_staff_spell using (stretch_no)
                inner join intermediate.int_person using (person_no) where start_year = {year})"""
                for year in (2018, 2019)
            ),
        )
    )
    assert first == members
    assert {person: (first[person], second[person]) for person in first if first[person] != second[person]} == {
        "studied same day": ("unknown", "U1/6B01301")
    }


def test_a_subject_is_one_by_whatever_name(marts: duckdb.DuckDBPyConnection) -> None:
    (code,) = {
        line["code"]
        for line in csv.DictReader((PROJECT / "dbt_project" / "seeds" / "subjects.csv").open(encoding="utf-8"))
        if line["name_en"] == "Mathematics"
    }
    found = marts.execute(
        """select segment_value, hired_n from marts.retention_index where cohort_year = '2018/19' and segment = 'subject'
        and segment_value in (?, 'Maths club', 'Mathematics') and level = 'workplace' and estimand = 'employed_at'
        and horizon_months = 12 order by 1""",
        [code],
    ).fetchall()
    assert found == [("Maths club", 1), (code, 4)]


def test_a_stretch_has_the_subject_that_one_of_its_first_posts_has(marts: duckdb.DuckDBPyConnection) -> None:
    """Of several the one with the larger load."""
    found = marts.execute(
        """select person_id, s.position_group, s.subject from intermediate.int_staff_spell as s
        inner join intermediate.int_person using (person_no) where person_id in ('heads', 'teaches two') order by 1"""
    ).fetchall()
    assert found == [("heads", "teacher", "physics"), ("teaches two", "mentor", "geometry")]


def test_a_successor_counts_by_the_posts_that_are_held_when_it_succeeds(marts: duckdb.DuckDBPyConnection) -> None:
    """From 2020-12-01, not from the succession in the gap before: out for 199 days, an exit on 2020-05-15."""
    found = marts.execute(
        """select from_on::varchar, held_through_on::varchar, is_exit_known from intermediate.int_level_spell
        inner join intermediate.int_cohort_entry using (member_no)
        where person_id = 'merged' and level = 'workplace' order by 1"""
    ).fetchall()
    assert found[0] == ("2018-09-01", "2020-05-15", True)
    assert [row[0] for row in found] == ["2018-09-01", "2020-12-01"]
