-- A planned session that was neither held within two weeks nor moved or cancelled.
with event as (
    select
        *,
        {{ add_days('planned_on', 'cast(' ~ threshold('W11') ~ ' as int) + 1') }} as missed_from_on
    from {{ ref('fct_event') }}
    where planned_on is not null and event_status not in ('moved', 'cancelled')
)

select
    'W11' as rule,
    cluster_id,
    institution_id,
    event_id as object_id,
    cast(null as {{ dbt.type_string() }}) as period,
    missed_from_on as opened_on,
    held_on as closed_on,
    cast({{ days_between('planned_on', 'coalesce(held_on, ' ~ as_of() ~ ')') }} as double) as value,
    false as is_watch,
    cast(null as {{ dbt.type_string() }}) as owner_role
from event
where missed_from_on <= coalesce(held_on, {{ as_of() }})
