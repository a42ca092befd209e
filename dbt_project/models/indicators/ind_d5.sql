-- What comes of the files of those who speak for a member: rows that were taken in of those that were read, by the month of the delivery,
-- files that came in time of those that were due, by the month in which they were, and fields that indicators need, filled or not, in the
-- rows that hold. What a newer delivery said anew was taken in.
with file as (
    select
        sender,
        school_year,
        semester,
        quarter,
        month,
        read_n,
        read_n - waiting_n - quarantined_n as loaded_n,
        0 as due_n,
        0 as on_time_n,
        0 as needed_n,
        0 as filled_n
    from {{ ref('fct_delivery') }}
    union all
    select
        d.sender,
        {{ periods('d.due_on') }},
        0 as read_n,
        0 as loaded_n,
        1 as due_n,
        case when d.due_status = 'on_time' then 1 else 0 end as on_time_n,
        0 as needed_n,
        0 as filled_n
    from {{ ref('fct_delivery_due') }} as d
    {{ join_term('d.due_on') }}
    where d.due_status <> 'not_yet_due'
    union all
    select
        sender,
        school_year,
        semester,
        quarter,
        month,
        0 as read_n,
        0 as loaded_n,
        0 as due_n,
        0 as on_time_n,
        rows_n as needed_n,
        filled_n
    from {{ ref('indicator_field') }}
),

-- A sender speaks for thousands at times, so its files are summed before.
sent as (
    select
        f.sender,
        f.period_kind,
        f.period,
        p.counted_on,
        sum(f.read_n) as read_n,
        sum(f.loaded_n) as loaded_n,
        sum(f.due_n) as due_n,
        sum(f.on_time_n) as on_time_n,
        sum(f.needed_n) as needed_n,
        sum(f.filled_n) as filled_n
    from ({{ in_each_kind('file', 'month') }}) as f
    inner join {{ ref('int_period') }} as p on f.period_kind = p.period_kind and f.period = p.period
    where p.is_over
    group by f.sender, f.period_kind, f.period, p.counted_on
),

spoken as (
    select distinct
        s.sender,
        m.scope,
        m.scope_id,
        m.from_on,
        m.through_on
    from {{ ref('int_sender_member') }} as s
    inner join {{ ref('int_scope_member') }} as m on s.member_kind = m.member_kind and s.member_id = m.member_id
    where s.member_kind = 'institution'
),

-- Of a cluster each sender once, though it speak for members that joined on several days.
heard as (
    select distinct
        k.scope,
        k.scope_id,
        s.*
    from sent as s
    inner join spoken as k on s.sender = k.sender
    where k.scope = 'cluster' and s.counted_on between k.from_on and k.through_on
    union all
    select
        k.scope,
        k.scope_id,
        s.*
    from sent as s
    inner join spoken as k on s.sender = k.sender
    where k.scope <> 'cluster'
),

told as (
    select
        scope,
        scope_id,
        period_kind,
        period,
        sum(read_n) as read_n,
        sum(loaded_n) as loaded_n,
        sum(due_n) as due_n,
        sum(on_time_n) as on_time_n,
        sum(needed_n) as needed_n,
        sum(filled_n) as filled_n
    from heard
    group by scope, scope_id, period_kind, period
)

{{ indicator([
    ratio_of('told', 'loaded_n', 'read_n', by='scope'),
    ratio_of('told', 'on_time_n', 'due_n', by='scope', measure='on_time'),
    ratio_of('told', 'filled_n', 'needed_n', by='scope', measure='filled'),
]) }}
