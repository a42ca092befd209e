select
    f.action_id,
    f.cluster_id,
    f.responsible_id as institution_id,
    f.kind,
    f.title,
    f.indicator,
    f.responsible_role,
    f.expected_result,
    {{ periods('f.due_on') }},
    f.starts_on,
    f.due_on,
    {{ known_on('f.done_on') }} as done_on,
    f.due_on <= {{ as_of() }} as is_due,
    case
        when {{ known_on('f.done_on') }} is not null then f.done_on <= f.due_on
        when f.due_on < {{ as_of() }} then false
    end as is_done_in_time
from {{ ref('int_action_plan__accepted') }} as f
{{ join_term('f.due_on') }}
