-- A planned session that was neither held within two weeks nor moved or cancelled. What was moved stands under the day it was first planned
-- for and is held on another, however late that is. What nobody holds, moves or cancels waits on.
with event as (
    select * from {{ ref('fct_event') }}
    where planned_on is not null and not is_moved and event_status <> 'cancelled'
)

{{ waiting_alerts('event', 'event_id', since='planned_on', until='held_on', institution_id='institution_id') }}
