-- An open risk that nobody has looked at for a quarter of a year, since it was opened or last reviewed.
with risk as (
    select
        *,
        {{ add_days('coalesce(reviewed_on, opened_on)', 'cast(' ~ threshold('W12') ~ ' as int) + 1') }} as forgotten_from_on
    from {{ ref('fct_risk') }}
)

select
    'W12' as rule,
    cluster_id,
    cast(null as {{ dbt.type_string() }}) as institution_id,
    risk_id as object_id,
    cast(null as {{ dbt.type_string() }}) as period,
    forgotten_from_on as opened_on,
    closed_on,
    cast({{ days_between('coalesce(reviewed_on, opened_on)', 'coalesce(closed_on, ' ~ as_of() ~ ')') }} as double) as value,
    false as is_watch,
    owner_role
from risk
where forgotten_from_on <= coalesce(closed_on, {{ as_of() }})
