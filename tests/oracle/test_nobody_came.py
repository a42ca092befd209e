"""A cohort to which nobody came is no reason to forget those who were to come, once its day is over."""

from __future__ import annotations

from small_world import index, post, world


def test_those_who_never_came_count_in_the_pool_when_their_cohort_is_observed() -> None:
    """The window ends on 31 August 2025. p came in 2019. q was to come on 1 September 2020 and did not: the twelve months
    were over on 1 September 2021. r was to come on 1 September 2024: they are over a day after the window."""
    of = world(
        post("p", "A", "2019-09-01"),
        post("q", "A", "2020-09-01", "2020-09-01", end_reason="not_started"),
        post("r", "A", "2024-09-01", "2024-09-01", end_reason="not_started"),
    )
    pooled = index(of, 12, cohort="all").values()
    assert [(row.hired_n, row.never_started_n, row.cohorts_n) for row in pooled] == [(1, 1, 1)] * 6


def test_a_cohort_does_not_wait_for_who_never_came() -> None:
    """p came on 1 August 2023, so that 24 months are over on 1 August 2025; those of q, who was to come on 1 June 2024 and
    did not, would be over after the window."""
    of = world(
        post("p", "A", "2023-08-01"),
        post("q", "A", "2024-06-01", "2024-06-01", end_reason="not_started"),
    )
    rows = index(of, 24, cohort="2023/24").values()
    assert [(row.hired_n, row.never_started_n, row.status) for row in rows] == [(1, 1, "too_few")] * 6
