-- What was due and when it came. A file counts for a period when the day it speaks of is the period's last or a later one.
-- What is due begins with a sender's first list of a feed, or, where it sent none, with the school year of the as-of date.
with months as (
    select {{ add_months(month_start(as_of()), '-n.number') }} as starts_on
    from ({{ numbers(2) }}) as n
    union all
    select {{ add_months(month_start(as_of()), '-100 - n.number') }} as starts_on
    from ({{ numbers(2) }}) as n
),

ended as (
    select
        'month' as frequency,
        {{ month_of('starts_on') }} as period,
        {{ add_days(add_months('starts_on', 1), -1) }} as ends_on
    from months

    union all

    select
        'calendar_year' as frequency,
        substr({{ month_of('starts_on') }}, 1, 4) as period,
        {{ add_days(add_months('starts_on', 12), -1) }} as ends_on
    from months
    where month(starts_on) = 1

    {% for frequency in ('quarter', 'semester', 'school_year') %}
        union all

        select
            '{{ frequency }}' as frequency,
            {{ frequency }} as period,
            max(ends_on) as ends_on
        from {{ ref('dim_school_term') }}
        group by {{ frequency }}
    {% endfor %}
),

accepted as (
    select
        sender,
        feed,
        -- A list of one school year says nothing of the next, whenever it is sent.
        case
            when period is null then list_on
            else least(list_on, {{ add_days(add_months(school_year_start('period'), 12), -1) }})
        end as list_on,
        created_on
    from {{ ref('int_delivered_file') }}
    where file_state = 'accepted'
),

known as (
    select
        sender,
        min(created_on) as known_on
    from {{ ref('int_delivered_file') }}
    group by sender
),

begun as (
    select
        s.sender,
        s.feed,
        s.frequency,
        s.due_day,
        s.days_after_period_end,
        coalesce(min(a.list_on), {{ school_year_start(school_year_label(school_year_of(as_of()))) }}) as from_on
    from {{ ref('int_sender_feed') }} as s
    left join accepted as a on s.sender = a.sender and s.feed = a.feed
    group by s.sender, s.feed, s.frequency, s.due_day, s.days_after_period_end
),

due as (
    select
        b.sender,
        b.feed,
        b.frequency,
        e.period,
        e.ends_on,
        case
            when b.frequency = 'month' and b.due_day is not null then {{ add_days('e.ends_on', 'b.due_day') }}
            else {{ add_days('e.ends_on', 'b.days_after_period_end') }}
        end as due_on
    from begun as b
    inner join ended as e on b.frequency = e.frequency
    where e.ends_on >= b.from_on and e.ends_on <= {{ as_of() }}

    union all

    select
        b.sender,
        b.feed,
        b.frequency,
        'once' as period,
        cast(null as date) as ends_on,
        {{ add_days('k.known_on', 'b.days_after_period_end') }} as due_on
    from begun as b
    inner join known as k on b.sender = k.sender
    where b.frequency = 'once'
),

met as (
    select
        d.sender,
        d.feed,
        d.frequency,
        d.period,
        d.due_on,
        min(a.created_on) as delivered_on
    from due as d
    left join accepted as a
        on d.sender = a.sender and d.feed = a.feed and (d.ends_on is null or d.ends_on <= a.list_on)
    group by d.sender, d.feed, d.frequency, d.period, d.due_on
)

select
    sender,
    feed,
    frequency,
    period,
    due_on,
    delivered_on,
    case
        when delivered_on <= due_on then 'on_time'
        when delivered_on > due_on then 'late'
        when due_on < {{ as_of() }} then 'missing'
        else 'not_yet_due'
    end as due_status,
    cast(
        case
            when coalesce(delivered_on, {{ as_of() }}) > due_on
                then {{ days_between('due_on', 'coalesce(delivered_on, ' ~ as_of() ~ ')') }}
            else 0
        end as int
    ) as late_days
from met
