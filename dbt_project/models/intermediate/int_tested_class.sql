-- The class of each outcome: that of the result, or where it has none that of the pupil's roll of the year at the same school.
with roll as (
    select
        p.pupil_no,
        e.institution_id,
        cast(substr(e.school_year, 1, 4) as int) as start_year,
        e.class_code
    from {{ ref('int_enrolments__accepted') }} as e
    inner join {{ ref('int_pupil') }} as p on e.pupil_id = p.pupil_id
    where e.class_code is not null
)

select
    s.pupil_no,
    s.start_year,
    s.subject,
    s.test,
    s.institution_id,
    coalesce(s.class_code, r.class_code) as class_code,
    coalesce(s.taken_on, {{ last_school_day('s.start_year') }}) as tested_on,
    s.teacher_id
from {{ ref('int_score') }} as s
left join roll as r on s.pupil_no = r.pupil_no and s.institution_id = r.institution_id and s.start_year = r.start_year
where s.test in ({{ quoted(var('value_added_tests')) }})
