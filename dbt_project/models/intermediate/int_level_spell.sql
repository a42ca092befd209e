-- Stretches of days on which a level is held, gaps of up to the tolerance bridged on the union of that level's days, and how
-- far each can be read.
--
-- read_through_on: the last day on which the stretch is known to go on. Whether a gap after it is an exit is known only
-- when the tolerance has run out, so nobody is read past the window of the institution: who is still there on that day is
-- no longer followed after it, and an end after it is not yet an exit.
-- is_exit_known: the stretch ended inside the window of every institution whose post ended last, and no earlier post is
-- open that nobody vouches for any more.
with ordered as (
    select
        *,
        max(held_through_on) over (
            partition by member_no, level
            order by from_on, held_through_on, institution_id, position_group, starts_on
            rows between unbounded preceding and 1 preceding
        ) as held_before_on
    from {{ ref('int_level_post') }}
),

numbered as (
    select
        *,
        cast(
            sum(
                case
                    when {{ days_between('held_before_on', 'from_on') }} - 1 <= {{ var('gap_tolerance_days') }} then 0
                    else 1
                end
            ) over (
                partition by member_no, level
                order by from_on, held_through_on, institution_id, position_group, starts_on
                rows between unbounded preceding and current row
            ) as int
        ) as spell_no
    from ordered
),

ended as (
    select
        *,
        max(held_through_on) over (partition by member_no, level, spell_no) as spell_held_through_on,
        min(case when is_open then spell_no end) over (partition by member_no, level) as first_open_spell_no
    from numbered
),

career as (
    select
        member_no,
        held_through_on,
        removing_reason,
        max(held_through_on) over (partition by member_no) as career_held_through_on
    from {{ ref('int_level_post') }}
    where level = 'profession'
),

last_day as (
    select
        member_no,
        max(career_held_through_on) as career_held_through_on,
        min(case when held_through_on = career_held_through_on then removing_reason end) as removing_reason
    from career
    group by member_no
),

spell as (
    select
        member_no,
        level,
        spell_no,
        min(from_on) as from_on,
        max(held_through_on) as held_through_on,
        max(least(held_through_on, window_end_on)) as read_through_on,
        min(case when held_through_on = spell_held_through_on then window_end_on end) as window_end_on,
        min(first_open_spell_no) as first_open_spell_no,
        cast(max(case when is_out_of_sight then 1 else 0 end) as int) = 1 as is_out_of_sight
    from ended
    group by member_no, level, spell_no
),

judged as (
    select
        s.*,
        s.held_through_on < s.window_end_on
        and coalesce(s.spell_no < s.first_open_spell_no, true)
        and not s.is_out_of_sight as is_exit_known,
        case when s.held_through_on = d.career_held_through_on then d.removing_reason end as removing_reason,
        lead(s.from_on) over (partition by s.member_no, s.level order by s.spell_no) as next_from_on
    from spell as s
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
