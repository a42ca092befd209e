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
        is_stale
    from {{ source('log', 'files') }}
    where created_on <= {{ as_of() }}
)

select
    k.delivery_id,
    cast(dense_rank() over (order by k.created_at asc, k.delivery_id asc) as bigint) as delivery_no,
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
    k.is_stale,
    -- The same content twice in one delivery counts once.
    coalesce(row_number() over (partition by k.delivery_id, k.parse_id order by k.path asc) = 1, false) as is_first_of_content
from known as k
left join {{ source('log', 'senders') }} as s on k.sender = s.sender
