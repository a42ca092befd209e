select
    f.pupil_id,
    f.institution_id,
    f.school_year,
    f.grade,
    f.class_code,
    f.sex,
    f.language,
    f.disadvantaged as is_disadvantaged,
    f.special_needs as has_special_needs,
    {{ known_on('f.left_on') }} as left_on
from {{ ref('int_enrolments__accepted') }} as f
where {{ is_known(school_year_start('f.school_year')) }}
