select
    f.person_id,
    f.document,
    f.awarded_year,
    f.awarded_on,
    f.institution_id,
    f.level,
    f.field,
    {{ periods('f.awarded_on') }}
from {{ linked('qualifications', ['person_id']) }} as f
{{ join_term('f.awarded_on') }}
where {{ is_known('f.awarded_on') }} and f.awarded_year <= year({{ as_of() }})
