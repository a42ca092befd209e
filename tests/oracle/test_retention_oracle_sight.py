"""The oracle itself, held against figures worked out by hand: leave, posts nobody vouches for, windows that close.

Unless a test says otherwise the person starts at school A on 1 September 2019 and the window closes on
31 August 2025. Fates read `employed_at/continuous`: r retained, g gone, u unknown, x removed.
"""

from __future__ import annotations

import pytest
from career_days import Settings
from small_world import (
    censored_after,
    fate,
    index,
    left_in,
    post,
    same,
    world,
)


def test_maternity_is_leave_for_1095_days() -> None:
    """Closed on 31 December 2019. 1 095 days from 1 January 2020 end on 30 December 2022 (366 + 365 + 364).

    1 September 2022 is within, 1 September 2024 after; exit month: 31 December 2022 <= t0 + 40 months (1 January 2023).
    """
    of = world(post("p", "A", "2019-09-01", "2019-12-31", end_reason="maternity"))
    assert fate(of, 36) == same("r/r")
    assert fate(of, 60) == same("g/g")
    assert left_in(of, "workplace") == 40


@pytest.mark.parametrize(("last_day", "expected"), [("2021-09-01", "g/g"), ("2021-09-02", "r/r")])
def test_last_day_of_the_leave(last_day: str, expected: str) -> None:
    """1 095 days after 2 September 2021 is 1 September 2024 (365, 365, and 365 with a 29 February): t0 + 60 months."""
    assert fate(world(post("p", "A", "2019-09-01", last_day, end_reason="maternity")), 60) == same(expected)


def test_maternity_ends_with_the_next_post() -> None:
    """She takes a post outside the network on 1 June 2020: from then on she is there and not on leave at A."""
    of = world(
        post("p", "A", "2019-09-01", "2019-12-31", end_reason="maternity"),
        post("p", "C", "2020-06-01"),
    )
    assert fate(of, 12) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}
    assert left_in(of, "workplace") == 9


def test_leave_with_no_later_row_counts_as_held_without_confirmation() -> None:
    """Last vouched for on 1 October 2020, on leave since 1 September 2020: held to 31 August 2023 (1 095 days)."""
    leave = {"on_leave": "parental", "on_leave_from": "2020-09-01"}
    row = post("p", "A", "2019-09-01", confirmed_on="2020-10-01", is_full_list=False, **leave)
    of = world(row, post("q", "A", "2005-09-01"))
    assert fate(of, 24) == same("r/r")
    assert fate(of, 60) == same("g/g")
    assert left_in(of, "profession") == 48


def test_leave_with_a_last_day_is_known_up_to_that_day() -> None:
    """As above but planned to end on 31 December 2020: afterwards nobody says, so the person is unknown."""
    leave = {"on_leave": "parental", "on_leave_from": "2020-09-01", "on_leave_until": "2020-12-31"}
    row = post("p", "A", "2019-09-01", confirmed_on="2020-10-01", is_full_list=False, **leave)
    of = world(row, post("q", "A", "2005-09-01"))
    assert fate(of, 12) == same("r/r")
    assert fate(of, 24) == same("u/u")
    assert censored_after(of, "profession") == 15


@pytest.mark.parametrize(("confirmed", "month"), [("2021-04-30", 19), ("2021-05-01", 20), ("2021-05-15", 20)])
def test_lost_to_follow_up_is_unknown_and_censored(confirmed: str, month: int) -> None:
    """Nobody vouches for the post after that day, though the school goes on reporting (q).

    t0 + 20 months is 1 May 2021: at risk in month 20 if vouched for on that day.
    """
    lost = post("p", "A", "2019-09-01", confirmed_on=confirmed, is_full_list=False)
    of = world(lost, post("q", "A", "2005-09-01"))
    assert fate(of, 12) == same("r/r")
    assert fate(of, 24) == same("u/u")
    assert censored_after(of, "workplace") == month


def test_another_institution_that_reports_a_post_brings_the_person_back_in_sight() -> None:
    """Lost at A after 15 May 2021, reported at C from 1 January 2022 (231 days later): known to be at C in 2022.

    What happened in between is not known, so `continuous` stays unknown in the profession; at A the person is gone.
    """
    lost = post("p", "A", "2019-09-01", confirmed_on="2021-05-15", is_full_list=False)
    of = world(lost, post("p", "C", "2022-01-01"), post("q", "A", "2005-09-01"))
    assert fate(of, 24) == same("u/u")
    assert fate(of, 36) == {"workplace": "g/g", "network": "g/g", "profession": "r/u"}


def test_institution_last_confirmed_earlier_has_an_earlier_window() -> None:
    """A last vouched on 30 June 2022; 120 days before is 2 March 2022 (30, 31, 30, 29 days back).

    Held on that day, so censored there: t0 + 30 months is 1 March 2022. At 24 months retained, at 36 unknown.
    """
    of = world(post("p", "A", "2019-09-01", confirmed_on="2022-06-30"))
    assert fate(of, 24) == same("r/r")
    assert fate(of, 36) == same("u/u")
    assert censored_after(of, "network") == 30


@pytest.mark.parametrize(("last_day", "expected"), [("2022-03-01", "u/g"), ("2022-03-02", "u/u")])
def test_exit_within_120_days_of_the_last_list_is_not_yet_one(last_day: str, expected: str) -> None:
    """As above, the window of A ends on 2 March 2022. Who was held on that day may be bridged, who was not has left.

    Whether the person was back at A on 1 September 2022 is beyond the window for either.
    """
    assert fate(world(post("p", "A", "2019-09-01", last_day, confirmed_on="2022-06-30")), 36) == same(expected)


def test_window_is_that_of_the_institution_that_reports_the_day() -> None:
    """Left A (confirmed to the end) on 31 January 2020 for C, last vouched for on 30 June 2022 (window 2 March 2022).

    At A the exit is of month 5 whatever becomes of C. On 1 September 2021 at C: moved. On 1 September 2022 nobody
    vouches for C, while A still knows that the person is not there.
    """
    of = world(
        post("p", "A", "2019-09-01", "2020-01-31"),
        post("p", "C", "2020-02-01", confirmed_on="2022-06-30"),
        post("q", "A", "2005-09-01"),
    )
    assert fate(of, 24) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}
    assert fate(of, 36) == {"workplace": "g/g", "network": "g/g", "profession": "u/u"}
    assert (left_in(of, "workplace"), censored_after(of, "profession")) == (5, 30)


def test_a_last_post_at_a_silent_school_does_not_blind_the_years_before() -> None:
    """A to 31 July 2025, one day at C after the window; C was last heard of in 2021. In 2020 the person was at A."""
    of = world(
        post("p", "A", "2019-09-01", "2025-07-31"),
        post("p", "C", "2025-10-01", "2025-10-01", confirmed_on="2021-07-19"),
    )
    assert fate(of, 60) == same("r/r")


def test_seen_elsewhere_on_the_day_is_known_at_every_level() -> None:
    """A, last vouched for on 30 June 2021 (window 2 March 2021), says that the post ended on 10 June; C from 20 June.

    1 May 2021 is t0 + 12 months: after A's window, but C picks the thread up, so the person had stayed at A. A year
    later the person has moved. The exit from A itself is after A's window: censored there, after month 10 (1 March).
    """
    of = world(
        post("p", "A", "2020-05-01", "2021-06-10", confirmed_on="2021-06-30"),
        post("p", "C", "2021-06-20"),
    )
    assert fate(of, 12, cohort="2019/20") == same("r/r")
    assert fate(of, 24, cohort="2019/20") == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}
    assert (left_in(of, "workplace"), censored_after(of, "workplace")) == (None, 10)


def test_leave_with_a_later_row_is_an_open_post_like_any_other() -> None:
    """On leave from A since 1 January 2020 and vouched for to the end; half a year at C in between ends nothing at A."""
    of = world(
        post("p", "A", "2019-09-01", on_leave="parental", on_leave_from="2020-01-01"),
        post("p", "C", "2020-06-01", "2020-12-31"),
    )
    assert fate(of, 12) == same("r/r")
    assert fate(of, 60) == same("r/r")


def test_any_later_row_ends_a_maternity_leave() -> None:
    """Back on 1 June 2020 as a psychologist, which is no teaching post: the leave ended on 31 May."""
    of = world(
        post("p", "A", "2019-09-01", "2019-12-31", end_reason="maternity"),
        post("p", "A", "2020-06-01", position="psychologist", position_group="psychologist"),
    )
    assert fate(of, 12) == same("g/g")
    assert left_in(of, "profession") == 9


@pytest.mark.parametrize(("last_day", "month"), [("2025-08-30", None), ("2025-07-31", 71), ("2025-08-31", None)])
def test_gap_open_at_the_right_edge(last_day: str, month: int | None) -> None:
    """Last held 31 August 2025: 120 days without a post by the as-of date, still to be bridged, so no exit.

    Last held 30 August: 121 days, an exit, but t0 + 72 months (1 September) is after the window: no whole month.
    Last held 31 July: the day after is t0 + 71 months, in the window: left in month 71.
    """
    of = world(post("p", "A", "2019-09-01", last_day))
    assert left_in(of, "workplace", settings=Settings(curve_months=80)) == month


@pytest.mark.parametrize(("last_day", "expected"), [("2025-08-30", "g/g"), ("2025-08-31", "r/r")])
def test_right_edge_of_the_index(last_day: str, expected: str) -> None:
    """Hired on 31 August 2024, the horizon day is 31 August 2025 itself, the last day of the window."""
    assert fate(world(post("p", "A", "2024-08-31", last_day)), 12, cohort="2024/25") == same(expected)


@pytest.mark.parametrize(
    ("start", "status"),
    [("2024-08-31", "too_few"), ("2024-09-01", "not_yet_observed"), ("2025-02-01", "not_yet_observed")],
)
def test_not_yet_observable(start: str, status: str) -> None:
    """Of two members the last decides; its 12 months end on 31 August (observed) or 1 September 2025 (not yet)."""
    of = world(post("p", "A", "2024-08-15"), post("q", "A", start))
    row = index(of, 12, cohort="2024/25")["workplace", "continuous"]
    assert (row.hired_n, row.status) == (2, status)
    assert (row.retained_n is None) == (status == "not_yet_observed")
