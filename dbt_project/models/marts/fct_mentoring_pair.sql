select
    f.pair_id,
    f.mentor_id,
    f.mentee_id,
    f.institution_id,
    f.kind,
    {{ periods('coalesce(f.offered_on, f.starts_on)') }},
    f.offered_on,
    {{ known_on('f.starts_on') }} as starts_on,
    {{ known_on('f.ends_on') }} as ends_on,
    f.mentor_trained as is_mentor_trained,
    coalesce(f.mentor_refused, false) as is_refused,
    f.plan_goals is not null as has_plan_goals,
    f.induction_result
from {{ linked('mentoring_pairs', ['mentor_id', 'mentee_id']) }} as f
{{ join_term('coalesce(f.offered_on, f.starts_on)') }}
where {{ is_known('coalesce(f.offered_on, f.starts_on)') }}
