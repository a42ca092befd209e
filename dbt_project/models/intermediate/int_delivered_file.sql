-- The number of a file in its delivery stands for its path from here on: a file may be named after a person.
select
    f.delivery_id,
    cast(row_number() over (partition by f.delivery_id order by f.path asc) as int) as file_no,
    f.sender,
    f.feed,
    f.period,
    f.created_at,
    f.created_on,
    f.coverage,
    f.as_of_on as list_on,
    f.state as file_state,
    f.has_manifest,
    f.is_signed,
    f.is_stale,
    b.read_n,
    b.accepted_n,
    b.superseded_n,
    b.withdrawn_n,
    b.repeated_n,
    b.waiting_n,
    b.quarantined_n,
    b.empty_n,
    b.without_consent_n
from {{ ref('stg_delivered_file') }} as f
inner join {{ ref('int_row_balance') }} as b on f.delivery_id = b.delivery_id and f.path = b.path
