select
    f.protocol_id,
    f.institution_id,
    f.teacher_id,
    f.observer_id,
    {{ periods('f.lesson_on') }},
    f.lesson_on,
    f.depth,
    f.depth in ('deep', 'surface') as is_analysed,
    f.rating as rating_score,
    {{ is_empty_protocol('f.text_len_n', "f.depth = 'none'") }} as is_protocol_empty,
    f.text_hash,
    f.text_len_n
from {{ linked('lesson_analyses', ['teacher_id', 'observer_id']) }} as f
{{ join_term('f.lesson_on') }}
where {{ is_known('f.lesson_on') }}
