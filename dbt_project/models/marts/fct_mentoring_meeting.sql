select
    f.meeting_id,
    f.pair_id,
    p.mentor_id,
    p.mentee_id,
    p.institution_id,
    p.kind as pair_kind,
    {{ periods('f.met_on') }},
    f.met_on,
    f.minutes as meeting_minutes,
    f.has_goals,
    f.has_observation,
    f.has_agreements,
    f.has_goals and f.has_observation and f.has_agreements as is_protocol_complete,
    {{ is_empty_protocol('f.text_len_n', 'not (f.has_goals or f.has_observation or f.has_agreements)') }} as is_protocol_empty,
    f.text_hash,
    f.text_len_n
from {{ ref('int_mentoring_meetings__accepted') }} as f
inner join {{ ref('fct_mentoring_pair') }} as p on f.pair_id = p.pair_id
{{ join_term('f.met_on') }}
where {{ is_known('f.met_on') }}
