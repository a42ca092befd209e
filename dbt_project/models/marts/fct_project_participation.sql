select
    f.project_id,
    f.person_id,
    f.institution_id,
    p.cluster_id,
    p.kind as project_kind,
    f.role,
    p.school_year,
    p.semester,
    p.quarter,
    p.month
from {{ linked('project_participants', ['person_id']) }} as f
inner join {{ ref('fct_project') }} as p on f.project_id = p.project_id
