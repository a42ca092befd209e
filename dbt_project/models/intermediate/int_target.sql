-- The newest decision on each indicator of a scope, with the segment under which a mart has the scope.
with known as (
    select
        t.*,
        {{ decided_scope_id('t') }} as decided_scope_id,
        row_number() over (
            partition by t.indicator, t.scope, {{ decided_scope_id('t') }} order by t.set_on desc, t.scope_id desc
        ) as choice
    from {{ ref('int_targets__accepted') }} as t
    where t.set_on <= {{ as_of() }}
)

select
    indicator,
    case scope when 'country' then 'all' else scope end as segment,
    decided_scope_id as segment_value,
    baseline_value,
    baseline_on,
    target_value,
    target_on
from known
where choice = 1
