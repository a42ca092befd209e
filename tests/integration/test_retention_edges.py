"""Edge cases of retention, one world, expected numbers by hand.

t0 is 2018-09-01 unless a test says otherwise, so the horizon days are 2019-09-01, 2020-09-01, 2021-09-01 and 2023-09-01; the
as-of date is 2026-09-15 and the window ends 120 days before it, on 2026-05-18.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from once import Once
from retention_scenes import built_scenes
from retention_world import Row, rows

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

LEVELS = ("workplace", "network", "profession")


@pytest.fixture(scope="module")
def marts(once: Once) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(built_scenes(once), read_only=True) as connection:
        yield connection


def index(
    marts: duckdb.DuckDBPyConnection, subject: str, months: int, estimand: str, cohort: str = "2018/19"
) -> list[Row]:
    """The rows of a scene at workplace, network and profession."""
    found = rows(
        marts,
        """select * from marts.retention_index
        where segment = 'subject' and segment_value = ? and horizon_months = ? and estimand = ? and cohort_year = ?""",
        subject,
        months,
        estimand,
        cohort,
    )
    assert sorted(row["level"] for row in found) == sorted(LEVELS)
    return sorted(found, key=lambda row: LEVELS.index(row["level"]))


def counts(
    marts: duckdb.DuckDBPyConnection,
    subject: str,
    months: int,
    estimand: str = "employed_at",
    cohort: str = "2018/19",
    count: str = "retained_n",
) -> tuple[int, ...]:
    return tuple(row[count] for row in index(marts, subject, months, estimand, cohort))


def curve(
    marts: duckdb.DuckDBPyConnection, subject: str, level: str, cohort: str = "2018/19"
) -> list[tuple[int, int, int]]:
    """Months in which somebody left or was no longer followed: month, left, censored."""
    found = rows(
        marts,
        """select month, left_n, censored_n from marts.retention_curve
        where segment = 'subject' and segment_value = ? and level = ? and cohort_year = ? and left_n + censored_n > 0
        order by month""",
        subject,
        level,
        cohort,
    )
    return [(row["month"], row["left_n"], row["censored_n"]) for row in found]


def test_a_returner_is_employed_again_but_not_continuously(marts: duckdb.DuckDBPyConnection) -> None:
    """Held to 2019-06-30 and from 2020-09-01: 428 days away. On 2019-09-01 gone, on 2020-09-01 back, on the first day of
    the second post. The exit is 2019-07-01, ten months after t0."""
    assert counts(marts, "returner", 12) == (0, 0, 0)
    assert counts(marts, "returner", 24) == (1, 1, 1)
    assert counts(marts, "returner", 24, "continuous") == (0, 0, 0)
    assert curve(marts, "returner", "workplace") == [(10, 1, 0)]


def test_a_leave_is_held_for_three_years(marts: duckdb.DuckDBPyConnection) -> None:
    """Parental leave from 2019-05-01 without an end, no later post: 1095 days are 2019-05-01 to 2022-04-29. Held on
    2021-09-01 (36 months), not on 2023-09-01. The exit is 2022-04-30, in month 44 (to 2022-05-01)."""
    assert counts(marts, "leave", 36) == (1, 1, 1)
    assert counts(marts, "leave", 60) == (0, 0, 0)
    assert curve(marts, "leave", "profession") == [(44, 1, 0)]


def test_a_post_closed_with_maternity_is_held_until_the_next_post(marts: duckdb.DuckDBPyConnection) -> None:
    """All three close on 2019-05-31. One never comes back: 1095 days, to 2022-05-30, then gone (2022-05-31 is in month
    45, to 2022-06-01). One is back on 2021-09-01: held throughout. One starts elsewhere on 2020-01-10: the leave ends on
    2020-01-09, so the workplace and the network (N1 is in K1, X1 in none) lose her in month 17 (2020-01-10 to 2020-02-01)."""
    assert counts(marts, "maternity", 12, "continuous") == (3, 3, 3)
    assert counts(marts, "maternity", 24, "continuous") == (2, 2, 3)
    assert counts(marts, "maternity", 36, "continuous") == (2, 2, 3)
    assert counts(marts, "maternity", 60, "continuous") == (1, 1, 2)
    assert curve(marts, "maternity", "workplace") == [(17, 1, 0), (45, 1, 0)]
    assert curve(marts, "maternity", "profession") == [(45, 1, 0)]


def test_two_schools_at_once(marts: duckdb.DuckDBPyConnection) -> None:
    """N1 with load 0.5 and X1 with 0.6: X1 is the entry institution, in no cluster, so its network is itself. X1 ends on
    2019-06-30: gone from workplace and network, still in the profession at N1. With equal loads N2 comes before X2, and
    N2 goes on."""
    assert counts(marts, "two schools", 12) == (0, 0, 1)
    assert counts(marts, "two equal schools", 12) == (1, 1, 1)


def test_moves_inside_and_outside_the_cluster(marts: duckdb.DuckDBPyConnection) -> None:
    """From N1 on 2019-06-30 to N2 (same cluster) or X1 (none) on 2019-08-25."""
    assert counts(marts, "move inside", 12, "continuous") == (0, 1, 1)
    assert counts(marts, "move outside", 12, "continuous") == (0, 0, 1)


@pytest.mark.parametrize(("gap", "kept"), [("gap 120", 1), ("gap 121", 0)])
def test_a_gap_is_bridged_up_to_120_days(marts: duckdb.DuckDBPyConnection, gap: str, kept: int) -> None:
    """Last day 2019-06-30. 1 July to 28 October is 31 + 31 + 30 + 28 = 120 days, so a start on 29 October is bridged and
    the horizon day 2019-09-01, within the gap, counts as held; a start on 30 October is not."""
    assert counts(marts, gap, 12) == (kept,) * 3
    assert counts(marts, gap, 24) == (1, 1, 1)
    assert counts(marts, gap, 24, "continuous") == (kept,) * 3


def test_a_school_that_leaves_takes_no_teacher_out(marts: duckdb.DuckDBPyConnection) -> None:
    """To D2 on 2019-09-01, a member of K2 until 2019-12-31: still retained in the network five years after t0."""
    assert counts(marts, "school leaves", 60, "continuous") == (0, 1, 1)


def test_a_school_that_joins_brings_no_earlier_hires_in(marts: duckdb.DuckDBPyConnection) -> None:
    """D3 joins K2 on 2021-01-01. Who went there from D1 in 2019 left the network; who went there in 2021 did not. D4
    joined in 2020, after its own teacher's t0: her network stays D4 alone, and moving to D1 leaves it."""
    assert counts(marts, "school joins later", 36) == (0, 0, 1)
    assert counts(marts, "into a new member", 60, "continuous") == (0, 1, 1)
    assert counts(marts, "own school joins", 60) == (0, 0, 1)


@pytest.mark.parametrize(("subject", "kept"), [("same post 45", 1), ("same post 46", 0)])
def test_rows_within_45_days_are_one_post(marts: duckdb.DuckDBPyConnection, subject: str, kept: int) -> None:
    """Rows at P2 from 2020-01-10 and from 2020-02-24, 21 + 24 = 45 days later, are one post from the first, when P2 was a
    member (until 2020-01-31): in the network. A second row from 2020-02-25 is a post of its own, taken up at a school
    that is no member any more; the first row ended on 2020-02-10."""
    assert counts(marts, subject, 24) == (0, kept, 1)


def test_a_successor_is_the_workplace(marts: duckdb.DuckDBPyConnection) -> None:
    """S1 merges into S2 on 2019-09-01, S2 is renamed S3 on 2021-09-01. Who follows is at the workplace throughout. Who
    went to S2 on 2019-02-01 had left: 212 days until S2 carries S1 on, more than 120; from that day, the horizon day,
    she is at the workplace again."""
    assert counts(marts, "succession", 60, "continuous") == (1, 1, 1)
    assert counts(marts, "successor ahead", 12) == (1, 1, 1)
    assert counts(marts, "successor ahead", 12, "continuous") == (0, 0, 1)
    assert curve(marts, "successor ahead", "workplace") == [(5, 1, 0)]


def test_lost_from_sight_is_unknown(marts: duckdb.DuckDBPyConnection) -> None:
    """L was last confirmed on 2020-03-01: its window ends 120 days before, on 2019-11-02, month 14 of four people.
    At 24 months (2020-09-01) nobody of L is followed any more, leavers as little as stayers: `lost-left` (gone on 2019-06-30),
    `lost-open` and `lost-late` (2019-12-15, after the window) are unknown on the day. For `continuous` the known exit of
    `lost-left` in month 10 decides, as it does in the curve. `lost-found` is reported by X1 from 2020-04-01, 30 days after:
    in the profession, and so known to be gone from L."""
    assert counts(marts, "lost from sight", 12) == (3, 3, 3)
    assert counts(marts, "lost from sight", 12, count="unknown_n") == (0, 0, 0)
    assert counts(marts, "lost from sight", 24) == (0, 0, 1)
    assert counts(marts, "lost from sight", 24, count="unknown_n") == (3, 3, 3)
    assert counts(marts, "lost from sight", 24, "continuous") == (0, 0, 1)
    assert counts(marts, "lost from sight", 24, "continuous", count="unknown_n") == (2, 2, 2)
    assert curve(marts, "lost from sight", "workplace") == [(10, 1, 0), (14, 0, 3)]
    assert curve(marts, "lost from sight", "profession") == [(10, 1, 0), (14, 0, 2)]
    (workplace, _, profession) = index(marts, "lost from sight", 24, "employed_at")
    assert (workplace["index_share"], workplace["bound_low_share"], workplace["bound_high_share"]) == (0, 0, 0.75)
    assert (profession["index_share"], profession["bound_low_share"], profession["bound_high_share"]) == (1, 0.25, 1)


def test_a_post_nobody_vouches_for_is_unknown_after_its_day(marts: duckdb.DuckDBPyConnection) -> None:
    """N1 is confirmed to the end, this post only to 2020-03-01: followed for 18 whole months, unknown at 24."""
    assert counts(marts, "not vouched for", 12) == (1, 1, 1)
    assert counts(marts, "not vouched for", 24, count="unknown_n") == (1, 1, 1)
    assert curve(marts, "not vouched for", "network") == [(18, 0, 1)]


def test_never_started_is_counted_apart(marts: duckdb.DuckDBPyConnection) -> None:
    (row, *_) = index(marts, "never started", 12, "employed_at")
    assert (row["hired_n"], row["never_started_n"], row["retained_n"], row["status"]) == (1, 1, 1, "too_few")


def test_the_dead_and_the_retired_are_removed(marts: duckdb.DuckDBPyConnection) -> None:
    """`dies` on 2019-03-31: removed at 12 months, censored after the 6 whole months to 2019-03-01. `moves-dies` leaves N1
    on 2019-01-31 (exit in month 5) and dies at X1 on 2019-06-30: removed on the day at all levels, in the profession censored
    after month 9; that `moves-dies` had not stayed at N1 is known whatever came after, so there `continuous` counts it as gone.
    `unretires` takes a post again after 244 days: not removed, gone at 12 months (exit in month 7), back at 24."""
    assert counts(marts, "removed", 12, count="removed_n") == (2, 2, 2)
    assert counts(marts, "removed", 12, "continuous", count="removed_n") == (1, 1, 2)
    assert counts(marts, "removed", 12) == (0, 0, 0)
    assert counts(marts, "removed", 24) == (0, 0, 1)
    assert [row["index_share"] for row in index(marts, "removed", 24, "employed_at")] == [0, 0, 1]
    assert curve(marts, "removed", "workplace") == [(5, 1, 0), (6, 0, 1), (7, 1, 0)]
    assert curve(marts, "removed", "profession") == [(6, 0, 1), (7, 1, 0), (9, 0, 1)]


def test_a_local_id_is_not_followed_elsewhere(marts: duckdb.DuckDBPyConnection) -> None:
    """Three with an id of N1 only. One stays: retained at the workplace and so at the wider levels. One leaves: gone from
    the workplace, unknown beyond. One is linked to a national id that appears at X1 ten days later: known to be there."""
    assert counts(marts, "local id", 12) == (1, 1, 2)
    assert counts(marts, "local id", 12, count="unknown_n") == (0, 1, 1)
    assert curve(marts, "local id", "workplace")[:1] == [(10, 2, 0)]
    assert curve(marts, "local id", "network")[:2] == [(9, 0, 1), (10, 1, 0)]


def test_the_boundary_day_counts_as_retained(marts: duckdb.DuckDBPyConnection) -> None:
    """Last day held 2019-09-01: held on t0 + 12 months, exit on the next day, in month 13. One day less: gone, month 12."""
    assert counts(marts, "boundary day", 12) == (1, 1, 1)
    assert curve(marts, "boundary day", "workplace") == [(13, 1, 0)]
    assert counts(marts, "day before", 12) == (0, 0, 0)
    assert curve(marts, "day before", "workplace") == [(12, 1, 0)]


def test_from_29_february_the_day_is_the_28th(marts: duckdb.DuckDBPyConnection) -> None:
    """t0 2020-02-29, of cohort 2019/20: the horizon day is 2021-02-28."""
    assert counts(marts, "29 February", 12, cohort="2019/20") == (1, 1, 1)
    assert counts(marts, "29 February, day before", 12, cohort="2019/20") == (0, 0, 0)
    assert curve(marts, "29 February", "workplace", "2019/20") == [(13, 1, 0)]
    assert curve(marts, "29 February, day before", "workplace", "2019/20") == [(12, 1, 0)]


@pytest.mark.parametrize(
    ("subject", "month"),
    [
        ("edge after window", (32, 0, 1)),
        ("edge in window", (32, 0, 1)),
        ("edge whole month", (32, 1, 0)),
    ],
)
def test_a_gap_open_at_the_right_edge(
    marts: duckdb.DuckDBPyConnection, subject: str, month: tuple[int, int, int]
) -> None:
    """t0 2023-09-01, window to 2026-05-18: 32 whole months (to 2026-05-01). An end on 2026-05-31 is after the window and no
    exit yet. An end on 2026-05-10 is an exit, in month 33, which cannot be read whole: censored after 32 with those who
    stay. An end on 2026-04-30 is the exit of month 32."""
    assert curve(marts, subject, "workplace", "2023/24") == [month]
    assert counts(marts, subject, 24, "continuous", "2023/24") == (1, 1, 1)


def test_late_summer_starts_are_of_the_next_cohort(marts: duckdb.DuckDBPyConnection) -> None:
    assert counts(marts, "first of August", 12, cohort="2019/20") == (1, 1, 1)
    assert counts(marts, "last of July", 12, cohort="2018/19") == (1, 1, 1)


def test_a_cohort_waits_for_its_last_member(marts: duckdb.DuckDBPyConnection) -> None:
    """The last of 2024/25 started on 2025-05-18: 12 months later is the last day of the window, so the cohort is observed
    at 12 months and not at 24. Of 2025/26 nothing is said, but its curve is given: 2025-09-01 to 2026-05-18 is 8 months."""
    assert counts(marts, "last observed", 12, cohort="2024/25") == (2, 2, 2)
    assert {row["status"] for row in index(marts, "last observed", 24, "employed_at", "2024/25")} == {
        "not_yet_observed"
    }
    for row in index(marts, "not yet observed", 12, "continuous", "2025/26"):
        assert (row["status"], row["hired_n"], row["retained_n"], row["index_share"]) == (
            "not_yet_observed",
            1,
            None,
            None,
        )
    assert curve(marts, "not yet observed", "workplace", "2025/26") == [(8, 0, 1)]


def test_who_starts_after_the_window_is_hired_and_not_yet_followed(marts: duckdb.DuckDBPyConnection) -> None:
    (row, *_) = index(marts, "after the window", 12, "employed_at", "2026/27")
    assert (row["hired_n"], row["status"]) == (1, "not_yet_observed")
    found = rows(
        marts,
        """select distinct at_risk_n, survival_share, status from marts.retention_curve
        where segment_value = 'after the window' and cohort_year = '2026/27'""",
    )
    assert found == [{"at_risk_n": 0, "survival_share": None, "status": "not_yet_observed"}]


def test_a_registry_that_starts_late_has_no_earlier_cohort(marts: duckdb.DuckDBPyConnection) -> None:
    """Sender `late` is complete from 2018-01-01; who began the day before is in no cohort."""
    assert not rows(marts, "select 1 from marts.retention_index where segment_value = 'late registry'")


def test_proof_that_a_post_is_the_first(marts: duckdb.DuckDBPyConnection) -> None:
    """Proved: labour record 120 days before t0 (2018-05-04), turning 25 in the year, diploma 24 months old to the day, three
    years of complete registry. Unproved: turning 26, a diploma a day older, a diploma of another field. Not first at
    all: a labour record of 121 days before, and a lecturer's post before."""
    proved = index(marts, "proved", 12, "employed_at")[0]
    unproved = index(marts, "unproved", 12, "employed_at")[0]
    looked_back = index(marts, "proved by looking back", 12, "employed_at", "2020/21")[0]
    assert (proved["hired_n"], proved["unproved_n"]) == (3, 0)
    assert (unproved["hired_n"], unproved["unproved_n"]) == (3, 3)
    assert (looked_back["hired_n"], looked_back["unproved_n"]) == (1, 0)
    segment = rows(
        marts,
        """select segment_value, hired_n, unproved_n from marts.retention_index
        where segment = 'first_post' and cohort_year = '2018/19' and horizon_months = 12 and level = 'network'
        and estimand = 'employed_at' and segment_value = 'unproved'""",
    )
    assert segment == [{"segment_value": "unproved", "hired_n": 3, "unproved_n": 3}]
