-- A withdrawn row went with the first whole list of its sender, feed and period that came after it. A delivery tells that as
-- well as a row would: all rows of one file are of one sender, period and moment.
with told as (
    select
        f.sender,
        f.feed,
        coalesce(f.period, '') as period,
        f.folder,
        f.delivery_id,
        f.delivery_no,
        l.delivery_id is not null as is_list,
        cast(sum(b.withdrawn_n) as bigint) as withdrawn_n,
        cast(sum(b.accepted_n + b.superseded_n + b.withdrawn_n + b.waiting_n) as bigint) as held_n
    from {{ ref('stg_delivered_file') }} as f
    inner join {{ ref('int_row_balance') }} as b on f.delivery_id = b.delivery_id and f.path = b.path
    left join {{ ref('stg_full_list') }} as l on f.delivery_id = l.delivery_id and f.feed = l.feed
    where f.state = 'accepted'
    group by f.sender, f.feed, f.period, f.folder, f.delivery_id, f.delivery_no, l.delivery_id
),

followed as (
    select
        *,
        min(case when is_list then delivery_no end) over (
            partition by sender, feed, period
            order by delivery_no
            rows between 1 following and unbounded following
        ) as next_list_no
    from told
),

-- What lies between two lists belongs to the first of them; before the first list there are only rows told one by one.
before as (
    select
        sender,
        feed,
        period,
        next_list_no,
        cast(sum(withdrawn_n) as bigint) as withdrawn_n,
        coalesce(max(case when is_list then held_n end), cast(sum(held_n) as bigint)) as held_n
    from followed
    where next_list_no is not null
    group by sender, feed, period, next_list_no
),

taken_in as (
    select distinct
        delivery_id,
        feed
    from {{ source('log', 'files') }}
    where is_withdrawal_accepted
)

select
    t.delivery_id,
    t.feed,
    t.sender,
    t.folder,
    coalesce(b.held_n, cast(0 as bigint)) as held_before_n,
    coalesce(b.withdrawn_n, cast(0 as bigint)) as withdrawn_n,
    a.delivery_id is not null as is_accepted
from told as t
left join before as b
    on t.sender = b.sender and t.feed = b.feed and t.period = b.period and t.delivery_no = b.next_list_no
left join taken_in as a on t.delivery_id = a.delivery_id and t.feed = a.feed
where t.is_list
