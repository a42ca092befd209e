-- Early warnings of clusters, with who answers for each and what has been done about it: the first corrective action of the cluster under the
-- indicator of the rule that was due from the day on which it opened, and was not done before it.
with acted as (
    select
        a.rule,
        a.cluster_id,
        a.institution_id,
        a.object_id,
        a.period,
        a.opened_on,
        c.due_on,
        c.done_on,
        row_number() over (
            partition by a.rule, a.cluster_id, a.institution_id, a.object_id, a.period, a.opened_on order by c.due_on, c.action_id
        ) as choice
    from {{ ref('alert_part') }} as a
    inner join {{ ref('thresholds') }} as t on a.rule = t.code
    inner join {{ ref('fct_action') }} as c
        on a.cluster_id = c.cluster_id and c.indicator = case when a.rule = 'W18' then a.object_id else t.indicator end
    where c.kind = 'corrective' and c.due_on >= a.opened_on and coalesce(c.done_on >= a.opened_on, true)
)

select
    {{ as_of() }} as as_of_on,
    concat_ws('/', a.rule, a.cluster_id, a.institution_id, a.object_id, a.period, cast(a.opened_on as {{ dbt.type_string() }})) as alert_id,
    a.rule,
    a.cluster_id,
    a.institution_id,
    a.object_id,
    a.period,
    a.opened_on,
    a.closed_on,
    a.value,
    cast(t.bound as double) as bound_value,
    t.unit,
    coalesce(a.owner_role, t.owner_role) as owner_role,
    t.reaction_kk,
    t.reaction_ru,
    t.reaction_en,
    case when a.is_watch then 'watch' else 'alarm' end as severity,
    c.due_on as action_due_on,
    c.done_on as action_done_on
from {{ ref('alert_part') }} as a
inner join {{ ref('thresholds') }} as t on a.rule = t.code
left join acted as c
    on
        a.rule = c.rule
        and coalesce(a.cluster_id, '') = coalesce(c.cluster_id, '')
        and coalesce(a.institution_id, '') = coalesce(c.institution_id, '')
        and a.object_id = c.object_id
        and coalesce(a.period, '') = coalesce(c.period, '')
        and a.opened_on = c.opened_on
        and c.choice = 1
