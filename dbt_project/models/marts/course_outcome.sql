select
    o.as_of_on,
    o.unit_id,
    c.provider_id,
    c.course,
    c.course_title,
    o.scope,
    o.scope_id,
    o.school_year,
    o.teachers_n,
    o.institutions_n,
    o.pupils_n,
    o.control_teachers_n,
    o.matched_share,
    o.effective_n,
    o.difference_sd,
    o.difference_se,
    o.difference_ci_low,
    o.difference_ci_high,
    o.earlier_difference_sd,
    o.earlier_difference_se,
    o.status
from {{ source('estimates', 'course_outcome') }} as o
left join {{ ref('int_course') }} as c on o.unit_id = concat(c.provider_id, '/', c.course)
