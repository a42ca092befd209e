select
    f.institution_id,
    f.class_code,
    f.pupil_id,
    t.school_year,
    t.semester,
    t.quarter,
    f.month,
    f.lessons_held as lessons_held_n,
    f.lessons_attended as lessons_attended_n
from {{ ref('int_attendance__accepted') }} as f
{{ join_term(first_of_month('f.month')) }}
where {{ is_known(first_of_month('f.month')) }}
