-- What each row of the staff lists says of the days a teaching post was held, up to the as-of date: a start after it is
-- absent, an end after it is open.
with listed as (
    select
        coalesce(l.person_id, s.person_id) as person_id,
        s.institution_id,
        s.position_group,
        s.position,
        s.start_date as starts_on,
        case when s.end_date <= {{ as_of() }} then s.end_date end as ends_on,
        case when s.end_date <= {{ as_of() }} then s.end_reason end as end_reason,
        s.end_reason = 'not_started' as is_not_started,
        s.load_fte,
        s.subject,
        s._sender as sender,
        cast(greatest(least(s.confirmed_on, {{ as_of() }}), s.start_date) as date) as confirmed_on,
        s._source_feed = 'ehis_person_cards' as is_card,
        -- A leave that has ended is service like any other; only one still running is held to the limit.
        case
            when
                s.on_leave <> 'none'
                and (s.end_date is null or s.end_date > {{ as_of() }})
                and (s.on_leave_until is null or s.on_leave_until > {{ as_of() }})
                then greatest(coalesce(s.on_leave_from, least(s.confirmed_on, {{ as_of() }})), s.start_date)
            when s.end_reason = 'maternity' and s.end_date <= {{ as_of() }} then {{ add_days('s.end_date', 1) }}
        end as leave_from_on
    from {{ ref('int_staff_employment__accepted') }} as s
    left join {{ ref('int_person_link') }} as l on s.person_id = l.local_id
    inner join {{ ref('position_groups') }} as g on s.position_group = g.position_group
    where g.is_career and s.start_date <= {{ as_of() }}
),

-- The next row of the person ends a leave: back at work, here or elsewhere.
returned as (
    select
        away.person_id,
        away.institution_id,
        away.position,
        away.starts_on,
        away.leave_from_on,
        min(later.starts_on) as returned_on
    from listed as away
    inner join listed as later
        on away.person_id = later.person_id and away.leave_from_on <= later.starts_on and away.starts_on < later.starts_on
    where away.leave_from_on is not null and not coalesce(later.is_not_started, false)
    group by away.person_id, away.institution_id, away.position, away.starts_on, away.leave_from_on
),

-- A card speaks for its person alone, so a leaver whose card is old is not followed to the day of other people's cards.
carded as (
    select
        person_id,
        max(confirmed_on) as card_on
    from listed
    where is_card
    group by person_id
),

limited as (
    select
        person_id,
        institution_id,
        position,
        starts_on,
        leave_from_on,
        least(
            {{ add_days('leave_from_on', var('leave_limit_days') - 1) }},
            {{ add_days('returned_on', -1) }}
        ) as leave_through_on
    from returned
),

followed as (
    select
        w.*,
        coalesce(m.leave_through_on, {{ add_days('w.leave_from_on', var('leave_limit_days') - 1) }}) as leave_through_on,
        case
            when c.card_on is null then i.confirmed_through_on
            when i.is_listed then greatest(c.card_on, i.confirmed_through_on)
            else c.card_on
        end as seen_through_on
    from listed as w
    left join limited as m
        on
            w.person_id = m.person_id
            and w.institution_id = m.institution_id
            and w.position = m.position
            and w.starts_on = m.starts_on
            and w.leave_from_on = m.leave_from_on
    left join carded as c on w.person_id = c.person_id and w.is_card
    left join {{ ref('int_institution_confirmed') }} as i on w.institution_id = i.institution_id
)

select
    person_id,
    institution_id,
    position_group,
    position,
    starts_on,
    ends_on,
    end_reason,
    coalesce(is_not_started, false) as is_not_started,
    load_fte,
    subject,
    sender,
    cast(
        case
            when ends_on is not null and leave_from_on is null then ends_on
            when ends_on is not null then least(greatest(leave_through_on, ends_on), {{ as_of() }})
            when leave_through_on < confirmed_on then leave_through_on
            else confirmed_on
        end as date
    ) as held_through_on,
    ends_on is null and not coalesce(leave_through_on < confirmed_on, false) as is_open,
    {{ add_days('seen_through_on', - var('gap_tolerance_days')) }} as window_end_on
from followed
