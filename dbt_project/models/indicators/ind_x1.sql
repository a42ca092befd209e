-- Projects that ran in the school year, but those in which pupils learn. On which day one was brought into practice is not told.
with running as (
    select
        r.cluster_id,
        r.is_implemented,
        p.period_kind,
        p.period
    from {{ ref('fct_project') }} as r
    cross join {{ each_period('school_year') }} as p
    where r.kind <> 'pbl' and r.started_on <= p.ends_on and coalesce(r.ended_on >= p.year_starts_on, true)
),

implemented as (
    select * from running
    where is_implemented
)

{{ indicator([
    count_of('implemented', by='cluster'),
    share_of('running', 'is_implemented', by='cluster', measure='implemented_share'),
]) }}
