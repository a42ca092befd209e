"""The oracle itself, held against figures worked out by hand: who enters which cohort, and with what proof.

Unless a test says otherwise everybody starts at school A on 1 September 2019 and the window closes on 31 August 2025.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from career_days import Row
from small_world import day, fate, index, member, post, same, world

WORK = ("workplace", "employed_at")


def hired(*posts: Row, cohort: str = "2019/20", **feeds: list[Row]) -> int:
    row = index(world(*posts, **feeds), 12, cohort=cohort).get(WORK)
    return row.hired_n if row else 0


def proof(*posts: Row, **feeds: list[Row]) -> str:
    """`proved` or `unproved`, by the segment and by unproved_n, which must agree."""
    of = world(*posts, **feeds)
    value = next(v for v in ("proved", "unproved") if index(of, 12, segment="first_post", value=v))
    assert index(of, 12)[WORK].unproved_n == (value == "unproved")
    return value


@pytest.mark.parametrize(("start", "cohort"), [("2019-07-31", "2018/19"), ("2019-08-01", "2019/20")])
def test_august_start_is_of_the_school_year_that_begins_next(start: str, cohort: str) -> None:
    """t0 stays the start date: held until the day before it a year later is gone at 12 months."""
    assert hired(post("p", "A", start), cohort=cohort) == 1
    last = date.fromisoformat(start).replace(year=2020)
    assert fate(world(post("p", "A", start, last.isoformat())), 12, cohort=cohort) == same("r/r")
    assert fate(world(post("p", "A", start, (last - timedelta(1)).isoformat())), 12, cohort=cohort) == same("g/g")


@pytest.mark.parametrize(("complete_from", "expected"), [("2019-09-01", 1), ("2019-09-02", 0)])
def test_registry_that_starts_late_shows_only_survivors(complete_from: str, expected: int) -> None:
    senders = [{"sender": "registry", "registry_complete_from": day(complete_from)}]
    assert hired(post("p", "A", "2019-09-01"), senders=senders) == expected


@pytest.mark.parametrize(
    ("complete_from", "expected"), [("2016-09-01", "proved"), ("2016-09-02", "unproved"), (None, "unproved")]
)
def test_three_years_of_complete_registry_prove_a_first_post(complete_from: str | None, expected: str) -> None:
    senders = [{"sender": "registry", "registry_complete_from": day(complete_from)}]
    assert proof(post("p", "A", "2019-09-01"), senders=senders) == expected


@pytest.mark.parametrize(("since", "expected"), [("2019-05-04", 1), ("2019-05-03", 0)])
def test_teaching_since_proves_within_120_days_and_beyond_makes_a_veteran(since: str, expected: int) -> None:
    """From 4 May to 1 September: 27 days to 31 May, 30, 31, 31 to 31 August, 1 more: 120."""
    row = post("p", "A", "2019-09-01", teaching_since=since)
    assert hired(row) == expected
    if expected:
        assert proof(row) == "proved"


@pytest.mark.parametrize(
    ("awarded_on", "year", "expected"),
    [
        ("2017-09-01", 2017, "proved"),
        ("2017-08-31", 2017, "unproved"),
        ("2019-09-02", 2019, "unproved"),
        (None, 2018, "proved"),
        (None, 2017, "unproved"),
    ],
)
def test_diploma_of_at_most_24_months_proves(awarded_on: str | None, year: int, expected: str) -> None:
    """With the year alone, 1 January is taken: 1 January 2017 is 32 months before, 1 January 2018 is 20."""
    diploma = {"person_id": "p", "awarded_on": day(awarded_on), "awarded_year": year, "field": "Pedagogy"}
    assert proof(post("p", "A", "2019-09-01"), qualifications=[diploma]) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"field": "Pedagogy"}, "proved"),
        ({"document": "Мұғалім"}, "proved"),
        ({"field": "nursing"}, "unproved"),
        ({}, "unproved"),
    ],
)
def test_only_a_teaching_diploma_proves(words: Row, expected: str) -> None:
    diploma = {"person_id": "p", "awarded_on": day("2019-06-30"), "awarded_year": 2019, "level": "higher education"}
    assert proof(post("p", "A", "2019-09-01"), qualifications=[diploma | words]) == expected


@pytest.mark.parametrize(("birth_year", "expected"), [(1994, "proved"), (1993, "unproved")])
def test_age_of_at_most_25_proves(birth_year: int, expected: str) -> None:
    """2019 − 1994 = 25."""
    assert proof(post("p", "A", "2019-09-01", birth_year=birth_year)) == expected


def test_cohort_is_entered_by_a_first_post_as_a_teacher() -> None:
    """A mentor or leader first is no beginner afterwards; a psychologist (no teaching group) is one."""
    later = post("p", "A", "2019-09-01")
    assert hired(post("p", "B", "2018-09-01", position_group="school_leader"), later) == 0
    assert hired(post("p", "B", "2018-09-01", position_group="psychologist"), later) == 1
    assert hired(post("p", "A", "2019-09-01", position_group="mentor")) == 0


def test_entry_is_by_the_post_as_a_teacher_and_the_load_of_that_day() -> None:
    """Leader at C with the larger load: the cohort is entered as a teacher, at A.

    At A with 0.4, raised to 1 by a row of 1 October (the same post): on t0 C has the larger load. With two rows of 0.4
    on t0, by subject, it is A.
    """
    led = [
        post("p", "A", "2019-09-01", load_fte=0.5),
        post("p", "C", "2019-09-01", load_fte=1, position_group="school_leader"),
    ]
    raised = [
        post("p", "A", "2019-09-01", load_fte=0.4),
        post("p", "A", "2019-10-01", load_fte=1, position="teacher of physics"),
        post("p", "C", "2019-09-01", load_fte=0.6),
    ]
    by_subject = [*raised[::2], post("p", "A", "2019-09-01", load_fte=0.4, position="teacher of physics")]
    assert index(world(*led), 12, segment="in_network_at_entry", value="yes")
    assert index(world(*by_subject), 12, segment="in_network_at_entry", value="yes")
    assert index(world(*raised), 12, segment="in_network_at_entry", value="no")


@pytest.mark.parametrize(("start", "expected"), [("2019-10-16", "g/g"), ("2019-10-17", "u/u")])
def test_rows_that_start_within_45_days_are_one_post(start: str, expected: str) -> None:
    """From 1 September to 16 October are 45 days (29 + 16). The second row corrects the first, and has an end.

    One post: it ended on 30 June 2020. Two posts: that of 1 September is open and nobody vouches for it.
    """
    of = world(
        post("p", "A", "2019-09-01", confirmed_on="2019-09-15", is_full_list=False),
        post("p", "A", start, "2020-06-30"),
        post("q", "A", "2005-09-01"),
    )
    assert fate(of, 12) == same(expected)


def test_rows_of_one_post_that_starts_in_july_are_of_the_earlier_cohort() -> None:
    """31 July to 14 September is 45 days."""
    rows = [post("p", "A", "2019-07-31", "2019-08-10"), post("p", "A", "2019-09-14")]
    assert (hired(*rows, cohort="2018/19"), hired(*rows, cohort="2019/20")) == (1, 0)


@pytest.mark.parametrize(("start", "in_network"), [("2019-10-16", True), ("2019-10-17", False)])
def test_rows_of_one_post_keep_the_network_of_its_first_day(start: str, in_network: bool) -> None:
    """B leaves K on 15 September 2019. At B from 1 September, and again from 45 (46) days later.

    As one post it was taken up in the network; as a new post it never was.
    Entry is at A, where the load is larger; A's post ends on 5 September.
    """
    of = world(
        post("p", "A", "2019-09-01", "2019-09-05", load_fte=1),
        post("p", "B", "2019-09-01", "2019-09-10", load_fte=0.5),
        post("p", "B", start, load_fte=0.5),
        cluster_members=[member("A"), member("B", left="2019-09-15")],
    )
    assert fate(of, 12)["network"] == ("r/r" if in_network else "g/g")


def test_never_started_makes_no_career_and_is_counted() -> None:
    """p came, q did not: hired 1, never started 1. r did not come in 2019 but did in 2020: a career, hired there."""
    of = world(
        post("p", "A", "2019-09-01"),
        post("q", "A", "2019-09-01", "2019-09-01", end_reason="not_started"),
        post("r", "A", "2019-09-01", "2019-09-01", end_reason="not_started"),
        post("r", "A", "2020-09-01"),
    )
    assert [(r.hired_n, r.retained_n, r.never_started_n) for r in index(of, 12).values()] == [(1, 1, 1)] * 6
    assert [(r.hired_n, r.never_started_n) for r in index(of, 12, cohort="2020/21").values()] == [(1, 0)] * 6
