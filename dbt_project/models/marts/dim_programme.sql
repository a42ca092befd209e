select
    f.programme_code,
    f.institution_id,
    f.name_kk,
    f.name_ru,
    f.name_en,
    f.level,
    f.specialty_code,
    f.pedagogical as is_pedagogical,
    f.jointly_developed as is_jointly_developed,
    {{ known_on('f.continuity_reviewed_on') }} as continuity_reviewed_on,
    {{ known_on('f.jointly_revised_on') }} as jointly_revised_on,
    f.subjects_n,
    f.unified_syllabus_n
from {{ ref('int_programmes__accepted') }} as f
