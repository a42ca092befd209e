select
    f.institution_id,
    f.school_year,
    f.term,
    t.semester,
    t.quarter,
    f.class_code,
    f.scale,
    f.n as respondents_n,
    f.mean as mean_score,
    f.sd as sd_score
from {{ ref('int_climate_aggregates__accepted') }} as f
left join {{ ref('dim_school_term') }} as t on f.school_year = t.school_year and f.term = t.term
where {{ is_known('t.starts_on') }}
