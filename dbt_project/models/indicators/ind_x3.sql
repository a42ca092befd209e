-- Projects of two institutions or more that ran in the school year, and social events held in it; and their growth on the year before.
with done as (
    select
        r.cluster_id,
        cast(null as {{ dbt.type_string() }}) as institution_id,
        p.period_kind,
        p.period
    from {{ ref('fct_project') }} as r
    cross join {{ each_period('school_year') }} as p
    where r.is_joint and r.started_on <= p.ends_on and coalesce(r.ended_on >= p.year_starts_on, true)
    union all
    select
        e.cluster_id,
        e.institution_id,
        p.period_kind,
        p.period
    from {{ ref('fct_event') }} as e
    inner join {{ each_period('school_year') }} as p on e.school_year = p.period
    where e.is_held and e.kind = 'social_event'
),

grown as (
    select
        *,
        1 as more_n,
        0 as before_n
    from done
    union all
    select
        d.cluster_id,
        d.institution_id,
        p.period_kind,
        p.period,
        -1 as more_n,
        1 as before_n
    from done as d
    inner join {{ each_period('school_year') }} as p on d.period = p.previous_period
)

{{ indicator([
    count_of('done', by='both'),
    ratio_of('grown', 'more_n', 'before_n', by='both', measure='growth'),
]) }}
