"""Random careers: the curve against lifelines, the curve against the index, and the order of levels and estimands."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from retention_world import Row, World, build, rows

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

AS_OF = date(2026, 9, 15)
WINDOW_END = AS_OF - timedelta(days=120)
MONTHS = 60

#: First day as days from 2016-08-01; days held, or None; days after which nobody vouches for the post, or None.
Career = tuple[int, int | None, int | None]
careers = st.tuples(st.integers(0, 364), st.none() | st.integers(1, 2500), st.none() | st.integers(1, 2500))
cohorts = st.lists(st.lists(careers, min_size=1, max_size=40), min_size=8, max_size=16)


def plus_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def duration(career: Career) -> tuple[int, bool]:
    """Whole months followed, and whether the person left in the last of them, straight from the definition."""
    offset, held_days, vouched_days = career
    t0 = date(2016, 8, 1) + timedelta(days=offset)
    if held_days is not None:
        gone_on = t0 + timedelta(days=held_days)
        for month in range(1, MONTHS + 1):
            if plus_months(t0, month) > WINDOW_END:
                return month - 1, False
            if plus_months(t0, month) >= gone_on:
                return month, True
        return MONTHS + 1, False
    seen = min(WINDOW_END, t0 + timedelta(days=vouched_days)) if vouched_days is not None else WINDOW_END
    months = 0
    while months <= MONTHS and plus_months(t0, months + 1) <= seen:
        months += 1
    return months, False


def world_of(drawn: list[list[Career]]) -> World:
    """One subject a cohort: posts of all of them at one school that is confirmed to the end."""
    world = World(as_of=AS_OF.isoformat())
    world.school("N1")
    for number, members in enumerate(drawn):
        for person, (offset, held_days, vouched_days) in enumerate(members):
            start = date(2016, 8, 1) + timedelta(days=offset)
            end = start + timedelta(days=held_days - 1) if held_days is not None else None
            vouched = start + timedelta(days=vouched_days) if vouched_days is not None else AS_OF
            world.post(
                f"{number}-{person}",
                "N1",
                start.isoformat(),
                end.isoformat() if end else None,
                subject=f"{number}",
                confirmed_on=min(vouched, AS_OF).isoformat() if end is None else AS_OF.isoformat(),
            )
    world.post("confirms-the-school", "N1", "2000-01-01", subject="confirms")
    return world


# Each example is a run of dbt, so there are few, each of many cohorts, and none is shrunk.
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(drawn=cohorts)
def test_curve_agrees_with_lifelines(tmp_path_factory: pytest.TempPathFactory, drawn: list[list[Career]]) -> None:
    """Survival, Greenwood standard error and log-log interval, to 1e-9, month by month while somebody is at risk."""
    warehouse = build(world_of(drawn), tmp_path_factory.mktemp("careers"), tests=False)
    with connect(warehouse, read_only=True) as connection:
        for number, members in enumerate(drawn):
            found = rows(
                connection,
                """select * from marts.retention_curve where segment = 'subject' and segment_value = ?
                and level = 'workplace' and cohort_year = '2016/17' order by month""",
                f"{number}",
            )
            _compare(found, [duration(member) for member in members])


def _compare(found: list[Row], durations: list[tuple[int, bool]]) -> None:
    fitted = KaplanMeierFitter().fit([months for months, _ in durations], [left for _, left in durations])
    shares = fitted.survival_function_["KM_estimate"]
    variance = fitted._cumulative_sq_
    interval = fitted.confidence_interval_
    for row in found:
        at_risk = sum(months >= row["month"] for months, _ in durations)
        assert row["at_risk_n"] == at_risk
        last = shares.index[shares.index <= row["month"]][-1]
        if at_risk == 0 and shares[last] > 0:
            assert row["survival_share"] is None
            continue
        assert row["survival_share"] == pytest.approx(shares[last], abs=1e-9)
        if 0 < shares[last] < 1:
            assert row["survival_se"] == pytest.approx(shares[last] * np.sqrt(variance[last]), abs=1e-9)
            assert row["survival_ci_low"] == pytest.approx(interval.loc[last].iloc[0], abs=1e-9)
            assert row["survival_ci_high"] == pytest.approx(interval.loc[last].iloc[1], abs=1e-9)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """1 500 people at 30 schools, six of them lost from sight: moves, returns, leaves, deaths, local ids."""
    with connect(_crowd(tmp_path_factory.mktemp("crowd")), read_only=True) as connection:
        yield connection


def _crowd(folder: Path) -> Path:
    draw = np.random.default_rng(20260915)
    world = World(as_of=AS_OF.isoformat(), complete_from="2012-09-01")
    for cluster in ("K1", "K2", "K3"):
        world.cluster(cluster)
    for school in range(30):
        world.school(f"S{school:02d}", kind="small_school" if school % 4 == 0 else "school")
        if school % 3:
            joined = date(2012, 1, 1) + timedelta(days=int(draw.integers(0, 3000)))
            left = joined + timedelta(days=int(draw.integers(300, 3000))) if draw.random() < 0.4 else None
            world.joins(f"K{school % 3}", f"S{school:02d}", joined.isoformat(), left and left.isoformat())
    world.succeeds("S04", "S05", "2019-09-01")
    confirmed = [date(2021, 3, 1) if school >= 24 else AS_OF for school in range(30)]
    for person in range(1500):
        _career(world, draw, f"p{person:04d}", confirmed)
    return build(world, folder)


def _career(world: World, draw: np.random.Generator, person: str, confirmed: list[date]) -> None:
    start = date(2013, 8, 15) + timedelta(days=int(draw.integers(0, 3650)))
    school = int(draw.integers(0, 30))
    is_local = bool(draw.random() < 0.1)
    for _ in range(1 + int(draw.geometric(0.5))):
        if start > confirmed[school]:
            break
        end = start + timedelta(days=int(draw.exponential(900)))
        reason = str(draw.choice(["resigned", "resigned", "transferred", "retired", "died", "maternity", "unknown"]))
        is_closed = end <= confirmed[school]
        on_leave = not is_closed and draw.random() < 0.1
        world.post(
            person,
            f"S{school:02d}",
            start.isoformat(),
            end.isoformat() if is_closed else None,
            end_reason=reason if is_closed else None,
            confirmed_on=confirmed[school].isoformat(),
            sex=str(draw.choice(["f", "m"])),
            teaching_since=None,
            person_is_local=is_local,
            subject=str(draw.choice(["maths", "physics", "music"])),
            on_leave="parental" if on_leave else "none",
            on_leave_from=(confirmed[school] - timedelta(days=400)).isoformat() if on_leave else None,
        )
        if not is_closed or reason == "died":
            break
        start = end + timedelta(days=int(draw.integers(1, 400)))
        if not is_local and draw.random() < 0.6:
            school = int(draw.integers(0, 30))


NARROWER = "((n.level = 'workplace' and w.level = 'network') or (n.level = 'network' and w.level = 'profession'))"
SAME = """n.cohort_year = w.cohort_year and n.segment = w.segment and n.segment_value = w.segment_value
    and n.horizon_months = w.horizon_months"""


@pytest.mark.parametrize(
    "pair",
    [
        f"{SAME} and n.estimand = w.estimand and {NARROWER}",
        f"{SAME} and n.level = w.level and n.estimand = 'continuous' and w.estimand = 'employed_at'",
    ],
    ids=["workplace in network in profession", "continuous in employed_at"],
)
def test_every_row_of_the_index_nests(crowd: duckdb.DuckDBPyConnection, pair: str) -> None:
    ((pairs_n, unknown_n, wrong_n),) = crowd.execute(
        f"""select count(*), count(case when n.unknown_n <> w.unknown_n then 1 end),
        count(case when n.retained_n > w.retained_n or n.index_share > w.index_share or n.hired_n <> w.hired_n
            or n.removed_n > w.removed_n or (n.estimand = 'employed_at' and n.removed_n <> w.removed_n) then 1 end)
        from marts.retention_index as n inner join marts.retention_index as w on {pair}
        where n.status <> 'not_yet_observed'"""
    ).fetchall()
    assert pairs_n > 1000
    assert unknown_n > 0
    assert wrong_n == 0


def test_values_of_a_segment_add_up_to_all(crowd: duckdb.DuckDBPyConnection) -> None:
    wrong = rows(
        crowd,
        """select s.cohort_year, s.segment from marts.retention_index as s
        inner join marts.retention_index as a on s.cohort_year = a.cohort_year and s.level = a.level
        and s.estimand = a.estimand and s.horizon_months = a.horizon_months and a.segment = 'all'
        where s.segment not in ('all', 'cluster', 'cluster_role')
        group by s.cohort_year, s.level, s.estimand, s.segment, s.horizon_months
        having sum(s.hired_n) <> max(a.hired_n) or sum(s.retained_n) <> max(a.retained_n)
        or sum(s.unknown_n) <> max(a.unknown_n) or sum(s.removed_n) <> max(a.removed_n)""",
    )
    assert not wrong


def test_curve_equals_continuous_index_where_nobody_is_censored(crowd: duckdb.DuckDBPyConnection) -> None:
    """To the last digit. Who retired or died while there leaves the index and is censored in the curve; who had left before
    has left in both."""
    ((rows_n, right_n),) = crowd.execute(
        """with curve as (
            select *, sum(censored_n) over (
                partition by cohort_year, level, segment, segment_value order by month
                rows between unbounded preceding and 1 preceding
            ) as lost_n
            from marts.retention_curve
        )
        select count(*), count(case when c.survival_share = i.index_share then 1 end)
        from curve as c inner join marts.retention_index as i on c.cohort_year = i.cohort_year and c.level = i.level
        and c.segment = i.segment and c.segment_value = i.segment_value and c.month = i.horizon_months
        where i.estimand = 'continuous' and i.status <> 'not_yet_observed' and c.lost_n = 0
        and c.cohort_year <> 'all'"""
    ).fetchall()
    assert rows_n > 100
    assert right_n == rows_n


@pytest.fixture(scope="module")
def digest() -> Callable[[duckdb.DuckDBPyConnection, str], str]:
    def of(connection: duckdb.DuckDBPyConnection, mart: str) -> str:
        ((found,),) = connection.execute(
            f"select sha256(string_agg(columns_text, '|' order by columns_text)) from "
            f"(select cast(m as varchar) as columns_text from marts.{mart} as m)"
        ).fetchall()
        return str(found)

    return of


def test_the_same_world_gives_the_same_digits(
    crowd: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    digest: Callable[[duckdb.DuckDBPyConnection, str], str],
) -> None:
    with connect(_crowd(tmp_path), read_only=True) as again:
        for mart in ("retention_index", "retention_curve", "fct_employment_spell"):
            assert digest(again, mart) == digest(crowd, mart)
