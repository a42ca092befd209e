with told as (
    {{ rows_of('alert_', alert_codes()) }}
)

select
    rule,
    cluster_id,
    institution_id,
    object_id,
    period,
    opened_on,
    closed_on,
    cast(value as double) as value,
    is_watch,
    owner_role
from told
