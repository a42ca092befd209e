-- What each sender has agreed to send and how often that is due: by the kinds of the institutions it names, or, where it
-- speaks for a region or for all, by what is due from any. Where two kinds differ in days, the sooner holds.
with agreed as (
    select
        sender,
        due_day,
        institutions,
        {{ items_of('feeds') }} as feed
    from {{ source('log', 'senders') }}
),

named as (
    select
        sender,
        feed,
        {{ items_of('institutions') }} as institution_id
    from agreed
),

kinds as (
    select distinct
        n.sender,
        n.feed,
        i.kind
    from named as n
    inner join {{ ref('int_institutions__accepted') }} as i on n.institution_id = i.institution_id
)

select
    a.sender,
    a.feed,
    c.frequency,
    min(a.due_day) as due_day,
    cast(min(c.days_after_period_end) as int) as days_after_period_end
from agreed as a
left join kinds as k on a.sender = k.sender and a.feed = k.feed
inner join {{ ref('delivery_calendar') }} as c
    on a.feed = c.feed and (k.kind = c.institution_kind or a.institutions is null)
group by a.sender, a.feed, c.frequency
