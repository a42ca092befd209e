"""Tables that the comparison with controls reads, drawn at random: networks that do nothing, or something, to retention.

All institutions lie in one place. Each has a chance of its own to keep a teacher for a year, beta among institutions, and the
same before and after; exits are spread evenly over the months. Members join on 1 September 2016: cohorts of 2012 to 2014 came
before, those of 2017 to 2020 are compared. Careers are read up to 1 October 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import polars as pl

from bilimkoz.connection import connect, registered

JOINED_ON = date(2016, 9, 1)
WINDOW_END = date(2023, 10, 1)
BEFORE, AFTER = (2012, 2013, 2014), (2017, 2018, 2019, 2020)
GONE, RETAINED, REMOVED = 0, 2, 3


@dataclass(frozen=True)
class Plan:
    """What a world is drawn from.

    Attributes:
        clusters, members, outside: numbers of clusters, of members of each, of institutions that are in none.
        hired: people hired by an institution in a year, on average; institutions differ in it (gamma, shape 4).
        share: how many stay for a year, on average.
        correlation: of two people of one institution.
        selected: whether those with the better retention before are the likelier to become members.
        effect: added to the share of members once they are.
    """

    clusters: int = 1
    members: int = 12
    outside: int = 150
    hired: float = 8
    share: float = 0.8
    correlation: float = 0.05
    selected: bool = False
    effect: float = 0.0


def drawn(plan: Plan, seed: int) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory that holds the world."""
    rng = np.random.default_rng(seed)
    number = plan.clusters * plan.members + plan.outside
    precision = 1 / plan.correlation - 1
    share = rng.beta(plan.share * precision, (1 - plan.share) * precision, size=number)
    yearly = rng.gamma(4, plan.hired / 4, size=number)
    years = np.array(BEFORE + AFTER)
    hired = rng.poisson(yearly[:, None], size=(number, years.size))
    place, year = (np.repeat(index.ravel(), hired.ravel()) for index in np.indices(hired.shape))
    left = rng.random(place.size)  # The share of such people who stay longer.
    chosen = _chosen(plan, rng, place, years[year], left < share[place])
    own = np.clip(share + plan.effect * chosen, 0.01, 0.99)
    keeps = np.where(years[year] >= AFTER[0], own[place], share[place])
    month = np.ceil(12 * np.log(left) / np.log(keeps)).astype(int)
    people = pl.DataFrame({"place": place, "year": years[year], "month": month}).with_row_index("member_no")
    return _written(people, chosen, plan)


def _chosen(plan: Plan, rng: np.random.Generator, place: np.ndarray, year: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """Which institutions become members: any, or likelier those whose last cohorts stayed."""
    number, wanted = plan.clusters * plan.members + plan.outside, plan.clusters * plan.members
    score = rng.random(number)
    if plan.selected:
        prior = year <= BEFORE[-1]
        kept, all_of_them = (np.bincount(place[prior], stays[prior] ** power, minlength=number) for power in (1, 0))
        score += 4 * kept / np.maximum(all_of_them, 1)
    chosen = np.zeros(number, dtype=bool)
    chosen[np.argsort(-score, kind="stable")[:wanted]] = True
    return chosen


def _written(people: pl.DataFrame, chosen: np.ndarray, plan: Plan) -> duckdb.DuckDBPyConnection:
    member = np.flatnonzero(chosen)
    members = pl.DataFrame(
        {
            "cluster_id": [f"c{i // plan.members:02d}" for i in range(member.size)],
            "institution_id": [f"i{place:04d}" for place in member],
            "joined_on": JOINED_ON,
            "left_on": pl.Series([None] * member.size, dtype=pl.Date),
        }
    )
    connection = connect(None)
    connection.execute("create schema intermediate; create schema seeds")
    with registered(connection, "people", people), registered(connection, "member", members):
        connection.execute(_TABLES)
    return connection


_TABLES = f"""
    create table intermediate.int_cluster_members__accepted as from member;
    create table intermediate.int_control_groups__accepted
        (cluster_id varchar, institution_id varchar, from_on date, to_on date);
    create table seeds.minimum_n as from (values ('index', 10), ('curve', 10)) as v(figure, minimum_n);
    create temp table person as
        select cast(member_no as int) as member_no, printf('i%04d', place) as institution_id,
            cast(year as int) as cohort_start_year, make_date(year, 9, 15) as t0_on, month,
            datediff('month', make_date(year, 9, 15), date '{WINDOW_END}')
                - case when day(date '{WINDOW_END}') < 15 then 1 else 0 end as followed_months
        from people;
    create table intermediate.int_retention_member as
        select member_no, institution_id, cohort_start_year, t0_on, false as is_never_started from person;
    create table intermediate.int_retention_exposure as
        select member_no, 'workplace' as level, cast(least(month, followed_months, 61) as int) as last_month,
            month <= least(followed_months, 60) as is_exit from person;
    create table intermediate.int_cohort_horizon as
        select distinct cohort_start_year, horizon_months,
            cast(t0_on + to_months(cast(horizon_months as int)) as date) as last_horizon_on,
            cast(t0_on + to_months(cast(horizon_months as int)) as date) <= date '{WINDOW_END}' as is_observed
        from person cross join (values (12), (24), (36), (60)) as h(horizon_months);
    create table intermediate.int_retention_outcome as
        select p.member_no, p.institution_id, p.cohort_start_year, h.horizon_months, h.is_observed as is_cohort_observed,
            case when p.month <= h.horizon_months then {GONE} else {RETAINED} end as employed_at_workplace,
            {REMOVED} as employed_at_network, {REMOVED} as employed_at_profession
        from person as p inner join intermediate.int_cohort_horizon as h using (cohort_start_year)
        where h.is_observed;
    create table intermediate.int_place as
        select distinct institution_id, 'same' as region, 'same' as urban_rural, 'same' as school_kind from person;
    create table intermediate.int_comparison_index as
        select date '{JOINED_ON}' as index_on, {BEFORE[-1]} as last_cohort_start_year;
    create table intermediate.int_comparison_prior as
        select {BEFORE[-1]} as last_cohort_start_year, institution_id, cast(count(*) as int) as hired_n,
            cast(count(*) as int) as base_n, cast(count_if(month > 12) as int) as retained_n
        from person where cohort_start_year between {BEFORE[0]} and {BEFORE[-1]} group by institution_id;
    drop table person
"""
