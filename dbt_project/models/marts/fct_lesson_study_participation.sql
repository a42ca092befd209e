select
    f.cycle_id,
    f.person_id,
    c.institution_id,
    c.cluster_id,
    f.role,
    c.school_year,
    c.semester,
    c.quarter,
    c.month
from {{ linked('lesson_study_participants', ['person_id']) }} as f
inner join {{ ref('fct_lesson_study_cycle') }} as c on f.cycle_id = c.cycle_id
