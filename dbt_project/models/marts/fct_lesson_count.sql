select
    f.institution_id,
    f.teacher_id,
    t.school_year,
    t.semester,
    f.quarter,
    f.lessons_held as lessons_held_n
from {{ linked('lesson_counts', ['teacher_id']) }} as f
left join {{ ref('dim_school_term') }} as t on f.quarter = t.quarter
where {{ is_known('t.starts_on') }}
