-- What the projects that ran in the school year have brought: so far, since the part of a year is not told.
with running as (
    select
        r.cluster_id,
        r.income_kzt,
        p.period_kind,
        p.period
    from {{ ref('fct_project') }} as r
    cross join {{ each_period('school_year') }} as p
    where r.income_kzt is not null and r.started_on <= p.ends_on and coalesce(r.ended_on >= p.year_starts_on, true)
)

{{ indicator([count_of('running', 'income_kzt', by='cluster')]) }}
