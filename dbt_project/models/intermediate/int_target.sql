-- The newest decision on each indicator of a scope, with the segment under which a mart has the scope.
with known as (
    select
        *,
        row_number() over (partition by scope, scope_id, indicator order by set_on desc) as choice
    from {{ ref('int_targets__accepted') }}
    where set_on <= {{ as_of() }}
)

select
    indicator,
    case scope when 'country' then 'all' else scope end as segment,
    case scope when 'country' then 'all' else scope_id end as segment_value,
    baseline_value,
    baseline_on,
    target_value,
    target_on
from known
where choice = 1
