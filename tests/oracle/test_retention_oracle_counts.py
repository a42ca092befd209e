"""The oracle itself, held against figures worked out by hand: who is counted, where, and with what curve.

Unless a test says otherwise everybody starts at school A on 1 September 2019 and the window closes on 31 August 2025.
"""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from career_days import Settings
from retention_oracle import retention
from small_world import AS_OF, censored_after, curve, fate, index, left_in, letter, member, post, same, world

WORK = ("workplace", "employed_at")


@pytest.mark.parametrize("reason", ["died", "retired"])
def test_died_and_retired_are_removed_and_censored(reason: str) -> None:
    """Last day 15 March 2021 = t0 + 18 months and 14 days: retained at 12 months, removed at 24, last at risk in 18."""
    of = world(post("p", "A", "2019-09-01", "2021-03-15", end_reason=reason))
    assert fate(of, 12) == same("r/r")
    assert fate(of, 24) == same("x/x")
    assert (left_in(of, "profession"), censored_after(of, "profession")) == (None, 18)
    assert index(of, 24)[WORK].index_share is None


def test_retired_and_back_is_no_retirement() -> None:
    """Retired on 15 March 2021, a post again from 1 September 2022 (534 days): an exit like others, then a return."""
    of = world(
        post("p", "A", "2019-09-01", "2021-03-15", end_reason="retired"),
        post("p", "A", "2022-09-01"),
    )
    assert fate(of, 24) == same("g/g")
    assert fate(of, 36) == same("r/g")
    assert left_in(of, "profession") == 19


def test_death_after_a_move_is_an_exit_from_the_workplace_first() -> None:
    """A to B in March 2020, died at B on 15 March 2021. The curve of A has the exit; the person is removed at 24."""
    of = world(
        post("p", "A", "2019-09-01", "2020-02-29"),
        post("p", "B", "2020-03-01", "2021-03-15", end_reason="died"),
    )
    assert fate(of, 24) == {"workplace": "x/g", "network": "x/x", "profession": "x/x"}
    assert (left_in(of, "workplace"), left_in(of, "network")) == (6, None)


def test_local_id_counts_at_the_workplace_only() -> None:
    """Gone from A in June 2020: gone there, unknown and censored elsewhere. While at A, known at every level."""
    gone = world(post("p", "A", "2019-09-01", "2020-06-30", person_is_local=True))
    stays = world(post("p", "A", "2019-09-01", person_is_local=True))
    assert fate(gone, 12) == {"workplace": "g/g", "network": "u/u", "profession": "u/u"}
    assert fate(stays, 12) == same("r/r")
    assert (left_in(gone, "workplace"), left_in(gone, "network"), censored_after(gone, "network")) == (10, None, 9)


def test_person_link_joins_the_local_id_to_the_career() -> None:
    """With the link, the post at A under the local id and the one at C are one person, who entered at A."""
    rows = [post("local", "A", "2019-09-01", "2020-06-30", person_is_local=True), post("p", "C", "2020-08-01")]
    linked = world(*rows, person_links=[{"local_id": "local", "person_id": "p"}])
    assert fate(linked, 12) == {"workplace": "g/g", "network": "g/g", "profession": "r/r"}
    apart = world(*rows)
    assert [index(apart, 12, cohort=cohort)[WORK].hired_n for cohort in ("2019/20", "2020/21")] == [1, 1]


def test_what_happened_after_the_as_of_date_is_not_known() -> None:
    """On 29 December 2021 (window to 31 August 2021) the end of 2022 is open, and the start of 2022 is absent."""
    of = world(
        post("p", "A", "2019-09-01", "2022-06-30", end_reason="died"),
        post("q", "A", "2022-02-01"),
    )
    then = date(2021, 12, 29)
    assert letter(index(of, 12, as_of=then)[WORK]) == "r"
    assert index(of, 24, as_of=then)[WORK].status == "not_yet_observed"
    assert {row.cohort_year for row in retention(of, then).curve} == {"2019/20", "all"}
    assert letter(index(of, 36)[WORK]) == "x"


def test_never_started_is_no_career_whatever_day_stands_as_the_end() -> None:
    """The row says that nobody came; that its end is after the as-of date makes nobody come."""
    of = world(post("p", "A", "2019-09-01", "2019-10-15", end_reason="not_started"))
    assert retention(of, date(2019, 10, 1)).index == []
    assert retention(of, AS_OF).index == []


@pytest.mark.parametrize(("last_day", "expected"), [("2022-03-01", "x/x"), ("2022-03-02", "u/u")])
def test_death_after_the_window_is_not_yet_read(last_day: str, expected: str) -> None:
    """A was last heard of on 30 June 2022: window to 2 March 2022. Who holds a post on that day is censored there."""
    of = world(post("p", "A", "2019-09-01", last_day, end_reason="died", confirmed_on="2022-06-30"))
    assert fate(of, 36) == same(expected)


def test_shares_bounds_and_statuses_of_a_cohort() -> None:
    """Of 12: 5 stay, 4 leave, 1 is lost, 1 dies, 1 goes to B. At work 5/10; in the network 6/10, base 10: `ok`.

    In the profession as in the network, since nobody goes elsewhere.
    """
    of = world(
        *(post(f"stay{n}", "A", "2019-09-01") for n in range(5)),
        *(post(f"left{n}", "A", "2019-09-01", "2020-01-15") for n in range(4)),
        post("lost", "A", "2019-09-01", confirmed_on="2020-03-01", is_full_list=False),
        post("died", "A", "2019-09-01", "2020-03-01", end_reason="died"),
        post("moved", "A", "2019-09-01", "2020-03-01"),
        post("moved", "B", "2020-03-02"),
    )
    rows = index(of, 12)
    counts = {level: (r.hired_n, r.retained_n, r.unknown_n, r.removed_n) for (level, _), r in rows.items()}
    assert counts == {"workplace": (12, 5, 1, 1), "network": (12, 6, 1, 1), "profession": (12, 6, 1, 1)}
    assert {level: (r.index_share, r.status) for (level, _), r in rows.items()} == {
        "workplace": (0.5, "ok"), "network": (0.6, "ok"), "profession": (0.6, "ok")
    }  # fmt: skip
    fewer = index(of, 12, settings=Settings(minimum_n=11))[WORK]
    assert (fewer.index_share, fewer.status) == (0.5, "too_few")


def test_all_pools_the_observed_cohorts() -> None:
    """At 24 months the cohorts of 2019 and 2021 are observed, that of 2023 (to 1 September 2025) is not."""
    of = world(*(post(f"p{year}", "A", f"{year}-09-01") for year in (2019, 2021, 2023)))
    row = index(of, 24, cohort="all")[WORK]
    assert (row.hired_n, row.cohorts_n, row.retained_n) == (2, 2, 2)


@pytest.mark.parametrize(("pool_too_few", "hired"), [(True, 5), (False, 3)])
def test_all_pools_cohorts_that_are_ok_where_the_letter_is_asked_for(pool_too_few: bool, hired: int) -> None:
    """Three of 2019 and two of 2021, with three people asked for."""
    of = world(*(post(f"p{n}", "A", f"{2019 if n < 3 else 2021}-09-01") for n in range(5)))
    settings = Settings(minimum_n=3, pool_too_few=pool_too_few)
    assert index(of, 24, cohort="all", settings=settings)[WORK].hired_n == hired


def test_person_in_two_clusters_counts_in_each_and_once_in_all() -> None:
    of = world(post("p", "A", "2019-09-01"), cluster_members=[member("A"), member("A", cluster="L")])
    assert [index(of, 12, segment="cluster", value=v)[WORK].hired_n for v in ("K", "L")] == [1, 1]
    assert index(of, 12)[WORK].hired_n == 1


def test_missing_sex_is_a_value_of_its_own() -> None:
    of = world(post("p", "A", "2019-09-01", sex="f"), post("q", "A", "2019-09-01"))
    assert [index(of, 12, segment="sex", value=v)[WORK].hired_n for v in ("f", "unknown")] == [1, 1]


def test_curve_and_its_standard_error() -> None:
    """Four people: one leaves in month 2, one is last seen in month 3 (5 December), one leaves in month 5.

    S(2) = 3/4, S(5) = 3/4 · 1/2 = 3/8. Greenwood: 1/(4·3) = 1/12, then 1/12 + 1/(2·1) = 7/12.
    """
    of = world(
        post("p", "A", "2019-09-01", "2019-10-15"),
        post("q", "A", "2019-09-01", confirmed_on="2019-12-05", is_full_list=False),
        post("r", "A", "2019-09-01", "2020-01-31"),
        post("s", "A", "2019-09-01"),
    )
    rows = curve(of, "workplace")
    counts = {
        month: (rows[month].at_risk_n, rows[month].left_n, rows[month].censored_n) for month in (0, 2, 3, 4, 5, 6)
    }
    assert counts == {0: (4, 0, 0), 2: (4, 1, 0), 3: (3, 0, 1), 4: (2, 0, 0), 5: (2, 1, 0), 6: (1, 0, 0)}
    assert [rows[month].survival_share for month in (0, 1, 2, 4, 5, 60)] == [1, 1, 0.75, 0.75, 0.375, 0.375]
    assert rows[2].survival_se == pytest.approx(0.75 * math.sqrt(1 / 12), abs=1e-15)
    assert rows[5].survival_se == pytest.approx(0.375 * math.sqrt(7 / 12), abs=1e-15)


def test_curve_beyond_the_last_observation() -> None:
    """One person lost in month 3: from month 4 on nobody is at risk, and the curve is not yet observed.

    One person who left in month 5: the curve is 0 from then on, and known.
    """
    lost = world(
        post("q", "A", "2019-09-01", confirmed_on="2019-12-05", is_full_list=False), post("z", "A", "2001-09-01")
    )
    rows = curve(lost, "workplace")
    assert [(rows[m].survival_share, rows[m].status) for m in (3, 4)] == [(1.0, "too_few"), (None, "not_yet_observed")]
    left = curve(world(post("r", "A", "2019-09-01", "2020-01-31")), "workplace")
    assert [(left[m].at_risk_n, left[m].survival_share) for m in (5, 6, 60)] == [(1, 0.0), (0, 0.0), (0, 0.0)]


def test_kaplan_meier_of_ten_people_need_not_nest() -> None:
    """Two of ten move from A to B on 1 October (exit from A in month 1) and leave B on 31 January (month 5).

    Seven are lost from sight in month 3, one stays. At work: S = 8/10 in month 1, and nobody leaves after.
    In the network nobody leaves until month 5, when three are at risk and two leave: S = 1/3 < 8/10.
    The index of those known is nested all the same: at 12 months 1 of 3 at either level.
    """
    of = world(
        *(post(f"moved{n}", "A", "2019-09-01", "2019-09-30") for n in range(2)),
        *(post(f"moved{n}", "B", "2019-10-01", "2020-01-31") for n in range(2)),
        *(post(f"lost{n}", "A", "2019-09-01", confirmed_on="2019-12-05", is_full_list=False) for n in range(7)),
        post("stays", "A", "2019-09-01"),
    )
    work, network = curve(of, "workplace"), curve(of, "network")
    assert (work[1].survival_share, work[12].survival_share) == (0.8, 0.8)
    assert (network[1].survival_share, network[12].survival_share) == (1.0, float(Fraction(1, 3)))
    assert network[5].at_risk_n == 3
    shares = {key: row.index_share for key, row in index(of, 12).items()}
    assert set(shares.values()) == {float(Fraction(1, 3))}


def test_a_quarter_takes_horizon_days_of_the_twelve_months_to_its_end() -> None:
    """At 12 months, to 31 August 2025: hired from 1 September 2023 to 31 August 2024. Of four people the middle two."""
    starts = ("2023-08-31", "2023-09-01", "2024-08-31", "2024-09-01")
    of = world(*(post(f"p{n}", "A", start) for n, start in enumerate(starts)))
    row = index(of, 12, cohort="2024/25-Q4", settings=Settings(quarters_n=8))[WORK]
    assert (row.hired_n, row.retained_n, row.cohorts_n) == (2, 2, 2)
    earlier = index(of, 12, cohort="2023/24-Q4", settings=Settings(quarters_n=8))[WORK]
    assert earlier.hired_n == 1
