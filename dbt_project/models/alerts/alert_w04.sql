-- A payment that has waited too long, until it is paid.
with line as (
    select
        *,
        {{ add_days('due_on', 'cast(' ~ threshold('W04') ~ ' as int) + 1') }} as late_from_on
    from {{ ref('fct_payment') }}
)

select
    'W04' as rule,
    cluster_id,
    institution_id,
    line_id as object_id,
    cast(null as {{ dbt.type_string() }}) as period,
    late_from_on as opened_on,
    paid_on as closed_on,
    cast({{ days_between('due_on', 'coalesce(paid_on, ' ~ as_of() ~ ')') }} as double) as value,
    false as is_watch,
    cast(null as {{ dbt.type_string() }}) as owner_role
from line
where late_from_on <= coalesce(paid_on, {{ as_of() }}) and planned_kzt > 0
