-- Lines of warnings and actions: how many there are, which may be none, and each of them where the line is of what is to be done. Where nobody
-- has sent a plan it is not known what is overdue.
with planned as (
    select distinct m.member_id as institution_id
    from {{ ref('scope_feed') }} as f
    inner join {{ ref('int_scope_member') }} as m on f.scope = m.scope and f.scope_id = m.scope_id and m.member_kind = 'institution'
    where
        f.feed = 'action_plan'
        and f.scope in ('institution', 'cluster')
        and {{ as_of() }} between m.from_on and m.through_on
),

line as (
    select * from {{ ref('mirror_panels') }}
    where period_kind = 'none'
),

counted as (
    select
        s.institution_id,
        l.line_no,
        count(i.detail) as items_n,
        max(case when l.indicator = 'actions' and p.institution_id is null then 1 else 0 end) as is_unplanned
    from {{ ref('mirror_school') }} as s
    cross join line as l
    left join {{ ref('mirror_item') }} as i
        on
            s.institution_id = i.institution_id
            and l.indicator = i.indicator
            and case l.measure when 'reaction' then i.measure else l.measure end = i.measure
    left join planned as p on s.institution_id = p.institution_id
    group by s.institution_id, l.line_no
)

select
    c.institution_id,
    l.*,
    'all' as detail,
    'none' as comparison,
    case when c.is_unplanned = 0 or c.items_n > 0 then cast(c.items_n as double) end as value,
    case when c.is_unplanned = 0 or c.items_n > 0 then cast(c.items_n as bigint) end as n,
    {{ mirror_columns({
        'bound_value': 'double', 'rule': 'string', 'cluster_id': 'string', 'owner_role': 'string', 'opened_on': 'date', 'due_on': 'date',
        'severity': 'string', 'reaction_kk': 'string', 'reaction_ru': 'string', 'reaction_en': 'string',
    }) }},
    case when c.is_unplanned = 0 or c.items_n > 0 then 'ok' else 'not_collected' end as status
from counted as c
inner join line as l on c.line_no = l.line_no
union all
select
    i.institution_id,
    l.*,
    i.detail,
    case when i.bound_value is null then 'none' else 'bound' end as comparison,
    i.value,
    cast(null as bigint) as n,
    i.bound_value,
    i.rule,
    i.cluster_id,
    i.owner_role,
    i.opened_on,
    i.due_on,
    i.severity,
    i.reaction_kk,
    i.reaction_ru,
    i.reaction_en,
    i.status
from {{ ref('mirror_item') }} as i
inner join line as l on i.indicator = l.indicator
where l.question = 'what_to_do'
