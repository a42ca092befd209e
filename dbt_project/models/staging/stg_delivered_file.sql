-- Deliveries made after the as-of date are not known to this run. `delivery_no` counts them by (created, delivery), so that
-- newest wins whatever order they arrived in.
with known as (
    select
        delivery_id,
        sender,
        folder,
        created_at,
        created_on,
        period,
        has_manifest,
        is_signed,
        path,
        feed,
        sha256,
        parse_id,
        rows_n,
        coverage,
        as_of_on,
        state,
        is_of_old_rules
    from {{ source('log', 'files') }}
    where created_on <= {{ as_of() }}
),

numbered as (
    select
        *,
        cast(dense_rank() over (order by created_at asc, delivery_id asc) as bigint) as delivery_no
    from known
),

latest as (
    select
        *,
        max(case when state = 'accepted' then delivery_no end) over (partition by sender, feed) as accepted_no,
        max(case when state in ('waiting', 'refused') then delivery_no end) over (partition by sender, feed) as not_taken_no
    from numbered
)

select
    k.delivery_id,
    k.delivery_no,
    k.sender,
    s.register,
    k.folder,
    k.created_at,
    k.created_on,
    k.period,
    k.has_manifest,
    k.is_signed,
    k.path,
    k.feed,
    k.sha256,
    k.parse_id,
    k.rows_n,
    k.coverage,
    k.as_of_on,
    k.state,
    k.is_of_old_rules,
    -- A newer file was not taken in and none after it was, so this one still speaks for its sender.
    coalesce(k.state = 'accepted' and k.delivery_no < k.not_taken_no and k.accepted_no <= k.not_taken_no, false) as is_stale,
    -- The same content twice in one delivery counts once.
    coalesce(row_number() over (partition by k.delivery_id, k.parse_id order by k.path asc) = 1, false) as is_first_of_content
from latest as k
left join {{ source('log', 'senders') }} as s on k.sender = s.sender
