-- How many mentors, or people they guide, figures of meetings rest on: whichever are fewer. n of these counts meetings and weeks.
with met as (
    select
        'M2' as indicator,
        *
    from {{ ref('fct_mentoring_meeting') }}
),

-- As indicator M1 counts pairs: in school weeks on whose Wednesday they work.
working as (
    select
        'M1' as indicator,
        p.institution_id,
        p.mentor_id,
        p.mentee_id,
        w.school_year,
        w.semester,
        w.quarter,
        w.month
    from {{ ref('fct_mentoring_pair') }} as p
    inner join {{ ref('int_school_week') }} as w on w.middle_on between p.starts_on and coalesce(p.ends_on, {{ as_of() }})
    where w.is_school_week and not p.is_refused
)

{{ mentoring_people(['met', 'working']) }}
