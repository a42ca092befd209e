select
    f.person_id,
    f.institution_id,
    f.school_year,
    f.class_code,
    f.subject,
    f.role,
    coalesce(f.starts_on, {{ school_year_start('f.school_year') }}) as starts_on,
    {{ known_on('f.ends_on') }} as ends_on,
    f.weekly_hours,
    f.placement_id
from {{ linked('teaching_assignments', ['person_id']) }} as f
where {{ is_known("coalesce(f.starts_on, " ~ school_year_start('f.school_year') ~ ')') }}
