select
    f.event_id,
    f.cluster_id,
    f.organiser_id as institution_id,
    f.kind,
    {{ periods(event_day('f')) }},
    f.planned_on,
    {{ known_on('f.held_on') }} as held_on,
    case
        when {{ known_on('f.held_on') }} is not null then 'held'
        when f.status in ('moved', 'cancelled') then f.status
        else 'planned'
    end as event_status,
    {{ known_on('f.held_on') }} is not null as is_held,
    coalesce(f.status = 'moved', false) as is_moved,
    f.participants_planned as participants_planned_n,
    case when {{ is_known('f.held_on') }} then f.participants_actual end as participants_actual_n
from {{ ref('int_network_events__accepted') }} as f
{{ join_term(event_day('f')) }}
where f.planned_on is not null or {{ is_known('f.held_on') }}
