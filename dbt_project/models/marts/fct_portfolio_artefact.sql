select
    f.person_id,
    f.artefact_id,
    f.kind,
    {{ periods('f.created_on') }},
    f.created_on,
    f.subject,
    f.level,
    f.competency,
    f.linked_cycle as cycle_id,
    f.access,
    case when {{ is_known('f.assessed_on') }} then f.rubric_score end as rubric_score,
    {{ known_on('f.assessed_on') }} as assessed_on,
    f.consent as has_consent
from {{ linked('portfolios', ['person_id']) }} as f
{{ join_term('f.created_on') }}
where {{ is_known('f.created_on') }} and (f.kind <> 'lesson_video' or f.consent)
