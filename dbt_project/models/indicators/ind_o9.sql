with target as (
    select distinct
        s.institution_id,
        p.period
    from {{ ref('int_institution_statuses__accepted') }} as s
    inner join {{ each_period('school_year') }} as p on s.from_on <= p.counted_on and coalesce(s.to_on >= p.counted_on, true)
    where s.status = 'target'
),

school as (
    select
        i.institution_id,
        i.period_kind,
        i.period,
        t.institution_id is not null as is_target
    from {{ institutions_open('school_year', ['school', 'small_school']) }} as i
    left join target as t on i.institution_id = t.institution_id and i.period = t.period
)

{{ indicator([share_of('school', 'is_target')]) }}
