-- Open warnings of a school and of its clusters, and actions that it answers for and that are overdue. A warning that is only to be watched
-- rests on too few cases, or on chance, for its value to be told.
with member as (
    select
        s.institution_id,
        m.scope_id as cluster_id
    from {{ ref('mirror_school') }} as s
    inner join {{ ref('int_scope_member') }} as m
        on m.scope = 'cluster' and m.member_kind = 'institution' and s.institution_id = m.member_id
    where {{ as_of() }} between m.from_on and m.through_on
),

open_alert as (
    select * from {{ ref('cluster_alert') }}
    where closed_on is null
),

warning as (
    select
        s.institution_id as school_id,
        a.*
    from open_alert as a
    inner join {{ ref('mirror_school') }} as s on a.institution_id = s.institution_id
    union all
    select
        m.institution_id as school_id,
        a.*
    from open_alert as a
    inner join member as m on a.cluster_id = m.cluster_id
    where a.institution_id is null
)

select
    'alerts' as indicator,
    severity as measure,
    school_id as institution_id,
    alert_id as detail,
    rule,
    cluster_id,
    case when severity = 'alarm' then value end as value,
    bound_value,
    owner_role,
    opened_on,
    action_due_on as due_on,
    severity,
    reaction_kk,
    reaction_ru,
    reaction_en,
    case when severity = 'alarm' then 'ok' else 'too_few' end as status
from warning

union all

select
    'actions' as indicator,
    'overdue' as measure,
    a.institution_id,
    a.action_id as detail,
    cast(null as {{ dbt.type_string() }}) as rule,
    a.cluster_id,
    cast({{ days_between('a.due_on', as_of()) }} as double) as value,
    cast(null as double) as bound_value,
    a.responsible_role as owner_role,
    a.starts_on as opened_on,
    a.due_on,
    cast(null as {{ dbt.type_string() }}) as severity,
    cast(null as {{ dbt.type_string() }}) as reaction_kk,
    cast(null as {{ dbt.type_string() }}) as reaction_ru,
    cast(null as {{ dbt.type_string() }}) as reaction_en,
    'ok' as status
from {{ ref('fct_action') }} as a
inner join {{ ref('mirror_school') }} as s on a.institution_id = s.institution_id
where a.done_on is null and a.due_on < {{ as_of() }}
