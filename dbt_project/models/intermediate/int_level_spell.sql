-- Stretches of days on which a level is held, gaps of up to the tolerance bridged on the union of that level's days, and how
-- far each can be read.
--
-- read_through_on: the last day on which the stretch is known to go on. Whether a gap after it is an exit is known only
-- when the tolerance has run out, so nobody is read past the window of the institution: who is still there on that day is
-- no longer followed after it, and an end after it is not yet an exit.
-- is_exit_known: the stretch ended inside the window of every institution whose post ended last, and no earlier post is
-- open that nobody vouches for any more.
with {{ bridged(ref('int_level_stretch'), ['member_no', 'level'], 'from_on') }},

last_day as (
    select
        member_no,
        max(held_through_on) as career_held_through_on,
        min(removing_reason) as removing_reason
    from {{ ref('int_level_stretch') }}
    where level = 'profession'
    group by member_no
),

spell as (
    select
        member_no,
        level,
        spell_no,
        min(from_on) as from_on,
        max(held_through_on) as held_through_on,
        max(read_through_on) as read_through_on,
        {{ least_on_last_day('held_through_on', 'window_end_on') }} as window_end_on,
        {{ any_row('is_open') }} as is_open,
        {{ any_row('is_out_of_sight') }} as is_out_of_sight
    from bridged
    group by member_no, level, spell_no
),

followed as (
    select
        *,
        {{ any_row('is_open', 'partition by member_no, level order by spell_no') }} as is_open_by_then,
        lead(from_on) over (partition by member_no, level order by spell_no) as next_from_on
    from spell
),

judged as (
    select
        s.*,
        s.held_through_on < s.window_end_on
        and not s.is_open_by_then
        and not s.is_out_of_sight as is_exit_known,
        case when s.held_through_on = d.career_held_through_on then d.removing_reason end as removing_reason
    from followed as s
    inner join last_day as d on s.member_no = d.member_no
)

select
    member_no,
    level,
    spell_no,
    from_on,
    held_through_on,
    read_through_on,
    window_end_on,
    is_exit_known,
    removing_reason,
    removing_reason is not null as is_career_end,
    next_from_on
from judged
