-- Projects that ran in the school year, but those in which pupils learn, and those of them that were in practice by its end. A result may
-- come into practice when the project is over: then it lasts until that day. Where no day is told it counts in all years of the project.
with running as (
    select
        r.cluster_id,
        r.is_implemented and coalesce(r.implemented_on <= p.ends_on, true) as is_implemented,
        p.period_kind,
        p.period
    from {{ ref('fct_project') }} as r
    cross join {{ each_period('school_year') }} as p
    where
        r.kind <> 'pbl'
        and r.started_on <= p.ends_on
        and coalesce({{ lasts_until('r') }} >= p.year_starts_on, true)
),

implemented as (
    select * from running
    where is_implemented
)

{{ indicator([
    count_of('implemented', by='cluster'),
    share_of('running', 'is_implemented', by='cluster', measure='implemented_share'),
]) }}
