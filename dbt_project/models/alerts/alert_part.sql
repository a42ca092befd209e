{%- for rule in range(1, 19) %}
{%- set code = '%02d' % rule %}
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
from {{ ref('alert_w' ~ code) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
