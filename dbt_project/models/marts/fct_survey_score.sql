with scored as (
    {{ survey_score(['instrument', 'wave', 'respondent_id'], 'items_n') }}
)

select
    s.instrument,
    s.wave,
    s.respondent_id,
    w.phase,
    s.institution_id,
    s.cluster_id,
    s.role,
    {{ periods('coalesce(w.closed_on, s.answered_on)') }},
    s.answered_on,
    s.items_n,
    s.answered_n,
    s.off_scale_n,
    s.score,
    s.score_status
from scored as s
left join {{ ref('int_survey_waves__accepted') }} as w on s.instrument = w.instrument and s.wave = w.wave
{{ join_term('coalesce(w.closed_on, s.answered_on)') }}
