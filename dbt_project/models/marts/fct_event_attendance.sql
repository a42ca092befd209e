select
    f.event_id,
    f.person_id,
    f.institution_id,
    e.cluster_id,
    e.kind as event_kind,
    e.school_year,
    e.semester,
    e.quarter,
    e.month,
    e.is_held,
    coalesce(f.invited, true) as is_invited,
    e.is_held and coalesce(f.attended, true) as is_attended
from {{ linked('event_participants', ['person_id']) }} as f
inner join {{ ref('fct_event') }} as e on f.event_id = e.event_id
