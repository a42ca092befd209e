select
    f.checklist_id,
    f.item,
    f.cluster_id,
    t.school_year,
    t.semester,
    f.quarter,
    f.rater,
    f.value as rating,
    {{ checklist_score('f.value') }} as item_score
from {{ ref('int_quality_checklists__accepted') }} as f
left join {{ ref('dim_school_term') }} as t on f.quarter = t.quarter
where {{ is_known('t.starts_on') }}
