select
    f.person_id,
    f.provider_id,
    f.course,
    f.course_title,
    f.kind,
    f.format,
    {{ periods('f.completed_on') }},
    f.completed_on,
    f.hours as training_hours,
    f.post_course_hours,
    f.reaction_score,
    f.learning_pre as learning_pre_score,
    f.learning_post as learning_post_score,
    f.behaviour_score,
    f.org_support_score,
    f.cost_kzt
from {{ linked('training', ['person_id']) }} as f
{{ join_term('f.completed_on') }}
where {{ is_known('f.completed_on') }}
