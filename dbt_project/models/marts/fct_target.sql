select
    f.scope,
    f.scope_id,
    f.indicator,
    f.set_on,
    f.baseline_value,
    f.baseline_on,
    f.target_value,
    f.target_on,
    f.owner_role,
    f.decided_in
from {{ ref('int_targets__accepted') }} as f
where {{ is_known('f.set_on') }}
