with placed as (
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
),

-- A parallel beside its classes says what the pupils say whom its classes leave over; under ten of them are too few.
left_over as (
    select
        whole.institution_id,
        whole.school_year,
        whole.term,
        whole.class_code,
        whole.scale,
        min(whole.respondents_n) - sum(part.respondents_n) as pupils_n
    from placed as whole
    inner join placed as part
        on
            whole.institution_id = part.institution_id
            and whole.school_year = part.school_year
            and whole.term = part.term
            and whole.scale = part.scale
            and whole.class_code <> part.class_code
            and whole.class_code = substr(part.class_code, 1, length(whole.class_code))
            -- Class 1 is no part of class 11А.
            and substr(part.class_code, length(whole.class_code) + 1, 1) not between '0' and '9'
    group by whole.institution_id, whole.school_year, whole.term, whole.class_code, whole.scale
)

select placed.*
from placed
left join left_over
    on
        placed.institution_id = left_over.institution_id
        and placed.school_year = left_over.school_year
        and placed.term = left_over.term
        and placed.class_code = left_over.class_code
        and placed.scale = left_over.scale
where coalesce(left_over.pupils_n = 0 or left_over.pupils_n >= 10, true)
