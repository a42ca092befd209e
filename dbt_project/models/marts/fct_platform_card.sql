select
    f.card_id,
    f.institution_id,
    f.cluster_id,
    f.kind,
    {{ periods(local_day('f.opened_at')) }},
    f.opened_at,
    f.due_at,
    {{ known_at('f.closed_at') }} as closed_at,
    {{ hours_between('f.opened_at', known_at('f.closed_at')) }} as open_hours,
    case
        when {{ known_at('f.closed_at') }} is not null then f.closed_at <= f.due_at
        when {{ local_day('f.due_at') }} < {{ as_of() }} then false
    end as is_closed_in_time
from {{ ref('int_platform_cards__accepted') }} as f
{{ join_term(local_day('f.opened_at')) }}
where {{ is_known(local_day('f.opened_at')) }}
