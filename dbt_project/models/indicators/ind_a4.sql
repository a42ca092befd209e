-- Programmes of which the continuity was reviewed and that were revised together, by the end of the year, over all programmes of members.
with told as (
    select
        g.institution_id,
        p.period_kind,
        p.period,
        coalesce(g.continuity_reviewed_on <= p.ends_on and g.jointly_revised_on <= p.ends_on, false) as is_aligned
    from {{ ref('dim_programme') }} as g
    inner join {{ institutions_in_clusters('school_year') }} as i on g.institution_id = i.institution_id
    inner join {{ each_period('school_year') }} as p on i.period = p.period
)

{{ indicator([share_of('told', 'is_aligned')]) }}
