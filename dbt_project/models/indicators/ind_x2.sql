-- What the projects that ran in the school year have brought. Of which day an income is nobody tells, so that it is spread evenly over
-- the days of the project, so far where it still runs, and the years of a project add up to all of it. Where none of them tells an income
-- it is not known.
{%- set through_on = 'coalesce(r.ended_on, ' ~ as_of() ~ ')' %}
{%- set days = days_between('greatest(r.started_on, p.year_starts_on)', 'least(' ~ through_on ~ ', p.ends_on)') ~ ' + 1' %}
with running as (
    select
        r.cluster_id,
        cast(r.income_kzt as double) * ({{ days }}) / ({{ days_between('r.started_on', through_on) }} + 1) as income_kzt,
        p.period_kind,
        p.period
    from {{ ref('fct_project') }} as r
    cross join {{ each_period('school_year') }} as p
    where r.started_on <= p.ends_on and coalesce(r.ended_on >= p.year_starts_on, true)
)

{{ indicator([count_of('running', 'income_kzt', by='cluster')]) }}
