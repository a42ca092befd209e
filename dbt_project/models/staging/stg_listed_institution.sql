-- Whom each whole staff list is about: the institutions it has rows of, whatever became of those rows later, and those its
-- sender alone speaks for, of which it may rightly hold none.
with listed as (
    select
        l.delivery_id,
        l.sender,
        l.as_of_on,
        r.institution_id
    from {{ ref('stg_full_list') }} as l
    inner join {{ ref('stg_delivered_file') }} as f on l.delivery_id = f.delivery_id and l.feed = f.feed
    inner join {{ source('raw', 'staff_employment') }} as r on f.parse_id = r._parse and f.feed = r._source_feed
    where l.feed = 'staff_employment'
),

named as (
    select
        sender,
        {{ items_of('institutions') }} as institution_id
    from {{ source('log', 'senders') }}
    where {{ holds('feeds', "'staff_employment'") }}
),

spoken_for as (
    select
        institution_id,
        min(sender) as sender
    from named
    group by institution_id
    having count(distinct sender) = 1
),

confirmed as (
    select
        delivery_id,
        sender,
        as_of_on,
        institution_id
    from listed

    union

    select
        l.delivery_id,
        l.sender,
        l.as_of_on,
        s.institution_id
    from {{ ref('stg_full_list') }} as l
    inner join spoken_for as s on l.sender = s.sender
    where l.feed = 'staff_employment'
)

select
    delivery_id,
    institution_id,
    sender,
    as_of_on
from confirmed
