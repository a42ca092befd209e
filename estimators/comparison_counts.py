"""People of members and of their controls, counted: who was hired, who was still there, who left in which month.

An institution of a matched set is a row. For a cluster each member has a set of its own, and a cluster with a list of controls
is one set; `all` has the sets of all clusters again, each institution in the first cluster that it joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import polars as pl

from bilimkoz.connection import registered

#: Months to which restricted means go.
TAUS = (12, 36, 60)


@dataclass(frozen=True)
class Counts:
    """Three tables, each with `cluster_id` (`all` for all of them), `set_no`, `is_member`, `unit` (what is taken for independent)
    and `institution_id`.

    Attributes:
        hired: `hired_n`; `observed_months`, the farthest horizon at which a cohort of these people is observed, 0 for none;
            `prior_share`, `log_hired_value`, `prior_sd`, `log_hired_sd` of matching. Members without controls too.
        outcomes: by `level` and `horizon_months`: `base_n` and `retained_n`; `people_n` of the whole side, nobody counted twice.
            Sets with both sides only.
        stays: by `level`, `last_month` and `is_exit`: `people_n` of the institution; `followed_n` and `at_risk_<tau>_n` of the
            whole side, nobody counted twice; `distance_share` of a matched control. Sets with both sides only.
    """

    hired: pl.DataFrame
    outcomes: pl.DataFrame
    stays: pl.DataFrame


def counts(connection: duckdb.DuckDBPyConnection, matches: pl.DataFrame) -> Counts:
    """Counts of people hired after the index date while the member belonged to the cluster, of the matches of `matching.matches`.

    A control's people are those hired in the same days as its match's, or in the days that the cluster's list gives.
    """
    with registered(connection, "comparison_match", matches), _hires(connection):
        return Counts(*(connection.execute(query).pl() for query in (_HIRED, _OUTCOMES, _STAYS)))


_KEY = "cluster_id, set_no, is_member, unit, institution_id"

#: Institutions of the sets with the days of hiring, then their people. A cluster's list is one set of all its members.
_HIRES = f"""
    create or replace temp table comparison_hire as
    with scoped as (
        select cluster_id as scope, * from comparison_match
        union all
        select 'all' as scope, * from comparison_match where is_first_cluster
    ),
    placed as (
        select *, match_status in ('designated', 'control_is_member') as is_listed,
            dense_rank() over (
                order by scope, cluster_id,
                    case when match_status in ('designated', 'control_is_member') then '' else institution_id end
            ) as set_no
        from scoped
    ),
    side as (
        select distinct m.scope as cluster_id, m.set_no, true as is_member,
            case when m.scope = 'all' then m.cluster_id else m.institution_id end as unit, m.institution_id,
            m.index_on as after_on, d.joined_on as from_on, d.left_on as to_on,
            m.prior_share, m.log_hired_value, m.prior_sd, m.log_hired_sd, null as distance_share
        from placed as m
        inner join intermediate.int_cluster_members__accepted as d using (cluster_id, institution_id)
        union all
        select m.scope, m.set_no, false, m.control_institution_id, m.control_institution_id, m.control_index_on,
            d.joined_on, d.left_on, m.control_prior_share, m.control_log_hired_value, null, null, m.distance_share
        from placed as m
        inner join intermediate.int_cluster_members__accepted as d using (cluster_id, institution_id)
        where m.match_status = 'matched'
        union all
        select distinct m.scope, m.set_no, false, m.control_institution_id, m.control_institution_id, m.control_index_on,
            d.from_on, d.to_on, m.control_prior_share, m.control_log_hired_value, null, null, null
        from placed as m
        inner join intermediate.int_control_groups__accepted as d
            on m.cluster_id = d.cluster_id and m.control_institution_id = d.institution_id
        where m.match_status = 'designated'
    )
    select distinct {_KEY}, s.prior_share, s.log_hired_value, s.prior_sd, s.log_hired_sd, s.distance_share,
        p.member_no, p.cohort_start_year
    from side as s
    inner join intermediate.int_retention_member as p using (institution_id)
    where not p.is_never_started and p.t0_on > s.after_on and p.t0_on >= s.from_on
        and (s.to_on is null or p.t0_on <= s.to_on)"""

_HIRED = f"""
    with observed as (
        select cohort_start_year, max(horizon_months) as months
        from intermediate.int_cohort_horizon where is_observed group by cohort_start_year
    )
    select {_KEY}, prior_share, log_hired_value, prior_sd, log_hired_sd,
        count(*) as hired_n, coalesce(max(o.months), 0) as observed_months
    from comparison_hire left join observed as o using (cohort_start_year)
    group by all order by {_KEY}"""

_OUTCOMES = f"""
    with outcome as (
        select h.*, o.horizon_months, l.level,
            case l.level
                when 'workplace' then o.employed_at_workplace
                when 'network' then o.employed_at_network
                else o.employed_at_profession
            end as outcome
        from comparison_hire as h
        inner join intermediate.int_retention_outcome as o using (member_no)
        cross join (values ('workplace'), ('network'), ('profession')) as l(level)
        where o.is_cohort_observed
    ),
    known as (select * from outcome where outcome in (0, 2)),
    paired as (
        select set_no, level, horizon_months from known group by all having count(distinct is_member) = 2
    ),
    compared as (select * from known semi join paired using (set_no, level, horizon_months)),
    side as (
        select cluster_id, is_member, level, horizon_months, count(distinct member_no) as people_n from compared group by all
    )
    select {_KEY}, level, horizon_months, count(*) as base_n, count(case when outcome = 2 then 1 end) as retained_n, people_n
    from compared inner join side using (cluster_id, is_member, level, horizon_months)
    group by all order by {_KEY}, level, horizon_months"""

_STAYS = f"""
    with followed as (
        select h.*, e.level, e.last_month, e.is_exit
        from comparison_hire as h
        inner join intermediate.int_retention_exposure as e using (member_no)
        where e.last_month > 0
    ),
    paired as (select set_no, level from followed group by all having count(distinct is_member) = 2),
    compared as (select * from followed semi join paired using (set_no, level)),
    side as (
        select cluster_id, is_member, level, count(distinct member_no) as followed_n,
            {
    ", ".join(f"count(distinct case when last_month >= {tau} then member_no end) as at_risk_{tau}_n" for tau in TAUS)
}
        from compared group by all
    )
    select {_KEY}, distance_share, level, last_month, is_exit, count(*) as people_n,
        followed_n, {", ".join(f"at_risk_{tau}_n" for tau in TAUS)}
    from compared inner join side using (cluster_id, is_member, level)
    group by all order by {_KEY}, level, last_month, is_exit"""


@contextmanager
def _hires(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute(_HIRES)
    try:
        yield
    finally:
        connection.execute("drop table comparison_hire")
