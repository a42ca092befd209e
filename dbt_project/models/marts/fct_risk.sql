select
    f.risk_id,
    f.cluster_id,
    f.category,
    f.owner_role,
    f.indicator,
    f.threshold as threshold_value,
    {{ periods('f.opened_on') }},
    f.opened_on,
    {{ known_on('f.reviewed_on') }} as reviewed_on,
    {{ known_on('f.closed_on') }} as closed_on
from {{ ref('int_risks__accepted') }} as f
{{ join_term('f.opened_on') }}
where {{ is_known('f.opened_on') }}
