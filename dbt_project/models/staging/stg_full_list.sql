-- Lists that claim to hold everything, and are whole: where one part of a delivery waits or cannot be read, what it would
-- have held is not known, so the other parts withdraw nothing and confirm nobody.
select
    delivery_id,
    feed,
    min(delivery_no) as delivery_no,
    min(sender) as sender,
    min(period) as period,
    -- A school year begins on 1 September. Some lists are of no year; `concat` would make text of nothing.
    cast(substr(min(period), 1, 4) || '-09-01' as date) as starts_on,
    min(case when coverage = 'full' then as_of_on end) as as_of_on
from {{ ref('stg_delivered_file') }}
group by delivery_id, feed
having
    max(case when coverage = 'full' then 1 else 0 end) = 1
    and min(case when state = 'accepted' then 1 else 0 end) = 1
