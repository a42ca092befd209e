-- What became of each member by the horizon day, at each level and for each estimand: 0 gone, 1 unknown, 2 retained,
-- 3 removed (died or retired).
--
-- Where some institution reports a post on the day, the person is known at every level, so that who stayed, moved and left add
-- up. Where none does, who has left a level inside its window is gone from it, and from the narrower ones, as far as that
-- window goes: beyond it nobody is followed, leavers as little as stayers. A first exit counts for `continuous` as in the curve.
{%- set levels = retention_levels() %}
with day as (
    select
        m.member_no,
        m.is_local,
        h.horizon_months,
        h.is_observed,
        {{ add_months('m.t0_on', 'h.horizon_months') }} as horizon_on
    from {{ ref('int_retention_member') }} as m
    inner join {{ ref('int_cohort_horizon') }} as h on m.cohort_start_year = h.cohort_start_year
    where
        not m.is_never_started
        and {{ add_months('m.t0_on', 'h.horizon_months') }} <= {{ add_days(as_of(), - var('gap_tolerance_days')) }}
),

-- held, first_held: on the day, and since t0. gone: after a known exit, none after it. left, ended: the first exit, alive or not.
read as (
    select
        d.member_no,
        d.horizon_months,
        d.horizon_on,
        d.is_observed,
        d.is_local,
        {% for level in levels -%}
            {%- set first_exit = "s.level = '" ~ level ~ "' and s.spell_no = 1 and s.held_through_on < d.horizon_on and s.is_exit_known" -%}
            {{ any_row("s.level = '" ~ level ~ "' and d.horizon_on <= s.held_through_on") }} as held_{{ level }},
            {{ any_row("s.level = '" ~ level ~ "' and d.horizon_on <= s.held_through_on and s.spell_no = 1") }} as first_held_{{ level }},
            {{ any_row(
                "s.level = '" ~ level ~ "' and s.held_through_on < d.horizon_on and coalesce(s.next_from_on > d.horizon_on, true) "
                ~ "and s.is_exit_known and d.horizon_on <= s.window_end_on"
            ) }} as gone_{{ level }},
            {{ any_row(first_exit ~ ' and not s.is_career_end') }} as left_{{ level }},
            {{ any_row(first_exit ~ ' and s.is_career_end') }} as ended_{{ level }},
        {% endfor -%}
        {{ any_row("s.level = 'profession' and d.horizon_on <= s.read_through_on") }} as is_seen,
        {{ any_row("s.level = 'profession' and s.is_career_end and s.held_through_on < least(d.horizon_on, s.window_end_on)") }} as is_removed
    from day as d
    inner join {{ ref('int_level_spell') }} as s on d.member_no = s.member_no and d.horizon_on >= s.from_on
    group by d.member_no, d.horizon_months, d.horizon_on, d.is_observed, d.is_local
),

on_the_day as (
    select
        *,
        {{ outcome_on_the_day('workplace') }} as employed_at_workplace,
        {{ outcome_on_the_day('network') }} as employed_at_network,
        {{ outcome_on_the_day('profession') }} as employed_at_profession
    from read
),

throughout as (
    select
        *,
        {{ outcome_throughout('workplace') }} as continuous_workplace,
        {{ outcome_throughout('network') }} as continuous_network,
        {{ outcome_throughout('profession') }} as continuous_profession
    from on_the_day
)

select
    g.member_no,
    g.horizon_months,
    g.is_observed as is_cohort_observed,
    {{ quarter_no() }} as quarter_no,
    m.cohort_start_year,
    g.employed_at_workplace,
    g.employed_at_network,
    g.employed_at_profession,
    g.continuous_workplace,
    g.continuous_network,
    g.continuous_profession,
    l.member_no is not null as is_on_leave
from throughout as g
inner join {{ ref('int_retention_member') }} as m on g.member_no = m.member_no
left join {{ ref('int_retention_leave') }} as l on g.member_no = l.member_no and g.horizon_months = l.horizon_months
{{ join_term('g.horizon_on', relation='int_school_term') }}
