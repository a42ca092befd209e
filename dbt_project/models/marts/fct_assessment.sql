select
    f.pupil_id,
    f.institution_id,
    f.school_year,
    f.grade,
    f.subject,
    f.test,
    f.term,
    t.semester,
    t.quarter,
    {{ month_of('f.taken_on') }} as month,
    f.score,
    f.max_score,
    f.taken_on,
    f.teacher_id,
    f.class_code
from {{ linked('assessment_results', ['teacher_id']) }} as f
left join {{ ref('dim_school_term') }} as t on f.school_year = t.school_year and f.term = t.term
where {{ is_known('f.taken_on') }} and {{ is_known('t.starts_on') }}
