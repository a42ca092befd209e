-- Meetings over the school weeks on whose Wednesday the pair works; holidays count in neither. Where the mentor refused there is no pair.
with told as (
    select
        p.institution_id,
        w.*,
        0 as meetings_n,
        1 as weeks_n
    from {{ ref('fct_mentoring_pair') }} as p
    inner join {{ ref('int_school_week') }} as w on w.middle_on between p.starts_on and coalesce(p.ends_on, {{ as_of() }})
    where w.is_school_week and not p.is_refused
    union all
    select
        m.institution_id,
        w.*,
        1 as meetings_n,
        0 as weeks_n
    from {{ ref('fct_mentoring_meeting') }} as m
    inner join {{ ref('int_school_week') }} as w on {{ week_start('m.met_on') }} = w.week_starts_on
    where w.is_school_week
)

{{ indicator([ratio_of('told', 'meetings_n', 'weeks_n', kind='month')]) }}
