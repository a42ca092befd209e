"""The oracle itself, held against figures worked out by hand: who stays, leaves, moves.

Unless a test says otherwise the person starts at school A on 1 September 2019 and the window closes on
31 August 2025. Fates read `employed_at/continuous`: r retained, g gone, u unknown, x removed.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from career_days import add_months
from small_world import (
    AS_OF,
    WINDOW_END,
    fate,
    index,
    left_in,
    member,
    post,
    same,
    succession,
    world,
)


def test_window_end_of_the_hand_made_worlds() -> None:
    """30 days to 30 September, 31 to 31 October, 30 to 30 November, 29 to 29 December: 120."""
    assert timedelta(30 + 31 + 30 + 29) == AS_OF - WINDOW_END


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [("2020-02-29", 12, "2021-02-28"), ("2020-02-29", 48, "2024-02-29"), ("2019-08-31", 6, "2020-02-29")],
)
def test_month_ends_are_clipped(start: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(expected)


def test_returner_is_employed_again_but_not_continuously() -> None:
    """Out from 1 January 2020 to 31 August 2020 (244 days > 120), back at A: gone at no day asked, first exit in 4.

    Last day held 31 December 2019, so the day after is 1 January 2020 = t0 + 4 months: exit month 4.
    """
    of = world(post("p", "A", "2019-09-01", "2019-12-31"), post("p", "A", "2020-09-01"))
    assert fate(of, 12) == same("r/g")
    assert left_in(of, "workplace") == 4


def test_summer_gap_is_bridged() -> None:
    """15 June to 14 August 2020 is 61 days without a post."""
    of = world(post("p", "A", "2019-09-01", "2020-06-14"), post("p", "A", "2020-08-15"))
    assert fate(of, 12) == same("r/r")
    assert left_in(of, "workplace") is None


@pytest.mark.parametrize(("next_start", "expected"), [("2020-05-30", "r/r"), ("2020-05-31", "r/g")])
def test_gap_of_120_days_is_bridged_and_of_121_is_not(next_start: str, expected: str) -> None:
    """After 30 January 2020: 1 day in January, 29 in February, 31, 30 and 29 to 29 May make 120."""
    of = world(post("p", "A", "2019-09-01", "2020-01-30"), post("p", "A", next_start))
    assert fate(of, 12) == same(expected)


@pytest.mark.parametrize(
    ("last_day", "expected"), [("2020-08-31", "g/g"), ("2020-09-01", "r/r"), ("2020-09-02", "r/r")]
)
def test_boundary_day_counts_as_held(last_day: str, expected: str) -> None:
    """t0 + 12 months is 1 September 2020, and `end_date` is the last day held."""
    assert fate(world(post("p", "A", "2019-09-01", last_day)), 12) == same(expected)


@pytest.mark.parametrize(("last_day", "month"), [("2019-09-30", 1), ("2019-10-01", 2), ("2020-08-31", 12)])
def test_exit_month(last_day: str, month: int) -> None:
    """The day after 30 September is t0 + 1 month: month 1. After 1 October it is 2 October: month 2."""
    assert left_in(world(post("p", "A", "2019-09-01", last_day)), "profession") == month


@pytest.mark.parametrize(("last_day", "expected"), [("2021-02-27", "g/g"), ("2021-02-28", "r/r")])
def test_from_29_february_the_day_is_28_february(last_day: str, expected: str) -> None:
    assert fate(world(post("p", "A", "2020-02-29", last_day)), 12) == same(expected)


def test_move_inside_the_cluster() -> None:
    """From A to B, both in K: gone from the workplace only, with 1 March 2020 = t0 + 6 months."""
    of = world(post("p", "A", "2019-09-01", "2020-02-29"), post("p", "B", "2020-03-01"))
    assert fate(of, 12) == {"workplace": "g/g", "network": "r/r", "profession": "r/r"}
    assert (left_in(of, "workplace"), left_in(of, "network")) == (6, None)


def test_move_outside_the_cluster() -> None:
    of = world(post("p", "A", "2019-09-01", "2020-02-29"), post("p", "C", "2020-03-01"))
    assert fate(of, 12) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}


def test_two_schools_at_once_are_one_career() -> None:
    """A until June 2020, C (outside) from January 2020 on: no gap in the profession; A is the larger load on t0."""
    of = world(
        post("p", "A", "2019-09-01", "2020-06-30", load_fte=0.5),
        post("p", "C", "2020-01-01", load_fte=1),
    )
    assert fate(of, 12) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}


def test_entry_institution_has_the_largest_load_and_ties_go_to_the_smallest_id() -> None:
    """C with 0.6 beats A with 0.4, so the person is in no network; at 0.5 each A wins."""
    larger = world(post("p", "A", "2019-09-01", load_fte=0.4), post("p", "C", "2019-09-01", load_fte=0.6))
    tied = world(post("p", "A", "2019-09-01", load_fte=0.5), post("p", "C", "2019-09-01", load_fte=0.5))
    assert index(larger, 12, segment="in_network_at_entry", value="no")
    assert index(tied, 12, segment="in_network_at_entry", value="yes")


def test_school_without_a_cluster_is_its_own_network() -> None:
    of = world(post("p", "C", "2019-09-01", "2020-02-29"), post("p", "A", "2020-03-01"))
    assert fate(of, 12) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}
    assert index(of, 12, segment="cluster", value="none")


def test_school_that_leaves_the_cluster_keeps_the_teacher_of_the_same_post() -> None:
    """B leaves K on 30 June 2020. Who moved to B before stays in the network; who moves to B later does not."""
    members = [member("A"), member("B", left="2020-06-30")]
    before = world(post("p", "A", "2019-09-01", "2020-02-29"), post("p", "B", "2020-03-01"), cluster_members=members)
    after = world(post("p", "A", "2019-09-01", "2020-06-30"), post("p", "B", "2020-07-01"), cluster_members=members)
    assert fate(before, 12)["network"] == "r/r"
    assert fate(after, 12)["network"] == "g/g"


def test_school_that_joins_later_brings_no_earlier_hires_in() -> None:
    """C joins K on 1 June 2020. Its own hire of 2019 has no network; who came to C from A in January is out for good.

    Who comes to C on 1 June 2020 is in: 31 May was the last day at A.
    """
    members = [member("A"), member("B"), member("C", joined="2020-06-01")]
    own = world(post("p", "C", "2019-09-01", "2020-06-30"), post("p", "A", "2020-07-01"), cluster_members=members)
    before = world(post("p", "A", "2019-09-01", "2019-12-31"), post("p", "C", "2020-01-01"), cluster_members=members)
    after = world(post("p", "A", "2019-09-01", "2020-05-31"), post("p", "C", "2020-06-01"), cluster_members=members)
    assert fate(own, 12)["network"] == "g/g"
    assert fate(before, 12) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}
    assert fate(after, 12) == {"workplace": "g/g", "network": "r/r", "profession": "r/r"}


def test_successor_is_the_same_workplace_from_its_day_on() -> None:
    """A becomes C on 1 July 2020, C becomes D on 1 July 2021; the rows follow. None of it is a move."""
    chain = [succession("A", "C", "2020-07-01"), succession("C", "D", "2021-07-01")]
    rows = [
        post("p", "A", "2019-09-01", "2020-06-30"),
        post("p", "C", "2020-07-01", "2021-06-30"),
        post("p", "D", "2021-07-01"),
    ]
    assert fate(world(*rows, institution_successions=chain), 36) == same("r/r")
    assert fate(world(*rows), 36) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}


def test_successor_does_not_count_before_its_day() -> None:
    """At C from 1 January 2020, which carries A on only from 1 October 2020: 1 September 2020 is not at the workplace.

    From 1 January to 30 September 2020 are 274 days, so nothing bridges; in December 2020 A's successor holds again.
    """
    of = world(
        post("p", "A", "2019-09-01", "2019-12-31"),
        post("p", "C", "2020-01-01"),
        institution_successions=[succession("A", "C", "2020-10-01")],
    )
    assert fate(of, 12)["workplace"] == "g/g"
    assert fate(of, 24)["workplace"] == "r/g"
