-- Refusals among offers to mentor.
with offered as (
    select
        p.institution_id,
        p.is_refused,
        {{ periods('p.offered_on') }}
    from {{ ref('fct_mentoring_pair') }} as p
    {{ join_term('p.offered_on') }}
    where p.offered_on is not null
),

series as (
    {{ cluster_series(share_of('offered', 'coalesce(is_refused, false)', kind='quarter'), 'quarter') }}
),

judged as (
    {{ rising_twice('series') }}
)

{{ period_alerts('judged') }}
