select
    f.ticket_id,
    f.institution_id,
    f.cluster_id,
    f.category,
    {{ periods(local_day('f.opened_at')) }},
    f.opened_at,
    {{ known_at('f.resolved_at') }} as resolved_at,
    {{ hours_between('f.opened_at', known_at('f.resolved_at')) }} as resolve_hours
from {{ ref('int_support_tickets__accepted') }} as f
{{ join_term(local_day('f.opened_at')) }}
where {{ is_known(local_day('f.opened_at')) }}
