-- A file that was due and did not come in time, until it comes. Of whoever speaks for one cluster on the day, it is the cluster's.
with overdue as (
    select * from {{ ref('fct_delivery_due') }}
    where due_status in ('late', 'missing') and late_days > {{ threshold('W14') }}
),

speaker as (
    select
        d.sender,
        d.due_on,
        min(m.scope_id) as cluster_id
    from (
        select distinct
            sender,
            due_on
        from overdue
    ) as d
    inner join {{ ref('int_sender_member') }} as s on d.sender = s.sender and s.member_kind = 'institution'
    inner join {{ ref('int_scope_member') }} as m
        on m.member_kind = 'institution' and m.scope = 'cluster' and s.member_id = m.member_id
    where d.due_on between m.from_on and m.through_on
    group by d.sender, d.due_on
    having count(distinct m.scope_id) = 1
),

speaker_institution as (
    select
        sender,
        min(member_id) as institution_id
    from {{ ref('int_sender_member') }}
    where member_kind = 'institution'
    group by sender
    having count(*) = 1
)

select
    'W14' as rule,
    s.cluster_id,
    i.institution_id,
    concat(d.sender, ' ', d.feed, ' ', d.frequency) as object_id,
    d.period,
    {{ add_days('d.due_on', 'cast(' ~ threshold('W14') ~ ' as int) + 1') }} as opened_on,
    d.delivered_on as closed_on,
    cast(d.late_days as double) as value,
    false as is_watch,
    cast(null as {{ dbt.type_string() }}) as owner_role
from overdue as d
left join speaker as s on d.sender = s.sender and d.due_on = s.due_on
left join speaker_institution as i on d.sender = i.sender
