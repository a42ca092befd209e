-- Resources that are shared on the last day of the year, with their owner's consent.
with shared as (
    select
        r.cluster_id,
        p.period_kind,
        p.period
    from {{ ref('indicator_resource') }} as r
    cross join {{ each_period('school_year') }} as p
    where
        r.consent_on <= p.ends_on
        and coalesce(r.shared_from <= p.ends_on, true)
        and coalesce(r.shared_to >= p.ends_on, true)
)

{{ indicator([count_of('shared', by='cluster')]) }}
