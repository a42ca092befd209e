-- What each row of the staff lists says of the days a teaching post was held, up to the as-of date: a start after it is
-- absent, an end after it is open.
with listed as (
    select
        n.person_no,
        s.institution_id,
        s.position_group,
        s.position,
        s.start_date as starts_on,
        case when s.end_date <= {{ as_of() }} then s.end_date end as ends_on,
        case when s.end_date <= {{ as_of() }} then s.end_reason end as end_reason,
        s.end_reason = 'not_started' as is_not_started,
        s.load_fte,
        coalesce(b.subject, s.subject) as subject,
        s._sender as sender,
        cast(greatest(least(s.confirmed_on, {{ as_of() }}), s.start_date) as date) as confirmed_on,
        s._source_feed = 'ehis_person_cards' as is_card,
        s.on_leave_until,
        -- On leave when last seen; a leave that was over by then is service like any other.
        case
            when s.end_reason = 'maternity' and s.end_date <= {{ as_of() }} then {{ add_days('s.end_date', 1) }}
            when
                s.on_leave <> 'none'
                and (s.end_date is null or s.end_date > {{ as_of() }})
                and coalesce(s.on_leave_from <= greatest(least(s.confirmed_on, {{ as_of() }}), s.start_date), true)
                and coalesce(s.on_leave_until >= greatest(least(s.confirmed_on, {{ as_of() }}), s.start_date), true)
                then coalesce(s.on_leave_from, greatest(least(s.confirmed_on, {{ as_of() }}), s.start_date))
        end as leave_from_on,
        -- A leave that was over by then, too.
        case when s.on_leave <> 'none' and s.on_leave_until is not null then s.on_leave_from end as past_leave_from_on
    from {{ ref('int_staff_employment__accepted') }} as s
    left join {{ ref('int_person_link') }} as l on s.person_id = l.local_id
    inner join {{ ref('int_person') }} as n on coalesce(l.person_id, s.person_id) = n.person_id
    inner join {{ ref('position_groups') }} as g on s.position_group = g.position_group
    left join {{ ref('int_subject_name') }} as b on lower(trim(s.subject)) = b.subject_name
    where g.is_career and s.start_date <= {{ as_of() }}
),

-- Any later row of the person ends a leave: back at work, here or elsewhere, as a teacher or not.
other as (
    select
        n.person_no,
        s.start_date as starts_on
    from {{ ref('int_staff_employment__accepted') }} as s
    left join {{ ref('int_person_link') }} as l on s.person_id = l.local_id
    inner join {{ ref('int_person') }} as n on coalesce(l.person_id, s.person_id) = n.person_id
    where s.start_date <= {{ as_of() }} and coalesce(s.end_reason <> 'not_started', true)
),

returned as (
    select
        away.person_no,
        away.starts_on,
        away.leave_from_on,
        min(later.starts_on) as returned_on
    from listed as away
    inner join other as later
        on away.person_no = later.person_no and away.leave_from_on <= later.starts_on and away.starts_on < later.starts_on
    where away.leave_from_on is not null
    group by away.person_no, away.starts_on, away.leave_from_on
),

-- A card speaks for its person alone, so a leaver whose card is old is not followed to the day of other people's cards.
carded as (
    select
        person_no,
        max(confirmed_on) as card_on
    from listed
    where is_card
    group by person_no
),

followed as (
    select
        w.*,
        r.returned_on,
        {{ add_days('w.leave_from_on', var('leave_limit_days') - 1) }} as leave_limit_on,
        case
            when c.card_on is null then i.confirmed_through_on
            when i.is_listed then greatest(c.card_on, i.confirmed_through_on)
            else c.card_on
        end as seen_through_on
    from listed as w
    left join returned as r
        on
            w.person_no = r.person_no
            and w.starts_on = r.starts_on
            and w.leave_from_on = r.leave_from_on
    left join carded as c on w.person_no = c.person_no and w.is_card
    left join {{ ref('int_institution_confirmed') }} as i on w.institution_id = i.institution_id
)

select
    person_no,
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
            when ends_on is not null
                then least(greatest(least(leave_limit_on, {{ add_days('returned_on', -1) }}), ends_on), {{ as_of() }})
            when leave_from_on is null or returned_on is not null then confirmed_on
            else least(greatest(least(leave_limit_on, on_leave_until), starts_on), {{ as_of() }})
        end as date
    ) as held_through_on,
    coalesce(leave_from_on, past_leave_from_on) as leave_from_on,
    case
        when leave_from_on is null then least({{ add_days('past_leave_from_on', var('leave_limit_days') - 1) }}, on_leave_until)
        when ends_on is not null then least(leave_limit_on, {{ add_days('returned_on', -1) }})
        else least(leave_limit_on, on_leave_until, {{ add_days('returned_on', -1) }})
    end as leave_through_on,
    -- A leave that runs out its limit closes the post; one with an earlier last day leaves open what came after it.
    ends_on is null
    and (leave_from_on is null or returned_on is not null or coalesce(on_leave_until <= leave_limit_on, false)) as is_open,
    {{ add_days('seen_through_on', - var('gap_tolerance_days')) }} as window_end_on
from followed
