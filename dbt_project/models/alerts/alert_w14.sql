-- A file that was due and did not come in time, until it comes. Of whoever speaks for one cluster, it is the cluster's.
with speaker as (
    select
        sender,
        min(member_id) as cluster_id
    from {{ ref('int_sender_member') }}
    where member_kind = 'cluster'
    group by sender
    having count(*) = 1
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
from {{ ref('fct_delivery_due') }} as d
left join speaker as s on d.sender = s.sender
left join speaker_institution as i on d.sender = i.sender
where d.due_status in ('late', 'missing') and d.late_days > {{ threshold('W14') }}
