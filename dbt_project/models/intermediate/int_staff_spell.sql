-- Stretches of teaching posts of one person at one institution, gaps of up to the tolerance bridged.
with {{ bridged(
    ref('int_career_post'),
    ['person_no', 'institution_id'],
    'starts_on',
    ties=['case when subject is null then 1 else 0 end', 'load_fte desc nulls last', 'position_group']
) }},

spell as (
    select
        person_no,
        institution_id,
        spell_no,
        max(case when is_first then position_group end) as position_group,
        min(starts_on) as starts_on,
        max(held_through_on) as held_through_on,
        max(least(held_through_on, window_end_on)) as read_through_on,
        {{ any_row('is_open') }} as is_open,
        min(case when is_open then held_through_on end) as open_through_on,
        max(window_end_on) as window_end_on,
        {{ least_on_last_day('held_through_on', 'window_end_on') }} as last_window_end_on,
        max(case when removing_reason = 'died' then held_through_on end) as died_on,
        max(case when removing_reason = 'retired' then held_through_on end) as retired_on,
        max(case when is_first then subject end) as subject,
        max(case when is_first then sender end) as sender,
        cast(count(*) as bigint) as posts_n,
        cast(max(load_fte) as decimal(18, 4)) as largest_load_fte
    from bridged
    group by person_no, institution_id, spell_no
),

placed as (
    select
        *,
        max(held_through_on) over (partition by person_no) as career_held_through_on
    from spell
)

select
    -- In place of the three words of its key, which the large tables above would carry.
    cast(row_number() over (order by person_no, institution_id, spell_no) as bigint) as stretch_no,
    person_no,
    institution_id,
    spell_no,
    position_group,
    starts_on,
    held_through_on,
    read_through_on,
    is_open,
    -- An open post that nobody vouches for as long as the others: whether it ended is not known.
    coalesce(open_through_on < held_through_on, false) as has_lost_post,
    window_end_on,
    last_window_end_on,
    -- Who retires and takes a post again has not ended a career yet.
    case
        when died_on = career_held_through_on then 'died'
        when retired_on = career_held_through_on then 'retired'
    end as removing_reason,
    subject,
    sender,
    posts_n,
    largest_load_fte
from placed
