-- A planned session that was neither held within two weeks nor moved or cancelled.
with event as (
    select * from {{ ref('fct_event') }}
    where planned_on is not null and event_status not in ('moved', 'cancelled')
)

{{ waiting_alerts('event', 'event_id', since='planned_on', until='held_on', institution_id='institution_id') }}
