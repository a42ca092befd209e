select
    f.cycle_id,
    f.cluster_id,
    f.institution_id,
    f.subject,
    f.topic,
    f.group_id,
    {{ periods('f.started_on') }},
    f.started_on,
    {{ known_on('f.ended_on') }} as ended_on,
    f.stage_reached as stage_no,
    f.external_expert as has_external_expert,
    f.artefacts_complete as artefacts_complete_n,
    {{ known_on('f.open_lesson_on') }} as open_lesson_on,
    f.outcome_before as outcome_before_score,
    f.outcome_after as outcome_after_score,
    f.outcome_scale as outcome_max_score,
    cast(f.outcome_after - f.outcome_before as decimal(18, 4)) as outcome_gain_score,
    {{ known_on('f.published_on') }} as published_on,
    {{ is_empty_protocol('f.text_len_n', 'f.artefacts_complete = 0') }} as is_protocol_empty,
    f.text_hash,
    f.text_len_n
from {{ ref('int_lesson_study_cycles__accepted') }} as f
{{ join_term('f.started_on') }}
where {{ is_known('f.started_on') }}
